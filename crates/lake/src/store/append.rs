//! How rows become files: kept by day, sorted by bet and time, written and synced.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use datafusion::arrow::array::{RecordBatch, UInt32Array};
use datafusion::arrow::compute::{
    SortColumn, concat_batches, lexsort_to_indices, partition, take_record_batch,
};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, Encoding, ZstdLevel};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use tokio::task::JoinSet;

use super::commit::{commit, next_version, sync};
use super::{DataFile, Snapshot};
use crate::columns::{DAY, Layout, day_of};
use crate::error::Error;

/// Rows in memory, over all days, before the largest day is written.
const MOST_BUFFERED_BYTES: usize = 256 << 20;
/// Files written at the same time, beside the reading.
const WRITERS: usize = 2;
/// A row group holds one bet's rows of one day, so that the others' are never read ...
const LONGEST_ROW_GROUP: usize = 1 << 16;
/// ... unless a bet has so few that its own row group would cost more than it saves.
const SHORTEST_ROW_GROUP: usize = 1 << 10;
/// Names that are different in nearly every row, where a dictionary only costs.
const DISTINCT: [&str; 5] = ["id", "interaction", "target", "text", "row"];

/// Collects the rows that one import adds to one table.
pub struct Appender {
    snapshot: Snapshot,
    days: BTreeMap<i32, Buffer>,
    bytes: usize,
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
    pub fn new(snapshot: Snapshot) -> Appender {
        Appender {
            snapshot,
            days: BTreeMap::new(),
            bytes: 0,
            started: 0,
            tasks: JoinSet::new(),
            written: Vec::new(),
        }
    }

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
        while self.bytes > MOST_BUFFERED_BYTES {
            let largest = self.days.iter().max_by_key(|(_, buffer)| buffer.bytes);
            let day = *largest.expect("something is buffered").0;
            self.write(day).await?;
        }
        Ok(())
    }

    /// Writes what is left and makes all of it part of the table at once.
    pub async fn finish(mut self, now: Timestamp) -> Result<(), Error> {
        while let Some(day) = self.days.keys().next().copied() {
            self.write(day).await?;
        }
        self.wait_for(0).await?;
        if self.written.is_empty() {
            return Ok(());
        }
        self.written.sort();
        let Appender { snapshot, written, .. } = self;
        blocking(move || {
            let mut folders: Vec<_> = written.iter().map(|file| folder_name(file.day)).collect();
            folders.dedup();
            folders.iter().try_for_each(|folder| sync(&snapshot.folder.join(folder)))?;
            commit(&snapshot, &written, now).map(drop)
        })
        .await
    }

    async fn write(&mut self, day: i32) -> Result<(), Error> {
        self.wait_for(WRITERS - 1).await?;
        let buffer = self.days.remove(&day).unwrap_or_default();
        self.bytes -= buffer.bytes;
        let version = next_version(&self.snapshot);
        // A name that an import cut short may have left behind is written over.
        let path = format!("{}/part-{version:010}-{:05}.parquet", folder_name(day), self.started);
        self.started += 1;
        let (folder, layout) = (self.snapshot.folder.clone(), self.snapshot.layout.clone());
        self.tasks.spawn_blocking(move || write_file(&folder, &layout, day, path, &buffer.batches));
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

fn folder_name(day: i32) -> String {
    let date = Date::constant(1970, 1, 1).checked_add(day.days()).unwrap_or(if day < 0 {
        Date::MIN
    } else {
        Date::MAX
    });
    format!("{DAY}={date}")
}

fn write_file(
    folder: &Path,
    layout: &Layout,
    day: i32,
    path: String,
    batches: &[RecordBatch],
) -> Result<DataFile, Error> {
    let whole = folder.join(&path);
    let parent = folder.join(folder_name(day));
    fs::create_dir_all(&parent).map_err(Error::unwritable(&parent))?;
    let rows = sorted(layout, batches);
    let file = File::create(&whole).map_err(Error::unwritable(&whole))?;
    let failed = |why: datafusion::parquet::errors::ParquetError| {
        Error::unwritable(&whole)(std::io::Error::other(why))
    };
    let mut writer = ArrowWriter::try_new(file, layout.columns.clone(), Some(properties(layout)))
        .map_err(failed)?;
    for group in row_groups(layout, &rows) {
        writer.write(&group).map_err(failed)?;
        if writer.in_progress_rows() >= SHORTEST_ROW_GROUP {
            writer.flush().map_err(failed)?;
        }
    }
    let file = writer.into_inner().map_err(failed)?;
    file.sync_all().map_err(Error::unwritable(&whole))?;
    let bytes = file.metadata().map_err(Error::unwritable(&whole))?.len();
    Ok(DataFile { day, path, bytes, rows: rows.num_rows() as u64 })
}

fn sorted(layout: &Layout, batches: &[RecordBatch]) -> RecordBatch {
    let rows = concat_batches(&layout.columns, batches).expect("all rows have the table's columns");
    let by = layout
        .sorted_by
        .map(|name| SortColumn { values: rows.column(layout.index(name)).clone(), options: None });
    let order: UInt32Array = lexsort_to_indices(&by, None).expect("text and time can be sorted");
    take_record_batch(&rows, &order).expect("the order names rows that exist")
}

/// Cuts sorted rows where the first sort column changes.
fn row_groups(layout: &Layout, rows: &RecordBatch) -> Vec<RecordBatch> {
    let first = rows.column(layout.index(layout.sorted_by[0])).clone();
    let runs = partition(&[first]).expect("text can be compared").ranges();
    let mut groups = Vec::new();
    for run in runs {
        for start in run.clone().step_by(LONGEST_ROW_GROUP) {
            groups.push(rows.slice(start, LONGEST_ROW_GROUP.min(run.end - start)));
        }
    }
    groups
}

fn properties(layout: &Layout) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(LONGEST_ROW_GROUP))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true);
    for column in layout.columns.fields() {
        let path = ColumnPath::from(column.name().as_str());
        if DISTINCT.contains(&column.name().as_str()) {
            properties = properties.set_column_dictionary_enabled(path, false);
        } else if *column.data_type() == crate::columns::time_type() {
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
    }
    properties.build()
}

/// Splits rows by the day of a time column, without copying when all are of one day.
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
