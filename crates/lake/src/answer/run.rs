//! How statements are run: each on one thread, so that sums are added up in the same order every
//! time and the same question gives the same bytes; several at once, so that no core is idle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt;
use jiff::Timestamp;
use trueup_evidence::{Table, Window};

use super::Tables;
use super::collect::collect;
use super::sql::{Ask, Reading, corrections, statements};
use super::tallied::Tallied;
use crate::error::{Error, short};
use crate::store::Snapshot;
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

    /// Makes a part of a table known under a name of its own.
    pub fn add(&self, name: &str, part: &Snapshot) -> Result<(), Error> {
        let scan = Arc::new(Scan::new(part)?);
        let added = self.context.register_table(name, scan);
        added.map(drop).map_err(|why| Error::Query(short(&why)))
    }

    /// What some items come to, in the order asked; by day if the reading groups by it, else under
    /// day 0. Later statements run while the rows of one are put together.
    pub async fn count(
        &self,
        asks: &[Ask<'_>],
        mut reading: Reading<'_>,
    ) -> Result<Vec<BTreeMap<i32, Tallied>>, Error> {
        reading.corrected = self.any_corrected(asks, reading.now).await?;
        let statements = statements(asks, reading);
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let mut results = futures::stream::iter(statements)
            .map(|statement| {
                let context = self.context.clone();
                let counted = async move {
                    let rows = run(&context, &statement.sql).await?;
                    Ok::<_, Error>(collect(&statement, reading.by_day, &rows))
                };
                let by_day = tokio::spawn(counted);
                async move { by_day.await.expect("the engine does not panic") }
            })
            // Twice the cores, since each waits for the disk now and then.
            .buffered(2 * cores.clamp(2, 8));
        let mut counted = vec![BTreeMap::new(); asks.len()];
        while let Some(result) = results.next().await {
            for (item, days) in result? {
                counted[item] = days;
            }
        }
        Ok(counted)
    }

    /// True when some score of the days to be read corrects another.
    pub async fn any_corrected(
        &self,
        asks: &[Ask<'_>],
        now: Option<Timestamp>,
    ) -> Result<bool, Error> {
        let scores = asks.iter().filter(|ask| ask.item.table() == Table::Scores);
        let windows: BTreeSet<Window> =
            scores.flat_map(|ask| ask.windows.iter().copied()).collect();
        if windows.is_empty() {
            return Ok(false);
        }
        let windows: Vec<Window> = windows.into_iter().collect();
        let rows = self.rows(&corrections(&windows, now)).await?;
        Ok(rows.iter().any(|batch| batch.num_rows() > 0))
    }

    /// The rows of a statement.
    pub async fn rows(&self, sql: &str) -> Result<Vec<RecordBatch>, Error> {
        run(&self.context, sql).await
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
