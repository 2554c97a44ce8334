//! The columns of the store's tables, from the one list of fields.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field as Column, Schema, SchemaRef, TimeUnit};
use trueup_evidence::{Field, Kind, Table};

/// The column that every table is partitioned by: the day of the target's time, UTC.
pub const DAY: &str = "day";
/// True when the interaction that a row is about is not known.
pub const ORPHAN: &str = "orphan";
/// The fields that a row has copied from what it is about; the others it came with.
pub const COPIED: &str = "copied";

pub const MICROSECONDS_PER_DAY: i64 = 86_400_000_000;

/// What a table looks like on disk.
#[derive(Debug, Clone)]
pub struct Layout {
    pub name: &'static str,
    /// The columns inside a file: all but [`DAY`].
    pub columns: SchemaRef,
    /// The order of the rows inside a file.
    pub sorted_by: [&'static str; 2],
}

impl Layout {
    /// The table of an event.
    #[must_use]
    pub fn of(table: Table) -> Layout {
        let mut columns: Vec<Column> = stored(table)
            .map(|field| Column::new(field.name, kind_type(field.kind), true))
            .collect();
        if table.has_target() {
            columns.push(Column::new(ORPHAN, DataType::Boolean, true));
            columns.push(Column::new(COPIED, kind_type(Kind::Texts), true));
        }
        let columns = Arc::new(Schema::new(columns));
        Layout { name: table.name(), columns, sorted_by: ["bet", table.target_time()] }
    }

    /// All tables.
    pub fn all() -> impl Iterator<Item = Layout> {
        Table::STORED.into_iter().map(Layout::of).chain([Layout::quarantine()])
    }

    /// The rows that were refused, with the reason.
    #[must_use]
    pub fn quarantine() -> Layout {
        let text = |name: &str| Column::new(name, DataType::Utf8, true);
        let columns = vec![
            text("id"),
            text("table"),
            text("reason"),
            text("source"),
            text("row"),
            Column::new("at", time_type(), true),
        ];
        let columns = Arc::new(Schema::new(columns));
        Layout { name: "quarantine", columns, sorted_by: ["table", "reason"] }
    }

    /// The columns of the table: those of a file and the day.
    #[must_use]
    pub fn with_day(&self) -> SchemaRef {
        let mut columns = self.columns.fields().to_vec();
        columns.push(Arc::new(day_column()));
        Arc::new(Schema::new(columns))
    }

    #[must_use]
    pub fn index(&self, name: &str) -> usize {
        self.columns.index_of(name).expect("asked only for columns of the layout")
    }
}

/// The fields that are stored, in the order of the columns.
pub fn stored(table: Table) -> impl Iterator<Item = &'static Field> {
    table.fields().iter().filter(|field| field.formula.is_none())
}

#[must_use]
pub fn day_column() -> Column {
    Column::new(DAY, DataType::Date32, true)
}

#[must_use]
pub fn kind_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Utf8,
        // `element` is what Delta calls it.
        Kind::Texts => DataType::List(Arc::new(Column::new("element", DataType::Utf8, true))),
        Kind::Number => DataType::Float64,
        Kind::Integer => DataType::Int64,
        Kind::Time => time_type(),
    }
}

#[must_use]
pub fn time_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The day that a moment falls on, in days since 1970.
#[must_use]
pub fn day_of(microsecond: i64) -> i32 {
    i32::try_from(microsecond.div_euclid(MICROSECONDS_PER_DAY))
        .expect("a 64-bit count of microseconds spans 107 million days each way")
}
