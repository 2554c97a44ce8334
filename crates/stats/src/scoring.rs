//! How good past forecasts were, once it is known what happened.
//!
//! - [`brier`]: of chances ("70 % that it ships"): the mean square distance from what happened,
//!   lower is better, .25 for always saying one half; divided into how far the chances were off,
//!   how well they told cases apart, and how uncertain the matter was.
//! - [`pinball`]: of quantiles ("done within 9 weeks, p85").
//! - [`coverage`]: of intervals: how often they held the truth.
//!
//! Forecasts are taken as independent. Daily forecasts of one bet are one forecast.
//!
//! Source: Brier 1950, Monthly Weather Review 78:1; Murphy 1973, Journal of Applied Meteorology
//! 12:595; Stephenson, Coelho & Jolliffe 2008, Weather and Forecasting 23:752 (bins); Koenker &
//! Bassett 1978, Econometrica 46:33 (pinball).

use std::collections::BTreeMap;

use crate::estimate::Estimate;
use crate::looks::Looks;
use crate::proportion;

/// The Brier score and its parts: `score = reliability - resolution + uncertainty + within`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Brier {
    /// 0 is perfect.
    pub score: f64,
    /// How far the chances are from how often it happened; 0 is best.
    pub reliability: f64,
    /// How far how often it happened differs between bins; larger is better.
    pub resolution: f64,
    /// The score of always saying how often it happened over all.
    pub uncertainty: f64,
    /// What putting different chances into one bin leaves over; 0 if those in a bin are equal.
    pub within: f64,
    pub forecasts: usize,
}

/// Scores forecasts `(chance, happened)`, with the parts over `bins` bins of equal width.
///
/// `None` without forecasts, for 0 `bins`, and for a chance outside 0..1.
#[must_use]
pub fn brier(forecasts: &[(f64, bool)], bins: u32) -> Option<Brier> {
    let sound = forecasts.iter().all(|(chance, _)| (0.0..=1.0).contains(chance));
    if forecasts.is_empty() || bins == 0 || !sound {
        return None;
    }
    let n = forecasts.len() as f64;
    let score = forecasts.iter().map(|(c, h)| (c - number(*h)).powi(2)).sum::<f64>() / n;
    let rate = forecasts.iter().filter(|(_, happened)| *happened).count() as f64 / n;
    let (mut reliability, mut resolution) = (0.0, 0.0);
    for bin in in_bins(forecasts, bins).values() {
        let chance = bin.chances / bin.n;
        let happened = bin.happened / bin.n;
        reliability += bin.n / n * (chance - happened).powi(2);
        resolution += bin.n / n * (happened - rate).powi(2);
    }
    let uncertainty = rate * (1.0 - rate);
    let within = score - (reliability - resolution + uncertainty);
    let forecasts = forecasts.len();
    Some(Brier { score, reliability, resolution, uncertainty, within, forecasts })
}

fn number(happened: bool) -> f64 {
    f64::from(u8::from(happened))
}

#[derive(Default)]
struct Bin {
    n: f64,
    chances: f64,
    happened: f64,
}

fn in_bins(forecasts: &[(f64, bool)], bins: u32) -> BTreeMap<u32, Bin> {
    let mut found: BTreeMap<u32, Bin> = BTreeMap::new();
    for (chance, happened) in forecasts {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0..=bins")]
        let place = ((chance * f64::from(bins)) as u32).min(bins - 1);
        let bin = found.entry(place).or_default();
        bin.n += 1.0;
        bin.chances += chance;
        bin.happened += number(*happened);
    }
    found
}

/// The mean pinball loss of forecasts `(forecast, actual)` of the quantile `q`, in their own unit:
/// 0 is perfect, and only the true quantile has the least loss.
///
/// `None` without forecasts, for a `q` outside 0..1 and for numbers that are not finite.
#[must_use]
pub fn pinball(forecasts: &[(f64, f64)], q: f64) -> Option<f64> {
    let loss = |(forecast, actual): &(f64, f64)| {
        let short = actual - forecast;
        (q * short).max((q - 1.0) * short)
    };
    let mean = forecasts.iter().map(loss).sum::<f64>() / forecasts.len() as f64;
    ((0.0..=1.0).contains(&q) && mean.is_finite()).then_some(mean)
}

/// The share of intervals `(low, high, actual)` that hold what happened, ends included, with
/// [`proportion::clopper_pearson`]'s interval. One with an end that is no number holds nothing.
#[must_use]
pub fn coverage(intervals: &[(f64, f64, f64)], looks: Looks) -> Option<Estimate> {
    let holds = |(low, high, actual): &&(f64, f64, f64)| low <= actual && actual <= high;
    let held = intervals.iter().filter(holds).count();
    proportion::clopper_pearson(held as u64, intervals.len() as u64, looks)
}
