//! Interactions and their traces: new ones as their trace makes them, and stored ones that turn out
//! to be something else now that more of the trace is here.

use std::collections::BTreeMap;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use trueup_evidence::Table;

use super::arrived::Arrived;
use super::dimensions::Names;
use super::duplicates::{New, ids};
use super::spans::{MOST_SPANS, Outcome, STORED_COLUMNS, Source, TELEMETRY_COLUMNS, Traces, apply};
use super::stored::{Stored, Wanted, time_bounds};
use super::{Change, Reach, all_columns};
use crate::error::Error;
use crate::keys::{KeyMap, key};
use crate::store::DataFile;

/// Spans of one trace that start further apart are looked at apart.
const LONGEST_TRACE_MICROSECONDS: i64 = 6 * 3600 * 1_000_000;

/// Settles the new interactions and those stored ones that their traces change.
pub async fn settle(
    stored: &Stored<'_>,
    new: &New,
    telemetry: &New,
    (again, reach): (bool, Reach),
    names: &mut Names,
) -> Result<(Change, Arrived), Error> {
    let mut traces = Traces::default();
    traces.add(Table::Interactions, &new.rows, names, Source::New);
    traces.add(Table::Telemetry, &telemetry.rows, names, |_| Source::Other);
    let mut asked = Asked::default();
    asked.add(&new.rows, &traces);
    asked.add(&telemetry.rows, &traces);
    if again {
        asked.add(&new.known, &traces);
        asked.add(&telemetry.known, &traces);
    }
    let before = stored_spans(stored, &mut traces, asked, names).await?;
    let batches: Vec<RecordBatch> = before.iter().map(|(_, rows)| rows.clone()).collect();
    let resolutions = traces.resolve(&new.rows, &batches, names);
    let mut outcomes: Vec<Option<Outcome>> = vec![None; new.rows.num_rows()];
    let mut changed: BTreeMap<&DataFile, Changed> = BTreeMap::new();
    for (source, outcome) in resolutions.outcomes {
        match source {
            Source::New(row) => outcomes[row] = Some(outcome),
            Source::Stored(batch, row) => {
                let (file, rows) = &before[batch];
                changed.entry(file).or_default().add(ids(rows).value(row), outcome);
            }
            Source::Other => {}
        }
    }
    let rows = apply(&new.rows, &outcomes, names);
    let mut change =
        Change { new: rows.num_rows(), duplicates: new.duplicates, ..Change::adding(rows.clone()) };
    let mut arrived = Arrived::of_interactions(rows, resolutions.main);
    if reach == Reach::All {
        for (file, changed) in changed {
            let redone = redo(stored, file, &changed, names).await?;
            change.removed.insert(file.clone(), changed.outcomes.into_keys().collect());
            arrived.look_again_at(&redone);
            change.added = concat_batches(&redone.schema(), [&change.added, &redone])
                .expect("both are interactions");
            arrived.add(Table::Interactions, redone);
        }
        for rows in &batches {
            arrived.look_again_at_traces(rows);
            if again {
                arrived.look_again_at(rows);
            }
        }
        if again {
            arrived.look_again_at(&new.known);
            arrived.add_known(Table::Interactions, new.known.clone());
        }
    }
    arrived.stored = batches;
    Ok((change, arrived))
}

/// Which traces are looked for, and around when.
#[derive(Default)]
struct Asked {
    traces: Wanted,
    times: Option<(i64, i64)>,
}

impl Asked {
    fn add(&mut self, rows: &RecordBatch, known: &Traces) {
        let column = |name: &str| rows.column_by_name(name).expect("spans have it");
        let traces = column("trace").as_string::<i32>();
        let times = column("at").as_primitive::<TimestampMicrosecondType>().values();
        for (trace, time) in traces.iter().zip(times) {
            let Some(trace) = trace else { continue };
            if known.spans(key(trace)) < MOST_SPANS {
                self.traces.add(trace);
                let (low, high) = self.times.get_or_insert((*time, *time));
                (*low, *high) = ((*low).min(*time), (*high).max(*time));
            }
        }
    }

    /// The files that may have spans of these traces.
    fn files<'a>(&self, stored: &'a Stored<'_>, table: Table) -> Vec<&'a DataFile> {
        let Some((low, high)) = self.times else { return Vec::new() };
        let low = low.saturating_sub(LONGEST_TRACE_MICROSECONDS);
        let high = high.saturating_add(LONGEST_TRACE_MICROSECONDS);
        let near = |file: &&DataFile| {
            time_bounds(table, file).is_none_or(|(first, last)| first <= high && last >= low)
        };
        stored.table(table).files.iter().filter(near).collect()
    }
}

/// The stored interactions of the traces asked for; adds them, and the other spans of theirs.
async fn stored_spans(
    stored: &Stored<'_>,
    traces: &mut Traces,
    mut asked: Asked,
    names: &mut Names,
) -> Result<Vec<(DataFile, RecordBatch)>, Error> {
    let mut before = Vec::new();
    let table = Table::Interactions;
    let wanted = asked.traces.sorted();
    for file in asked.files(stored, table) {
        let wanted = wanted.iter().copied();
        if let Some(rows) = stored.find(table, "trace", wanted, file, &STORED_COLUMNS).await? {
            let batch = before.len();
            traces.add(table, &rows, names, |row| Source::Stored(batch, row));
            before.push((file.clone(), rows));
        }
    }
    asked.traces.retain(|trace| traces.has_interaction(trace));
    let table = Table::Telemetry;
    let wanted = asked.traces.sorted();
    for file in asked.files(stored, table) {
        let wanted = wanted.iter().copied();
        if let Some(rows) = stored.find(table, "trace", wanted, file, &TELEMETRY_COLUMNS).await? {
            traces.add(table, &rows, names, |_| Source::Other);
        }
    }
    Ok(before)
}

/// Rows of one file that turn out to be something else.
#[derive(Default)]
struct Changed {
    ids: Wanted,
    outcomes: KeyMap<Outcome>,
}

impl Changed {
    fn add(&mut self, id: &str, outcome: Outcome) {
        self.ids.add(id);
        self.outcomes.insert(key(id), outcome);
    }
}

/// Stored interactions as their traces make them now.
async fn redo(
    stored: &Stored<'_>,
    file: &DataFile,
    changed: &Changed,
    names: &Names,
) -> Result<RecordBatch, Error> {
    let table = Table::Interactions;
    let columns = all_columns(table);
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let rows = stored.find(table, "id", changed.ids.iter(), file, &columns).await?;
    let rows = rows.expect("they were read from this file a moment ago");
    let outcome = |id: Option<&str>| changed.outcomes.get(&key(id?)).cloned();
    let of_row: Vec<Option<Outcome>> = ids(&rows).iter().map(outcome).collect();
    Ok(apply(&rows, &of_row, names))
}
