//! What belongs to some uses: their parts, and the actions, scores and texts of both.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{
    DataType, Field as Column, Int64Type, Schema, TimestampMicrosecondType,
};
use trueup_evidence::Table;

use super::asked::{columns, date, may_follow};
use super::{Export, Exported, day_at};
use crate::columns::time_type;
use crate::error::{Error, short};
use crate::query::form::as_texts;
use crate::query::session::Session;

/// The parts of a use may fall on other days than the use: a clock that goes wrong, an agent that runs
/// for days.
const DAYS_BEFORE: i32 = 1;
const DAYS_AFTER: i32 = 7;

/// Some uses and all that belongs to them. But for the uses, each row begins with the place of its use.
pub struct Path {
    pub uses: RecordBatch,
    pub parts: RecordBatch,
    pub actions: RecordBatch,
    pub scores: RecordBatch,
    pub payloads: RecordBatch,
}

impl Path {
    pub async fn read(
        session: &Session,
        export: &Export,
        day: i32,
        uses: RecordBatch,
    ) -> Result<Path, Error> {
        let mut known = Known::default();
        known.add_uses(&uses)?;
        let found = parts(session, export, day, &known).await?;
        // The day stands last; it is not exported.
        let days = (0..found.num_rows()).map(|row| day_at(&found, found.num_columns() - 1, row));
        let days = days.chain([day]).collect::<BTreeSet<i32>>();
        let days =
            days.first().zip(days.last()).map_or((day, day), |(first, last)| (*first, *last));
        let parts = found.project(&(0..found.num_columns() - 1).collect::<Vec<_>>());
        let parts = parts.expect("all columns but the last");
        known.add_parts(&parts)?;
        known.register(session)?;
        let actions =
            of_interaction(session, Table::Actions, days, "own.seq, own.at, own.id").await?;
        let payloads =
            of_interaction(session, Table::Payloads, days, "own.at, own.kind, own.seq, own.id")
                .await?;
        known.add_actions(&actions)?;
        known.register(session)?;
        let scores = scores(session, days).await?;
        Ok(Path { uses, parts, actions, scores, payloads })
    }

    pub fn count(&self, exported: &mut Exported) {
        exported.uses += self.uses.num_rows() as u64;
        exported.parts += self.parts.num_rows() as u64;
        exported.actions += self.actions.num_rows() as u64;
        exported.scores += self.scores.num_rows() as u64;
        exported.payloads += self.payloads.num_rows() as u64;
    }
}

/// What can be a target, and of which use it is: the table `known` of the statements.
#[derive(Default)]
struct Known {
    rows: Vec<Target>,
    seen: BTreeSet<(i64, &'static str, String)>,
}

struct Target {
    use_row: i64,
    kind: &'static str,
    id: String,
    /// A trace or an answer may be that of several uses: then the time tells which one was meant.
    at: Option<i64>,
}

impl Known {
    fn add(&mut self, use_row: i64, kind: &'static str, id: &str, at: Option<i64>) {
        if self.seen.insert((use_row, kind, id.to_owned())) {
            self.rows.push(Target { use_row, kind, id: id.to_owned(), at });
        }
    }

    fn add_uses(&mut self, uses: &RecordBatch) -> Result<(), Error> {
        let places: Int64Array = (0..).take(uses.num_rows()).collect();
        self.add_interactions(&places, uses, "use")?;
        let (traces, at) = (texts(uses, "trace")?, times(uses)?);
        for row in (0..uses.num_rows()).filter(|row| traces.is_valid(*row)) {
            self.add(places.value(row), "trace", traces.value(row), Some(at.value(row)));
        }
        Ok(())
    }

    fn add_parts(&mut self, parts: &RecordBatch) -> Result<(), Error> {
        let places = parts.column(0).as_primitive::<Int64Type>().clone();
        self.add_interactions(&places, parts, "part")
    }

