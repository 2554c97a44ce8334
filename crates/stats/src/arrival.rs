//! How long it takes until so many more units have come, from how many came so far.
//!
//! Units come at a steady rate that is not known (a Poisson process, nothing known beforehand of the
//! rate but that it is positive). With `n` units in `d` days, the time until `m` more is `d` times a beta
//! prime variable with parameters `m` and `n`. Few units so far make it uncertain, and that is what the
//! quantiles tell; that the rate itself changes they do not.
//!
//! Source: Aitchison & Dunsmore 1975, Statistical Prediction Analysis, chapter 2 (the Poisson process
//! with a gamma posterior).

use statrs::function::beta::beta_reg;

/// Halvings of 0..1: exact to 1e-15.
const HALVINGS: u32 = 50;

/// The days until `more` units have come, which are enough with this chance: .5 is as likely early as
/// late, .85 a date to promise.
///
/// 0 if none are missing. `None` without units so far, without days, and for a chance outside 0..1.
#[must_use]
pub fn days_until(more: u64, units: u64, days: f64, chance: f64) -> Option<f64> {
    if more == 0 {
        return Some(0.0);
    }
    let sound = units > 0 && days > 0.0 && days.is_finite() && chance > 0.0 && chance < 1.0;
    if !sound {
        return None;
    }
    let (more, units) = (more as f64, units as f64);
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if beta_reg(more, units, middle) < chance {
            low = middle;
        } else {
            high = middle;
        }
    }
    let share = f64::midpoint(low, high);
    Some(days * share / (1.0 - share))
}

#[cfg(test)]
mod tests {
    use super::days_until;

    fn near(found: Option<f64>, wanted: f64) {
        let found = found.expect("it can be told");
        assert!((found - wanted).abs() < 1e-9 * wanted.max(1.0), "{found} is not {wanted}");
    }

    #[test]
    fn closed_forms() {
        // One more: P(T > t) = (d / (d + t))^n.
        near(days_until(1, 20, 10.0, 0.5), 10.0 * (0.5f64.powf(-1.0 / 20.0) - 1.0));
        near(days_until(1, 3, 7.0, 0.85), 7.0 * (0.15f64.powf(-1.0 / 3.0) - 1.0));
        // One so far: the share of time that is still to come has the distribution x^m.
        let share = 0.85f64.powf(1.0 / 4.0);
        near(days_until(4, 1, 10.0, 0.85), 10.0 * share / (1.0 - share));
        // As many more as there are: as likely early as late after as much time again.
        near(days_until(50, 50, 30.0, 0.5), 30.0);
    }

    #[test]
    fn more_units_surer_dates_and_nothing_without_a_rate() {
        let spread = |n: u64| {
            let at = |chance| days_until(n, n, 30.0, chance).expect("it can be told");
            at(0.85) - at(0.5)
        };
        assert!(spread(1000) < spread(100) && spread(100) < spread(10));
        assert_eq!(days_until(0, 0, 0.0, 0.5), Some(0.0));
        for (units, days, chance) in
            [(0, 10.0, 0.5), (5, 0.0, 0.5), (5, f64::NAN, 0.5), (5, 1.0, 1.0)]
        {
            assert_eq!(days_until(3, units, days, chance), None);
        }
    }
}
