//! From a plan to summaries: a few SQL statements for each bet, run one beside the other.
//!
//! Reading order: `sql` (what a plan becomes), `run` (how the statements are run), `collect` (how
//! their rows become summaries).

pub mod collect;
pub mod run;
pub mod sql;

use std::collections::BTreeMap;

use jiff::Timestamp;
use trueup_evidence::summary::TableVersion;
use trueup_evidence::{Answer, Plan, Table};

use crate::error::Error;
use crate::store::Snapshot;
use crate::tail;
use crate::{Attribution, Lake, Query, Strays};

/// The tables as they were when the answer began, with what had arrived and was not merged.
pub(crate) struct Tables {
    tables: Vec<(Table, Snapshot)>,
    /// How far what was not merged went.
    position: Vec<TableVersion>,
}

impl Tables {
    pub async fn read(lake: &Lake) -> Result<Tables, Error> {
        let tail::Whole { tables, position } = tail::read(lake).await?;
        Ok(Tables { tables: Table::STORED.into_iter().zip(tables).collect(), position })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Snapshot> {
        self.tables.iter().map(|(_, snapshot)| snapshot)
    }
}

/// The statements that a plan becomes, in the order in which they are run.
pub(crate) async fn queries(lake: &Lake, plan: &Plan) -> Result<Vec<Query>, Error> {
    let engine = run::Engine::new(&Tables::read(lake).await?)?;
    let corrected = engine.any_corrected(plan.now).await?;
    let statements = sql::statements(plan, corrected);
    Ok(statements
        .into_iter()
        .map(|statement| Query { table: statement.table.name().to_owned(), sql: statement.sql })
        .collect())
}

pub(crate) async fn answer(lake: &Lake, plan: &Plan) -> Result<Answer, Error> {
    let tables = Tables::read(lake).await?;
    let engine = run::Engine::new(&tables)?;
    let corrected = engine.any_corrected(plan.now).await?;
    let statements = sql::statements(plan, corrected);
    let mut collected = collect::Collected::new(plan);
    engine.run_all(&statements, |statement, rows| collected.take(statement, rows)).await?;
    Ok(Answer { summaries: collected.finish(), versions: versions(&tables) })
}

fn versions(tables: &Tables) -> Vec<TableVersion> {
    let version = |snapshot: &Snapshot| {
        Some(TableVersion { table: snapshot.layout.name.to_owned(), version: snapshot.version? })
    };
    tables.iter().filter_map(version).chain(tables.position.iter().cloned()).collect()
}

/// Counts what belongs to none of these bets. A row group of one known bet, or without orphans, is
/// passed over by its statistics, so the conditions are written as the engine prunes them.
pub(crate) async fn strays(lake: &Lake, bets: &[&str], now: Timestamp) -> Result<Strays, Error> {
    let engine = run::Engine::new(&Tables::read(lake).await?)?;
    let until = sql::until(now);
    let others: Vec<String> = bets.iter().map(|bet| format!("bet <> {}", sql::text(bet))).collect();
    let foreign = if others.is_empty() { "true".to_owned() } else { others.join(" AND ") };
    let count = |table: &str, of: &str| {
        format!("SELECT '{table}', count(*) FROM {table} WHERE {until} AND ({of})")
    };
    let mut strays = Strays::default();
    for of in ["bet IS NULL", &format!("bet IS NOT NULL AND {foreign}")] {
        strays.unattributed +=
            engine.counts(&count("interactions", of)).await?.values().sum::<u64>();
    }
    for table in ["actions", "scores"] {
        strays.orphans += engine.counts(&count(table, "orphan")).await?.values().sum::<u64>();
    }
    Ok(strays)
}

/// Counts rows as of a moment: per bet, and what could not be told.
pub(crate) async fn attribution(lake: &Lake, now: Timestamp) -> Result<Attribution, Error> {
    let mut tables = Tables::read(lake).await?;
    let quarantine = crate::columns::Layout::quarantine();
    let quarantine = Snapshot::read(&lake.disk, quarantine).await?;
    tables.tables.push((Table::Interactions, quarantine));
    let engine = run::Engine::new(&tables)?;
    let until = sql::until(now);
    let interactions = engine
        .counts(&format!("SELECT bet, count(*) FROM interactions WHERE {until} GROUP BY bet"))
        .await?;
    let mut rows = BTreeMap::new();
    let mut orphans = BTreeMap::new();
    for table in Table::ALL {
        let name = table.name();
        let count = format!("SELECT '{name}', count(*) FROM {name} WHERE {until}");
        rows.extend(named(engine.counts(&count).await?));
        if table != Table::Interactions {
            orphans.extend(named(engine.counts(&format!("{count} AND orphan")).await?));
        }
    }
    let reasons = "SELECT reason, count(*) FROM quarantine GROUP BY reason";
    let quarantined = named(engine.counts(reasons).await?).collect();
    Ok(Attribution { interactions, rows, orphans, quarantined })
}

fn named(counts: BTreeMap<Option<String>, u64>) -> impl Iterator<Item = (String, u64)> {
    counts.into_iter().map(|(name, count)| (name.unwrap_or_default(), count))
}
