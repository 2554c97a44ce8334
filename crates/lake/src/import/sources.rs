//! Files become tables of the user's SQL: each by its name's ending, under its name's beginning.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::csv::reader::Format;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::TableReference;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::prelude::{
    CsvReadOptions, JsonReadOptions, ParquetReadOptions, SessionConfig, SessionContext,
};

use super::array;
use super::progress::{Sizes, lines};
use crate::error::{Error, short};
use crate::store::scan::runtime;

/// A file's columns and their types are taken from this many of its first rows.
pub const ROWS_FOR_TYPES: usize = 100_000;

/// What the columns of CSV are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Types {
    /// What the first rows look like.
    Guessed,
    /// All texts.
    OfText,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    Csv,
    Parquet,
}

/// A session in which each file is a table and nothing else can be read; and about how many rows
/// each has.
pub async fn register(files: &[PathBuf]) -> Result<(SessionContext, Sizes), Error> {
    // Names keep their case without quotes, because telemetry is full of `UserId`.
    let config = SessionConfig::new()
        .set_bool("datafusion.sql_parser.enable_ident_normalization", false)
        .with_information_schema(false);
    let context = SessionContext::new_with_config_rt(config, runtime()?);
    let mut names: BTreeMap<String, &Path> = BTreeMap::new();
    let mut sizes = Sizes::new();
    for file in files {
        let name = table_name(file);
        if let Some(other) = names.insert(name.clone(), file) {
            let why = format!(
                "it would be table `{name}`, and so would `{}`; rename one of them",
                other.display()
            );
            return Err(Error::source(file, why));
        }
        let rows = register_file(&context, &name, file, Types::Guessed).await?;
        sizes.insert(name, rows);
    }
    Ok((context, sizes))
}

/// The file's name up to the first dot, in lower case; what is no letter or digit becomes `_`.
fn table_name(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    stem.chars().map(|it| if it.is_alphanumeric() { it } else { '_' }).collect()
}

/// Makes a table of a file; and about how many rows it has.
pub async fn register_file(
    context: &SessionContext,
    name: &str,
    file: &Path,
    types: Types,
) -> Result<Option<u64>, Error> {
    let (kind, compression) = kind(file)?;
    let metadata = std::fs::metadata(file).map_err(|why| Error::source(file, why))?;
    if metadata.is_dir() {
        return Err(Error::source(file, "it is a folder; name the files in it"));
    }
    if metadata.len() == 0 {
        return Err(Error::source(file, "it is empty"));
    }
    let path = std::path::absolute(file).map_err(|why| Error::source(file, why))?;
    let path = path.to_string_lossy();
    if path.contains(['*', '?', '[']) {
        return Err(Error::source(file, "its name has `*`, `?` or `[` in it; rename it"));
    }
    let table = TableReference::bare(name);
    let mut is_array = false;
    let registered = match kind {
        Kind::Json => {
            let mut options = JsonReadOptions::default().file_extension("");
            options.file_compression_type = compression;
            options.schema_infer_max_records = ROWS_FOR_TYPES;
            is_array = array::is_array(file, compression)?;
            options.newline_delimited = !is_array;
            let columns = is_array.then(|| array::columns(file, compression)).transpose()?;
            options.schema = columns.as_ref();
            if is_array {
                // An array cannot be cut and read by several cores.
                let state = context.state_ref();
                state.write().config_mut().options_mut().optimizer.repartition_file_scans = false;
            }
            context.register_json(table, path.as_ref(), options).await
        }
        Kind::Csv => {
            let whole = compression != FileCompressionType::UNCOMPRESSED;
            let mut columns = csv_columns(file, compression)?;
            if types == Types::OfText {
                columns = of_text(&columns);
            }
            let mut options = CsvReadOptions::new().file_extension("").schema(&columns);
            options.newlines_in_values = whole || has_quoted_newline(file)?;
            options.file_compression_type = compression;
            context.register_csv(table, path.as_ref(), options).await
        }
        Kind::Parquet => {
            let options = ParquetReadOptions::new().file_extension("");
            context.register_parquet(table, path.as_ref(), options).await
        }
    };
    registered.map_err(|why| Error::source(file, short(&why)))?;
    match (kind, compression) {
        (Kind::Parquet, _) => rows_of_parquet(context, name, file).await,
        (_, FileCompressionType::UNCOMPRESSED) if !is_array => Ok(lines(file)),
        _ => Ok(None),
    }
}

