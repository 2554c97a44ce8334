//! What the methods share: Student's critical value, and the least width that so many units can
//! support whatever their spread.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The value that a Student t variable exceeds in size with chance `alpha`; infinite without a
/// degree of freedom.
///
/// Halves the logarithm of the value: the inverse in statrs 0.19 is off by 1e-6 at many degrees of
/// freedom, by half far out at few, and panics further out.
pub(crate) fn student_critical(alpha: f64, degrees_of_freedom: f64) -> f64 {
    let Ok(student) = StudentsT::new(0.0, 1.0, degrees_of_freedom) else {
        return f64::INFINITY;
    };
    let (mut inside, mut outside) = (-40.0_f64, 350.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(inside, outside);
        // The tail, because 1 - alpha / 2 loses the digits of a small alpha.
        if student.sf(middle.exp()) > alpha / 2.0 {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    outside.exp()
}

/// The share of units that may be of a kind that none of the `units` seen was of: the upper end of
/// the interval for 0 of `units`.
///
/// Source: Clopper & Pearson 1934, Biometrika 26:404.
pub(crate) fn unseen_share(alpha: f64, units: usize) -> f64 {
    if units == 0 {
        return 1.0;
    }
    (-((alpha / 2.0).ln() / units as f64).exp_m1()).clamp(0.0, 1.0)
}

/// The distances from `value` to both ends of an interval, no smaller than [`unseen_share`] allows.
///
/// Units of a kind not met yet may lie at an end of the range. Were they as heavy as the others and
/// made up `unseen` of all, the value would move by that share of its distance to that end. Without
/// this, ten units that agree would give an interval without width. An infinite end of the range
/// sets no least distance.
pub(crate) fn at_least_unseen(
    (below, above): (f64, f64),
    value: f64,
    range: (f64, f64),
    unseen: f64,
) -> (f64, f64) {
    let least = |room: f64| if room.is_finite() { room.max(0.0) * unseen } else { 0.0 };
    (below.max(least(value - range.0)), above.max(least(range.1 - value)))
}

/// The ends of an interval, from distances to them, clipped to the range but never past `value`.
pub(crate) fn ends((below, above): (f64, f64), value: f64, range: (f64, f64)) -> (f64, f64) {
    let low = (value - below).max(range.0).min(value);
    let high = (value + above).min(range.1).max(value);
    (low, high)
}

/// The usual interval, `critical` standard errors to both sides, at least as wide as the units can
/// support, clipped to the range. Without a standard error it is the range.
pub(crate) fn student(
    value: f64,
    standard_error: Option<f64>,
    range: (f64, f64),
    alpha: f64,
    units: usize,
) -> (f64, f64) {
    let Some(standard_error) = standard_error else {
        return range;
    };
    let reach = student_critical(alpha, units as f64 - 1.0) * standard_error;
    let unseen = unseen_share(alpha, units);
    ends(at_least_unseen((reach, reach), value, range, unseen), value, range)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Cases = Vec<(f64, f64, f64)>;

    /// From `tests/oracles/critical.py`.
    fn golden(name: &str) -> Cases {
        let mut golden: std::collections::HashMap<String, Cases> =
            serde_json::from_str(include_str!("../tests/golden/critical.json"))
                .expect("a golden file is JSON");
        golden.remove(name).expect("the oracle writes it")
    }

    #[test]
    fn student_critical_values() {
        for (alpha, degrees_of_freedom, expected) in golden("student") {
            let found = student_critical(alpha, degrees_of_freedom);
            assert!((found / expected - 1.0).abs() < 1e-9, "{alpha} {degrees_of_freedom}: {found}");
        }
        assert!(student_critical(0.05, 0.0).is_infinite());
    }

    #[test]
    fn unseen_shares() {
        for (alpha, units, expected) in golden("unseen") {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole")]
            let found = unseen_share(alpha, units as usize);
            assert!((found - expected).abs() < 1e-12, "{alpha} {units}: {found}");
        }
    }
}
