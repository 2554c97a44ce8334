//! From files to events: the user's SQL shapes the files' rows, each row is checked, and what holds
//! is appended.
//!
//! Reading order: `sources` (files become tables), `statements` (the user's SQL is planned and
//! checked before anything is written), `progress` (how far it is), `rows` (types, checks), `dimensions` (what is copied from
//! the interaction), `seen` (duplicates), `quarantine` (what was refused), `load` (all of it, table
//! by table).

mod array;
mod dimensions;
mod load;
pub(crate) mod progress;
mod quarantine;
mod rows;
mod seen;
pub(crate) mod sources;
mod statements;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use trueup_evidence::Table;

use crate::Lake;
use crate::error::Error;

use progress::Meter;
pub use progress::Progress;
pub(crate) use seen::read_ids;

/// What to take in.
#[derive(Debug, Clone)]
pub struct Import {
    /// JSON lines, CSV or Parquet, perhaps compressed; each is a table in the SQL.
    pub files: Vec<PathBuf>,
    /// `INSERT INTO interactions SELECT ...` and the like.
    pub sql: String,
    /// What to call the SQL in messages: its file's name.
    pub sql_name: String,
    /// Rows from later than this are refused.
    pub now: Timestamp,
}

/// What went in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// One for each table that the SQL fills.
    pub tables: Vec<TableImport>,
}

/// What went into one table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableImport {
    pub table: String,
    /// Rows that the SQL gave: each was added, a duplicate, or quarantined.
    pub read: u64,
    pub added: u64,
    /// Rows with the id of an event that is already there.
    pub duplicates: u64,
    /// Rows that are no events, by reason.
    pub quarantined: BTreeMap<String, u64>,
    /// Of those added: rows whose interaction is not known.
    pub orphans: u64,
    /// Of those added: what is odd about them, and of how many.
    pub remarks: BTreeMap<&'static str, u64>,
}

pub(crate) async fn import(
    lake: &Lake,
    import: &Import,
    progress: &mut dyn FnMut(Progress),
) -> Result<Imported, Error> {
    let (context, sizes) = sources::register(&import.files).await?;
    let inserts = statements::plan(&context, &import.sql, &import.sql_name).await?;
    let _lock = lake.lock().await?;
    let quarantine = quarantine::Quarantine::open(&lake.disk, import.now).await?;
    let meter = Meter::new(&inserts, &sizes, progress);
    let mut session = load::Session { lake, now: import.now, meter, quarantine };
    let mut imported = Imported::default();
    for table in Table::IMPORTED {
        let of_table: Vec<_> = inserts.iter().filter(|insert| insert.table == table).collect();
        if !of_table.is_empty() {
            imported.tables.push(session.load(table, &of_table).await?);
        }
    }
    session.quarantine.finish(import.now).await?;
    crate::merge::rehome(lake, import.now).await?;
    Ok(imported)
}
