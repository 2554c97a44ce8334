//! How rows become summaries: the units of all tables are put together here.

use std::collections::{BTreeMap, HashMap};

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use trueup_evidence::summary::{BinIndex, CalibrationBin};
use trueup_evidence::{Histogram, Measure, Plan, Request, Summary, UnitBins, UnitSums};
use xxhash_rust::xxh3::xxh3_64;

use super::run::texts;
use super::sql::{Part, Role, Shape, Statement};

/// Beyond this, units are put into as many groups, at random.
const MOST_HISTOGRAMS: usize = 1024;
/// Rows that name nobody are one unit together.
const NOBODY: &str = "unknown";

/// What is known of one request so far, by unit.
enum Partial {
    Sums(HashMap<u64, (f64, f64)>),
    Histograms(HashMap<u64, BTreeMap<BinIndex, u64>>),
    Bins(HashMap<u64, BTreeMap<u32, CalibrationBin>>),
}

/// What is known of all requests of a plan so far, in their order.
pub struct Collected(Vec<Partial>);

impl Collected {
    pub fn new(plan: &Plan) -> Collected {
        let empty = |request: &Request| match request.measure {
            Measure::Sums { .. } => Partial::Sums(HashMap::new()),
            Measure::Values { .. } => Partial::Histograms(HashMap::new()),
            Measure::Calibration { .. } => Partial::Bins(HashMap::new()),
        };
        Collected(plan.requests.iter().map(empty).collect())
    }

    /// Adds the rows that a statement gave.
    pub fn take(&mut self, statement: &Statement, batches: &[RecordBatch]) {
        for batch in batches.iter().filter(|batch| batch.num_rows() > 0) {
            let rows = Rows::of(batch, &statement.shape);
            for part in &statement.parts {
                self.0[part.request].take(&rows, part);
            }
        }
    }

    pub fn finish(self) -> Vec<Summary> {
        self.0.into_iter().map(Partial::finish).collect()
    }
}

/// The rows of a batch: a unit, perhaps a bin, and numbers.
struct Rows<'a> {
    units: Vec<u64>,
    bins: Vec<i64>,
    batch: &'a RecordBatch,
}

impl Rows<'_> {
    fn of<'a>(batch: &'a RecordBatch, shape: &Shape) -> Rows<'a> {
        let names = texts(batch, 0);
        let name = |row| if names.is_valid(row) { names.value(row) } else { NOBODY };
        let units = (0..batch.num_rows()).map(|row| xxh3_64(name(row).as_bytes())).collect();
        let bins = match shape {
            Shape::Sums => Vec::new(),
            _ => batch.column(1).as_primitive::<Int64Type>().values().to_vec(),
        };
        Rows { units, bins, batch }
    }

    /// A column of numbers; empty where no row met the conditions.
    fn numbers(&self, column: usize) -> Vec<Option<f64>> {
        let grouped = if self.bins.is_empty() { 1 } else { 2 };
        let column = self.batch.column(grouped + column);
        let numbers = cast(column, &DataType::Float64).expect("counts and sums are numbers");
        numbers.as_primitive::<Float64Type>().iter().collect()
    }
}

impl Partial {
    fn take(&mut self, rows: &Rows<'_>, part: &Part) {
        match self {
            Partial::Sums(units) => take_sums(units, rows, part),
            Partial::Histograms(units) => take_counts(units, rows, part),
            Partial::Bins(units) => take_bins(units, rows, part),
        }
    }

    fn finish(self) -> Summary {
        match self {
            Partial::Sums(units) => {
                let unit =
                    |(unit, (numerator, denominator))| UnitSums { unit, numerator, denominator };
                let mut units: Vec<UnitSums> = units.into_iter().map(unit).collect();
                units.sort_by_key(|unit| unit.unit);
                Summary::Sums(units)
            }
            Partial::Histograms(units) => Summary::Histograms(histograms(units)),
            Partial::Bins(units) => {
                let unit = |(unit, bins): (u64, BTreeMap<u32, CalibrationBin>)| UnitBins {
                    unit,
                    bins: bins.into_values().collect(),
                };
                let mut units: Vec<UnitBins> = units.into_iter().map(unit).collect();
                units.sort_by_key(|unit| unit.unit);
                Summary::Bins(units)
            }
        }
    }
}

/// A count of zero and a sum over no rows leave no trace; a sum that comes to zero does.
fn take_sums(units: &mut HashMap<u64, (f64, f64)>, rows: &Rows<'_>, part: &Part) {
    let counts = rows.batch.column(1 + part.column).data_type() == &DataType::Int64;
    for (unit, number) in rows.units.iter().zip(rows.numbers(part.column)) {
        let Some(number) = number.filter(|number| !counts || *number > 0.0) else { continue };
        let (numerator, denominator) = units.entry(*unit).or_default();
        match part.role {
            Role::Denominator => *denominator += number,
            Role::Numerator | Role::Whole => *numerator += number,
        }
    }
}

fn take_counts(units: &mut HashMap<u64, BTreeMap<BinIndex, u64>>, rows: &Rows<'_>, part: &Part) {
    let counts = rows.batch.column(2 + part.column).as_primitive::<Int64Type>();
    for ((unit, bin), count) in rows.units.iter().zip(&rows.bins).zip(counts.values()) {
        if *count > 0 {
            let bin = BinIndex::try_from(*bin).expect("a finite value's bin fits");
            *units.entry(*unit).or_default().entry(bin).or_default() += count.cast_unsigned();
        }
    }
}

fn take_bins(
    units: &mut HashMap<u64, BTreeMap<u32, CalibrationBin>>,
    rows: &Rows<'_>,
    part: &Part,
) {
    let counts = rows.batch.column(2 + part.column).as_primitive::<Int64Type>();
    let (confidences, outcomes) = (rows.numbers(part.column + 1), rows.numbers(part.column + 2));
    for row in 0..rows.units.len() {
        let n = counts.value(row).cast_unsigned();
        let (Some(confidence), Some(outcome)) = (confidences[row], outcomes[row]) else { continue };
        let bin = u32::try_from(rows.bins[row]).expect("a confidence is between 0 and 1");
        let empty = CalibrationBin { bin, n: 0, confidence: 0.0, outcome: 0.0 };
        let bin = units.entry(rows.units[row]).or_default().entry(bin).or_insert(empty);
        bin.n += n;
        bin.confidence += confidence;
        bin.outcome += outcome;
    }
}

fn histograms(units: HashMap<u64, BTreeMap<BinIndex, u64>>) -> Vec<Histogram> {
    let grouped = units.len() > MOST_HISTOGRAMS;
    let mut groups: BTreeMap<u64, (u64, BTreeMap<BinIndex, u64>)> = BTreeMap::new();
    for (unit, counts) in units {
        let key = if grouped { unit % MOST_HISTOGRAMS as u64 } else { unit };
        let (units, sum) = groups.entry(key).or_default();
        *units += 1;
        for (bin, count) in counts {
            *sum.entry(bin).or_default() += count;
        }
    }
    groups
        .into_iter()
        .map(|(unit, (units, counts))| Histogram {
            unit,
            units,
            counts: counts.into_iter().collect(),
        })
        .collect()
}
