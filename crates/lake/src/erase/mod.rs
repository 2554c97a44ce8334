//! One person is removed from the store: from every table, from old versions, from cells and from what
//! is not merged yet; then everything that is left is read to prove it, and a receipt stays.
//!
//! What hangs on the person's interactions goes first and the interactions last, so that an erasure
//! that was cut short finds the rest when it is run again.
//!
//! Reading order: `person` (which rows are somebody's), `proof` (nothing is left), `receipt` (what stays
//! of it).

mod person;
mod proof;
mod receipt;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::columns::Layout;
use crate::disk::Lock;
use crate::error::Error;
use crate::merge::MergeOptions;
use crate::store::rewrite::{Change, rewrite};
use crate::store::{Commit, DataFile, Snapshot};
use crate::{Lake, crash};

use person::Person;
pub use proof::Proof;
pub use receipt::Receipt;

/// Derived from the tables, so it can go whenever it stands in the way.
const CELLS: &str = "cells";
/// How long a merge is waited for: a minute.
const TRIES: u32 = 1200;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);
/// On a disk without a lock, a file that is part of no table may be one that is being written.
const ABANDONED_AFTER_MS: i64 = 24 * 3600 * 1000;

/// Whom to remove.
#[derive(Debug, Clone)]
pub struct Erasure {
    /// The pseudonym, as in the column `unit`.
    pub unit: String,
    /// The name that refused rows may hold instead, if it is known.
    pub user_id: Option<String>,
    /// Count only.
    pub dry_run: bool,
    pub now: Timestamp,
}

/// What was removed, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Erased {
    /// Rows by table. Only tables in which there were some.
    pub rows: BTreeMap<String, u64>,
    /// Values that named the person in rows of others, by table.
    pub values: BTreeMap<String, u64>,
    /// Files of the tables that were written anew.
    pub files: u64,
    /// Old files and cells that were deleted.
    pub deleted: u64,
    /// Nothing to prove after a dry run.
    pub proof: Option<Proof>,
    /// Where the receipt is, relative to the store.
    pub receipt: Option<String>,
}

pub(crate) async fn erase(lake: &Lake, erasure: &Erasure) -> Result<Erased, Error> {
    let _lock = if erasure.dry_run { None } else { Some(settled(lake, erasure.now).await?) };
    let tables = tables(lake).await?;
    let person = Person::find(&tables, erasure).await?;
    let mut receipt = Receipt::begin(&lake.disk, erasure).await?;
    // Backwards: a row may be about a row of a table before its own.
    for snapshot in tables.iter().rev() {
        let touched = touched(snapshot, &person).await?;
        receipt.take(snapshot, &touched, erasure).await?;
        if !erasure.dry_run && !touched.files.is_empty() {
            remove(snapshot, &touched.files, &person, erasure.now).await?;
            crash::point("erase.midway");
        }
    }
    if erasure.dry_run {
        return Ok(receipt.counted());
    }
    receipt.deleted(delete_old(lake, &person).await?);
    let proof = proof::prove(lake, &person).await?;
    receipt.finish(proof, erasure.now).await
}

/// Merges what has arrived, and keeps everybody else out. A server that merges is waited for.
async fn settled(lake: &Lake, now: Timestamp) -> Result<Lock, Error> {
    for _ in 0..TRIES {
        match lake.merge(MergeOptions::default(), now).await {
            Ok(merged) if merged.left > 0 => continue,
            Err(Error::Busy { .. } | Error::Overtaken { .. }) => {}
            Err(error) => return Err(error),
            Ok(_) => match lake.lock().await {
                Err(Error::Busy { .. }) => {}
                locked => return locked,
            },
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
    lake.lock().await
}

/// Every table, a dependent one after those that it may be about.
pub(crate) async fn tables(lake: &Lake) -> Result<Vec<Snapshot>, Error> {
    let mut tables = Vec::new();
    for layout in Layout::all() {
        tables.push(Snapshot::read(&lake.disk, layout).await?);
    }
    Ok(tables)
}

/// Files of a table that hold something of a person.
#[derive(Default)]
struct Touched {
    files: Vec<DataFile>,
    rows: u64,
    values: u64,
}

async fn touched(snapshot: &Snapshot, person: &Person) -> Result<Touched, Error> {
    let mut touched = Touched::default();
    for file in &snapshot.files {
        let found = proof::search(snapshot, file, person).await?;
        if !found.is_empty() {
            touched.files.push(file.clone());
        }
        touched.rows += found.rows;
        touched.values += found.values;
    }
    Ok(touched)
}

async fn remove(
    snapshot: &Snapshot,
    files: &[DataFile],
    person: &Person,
    now: Timestamp,
) -> Result<(), Error> {
    let table = snapshot.layout.name;
    let rewritten = rewrite(snapshot, files, |_, batch| {
        person.cleaned(table, batch).map_or(Change::Keep, Change::Replace)
    });
    let rewritten = rewritten.await?;
    let commit =
        Commit { removes: rewritten.removes, operation: "ERASE", ..Commit::adding(rewritten.adds) };
    snapshot.commit(&commit, now).await.map(drop)
}

/// Deletes what no table needs any more and the person is still in. The log names of a file only how
/// many rows it had, its bets and times; it can stay.
async fn delete_old(lake: &Lake, person: &Person) -> Result<u64, Error> {
    let mut old = Vec::new();
    for snapshot in tables(lake).await? {
        for file in unused(&snapshot).await? {
            // One that cannot be read, for its writer was cut short, is no loss.
            let found = proof::search(&snapshot, &file, person).await;
            if found.map_or(true, |found| !found.is_empty()) {
                old.push(snapshot.path(&file));
            }
        }
    }
    old.extend(lake.disk.list(CELLS).await?.into_iter().map(|found| found.path));
    let deleted = old.len() as u64;
    lake.disk.delete(old).await?;
    Ok(deleted)
}

/// Files in a table's folder that are no part of its newest version.
pub(crate) async fn unused(snapshot: &Snapshot) -> Result<Vec<DataFile>, Error> {
    let used: BTreeSet<&str> = snapshot.files.iter().map(|file| file.path.as_str()).collect();
    let folder = format!("{}/", snapshot.layout.name);
    let found = snapshot.disk.list(snapshot.layout.name).await?;
    let newest = found.iter().map(|found| found.modified).max().unwrap_or_default();
    let is_free = |path: &str, modified: i64| {
        snapshot.disk.folder().is_some()
            || snapshot.log.removed.contains_key(path)
            || newest - modified > ABANDONED_AFTER_MS
    };
    let files = found.iter().filter_map(|found| {
        let path = found.path.strip_prefix(&folder)?;
        let is_data = path.ends_with(".parquet") && !path.starts_with("_delta_log");
        let unused = is_data && !used.contains(path) && is_free(path, found.modified);
        unused.then(|| DataFile {
            day: 0,
            path: path.to_owned(),
            bytes: found.bytes,
            rows: 0,
            modified: found.modified,
            stats: "".into(),
        })
    });
    Ok(files.collect())
}
