//! How rows become what was counted, and that becomes summaries.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use trueup_evidence::summary::{BinIndex, CalibrationBin};
use trueup_evidence::{Histogram, Measure, Summary, UnitBins, UnitSums};
use xxhash_rust::xxh3::xxh3_64;

use super::items::{Role, Shape};
use super::run::texts;
use super::sql::{Part, Statement};
use super::tallied::{Tallied, Values, folded, group_of};

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

/// The rows of a batch: a day, a unit, perhaps a bin, and numbers.
struct Rows<'a> {
    days: Vec<i32>,
    units: Vec<u64>,
    bins: Vec<i64>,
    batch: &'a RecordBatch,
    /// How many columns come before the numbers.
    grouped: usize,
}

impl Rows<'_> {
    fn of<'a>(batch: &'a RecordBatch, shape: &Shape, by_day: bool) -> Rows<'a> {
        let first = usize::from(by_day);
        let days = if by_day {
            batch.column(0).as_primitive::<Date32Type>().values().to_vec()
        } else {
            vec![0; batch.num_rows()]
        };
        let names = texts(batch, first);
        let name = |row| if names.is_valid(row) { names.value(row) } else { NOBODY };
        let units = (0..batch.num_rows()).map(|row| xxh3_64(name(row).as_bytes())).collect();
        let (bins, grouped) = if *shape == Shape::Sums {
            (vec![0; batch.num_rows()], first + 1)
        } else {
            let bins = batch.column(first + 1).as_primitive::<Int64Type>();
            (bins.values().to_vec(), first + 2)
        };
        Rows { days, units, bins, batch, grouped }
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
}

type Days<K, V> = BTreeMap<i32, Vec<(K, V)>>;

fn by_days(rows: &[Rows], shape: &Shape, column: usize) -> BTreeMap<i32, Tallied> {
    match shape {
        Shape::Sums => {
            let sums = |list| Tallied::Sums(folded(list, |a, b| a + b));
            sums_of(rows, column).into_iter().map(|(day, list)| (day, sums(list))).collect()
        }
        Shape::Values { .. } => {
            let values = |list| Tallied::Values(Values::of(folded(list, |a, b| a + b)));
            values_of(rows, column).into_iter().map(|(day, list)| (day, values(list))).collect()
        }
        Shape::Calibration { .. } => {
            let add = |a: [f64; 3], b: [f64; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
            let bins = |list| Tallied::Calibration(folded(list, add));
            bins_of(rows, column).into_iter().map(|(day, list)| (day, bins(list))).collect()
        }
    }
}

fn sums_of(rows: &[Rows], column: usize) -> Days<u64, f64> {
    let mut days: Days<u64, f64> = BTreeMap::new();
    for rows in rows {
        let numbers = rows.numbers(column);
        for ((day, unit), number) in rows.days.iter().zip(&rows.units).zip(numbers) {
            days.entry(*day).or_default().extend(number.map(|number| (*unit, number)));
        }
    }
    days
}

fn values_of(rows: &[Rows], column: usize) -> Days<(u64, BinIndex), u64> {
    let mut days: Days<(u64, BinIndex), u64> = BTreeMap::new();
    for rows in rows {
        for (row, count) in rows.counts(column).into_iter().enumerate() {
            let bin = BinIndex::try_from(rows.bins[row]).expect("a finite value's bin fits");
            let counted = (count > 0).then_some(((rows.units[row], bin), count));
            days.entry(rows.days[row]).or_default().extend(counted);
        }
    }
    days
}

fn bins_of(rows: &[Rows], column: usize) -> Days<(u64, u32), [f64; 3]> {
    let mut days: Days<(u64, u32), [f64; 3]> = BTreeMap::new();
    for rows in rows {
        let numbers = [0, 1, 2].map(|place| rows.numbers(column + place));
        let [counts, confidences, outcomes] = numbers;
        for row in 0..rows.units.len() {
            let all = counts[row].zip(confidences[row]).zip(outcomes[row]);
            let Some(((count, confidence), outcome)) = all else { continue };
            let bin = u32::try_from(rows.bins[row]).expect("a confidence is between 0 and 1");
            let bins = days.entry(rows.days[row]).or_default();
            bins.push(((rows.units[row], bin), [count, confidence, outcome]));
        }
    }
    days
}

/// The answer to a request, from all that was counted for its items, in a fixed order.
pub fn summary(measure: &Measure, counted: &[(Role, &Tallied)]) -> Summary {
    let of = |wanted: Role, shape: &Shape| {
        let parts = counted.iter().filter(|(role, _)| *role == wanted);
        Tallied::merged(parts.map(|(_, tallied)| *tallied).collect(), shape)
    };
    match measure {
        Measure::Sums { .. } => {
            let numerator = of(Role::Numerator, &Shape::Sums);
            sums(&numerator, &of(Role::Denominator, &Shape::Sums))
        }
        Measure::Values { .. } => histograms(of(Role::Whole, &Shape::Values { field: "" })),
        Measure::Calibration { bins, .. } => {
            bins_by_unit(of(Role::Whole, &Shape::Calibration { outcome: "", bins: *bins }))
        }
    }
}

fn sums(numerator: &Tallied, denominator: &Tallied) -> Summary {
    let (Tallied::Sums(over), Tallied::Sums(under)) = (numerator, denominator) else {
        unreachable!("sums are asked for")
    };
    let mut units: Vec<UnitSums> = Vec::with_capacity(over.len().max(under.len()));
    let mut under = under.iter().peekable();
    for (unit, numerator) in over {
        while let Some((other, denominator)) = under.next_if(|(other, _)| other < unit) {
            units.push(UnitSums { unit: *other, numerator: 0.0, denominator: *denominator });
        }
        let denominator = under.next_if(|(other, _)| other == unit).map_or(0.0, |(_, it)| *it);
        units.push(UnitSums { unit: *unit, numerator: *numerator, denominator });
    }
    let rest = under.map(|(unit, denominator)| (*unit, *denominator));
    units.extend(rest.map(|(unit, denominator)| UnitSums { unit, numerator: 0.0, denominator }));
    Summary::Sums(units)
}

fn histograms(values: Tallied) -> Summary {
    let Tallied::Values(values) = values else { unreachable!("values are asked for") };
    let mut members: BTreeMap<u64, u64> = BTreeMap::new();
    for unit in values.grouped.iter().flatten() {
        *members.entry(group_of(*unit)).or_default() += 1;
    }
    let mut histograms: Vec<Histogram> = Vec::new();
    for ((unit, bin), count) in values.counts {
        match histograms.last_mut() {
            Some(last) if last.unit == unit => last.counts.push((bin, count)),
            _ => {
                let units = members.get(&unit).copied().unwrap_or(1);
                histograms.push(Histogram { unit, units, counts: vec![(bin, count)] });
            }
        }
    }
    Summary::Histograms(histograms)
}

fn bins_by_unit(bins: Tallied) -> Summary {
    let Tallied::Calibration(bins) = bins else { unreachable!("a calibration is asked for") };
    let mut units: Vec<UnitBins> = Vec::new();
    for ((unit, bin), [n, confidence, outcome]) in bins {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let bin = CalibrationBin { bin, n: n as u64, confidence, outcome };
        match units.last_mut() {
            Some(last) if last.unit == unit => last.bins.push(bin),
            _ => units.push(UnitBins { unit, bins: vec![bin] }),
        }
    }
    Summary::Bins(units)
}
