//! Events become columns. What is no row of its table is set aside with the reason, so that it is
//! neither lost nor keeps the others out.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{
    ArrayBuilder, ArrayRef, Float64Builder, Int64Builder, ListBuilder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use trueup_evidence::schema::ACTION_KINDS;
use trueup_evidence::{Event, Field, Table, Value};

use crate::checks::{CURRENCY, impossible, impossible_score, not_negative, quoted};
use crate::columns::{Layout, stored};
use crate::keys::key;

/// A client's clock may be this far ahead of ours, or think that its local time is UTC.
const MOST_AHEAD_MICROSECONDS: i64 = 24 * 3600 * 1_000_000;

/// The rows of one group of events, by table; a table without rows is left out. Columns that hold
/// nothing are left out too.
#[derive(Debug, Clone, Default)]
pub struct Rows(pub Vec<(&'static str, RecordBatch)>);

/// Turns events into columns. `now` is when they came.
pub fn rows_of(events: &[Event], now: Timestamp) -> Rows {
    let mut tables = Table::STORED.map(|table| Growing::new(&Layout::of(table)));
    let mut refused = Growing::new(&Layout::quarantine());
    let at_most = now.as_microsecond().saturating_add(MOST_AHEAD_MICROSECONDS);
    for event in events {
        match fault(event, at_most) {
            None => tables[place_of(event.table)].push(event),
            Some(reason) => refused.refuse(event, &reason, now),
        }
    }
    let all = tables.into_iter().chain([refused]);
    Rows(all.filter(|table| table.rows > 0).map(Growing::finish).collect())
}

fn place_of(table: Table) -> usize {
    Table::STORED.iter().position(|stored| *stored == table).expect("every table is stored")
}

/// The first thing wrong with an event, if anything is.
fn fault(event: &Event, at_most: i64) -> Option<String> {
    let missing = required(event.table).iter().find(|field| event.get(field.name).is_none());
    if let Some(field) = missing {
        return Some(format!("no `{}`", field.name));
    }
    for (field, value) in event.values() {
        let fault = match value {
            Value::Time(at) => (at.as_microsecond() > at_most).then_some("in the future"),
            Value::Number(number) => impossible(field.name, *number),
            Value::Integer(number) => {
                (*number < 0 && not_negative(field.name)).then_some("negative")
            }
            Value::Text(_) | Value::Texts(_) => None,
        };
        if let Some(fault) = fault {
            return Some(format!("`{}` is {fault}", field.name));
        }
    }
    if event.table == Table::Scores {
        return fault_of_score(event);
    }
    let kind = event.text("kind").filter(|_| event.table == Table::Actions)?;
    let unknown = !ACTION_KINDS.contains(&kind);
    unknown.then(|| format!("unknown action kind `{}`", quoted(kind)))
}

fn fault_of_score(event: &Event) -> Option<String> {
    let Some(Value::Number(value)) = event.get("value") else { return None };
    impossible_score(event.text("name")?, *value)
}

fn required(table: Table) -> &'static [&'static Field] {
    static REQUIRED: LazyLock<[Vec<&'static Field>; 5]> = LazyLock::new(|| {
        Table::STORED.map(|table| stored(table).filter(|field| field.required).collect())
    });
    &REQUIRED[place_of(table)]
}

/// A table's rows so far.
struct Growing {
    name: &'static str,
    schema: SchemaRef,
    places: HashMap<String, usize>,
    columns: Vec<Option<Cells>>,
    rows: usize,
}

/// A column so far. Rows at its end that hold nothing are added later.
enum Cells {
    Text(StringBuilder),
    Texts(ListBuilder<StringBuilder>),
    Number(Float64Builder),
    Integer(Int64Builder),
    Time(TimestampMicrosecondBuilder),
}

impl Growing {
    fn new(layout: &Layout) -> Growing {
        let names = layout.columns.fields().iter().map(|column| column.name().clone());
        Growing {
            name: layout.name,
            schema: layout.columns.clone(),
            places: names.enumerate().map(|(place, name)| (name, place)).collect(),
            columns: layout.columns.fields().iter().map(|_| None).collect(),
            rows: 0,
        }
    }

    fn push(&mut self, event: &Event) {
        for (field, value) in event.values() {
            self.set(field.name, value);
        }
        let priced = event.table == Table::Interactions && event.get("cost").is_some();
        if priced && event.get("currency").is_none() {
            self.set("currency", &Value::from(CURRENCY));
        }
        self.rows += 1;
    }

