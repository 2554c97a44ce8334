//! The standard error of a statistic that has no formula for it: by drawing units again and again
//! with replacement. The seed is fixed, so the same units give the same answer.
//!
//! Source: Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 6; drawing fewer
//! units than there are: Bickel, Götze & van Zwet 1997, Statistica Sinica 7:1.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The standard error itself is then known to about 3 %.
const RESAMPLES: usize = 500;

/// Any fixed number.
const SEED: u64 = 0x7472_7565_7570;

/// More units than this are put together or drawn in part, to bound the time.
pub(crate) const MOST_DRAWN: usize = 1000;

/// The standard error of a statistic of `units` units. `statistic` computes it from the places of
/// the units drawn, or says that these have none.
///
/// `None` below two units. Draws of at most [`MOST_DRAWN`]; the error of the smaller draw is scaled
/// by the root of the sizes.
pub(crate) fn standard_error(
    units: usize,
    mut statistic: impl FnMut(&[usize]) -> Option<f64>,
) -> Option<f64> {
    if units < 2 {
        return None;
    }
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut drawn = vec![0; units.min(MOST_DRAWN)];
    let values: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| {
            drawn.fill_with(|| random.random_range(0..units));
            statistic(&drawn)
        })
        .collect();
    // The variance within the sample is (n - 1) / n of the variance it was drawn from.
    let n = units as f64;
    let scale = drawn.len() as f64 / n * (n / (n - 1.0));
    Some(standard_deviation(&values)? * scale.sqrt())
}

fn standard_deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((squares / (n - 1.0)).sqrt())
}

/// Puts `units` units randomly into at most [`MOST_DRAWN`] groups of equal size; the group of each.
pub(crate) fn groups(units: usize) -> Vec<usize> {
    let mut group: Vec<usize> = (0..units).map(|unit| unit % MOST_DRAWN).collect();
    if units > MOST_DRAWN {
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        for last in (1..units).rev() {
            group.swap(last, random.random_range(0..=last));
        }
    }
    group
}
