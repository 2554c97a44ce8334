//! How statements are run: each on one thread, so that sums are added up in the same order every
//! time and the same question gives the same bytes; several at once, so that no core is idle.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt;
use jiff::Timestamp;

use super::Tables;
use super::sql::{Statement, until};
use crate::error::{Error, short};
use crate::store::scan::{Scan, runtime};

/// The tables of one moment, ready to be asked.
pub struct Engine {
    context: SessionContext,
}

impl Engine {
    pub fn new(tables: &Tables) -> Result<Engine, Error> {
        let config = SessionConfig::new()
            .with_target_partitions(1)
            // Row groups hold one bet each, so what is left to filter row by row is nearly nothing.
            .set_bool("datafusion.execution.parquet.pushdown_filters", false)
            // The files have none, and looking for them costs.
            .set_bool("datafusion.execution.parquet.bloom_filter_on_read", false);
        let context = SessionContext::new_with_config_rt(config, runtime()?);
        for snapshot in tables.iter() {
            let scan = Arc::new(Scan::new(snapshot)?);
            context
                .register_table(snapshot.layout.name, scan)
                .map_err(|why| Error::Query(short(&why)))?;
        }
        Ok(Engine { context })
    }

    /// Hands the rows of each statement to `each`, in the order of the statements, while the next
    /// ones run.
    pub async fn run_all(
        &self,
        statements: &[Statement],
        mut each: impl FnMut(&Statement, &[RecordBatch]),
    ) -> Result<(), Error> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let mut results = futures::stream::iter(statements)
            .map(|statement| {
                let (context, sql) = (self.context.clone(), statement.sql.clone());
                let task = tokio::spawn(async move { run(&context, &sql).await });
                async move { (statement, task.await.expect("the engine does not panic")) }
            })
            // Twice the cores, since each waits for the disk now and then.
            .buffered(2 * cores.clamp(2, 8));
        while let Some((statement, rows)) = results.next().await {
            each(statement, &rows?);
        }
        Ok(())
    }

    /// True when some score corrects another.
    pub async fn any_corrected(&self, now: Timestamp) -> Result<bool, Error> {
        let sql = format!(
            "SELECT 1 FROM scores WHERE \"supersedes\" IS NOT NULL AND {} LIMIT 1",
            until(now)
        );
        Ok(run(&self.context, &sql).await?.iter().any(|batch| batch.num_rows() > 0))
    }

    /// The rows of a statement with a name and a count.
    pub async fn counts(&self, sql: &str) -> Result<BTreeMap<Option<String>, u64>, Error> {
        let mut counts = BTreeMap::new();
        for batch in run(&self.context, sql).await? {
            let names = texts(&batch, 0);
            let numbers = batch.column(1).as_primitive::<Int64Type>();
            for row in 0..batch.num_rows() {
                let name = names.is_valid(row).then(|| names.value(row).to_owned());
                counts.insert(name, numbers.value(row).cast_unsigned());
            }
        }
        Ok(counts)
    }
}

async fn run(context: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>, Error> {
    let failed = |why: datafusion::error::DataFusionError| Error::Query(short(&why));
    context.sql(sql).await.map_err(failed)?.collect().await.map_err(failed)
}

/// A text column, however the engine encodes it.
pub fn texts(batch: &RecordBatch, column: usize) -> datafusion::arrow::array::StringArray {
    let texts = cast(batch.column(column), &DataType::Utf8).expect("a name is text");
    texts.as_string::<i32>().clone()
}
