//! The chance that a rate will pass its bound at a later look, from successes so far: the
//! beta-binomial posterior predictive.
//!
//! With `s` of `n` so far and Jeffreys' prior, what the next `m` will bring is beta-binomial with
//! `s + ½` and `n - s + ½`. This uses that a rate lies within 0..1, so it is right at few units and
//! near 0 and 1, where [`crate::predict`] is rough; `predict` serves every other kind of estimate.
//! Both assume that those to come are like those so far.
//!
//! Source: Lee & Liu 2008, Clinical Trials 5:93 (predictive probability); Jeffreys 1946.

use statrs::function::beta::ln_beta;
use statrs::function::gamma::ln_gamma;

use crate::looks::Looks;
use crate::proportion::exact;

const JEFFREYS: f64 = 0.5;

/// The chance of each number of successes, 0 to `more`, among `more` units to come, after
/// `successes` of `units`. The successes may be a sum of shares.
///
/// Empty for sums that are no rate: not finite, negative or more than `units`.
#[must_use]
pub fn predictive(successes: f64, units: u64, more: u64) -> Vec<f64> {
    let n = units as f64;
    if !(successes >= 0.0 && successes <= n) {
        return Vec::new();
    }
    let (a, b, m) = (successes + JEFFREYS, n - successes + JEFFREYS, more as f64);
    let log_chance = |k: f64| {
        let ways = ln_gamma(m + 1.0) - ln_gamma(k + 1.0) - ln_gamma(m - k + 1.0);
        ways + ln_beta(a + k, b + m - k) - ln_beta(a, b)
    };
    (0..=more).map(|k| log_chance(k as f64).exp()).collect()
}

/// The chance that the rate passes once there are `units_then` units; `passes` says so of a number
/// of successes then. `None` for sums that are no rate.
///
/// Not more units than now: 1 or 0, by what holds now.
#[must_use]
pub fn chance(
    successes: f64,
    units: u64,
    units_then: u64,
    passes: impl Fn(f64) -> bool,
) -> Option<f64> {
    let chances = predictive(successes, units, units_then.saturating_sub(units));
    let passed: f64 = chances
        .iter()
        .enumerate()
        .filter(|(more, _)| passes(successes + *more as f64))
        .map(|(_, chance)| chance)
        .sum();
    (!chances.is_empty()).then(|| passed.min(1.0))
}

/// The chance that the whole Clopper-Pearson interval, at [`Looks::alpha_per_look`], lies on the
/// allowed side of the bounds once there are `units_then` units.
///
/// `None` without a bound, without units then and for sums that are no rate. The betting interval
/// of a verdict is of about the same width for answers of yes and no and narrower for shares
/// between them, so for those this is a little too low.
#[must_use]
pub fn chance_met(
    successes: f64,
    units: u64,
    at_least: Option<f64>,
    at_most: Option<f64>,
    units_then: u64,
    looks: Looks,
) -> Option<f64> {
    let then = units_then.max(units) as f64;
    if then <= 0.0 || (at_least.is_none() && at_most.is_none()) {
        return None;
    }
    let tail = looks.alpha_per_look() / 2.0;
    // The ends rise with the successes, so halving finds the first and the last that pass.
    let low_passes = |k: f64| at_least.is_none_or(|bound| exact(k, then, tail).0 >= bound);
    let high_fails = |k: f64| at_most.is_some_and(|bound| exact(k, then, tail).1 > bound);
    let more = units_then.saturating_sub(units);
    let passing = first(more, |more| low_passes(successes + more as f64));
    let failing = first(more, |more| high_fails(successes + more as f64));
    let chances = predictive(successes, units, more);
    let passed = chances.get(passing..failing.max(passing)).map(|chances| chances.iter().sum());
    (!chances.is_empty()).then(|| passed.map_or(0.0, |passed: f64| passed.min(1.0)))
}

/// The first of `0..=more` that `holds`, which stays true once it is; `more + 1` if none does.
fn first(more: u64, holds: impl Fn(u64) -> bool) -> usize {
    let (mut from, mut to) = (0, more + 1);
    while from < to {
        let middle = u64::midpoint(from, to);
        if holds(middle) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    usize::try_from(from).unwrap_or(usize::MAX)
}
