//! Rows become nested rows: one for each use, with lists of what belongs to it.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{
    DataType, Field as Column, Fields, Int64Type, Schema, SchemaRef,
};
use trueup_evidence::Table;

use super::path::Path;
use crate::columns::{kind_type, stored};

/// What a row of an export holds.
pub fn columns() -> SchemaRef {
    let interaction = DataType::Struct(fields(Table::Interactions));
    let mut columns = vec![Column::new("interaction", interaction, false)];
    for (name, table) in LISTS {
        columns.push(Column::new(name, DataType::List(element(table)), false));
    }
    Arc::new(Schema::new(columns))
}

const LISTS: [(&str, Table); 4] = [
    ("parts", Table::Interactions),
    ("actions", Table::Actions),
    ("scores", Table::Scores),
    ("payloads", Table::Payloads),
];

/// One row for each use.
pub fn nested(path: Path) -> RecordBatch {
    let Path { uses, parts, actions, scores, payloads } = path;
    let mut arrays: Vec<ArrayRef> = vec![Arc::new(whole(Table::Interactions, uses.columns()))];
    for ((_, table), rows) in LISTS.into_iter().zip([parts, actions, scores, payloads]) {
        arrays.push(Arc::new(list(table, &rows, uses.num_rows())));
    }
    RecordBatch::try_new(columns(), arrays).expect("these are the columns of an export")
}

/// For each use a list of its rows, which stand in the order of the uses.
fn list(table: Table, rows: &RecordBatch, uses: usize) -> ListArray {
    let mut lengths = vec![0; uses];
    for place in rows.column(0).as_primitive::<Int64Type>().values() {
        lengths[usize::try_from(*place).expect("the place of a use")] += 1;
    }
    let offsets = OffsetBuffer::from_lengths(lengths);
    ListArray::new(element(table), offsets, Arc::new(whole(table, &rows.columns()[1..])), None)
}

fn whole(table: Table, columns: &[ArrayRef]) -> StructArray {
    let fields = fields(table);
    let arrays = fields.iter().zip(columns);
    let arrays = arrays.map(|(field, array)| {
        cast(array, field.data_type()).expect("the engine's text and ours are the same text")
    });
    let arrays = arrays.collect();
    let rows = columns.first().map_or(0, Array::len);
    StructArray::try_new_with_length(fields, arrays, None, rows).expect("the table's columns")
}

fn fields(table: Table) -> Fields {
    stored(table).map(|field| Column::new(field.name, kind_type(field.kind), true)).collect()
}

fn element(table: Table) -> Arc<Column> {
    Arc::new(Column::new("element", DataType::Struct(fields(table)), false))
}
