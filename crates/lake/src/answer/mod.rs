//! From a plan to summaries: a few SQL statements for each bet, run one beside the other.
//!
//! Reading order: `items` (what a plan counts), `sql` (what that becomes), `run` (how the statements
//! are run), `collect` (how rows become what was counted), `tallied` (what that is, and how it adds up:
//! `added`, `grouped`, `classes`, `sampled`, `pairs`), `summed` (how it becomes summaries), `behind` (the
//! rows behind one answer). What was counted before is kept in `cells`.

mod added;
mod behind;
pub mod classes;
mod collect;
pub mod expression;
pub mod grouped;
pub mod items;
pub mod pairs;
pub mod run;
pub mod sampled;
pub mod sql;
pub mod summed;
pub mod tallied;

use std::collections::BTreeMap;

use jiff::Timestamp;
use trueup_evidence::summary::TableVersion;
use trueup_evidence::{Answer, Plan, Table};

pub use self::behind::{RowsBehind, rows_behind};
use self::items::{Item, Role};
use self::sql::{Ask, Reading};
use self::summed::summary;
use self::tallied::Tallied;
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

    pub fn of(&self, table: Table) -> &Snapshot {
        let found = self.tables.iter().find(|(known, _)| *known == table);
        &found.expect("every table was read").1
    }

    /// Only what is in files.
    pub fn without_tail(mut self) -> Tables {
        self.tables.iter_mut().for_each(|(_, snapshot)| snapshot.tail.clear());
        self
    }
}

/// The statements that a plan becomes when nothing was counted before, in the order in which they
/// are run.
pub(crate) async fn queries(lake: &Lake, plan: &Plan) -> Result<Vec<Query>, Error> {
    let engine = run::Engine::new(&Tables::read(lake).await?)?;
    let items = Item::all(plan);
    let asks = whole(&items);
    let now = Some(plan.now);
    let corrected = engine.any_corrected(&asks, now).await?;
    let reading = Reading { now, corrected, ..Reading::default() };
    let statements = sql::statements(&asks, reading).into_iter();
    Ok(statements
        .map(|statement| Query { table: statement.table.name().to_owned(), sql: statement.sql })
        .collect())
}

/// Answers from the rows alone.
pub(crate) async fn from_rows(plan: &Plan, tables: &Tables) -> Result<Answer, Error> {
    let engine = run::Engine::new(tables)?;
    let items = Item::all(plan);
    let reading = Reading { now: Some(plan.now), ..Reading::default() };
    let counted = engine.count(&whole(&items), reading).await?;
    let mut requests: Vec<Vec<(Role, &Tallied)>> = vec![Vec::new(); plan.requests.len()];
    for (item, counted) in items.iter().zip(&counted) {
        requests[item.request].extend(counted.values().map(|tallied| (item.role, tallied)));
    }
    let summaries = plan.requests.iter().zip(&requests);
    let summaries = summaries.map(|(request, counted)| summary(&request.measure, counted));
    Ok(Answer { summaries: summaries.collect(), versions: versions(tables) })
}

/// Asks for all that items range over.
fn whole<'a>(items: &'a [Item<'a>]) -> Vec<Ask<'a>> {
    items.iter().map(|item| Ask { item, windows: vec![item.window] }).collect()
}

pub(crate) fn versions(tables: &Tables) -> Vec<TableVersion> {
    let version = |snapshot: &Snapshot| {
        Some(TableVersion { table: snapshot.layout.name.to_owned(), version: snapshot.version? })
    };
    tables.iter().filter_map(version).chain(tables.position.iter().cloned()).collect()
}

/// Counts what belongs to none of these bets. A row group of one known bet, or without orphans, is
/// passed over by its statistics, so the conditions are written as the engine prunes them.
pub(crate) async fn strays(lake: &Lake, bets: &[&str], now: Timestamp) -> Result<Strays, Error> {
    let engine = run::Engine::new(&Tables::read(lake).await?)?;
    let until = expression::until(now);
    let others: Vec<String> =
        bets.iter().map(|bet| format!("bet <> {}", expression::text(bet))).collect();
    let foreign = if others.is_empty() { "true".to_owned() } else { others.join(" AND ") };
    let count = |table: &str, of: &str| {
        format!("SELECT '{table}', count(*) FROM {table} WHERE {until} AND ({of})")
    };
    let mut strays = Strays::default();
    for of in ["bet IS NULL", &format!("bet IS NOT NULL AND {foreign}")] {
        let uses = format!("{of} AND {}", sql::IS_USE);
        strays.unattributed +=
            engine.counts(&count("interactions", &uses)).await?.values().sum::<u64>();
    }
    for table in ["actions", "scores"] {
        strays.orphans += engine.counts(&count(table, "orphan")).await?.values().sum::<u64>();
    }
    let nameless = format!("unit IS NULL AND {}", sql::IS_USE);
    strays.nameless = engine.counts(&count("interactions", &nameless)).await?.values().sum();
    let quarantine = Snapshot::read(&lake.disk, crate::columns::Layout::quarantine()).await?;
    strays.quarantined = quarantine.files.iter().map(|file| file.rows).sum();
    Ok(strays)
}

/// Counts rows as of a moment: per bet, and what could not be told.
pub(crate) async fn attribution(lake: &Lake, now: Timestamp) -> Result<Attribution, Error> {
    let mut tables = Tables::read(lake).await?;
    let quarantine = crate::columns::Layout::quarantine();
    let quarantine = Snapshot::read(&lake.disk, quarantine).await?;
    tables.tables.push((Table::Interactions, quarantine));
    let engine = run::Engine::new(&tables)?;
    let until = expression::until(now);
    let interactions = engine
        .counts(&format!(
            "SELECT bet, count(*) FROM interactions WHERE {until} AND {} GROUP BY bet",
            sql::IS_USE
        ))
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
