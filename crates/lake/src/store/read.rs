//! How single files are read, past the engine: some columns, batch by batch.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::Schema;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};

use super::file::fitted;
use super::parquet::Reader;
use super::{DataFile, Snapshot};
use crate::error::Error;

/// Hands some columns of a file, in the order named, to `each`, batch by batch.
pub async fn read_columns(
    snapshot: &Snapshot,
    file: &DataFile,
    columns: &[&str],
    each: &mut (dyn FnMut(&RecordBatch) + Send),
) -> Result<(), Error> {
    let mut batches = stream(snapshot, file, columns).await?;
    while let Some(batch) = batches.try_next().await? {
        each(&batch);
    }
    Ok(())
}

/// All columns of the table, in their order.
pub async fn rows(
    snapshot: &Snapshot,
    file: &DataFile,
) -> Result<BoxStream<'static, Result<RecordBatch, Error>>, Error> {
    let columns = snapshot.layout.columns.clone();
    let names: Vec<&str> = columns.fields().iter().map(|column| column.name().as_str()).collect();
    stream(snapshot, file, &names).await
}

/// Some columns of a file, in the order named. Those that the table has and the file has not, for
/// it is older, are empty.
pub async fn stream(
    snapshot: &Snapshot,
    file: &DataFile,
    columns: &[&str],
) -> Result<BoxStream<'static, Result<RecordBatch, Error>>, Error> {
    let column = |name: &&str| snapshot.layout.columns.field(snapshot.layout.index(name)).clone();
    let wanted = Schema::new(columns.iter().map(column).collect::<Vec<_>>());
    let path = snapshot.disk.path(&snapshot.path(file));
    let builder = open(snapshot, file).await?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let batches = builder.with_projection(mask).build();
    let batches = batches.map_err(|why| Error::unreadable(&path, why))?;
    let fit = move |batch: Result<RecordBatch, _>| {
        let batch = batch.map_err(|why| Error::unreadable(&path, why))?;
        fitted(&wanted, &batch).map_err(|why| Error::unreadable(&path, why))
    };
    Ok(batches.map(fit).boxed())
}

/// Reads a file's footer. From then on parts of it can be read: row groups by
/// `with_row_groups`, columns by `with_projection`, and whether a row group may have a value at all
/// by `get_row_group_column_bloom_filter`. [`fitted`] brings batches to the table's columns.
pub async fn open(
    snapshot: &Snapshot,
    file: &DataFile,
) -> Result<ParquetRecordBatchStreamBuilder<Reader>, Error> {
    let path = snapshot.path(file);
    let reader = Reader::new(&snapshot.disk, &path, file.bytes);
    ParquetRecordBatchStreamBuilder::new(reader)
        .await
        .map_err(|why| Error::unreadable(&snapshot.disk.path(&path), why))
}
