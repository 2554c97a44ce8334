//! The checks on each row: every value has its column's type and is possible, or the row is refused.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray, new_null_array,
};
use datafusion::arrow::compute::kernels::zip::zip;
use datafusion::arrow::compute::{CastOptions, cast, cast_with_options, filter, is_null, nullif};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type, TimestampMicrosecondType};
use jiff::Timestamp;
use trueup_evidence::schema::{ACTION_KINDS, PAYLOAD_KINDS};
use trueup_evidence::{Field, Kind, Table};

use super::statements::{Insert, has_default};
use crate::checks::{CURRENCY, impossible, impossible_score, not_negative, quoted};
use crate::columns::{Layout, kind_type, stored};

/// The rows of a batch, each judged.
pub struct Checked {
    /// The stored fields of the rows that hold, in order.
    pub columns: Vec<ArrayRef>,
    /// The first thing wrong with each row, if anything is.
    pub faults: Faults,
}

/// What is wrong with rows.
pub struct Faults {
    /// For each row 0, or one more than a place in `reasons`.
    of_row: Vec<u32>,
    reasons: Vec<String>,
}

impl Faults {
    fn none(rows: usize) -> Faults {
        Faults { of_row: vec![0; rows], reasons: Vec::new() }
    }

    /// The first fault of a row stays.
    fn mark(&mut self, row: usize, reason: &str) {
        if self.of_row[row] == 0 {
            let known = self.reasons.iter().rposition(|known| known == reason);
            let place = known.unwrap_or_else(|| {
                self.reasons.push(reason.to_owned());
                self.reasons.len() - 1
            });
            self.of_row[row] = u32::try_from(place + 1).expect("a batch has fewer rows");
        }
    }

    pub fn any(&self) -> bool {
        !self.reasons.is_empty()
    }

    /// The reason, for each row.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        self.of_row.iter().map(|place| {
            let place = (*place as usize).checked_sub(1)?;
            Some(self.reasons[place].as_str())
        })
    }

    fn good(&self) -> BooleanArray {
        self.of_row.iter().map(|place| Some(*place == 0)).collect()
    }
}

/// Types and checks the rows that an insert selected.
pub fn check(insert: &Insert, selected: &RecordBatch, now: Timestamp) -> Checked {
    let mut faults = Faults::none(selected.num_rows());
    let mut columns = Vec::new();
    for (field, place) in stored(insert.table).zip(&insert.columns) {
        let column = match place {
            Some(place) => typed(selected.column(*place), field, &mut faults),
            None => new_null_array(&kind_type(field.kind), selected.num_rows()),
        };
        columns.push(column);
    }
    for (field, column) in stored(insert.table).zip(&columns) {
        if field.required && !has_default(insert.table, field) {
            mark_nulls(column, &format!("no `{}`", field.name), &mut faults);
        }
        check_values(field, column, now, &mut faults);
    }
    let kinds: Option<(&str, &[&str])> = match insert.table {
        Table::Actions => Some(("action", &ACTION_KINDS)),
        Table::Payloads => Some(("payload", &PAYLOAD_KINDS)),
        _ => None,
    };
    if let Some(kinds) = kinds {
        check_kinds(&columns[Layout::of(insert.table).index("kind")], kinds, &mut faults);
    }
    if insert.table == Table::Scores {
        check_scores(&columns, &mut faults);
    }
    if faults.any() {
        let good = faults.good();
        let kept = |column: &ArrayRef| filter(column, &good).expect("as long as the column");
        columns = columns.iter().map(kept).collect();
    }
    fill_defaults(insert.table, &mut columns);
    Checked { columns, faults }
}

/// Casts a column; a value that cannot be cast is the row's fault. Empty text is no value.
fn typed(raw: &ArrayRef, field: &Field, faults: &mut Faults) -> ArrayRef {
    let wanted = kind_type(field.kind);
    let text = match raw.data_type() {
        DataType::Dictionary(_, values) => values.as_ref(),
        other => other,
    };
    let raw = match text {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => without_empty(raw),
        _ => raw.clone(),
    };
    if *raw.data_type() == wanted {
        return raw;
    }
    let options = CastOptions { safe: true, ..CastOptions::default() };
    let cast = cast_with_options(&raw, &wanted, &options).expect("the types were checked");
    if cast.null_count() > raw.logical_null_count() {
        let empty = raw.logical_nulls();
        let reason = format!("`{}` is not {}", field.name, field.kind.noun());
        for row in (0..cast.len()).filter(|row| cast.is_null(*row)) {
            if empty.as_ref().is_none_or(|empty| empty.is_valid(row)) {
                faults.mark(row, &reason);
            }
        }
    }
    cast
}

fn without_empty(raw: &ArrayRef) -> ArrayRef {
    let texts = cast(raw, &DataType::Utf8).expect("it is text");
    let texts = texts.as_string::<i32>();
    let is_empty = |row| texts.is_valid(row) && texts.value_length(row) == 0;
    if !(0..texts.len()).any(is_empty) {
        return Arc::new(texts.clone());
    }
    let empty: BooleanArray = (0..texts.len()).map(|row| Some(is_empty(row))).collect();
    nullif(texts, &empty).expect("as long as the column")
}

