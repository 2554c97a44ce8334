//! How rows become a file: sorted by bet and time, cut into row groups where the bet changes, put
//! durably.

use datafusion::arrow::array::{Array, AsArray, RecordBatch, StringArray, UInt32Array};
use datafusion::arrow::compute::{
    self, SortColumn, SortOptions, concat_batches, lexsort_to_indices, partition, take_record_batch,
};
use datafusion::arrow::datatypes::{Schema, TimestampMicrosecondType};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, Encoding, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::action::date;
use super::{DataFile, Snapshot};
use crate::columns::{DAY, Layout};
use crate::error::Error;
use crate::store::append::blocking;
use crate::store::commit::next_version;

/// A row group holds one bet's rows of one day, so that the others' are never read ...
pub const LONGEST_ROW_GROUP: usize = 1 << 16;
/// ... unless a bet has so few that its own row group would cost more than it saves.
pub const SHORTEST_ROW_GROUP: usize = 1 << 10;
/// Names that are different in nearly every row, where a dictionary only costs.
const DISTINCT: [&str; 9] =
    ["id", "interaction", "target", "text", "row", "trace", "span", "parent", "response_id"];
/// Names that single rows are looked up by. A row group says which it surely does not have.
pub const LOOKED_UP: [&str; 6] = ["id", "interaction", "target", "trace", "response_id", "session"];
/// How a table is sorted by each of its two columns.
pub const ORDER: SortOptions = SortOptions { descending: false, nulls_first: true };
/// Longer bets are not named in the log.
const LONGEST_BOUND: usize = 64;

/// A new name for a file. Nobody else ever makes the same, so that a writer that was overtaken
/// writes over nobody's rows.
#[must_use]
pub fn new_path(snapshot: &Snapshot, day: i32, number: usize) -> String {
    let version = next_version(snapshot);
    format!(
        "{DAY}={}/part-{version:010}-{number:05}-{}.parquet",
        date(day),
        Uuid::now_v7().simple()
    )
}

/// Writes rows of one day, in any order. Not part of the table until it is committed.
pub async fn write(
    snapshot: Snapshot,
    day: i32,
    path: String,
    batches: Vec<RecordBatch>,
) -> Result<DataFile, Error> {
    let layout = snapshot.layout.clone();
    let whole = snapshot.disk.path(&format!("{}/{path}", layout.name));
    let (bytes, rows, stats) = blocking(move || {
        let rows = sorted(&layout, &batches);
        drop(batches);
        let bytes = encoded(&layout, &rows)
            .map_err(|why| Error::unwritable(&whole)(std::io::Error::other(why)))?;
        let bounds = Bounds::of(&layout, &rows);
        Ok((bytes, rows.num_rows() as u64, bounds.stats(&layout, rows.num_rows() as u64)))
    })
    .await?;
    let size = bytes.len() as u64;
    snapshot.disk.put(&format!("{}/{path}", snapshot.layout.name), bytes).await?;
    Ok(DataFile { day, path, bytes: size, rows, modified: 0, stats: stats.into() })
}

fn encoded(layout: &Layout, rows: &RecordBatch) -> Result<Vec<u8>, ParquetError> {
    let mut writer = begun(layout)?;
    for group in row_groups(layout, rows) {
        writer.write(&group)?;
        if writer.in_progress_rows() >= SHORTEST_ROW_GROUP {
            writer.flush()?;
        }
    }
    writer.into_inner()
}

/// A writer of the table's files.
pub fn begun(layout: &Layout) -> Result<ArrowWriter<Vec<u8>>, ParquetError> {
    ArrowWriter::try_new(Vec::new(), layout.columns.clone(), Some(properties(layout)))
}

/// Puts rows in the order of the table.
#[must_use]
pub fn sorted(layout: &Layout, batches: &[RecordBatch]) -> RecordBatch {
    let rows = concat_batches(&layout.columns, batches).expect("all rows have the table's columns");
    let by = layout.sorted_by.map(|name| SortColumn {
        values: rows.column(layout.index(name)).clone(),
        options: Some(ORDER),
    });
    let order: UInt32Array = lexsort_to_indices(&by, None).expect("text and time can be sorted");
    take_record_batch(&rows, &order).expect("the order names rows that exist")
}

