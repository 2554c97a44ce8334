//! How rows are written: for people, for spreadsheets, for programs.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::{DataType, Field as Column, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::writer::{JsonArray, LineDelimited};
use datafusion::arrow::json::{self, WriterBuilder};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_writer::ArrowWriterOptions;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;

use super::lines::Lines;
use crate::error::Error;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Columns for people; long text is cut.
    Table,
    Csv,
    /// One JSON array.
    Json,
    /// One JSON object a line.
    JsonLines,
    Parquet,
}

type Out<'a> = &'a mut (dyn Write + Send);

/// Writes rows as they come; only a table for people is held until the end.
pub enum Writer<'a> {
    Table(Lines, Out<'a>),
    Csv(Box<csv::Writer<Out<'a>>>),
    Json(json::Writer<Out<'a>, JsonArray>),
    JsonLines(json::Writer<Out<'a>, LineDelimited>),
    Parquet(Box<ArrowWriter<Out<'a>>>),
}

impl<'a> Writer<'a> {
    pub fn new(form: Form, columns: &SchemaRef, out: Out<'a>) -> Result<Writer<'a>, Error> {
        if !matches!(form, Form::Table | Form::Csv) {
            names_differ(columns)?;
        }
        Ok(match form {
            Form::Table => Writer::Table(Lines::new(columns), out),
            Form::Csv => {
                let mut writer = csv::WriterBuilder::new().with_header(true).build(out);
                // The header also when no row follows.
                writer
                    .write(&flat(&RecordBatch::new_empty(columns.clone()))?)
                    .map_err(unwritten)?;
                Writer::Csv(Box::new(writer))
            }
            Form::Json => Writer::Json(with_nulls().build(out)),
            Form::JsonLines => Writer::JsonLines(with_nulls().build(out)),
            Form::Parquet => Writer::Parquet(Box::new(parquet(columns, out, Vec::new())?)),
        })
    }

    pub fn write(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        match self {
            Writer::Table(lines, _) => lines.take(rows),
            Writer::Csv(writer) => writer.write(&flat(rows)?).map_err(unwritten),
            Writer::Json(writer) => writer.write(rows).map_err(unwritten),
            Writer::JsonLines(writer) => writer.write(rows).map_err(unwritten),
            Writer::Parquet(writer) => writer.write(rows).map_err(parquet_unwritten),
        }
    }

    pub fn finish(self) -> Result<(), Error> {
        match self {
            Writer::Table(lines, out) => {
                out.write_all(lines.text().as_bytes()).map_err(Error::Unwritten)
            }
            Writer::Csv(writer) => writer.into_inner().flush().map_err(Error::Unwritten),
            Writer::Json(mut writer) => {
                writer.finish().map_err(unwritten)?;
                writer.into_inner().write_all(b"\n").map_err(Error::Unwritten)
            }
            Writer::JsonLines(mut writer) => writer.finish().map_err(unwritten),
            Writer::Parquet(writer) => writer.close().map(drop).map_err(parquet_unwritten),
        }
    }
}

fn with_nulls() -> WriterBuilder {
    WriterBuilder::new().with_explicit_nulls(true)
}

/// Parquet without the engine's own types, so that every reader takes it.
pub fn parquet<'a>(
    columns: &SchemaRef,
    out: Out<'a>,
    about: Vec<datafusion::parquet::file::metadata::KeyValue>,
) -> Result<ArrowWriter<Out<'a>>, Error> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(about).filter(|about| !about.is_empty()))
        .build();
    let options =
        ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    ArrowWriter::try_new_with_options(out, columns.clone(), options).map_err(parquet_unwritten)
}

/// An object cannot have two values of one name.
fn names_differ(columns: &Schema) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    match columns.fields().iter().find(|column| !seen.insert(column.name().as_str())) {
        None => Ok(()),
        Some(twice) => Err(Error::Sql {
            place: String::new(),
            message: format!("two columns are called `{}`; name one with `AS`", twice.name()),
        }),
    }
}

/// Lists and other nested values as JSON text, which a cell can hold.
fn flat(rows: &RecordBatch) -> Result<RecordBatch, Error> {
    let mut columns = Vec::new();
    let mut arrays = Vec::new();
    for (column, array) in rows.schema().fields().iter().zip(rows.columns()) {
        let array = if column.data_type().is_nested() { as_json(array)? } else { plain(array) };
        columns.push(Column::new(column.name(), array.data_type().clone(), true));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(columns)), arrays).map_err(unwritten)
}

/// Without dictionaries and views, which not every writer takes.
fn plain(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Utf8View | DataType::Dictionary(..) => {
            cast(array, &DataType::Utf8).unwrap_or_else(|_| array.clone())
        }
        _ => array.clone(),
    }
}

/// Each value of a nested column as JSON.
pub fn as_json(array: &ArrayRef) -> Result<ArrayRef, Error> {
    let column = Column::new("v", array.data_type().clone(), true);
    let rows = RecordBatch::try_new(Arc::new(Schema::new(vec![column])), vec![array.clone()]);
    let mut lines = with_nulls().build::<_, LineDelimited>(Vec::new());
    lines.write(&rows.map_err(unwritten)?).and_then(|()| lines.finish()).map_err(unwritten)?;
    let text = String::from_utf8(lines.into_inner()).expect("JSON is UTF-8");
    // Each line is `{"v":...}`.
    let values = text.lines().map(|line| line.get(5..line.len() - 1));
    let values = values.map(|value| value.filter(|value| *value != "null"));
    Ok(Arc::new(values.collect::<StringArray>()))
}

/// A column as text, value by value.
pub fn as_texts(array: &ArrayRef) -> Result<StringArray, Error> {
    if array.data_type().is_nested() {
        return Ok(as_json(array)?.as_string::<i32>().clone());
    }
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array.as_ref(), &options).map_err(unwritten)?;
    let text = |row| array.is_valid(row).then(|| formatter.value(row).to_string());
    Ok((0..array.len()).map(text).collect())
}

/// A reader that went away is told from a row that cannot be written.
pub fn unwritten(why: ArrowError) -> Error {
    match why {
        ArrowError::IoError(_, why) => Error::Unwritten(why),
        other => Error::Unwritten(io::Error::other(other)),
    }
}

pub fn parquet_unwritten(why: ParquetError) -> Error {
    Error::Unwritten(match why {
        ParquetError::External(why) => match why.downcast::<io::Error>() {
            Ok(why) => *why,
            Err(why) => io::Error::other(why),
        },
        other => io::Error::other(other),
    })
}
