//! How the rows that a statement gives become what was counted.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use trueup_evidence::summary::BinIndex;
use xxhash_rust::xxh3::xxh3_64;

use super::added::folded;
use super::classes::Classes;
use super::grouped::Grouped;
use super::items::{Compared, Shape};
use super::pairs::Pairs;
use super::run::texts;
use super::sampled;
use super::sql::{Part, Statement};
use super::tallied::Tallied;

/// Rows that name nobody are one unit together.
const NOBODY: &str = "unknown";

/// What a statement counted for each of its items; by day if the statement groups by it, else under
/// day 0.
pub fn collect(
    statement: &Statement,
    by_day: bool,
    batches: &[RecordBatch],
) -> Vec<(usize, BTreeMap<i32, Tallied>)> {
    let filled = batches.iter().filter(|batch| batch.num_rows() > 0);
    let rows: Vec<Rows> = filled.map(|batch| Rows::of(batch, &statement.shape, by_day)).collect();
    let tallied = |part: &Part| (part.item, by_days(&rows, &statement.shape, part.column));
    statement.parts.iter().map(tallied).collect()
}

/// The rows of a batch: a day, a unit, perhaps a bin, a class or another day, and what was counted.
struct Rows<'a> {
    days: Vec<i32>,
    units: Vec<u64>,
    /// What they are grouped by beside the unit.
    by: Option<&'a ArrayRef>,
    batch: &'a RecordBatch,
    /// How many columns come before what was counted.
    grouped: usize,
}

impl<'a> Rows<'a> {
    fn of(batch: &'a RecordBatch, shape: &Shape, by_day: bool) -> Rows<'a> {
        let first = usize::from(by_day);
        let days = if by_day { dates(batch.column(0)) } else { vec![0; batch.num_rows()] };
        let names = texts(batch, first);
        let name = |row| if names.is_valid(row) { names.value(row) } else { NOBODY };
        let units = (0..batch.num_rows()).map(|row| xxh3_64(name(row).as_bytes())).collect();
        let alone = matches!(shape, Shape::Sums | Shape::Pairs { .. });
        let by = (!alone).then(|| batch.column(first + 1));
        Rows { days, units, by, batch, grouped: first + 1 + usize::from(by.is_some()) }
    }

    fn by(&self) -> &'a ArrayRef {
        self.by.expect("the shape is grouped by more than the unit")
    }

    fn bins(&self) -> &'a [i64] {
        self.by().as_primitive::<Int64Type>().values()
    }

    /// A column of numbers; empty where no row met the conditions. A count of zero leaves no trace,
    /// a sum that comes to zero does.
    fn numbers(&self, column: usize) -> Vec<Option<f64>> {
        let column = self.batch.column(self.grouped + column);
        let counts = column.data_type() == &DataType::Int64;
        let numbers = cast(column, &DataType::Float64).expect("counts and sums are numbers");
        let numbers = numbers.as_primitive::<Float64Type>().iter();
        numbers.map(|number| number.filter(|number| !counts || *number > 0.0)).collect()
    }

    fn counts(&self, column: usize) -> Vec<u64> {
        let column = self.batch.column(self.grouped + column).as_primitive::<Int64Type>();
        column.values().iter().map(|count| count.cast_unsigned()).collect()
    }

    /// A column of lists of texts; empty where no row met the conditions.
    fn lists(&self, column: usize) -> Vec<Vec<String>> {
        let column = self.batch.column(self.grouped + column).as_list::<i32>();
        let texts = |list: ArrayRef| -> Vec<String> {
            let list = cast(&list, &DataType::Utf8).expect("labels are texts");
            list.as_string::<i32>().iter().flatten().map(str::to_owned).collect()
        };
        column.iter().map(|list| list.map(texts).unwrap_or_default()).collect()
    }
}

fn dates(column: &ArrayRef) -> Vec<i32> {
    column.as_primitive::<Date32Type>().values().to_vec()
}

type Days<T> = BTreeMap<i32, Vec<T>>;

