//! The mean over units of a number that lies within a known range, such as each person's
//! acceptance rate.
//!
//! Every unit counts once, however often it was active. The units are taken as independent draws
//! from the people the feature is for; nothing is assumed about how their values are spread, so the
//! interval also holds near 0 and 1 and for few units.
//!
//! **Order matters for width and must not depend on the values**: the bets on a unit learn from
//! the units before it. Pass the units in the order of a hash of their names.
//!
//! The interval is that of a gambler who bets against each candidate mean: a candidate is excluded
//! once the bets against it have multiplied the stake by `2 / alpha`, which a true mean allows with
//! chance `alpha / 2` for each side.
//!
//! Source: Waudby-Smith & Ramdas 2024, JRSS-B 86:1, arXiv 2010.09686: hedged capital (theorem 3)
//! with the bets for a fixed number of units and the running intersection (remark 3).

use crate::estimate::{Estimate, Method};
use crate::looks::Looks;

const METHOD: Method = Method {
    name: "betting interval for the mean over units",
    source: "Waudby-Smith & Ramdas 2024, arXiv 2010.09686",
};

/// No bet may lose more than this share of the stake. The paper calls it c and finds 1/2 and 3/4
/// reasonable; the higher one is narrower near 0 and 1, where most rates of ours are.
const MOST_LOST: f64 = 0.75;

/// The pretend unit that the variance starts from: the largest variance within 0..1.
const PRIOR_VARIANCE: f64 = 0.25;

/// Halvings of 0..1: the ends are exact to 1e-12.
const HALVINGS: u32 = 40;

/// Factors that are multiplied before a logarithm is taken: each lies between 1/4 and about 110, so
/// the product of so many neither underflows nor overflows.
const FACTORS_PER_LOGARITHM: usize = 64;

/// Estimates the mean over units of `values`, each within `range`, with an interval at
/// [`Looks::alpha_per_look`].
///
/// The order of the values must not depend on them; see the module. `None` without values, with a
/// value that is not a number, and for a range without width or end. Values outside the range are
/// the caller's bug and are moved to its ends.
///
/// One unit has an interval, usually the whole range, and no standard error. With more, the
/// standard error includes one pretend unit of the largest possible variance, so that units that
/// all agree do not look certain.
#[must_use]
pub fn bounded(values: &[f64], range: (f64, f64), looks: Looks) -> Option<Estimate> {
    let shares = shares(values, range)?;
    let mean = mean(&shares);
    let (low, high) = interval(&shares, mean, looks.alpha_per_look());
    let (floor, width) = (range.0, range.1 - range.0);
    let value = floor + width * mean;
    Some(Estimate {
        value,
        low: (floor + width * low).min(value),
        high: (floor + width * high).min(range.1).max(value),
        standard_error: standard_error(&shares, mean).map(|error| error * width),
        units: values.len(),
        method: METHOD,
    })
}

/// The mean of `values` and its standard error, by the same rules as [`bounded`] but without its
/// interval.
pub(crate) fn value_and_error(values: &[f64], range: (f64, f64)) -> Option<(f64, Option<f64>)> {
    let shares = shares(values, range)?;
    let mean = mean(&shares);
    let width = range.1 - range.0;
    Some((range.0 + width * mean, standard_error(&shares, mean).map(|error| error * width)))
}

/// The values as shares of the range; `None` if there is nothing to say.
fn shares(values: &[f64], range: (f64, f64)) -> Option<Vec<f64>> {
    let width = range.1 - range.0;
    let known = !values.is_empty() && values.iter().all(|value| !value.is_nan());
    (known && width > 0.0 && width.is_finite())
        .then(|| values.iter().map(|&value| share_of_range(value, range)).collect())
}

fn mean(shares: &[f64]) -> f64 {
    (shares.iter().sum::<f64>() / shares.len() as f64).clamp(0.0, 1.0)
}

fn share_of_range(value: f64, range: (f64, f64)) -> f64 {
    // Sums of shares end a few rounding errors outside.
    let slack = 1e-9 * (range.1 - range.0);
    debug_assert!(
        value >= range.0 - slack && value <= range.1 + slack,
        "`{value}` lies outside {range:?}; the caller's definition of the range is wrong"
    );
    ((value - range.0) / (range.1 - range.0)).clamp(0.0, 1.0)
}

fn standard_error(shares: &[f64], mean: f64) -> Option<f64> {
    let units = shares.len() as f64;
    let squares: f64 = shares.iter().map(|share| (share - mean).powi(2)).sum();
    (shares.len() > 1).then(|| ((PRIOR_VARIANCE + squares) / (units + 1.0) / units).sqrt())
}

/// One unit's value and the stake on it before the candidate mean caps it.
#[derive(Clone, Copy)]
struct Round {
    value: f64,
    bet: f64,
}

/// Both ends within 0..1. Where the running intersection shuts the sample mean out, which random
/// order makes rare, the interval is stretched to it: it stays valid.
fn interval(shares: &[f64], mean: f64, alpha: f64) -> (f64, f64) {
    let needed = (2.0 / alpha).ln();
    let rounds = rounds(shares, needed);
    let low = lower_end(&rounds, mean, needed);
    // Bets depend on distances only, so those for the mirrored values are the same.
    let mirrored: Vec<Round> =
        rounds.iter().map(|round| Round { value: 1.0 - round.value, ..*round }).collect();
    (low, 1.0 - lower_end(&mirrored, 1.0 - mean, needed))
}

/// Bets that are best for the number of units at hand, from the variance of the units before.
fn rounds(shares: &[f64], needed: f64) -> Vec<Round> {
    let units = shares.len() as f64;
    let mut seen = 1.0;
    let mut sum = 0.5;
    let mut squares = PRIOR_VARIANCE;
    let mut rounds = Vec::with_capacity(shares.len());
    for &value in shares {
        let variance = squares / seen;
        rounds.push(Round { value, bet: (2.0 * needed / (units * variance)).sqrt() });
        seen += 1.0;
        sum += value;
        squares += (value - sum / seen).powi(2);
    }
    rounds
}

/// The smallest candidate mean that the bets do not exclude. The capital falls as the candidate
/// rises, so halving finds it.
fn lower_end(rounds: &[Round], mean: f64, needed: f64) -> f64 {
    if !excluded(rounds, 0.0, needed) {
        return 0.0;
    }
    if excluded(rounds, mean, needed) {
        return mean;
    }
    let (mut outside, mut inside) = (0.0, mean);
    for _ in 0..HALVINGS {
        let candidate = f64::midpoint(outside, inside);
        if excluded(rounds, candidate, needed) {
            outside = candidate;
        } else {
            inside = candidate;
        }
    }
    outside
}

/// Whether bets that the mean is above `candidate` reach the capital whose logarithm is `needed`
/// after any unit.
fn excluded(rounds: &[Round], candidate: f64, needed: f64) -> bool {
    let cap = MOST_LOST / candidate;
    let mut log_capital = 0.0;
    for chunk in rounds.chunks(FACTORS_PER_LOGARITHM) {
        let (mut product, mut highest) = (1.0_f64, 0.0_f64);
        for round in chunk {
            product *= 1.0 + round.bet.min(cap) * (round.value - candidate);
            highest = highest.max(product);
        }
        if log_capital + highest.ln() >= needed {
            return true;
        }
        log_capital += product.ln();
    }
    false
}
