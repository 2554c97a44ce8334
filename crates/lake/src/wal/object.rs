//! One write-ahead object: for each table that it has rows of an Arrow IPC stream, one after the
//! other. Any Arrow library reads them; each schema's metadata names its table.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::CompressionType;
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::{IpcWriteOptions, StreamWriter};

use super::columns::Rows;
use crate::columns::Layout;
use crate::store::file::fitted;

/// The key under which a schema names its table.
const TABLE: &str = "trueup.table";

/// The bytes of an object that holds these rows.
pub fn encode(rows: &Rows) -> Result<Vec<u8>, ArrowError> {
    let mut bytes = Vec::new();
    for (table, batch) in &rows.0 {
        let named = HashMap::from([(TABLE.to_owned(), (*table).to_owned())]);
        let schema = Schema::new_with_metadata(batch.schema().fields.clone(), named);
        let batch = batch.clone().with_schema(Arc::new(schema))?;
        let options =
            IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME))?;
        let mut writer = StreamWriter::try_new_with_options(&mut bytes, &batch.schema(), options)?;
        writer.write(&batch)?;
        writer.finish()?;
    }
    Ok(bytes)
}

/// The rows of an object, with all columns of their tables. Tables that are not among `layouts` are
/// left out.
pub fn decode(
    bytes: &Bytes,
    layouts: &[Layout],
) -> Result<Vec<(&'static str, RecordBatch)>, ArrowError> {
    let mut rows = Vec::new();
    let mut rest = Cursor::new(bytes.as_ref());
    while rest.position() < bytes.len() as u64 {
        let mut reader = StreamReader::try_new(&mut rest, None)?;
        let table = reader.schema().metadata().get(TABLE).cloned().unwrap_or_default();
        let layout = layouts.iter().find(|layout| layout.name == table);
        for batch in reader.by_ref() {
            let batch = batch?;
            if let Some(layout) = layout {
                rows.push((
                    layout.name,
                    fitted(&layout.columns, &batch).map_err(ArrowError::SchemaError)?,
                ));
            }
        }
    }
    Ok(rows)
}
