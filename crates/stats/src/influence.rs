//! The standard error of a statistic from how far each unit moves it, and an interval on the scale
//! on which such statistics are spread more evenly.
//!
//! Source: Jaeckel 1972, Bell Laboratories memorandum 72-1215-11 (infinitesimal jackknife); Binder
//! 1983, International Statistical Review 51:279 (with clusters).

use crate::interval::{at_least_unseen, ends, student_critical, unseen_share};

/// The standard error of a statistic that each unit moves by so much; the moves sum to 0. `None`
/// below two units and for moves that are not numbers.
pub(crate) fn standard_error(moves: &[f64]) -> Option<f64> {
    if moves.len() < 2 {
        return None;
    }
    let n = moves.len() as f64;
    let squares: f64 = moves.iter().map(|moved| moved * moved).sum();
    let error = (squares * n / (n - 1.0)).sqrt();
    error.is_finite().then_some(error)
}

/// Closer to an end of the range than this share of it, a logarithm of odds says nothing.
const EDGE: f64 = 1e-9;

/// Student's interval for the logarithm of the odds of `value` within `range`, at least as wide as
/// the units can support. For the range -1..1 that is Fisher's transformation of a correlation.
///
/// Without a standard error it is the range. At an end of the range it has the usual scale.
pub(crate) fn logit_interval(
    value: f64,
    standard_error: Option<f64>,
    range: (f64, f64),
    alpha: f64,
    units: usize,
) -> (f64, f64) {
    let Some(standard_error) = standard_error.filter(|_| units > 1) else {
        return range;
    };
    let width = range.1 - range.0;
    let share = (value - range.0) / width;
    let reach = student_critical(alpha, units as f64 - 1.0) * standard_error / width;
    let (below, above) = if share > EDGE && share < 1.0 - EDGE {
        let odds = share / (1.0 - share);
        let factor = (reach / (share * (1.0 - share))).exp();
        (share - share_of(odds / factor), share_of(odds * factor) - share)
    } else {
        (reach, reach)
    };
    let unseen = unseen_share(alpha, units);
    ends(at_least_unseen((below * width, above * width), value, range, unseen), value, range)
}

fn share_of(odds: f64) -> f64 {
    if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 }
}
