//! A log in one file: all that its entries up to a version say, so that a reader begins there.
//!
//! Source: Delta transaction log protocol, section "Checkpoints". The rows of the Parquet file are
//! the same actions that the entries hold as JSON, so they are read and written by way of it.

use bytes::Bytes;
use datafusion::arrow::json::LineDelimitedWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::log::{self, Log};
use crate::disk::Disk;
use crate::error::Error;

/// Reads the newest checkpoint, if there is one.
pub async fn newest(disk: &Disk, table: &str) -> Result<Option<Log>, Error> {
    let Some((version, parts)) = log::last_checkpoint(disk, table).await? else { return Ok(None) };
    let mut log = Log { version, checkpoint: Some(version), ..Log::default() };
    for path in paths(table, version, parts) {
        let whole = disk.path(&path);
        let bytes = disk.get(&path).await?;
        let bytes = bytes.ok_or_else(|| Error::unreadable(&whole, "it is missing"))?;
        let actions = lines(bytes).map_err(|why| Error::unreadable(&whole, why))?;
        let actions = log::parse(&actions).map_err(|why| Error::unreadable(&whole, why))?;
        log.apply(actions).map_err(|why| Error::unreadable(&whole, why))?;
    }
    Ok(Some(log))
}

fn paths(table: &str, version: u64, parts: Option<u64>) -> Vec<String> {
    let stem = format!("{}/{version:020}.checkpoint", log::folder(table));
    match parts {
        None => vec![format!("{stem}.parquet")],
        Some(parts) => {
            (1..=parts).map(|part| format!("{stem}.{part:010}.{parts:010}.parquet")).collect()
        }
    }
}

/// The rows as lines of JSON.
fn lines(bytes: Bytes) -> Result<Vec<u8>, String> {
    let mut writer = LineDelimitedWriter::new(Vec::new());
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).and_then(|it| it.build());
    for batch in reader.map_err(|why| why.to_string())? {
        writer.write(&batch.map_err(|why| why.to_string())?).map_err(|why| why.to_string())?;
    }
    writer.finish().map_err(|why| why.to_string())?;
    Ok(writer.into_inner())
}
