//! What arrived and what is stored become rows of the tables: each event once, each span as its trace
//! makes it, each dependent row on the day and with the bet and person of what it is about.
//!
//! The outcome depends on the set of events alone, not on the order in which they came or on how they
//! were grouped. Rows that are stored already and turn out to be something else are taken out of
//! their file and added anew.
//!
//! Reading order: `trace` (pure: what spans say of one another), `spans` (rows as spans), `target`
//! (what a row is about), `dimensions` (what it copies), `stored` (what the tables hold),
//! `duplicates`, `interactions`, `dependents` (the steps).

mod arrived;
pub mod dependents;
pub mod dimensions;
mod duplicates;
mod interactions;
mod spans;
pub mod stored;
pub mod target;
pub mod trace;

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use trueup_evidence::Table;

use crate::columns::{Layout, day_of};
use crate::error::Error;
use crate::keys::KeySet;
use crate::store::DataFile;

pub use stored::{Index, Stored};

/// Rows that arrived, with all columns, in the order of [`Table::STORED`].
#[derive(Debug, Clone)]
pub struct Incoming {
    pub tables: [RecordBatch; 5],
    /// Some of it was merged before and not finished: then what depends on rows that are stored
    /// already is looked at again.
    pub again: bool,
    /// All rows that wait for their target are looked at, not only those whose target arrived.
    pub all_waiting: bool,
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// New rows only: what a reader needs.
    New,
    /// Stored rows too that turn out to be something else.
    All,
}

/// What happens to one table.
#[derive(Debug, Clone)]
pub struct Change {
    /// Rows to add.
    pub added: RecordBatch,
    /// How many of them are new; they come first. The others were taken out of a file.
    pub new: usize,
    /// Rows to take out of files, by their ids.
    pub removed: BTreeMap<DataFile, KeySet>,
    pub duplicates: u64,
}

impl Incoming {
    /// Nothing.
    pub fn none() -> Incoming {
        let tables = Table::STORED.map(|table| RecordBatch::new_empty(Layout::of(table).columns));
        Incoming { tables, again: false, all_waiting: false }
    }

    pub fn of(&self, table: Table) -> &RecordBatch {
        &self.tables[place(table)]
    }
}

impl Change {
    fn adding(rows: RecordBatch) -> Change {
        Change { added: rows, new: 0, removed: BTreeMap::new(), duplicates: 0 }
    }

    /// True if the table stays as it is.
    pub fn is_empty(&self) -> bool {
        self.added.num_rows() == 0 && self.removed.is_empty()
    }
}

/// The place of a table in [`Table::STORED`].
pub fn place(table: Table) -> usize {
    Table::STORED.iter().position(|stored| *stored == table).expect("every table is stored")
}

/// Settles what arrived against what is stored.
pub async fn settle(
    stored: &Stored<'_>,
    incoming: &Incoming,
    reach: Reach,
) -> Result<[Change; 5], Error> {
    let mut names = dimensions::Names::default();
    let telemetry = duplicates::new_rows(stored, Table::Telemetry, incoming).await?;
    let interactions = duplicates::new_rows(stored, Table::Interactions, incoming).await?;
    let how = (incoming.again, reach);
    let (interactions, mut arrived) =
        interactions::settle(stored, &interactions, &telemetry, how, &mut names).await?;
    let mut settle = dependents::Settle { stored, reach, again: incoming.again, names: &mut names };
    let actions = settle.table(Table::Actions, incoming, &mut arrived).await?;
    let payloads = settle.table(Table::Payloads, incoming, &mut arrived).await?;
    let scores = settle.table(Table::Scores, incoming, &mut arrived).await?;
    let telemetry = Change {
        new: telemetry.rows.num_rows(),
        duplicates: telemetry.duplicates,
        ..Change::adding(telemetry.rows)
    };
    Ok([interactions, actions, scores, payloads, telemetry])
}

/// The names of a table's columns.
fn all_columns(table: Table) -> Vec<String> {
    Layout::of(table).columns.fields().iter().map(|column| column.name().clone()).collect()
}

/// The time that decides on which day each row lies: that of its target, an orphan's own.
pub fn times(table: Table, rows: &RecordBatch) -> Vec<i64> {
    let time = |name: &str| {
        let column = rows.column_by_name(name).expect("every table has its times");
        column.as_primitive::<TimestampMicrosecondType>()
    };
    let (own, target) = (time("at"), time(table.target_time()));
    let row_time = |row| if target.is_valid(row) { target.value(row) } else { own.value(row) };
    (0..own.len()).map(row_time).collect()
}

/// The day on which each row lies.
pub fn days(table: Table, rows: &RecordBatch) -> Vec<i32> {
    times(table, rows).into_iter().map(day_of).collect()
}

/// The day of each row's own time: where it lies as long as its target is not known.
fn own_days(rows: &RecordBatch) -> Vec<i32> {
    let own = rows.column_by_name("at").expect("every table has its times");
    own.as_primitive::<TimestampMicrosecondType>().values().iter().map(|at| day_of(*at)).collect()
}