fn by_days(rows: &[Rows], shape: &Shape, column: usize) -> BTreeMap<i32, Tallied> {
    fn each<T>(days: Days<T>, tallied: impl Fn(Vec<T>) -> Tallied) -> BTreeMap<i32, Tallied> {
        days.into_iter().map(|(day, list)| (day, tallied(list))).collect()
    }
    match shape {
        Shape::Sums => each(sums_of(rows, column), |list| Tallied::Sums(folded(list, plus))),
        Shape::Values { .. } => each(values_of(rows, column), |list| {
            Tallied::Values(Grouped::of(folded(list, |a, b| a + b)))
        }),
        Shape::Calibration { .. } => {
            let add = |a: [f64; 3], b: [f64; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
            each(bins_of(rows, column), |list| Tallied::Calibration(folded(list, add)))
        }
        Shape::Classes { .. } => {
            each(classes_of(rows, column), |list| Tallied::Classes(Classes::of(&list)))
        }
        Shape::Days => {
            each(days_of(rows, column), |list| Tallied::Days(sampled::Days::of(folded(list, plus))))
        }
        Shape::Pairs { by: Compared::Numbers } => each(numbers_of(rows, column), |list| {
            Tallied::Pairs(Pairs::of_numbers(list.into_iter()))
        }),
        Shape::Pairs { by: Compared::Labels } => {
            each(labels_of(rows, column), |list| Tallied::Pairs(Pairs::of_labels(&list)))
        }
    }
}

fn plus(a: f64, b: f64) -> f64 {
    a + b
}

fn sums_of(rows: &[Rows], column: usize) -> Days<(u64, f64)> {
    let mut days: Days<(u64, f64)> = BTreeMap::new();
    for rows in rows {
        let numbers = rows.numbers(column);
        for ((day, unit), number) in rows.days.iter().zip(&rows.units).zip(numbers) {
            days.entry(*day).or_default().extend(number.map(|number| (*unit, number)));
        }
    }
    days
}

fn values_of(rows: &[Rows], column: usize) -> Days<((u64, BinIndex), u64)> {
    let mut days: Days<((u64, BinIndex), u64)> = BTreeMap::new();
    for rows in rows {
        let bins = rows.bins();
        for (row, count) in rows.counts(column).into_iter().enumerate() {
            let bin = BinIndex::try_from(bins[row]).expect("a finite value's bin fits");
            let counted = (count > 0).then_some(((rows.units[row], bin), count));
            days.entry(rows.days[row]).or_default().extend(counted);
        }
    }
    days
}

fn bins_of(rows: &[Rows], column: usize) -> Days<((u64, u32), [f64; 3])> {
    let mut days: Days<((u64, u32), [f64; 3])> = BTreeMap::new();
    for rows in rows {
        let numbers = [0, 1, 2].map(|place| rows.numbers(column + place));
        let [counts, confidences, outcomes] = numbers;
        let bins = rows.bins();
        for row in 0..rows.units.len() {
            let all = counts[row].zip(confidences[row]).zip(outcomes[row]);
            let Some(((count, confidence), outcome)) = all else { continue };
            let bin = u32::try_from(bins[row]).expect("a confidence is between 0 and 1");
            let bins = days.entry(rows.days[row]).or_default();
            bins.push(((rows.units[row], bin), [count, confidence, outcome]));
        }
    }
    days
}

fn classes_of(rows: &[Rows], column: usize) -> Days<(u64, String, u64)> {
    let mut days: Days<(u64, String, u64)> = BTreeMap::new();
    for rows in rows {
        let names = cast(rows.by(), &DataType::Utf8).expect("a class is a text");
        let names = names.as_string::<i32>();
        for (row, count) in rows.counts(column).into_iter().enumerate() {
            let counted = || (rows.units[row], names.value(row).to_owned(), count);
            days.entry(rows.days[row]).or_default().extend((count > 0).then(counted));
        }
    }
    days
}

fn days_of(rows: &[Rows], column: usize) -> Days<((u64, i32), f64)> {
    let mut days: Days<((u64, i32), f64)> = BTreeMap::new();
    for rows in rows {
        let on = dates(rows.by());
        for (row, number) in rows.numbers(column).into_iter().enumerate() {
            let counted = number.map(|number| ((rows.units[row], on[row]), number));
            days.entry(rows.days[row]).or_default().extend(counted);
        }
    }
    days
}

fn numbers_of(rows: &[Rows], column: usize) -> Days<(u64, [Option<f64>; 2])> {
    let mut days: Days<(u64, [Option<f64>; 2])> = BTreeMap::new();
    for rows in rows {
        let [judge, person] = [rows.numbers(column), rows.numbers(column + 1)];
        for (row, said) in judge.into_iter().zip(person).enumerate() {
            days.entry(rows.days[row]).or_default().push((rows.units[row], said.into()));
        }
    }
    days
}

fn labels_of(rows: &[Rows], column: usize) -> Days<(u64, [Vec<String>; 2])> {
    let mut days: Days<(u64, [Vec<String>; 2])> = BTreeMap::new();
    for rows in rows {
        let [judge, person] = [rows.lists(column), rows.lists(column + 1)];
        for (row, said) in judge.into_iter().zip(person).enumerate() {
            days.entry(rows.days[row]).or_default().push((rows.units[row], said.into()));
        }
    }
    days
}