/// Cuts sorted rows where the first sort column changes.
#[must_use]
pub fn row_groups(layout: &Layout, rows: &RecordBatch) -> Vec<RecordBatch> {
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

/// How the columns of a layout are written.
#[must_use]
pub fn properties(layout: &Layout) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(LONGEST_ROW_GROUP))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true);
    for column in layout.columns.fields() {
        let path = ColumnPath::from(column.name().as_str());
        let name = column.name().as_str();
        if LOOKED_UP.contains(&name) {
            properties = properties.set_column_bloom_filter_enabled(path.clone(), true);
        }
        if DISTINCT.contains(&name) {
            properties = properties.set_column_dictionary_enabled(path, false);
        } else if *column.data_type() == crate::columns::time_type() {
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
    }
    properties.build()
}

/// The least and the greatest bet and time of a file's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    pub bet: Option<(String, String)>,
    pub time: Option<(i64, i64)>,
}

impl Bounds {
    pub fn of(layout: &Layout, rows: &RecordBatch) -> Bounds {
        let [bet, time] = layout.sorted_by.map(|name| rows.column(layout.index(name)).clone());
        let bets: Option<&StringArray> = bet.as_string_opt::<i32>();
        let least = bets.and_then(compute::min_string).map(str::to_owned);
        let greatest = bets.and_then(compute::max_string).map(str::to_owned);
        let times = time.as_primitive_opt::<TimestampMicrosecondType>();
        let earliest = times.and_then(compute::min);
        Bounds { bet: least.zip(greatest), time: earliest.zip(times.and_then(compute::max)) }
    }

    /// Those of these rows and of others.
    #[must_use]
    pub fn with(self, other: Bounds) -> Bounds {
        fn wider<T: Ord>(one: Option<(T, T)>, other: Option<(T, T)>) -> Option<(T, T)> {
            match (one, other) {
                (Some((low, high)), Some((lower, higher))) => {
                    Some((low.min(lower), high.max(higher)))
                }
                (one, other) => one.or(other),
            }
        }
        Bounds { bet: wider(self.bet, other.bet), time: wider(self.time, other.time) }
    }

    /// As the log says it.
    ///
    /// Source: Delta transaction log protocol, section "Per-file Statistics".
    #[must_use]
    pub fn stats(self, layout: &Layout, rows: u64) -> String {
        let [bet, time] = layout.sorted_by;
        let (mut least, mut greatest) = (Map::new(), Map::new());
        if let Some((low, high)) =
            self.bet.filter(|(low, high)| low.len() <= LONGEST_BOUND && high.len() <= LONGEST_BOUND)
        {
            least.insert(bet.to_owned(), low.into());
            greatest.insert(bet.to_owned(), high.into());
        }
        if let Some((low, high)) = self.time {
            let text = |time| Timestamp::from_microsecond(time).ok().map(|it| format!("{it:.6}"));
            if let (Some(low), Some(high)) = (text(low), text(high)) {
                least.insert(time.to_owned(), low.into());
                greatest.insert(time.to_owned(), high.into());
            }
        }
        let stats: Value = json!({"numRecords": rows, "minValues": least, "maxValues": greatest});
        stats.to_string()
    }
}

/// Brings rows to the columns of a layout: what is missing is empty.
pub fn fitted(columns: &Schema, rows: &RecordBatch) -> Result<RecordBatch, String> {
    let fit = |column: &std::sync::Arc<datafusion::arrow::datatypes::Field>| match rows
        .column_by_name(column.name())
    {
        Some(found) if found.data_type() == column.data_type() => Ok(found.clone()),
        Some(found) => compute::cast(found, column.data_type()).map_err(|why| why.to_string()),
        None => Ok(datafusion::arrow::array::new_null_array(column.data_type(), rows.num_rows())),
    };
    let fitted: Result<Vec<_>, String> = columns.fields().iter().map(fit).collect();
    let options =
        datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
    RecordBatch::try_new_with_options(columns.clone().into(), fitted?, &options)
        .map_err(|why| why.to_string())
}
