//! Whether an effect wears off (or grows) as people get used to a feature: the slope of a metric
//! over the days since each person's first use.
//!
//! Each person is compared with themselves: their own mean is taken out, so it does not matter that
//! those who stayed longest were keener from the start. With everyone aligned by first use the
//! slope is of getting used to, not of the calendar; a release that changed the product for all on
//! one day still shows in it. Units are the clusters, taken as independent draws, and their order
//! does not matter. Days of one person may depend on each other.
//!
//! An interval wholly below 0: the novelty wears off. Leave a burn-in out with [`slope_after`] when
//! the first days are learning; choose it before looking.
//!
//! Source: within (fixed effects) regression with cluster-robust variance: Liang & Zeger 1986,
//! Biometrika 73:13; Cameron & Miller 2015, Journal of Human Resources 50:317 (CR1; people's own
//! means lie within the clusters and are not counted as parameters).

use crate::estimate::{Estimate, Method};
use crate::influence;
use crate::interval::student_critical;
use crate::looks::Looks;

const METHOD: Method = Method {
    name: "slope over days since first use within people, units as clusters",
    source: "Liang & Zeger 1986; Cameron & Miller 2015",
};

const EVERYWHERE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// Residuals this small beside what they are the difference of are rounding errors.
const ROUNDING: f64 = 1e-12;

/// Estimates by how much the value changes with each day since first use, with an interval at
/// [`Looks::alpha_per_look`]. Each row of a unit is `(day, value, weight)`, such as the acceptance
/// rate of a day and the number of suggestions in it.
///
/// Rows that are not finite or have no weight are left out, and then units with fewer than two
/// different days, which have no slope. `None` without any unit left. One unit has no standard
/// error; then, and when no value departs from its line, both ends are infinite.
#[must_use]
pub fn slope(units: &[Vec<(f64, f64, f64)>], looks: Looks) -> Option<Estimate> {
    slope_after(units, f64::NEG_INFINITY, looks)
}

/// As [`slope`], without the days before `burn_in`.
#[must_use]
pub fn slope_after(units: &[Vec<(f64, f64, f64)>], burn_in: f64, looks: Looks) -> Option<Estimate> {
    let people: Vec<Person> = units.iter().filter_map(|unit| Person::of(unit, burn_in)).collect();
    let sum = |of: fn(&Person) -> f64| people.iter().map(of).sum::<f64>();
    let (days, value) = (sum(|p| p.days), sum(|p| p.products) / sum(|p| p.days));
    if people.is_empty() || !value.is_finite() {
        return None;
    }
    let moves: Vec<f64> = people.iter().map(|p| (p.products - value * p.days) / days).collect();
    let standard_error = influence::standard_error(&moves);
    let scale = (sum(|p| p.values) / days).sqrt().max(value.abs());
    let reach = standard_error
        .filter(|error| *error > ROUNDING * scale)
        .map(|error| student_critical(looks.alpha_per_look(), people.len() as f64 - 1.0) * error);
    let (low, high) = reach.map_or(EVERYWHERE, |reach| (value - reach, value + reach));
    Some(Estimate { value, low, high, standard_error, units: people.len(), method: METHOD })
}

/// Weighted sums of squares and products of one person's departures from their own means.
struct Person {
    days: f64,
    values: f64,
    products: f64,
}

impl Person {
    /// `None` without two different days.
    fn of(rows: &[(f64, f64, f64)], burn_in: f64) -> Option<Person> {
        let rows: Vec<&(f64, f64, f64)> = rows
            .iter()
            .filter(|(day, value, weight)| {
                day.is_finite()
                    && value.is_finite()
                    && weight.is_finite()
                    && *weight > 0.0
                    && *day >= burn_in
            })
            .collect();
        let total: f64 = rows.iter().map(|row| row.2).sum();
        let day: f64 = rows.iter().map(|row| row.2 * row.0).sum::<f64>() / total;
        let value: f64 = rows.iter().map(|row| row.2 * row.1).sum::<f64>() / total;
        let mut person = Person { days: 0.0, values: 0.0, products: 0.0 };
        for row in &rows {
            person.days += row.2 * (row.0 - day).powi(2);
            person.values += row.2 * (row.1 - value).powi(2);
            person.products += row.2 * (row.0 - day) * (row.1 - value);
        }
        let first = rows.first()?.0;
        rows.iter().any(|row| row.0.total_cmp(&first).is_ne()).then_some(person)
    }
}
