//! A log in one file: all that its entries up to a version say, so that a reader begins there.
//!
//! Source: Delta transaction log protocol, section "Checkpoints". The rows of the Parquet file are
//! the same actions that the entries hold as JSON, so they are read and written by way of it.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::datatypes::{DataType, Field as Column, Schema};
use datafusion::arrow::json::{LineDelimitedWriter, ReaderBuilder};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::WriterProperties;
use serde_json::json;

use super::DataFile;
use super::action::{Action, Add, Remove, Txn};
use super::log::{self, Log};
use crate::disk::Disk;
use crate::error::Error;

/// Reads the newest checkpoint, if there is one.
pub async fn newest(disk: &Disk, table: &str) -> Result<Option<Log>, Error> {
    let Some((version, parts)) = log::last_checkpoint(disk, table).await? else { return Ok(None) };
    let mut log = Log { version, ..Log::default() };
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
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes)
        .and_then(ParquetRecordBatchReaderBuilder::build);
    for batch in reader.map_err(|why| why.to_string())? {
        writer.write(&batch.map_err(|why| why.to_string())?).map_err(|why| why.to_string())?;
    }
    writer.finish().map_err(|why| why.to_string())?;
    Ok(writer.into_inner())
}

/// Writes a checkpoint of a log at its version.
pub async fn write(disk: &Disk, table: &str, log: &Log) -> Result<(), Error> {
    let version = log.version;
    let actions = actions(log);
    let path = format!("{}/{version:020}.checkpoint.parquet", log::folder(table));
    let bytes = encoded(&actions)
        .map_err(|why| Error::unwritable(&disk.path(&path))(std::io::Error::other(why)))?;
    disk.put(&path, bytes).await?;
    let last = json!({"version": version, "size": actions.len()}).to_string();
    disk.put(&format!("{}/_last_checkpoint", log::folder(table)), last).await
}

fn actions(log: &Log) -> Vec<Action> {
    let txn = |(app_id, version): (&String, &i64)| Action {
        txn: Some(Txn { app_id: app_id.clone(), version: *version, last_updated: None }),
        ..Action::default()
    };
    let mut actions = vec![
        Action { protocol: log.protocol.clone(), ..Action::default() },
        Action { meta_data: log.metadata.clone(), ..Action::default() },
    ];
    actions.extend(log.txns.iter().map(txn));
    let remove = |remove: &Remove| Action { remove: Some(remove.clone()), ..Action::default() };
    actions.extend(log.removed.values().map(remove));
    let add = |file: &DataFile| Action { add: Some(Add::of(file, false)), ..Action::default() };
    actions.extend(log.files.values().map(add));
    actions
}

fn encoded(actions: &[Action]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let columns = Arc::new(Schema::new(columns()));
    let mut lines = ReaderBuilder::new(columns.clone()).build_decoder()?;
    lines.serialize(actions)?;
    let rows = lines.flush()?;
    let compressed = WriterProperties::builder().set_compression(Compression::SNAPPY);
    let properties = Some(compressed.build());
    let mut writer = ArrowWriter::try_new(Vec::new(), columns, properties)?;
    if let Some(rows) = rows {
        writer.write(&rows)?;
    }
    Ok(writer.into_inner()?)
}

/// The columns of a checkpoint: one for each kind of action.
///
/// Source: Delta transaction log protocol, section "Checkpoint Schema".
fn columns() -> Vec<Column> {
    use DataType::{Boolean, Int32, Int64, Utf8};
    let texts = || DataType::List(Arc::new(Column::new("element", Utf8, true)));
    let action = |name: &str, fields: Vec<(&str, DataType)>| {
        let fields = fields.into_iter().map(|(name, kind)| Column::new(name, kind, true));
        Column::new(name, DataType::Struct(fields.collect::<Vec<_>>().into()), true)
    };
    let format: Vec<Column> =
        vec![Column::new("provider", Utf8, true), Column::new("options", map(), true)];
    vec![
        action(
            "protocol",
            vec![
                ("minReaderVersion", Int32),
                ("minWriterVersion", Int32),
                ("readerFeatures", texts()),
                ("writerFeatures", texts()),
            ],
        ),
        action(
            "metaData",
            vec![
                ("id", Utf8),
                ("name", Utf8),
                ("description", Utf8),
                ("format", DataType::Struct(format.into())),
                ("schemaString", Utf8),
                ("partitionColumns", texts()),
                ("configuration", map()),
                ("createdTime", Int64),
            ],
        ),
        action("txn", vec![("appId", Utf8), ("version", Int64), ("lastUpdated", Int64)]),
        action(
            "remove",
            vec![
                ("path", Utf8),
                ("deletionTimestamp", Int64),
                ("dataChange", Boolean),
                ("extendedFileMetadata", Boolean),
                ("partitionValues", map()),
                ("size", Int64),
            ],
        ),
        action(
            "add",
            vec![
                ("path", Utf8),
                ("partitionValues", map()),
                ("size", Int64),
                ("modificationTime", Int64),
                ("dataChange", Boolean),
                ("stats", Utf8),
            ],
        ),
    ]
}

fn map() -> DataType {
    let entry =
        vec![Column::new("key", DataType::Utf8, false), Column::new("value", DataType::Utf8, true)];
    let entry = Column::new("key_value", DataType::Struct(entry.into()), false);
    DataType::Map(Arc::new(entry), false)
}
