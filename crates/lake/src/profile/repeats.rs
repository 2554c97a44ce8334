//! Rows that repeat, and equal rows with different labels: groups by hash, which the engine puts into
//! temporary files where they do not fit into memory.

use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::physical_plan::collect;
use trueup_evidence::profile::Repeats;

use super::source::{Source, TABLE};
use crate::error::Error;
use crate::import::progress;

/// How often progress is told.
const EACH: Duration = Duration::from_millis(250);

/// Rows under the same values of all these columns. Tells how many it has read.
pub async fn of_columns(
    source: &Source,
    columns: &[String],
    label: Option<&str>,
    told: &mut dyn FnMut(u64),
) -> Result<Repeats, Error> {
    let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
    count(source, &format!("row_code({})", columns.join(", ")), label, told).await
}

/// Rows under the same id; those without one are left out.
pub async fn of_id(
    source: &Source,
    id: &str,
    label: Option<&str>,
    told: &mut dyn FnMut(u64),
) -> Result<Repeats, Error> {
    count(source, &format!("value_code({})", quoted(id)), label, told).await
}

async fn count(
    source: &Source,
    key: &str,
    label: Option<&str>,
    told: &mut dyn FnMut(u64),
) -> Result<Repeats, Error> {
    let failed = |why| source.failed(&why);
    let frame = source.context.sql(&sql(key, label)).await.map_err(failed)?;
    let task = Arc::new(frame.task_ctx());
    let plan = frame.create_physical_plan().await.map_err(failed)?;
    let sources = progress::sources(&plan);
    let work = collect(plan, task);
    tokio::pin!(work);
    let mut due = tokio::time::interval(EACH);
    let counted = loop {
        tokio::select! {
            counted = &mut work => break counted.map_err(failed)?,
            _ = due.tick() => told(progress::read(&sources)),
        }
    };
    let number = |column| counted.iter().find_map(|batch| number(batch, column)).unwrap_or(0);
    Ok(Repeats {
        rows: number(0),
        keys: number(1),
        repeated_keys: number(2),
        conflicting_keys: number(3),
        conflicting_rows: number(4),
    })
}

fn sql(key: &str, label: Option<&str>) -> String {
    let label = match label {
        Some(label) => format!("value_code({})", quoted(label)),
        None => "CAST(NULL AS BIGINT UNSIGNED)".to_owned(),
    };
    format!(
        "SELECT sum(n), count(*), count(*) FILTER (WHERE n > 1), \
         count(*) FILTER (WHERE low < high), sum(n) FILTER (WHERE low < high) FROM (\
         SELECT key, count(*) AS n, min(label) AS low, max(label) AS high FROM (\
         SELECT {key} AS key, {label} AS label FROM {TABLE}) \
         WHERE key IS NOT NULL GROUP BY key)"
    )
}

fn number(batch: &RecordBatch, column: usize) -> Option<u64> {
    let numbers = cast(batch.column(column), &DataType::Int64).ok()?;
    let numbers = numbers.as_primitive::<Int64Type>();
    (numbers.len() == 1 && numbers.is_valid(0)).then(|| numbers.value(0).cast_unsigned())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