fn mark_nulls(column: &ArrayRef, reason: &str, faults: &mut Faults) {
    if column.null_count() > 0 {
        for row in (0..column.len()).filter(|row| column.is_null(*row)) {
            faults.mark(row, reason);
        }
    }
}

fn check_values(field: &Field, column: &ArrayRef, now: Timestamp, faults: &mut Faults) {
    if column.null_count() == column.len() {
        return;
    }
    let name = field.name;
    let mut check = |row: usize, fault: Option<&str>| {
        if let Some(fault) = fault {
            faults.mark(row, &format!("`{name}` is {fault}"));
        }
    };
    match field.kind {
        Kind::Time => {
            let now = now.as_microsecond();
            for (row, at) in column.as_primitive::<TimestampMicrosecondType>().iter().enumerate() {
                check(row, at.filter(|at| *at > now).map(|_| "in the future"));
            }
        }
        Kind::Number => {
            for (row, number) in column.as_primitive::<Float64Type>().iter().enumerate() {
                check(row, number.and_then(|number| impossible(name, number)));
            }
        }
        Kind::Integer if not_negative(name) => {
            for (row, number) in column.as_primitive::<Int64Type>().iter().enumerate() {
                check(row, number.filter(|number| *number < 0).map(|_| "negative"));
            }
        }
        Kind::Integer | Kind::Text | Kind::Texts => {}
    }
}

/// What the rows are, and which kinds of it there are.
fn check_kinds(column: &ArrayRef, (what, kinds): (&str, &[&str]), faults: &mut Faults) {
    for (row, kind) in column.as_string::<i32>().iter().enumerate() {
        let Some(kind) = kind else { continue };
        if !kinds.contains(&kind) {
            faults.mark(row, &format!("unknown {what} kind `{}`", quoted(kind)));
        }
    }
}

fn check_scores(columns: &[ArrayRef], faults: &mut Faults) {
    let layout = Layout::of(Table::Scores);
    let names = columns[layout.index("name")].as_string::<i32>();
    let values = columns[layout.index("value")].as_primitive::<Float64Type>();
    for (row, (name, value)) in names.iter().zip(values).enumerate() {
        if let Some(fault) = name.zip(value).and_then(|(name, value)| impossible_score(name, value))
        {
            faults.mark(row, &fault);
        }
    }
}

/// What is odd about interactions that are events all the same, and of how many.
pub fn remarks(columns: &[ArrayRef]) -> [(&'static str, usize); 2] {
    let layout = Layout::of(Table::Interactions);
    let [unit, parent, part_of] =
        ["unit", "parent", "part_of"].map(|it| &columns[layout.index(it)]);
    let whole = |row: &usize| parent.is_valid(*row) && part_of.is_null(*row);
    [
        ("without `unit`: nobody knows whose, and together they count as one", unit.null_count()),
        (
            "with a `parent` and no `part_of`: each counts as a use of its own, and what parent and \
             child both report counts twice",
            (0..parent.len()).filter(whole).count(),
        ),
    ]
}

fn fill_defaults(table: Table, columns: &mut [ArrayRef]) {
    let layout = Layout::of(table);
    match table {
        Table::Interactions => {
            let cost = &columns[layout.index("cost")];
            if cost.null_count() < cost.len() {
                let currency = layout.index("currency");
                columns[currency] = with_currency(&columns[currency], cost);
            }
        }
        Table::Actions => {
            let id = layout.index("id");
            if columns[id].null_count() > 0 {
                columns[id] = action_ids(columns, &layout);
            }
        }
        _ => {}
    }
}

fn with_currency(currency: &ArrayRef, cost: &ArrayRef) -> ArrayRef {
    let missing = is_null(currency).expect("any column can be asked");
    let missing: BooleanArray =
        missing.iter().enumerate().map(|(row, it)| Some(it? && cost.is_valid(row))).collect();
    let default = datafusion::arrow::array::Scalar::new(StringArray::from(vec![CURRENCY]));
    zip(&missing, &default, currency).expect("both are text")
}

/// `interaction/seq`, or `interaction/kind/at` without a place.
fn action_ids(columns: &[ArrayRef], layout: &Layout) -> ArrayRef {
    let text = |name| columns[layout.index(name)].as_string::<i32>();
    let (ids, interactions, kinds) = (text("id"), text("interaction"), text("kind"));
    let places = columns[layout.index("seq")].as_primitive::<Int64Type>();
    let times = columns[layout.index("at")].as_primitive::<TimestampMicrosecondType>();
    let id = |row: usize| {
        if ids.is_valid(row) {
            ids.value(row).to_owned()
        } else if places.is_valid(row) {
            format!("{}/{}", interactions.value(row), places.value(row))
        } else {
            format!("{}/{}/{}", interactions.value(row), kinds.value(row), times.value(row))
        }
    };
    Arc::new((0..ids.len()).map(|row| Some(id(row))).collect::<StringArray>())
}