/// As its footer says.
async fn rows_of_parquet(
    context: &SessionContext,
    name: &str,
    file: &Path,
) -> Result<Option<u64>, Error> {
    let failed = |why| Error::source(file, short(&why));
    let table = context.table(TableReference::bare(name)).await.map_err(failed)?;
    table.count().await.map(|rows| Some(rows as u64)).map_err(failed)
}

/// True when the file's name says that it is CSV.
pub fn is_csv(file: &Path) -> bool {
    kind(file).is_ok_and(|(kind, _)| kind == Kind::Csv)
}

/// True when the file's name has an ending that can be read.
pub fn can_be_read(file: &Path) -> bool {
    kind(file).is_ok()
}

fn of_text(columns: &Schema) -> Schema {
    let text = |column: &Arc<Field>| Field::new(column.name(), DataType::Utf8, true);
    Schema::new(columns.fields().iter().map(text).collect::<Vec<_>>())
}

fn kind(file: &Path) -> Result<(Kind, FileCompressionType), Error> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let (name, compression) = match name.rsplit_once('.') {
        Some((name, "gz")) => (name, FileCompressionType::GZIP),
        Some((name, "zst" | "zstd")) => (name, FileCompressionType::ZSTD),
        _ => (name.as_str(), FileCompressionType::UNCOMPRESSED),
    };
    let packed = compression != FileCompressionType::UNCOMPRESSED;
    match name.rsplit_once('.') {
        Some((_, "jsonl" | "ndjson" | "json")) => Ok((Kind::Json, compression)),
        Some((_, "csv")) => Ok((Kind::Csv, compression)),
        Some((_, "parquet" | "pq")) if packed => {
            Err(Error::source(file, "Parquet is compressed inside; unpack the file"))
        }
        Some((_, "parquet" | "pq")) => Ok((Kind::Parquet, compression)),
        _ => Err(Error::source(
            file,
            "its name ends in none of `.jsonl`, `.ndjson`, `.json`, `.csv`, `.parquet`, `.pq`, \
             alone or with `.gz` or `.zst`",
        )),
    }
}

/// The columns of a CSV file. The engine's own look cuts the file at any line, values or not.
fn csv_columns(file: &Path, compression: FileCompressionType) -> Result<Schema, Error> {
    let opened = File::open(file).map_err(|why| Error::source(file, why))?;
    let opened =
        compression.convert_read(opened).map_err(|why| Error::source(file, short(&why)))?;
    let format = Format::default().with_header(true);
    let inferred = format.infer_schema(opened, Some(ROWS_FOR_TYPES));
    let (columns, rows) = inferred.map_err(|why| Error::source(file, why))?;
    Ok(if rows < ROWS_FOR_TYPES { columns } else { with_texts(&columns) })
}

/// A column that is empty in all rows that were looked at may hold something later: text can be all of it.
fn with_texts(columns: &Schema) -> Schema {
    let column = |column: &Arc<Field>| match column.data_type() {
        DataType::Null => Arc::new(Field::new(column.name(), DataType::Utf8, true)),
        _ => Arc::clone(column),
    };
    Schema::new(columns.fields().iter().map(column).collect::<Vec<_>>())
}

/// True when a value spans lines. Then the file cannot be cut at any line and read by several
/// cores, so it is worth a look.
fn has_quoted_newline(file: &Path) -> Result<bool, Error> {
    let failed = |why: std::io::Error| Error::source(file, why);
    let mut reader = File::open(file).map_err(failed)?;
    let mut block = vec![0; 1 << 18];
    let mut quoted = false;
    loop {
        let read = reader.read(&mut block).map_err(failed)?;
        if read == 0 {
            return Ok(false);
        }
        for line in block[..read].split_inclusive(|byte| *byte == b'\n') {
            for byte in line {
                quoted ^= *byte == b'"';
            }
            if quoted && line.ends_with(b"\n") {
                return Ok(true);
            }
        }
    }
}
