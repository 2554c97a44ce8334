//! One pass over all rows. Several workers take what the engine reads; what they counted adds up to
//! the same whatever each of them got.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::DataFrame;
use futures::StreamExt;
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinSet;
use trueup_evidence::profile::{Class, Column, Roles, Sample, Times};

use super::cells::{Cell, Cells};
use super::code::{codes, of_rows};
use super::column::Tally;
use super::sample::Rows;
use super::source::Source;
use super::times::{Weeks, moment};
use crate::error::{Error, short};

/// What one pass finds.
pub struct Passed {
    pub rows: u64,
    pub columns: Vec<Column>,
    pub classes: Option<Vec<Class>>,
    pub times: Option<Times>,
    pub sample: Sample,
}

/// The counts of some of the rows.
struct Counter {
    rows: u64,
    columns: Vec<Tally>,
    sample: Rows,
    /// The place of the label and of the time among the columns.
    label: Option<usize>,
    time: Option<(usize, Weeks)>,
}

type Streams = Arc<Mutex<VecDeque<SendableRecordBatchStream>>>;

/// Reads everything once, and tells how many rows it has read.
pub async fn pass(
    source: &Source,
    roles: &Roles,
    progress: &mut dyn FnMut(u64),
) -> Result<Passed, Error> {
    let frame: DataFrame = source.frame().await?;
    let streams = frame.execute_stream_partitioned().await.map_err(|why| source.failed(&why))?;
    let streams: Streams = Arc::new(Mutex::new(streams.into()));
    let (sender, mut receiver) = channel(64);
    let mut workers = JoinSet::new();
    for _ in 0..source.workers() {
        workers.spawn(work(Arc::clone(&streams), Counter::new(source, roles), sender.clone()));
    }
    drop(sender);
    let mut read = 0;
    while let Some(rows) = receiver.recv().await {
        read += rows;
        progress(read);
    }
    let mut whole = Counter::new(source, roles);
    while let Some(counted) = workers.join_next().await {
        let counted = counted.expect("counting does not panic");
        whole.merge(counted.map_err(|why| source.failed(&why))?);
    }
    Ok(whole.finish())
}

/// Takes one stream after the other.
async fn work(
    streams: Streams,
    mut counter: Counter,
    told: Sender<u64>,
) -> Result<Counter, datafusion::error::DataFusionError> {
    loop {
        let next = streams.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(mut rows) = next else { return Ok(counter) };
        while let Some(batch) = rows.next().await {
            let batch = batch?;
            counter.take(&batch)?;
            // Nobody listens any more when another worker has failed.
            let _ = told.send(batch.num_rows() as u64).await;
        }
    }
}

impl Counter {
    fn new(source: &Source, roles: &Roles) -> Counter {
        let tally = |name: &String| Tally::new(name, source.is_typed);
        let place = |name: &String| source.columns.iter().position(|column| column == name);
        Counter {
            rows: 0,
            columns: source.columns.iter().map(tally).collect(),
            sample: Rows::new(source.columns.len()),
            label: roles.label.as_ref().and_then(place),
            time: roles.time.as_ref().and_then(place).map(|at| (at, Weeks::new(roles.as_of))),
        }
    }

    fn take(&mut self, batch: &RecordBatch) -> Result<(), datafusion::error::DataFusionError> {
        let rows = batch.num_rows();
        self.rows += rows as u64;
        let cells = batch.columns().iter().map(Cells::of).collect::<Result<Vec<_>, _>>()?;
        let found = batch.columns().iter().map(codes).collect::<Result<Vec<_>, _>>()?;
        let label = |row| {
            let at = self.label?;
            (!cells[at].get(row).is_missing()).then(|| found[at][row])
        };
        let labels: Vec<Option<u64>> = (0..rows).map(label).collect();
        let columns = batch.columns().iter().zip(&cells).zip(&found);
        for (tally, ((column, cells), codes)) in self.columns.iter_mut().zip(columns) {
            tally.take(column, cells, codes, &labels);
        }
        if let Some((at, weeks)) = &mut self.time {
            (0..rows).for_each(|row| weeks.add(cells[*at].get(row)));
        }
        let time = self.time.as_ref().map(|(at, _)| *at);
        for (row, code) in of_rows(&found, rows).into_iter().enumerate() {
            let size = |column: usize| size(time == Some(column), cells[column].get(row));
            self.sample.add(code, labels[row], size);
        }
        Ok(())
    }

    fn merge(&mut self, other: Counter) {
        self.rows += other.rows;
        self.columns.iter_mut().zip(other.columns).for_each(|(own, more)| own.merge(more));
        self.sample.merge(other.sample);
        if let Some(((_, own), (_, more))) = self.time.as_mut().zip(other.time) {
            own.merge(more);
        }
    }

    fn finish(self) -> Passed {
        let classes = self.label.and_then(|label| self.columns[label].classes());
        let codes: Vec<u64> = classes.iter().flatten().map(|(code, _)| *code).collect();
        let (sample, orders) = self.sample.finish(&codes);
        let columns = self.columns.into_iter().zip(orders);
        let columns = columns.map(|(tally, order)| Column { order, ..tally.finish(&codes) });
        Passed {
            rows: self.rows,
            columns: columns.collect(),
            classes: classes.map(|classes| classes.into_iter().map(|(_, class)| class).collect()),
            times: self.time.map(|(_, weeks)| weeks.finish()),
            sample,
        }
    }
}

/// What a value is ordered by; of the column of time it is the moment.
#[expect(clippy::cast_precision_loss, reason = "an order to the microsecond is not needed")]
fn size(is_time: bool, cell: Cell<'_>) -> f64 {
    let size = if is_time { moment(cell).map(|time| time as f64) } else { cell.size() };
    size.unwrap_or(f64::NAN)
}

/// The engine's error in words.
pub fn said(why: &datafusion::error::DataFusionError) -> String {
    let message = short(why);
    if message.contains("parsing")
        || message.contains("Parser error")
        || message.contains("Json error")
    {
        return format!(
            "{message}; the columns and types of JSON lines are taken from the first rows of a file: \
             mend such a row, or move one like it to the front"
        );
    }
    message
}