    fn add_interactions(
        &mut self,
        places: &Int64Array,
        rows: &RecordBatch,
        kind: &'static str,
    ) -> Result<(), Error> {
        let (ids, answers, at) = (texts(rows, "id")?, texts(rows, "response_id")?, times(rows)?);
        for row in 0..rows.num_rows() {
            let place = places.value(row);
            self.add(place, kind, ids.value(row), None);
            self.add(place, "interaction", ids.value(row), None);
            if answers.is_valid(row) {
                self.add(place, "response", answers.value(row), Some(at.value(row)));
            }
        }
        Ok(())
    }

    fn add_actions(&mut self, actions: &RecordBatch) -> Result<(), Error> {
        let (places, ids) = (actions.column(0).as_primitive::<Int64Type>(), texts(actions, "id")?);
        for row in 0..actions.num_rows() {
            self.add(places.value(row), "action", ids.value(row), None);
        }
        Ok(())
    }

    fn register(&self, session: &Session) -> Result<(), Error> {
        let failed = |why: datafusion::error::DataFusionError| Error::Query(short(&why));
        session.context.deregister_table("known").map_err(failed)?;
        session.context.register_batch("known", self.batch()).map_err(failed)?;
        Ok(())
    }

    fn batch(&self) -> RecordBatch {
        let rows = &self.rows;
        let at: TimestampMicrosecondArray = rows.iter().map(|target| target.at).collect();
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(rows.iter().map(|target| Some(target.use_row)).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|target| Some(target.kind)).collect::<StringArray>()),
            Arc::new(rows.iter().map(|target| Some(&target.id)).collect::<StringArray>()),
            Arc::new(at.with_timezone("UTC")),
        ];
        let columns = vec![
            Column::new("use_row", DataType::Int64, false),
            Column::new("kind", DataType::Utf8, false),
            Column::new("id", DataType::Utf8, false),
            Column::new("at", time_type(), true),
        ];
        RecordBatch::try_new(Arc::new(Schema::new(columns)), arrays).expect("these are the columns")
    }
}

fn texts(rows: &RecordBatch, name: &str) -> Result<StringArray, Error> {
    as_texts(rows.column_by_name(name).expect("a column of the table"))
}

fn times(rows: &RecordBatch) -> Result<TimestampMicrosecondArray, Error> {
    let at = rows.column_by_name("at").expect("every event has a time");
    let at = at.as_primitive_opt::<TimestampMicrosecondType>();
    Ok(at.ok_or_else(|| Error::Query("`at` is no time".to_owned()))?.clone())
}

async fn parts(
    session: &Session,
    export: &Export,
    day: i32,
    known: &Known,
) -> Result<RecordBatch, Error> {
    known.register(session)?;
    session
        .rows(&format!(
            "SELECT known.use_row, {}, part.day FROM known \
             JOIN interactions part ON part.part_of = known.id \
             WHERE known.kind = 'use' AND part.day BETWEEN {} AND {} AND {} \
             ORDER BY known.use_row, part.at, part.id",
            columns(Table::Interactions, "part"),
            date(day - DAYS_BEFORE),
            date(day + DAYS_AFTER),
            may_follow(export, "part"),
        ))
        .await
}

/// Actions and payloads name their interaction.
async fn of_interaction(
    session: &Session,
    table: Table,
    days: (i32, i32),
    order: &str,
) -> Result<RecordBatch, Error> {
    session
        .rows(&format!(
            "SELECT known.use_row, {} FROM known JOIN {} own ON own.interaction = known.id \
             WHERE known.kind = 'interaction' AND own.day BETWEEN {} AND {} \
             ORDER BY known.use_row, {order}",
            columns(table, "own"),
            table.name(),
            date(days.0),
            date(days.1),
        ))
        .await
}

async fn scores(session: &Session, days: (i32, i32)) -> Result<RecordBatch, Error> {
    session
        .rows(&format!(
            "SELECT known.use_row, {} FROM known JOIN scores own ON own.target = known.id \
             AND coalesce(own.target_kind, 'interaction') = known.kind \
             WHERE own.day BETWEEN {} AND {} AND (known.at IS NULL OR own.interaction_at = known.at) \
             ORDER BY known.use_row, own.at, own.id",
            columns(Table::Scores, "own"),
            date(days.0),
            date(days.1),
        ))
        .await
}
