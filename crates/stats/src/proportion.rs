//! The share of successes among independent trials, for a report after a fixed number of them.
//!
//! Only where each trial is of another person and is looked at as planned. Rates of people who come
//! back belong to [`crate::mean`].
//!
//! Source: Wilson 1927, JASA 22:209; Clopper & Pearson 1934, Biometrika 26:404.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::beta::beta_reg;

use crate::estimate::{Estimate, Method};
use crate::looks::Looks;

const WILSON: Method = Method { name: "Wilson score interval", source: "Wilson 1927" };

const EXACT: Method = Method { name: "Clopper-Pearson interval", source: "Clopper & Pearson 1934" };

/// Estimates a share by Wilson's score interval: right on average over shares. `None` without
/// trials. More successes than trials are the caller's bug and are taken as all.
#[must_use]
pub fn wilson(successes: u64, trials: u64, looks: Looks) -> Option<Estimate> {
    let (value, n) = share(successes, trials)?;
    let z = normal_critical(looks.alpha_per_look());
    let square = z * z / n;
    let middle = (value + square / 2.0) / (1.0 + square);
    let reach = z / (1.0 + square) * (value * (1.0 - value) / n + square / n / 4.0).sqrt();
    let low = if successes == 0 { 0.0 } else { middle - reach };
    let high = if successes >= trials { 1.0 } else { middle + reach };
    Some(estimate(value, (low, high), trials, WILSON))
}

/// Estimates a share by the exact interval of Clopper and Pearson: never errs more often than it
/// says. `None` without trials. More successes than trials are taken as all.
#[must_use]
pub fn clopper_pearson(successes: u64, trials: u64, looks: Looks) -> Option<Estimate> {
    let (value, n) = share(successes, trials)?;
    let (tail, k) = (looks.alpha_per_look() / 2.0, value * n);
    Some(estimate(value, exact(k, n, tail), trials, EXACT))
}

/// The ends of Clopper and Pearson's interval for `k` of `n`, which need not be whole, with the
/// chance `tail` beyond each.
pub(crate) fn exact(k: f64, n: f64, tail: f64) -> (f64, f64) {
    let low = if k <= 0.0 { 0.0 } else { below(|p| beta_reg(k, n - k + 1.0, p) > tail) };
    let high = if k >= n { 1.0 } else { 1.0 - below(|p| beta_reg(n - k, k + 1.0, p) > tail) };
    (low, high)
}

/// The largest share for which `beyond` does not hold yet; it rises with the share.
fn below(beyond: impl Fn(f64) -> bool) -> f64 {
    let (mut inside, mut outside) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(inside, outside);
        if beyond(middle) {
            outside = middle;
        } else {
            inside = middle;
        }
    }
    inside
}

/// The value that a normal variable exceeds in size with chance `alpha`.
pub(crate) fn normal_critical(alpha: f64) -> f64 {
    -Normal::standard().inverse_cdf(alpha / 2.0)
}

fn share(successes: u64, trials: u64) -> Option<(f64, f64)> {
    let n = trials as f64;
    (trials > 0).then(|| ((successes.min(trials) as f64) / n, n))
}

fn estimate(value: f64, (low, high): (f64, f64), trials: u64, method: Method) -> Estimate {
    Estimate {
        value,
        low: low.max(0.0).min(value),
        high: high.min(1.0).max(value),
        standard_error: Some((value * (1.0 - value) / trials as f64).sqrt()),
        units: usize::try_from(trials).unwrap_or(usize::MAX),
        method,
    }
}
