//! What the store holds: rows, what could not be told of them, files, and what is not merged yet.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use jiff::Timestamp;
use serde::Serialize;
use trueup_evidence::Table;

use crate::Lake;
use crate::erase::tables;
use crate::error::Error;
use crate::merge::DUPLICATES;
use crate::query::form::as_texts;
use crate::query::session::Session;

const MOST_MEMORY: usize = 512 << 20;

/// What there is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Status {
    pub tables: BTreeMap<String, TableStatus>,
    /// Interactions that are uses of a feature.
    pub uses: u64,
    /// Interactions that are parts of a use: they are not counted as uses.
    pub parts: u64,
    /// Uses without a bet.
    pub unattributed: u64,
    /// Interactions that name a model or tokens, are no sum of others, and have no cost.
    pub unpriced: u64,
    /// Rows whose interaction is not known, by table.
    pub orphans: BTreeMap<String, u64>,
    /// Refused rows, by reason.
    pub quarantined: BTreeMap<String, u64>,
    /// Events that arrived again and were dropped at a merge.
    pub duplicates_dropped: u64,
    /// What is durable and not merged into the tables yet.
    pub wal: Pile,
    pub cells: Pile,
    /// Everything in the store, with old files and logs.
    pub bytes: u64,
    /// When the latest interaction happened.
    pub newest: Option<Timestamp>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TableStatus {
    /// Rows, with those that are not merged yet.
    pub rows: u64,
    /// Files of the newest version.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
    /// `None` as long as nothing was ever written.
    pub version: Option<u64>,
}

/// Some objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Pile {
    pub objects: u64,
    pub bytes: u64,
    /// When the oldest was written.
    pub oldest: Option<Timestamp>,
}

pub(crate) async fn status(lake: &Lake) -> Result<Status, Error> {
    let mut status = Status::default();
    let session = Session::read(lake, MOST_MEMORY).await?;
    for snapshot in tables(lake).await? {
        let table = TableStatus {
            rows: 0,
            files: snapshot.files.len() as u64,
            bytes: snapshot.files.iter().map(|file| file.bytes).sum(),
            version: snapshot.version,
        };
        let dropped = snapshot.merged(DUPLICATES).unwrap_or_default();
        status.duplicates_dropped += dropped.cast_unsigned();
        status.tables.insert(snapshot.layout.name.to_owned(), table);
    }
    status.count(&session).await?;
    status.wal = pile(lake, "wal").await?;
    status.cells = pile(lake, "cells").await?;
    status.bytes = pile(lake, "").await?.bytes;
    Ok(status)
}

impl Status {
    async fn count(&mut self, session: &Session) -> Result<(), Error> {
        for (name, table) in &mut self.tables {
            table.rows = session.numbers(&format!("SELECT count(*) FROM {name}")).await?[0];
        }
        let counts = session
            .numbers(
                "SELECT count(*) FILTER (WHERE part_of IS NULL),
                        count(*) FILTER (WHERE part_of IS NOT NULL),
                        count(*) FILTER (WHERE part_of IS NULL AND bet IS NULL),
                        count(*) FILTER (WHERE cost IS NULL AND coalesce(composed, 0) = 0
                            AND (tokens_in IS NOT NULL OR tokens_out IS NOT NULL
                                OR model_requested IS NOT NULL OR model_answered IS NOT NULL))
                 FROM interactions",
            )
            .await?;
        (self.uses, self.parts) = (counts[0], counts[1]);
        (self.unattributed, self.unpriced) = (counts[2], counts[3]);
        for table in Table::STORED.into_iter().filter(|table| table.has_target()) {
            let name = table.name();
            let sql = format!("SELECT count(*) FROM {name} WHERE orphan");
            self.orphans.insert(name.to_owned(), session.numbers(&sql).await?[0]);
        }
        let rows = session.rows("SELECT reason, count(*) FROM quarantine GROUP BY reason").await?;
        let (reasons, counts) = (as_texts(rows.column(0))?, numbers(rows.column(1)));
        self.quarantined = reasons.iter().flatten().map(str::to_owned).zip(counts).collect();
        let newest = session.rows("SELECT max(at) FROM interactions").await?;
        let newest = newest.column(0).as_primitive::<TimestampMicrosecondType>();
        let newest = (!newest.is_empty() && newest.is_valid(0)).then(|| newest.value(0));
        self.newest = newest.and_then(|newest| Timestamp::from_microsecond(newest).ok());
        Ok(())
    }
}

impl Session {
    /// The one row of a statement that counts.
    async fn numbers(&self, sql: &str) -> Result<Vec<u64>, Error> {
        let rows = self.rows(sql).await?;
        Ok(rows.columns().iter().flat_map(numbers).collect())
    }
}

fn numbers(column: &ArrayRef) -> Vec<u64> {
    let counts = column.as_primitive::<Int64Type>();
    counts.values().iter().map(|count| count.cast_unsigned()).collect()
}

async fn pile(lake: &Lake, folder: &str) -> Result<Pile, Error> {
    let found = lake.disk.list(folder).await?;
    let oldest = found.iter().map(|found| found.modified).min();
    Ok(Pile {
        objects: found.len() as u64,
        bytes: found.iter().map(|found| found.bytes).sum(),
        oldest: oldest.and_then(|oldest| Timestamp::from_millisecond(oldest).ok()),
    })
}
