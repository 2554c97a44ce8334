//! The reliability diagram: how often rows came true beside how sure the model was, bin by bin.
//!
//! The mean outcome of a bin is a ratio of two sums over units, so its interval is that of
//! [`crate::ratio`]: rows of one person may depend on each other. Each interval is of its bin alone;
//! that all of them hold at once is not promised.
//!
//! Source: Murphy & Winkler 1977, Applied Statistics 26:41 (the diagram).

use std::collections::BTreeMap;

use super::{Bin, floor};
use crate::estimate::Estimate;
use crate::looks::Looks;
use crate::ratio;

/// With fewer units in it, a bin has no interval: linearisation needs some tens.
pub const UNITS_AT_LEAST: usize = 20;

/// One bin, over all units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub bin: u32,
    pub n: u64,
    /// Units with a row in it.
    pub units: usize,
    /// The mean confidence of its rows.
    pub confidence: f64,
    /// The mean outcome of its rows.
    pub outcome: f64,
    /// Of the mean outcome, at [`Looks::alpha_per_look`] within 0..1; `None` below [`UNITS_AT_LEAST`].
    pub interval: Option<Estimate>,
}

/// The bins that have rows, in order. Bins of a unit with the same number are put together.
#[must_use]
pub fn diagram(units: &[Vec<Bin>], looks: Looks) -> Vec<Point> {
    let mut of_bins: BTreeMap<u32, Vec<Bin>> = BTreeMap::new();
    for unit in units {
        for (number, bin) in floor::pooled(unit.iter()).into_iter().filter(|(_, bin)| bin.n > 0) {
            of_bins.entry(number).or_default().push(bin);
        }
    }
    of_bins.into_values().filter_map(|of_units| point(&of_units, looks)).collect()
}

/// `None` for sums that are not numbers.
fn point(of_units: &[Bin], looks: Looks) -> Option<Point> {
    let n: u64 = of_units.iter().map(|bin| bin.n).sum();
    let mean = |of: fn(&Bin) -> f64| of_units.iter().map(of).sum::<f64>() / n as f64;
    let (confidence, outcome) = (mean(|bin| bin.confidence), mean(|bin| bin.outcome));
    let pairs: Vec<(f64, f64)> = of_units.iter().map(|bin| (bin.outcome, bin.n as f64)).collect();
    let interval = ratio::linearised(&pairs, super::RANGE, looks);
    let bin = of_units.first()?.bin;
    (confidence + outcome).is_finite().then_some(Point {
        bin,
        n,
        units: of_units.len(),
        confidence,
        outcome,
        interval: interval.filter(|_| of_units.len() >= UNITS_AT_LEAST),
    })
}