    /// Keeps an event that is no row, with the reason, under a name that tells it from others.
    fn refuse(&mut self, event: &Event, reason: &str, now: Timestamp) {
        let row = as_json(event);
        let name = event.table.name();
        let id = format!("{:032x}", key(&format!("{name}\n{reason}\n{row}")));
        let texts =
            [("id", id.as_str()), ("table", name), ("reason", reason), ("row", row.as_str())];
        for (field, text) in texts {
            self.set(field, &Value::from(text));
        }
        self.set("source", &Value::from("received"));
        self.set("at", &Value::Time(now));
        self.rows += 1;
    }

    fn set(&mut self, name: &str, value: &Value) {
        let place = self.places[name];
        let data_type = self.schema.field(place).data_type();
        let cells = self.columns[place].get_or_insert_with(|| Cells::new(value, data_type));
        cells.fill_up_to(self.rows);
        cells.push(value);
    }

    /// The columns that hold something.
    fn finish(mut self) -> (&'static str, RecordBatch) {
        let held: Vec<usize> =
            (0..self.columns.len()).filter(|place| self.columns[*place].is_some()).collect();
        let schema = self.schema.project(&held).expect("these are its columns");
        let columns = self.columns.iter_mut().flatten().map(|cells| {
            cells.fill_up_to(self.rows);
            cells.finish()
        });
        let batch = RecordBatch::try_new(Arc::new(Schema::new(schema.fields)), columns.collect());
        (self.name, batch.expect("each value is of its field's kind"))
    }
}

impl Cells {
    fn new(value: &Value, data_type: &DataType) -> Cells {
        match value {
            Value::Text(_) => Cells::Text(StringBuilder::new()),
            Value::Texts(_) => {
                let DataType::List(element) = data_type else {
                    unreachable!("only lists hold texts")
                };
                Cells::Texts(ListBuilder::new(StringBuilder::new()).with_field(element.clone()))
            }
            Value::Number(_) => Cells::Number(Float64Builder::new()),
            Value::Integer(_) => Cells::Integer(Int64Builder::new()),
            Value::Time(_) => {
                let times = TimestampMicrosecondBuilder::new();
                Cells::Time(times.with_data_type(data_type.clone()))
            }
        }
    }

    fn fill_up_to(&mut self, rows: usize) {
        match self {
            Cells::Text(cells) => cells.append_nulls(rows - cells.len()),
            Cells::Texts(cells) => (cells.len()..rows).for_each(|_| cells.append_null()),
            Cells::Number(cells) => cells.append_nulls(rows - cells.len()),
            Cells::Integer(cells) => cells.append_nulls(rows - cells.len()),
            Cells::Time(cells) => cells.append_nulls(rows - cells.len()),
        }
    }

    fn push(&mut self, value: &Value) {
        match (self, value) {
            (Cells::Text(cells), Value::Text(text)) => cells.append_value(text),
            (Cells::Texts(cells), Value::Texts(texts)) => {
                cells.append_value(texts.iter().map(Some));
            }
            (Cells::Number(cells), Value::Number(number)) => cells.append_value(*number),
            (Cells::Integer(cells), Value::Integer(number)) => cells.append_value(*number),
            (Cells::Time(cells), Value::Time(time)) => cells.append_value(time.as_microsecond()),
            _ => unreachable!("an event's value is of its field's kind"),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Cells::Text(cells) => Arc::new(cells.finish()),
            Cells::Texts(cells) => Arc::new(cells.finish()),
            Cells::Number(cells) => Arc::new(cells.finish()),
            Cells::Integer(cells) => Arc::new(cells.finish()),
            Cells::Time(cells) => Arc::new(cells.finish()),
        }
    }
}

/// What an event says, as a person would write it.
fn as_json(event: &Event) -> String {
    let fields = event.values().map(|(field, value)| {
        let value = match value {
            Value::Text(text) => Json::from(text.as_str()),
            Value::Texts(texts) => Json::from(texts.clone()),
            Value::Number(number) if number.is_finite() => Json::from(*number),
            Value::Number(number) => Json::from(number.to_string()),
            Value::Integer(number) => Json::from(*number),
            Value::Time(time) => Json::from(time.to_string()),
        };
        (field.name.to_owned(), value)
    });
    Json::Object(fields.collect::<Map<_, _>>()).to_string()
}
