//! Uses with their whole path, as training data: each with its parts, the actions of people on it, its
//! scores and its texts.
//!
//! Only what the person allowed, unless asked for more. Goes day by day and some thousand uses at a
//! time, so that memory does not grow with the range.
//!
//! Reading order: `path` (what belongs to some uses), `nest` (rows become nested rows), `asked` (which
//! uses, as SQL).

mod asked;
mod nest;
mod path;

use std::collections::BTreeMap;
use std::io::Write;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Date32Type, SchemaRef};
use datafusion::arrow::json::writer::LineDelimited;
use datafusion::arrow::json::{self, WriterBuilder};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::metadata::KeyValue;
use futures::StreamExt;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, json};
use trueup_evidence::summary::TableVersion;

use crate::Lake;
use crate::error::{Error, short};
use crate::query::form::{parquet, parquet_unwritten, unwritten};
use crate::query::session::Session;

/// What the engine may hold; the uses at hand come on top.
const MOST_MEMORY: usize = 512 << 20;
/// Uses whose paths are in memory at once.
const AT_ONCE: usize = 2048;
/// Under this name a Parquet file says what it holds.
const ABOUT: &str = "trueup.export";

/// Which uses, and how they are written.
#[derive(Debug, Clone)]
pub struct Export {
    /// Of these bets; of all, and of none, if empty.
    pub bets: Vec<String>,
    /// The first and the last day, UTC.
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Also uses whose person did not allow training, or was not asked.
    pub any_consent: bool,
    pub form: ExportForm,
}

/// How uses are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// One JSON object a line.
    JsonLines,
    /// One row for each use, with nested lists.
    Parquet,
}

/// What was written, and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exported {
    pub uses: u64,
    pub parts: u64,
    pub actions: u64,
    pub scores: u64,
    pub payloads: u64,
    /// Uses without consent to training, by what was said; empty is not asked.
    pub left_out: BTreeMap<String, u64>,
    /// The version of each table that was read.
    pub versions: Vec<TableVersion>,
}

impl Exported {
    /// What was asked for and what came of it, as JSON: to lie beside the file.
    #[must_use]
    pub fn about(&self, export: &Export, now: Timestamp) -> String {
        let mut versions = Map::new();
        for table in &self.versions {
            versions.insert(table.table.clone(), table.version.into());
        }
        let about = json!({
            "made_at": now.to_string(),
            "asked": asked::told(export),
            "counts": {
                "uses": self.uses,
                "parts": self.parts,
                "actions": self.actions,
                "scores": self.scores,
                "payloads": self.payloads,
            },
            "left_out_without_consent": self.left_out,
            "versions": versions,
        });
        format!("{about:#}\n")
    }
}

pub(crate) async fn export(
    lake: &Lake,
    export: &Export,
    out: &mut (dyn Write + Send),
) -> Result<Exported, Error> {
    let session = Session::read(lake, MOST_MEMORY).await?;
    let left_out = asked::left_out(&session, export).await?;
    let mut exported =
        Exported { left_out, versions: session.versions.clone(), ..Exported::default() };
    let mut writer = Writer::new(export, out)?;
    for day in asked::days(&session, export).await? {
        let sql = asked::uses(export, day);
        let mut uses = session.stream(&sql).await?;
        while let Some(batch) = uses.next().await {
            let batch = batch.map_err(|why| Error::Query(short(&why)))?;
            for start in (0..batch.num_rows()).step_by(AT_ONCE) {
                let some = batch.slice(start, AT_ONCE.min(batch.num_rows() - start));
                let path = path::Path::read(&session, export, day, some).await?;
                path.count(&mut exported);
                writer.write(&nest::nested(path))?;
            }
        }
    }
    writer.finish()?;
    Ok(exported)
}

impl Session {
    /// The rows of a statement, as they come.
    pub(crate) async fn stream(
        &self,
        sql: &str,
    ) -> Result<datafusion::execution::SendableRecordBatchStream, Error> {
        let failed = |why: datafusion::error::DataFusionError| Error::Query(short(&why));
        self.context.sql(sql).await.map_err(failed)?.execute_stream().await.map_err(failed)
    }

    /// All rows of a statement.
    pub(crate) async fn rows(&self, sql: &str) -> Result<RecordBatch, Error> {
        let failed = |why: datafusion::error::DataFusionError| Error::Query(short(&why));
        let frame = self.context.sql(sql).await.map_err(failed)?;
        let columns: SchemaRef = std::sync::Arc::new(frame.schema().as_arrow().clone());
        let batches = frame.collect().await.map_err(failed)?;
        // The rows' own columns: the planned ones differ in whether a value may be missing.
        let columns = batches.first().map_or(columns, RecordBatch::schema);
        datafusion::arrow::compute::concat_batches(&columns, &batches)
            .map_err(|why| Error::Query(why.to_string()))
    }
}

/// Days since 1970 in a column.
fn day_at(rows: &RecordBatch, column: usize, row: usize) -> i32 {
    rows.column(column).as_primitive::<Date32Type>().value(row)
}

enum Writer<'a> {
    JsonLines(json::Writer<&'a mut (dyn Write + Send), LineDelimited>),
    Parquet(Box<ArrowWriter<&'a mut (dyn Write + Send)>>),
}

impl<'a> Writer<'a> {
    fn new(export: &Export, out: &'a mut (dyn Write + Send)) -> Result<Writer<'a>, Error> {
        Ok(match export.form {
            // What is not known is left out.
            ExportForm::JsonLines => Writer::JsonLines(WriterBuilder::new().build(out)),
            ExportForm::Parquet => {
                let about = KeyValue::new(ABOUT.to_owned(), asked::told(export).to_string());
                Writer::Parquet(Box::new(parquet(&nest::columns(), out, vec![about])?))
            }
        })
    }

    fn write(&mut self, uses: &RecordBatch) -> Result<(), Error> {
        match self {
            Writer::JsonLines(writer) => writer.write(uses).map_err(unwritten),
            Writer::Parquet(writer) => writer
                .write(uses)
                // A row group is written whole, so that texts of only so many uses wait.
                .and_then(|()| writer.flush())
                .map_err(parquet_unwritten),
        }
    }

    fn finish(self) -> Result<(), Error> {
        match self {
            Writer::JsonLines(mut writer) => writer.finish().map_err(unwritten),
            Writer::Parquet(writer) => writer.close().map(drop).map_err(parquet_unwritten),
        }
    }
}
