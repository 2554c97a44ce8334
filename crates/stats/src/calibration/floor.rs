//! What calibration error a perfect model would show by chance, and how much error is left when
//! that is taken out.
//!
//! In a bin of `n` rows with mean confidence `p`, a perfect model is right `Binomial(n, p)` times,
//! so the bin is off by the mean absolute deviation of that count (de Moivre's formula). Rows of
//! one unit that depend on each other make chance louder: the floor grows with the root of the
//! design effect, the variance with units as clusters over the variance of independent rows.
//!
//! Chance does not simply add to a real error: a bin that is off by a lot is not made worse on
//! average by noise. So the floor is not subtracted. Asked is instead: **what error, alike in all
//! bins, would be expected to show as the value seen?** That is 0 at the floor, nearly the value
//! far above it, and never less than the difference. Where the real error is in a few bins only,
//! the answer is too high rather than too low. The low end of the interval subtracts the whole
//! floor, because noise cannot have added more.
//!
//! Source: de Moivre 1730, Miscellanea Analytica (Diaconis & Zabell 1991, Statistical Science
//! 6:284); Leone, Nelson & Nottingham 1961, Technometrics 3:543 (folded normal); Rao & Scott 1981,
//! JASA 76:221 (design effect). Bins of equal mass: Nixon et al. 2019, arXiv 1904.01685.

use std::collections::BTreeMap;
use std::f64::consts::{FRAC_PI_2, SQRT_2};

use statrs::function::{erf::erf, factorial::ln_binomial};

use super::{Bin, expected_error};
use crate::estimate::{Estimate, Method};
use crate::looks::Looks;

const METHOD: Method = Method {
    name: "expected calibration error beyond that of a perfect model",
    source: "Diaconis & Zabell 1991; Leone, Nelson & Nottingham 1961; Rao & Scott 1981",
};

/// A calibration error, what of it chance alone explains, and what is left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// The error as seen; too high by up to `floor`.
    pub estimate: Estimate,
    /// What a perfect model would show on average in the same bins.
    pub floor: f64,
    /// The error that a model must have to show `estimate` on average. Its standard error is that
    /// of `estimate`.
    pub above_floor: Estimate,
}

/// The error that a perfect model shows on average in these bins, if its rows are independent.
/// Bins with the same number are put together. 0 without rows.
#[must_use]
pub fn floor(bins: &[Bin]) -> f64 {
    Noise::of(&pooled(bins.iter()), 1.0).expected(0.0)
}

/// The calibration error in the bins as they are, with the noise floor and the error above it.
/// `None` where [`expected_error`] is.
#[must_use]
pub fn equal_width(units: &[Vec<Bin>], looks: Looks) -> Option<Calibration> {
    let estimate = expected_error(units, looks)?;
    let units: Vec<BTreeMap<u32, Bin>> = units.iter().map(|unit| pooled(unit.iter())).collect();
    let all = pooled(units.iter().flat_map(BTreeMap::values));
    let noise = Noise::of(&all, design_effect(&units, &all).sqrt());
    let floor = noise.expected(0.0);
    let value = noise.error_behind(estimate.value);
    let above_floor = Estimate {
        value,
        low: (estimate.low - floor).max(0.0).min(value),
        high: if estimate.high < 1.0 { noise.error_behind(estimate.high) } else { 1.0 },
        method: METHOD,
        ..estimate
    };
    Some(Calibration { estimate, floor, above_floor })
}

/// As [`equal_width`], in the bins of [`of_equal_mass`]. `None` for 0 `bins`.
#[must_use]
pub fn equal_mass(units: &[Vec<Bin>], bins: u32, looks: Looks) -> Option<Calibration> {
    equal_width(&of_equal_mass(units, bins)?, looks)
}

