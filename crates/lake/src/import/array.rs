//! JSON files that are one array of objects, laid out in lines or not.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::json::reader::infer_json_schema_from_iterator;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use serde::Deserializer as _;
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde_json::{Deserializer, Value};

use super::sources::ROWS_FOR_TYPES;
use crate::error::{Error, short};

/// True when the file is one array, and not one object a line.
pub fn is_array(file: &Path, compression: FileCompressionType) -> Result<bool, Error> {
    for byte in open(file, compression)?.bytes() {
        let byte = byte.map_err(|why| Error::source(file, why))?;
        if !byte.is_ascii_whitespace() {
            return Ok(byte == b'[');
        }
    }
    Ok(false)
}

/// The columns of an array's objects. The engine's own look wants each of them on one line.
pub fn columns(file: &Path, compression: FileCompressionType) -> Result<Schema, Error> {
    let mut reader = Deserializer::from_reader(open(file, compression)?);
    let rows = reader.deserialize_seq(FirstRows).map_err(|why| Error::source(file, why))?;
    let columns = infer_json_schema_from_iterator(rows.into_iter().map(Ok));
    columns.map_err(|why| Error::source(file, why))
}

fn open(file: &Path, compression: FileCompressionType) -> Result<BufReader<impl Read>, Error> {
    let opened = File::open(file).map_err(|why| Error::source(file, why))?;
    let opened = compression.convert_read(opened);
    opened.map(BufReader::new).map_err(|why| Error::source(file, short(&why)))
}

/// Keeps as many rows as the types are taken from, and reads over the rest.
struct FirstRows;

impl<'de> Visitor<'de> for FirstRows {
    type Value = Vec<Value>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Vec<Value>, A::Error> {
        let mut rows = Vec::new();
        while rows.len() < ROWS_FOR_TYPES {
            let Some(row) = array.next_element()? else { return Ok(rows) };
            rows.push(row);
        }
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(rows)
    }
}
