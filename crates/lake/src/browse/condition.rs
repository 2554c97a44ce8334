//! What rows must be, tried on columns, and on what a file says of its columns before any is read.

use datafusion::arrow::array::{Array, AsArray, BooleanArray, RecordBatch, StringArray};
use datafusion::arrow::compute::kernels::cmp;
use datafusion::arrow::compute::{self, is_not_null, is_null};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::parquet::file::metadata::RowGroupMetaData;
use datafusion::parquet::file::statistics::Statistics;
use trueup_evidence::browse::{Belongs, Filter};

use super::targets::Targets;
use crate::keys::{KeySet, key};

/// One condition; a row that lacks the column passes `Absent` alone.
pub enum Condition {
    Is(&'static str, String),
    /// Of the two columns the first that is known is this.
    FirstIs([&'static str; 2], String),
    Absent(&'static str),
    Present(&'static str),
    AtLeast(&'static str, f64),
    /// In lower case.
    Contains(&'static str, String),
    /// True for rows whose id is among these, or false for them.
    Among(KeySet, bool),
    /// Something in the set is about the row.
    Judged(Targets),
}

/// What is known of a row group before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    All,
    None,
    Open,
}

/// What a filter asks of the rows of interactions alone.
pub fn conditions(filter: &Filter) -> Vec<Condition> {
    let mut all = Vec::new();
    match &filter.bet {
        Some(Belongs::To(bet)) => all.push(Condition::Is("bet", bet.clone())),
        Some(Belongs::ToNone) => all.push(Condition::Absent("bet")),
        None => {}
    }
    if filter.trace.is_none() {
        all.push(Condition::Absent("part_of"));
    }
    for (column, text) in [
        ("trace", &filter.trace),
        ("variant", &filter.variant),
        ("tier", &filter.tier),
        ("unit", &filter.unit),
    ] {
        all.extend(text.clone().map(|text| Condition::Is(column, text)));
    }
    let model = filter.model.clone();
    all.extend(model.map(|it| Condition::FirstIs(["model_answered", "model_requested"], it)));
    for (column, least) in [("cost", filter.least_cost), ("latency_ms", filter.least_latency_ms)] {
        all.extend(least.map(|least| Condition::AtLeast(column, least)));
    }
    if filter.errors {
        all.push(Condition::Present("error"));
    }
    all.extend(filter.text.as_ref().map(|text| Condition::Contains("text", text.to_lowercase())));
    all
}

impl Condition {
    /// The columns that it reads.
    pub fn columns(&self) -> &[&'static str] {
        match self {
            Condition::Is(column, _)
            | Condition::Absent(column)
            | Condition::Present(column)
            | Condition::AtLeast(column, _)
            | Condition::Contains(column, _) => std::slice::from_ref(column),
            Condition::FirstIs(columns, _) => columns,
            Condition::Among(..) => &["id"],
            Condition::Judged(_) => &["id", "at", "response_id", "trace", "session"],
        }
    }

    /// Which rows pass.
    pub fn passes(&self, rows: &RecordBatch) -> BooleanArray {
        let column = |name: &str| rows.column_by_name(name).expect("it was read");
        let text = |name: &str| column(name).as_string::<i32>();
        match self {
            Condition::Is(name, wanted) => known(&equal(text(name), wanted)),
            Condition::FirstIs([first, second], wanted) => {
                let later = and(&missing(column(first)), &known(&equal(text(second), wanted)));
                or(&known(&equal(text(first), wanted)), &later)
            }
            Condition::Absent(name) => missing(column(name)),
            Condition::Present(name) => is_not_null(column(name)).expect("a column"),
            Condition::AtLeast(name, least) => {
                let numbers = column(name).as_primitive::<Float64Type>();
                let passes = |number: Option<f64>| Some(number.is_some_and(|it| it >= *least));
                numbers.iter().map(passes).collect()
            }
            Condition::Contains(name, part) => {
                let passes = |text: Option<&str>| text.is_some_and(|text| contains(text, part));
                text(name).iter().map(|text| Some(passes(text))).collect()
            }
            Condition::Among(ids, wanted) => {
                let passes =
                    |id: Option<&str>| Some(id.is_some_and(|id| ids.contains(&key(id)) == *wanted));
                text("id").iter().map(passes).collect()
            }
            Condition::Judged(targets) => targets.about(rows),
        }
    }

    /// What the statistics of a row group, which may lack the column, tell of its rows.
    pub fn known(&self, group: &RowGroupMetaData) -> Known {
        match self {
            Condition::Is(column, text) => equality(group, column, text),
            Condition::FirstIs([first, second], text) => {
                let both = [first, second].map(|column| equality(group, column, text));
                if both == [Known::None; 2] { Known::None } else { Known::Open }
            }
            Condition::Absent(column) => absence(group, column),
            Condition::Present(column) => match absence(group, column) {
                Known::All => Known::None,
                Known::None => Known::All,
                Known::Open => Known::Open,
            },
            Condition::AtLeast(column, least) => match statistics(group, column) {
                Some(Statistics::Double(numbers))
                    if numbers.max_opt().is_some_and(|max| max < least) =>
                {
                    Known::None
                }
                _ => empty_or_open(group, column),
            },
            Condition::Contains(column, _) => empty_or_open(group, column),
            Condition::Among(ids, true) if ids.is_empty() => Known::None,
            Condition::Among(ids, false) if ids.is_empty() => Known::All,
            Condition::Judged(targets) if targets.is_empty() => Known::None,
            Condition::Among(..) | Condition::Judged(_) => Known::Open,
        }
    }
}

fn equal(texts: &StringArray, wanted: &str) -> BooleanArray {
    cmp::eq(texts, &StringArray::new_scalar(wanted)).expect("text can be compared with text")
}

fn missing(column: &dyn Array) -> BooleanArray {
    is_null(column).expect("a column")
}

/// What is not known does not pass.
fn known(mask: &BooleanArray) -> BooleanArray {
    if mask.null_count() == 0 { mask.clone() } else { compute::prep_null_mask_filter(mask) }
}

pub fn and(one: &BooleanArray, other: &BooleanArray) -> BooleanArray {
    compute::and(one, other).expect("masks of the same rows")
}

fn or(one: &BooleanArray, other: &BooleanArray) -> BooleanArray {
    compute::or(one, other).expect("masks of the same rows")
}

fn contains(text: &str, lower_part: &str) -> bool {
    text.to_lowercase().contains(lower_part)
}

fn statistics<'a>(group: &'a RowGroupMetaData, column: &str) -> Option<&'a Statistics> {
    group.columns().iter().find(|it| it.column_path().parts() == [column])?.statistics()
}

fn has_column(group: &RowGroupMetaData, column: &str) -> bool {
    group.columns().iter().any(|it| it.column_path().parts() == [column])
}

fn absence(group: &RowGroupMetaData, column: &str) -> Known {
    if !has_column(group, column) {
        return Known::All;
    }
    let nulls = statistics(group, column).and_then(Statistics::null_count_opt);
    match nulls {
        Some(0) => Known::None,
        Some(nulls) if i64::try_from(nulls) == Ok(group.num_rows()) => Known::All,
        _ => Known::Open,
    }
}

fn empty_or_open(group: &RowGroupMetaData, column: &str) -> Known {
    if absence(group, column) == Known::All { Known::None } else { Known::Open }
}

fn equality(group: &RowGroupMetaData, column: &str, text: &str) -> Known {
    if absence(group, column) == Known::All {
        return Known::None;
    }
    let Some(statistics) = statistics(group, column) else { return Known::Open };
    let (Some(least), Some(most)) = (statistics.min_bytes_opt(), statistics.max_bytes_opt()) else {
        return Known::Open;
    };
    // Long bounds are cut: the least one downwards, the greatest one upwards.
    if text.as_bytes() < least || text.as_bytes() > most {
        return Known::None;
    }
    let exact = statistics.min_is_exact() && statistics.max_is_exact() && least == most;
    let whole = statistics.null_count_opt() == Some(0);
    if exact && whole { Known::All } else { Known::Open }
}
