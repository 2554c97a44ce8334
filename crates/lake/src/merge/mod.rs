//! Write-ahead objects become rows of the tables, each once, and then go away.
//!
//! Whatever happens on the way, doing it again completes it: what is committed is found by its ids,
//! and objects go away only when every table has committed what they hold.

pub mod run;

use std::collections::BTreeMap;

use datafusion::arrow::array::{AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use jiff::Timestamp;
use trueup_evidence::Table;

use crate::Lake;
use crate::columns::{Layout, day_of};
use crate::crash;
use crate::error::Error;
use crate::keys::{KeySet, key};
use crate::settle::{Change, Incoming, Reach, Stored, settle, times};
use crate::store::append::by_day;
use crate::store::rewrite::{self, rewrite};
use crate::store::{Appender, Commit, DataFile, Snapshot};
use crate::tail::snapshots;
use crate::wal::objects::{self, Object};

/// Under this name a table's log keeps how many rows were dropped as duplicates so far, as it keeps
/// how far a writer is.
pub const DUPLICATES: &str = "trueup/duplicates";

/// How much is merged at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergeOptions {
    /// Bytes of write-ahead objects; at least one is taken.
    pub most_bytes: u64,
}

impl Default for MergeOptions {
    fn default() -> MergeOptions {
        MergeOptions { most_bytes: 4 << 20 }
    }
}

/// What one merge did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merged {
    pub objects: u64,
    pub bytes: u64,
    /// Objects that are left.
    pub left: u64,
    /// Rows added, by table.
    pub added: BTreeMap<&'static str, u64>,
    /// Rows that were there already, by table.
    pub duplicates: BTreeMap<&'static str, u64>,
    /// Rows that were stored and turned out to be something else, by table: orphans that found their
    /// interaction, spans whose trace went on.
    pub repaired: BTreeMap<&'static str, u64>,
}

/// Merges the oldest objects. Does nothing if there are none.
pub(crate) async fn merge(
    lake: &Lake,
    options: MergeOptions,
    now: Timestamp,
) -> Result<Merged, Error> {
    if objects::list(&lake.disk).await?.is_empty() {
        return Ok(Merged::default());
    }
    let _lock = lake.lock().await?;
    let all = objects::list(&lake.disk).await?;
    let count = all.len();
    let taken = objects::oldest(all, options.most_bytes);
    let tables = snapshots(lake).await?;
    let is_begun = |object: &Object| tables.iter().any(|table| object.is_merged(table));
    let again = taken.iter().any(is_begun);
    let (incoming, refused) = held(lake, &taken, again).await?;
    let changes = settled(lake, &tables, &incoming).await?;
    drop(incoming);
    let mut merged = Merged {
        objects: taken.len() as u64,
        bytes: taken.iter().map(|object| object.bytes).sum(),
        left: (count - taken.len()) as u64,
        ..Merged::default()
    };
    for (table, change) in Table::STORED.into_iter().zip(&changes) {
        merged.count(table.name(), change);
    }
    write(&tables, changes, &Progress { writers: progress(&taken), again }, now).await?;
    keep_refused(lake, refused, now).await?;
    crash::point("merge.committed");
    lake.disk.delete(taken.into_iter().map(|object| object.path).collect()).await?;
    Ok(merged)
}

/// Gives rows a home whose interaction came by another way than the write-ahead objects. Under the
/// lock of whoever brought it.
pub(crate) async fn rehome(lake: &Lake, now: Timestamp) -> Result<Merged, Error> {
    let tables = snapshots(lake).await?;
    let incoming = Incoming { all_waiting: true, ..Incoming::none() };
    let changes = settled(lake, &tables, &incoming).await?;
    let mut merged = Merged::default();
    for (table, change) in Table::STORED.into_iter().zip(&changes) {
        merged.count(table.name(), change);
    }
    write(&tables, changes, &Progress::default(), now).await?;
    Ok(merged)
}

impl Merged {
    fn count(&mut self, table: &'static str, change: &Change) {
        let repaired = change.added.num_rows() - change.new;
        let counts = [
            (&mut self.added, change.new as u64),
            (&mut self.duplicates, change.duplicates),
            (&mut self.repaired, repaired as u64),
        ];
        for (counts, count) in counts {
            if count > 0 {
                *counts.entry(table).or_default() += count;
            }
        }
    }
}

async fn settled(
    lake: &Lake,
    tables: &[Snapshot; 5],
    incoming: &Incoming,
) -> Result<[Change; 5], Error> {
    let stored = Stored { index: &lake.index, tables };
    settle(&stored, incoming, Reach::All).await
}