/// The fine bins given put together, in order, into at most `bins` bins of about equally many rows. A
/// fine bin is never divided, so equal confidences stay together.
///
/// `None` for 0 `bins`, and without rows.
#[must_use]
pub fn of_equal_mass(units: &[Vec<Bin>], bins: u32) -> Option<Vec<Vec<Bin>>> {
    let fine = pooled(units.iter().flatten());
    let rows: f64 = fine.values().map(|bin| bin.n as f64).sum();
    if bins == 0 || rows <= 0.0 {
        return None;
    }
    let mut below = 0.0;
    let mut coarse = BTreeMap::new();
    for (number, bin) in fine {
        let middle = (below + bin.n as f64 / 2.0) / rows;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0..bins")]
        coarse.insert(number, ((middle * f64::from(bins)) as u32).min(bins - 1));
        below += bin.n as f64;
    }
    let merged = units
        .iter()
        .map(|unit| unit.iter().map(|bin| Bin { bin: coarse[&bin.bin], ..*bin }).collect());
    Some(merged.collect())
}

/// Bins with the same number put together.
pub(super) fn pooled<'a>(bins: impl Iterator<Item = &'a Bin>) -> BTreeMap<u32, Bin> {
    let mut pooled = BTreeMap::new();
    for bin in bins {
        let sum =
            pooled.entry(bin.bin).or_insert(Bin { n: 0, confidence: 0.0, outcome: 0.0, ..*bin });
        sum.n += bin.n;
        sum.confidence += bin.confidence;
        sum.outcome += bin.outcome;
    }
    pooled
}

/// How many times larger the variance of the bins' gaps is than with independent rows; at least 1.
fn design_effect(units: &[BTreeMap<u32, Bin>], all: &BTreeMap<u32, Bin>) -> f64 {
    let clusters = units.iter().filter(|unit| unit.values().any(|bin| bin.n > 0)).count() as f64;
    let mut clustered = 0.0;
    for bin in units.iter().flat_map(BTreeMap::values) {
        let pooled = all[&bin.bin];
        let gap = (pooled.confidence - pooled.outcome) / (pooled.n as f64).max(1.0);
        clustered += (bin.confidence - bin.outcome - gap * bin.n as f64).powi(2);
    }
    let independent: f64 =
        all.values().map(|bin| bin.outcome * (1.0 - bin.outcome / (bin.n as f64).max(1.0))).sum();
    let effect = clustered * clusters / (clusters - 1.0) / independent;
    if effect.is_finite() { effect.max(1.0) } else { 1.0 }
}

/// How loud chance is in each bin: its share of rows, and the standard deviation of its gap.
struct Noise(Vec<(f64, f64)>);

impl Noise {
    fn of(bins: &BTreeMap<u32, Bin>, loudness: f64) -> Noise {
        let rows: f64 = bins.values().map(|bin| bin.n as f64).sum();
        let bins = bins.values().filter(|bin| bin.n > 0);
        Noise(
            bins.map(|bin| {
                let n = bin.n as f64;
                let off = mean_absolute_deviation(bin.n, (bin.confidence / n).clamp(0.0, 1.0)) / n;
                // The normal deviation with the same mean absolute deviation.
                (n / rows, loudness * off * FRAC_PI_2.sqrt())
            })
            .collect(),
        )
    }

    /// The error that is seen on average when every bin is truly off by `gap`.
    fn expected(&self, gap: f64) -> f64 {
        let folded = |deviation: f64| {
            if deviation <= 0.0 {
                return gap;
            }
            let z = gap / deviation / SQRT_2;
            deviation / FRAC_PI_2.sqrt() * (-z * z).exp() + gap * erf(z)
        };
        self.0.iter().map(|(share, deviation)| share * folded(*deviation)).sum()
    }

    /// The gap of all bins at which `seen` is the error expected; 0 if even less would be.
    fn error_behind(&self, seen: f64) -> f64 {
        if seen <= self.expected(0.0) {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, seen);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if self.expected(middle) < seen {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }
}

/// Of a binomial count: `2 k C(n, k) p^k (1 - p)^(n - k + 1)` with `k` the next whole number above
/// `n p`.
fn mean_absolute_deviation(n: u64, p: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0..=n")]
    let k = (n as f64 * p).floor() as u64 + 1;
    if k > n || p <= 0.0 {
        return 0.0;
    }
    let (whole, share) = (k as f64, ln_binomial(n, k));
    2.0 * whole * (share + whole * p.ln() + (n as f64 - whole + 1.0) * (-p).ln_1p()).exp()
}
