//! Which write-ahead objects there are, and what is in them.

use std::collections::{BTreeMap, VecDeque};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use trueup_evidence::Table;

use super::WAL;
use super::object::decode;
use crate::columns::Layout;
use crate::disk::Disk;
use crate::error::Error;
use crate::store::Snapshot;

/// One object that is not merged yet, or was and is still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub writer: String,
    pub number: u64,
    pub path: String,
    pub bytes: u64,
    /// When it was written, milliseconds since 1970.
    pub written: i64,
}

/// The rows of one object, by table.
pub type Rows = Vec<(&'static str, RecordBatch)>;

/// What waits to be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    pub objects: u64,
    pub bytes: u64,
    /// When the oldest was written, milliseconds since 1970.
    pub oldest: Option<i64>,
}

/// All objects, each writer's in the order of their numbers.
pub async fn list(disk: &Disk) -> Result<Vec<Object>, Error> {
    let found = disk.list(WAL).await?;
    let object = |found: crate::disk::Found| {
        let (writer, name) = found.path.strip_prefix(WAL)?.strip_prefix('/')?.split_once('/')?;
        let number = name.strip_suffix(".arrow")?.parse().ok()?;
        let writer = writer.to_owned();
        let (bytes, written) = (found.bytes, found.modified);
        Some(Object { writer, number, path: found.path, bytes, written })
    };
    Ok(found.into_iter().filter_map(object).collect())
}

impl Object {
    /// The number as the tables' logs keep it.
    pub fn version(&self) -> i64 {
        i64::try_from(self.number).expect("a writer counts from zero")
    }

    /// True if a table has committed the object's rows.
    pub fn is_merged(&self, table: &Snapshot) -> bool {
        table.merged(&self.writer).is_some_and(|merged| merged >= self.version())
    }
}

impl Backlog {
    pub(crate) fn of(objects: &[Object]) -> Backlog {
        Backlog {
            objects: objects.len() as u64,
            bytes: objects.iter().map(|object| object.bytes).sum(),
            oldest: objects.iter().map(|object| object.written).min(),
        }
    }
}

/// The oldest objects, up to a number of bytes but at least one. Of each writer these are its first.
pub fn oldest(objects: Vec<Object>, most_bytes: u64) -> Vec<Object> {
    let mut writers: BTreeMap<String, VecDeque<Object>> = BTreeMap::new();
    for object in objects {
        writers.entry(object.writer.clone()).or_default().push_back(object);
    }
    let mut taken: Vec<Object> = Vec::new();
    let mut bytes = 0;
    loop {
        let heads = writers.values_mut().filter(|queue| !queue.is_empty());
        let Some(queue) =
            heads.min_by_key(|queue| queue.front().map(|head| (head.written, head.number)))
        else {
            break;
        };
        bytes += queue.front().map_or(0, |head| head.bytes);
        if bytes > most_bytes && !taken.is_empty() {
            break;
        }
        taken.extend(queue.pop_front());
    }
    taken
}

/// The layouts of all tables that an object may hold; that of the refused rows is the last.
pub fn layouts() -> Vec<Layout> {
    Table::STORED.into_iter().map(Layout::of).chain([Layout::quarantine()]).collect()
}

/// Reads objects. One that is gone meanwhile was merged, and is left out.
pub async fn read_each<'a>(
    disk: &Disk,
    objects: &'a [Object],
) -> Result<Vec<(&'a Object, Rows)>, Error> {
    let layouts = layouts();
    let mut read = Vec::with_capacity(objects.len());
    for object in objects {
        let Some(bytes) = disk.get(&object.path).await? else { continue };
        let rows = decode(&bytes, &layouts)
            .map_err(|why| Error::unreadable(&disk.path(&object.path), why))?;
        read.push((object, rows));
    }
    Ok(read)
}

/// Rows of one table as one batch.
pub fn together<'a>(
    layout: &Layout,
    rows: impl IntoIterator<Item = &'a RecordBatch>,
) -> RecordBatch {
    concat_batches(&layout.columns, rows).expect("all have the table's columns")
}
