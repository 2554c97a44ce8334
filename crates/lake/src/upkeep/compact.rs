//! Many small files of a day become one: merged in their order, so that a bet's rows lie together
//! again, without ever holding more than a few rows of each in memory.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, UnboundedMemoryPool};
use datafusion::physical_expr::expressions::col;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet};
use datafusion::physical_plan::sorts::streaming_merge::StreamingMergeBuilder;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, TryStreamExt};
use jiff::Timestamp;

use super::{Maintained, Upkeep};
use crate::columns::{Layout, day_of};
use crate::crash;
use crate::error::{Error, short};
use crate::store::{Commit, DataFile, Snapshot, Writing, file, read};

/// Files that are read side by side.
const MOST_FILES: usize = 32;
/// Files below it are taken for equally small.
const SMALL_BYTES: u64 = 1 << 20;
/// Rows that the merge hands on at once.
const BATCH_ROWS: usize = 4096;
/// How often a commit is tried when others commit meanwhile.
const ATTEMPTS: usize = 4;

/// Files that hold the very rows that others held before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compacted {
    pub table: String,
    /// Days since 1970.
    pub day: i32,
    /// Relative to the table's folder.
    pub replaced: Vec<String>,
    pub by: Vec<String>,
}

/// Puts files together, day by day, as far as the budget goes.
pub async fn compact(
    mut snapshot: Snapshot,
    upkeep: &Upkeep,
    now: Timestamp,
    budget: &mut u64,
    done: &mut Maintained,
) -> Result<Snapshot, Error> {
    while let Some(files) = due(&snapshot, upkeep, now) {
        let bytes: u64 = files.iter().map(|file| file.bytes).sum();
        if *budget == 0 {
            done.done = false;
            break;
        }
        *budget = budget.saturating_sub(bytes);
        let new = merged(&snapshot, &files).await?;
        crash::point("compact.written");
        let compacted = Compacted {
            table: snapshot.layout.name.to_owned(),
            day: new.day,
            replaced: files.iter().map(|file| file.path.clone()).collect(),
            by: vec![new.path.clone()],
        };
        if !commit(&mut snapshot, &files, new, now).await? {
            break;
        }
        crash::point("compact.committed");
        done.compacted.push(compacted);
    }
    Ok(snapshot)
}

/// Replaces files by one; gives up when one of them is no longer part of the table.
async fn commit(
    snapshot: &mut Snapshot,
    files: &[DataFile],
    new: DataFile,
    now: Timestamp,
) -> Result<bool, Error> {
    let commit = Commit {
        adds: vec![new],
        removes: files.to_vec(),
        txns: Vec::new(),
        data_change: false,
        operation: "OPTIMIZE",
    };
    for _ in 0..ATTEMPTS {
        let committed = snapshot.commit(&commit, now).await;
        *snapshot = Snapshot::read(&snapshot.disk, snapshot.layout.clone()).await?;
        match committed {
            Ok(_) => return Ok(true),
            Err(Error::Overtaken { .. }) => {}
            Err(error) => return Err(error),
        }
        if !files.iter().all(|file| snapshot.log.files.contains_key(&file.path)) {
            return Ok(false);
        }
    }
    Ok(false)
}

/// The files that are to become one next.
fn due(snapshot: &Snapshot, upkeep: &Upkeep, now: Timestamp) -> Option<Vec<DataFile>> {
    let today = day_of(now.as_microsecond());
    snapshot.files.chunk_by(|one, other| one.day == other.day).find_map(|files| {
        if files[0].day < today - 1 {
            return worth_it(files, upkeep.file_bytes, 2, u64::MAX);
        }
        worth_it(files, upkeep.file_bytes, upkeep.files_at_once.max(2), SMALL_BYTES)
    })
}

