//! A file that is written while its rows come, in their order: only the row group that is being
//! filled is in memory.

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::errors::ParquetError;
use object_store::{ObjectStoreExt, WriteMultipart};

use super::append::blocking;
use super::file::{Bounds, SHORTEST_ROW_GROUP, begun, row_groups};
use super::{DataFile, Snapshot};
use crate::disk::location;
use crate::error::Error;

/// Bytes that are put at once; object stores take no less than 5 MB.
const PART_BYTES: usize = 8 << 20;
/// Parts that are on their way at the same time.
const PARTS_AT_ONCE: usize = 2;

/// A file on its way.
pub struct Writing {
    snapshot: Snapshot,
    file: DataFile,
    bounds: Bounds,
    /// The bet of the last row.
    last: Option<String>,
    /// `None` only while it is at work.
    writer: Option<ArrowWriter<Vec<u8>>>,
    upload: WriteMultipart,
}

impl Writing {
    pub async fn begin(snapshot: &Snapshot, day: i32, path: String) -> Result<Writing, Error> {
        let file = DataFile { day, path, bytes: 0, rows: 0, modified: 0, stats: "".into() };
        let path = snapshot.path(&file);
        let upload = snapshot.disk.store().put_multipart(&location(&path)).await;
        let upload = upload.map_err(snapshot.disk.unwritable(&path))?;
        let writer = begun(&snapshot.layout).map_err(snapshot.disk.unencoded(&path))?;
        Ok(Writing {
            snapshot: snapshot.clone(),
            file,
            bounds: Bounds::default(),
            last: None,
            writer: Some(writer),
            upload: WriteMultipart::new_with_chunk_size(upload, PART_BYTES),
        })
    }

    /// Takes rows that come after all before.
    pub async fn push(&mut self, rows: RecordBatch) -> Result<(), Error> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let layout = self.snapshot.layout.clone();
        self.file.rows += rows.num_rows() as u64;
        self.bounds = std::mem::take(&mut self.bounds).with(Bounds::of(&layout, &rows));
        let mut writer = self.writer.take().expect("a file is written by one task");
        let mut last = self.last.take();
        let failed = self.snapshot.disk.unencoded(&self.snapshot.path(&self.file));
        let bytes;
        (writer, last, bytes) = blocking(move || {
            for group in row_groups(&layout, &rows) {
                let bet = first_text(&group, layout.index(layout.sorted_by[0]));
                write_group(&mut writer, &group, bet != last).map_err(&failed)?;
                last = bet;
            }
            let bytes = std::mem::take(writer.inner_mut());
            Ok((writer, last, bytes))
        })
        .await?;
        (self.writer, self.last) = (Some(writer), last);
        self.send(bytes).await
    }

    /// Makes the file whole and durable. Not part of the table until it is committed.
    pub async fn finish(mut self) -> Result<DataFile, Error> {
        let path = self.snapshot.path(&self.file);
        let writer = self.writer.take().expect("a file is written by one task");
        let failed = self.snapshot.disk.unencoded(&path);
        let bytes = blocking(move || writer.into_inner().map_err(failed)).await?;
        self.send(bytes).await?;
        self.upload.finish().await.map_err(self.snapshot.disk.unwritable(&path))?;
        let stats = self.bounds.stats(&self.snapshot.layout, self.file.rows);
        Ok(DataFile { stats: stats.into(), ..self.file })
    }

    async fn send(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        self.file.bytes += bytes.len() as u64;
        self.upload.put(bytes.into());
        let waited = self.upload.wait_for_capacity(PARTS_AT_ONCE).await;
        waited.map_err(self.snapshot.disk.unwritable(&self.snapshot.path(&self.file)))
    }
}

/// Begins a row group where the bet changes, unless the last one would be too short.
fn write_group(
    writer: &mut ArrowWriter<Vec<u8>>,
    group: &RecordBatch,
    other_bet: bool,
) -> Result<(), ParquetError> {
    if other_bet && writer.in_progress_rows() >= SHORTEST_ROW_GROUP {
        writer.flush()?;
    }
    writer.write(group)
}

fn first_text(rows: &RecordBatch, column: usize) -> Option<String> {
    let texts = rows.column(column).as_string::<i32>();
    texts.is_valid(0).then(|| texts.value(0).to_owned())
}
