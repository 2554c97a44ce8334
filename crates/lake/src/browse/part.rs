//! A part of a table: one file, or rows that are in no file yet. Of a file only those row groups and
//! columns are read that can matter.

use std::ops::Range;

use datafusion::arrow::array::{
    AsArray, BooleanArray, RecordBatch, TimestampMicrosecondArray, UInt32Array,
};
use datafusion::arrow::compute::{concat_batches, take_record_batch};
use datafusion::arrow::datatypes::{Schema, TimestampMicrosecondType};
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, RowSelection,
};
use datafusion::parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
use datafusion::parquet::file::metadata::RowGroupMetaData;
use datafusion::parquet::file::statistics::Statistics;
use futures::TryStreamExt;

use super::condition::{Condition, Known, and};
use crate::error::Error;
use crate::store::file::{LONGEST_ROW_GROUP, fitted};
use crate::store::parquet::Reader;
use crate::store::{DataFile, Snapshot};

/// Rows that can be asked group by group.
pub enum Part<'a> {
    File(Opened<'a>),
    Rows(RecordBatch),
}

/// A file whose footer was read.
pub struct Opened<'a> {
    snapshot: &'a Snapshot,
    file: &'a DataFile,
    metadata: ArrowReaderMetadata,
}

impl<'a> Part<'a> {
    pub async fn open(snapshot: &'a Snapshot, file: &'a DataFile) -> Result<Part<'a>, Error> {
        let path = snapshot.path(file);
        let mut reader = Reader::new(&snapshot.disk, &path, file.bytes);
        let metadata =
            ArrowReaderMetadata::load_async(&mut reader, ArrowReaderOptions::default()).await;
        let metadata =
            metadata.map_err(|why| Error::unreadable(&snapshot.disk.path(&path), why))?;
        Ok(Part::File(Opened { snapshot, file, metadata }))
    }

    pub fn groups(&self) -> usize {
        match self {
            Part::File(opened) => opened.metadata.metadata().num_row_groups(),
            Part::Rows(_) => 1,
        }
    }

    /// The least and the greatest time in a group, if it is known without reading.
    pub fn times(&self, group: usize) -> Option<(i64, i64)> {
        let Part::File(opened) = self else { return None };
        let columns = opened.group(group).columns();
        let column = columns.iter().find(|it| it.column_path().parts() == ["at"])?;
        match column.statistics()? {
            Statistics::Int64(times) => Some((*times.min_opt()?, *times.max_opt()?)),
            _ => None,
        }
    }

    /// How many rows of a group pass, and where they are; `None` if none can. Also hands back how many
    /// rows were gone through.
    pub async fn passing(
        &self,
        group: usize,
        conditions: &[Condition],
    ) -> Result<Option<Passing>, Error> {
        match self {
            Part::File(opened) => opened.passing(group, conditions).await,
            Part::Rows(rows) => Ok(Some(Passing::of(rows, conditions.iter()))),
        }
    }

    /// Some columns of some rows of a group, which are named in their order.
    pub async fn take(
        &self,
        group: usize,
        rows: &[u32],
        columns: &[&str],
    ) -> Result<RecordBatch, Error> {
        match self {
            Part::File(opened) => {
                let one = |row: &u32| Range { start: *row as usize, end: *row as usize + 1 };
                let selection = rows.iter().map(one);
                let total = opened.rows_of(group);
                let selection = RowSelection::from_consecutive_ranges(selection, total);
                opened.read(group, Some(selection), columns).await
            }
            Part::Rows(all) => {
                let taken = take_record_batch(all, &UInt32Array::from(rows.to_vec()));
                let taken = taken.expect("rows that are there");
                let schema = taken.schema();
                let places = columns.iter().map(|name| schema.index_of(name));
                let places: Result<Vec<usize>, _> = places.collect();
                let places = places.expect("columns of the table");
                Ok(taken.project(&places).expect("columns that are there"))
            }
        }
    }
}

/// The rows of a group that pass, and the time of each of its rows.
pub struct Passing {
    mask: BooleanArray,
    times: TimestampMicrosecondArray,
}

impl Passing {
    fn of<'c>(rows: &RecordBatch, conditions: impl Iterator<Item = &'c Condition>) -> Passing {
        let all = BooleanArray::from(vec![true; rows.num_rows()]);
        let mask = conditions.fold(all, |mask, condition| and(&mask, &condition.passes(rows)));
        let times = rows.column_by_name("at").expect("it was read");
        Passing { mask, times: times.as_primitive::<TimestampMicrosecondType>().clone() }
    }

    /// The place and time of each row that passes.
    pub fn rows(&self) -> impl Iterator<Item = (u32, i64)> {
        self.mask.values().set_indices_u32().map(|row| (row, self.times.value(row as usize)))
    }

    pub fn count(&self) -> u64 {
        self.mask.true_count() as u64
    }

    /// How many rows were gone through.
    pub fn searched(&self) -> u64 {
        self.mask.len() as u64
    }
}

impl Opened<'_> {
    fn group(&self, group: usize) -> &RowGroupMetaData {
        self.metadata.metadata().row_group(group)
    }

    fn rows_of(&self, group: usize) -> usize {
        usize::try_from(self.group(group).num_rows()).unwrap_or_default()
    }

    async fn passing(
        &self,
        group: usize,
        conditions: &[Condition],
    ) -> Result<Option<Passing>, Error> {
        let mut open = Vec::new();
        let mut columns = vec!["at"];
        for condition in conditions {
            match condition.known(self.group(group)) {
                Known::All => {}
                Known::None => return Ok(None),
                Known::Open => {
                    open.push(condition);
                    columns.extend(condition.columns());
                }
            }
        }
        columns.sort_unstable();
        columns.dedup();
        let rows = self.read(group, None, &columns).await?;
        Ok(Some(Passing::of(&rows, open.into_iter())))
    }

    /// Some columns of a group, of all rows or of some. Columns that the file lacks, for it is older,
    /// are empty.
    async fn read(
        &self,
        group: usize,
        selection: Option<RowSelection>,
        columns: &[&str],
    ) -> Result<RecordBatch, Error> {
        let Opened { snapshot, file, metadata } = self;
        let path = snapshot.path(file);
        let unreadable =
            |why: &dyn std::fmt::Display| Error::unreadable(&snapshot.disk.path(&path), why);
        let column =
            |name: &&str| snapshot.layout.columns.field(snapshot.layout.index(name)).clone();
        let wanted =
            std::sync::Arc::new(Schema::new(columns.iter().map(column).collect::<Vec<_>>()));
        let reader = Reader::new(&snapshot.disk, &path, file.bytes);
        let builder = ParquetRecordBatchStreamBuilder::new_with_metadata(reader, metadata.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        let mut builder = builder
            .with_row_groups(vec![group])
            .with_batch_size(LONGEST_ROW_GROUP)
            .with_projection(mask);
        if let Some(selection) = selection {
            builder = builder.with_row_selection(selection);
        }
        let batches = builder.build().map_err(|why| unreadable(&why))?;
        let batches: Vec<RecordBatch> =
            batches.try_collect().await.map_err(|why| unreadable(&why))?;
        let fitted: Result<Vec<RecordBatch>, String> =
            batches.iter().map(|batch| fitted(&wanted, batch)).collect();
        concat_batches(&wanted, &fitted.map_err(|why| unreadable(&why))?)
            .map_err(|why| unreadable(&why))
    }
}
