//! Rows of the store become events.

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Float64Type, Int64Type, TimestampMicrosecondType};
use jiff::Timestamp;
use trueup_evidence::{Event, Field, Kind, Table, Value};

use crate::columns::stored;

/// Each row as an event; columns that are no field of the table are left out.
pub fn events(table: Table, rows: &RecordBatch) -> Vec<Event> {
    let columns: Vec<(&Field, &dyn Array)> = stored(table)
        .filter_map(|field| Some((field, rows.column_by_name(field.name)?.as_ref())))
        .collect();
    let event = |row: usize| {
        let mut event = Event::new(table);
        for (field, column) in columns.iter().filter(|(_, column)| column.is_valid(row)) {
            event.set_some(field.name, value(field, *column, row));
        }
        event
    };
    (0..rows.num_rows()).map(event).collect()
}

/// What one cell holds; a moment that no calendar knows is nothing.
fn value(field: &Field, column: &dyn Array, row: usize) -> Option<Value> {
    Some(match field.kind {
        Kind::Text => Value::from(column.as_string::<i32>().value(row)),
        Kind::Number => Value::from(column.as_primitive::<Float64Type>().value(row)),
        Kind::Integer => Value::from(column.as_primitive::<Int64Type>().value(row)),
        Kind::Time => {
            let at = column.as_primitive::<TimestampMicrosecondType>().value(row);
            Value::from(Timestamp::from_microsecond(at).ok()?)
        }
        Kind::Texts => {
            let texts = column.as_list::<i32>().value(row);
            let texts = texts.as_string::<i32>().iter().flatten();
            Value::from(texts.map(str::to_owned).collect::<Vec<String>>())
        }
    })
}
