//! Files with some of their rows changed or left out: read, handed over, written anew. Repairs and
//! erasure are made of it.

use datafusion::arrow::array::RecordBatch;
use futures::TryStreamExt;

use super::{Appender, DataFile, Snapshot, read};
use crate::error::Error;

/// One file's rows in memory; a larger file is written anew even if nothing in it changes.
const MOST_BUFFERED_BYTES: usize = 64 << 20;

/// What happens to rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// They stay as they are.
    Keep,
    /// These stand for them: fewer, or other ones. They stay on their day.
    Replace(RecordBatch),
}

/// To be committed together, with whatever else belongs to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewritten {
    pub removes: Vec<DataFile>,
    pub adds: Vec<DataFile>,
}

/// Hands all rows of some files to `change`, batch by batch, and writes those files anew in which
/// something changed. Rows that move to another day are the caller's to append.
pub async fn rewrite(
    snapshot: &Snapshot,
    files: &[DataFile],
    mut change: impl FnMut(&DataFile, &RecordBatch) -> Change + Send,
) -> Result<Rewritten, Error> {
    let mut appender = Appender::new(snapshot.clone()).buffering(MOST_BUFFERED_BYTES);
    let mut removes = Vec::new();
    for file in files {
        let mut rows = Rows::default();
        let mut batches = read::rows(snapshot, file).await?;
        while let Some(batch) = batches.try_next().await? {
            rows.take(change(file, &batch), batch);
            if rows.bytes > MOST_BUFFERED_BYTES {
                rows.changed = true;
            }
            if rows.changed {
                for batch in rows.kept.drain(..) {
                    appender.push(file.day, batch).await?;
                }
                rows.bytes = 0;
            }
        }
        if rows.changed {
            removes.push(file.clone());
        }
    }
    let (_, adds) = appender.written().await?;
    Ok(Rewritten { removes, adds })
}

/// The rows of one file.
#[derive(Default)]
struct Rows {
    kept: Vec<RecordBatch>,
    bytes: usize,
    changed: bool,
}

impl Rows {
    fn take(&mut self, change: Change, batch: RecordBatch) {
        let batch = match change {
            Change::Keep => batch,
            Change::Replace(other) => {
                self.changed = true;
                other
            }
        };
        if batch.num_rows() > 0 {
            self.bytes += batch.get_array_memory_size();
            self.kept.push(batch);
        }
    }
}
