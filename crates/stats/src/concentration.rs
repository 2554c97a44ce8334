//! How much of all use belongs to few: the share of rows of the most active tenth of units.
//!
//! Near .1 everybody uses the feature alike; near 1 a few fans carry it. The tenth is rounded up,
//! so among fewer than eleven units it is one unit. The standard error is from drawing units with
//! replacement; their order does not matter. Few units say little: the most active tenth of a small
//! sample tends to look smaller than that of all people, because fans are rare.
//!
//! Source: the Lorenz curve at .9 (Lorenz 1905; Gastwirth 1971, Econometrica 39:1037), its standard
//! error by the bootstrap.

use crate::bootstrap;
use crate::estimate::{Estimate, Method};
use crate::interval;
use crate::looks::Looks;

const METHOD: Method = Method {
    name: "share of the most active tenth of units, bootstrap over units",
    source: "Gastwirth 1971; Efron & Tibshirani 1993",
};

const RANGE: (f64, f64) = (0.0, 1.0);

/// Estimates the share of all rows that belongs to the most active tenth of units, with an interval
/// at [`Looks::alpha_per_look`] within 0..1.
///
/// `None` without rows, and for a count that is not a number. One unit has the share 1, no standard
/// error, and 0..1 as interval. The interval is at least as wide as so few units can support
/// whatever their spread. A negative count is the caller's bug and is taken as 0.
#[must_use]
pub fn top_decile_share(rows_per_unit: &[f64], looks: Looks) -> Option<Estimate> {
    debug_assert!(rows_per_unit.iter().all(|rows| *rows >= 0.0), "a count of rows is negative");
    let rows: Vec<f64> = rows_per_unit.iter().map(|rows| rows.max(0.0)).collect();
    let value = top_share(&mut rows.clone())?;
    let mut resample = Vec::new();
    let standard_error = bootstrap::standard_error(rows.len(), |drawn| {
        resample.clear();
        resample.extend(drawn.iter().map(|unit| rows[*unit]));
        top_share(&mut resample)
    });
    let alpha = looks.alpha_per_look();
    let (low, high) = interval::student(value, standard_error, RANGE, alpha, rows.len());
    Some(Estimate { value, low, high, standard_error, units: rows.len(), method: METHOD })
}

/// Reorders `rows`.
fn top_share(rows: &mut [f64]) -> Option<f64> {
    let total: f64 = rows.iter().sum();
    let top = rows.len().div_ceil(10);
    if top == 0 || !(total > 0.0 && total.is_finite()) {
        return None;
    }
    rows.select_nth_unstable_by(top - 1, |a, b| b.total_cmp(a));
    Some((rows[..top].iter().sum::<f64>() / total).min(1.0))
}