/// Small files of a day, each no larger than all smaller ones of them together: so a row is written
/// again only when the file it lies in doubles, and not with every new file. Files below `small` are
/// taken for equal; on a day that is over all are.
fn worth_it(
    files: &[DataFile],
    file_bytes: u64,
    enough: usize,
    small: u64,
) -> Option<Vec<DataFile>> {
    let mut sorted: Vec<&DataFile> =
        files.iter().filter(|file| file.bytes < file_bytes / 2).collect();
    sorted.sort_by_key(|file| file.bytes);
    (0..sorted.len()).find_map(|start| {
        let mut bytes = 0;
        let alike = |file: &&&DataFile| {
            let alike = bytes == 0 || file.bytes <= small.max(bytes);
            bytes += file.bytes;
            alike && bytes <= file_bytes
        };
        let taken = sorted[start..].iter().take(MOST_FILES).take_while(alike);
        let taken: Vec<DataFile> = taken.copied().cloned().collect();
        (taken.len() >= enough).then_some(taken)
    })
}

/// Writes one file with the rows of several of the same day.
async fn merged(snapshot: &Snapshot, files: &[DataFile]) -> Result<DataFile, Error> {
    let day = files[0].day;
    let path = file::new_path(snapshot, day, 0);
    let mut rows = merge(snapshot, files).await?;
    let mut writing = Writing::begin(snapshot, day, path).await?;
    while let Some(batch) = rows.try_next().await.map_err(|why| Error::Query(short(&why)))? {
        writing.push(batch).await?;
    }
    writing.finish().await
}

/// The rows of several files in the order of the table.
async fn merge(
    snapshot: &Snapshot,
    files: &[DataFile],
) -> Result<SendableRecordBatchStream, Error> {
    let failed = |why: DataFusionError| Error::Query(short(&why));
    let mut streams: Vec<SendableRecordBatchStream> = Vec::with_capacity(files.len());
    for file in files {
        let rows = read::rows(snapshot, file).await?;
        let rows = rows.map(|batch: Result<RecordBatch, Error>| {
            batch.map_err(|why| DataFusionError::External(Box::new(why)))
        });
        let columns = snapshot.layout.columns.clone();
        streams.push(Box::pin(RecordBatchStreamAdapter::new(columns, rows)));
    }
    let pool: Arc<dyn MemoryPool> = Arc::new(UnboundedMemoryPool::default());
    StreamingMergeBuilder::new()
        .with_streams(streams)
        .with_schema(snapshot.layout.columns.clone())
        .with_expressions(&order(&snapshot.layout).map_err(failed)?)
        .with_metrics(BaselineMetrics::new(&ExecutionPlanMetricsSet::new(), 0))
        .with_batch_size(BATCH_ROWS)
        .with_reservation(MemoryConsumer::new("compact").register(&pool))
        .build()
        .map_err(failed)
}

fn order(layout: &Layout) -> Result<LexOrdering, DataFusionError> {
    let mut by = Vec::new();
    for name in layout.sorted_by {
        by.push(PhysicalSortExpr::new(col(name, &layout.columns)?, file::ORDER));
    }
    Ok(LexOrdering::new(by).expect("a table is sorted by two columns"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes of the files that are taken of these, in megabytes.
    fn check(sizes: &[u64], enough: usize, small: u64, taken: Option<&[u64]>) {
        let file = |bytes: &u64| DataFile {
            day: 0,
            path: String::new(),
            bytes: bytes << 20,
            rows: 0,
            modified: 0,
            stats: "".into(),
        };
        let files: Vec<DataFile> = sizes.iter().map(file).collect();
        let found = worth_it(&files, 128 << 20, enough, small);
        let found: Option<Vec<u64>> =
            found.map(|files| files.iter().map(|file| file.bytes >> 20).collect());
        assert_eq!(found.as_deref(), taken, "{sizes:?}");
    }

    #[test]
    fn files_are_put_together_when_they_are_alike() {
        check(&[1, 1, 1, 1], 4, SMALL_BYTES, Some(&[1, 1, 1, 1]));
        check(&[1, 1, 1, 50], 4, SMALL_BYTES, None);
        check(&[50, 3, 3, 1, 3, 3], 4, SMALL_BYTES, Some(&[3, 3, 3, 3]));
        check(&[100, 60, 60, 60], 3, SMALL_BYTES, None);
        check(&[100, 60, 60, 60], 2, SMALL_BYTES, Some(&[60, 60]));
        check(&[50, 3], 2, SMALL_BYTES, None);
        check(&[50, 3], 2, u64::MAX, Some(&[3, 50]));
        check(&[64, 3], 2, u64::MAX, None);
    }
}
