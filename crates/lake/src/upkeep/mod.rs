//! What keeps a store small and quick while it runs: few files for each day, a log that begins at
//! its newest checkpoint, days that are too old dropped, files that nobody reads any more deleted.
//!
//! Each part looks at what is on disk to tell what is due, so nothing is forgotten by a crash, and
//! each call does a bounded amount of work.
//!
//! Reading order: `compact`, `checkpoint`, `retain`, `vacuum`.

mod checkpoint;
mod compact;
mod retain;
mod vacuum;

use std::time::Duration;

use jiff::Timestamp;

use crate::Lake;
use crate::columns::Layout;
use crate::error::Error;
use crate::store::Snapshot;

pub use compact::Compacted;

/// When what is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upkeep {
    /// A file of a day is let be when it is this large.
    pub file_bytes: u64,
    /// So many files of a day are put together into one; two are enough on a day that is over.
    pub files_at_once: usize,
    /// Bytes of files that one call puts together at most, over all tables.
    pub most_bytes: u64,
    /// A checkpoint after so many entries of a log.
    pub checkpoint_every: u64,
    /// Entries before the newest checkpoint are kept for so long.
    pub log_kept: Duration,
    /// Files that are part of no table are kept for so long: a reader may be at them, or a writer
    /// about to commit them.
    pub grace: Duration,
    /// Days of rows that are kept, by table.
    pub retention: Vec<Retention>,
}

/// How long rows of a table are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// A table's name: `payloads`.
    pub table: String,
    /// Rows whose day is further back are dropped.
    pub days: u32,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Maintained {
    pub compacted: Vec<Compacted>,
    /// Tables whose log got a checkpoint, with its version.
    pub checkpoints: Vec<(String, u64)>,
    /// Objects of logs that were deleted.
    pub log_objects: u64,
    /// Files of days that were dropped.
    pub dropped: Vec<String>,
    /// Files that were deleted, and bytes that this gave back.
    pub deleted: u64,
    pub deleted_bytes: u64,
    /// Temporary names of objects that were never finished.
    pub swept: u64,
    /// Nothing more is due now.
    pub done: bool,
}

impl Default for Upkeep {
    fn default() -> Upkeep {
        Upkeep {
            file_bytes: 128 << 20,
            files_at_once: 8,
            most_bytes: 256 << 20,
            checkpoint_every: 32,
            log_kept: Duration::from_hours(1),
            grace: Duration::from_hours(1),
            retention: Vec::new(),
        }
    }
}

impl Lake {
    /// Does what is due, as of a moment. Says [`Error::Busy`] when somebody else is at the store.
    pub async fn maintain(&self, upkeep: &Upkeep, now: Timestamp) -> Result<Maintained, Error> {
        let _lock = self.lock().await?;
        let mut done = Maintained { done: true, ..Maintained::default() };
        let mut budget = upkeep.most_bytes;
        for layout in Layout::all() {
            let snapshot = Snapshot::read(&self.disk, layout).await?;
            if snapshot.version.is_none() {
                continue;
            }
            let snapshot = retain::retain(snapshot, upkeep, now, &mut done).await?;
            let snapshot = compact::compact(snapshot, upkeep, now, &mut budget, &mut done).await?;
            checkpoint::checkpoint(&snapshot, upkeep, now, &mut done).await?;
            vacuum::vacuum(&snapshot, upkeep, now, &mut done).await?;
        }
        crate::cells::carry(self, &done.compacted).await?;
        vacuum::sweep(&self.disk, upkeep, now, &mut done).await?;
        Ok(done)
    }
}

/// The last moment, in milliseconds, that is at least so long ago.
fn before(now: Timestamp, ago: Duration) -> i64 {
    now.as_millisecond().saturating_sub(i64::try_from(ago.as_millis()).unwrap_or(i64::MAX))
}
