//! What has arrived and is not merged yet: a reader counts it beside what the tables hold.
//!
//! It is settled as a merge would do it, but for one thing: rows that are in a file already stay as
//! they are until the merge. So an answer may lag in what a late root of a trace or a late
//! interaction says of rows before it, and in nothing else.

use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Date32Array, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use trueup_evidence::Table;
use trueup_evidence::summary::TableVersion;

use crate::Lake;
use crate::columns::{DAY, Layout};
use crate::error::Error;
use crate::settle::{Incoming, Reach, Stored, days, settle};
use crate::store::Snapshot;
use crate::wal::objects::{self, Object};

/// All tables at one moment, with what is not merged yet, and how far that goes.
pub struct Whole {
    /// In the order of [`Table::STORED`].
    pub tables: [Snapshot; 5],
    /// The last object of each writer that was read.
    pub position: Vec<TableVersion>,
}

/// Reads the tables as they are now.
pub async fn read(lake: &Lake) -> Result<Whole, Error> {
    loop {
        // The objects are listed first: one that is merged a moment later is in the tables then.
        let objects = objects::list(&lake.disk).await?;
        let mut tables = snapshots(lake).await?;
        let position = position(&objects);
        let of = Of { objects, versions: tables.each_ref().map(|table| table.version) };
        if let Some(rows) = lake.last_tail.get(&of) {
            fill(&mut tables, &rows);
            return Ok(Whole { tables, position });
        }
        let read = objects::read_each(&lake.disk, &of.objects).await?;
        if read.len() < of.objects.len() {
            // Some are gone: they were merged after the tables were read.
            continue;
        }
        let stored = Stored { index: &lake.index, tables: &tables };
        let rows = settle(&stored, &incoming(&read, &tables), Reach::New).await?;
        let rows = rows.map(|change| change.added);
        fill(&mut tables, &rows);
        lake.last_tail.keep(of, rows);
        return Ok(Whole { tables, position });
    }
}

/// What [`read`] would read, without its rows.
pub async fn versions(lake: &Lake) -> Result<Vec<TableVersion>, Error> {
    let position = position(&objects::list(&lake.disk).await?);
    let tables = snapshots(lake).await?;
    let table = |snapshot: &Snapshot| {
        Some(TableVersion { table: snapshot.layout.name.to_owned(), version: snapshot.version? })
    };
    Ok(tables.iter().filter_map(table).chain(position).collect())
}

/// What a tail rests on: while that stays, so does the tail.
#[derive(Debug, PartialEq, Eq)]
struct Of {
    objects: Vec<Object>,
    versions: [Option<u64>; 5],
}

/// The tail that was read last, so that questions one after the other settle it once.
#[derive(Debug, Default)]
pub struct Last(Mutex<Option<(Of, [RecordBatch; 5])>>);

impl Last {
    fn get(&self, of: &Of) -> Option<[RecordBatch; 5]> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(last, _)| last == of).map(|(_, rows)| rows.clone())
    }

    fn keep(&self, of: Of, rows: [RecordBatch; 5]) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((of, rows));
    }
}

fn fill(tables: &mut [Snapshot; 5], rows: &[RecordBatch; 5]) {
    for (table, rows) in tables.iter_mut().zip(rows).filter(|(_, rows)| rows.num_rows() > 0) {
        table.tail = vec![rows.clone()];
    }
}

/// The tables as they are now, in the order of [`Table::STORED`], without their tails.
pub async fn snapshots(lake: &Lake) -> Result<[Snapshot; 5], Error> {
    let read = Table::STORED.map(|table| Snapshot::read(&lake.disk, Layout::of(table)));
    let snapshots = futures::future::try_join_all(read).await?;
    Ok(snapshots.try_into().expect("as many as there are tables"))
}

/// The rows that no table has committed yet.
fn incoming(
    held: &[(&Object, Vec<(&'static str, RecordBatch)>)],
    tables: &[Snapshot; 5],
) -> Incoming {
    let mut incoming = Incoming::none();
    for (place, table) in Table::STORED.into_iter().enumerate() {
        let batches = held.iter().filter(|(object, _)| !object.is_merged(&tables[place]));
        let batches = batches.flat_map(|(_, rows)| rows.iter());
        let batches = batches.filter(|(name, _)| *name == table.name()).map(|(_, rows)| rows);
        incoming.tables[place] = objects::together(&Layout::of(table), batches);
    }
    incoming
}

fn position(objects: &[Object]) -> Vec<TableVersion> {
    let mut position: Vec<TableVersion> = Vec::new();
    for object in objects {
        let table = format!("{}/{}", crate::wal::WAL, object.writer);
        match position.last_mut().filter(|last| last.table == table) {
            Some(last) => last.version = last.version.max(object.number),
            None => position.push(TableVersion { table, version: object.number }),
        }
    }
    position
}

/// Rows of a tail as a table of the engine has them: with their day.
pub fn with_day(layout: &Layout, rows: &RecordBatch, schema: &SchemaRef) -> RecordBatch {
    let table = Table::STORED.into_iter().find(|table| table.name() == layout.name);
    let table = table.expect("only tables of events have a tail");
    let days: Date32Array = days(table, rows).into();
    let column = |field: &Arc<datafusion::arrow::datatypes::Field>| {
        if field.name() == DAY {
            return Arc::new(days.clone()) as _;
        }
        let column = rows.column(layout.index(field.name()));
        match (column.data_type(), field.data_type()) {
            (DataType::Utf8, DataType::Utf8View) => {
                cast(column, field.data_type()).expect("text is text")
            }
            _ => Arc::clone(column),
        }
    };
    RecordBatch::try_new(Arc::clone(schema), schema.fields().iter().map(column).collect())
        .expect("the engine's columns are the table's")
}
