//! What comes back from the store: sufficient statistics for each unit of inference.
//!
//! Summaries add up: those of two disjoint sets of rows, merged, are that of the union.

use serde::Serialize;

/// The answers to a plan, in the order of its requests, and what they rest on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    pub summaries: Vec<Summary>,
    /// The version of each table that was read, so that the answer can be computed again.
    pub versions: Vec<TableVersion>,
}

/// The state of one table when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableVersion {
    pub table: String,
    pub version: u64,
}

/// The answer to one request.
#[derive(Debug, Clone, PartialEq)]
pub enum Summary {
    Sums(Vec<UnitSums>),
    Histograms(Vec<Histogram>),
    Bins(Vec<UnitBins>),
    Classes(Classes),
    Days(Days),
    Pairs(Pairs),
}

/// The two sums of one unit. Units with neither numerator nor denominator are left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitSums {
    /// A hash of the unit's name: orders units independently of what they did.
    pub unit: u64,
    pub numerator: f64,
    pub denominator: f64,
}

/// How many values of one unit, or of one random group of units, fall into each bin.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    pub unit: u64,
    /// How many units were put together here: 1, unless there are very many.
    pub units: u64,
    /// Sorted by index; empty bins are left out.
    pub counts: Vec<(BinIndex, u64)>,
}

/// The place of a bin; see [`Bin`].
pub type BinIndex = i32;

/// The bins of [`Histogram`]: of equal ratio, so that a value is known to within 1 %.
/// Values at or below [`Bin::SMALLEST`] share the bin [`Bin::ZERO`].
///
/// Source: Masson, Rim, Lee, "`DDSketch`", VLDB 2019.
#[derive(Debug, Clone, Copy)]
pub struct Bin;

impl Bin {
    /// The ratio of a bin's upper to its lower edge.
    pub const RATIO: f64 = 1.02;
    /// Values at or below this are told apart no further.
    pub const SMALLEST: f64 = 1e-3;
    pub const ZERO: BinIndex = i32::MIN;

    /// The value that stands for a bin: its geometric middle, or 0.
    #[must_use]
    pub fn middle(index: BinIndex) -> f64 {
        if index == Bin::ZERO { 0.0 } else { Bin::RATIO.powf(f64::from(index) + 0.5) }
    }

    /// Where a bin ends: values from here on lie above it.
    #[must_use]
    pub fn upper(index: BinIndex) -> f64 {
        if index == Bin::ZERO { Bin::SMALLEST } else { Bin::RATIO.powf(f64::from(index) + 1.0) }
    }

    /// The bin of a value: `floor(ln value / ln RATIO)`.
    #[must_use]
    pub fn of(value: f64) -> BinIndex {
        if value <= Bin::SMALLEST {
            return Bin::ZERO;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a finite f64 has |ln| < 745, so the index fits"
        )]
        let index = (value.ln() / Bin::RATIO.ln()).floor() as i32;
        index
    }
}

/// The calibration sums of one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitBins {
    pub unit: u64,
    /// One for each non-empty bin: its number from 0, rows, sum of confidence, sum of outcome.
    pub bins: Vec<CalibrationBin>,
}

/// Rows whose confidence falls into one bin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    pub bin: u32,
    pub n: u64,
    pub confidence: f64,
    pub outcome: f64,
}

/// Rows by class and unit. Beyond 256 classes the most frequent ones are told apart, of equally
/// frequent ones the first by name, and all others are the class `(other)`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Classes {
    /// Sorted; each once.
    pub names: Vec<String>,
    pub units: Vec<UnitClasses>,
}

/// How many rows of one unit, or of one random group of units, are of each class.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitClasses {
    pub unit: u64,
    /// How many units were put together here: 1, unless there are very many.
    pub units: u64,
    /// The place of the class in [`Classes::names`] and its rows; sorted, without empty classes.
    pub counts: Vec<(u32, u64)>,
}

/// Sums by unit and day.
#[derive(Debug, Clone, PartialEq)]
pub struct Days {
    /// The share of all units that is here: 1, unless there are very many. Which ones are here depends
    /// on a hash of their names alone.
    pub sampled: f64,
    pub units: Vec<UnitDays>,
}

/// The days of one unit that have a numerator or a denominator, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitDays {
    pub unit: u64,
    pub days: Vec<DaySums>,
}

/// The two sums of one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DaySums {
    /// Days since 1970-01-01, UTC.
    pub day: i32,
    pub numerator: f64,
    pub denominator: f64,
}

/// Two judgements of each target, by the unit that the target belongs to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pairs {
    /// Of labels: the classes, sorted, and a pair holds places in this list. Empty for numbers.
    pub names: Vec<String>,
    pub units: Vec<UnitPairs>,
}

/// The pairs of one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitPairs {
    pub unit: u64,
    /// Targets that both have judged; equal pairs are put together.
    pub both: Vec<Pair>,
    /// Targets that the judge alone has judged.
    pub judge_alone: Moments,
    /// Targets that the person alone has judged.
    pub person_alone: Moments,
}

/// Targets of which the judge says one thing and the person another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub judge: f64,
    pub person: f64,
    pub n: u64,
}

/// Count, sum and sum of squares of some numbers; of labels the count alone.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    pub n: u64,
    pub sum: f64,
    pub squares: f64,
}
