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
//! chance `alpha / 2` for each side. Each bet is what it takes to get from the stake now to that
//! target over the units left, so that who is behind bets more and who is nearly there bets less.
//! Bets fixed in advance leave the interval a fifth wider than Student's at any number of units;
//! these come to within some percent of it from some hundred units on
//! (`docs/decisions/0010-looking-every-day.md`).
//!
//! Source: Voráček & Orabona 2025, arXiv 2505.22422 (bets that recalculate the target), within the
//! framework of Waudby-Smith & Ramdas 2024, JRSS-B 86:1, arXiv 2010.09686.

use crate::estimate::{Estimate, Method};
use crate::looks::Looks;

const METHOD: Method = Method {
    name: "betting interval for the mean over units",
    source: "Voráček & Orabona 2025, arXiv 2505.22422; Waudby-Smith & Ramdas 2024, arXiv 2010.09686",
};

/// No bet may lose more than this share of the stake. Higher is narrower for shares near 0 and 1
/// and wider where units are 0 or 1 only and one of them is rare; see the figures in
/// `docs/decisions/0010-looking-every-day.md`.
const MOST_LOST: f64 = 0.9;

/// The pretend unit that the variance starts from: the largest variance within 0..1.
const PRIOR_VARIANCE: f64 = 0.25;

/// Halvings of 0..1: the ends are exact to 1e-10.
const HALVINGS: u32 = 34;

/// How often the bet is set anew, at most; it makes many units cheap and costs little width.
const BETS: usize = 128;

/// Factors that are multiplied before a logarithm is taken: each lies between 1/10 and about 110, so
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

/// The values in order and the bets on them.
struct Game {
    values: Vec<f64>,
    /// Units that are bet on with one stake.
    length: usize,
    /// For each such round the square of the stake for each logarithm of capital that is still to be
    /// won: `2 / (units left × variance of the units before)`.
    squared_bets: Vec<f64>,
}

/// Both ends within 0..1. Where bets shut the sample mean itself out, which random order makes rare,
/// the interval is stretched to it: it stays valid.
fn interval(shares: &[f64], mean: f64, alpha: f64) -> (f64, f64) {
    let needed = (2.0 / alpha).ln();
    let mut game = Game::of(shares);
    let low = game.lower_end(mean, needed);
    // Bets depend on distances only, so those for the mirrored values are the same.
    for value in &mut game.values {
        *value = 1.0 - *value;
    }
    (low, 1.0 - game.lower_end(1.0 - mean, needed))
}

impl Game {
    fn of(shares: &[f64]) -> Game {
        let length = (shares.len() / BETS).clamp(1, FACTORS_PER_LOGARITHM);
        let (mut seen, mut sum, mut squares) = (1.0, 0.5, PRIOR_VARIANCE);
        let mut left = shares.len() as f64;
        let mut squared_bets = Vec::with_capacity(shares.len().div_ceil(length));
        for values in shares.chunks(length) {
            squared_bets.push(2.0 * seen / (squares * left));
            left -= values.len() as f64;
            for value in values {
                seen += 1.0;
                sum += value;
                squares += (value - sum / seen).powi(2);
            }
        }
        Game { values: shares.to_vec(), length, squared_bets }
    }

    /// The smallest candidate mean that the bets do not exclude. Halving finds it, because bets that
    /// exclude a candidate exclude all below it, see [`Game::excluded`].
    fn lower_end(&self, mean: f64, needed: f64) -> f64 {
        if !self.excluded(0.0, needed) {
            return 0.0;
        }
        if self.excluded(mean, needed) {
            return mean;
        }
        let (mut outside, mut inside) = (0.0, mean);
        for _ in 0..HALVINGS {
            let candidate = f64::midpoint(outside, inside);
            if self.excluded(candidate, needed) {
                outside = candidate;
            } else {
                inside = candidate;
            }
        }
        outside
    }

    /// Whether bets that the mean is above `candidate` win the capital whose logarithm is `needed`,
    /// after any unit.
    ///
    /// What holds for a candidate and a need holds for a lower candidate and a smaller need: let `u`
    /// be the logarithm still to be won, which sets the bet `√(u × squared_bet)`. With less to win,
    /// `v < u`, the bet is smaller by the factor `√(v / u)`; the gain of a round,
    /// `Σ ln(1 + bet × distance)`, is concave in the bet, so at least that share of it is won, which
    /// is at least `v / u`. So who is ahead stays ahead, or has won. The cap on the loss moves with
    /// the candidate and keeps this.
    fn excluded(&self, candidate: f64, needed: f64) -> bool {
        let cap = MOST_LOST / candidate;
        let mut left = needed;
        for (values, squared_bet) in self.values.chunks(self.length).zip(&self.squared_bets) {
            let bet = (left * squared_bet).sqrt().min(cap);
            let (mut product, mut highest) = (1.0_f64, 0.0_f64);
            for value in values {
                product *= 1.0 + bet * (value - candidate);
                highest = highest.max(product);
            }
            let gain = product.ln();
            if gain >= left || (highest > product && highest.ln() >= left) {
                return true;
            }
            left -= gain;
        }
        false
    }
}
