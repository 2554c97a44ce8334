//! How far a model's own confidence is from how often it is right: the expected calibration error.
//!
//! Rows are put into bins of equal width by confidence, pooled over units; the error is the mean
//! over rows of |mean confidence - mean outcome| of the row's bin. The standard error is from
//! drawing units with replacement, so rows of one person may depend on each other. The order of the
//! units does not matter.
//!
//! **A perfect model does not score 0**: by chance alone each bin is a little off, and absolute
//! values do not cancel. With 15 bins the score of a perfect model is about .12 at 100 rows and
//! .05 at 500. [`expected_error`] leaves this noise in; [`equal_mass`] and [`equal_width`] give the
//! [`floor()`] and the error above it; [`diagram()`] shows where it comes from.
//!
//! Source: Naeini, Cooper & Hauskrecht 2015, AAAI 29.

mod diagram;
mod floor;

use crate::bootstrap;
use crate::estimate::{Estimate, Method};
use crate::interval;
use crate::looks::Looks;

pub use diagram::{Point, UNITS_AT_LEAST, diagram};
pub use floor::{Calibration, equal_mass, equal_width, floor, of_equal_mass};

const METHOD: Method = Method {
    name: "expected calibration error, bootstrap over units",
    source: "Naeini, Cooper & Hauskrecht 2015; Efron & Tibshirani 1993",
};

const RANGE: (f64, f64) = (0.0, 1.0);

/// The rows of one unit whose confidence falls into one bin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    pub bin: u32,
    pub n: u64,
    /// Sum of the confidences.
    pub confidence: f64,
    /// Sum of the outcomes.
    pub outcome: f64,
}

/// Estimates the expected calibration error over the rows of all `units`, with an interval at
/// [`Looks::alpha_per_look`] within 0..1.
///
/// Units without rows are left out. `None` without rows, and for sums that are not numbers. One
/// unit has no standard error and 0..1 as interval. The interval is at least as wide as so few
/// units can support whatever their spread.
#[must_use]
pub fn expected_error(units: &[Vec<Bin>], looks: Looks) -> Option<Estimate> {
    let units: Vec<&[Bin]> =
        units.iter().map(Vec::as_slice).filter(|bins| bins.iter().any(|bin| bin.n > 0)).collect();
    let groups = Groups::of(&units);
    let all: Vec<usize> = (0..groups.count).collect();
    let value = groups.error(&all)?.clamp(0.0, 1.0);
    let standard_error = bootstrap::standard_error(groups.count, |drawn| groups.error(drawn));
    let alpha = looks.alpha_per_look();
    let (low, high) = interval::student(value, standard_error, RANGE, alpha, groups.count);
    Some(Estimate { value, low, high, standard_error, units: units.len(), method: METHOD })
}

/// Units, or random groups of them, as a dense table.
struct Groups {
    count: usize,
    /// For each group a row: Σ (confidence - outcome) for each bin, then the rows in it.
    sums: Vec<f64>,
    width: usize,
}

impl Groups {
    fn of(units: &[&[Bin]]) -> Groups {
        let bins = bin_numbers(units);
        let width = bins.len() + 1;
        let count = units.len().min(bootstrap::MOST_DRAWN);
        let mut sums = vec![0.0; count * width];
        for (unit, group) in units.iter().zip(bootstrap::groups(units.len())) {
            let row = &mut sums[group * width..(group + 1) * width];
            for bin in *unit {
                let place = bins.binary_search(&bin.bin).expect("the list has every bin");
                row[place] += bin.confidence - bin.outcome;
                row[width - 1] += bin.n as f64;
            }
        }
        Groups { count, sums, width }
    }

    /// The error of the groups drawn, each as often as it was drawn.
    fn error(&self, drawn: &[usize]) -> Option<f64> {
        let mut total = vec![0.0; self.width];
        for group in drawn {
            let row = &self.sums[group * self.width..(group + 1) * self.width];
            total.iter_mut().zip(row).for_each(|(total, sum)| *total += sum);
        }
        let (rows, gaps) = total.split_last()?;
        let error = gaps.iter().map(|gap| gap.abs()).sum::<f64>() / rows;
        error.is_finite().then_some(error)
    }
}

fn bin_numbers(units: &[&[Bin]]) -> Vec<u32> {
    let mut bins: Vec<u32> = units.iter().flat_map(|unit| unit.iter().map(|bin| bin.bin)).collect();
    bins.sort_unstable();
    bins.dedup();
    bins
}
