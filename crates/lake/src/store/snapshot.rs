//! Which files make up a table at its newest version.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;

use super::log::Log;
use crate::columns::Layout;
use crate::disk::Disk;
use crate::error::Error;

/// One table at one version.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub disk: Disk,
    pub layout: Layout,
    /// `None` when nothing was ever written.
    pub version: Option<u64>,
    /// Sorted by day, then path, so that every run reads in the same order.
    pub files: Vec<DataFile>,
    /// What else the log says.
    pub log: Arc<Log>,
    /// Rows that are in no file yet, for readers: see [`crate::tail`].
    pub tail: Vec<RecordBatch>,
}

/// One Parquet file of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataFile {
    /// Days since 1970.
    pub day: i32,
    /// Relative to the table's folder.
    pub path: String,
    pub bytes: u64,
    pub rows: u64,
    /// When it became part of the table, milliseconds since 1970.
    pub modified: i64,
    /// What the log says of its rows, as JSON: their number, the least and the greatest bet and
    /// time.
    pub stats: Arc<str>,
}

impl Snapshot {
    /// Reads the newest version; a table that was never written is empty.
    pub async fn read(disk: &Disk, layout: Layout) -> Result<Snapshot, Error> {
        let log = Log::read(disk, layout.name).await?;
        let version = log.as_ref().map(|log| log.version);
        let log = log.unwrap_or_default();
        let mut files: Vec<DataFile> = log.files.values().cloned().collect();
        files.sort_unstable();
        Ok(Snapshot { disk: disk.clone(), layout, version, files, log, tail: Vec::new() })
    }

    /// How far a writer is: the version it gave with its last commit to this table.
    #[must_use]
    pub fn merged(&self, writer: &str) -> Option<i64> {
        self.log.txns.get(writer).copied()
    }

    /// The files of one day.
    #[must_use]
    pub fn of_day(&self, day: i32) -> Vec<DataFile> {
        self.files.iter().filter(|file| file.day == day).cloned().collect()
    }

    /// Where a file is, relative to the store.
    #[must_use]
    pub fn path(&self, file: &DataFile) -> String {
        format!("{}/{}", self.layout.name, file.path)
    }
}
