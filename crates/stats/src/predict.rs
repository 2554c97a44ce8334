//! What a later look will probably say, from the estimate now.
//!
//! With `n` units now and `N` then, the value then is normal around the value now with variance
//! `standard_error² (1 - n / N)`, and the interval shrinks with the root of `n / N`. This assumes
//! that later units are like those so far and that nothing is known beforehand (a flat prior). It
//! says nothing of a product that changes. Near the ends of a range and for few units it is rough.
//!
//! Source: Spiegelhalter, Freedman & Blackburn 1986, Controlled Clinical Trials 7:8 (predictive
//! power).

use statrs::distribution::{ContinuousCDF, Normal};

use crate::estimate::Estimate;

/// The chance that the whole interval lies on the allowed side once there are `units_then` units.
///
/// Not more units than now: 1 or 0, by what holds now. `None` without a bound, and where the
/// estimate has no standard error or no finite end on the side that matters.
#[must_use]
pub fn chance_met(
    estimate: &Estimate,
    at_least: Option<f64>,
    at_most: Option<f64>,
    units_then: f64,
) -> Option<f64> {
    let least = at_least.or(at_most.map(|_| f64::NEG_INFINITY))?;
    let most = at_most.unwrap_or(f64::INFINITY);
    let Some(later) = Later::of(estimate, units_then) else {
        return Some(certain(estimate.low >= least && estimate.high <= most));
    };
    let too_low = later.chance_below(at_least.map(|bound| bound + later.below))?;
    let too_high = later.chance_above(at_most.map(|bound| bound - later.above))?;
    Some((1.0 - too_low - too_high).max(0.0))
}

/// The chance that the whole interval lies outside the allowed side once there are `units_then`
/// units. Otherwise as [`chance_met`].
#[must_use]
pub fn chance_refuted(
    estimate: &Estimate,
    at_least: Option<f64>,
    at_most: Option<f64>,
    units_then: f64,
) -> Option<f64> {
    let least = at_least.or(at_most.map(|_| f64::NEG_INFINITY))?;
    let most = at_most.unwrap_or(f64::INFINITY);
    let Some(later) = Later::of(estimate, units_then) else {
        return Some(certain(estimate.high < least || estimate.low > most));
    };
    let too_low = later.chance_below(at_least.map(|bound| bound - later.above))?;
    let too_high = later.chance_above(at_most.map(|bound| bound + later.below))?;
    Some((too_low + too_high).min(1.0))
}

fn certain(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// How many units in total it takes until the interval around today's value shuts out every bound
/// that it has to: the nearest one it violates, or else all.
///
/// Fewer than today's units if that is already so. `None` without a bound, for a value on a bound,
/// and where the end of the interval that matters is infinite.
#[must_use]
pub fn units_to_decide(
    estimate: &Estimate,
    at_least: Option<f64>,
    at_most: Option<f64>,
) -> Option<f64> {
    let value = estimate.value;
    let above = estimate.high - value;
    let below = value - estimate.low;
    if let Some(bound) = at_least.filter(|bound| value < *bound) {
        return units_for(estimate, above, bound - value);
    }
    if let Some(bound) = at_most.filter(|bound| value > *bound) {
        return units_for(estimate, below, value - bound);
    }
    let for_least = at_least.map(|bound| units_for(estimate, below, value - bound));
    let for_most = at_most.map(|bound| units_for(estimate, above, bound - value));
    match (for_least, for_most) {
        (Some(least), Some(most)) => Some(least?.max(most?)),
        (Some(units), None) | (None, Some(units)) => units,
        (None, None) => None,
    }
}

/// An interval's reach shrinks with the root of the number of units.
fn units_for(estimate: &Estimate, reach: f64, distance: f64) -> Option<f64> {
    let units = estimate.units as f64 * (reach / distance).powi(2);
    (distance > 0.0 && units.is_finite()).then_some(units)
}

/// The distribution of the value at a later look, and the reach of its interval then.
struct Later {
    value: f64,
    deviation: Option<f64>,
    below: f64,
    above: f64,
}

impl Later {
    /// `None` if nothing is added to what there is now.
    fn of(estimate: &Estimate, units_then: f64) -> Option<Later> {
        let known = estimate.units as f64 / units_then;
        (units_then > estimate.units as f64).then(|| Later {
            value: estimate.value,
            deviation: estimate.standard_error.map(|error| error * (1.0 - known).sqrt()),
            below: (estimate.value - estimate.low) * known.sqrt(),
            above: (estimate.high - estimate.value) * known.sqrt(),
        })
    }

    /// The chance that the value will be below `bound`: 0 without a bound, `None` where the reach
    /// that went into it is infinite.
    fn chance_below(&self, bound: Option<f64>) -> Option<f64> {
        self.chance_beyond(bound.map(|bound| self.value - bound))
    }

    fn chance_above(&self, bound: Option<f64>) -> Option<f64> {
        self.chance_beyond(bound.map(|bound| bound - self.value))
    }

    /// The chance that the value will move by more than `distance` to one side.
    fn chance_beyond(&self, distance: Option<f64>) -> Option<f64> {
        let Some(distance) = distance else {
            return Some(0.0);
        };
        let deviation = self.deviation.filter(|_| distance.is_finite())?;
        if deviation == 0.0 {
            return Some(certain(distance < 0.0));
        }
        Some(Normal::standard().sf(distance / deviation))
    }
}
