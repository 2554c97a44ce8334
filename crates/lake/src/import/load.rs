//! One table at a time: read what the SQL gives, check it, complete it, drop duplicates, append.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use datafusion::physical_plan::execute_stream;
use futures::StreamExt;
use jiff::Timestamp;
use trueup_evidence::Table;

use super::TableImport;
use super::dimensions::Dimensions;
use super::progress::Meter;
use super::quarantine::Quarantine;
use super::rows::{check, remarks};
use super::seen::{Seen, key};
use super::sources::ROWS_FOR_TYPES;
use super::statements::Insert;
use crate::Lake;
use crate::columns::{Layout, ORPHAN, day_of};
use crate::error::{Error, short};
use crate::settle::dimensions::with_marks;
use crate::store::append::by_day;
use crate::store::{Appender, Snapshot};

/// What one import keeps over all its tables.
pub struct Session<'a> {
    pub lake: &'a Lake,
    pub now: Timestamp,
    pub meter: Meter<'a>,
    pub quarantine: Quarantine,
}

/// What one table's load keeps over all its statements.
struct Target {
    table: Table,
    appender: Appender,
    seen: Seen,
    counts: TableImport,
}

impl Session<'_> {
    /// Fills one table from all its statements and makes the rows part of the store.
    pub async fn load(&mut self, table: Table, inserts: &[&Insert]) -> Result<TableImport, Error> {
        let snapshot = Snapshot::read(&self.lake.disk, Layout::of(table)).await?;
        let counts = TableImport { table: table.name().to_owned(), ..TableImport::default() };
        let appender = Appender::new(snapshot);
        let mut target = Target { table, appender, seen: Seen::default(), counts };
        for insert in inserts {
            self.run(insert, &mut target).await?;
        }
        target.appender.finish(self.now).await?;
        Ok(target.counts)
    }

    async fn run(&mut self, insert: &Insert, target: &mut Target) -> Result<(), Error> {
        let failed = |why| insert.place.error(explained(&short(&why)));
        let mut dimensions = Dimensions::default();
        if insert.needs_dimensions() {
            dimensions = Dimensions::gather(self.lake, insert).await?;
        }
        let plan = insert.frame.clone().create_physical_plan().await.map_err(failed)?;
        self.meter.begin(&plan);
        let task = Arc::new(insert.frame.task_ctx());
        let mut batches = execute_stream(plan, task).map_err(failed)?;
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(failed)?;
            self.take(insert, &batch, &mut dimensions, target).await?;
            self.meter.tell();
        }
        Ok(())
    }

    async fn take(
        &mut self,
        insert: &Insert,
        selected: &RecordBatch,
        dimensions: &mut Dimensions,
        target: &mut Target,
    ) -> Result<(), Error> {
        target.counts.read += selected.num_rows() as u64;
        let mut checked = check(insert, selected, self.now);
        if checked.faults.any() {
            for reason in checked.faults.iter().flatten() {
                *target.counts.quarantined.entry(reason.to_owned()).or_default() += 1;
            }
            self.quarantine.take(insert, selected, &checked.faults).await?;
        }
        if target.table.has_target() {
            with_marks(target.table, &mut checked.columns);
            dimensions.fill(target.table, &mut checked.columns);
        }
        target.append(checked.columns).await
    }
}

impl Target {
    /// Appends the rows whose id is new.
    async fn append(&mut self, columns: Vec<ArrayRef>) -> Result<(), Error> {
        let times = self.times(&columns);
        let layout = self.appender.snapshot().layout.columns.clone();
        let rows = RecordBatch::try_new(layout, columns).expect("these are the table's columns");
        let new = self.new_rows(&rows, &times).await?;
        let added = new.true_count();
        self.counts.duplicates += (rows.num_rows() - added) as u64;
        self.counts.added += added as u64;
        if added == 0 {
            return Ok(());
        }
        let kept: Vec<i64> =
            times.iter().zip(new.values()).filter(|(_, new)| *new).map(|(time, _)| *time).collect();
        let rows = filter_record_batch(&rows, &new).expect("as long as the rows");
        if let Some(orphans) = rows.column_by_name(ORPHAN) {
            self.counts.orphans += orphans.as_boolean().true_count() as u64;
        }
        if self.table == Table::Interactions {
            for (remark, rows) in remarks(rows.columns()).into_iter().filter(|(_, rows)| *rows > 0)
            {
                *self.counts.remarks.entry(remark).or_default() += rows as u64;
            }
        }
        for (day, rows) in by_day(&rows, &kept) {
            self.appender.push(day, rows).await?;
        }
        Ok(())
    }

    /// The time of each row's interaction; an orphan's own.
    fn times(&self, columns: &[ArrayRef]) -> Vec<i64> {
        let layout = Layout::of(self.table);
        let time = |name| columns[layout.index(name)].as_primitive::<TimestampMicrosecondType>();
        let (own, target) = (time("at"), time(self.table.target_time()));
        let row_time = |row| if target.is_valid(row) { target.value(row) } else { own.value(row) };
        (0..own.len()).map(row_time).collect()
    }

    async fn new_rows(&mut self, rows: &RecordBatch, times: &[i64]) -> Result<BooleanArray, Error> {
        let days: Vec<i32> = times.iter().map(|time| day_of(*time)).collect();
        let mut touched = days.clone();
        touched.sort_unstable();
        touched.dedup();
        for day in touched {
            self.seen.load(self.appender.snapshot(), day).await?;
        }
        let ids = rows.column(self.appender.snapshot().layout.index("id")).as_string::<i32>();
        let is_new = |(row, day): (usize, &i32)| Some(self.seen.insert(*day, key(ids.value(row))));
        Ok(days.iter().enumerate().map(is_new).collect())
    }
}

/// A value that does not fit its file's column is found only when it is read.
fn explained(message: &str) -> String {
    if message.contains("parsing") || message.contains("Parser error") {
        format!(
            "{message}; a column's type is taken from the first {ROWS_FOR_TYPES} rows of its file: \
             move such a row to the front, or mend it"
        )
    } else {
        message.to_owned()
    }
}