/// How far a merge will be when it is committed.
#[derive(Debug, Default)]
struct Progress {
    /// The last object of each writer.
    writers: Vec<(String, i64)>,
    /// Some of it was merged before, so that what is found again is no duplicate.
    again: bool,
}

/// How far each writer will be.
fn progress(taken: &[Object]) -> Vec<(String, i64)> {
    let mut writers: BTreeMap<&str, i64> = BTreeMap::new();
    for object in taken {
        let last = writers.entry(&object.writer).or_default();
        *last = (*last).max(object.version());
    }
    writers.into_iter().map(|(writer, last)| (writer.to_owned(), last)).collect()
}

/// The rows of some objects, and those that were refused.
async fn held(
    lake: &Lake,
    taken: &[Object],
    again: bool,
) -> Result<(Incoming, RecordBatch), Error> {
    let read = objects::read_each(&lake.disk, taken).await?;
    let rows = |layout: &Layout| {
        let all = read.iter().flat_map(|(_, rows)| rows.iter());
        let of_table = all.filter(|(name, _)| *name == layout.name).map(|(_, rows)| rows);
        objects::together(layout, of_table)
    };
    let tables = Table::STORED.map(|table| rows(&Layout::of(table)));
    Ok((Incoming { tables, again, all_waiting: false }, rows(&Layout::quarantine())))
}

/// Writes and commits each table, interactions first: what is about them finds them then.
async fn write(
    tables: &[Snapshot; 5],
    changes: [Change; 5],
    progress: &Progress,
    now: Timestamp,
) -> Result<(), Error> {
    let mut commits = Vec::new();
    for ((table, snapshot), change) in Table::STORED.into_iter().zip(tables).zip(changes) {
        if !change.is_empty() || (change.duplicates > 0 && !progress.again) {
            commits.push((snapshot, written(table, snapshot, change, progress).await?));
        }
    }
    crash::point("merge.written");
    for (snapshot, commit) in commits {
        snapshot.commit(&commit, now).await?;
        crash::point(&format!("merge.committed.{}", snapshot.layout.name));
    }
    Ok(())
}

/// Writes the files of one table's change; they are durable, and not part of the table yet.
async fn written(
    table: Table,
    snapshot: &Snapshot,
    change: Change,
    progress: &Progress,
) -> Result<Commit, Error> {
    let mut txns = progress.writers.clone();
    if change.duplicates > 0 && !progress.again {
        let before = snapshot.merged(DUPLICATES).unwrap_or(0);
        txns.push((DUPLICATES.to_owned(), before.saturating_add_unsigned(change.duplicates)));
    }
    let mut appender = Appender::new(snapshot.clone());
    let times = times(table, &change.added);
    for (day, rows) in by_day(&change.added, &times) {
        if rows.num_rows() > 0 {
            appender.push(day, rows).await?;
        }
    }
    let (_, mut adds) = appender.written().await?;
    let files: Vec<DataFile> = change.removed.keys().cloned().collect();
    let rewritten = rewrite(snapshot, &files, |file, rows| {
        let gone = change.removed.get(file);
        gone.map_or(rewrite::Change::Keep, |gone| without(rows, gone))
    })
    .await?;
    adds.extend(rewritten.adds);
    Ok(Commit { adds, removes: rewritten.removes, txns, data_change: true, operation: "MERGE" })
}

fn without(rows: &RecordBatch, gone: &KeySet) -> rewrite::Change {
    let ids = rows.column_by_name("id").expect("every table has ids").as_string::<i32>();
    let kept: BooleanArray = ids.iter().map(|id| Some(!gone.contains(&key(id?)))).collect();
    if kept.false_count() == 0 {
        return rewrite::Change::Keep;
    }
    rewrite::Change::Replace(filter_record_batch(rows, &kept).expect("as long as the rows"))
}

/// Keeps refused rows, unless they are kept already.
async fn keep_refused(lake: &Lake, refused: RecordBatch, now: Timestamp) -> Result<(), Error> {
    if refused.num_rows() == 0 {
        return Ok(());
    }
    let snapshot = Snapshot::read(&lake.disk, Layout::quarantine()).await?;
    let mut known = crate::import::read_ids(&snapshot, &snapshot.files).await?;
    let ids = refused.column_by_name("id").expect("refused rows have ids").as_string::<i32>();
    let new: BooleanArray = ids.iter().map(|id| Some(known.insert(key(id?)))).collect();
    let rows = filter_record_batch(&refused, &new).expect("as long as the rows");
    let mut appender = Appender::new(snapshot);
    if rows.num_rows() > 0 {
        appender.push(day_of(now.as_microsecond()), rows).await?;
    }
    appender.finish(now).await
}
