//! Nothing is left of a person: every file and object that remains is read.

use futures::TryStreamExt;

use super::person::Person;
use super::{CELLS, tables, unused};
use crate::Lake;
use crate::error::Error;
use crate::store::{DataFile, Snapshot, read};
use crate::wal::objects;

/// What was read to prove an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Proof {
    /// Parquet files, also those that are part of no table.
    pub files: u64,
    pub bytes: u64,
    pub rows: u64,
    /// Rows of the person that arrived while the erasure ran, and are not merged yet: they are new.
    pub arrived_since: u64,
}

/// What a file holds of a person.
#[derive(Debug, Clone, Copy, Default)]
pub struct Found {
    pub rows: u64,
    pub values: u64,
    pub read: u64,
}

impl Found {
    pub fn is_empty(self) -> bool {
        self.rows + self.values == 0
    }
}

/// Reads all of a file.
pub async fn search(snapshot: &Snapshot, file: &DataFile, person: &Person) -> Result<Found, Error> {
    let mut found = Found::default();
    let mut batches = read::rows(snapshot, file).await?;
    while let Some(batch) = batches.try_next().await? {
        let (rows, values) = person.count(snapshot.layout.name, &batch);
        found.rows += rows;
        found.values += values;
        found.read += batch.num_rows() as u64;
    }
    Ok(found)
}

/// Reads what the store holds now; fails when the person is still there.
pub async fn prove(lake: &Lake, person: &Person) -> Result<Proof, Error> {
    let mut proof = Proof::default();
    for snapshot in tables(lake).await? {
        let others = unused(&snapshot).await?;
        for file in snapshot.files.iter().chain(&others) {
            let found = search(&snapshot, file, person).await?;
            if !found.is_empty() {
                return Err(Error::Remains { path: lake.disk.path(&snapshot.path(file)) });
            }
            proof.files += 1;
            proof.bytes += file.bytes;
            proof.rows += found.read;
        }
    }
    proof.arrived_since = arrived(lake, person).await?;
    match lake.disk.list(CELLS).await?.first() {
        None => Ok(proof),
        // Made by somebody who still had the old version in mind.
        Some(cell) => Err(Error::Remains { path: lake.disk.path(&cell.path) }),
    }
}

/// What was there when the erasure began is merged: these came later.
async fn arrived(lake: &Lake, person: &Person) -> Result<u64, Error> {
    let objects = objects::list(&lake.disk).await?;
    let mut arrived = 0;
    for (_, tables) in objects::read_each(&lake.disk, &objects).await? {
        for (table, rows) in tables {
            let (theirs, values) = person.count(table, &rows);
            arrived += theirs + values;
        }
    }
    Ok(arrived)
}
