//! Rows of many days become files: kept by day, the largest day written when memory runs out.

use std::collections::BTreeMap;

use datafusion::arrow::array::{RecordBatch, UInt32Array};
use datafusion::arrow::compute::take_record_batch;
use jiff::Timestamp;
use tokio::task::JoinSet;

use super::{Commit, DataFile, Snapshot, file};
use crate::columns::day_of;
use crate::error::Error;

/// Rows in memory, over all days, before the largest day is written.
const MOST_BUFFERED_BYTES: usize = 256 << 20;
/// Files written at the same time, beside the reading.
const WRITERS: usize = 2;

/// Collects the rows that one commit adds to one table.
pub struct Appender {
    snapshot: Snapshot,
    days: BTreeMap<i32, Buffer>,
    bytes: usize,
    most_bytes: usize,
    started: usize,
    tasks: JoinSet<Result<DataFile, Error>>,
    written: Vec<DataFile>,
}

#[derive(Default)]
struct Buffer {
    batches: Vec<RecordBatch>,
    bytes: usize,
}

impl Appender {
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Appender {
        Appender {
            snapshot,
            days: BTreeMap::new(),
            bytes: 0,
            most_bytes: MOST_BUFFERED_BYTES,
            started: 0,
            tasks: JoinSet::new(),
            written: Vec::new(),
        }
    }

    /// Keeps at most so many bytes of rows in memory.
    #[must_use]
    pub fn buffering(self, most_bytes: usize) -> Appender {
        Appender { most_bytes, ..self }
    }

    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Takes rows of one day.
    pub async fn push(&mut self, day: i32, rows: RecordBatch) -> Result<(), Error> {
        let bytes = rows.get_array_memory_size();
        let buffer = self.days.entry(day).or_default();
        buffer.batches.push(rows);
        buffer.bytes += bytes;
        self.bytes += bytes;
        while self.bytes > self.most_bytes {
            let largest = self.days.iter().max_by_key(|(_, buffer)| buffer.bytes);
            let day = *largest.expect("something is buffered").0;
            self.write(day).await?;
        }
        Ok(())
    }

    /// Writes what is left, if anything, and makes all of it part of the table at once.
    pub async fn finish(self, now: Timestamp) -> Result<(), Error> {
        let (snapshot, written) = self.written().await?;
        if written.is_empty() {
            return Ok(());
        }
        snapshot.commit(&Commit::adding(written), now).await.map(drop)
    }

    /// Writes what is left. The files are durable, and part of the table once they are committed.
    pub async fn written(mut self) -> Result<(Snapshot, Vec<DataFile>), Error> {
        while let Some(day) = self.days.keys().next().copied() {
            self.write(day).await?;
        }
        self.wait_for(0).await?;
        self.written.sort();
        Ok((self.snapshot, self.written))
    }

    async fn write(&mut self, day: i32) -> Result<(), Error> {
        self.wait_for(WRITERS - 1).await?;
        let buffer = self.days.remove(&day).unwrap_or_default();
        self.bytes -= buffer.bytes;
        let path = file::new_path(&self.snapshot, day, self.started);
        self.started += 1;
        self.tasks.spawn(file::write(self.snapshot.clone(), day, path, buffer.batches));
        Ok(())
    }

    async fn wait_for(&mut self, running: usize) -> Result<(), Error> {
        while self.tasks.len() > running {
            let Some(done) = self.tasks.join_next().await else { break };
            self.written.push(done.expect("writing a file does not panic")?);
        }
        Ok(())
    }
}

/// Runs what blocks beside the event loop.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.expect("storage work does not panic")
}

/// Splits rows by the day of a time column, without copying when all are of one day.
#[must_use]
pub fn by_day(rows: &RecordBatch, times: &[i64]) -> Vec<(i32, RecordBatch)> {
    let mut days: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    for (row, time) in (0u32..).zip(times) {
        days.entry(day_of(*time)).or_default().push(row);
    }
    if days.len() == 1 {
        return days.into_keys().map(|day| (day, rows.clone())).collect();
    }
    let take = |order: Vec<u32>| {
        take_record_batch(rows, &UInt32Array::from(order)).expect("the order names rows that exist")
    };
    days.into_iter().map(|(day, order)| (day, take(order))).collect()
}
