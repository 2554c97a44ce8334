//! Two distances between distributions, less what chance alone would show.
//!
//! A distance is never below 0, so two samples of one distribution are apart too. How far, is found
//! by dealing all units out to the two sides anew, at random; that mean is taken off. The standard
//! error is from drawing the units of each side with replacement, the other side held fixed, and
//! adding both variances. Seeds are fixed.
//!
//! Source: Lin 1991, IEEE Transactions on Information Theory 37:145 (Jensen-Shannon); Kolmogorov 1933;
//! Good 2005, Permutation, Parametric and Bootstrap Tests, chapter 3; Efron & Tibshirani 1993.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Counts, shares};
use crate::bootstrap;
use crate::estimate::{Estimate, Method};
use crate::interval;
use crate::looks::Looks;

const JENSEN_SHANNON: Method = Method {
    name: "Jensen-Shannon distance beyond chance, units dealt out anew and drawn with replacement",
    source: "Lin 1991; Good 2005; Efron & Tibshirani 1993",
};

const KOLMOGOROV_SMIRNOV: Method = Method {
    name: "Kolmogorov-Smirnov distance beyond chance, units dealt out anew and drawn with replacement",
    source: "Kolmogorov 1933; Good 2005; Efron & Tibshirani 1993",
};

/// How often units are dealt out anew: the mean is then known to a few percent of its spread.
const DEALS: u32 = 200;

/// Any fixed number.
const SEED: u64 = 0x6472_6966_7421;

/// Estimates the Jensen-Shannon distance, in natural logarithms 0 to √(ln 2), beyond what chance
/// shows. Numbers are first put into about `bins` bins of equal mass in the reference; without
/// `bins` the counts are those of classes.
///
/// `None` without rows on either side. With one unit on a side there is no standard error and the
/// interval is the range.
#[must_use]
pub fn jensen_shannon(
    reference: &[Counts],
    current: &[Counts],
    bins: Option<usize>,
    looks: Looks,
) -> Option<Estimate> {
    let merged = match bins {
        Some(bins) => shares::equal_mass(reference, current, bins)?,
        None => shares::frequent(reference, current)?,
    };
    let (reference, current) = (merged.counts(reference), merged.counts(current));
    let range = (0.0, std::f64::consts::LN_2.sqrt());
    beyond_chance(&reference, &current, apart, range, JENSEN_SHANNON, looks)
}

/// Estimates the Kolmogorov-Smirnov distance, the largest difference of the cumulative shares over
/// the bins given, beyond what chance shows.
///
/// `None` without rows on either side. With one unit on a side there is no standard error and the
/// interval is 0..1.
#[must_use]
pub fn kolmogorov_smirnov(
    reference: &[Counts],
    current: &[Counts],
    looks: Looks,
) -> Option<Estimate> {
    beyond_chance(reference, current, furthest, (0.0, 1.0), KOLMOGOROV_SMIRNOV, looks)
}

/// A distance of two lists of rows by bin.
type Distance = fn(&[f64], &[f64]) -> f64;

fn beyond_chance(
    reference: &[Counts],
    current: &[Counts],
    distance: Distance,
    range: (f64, f64),
    method: Method,
    looks: Looks,
) -> Option<Estimate> {
    let units = Units::of(reference, current);
    let (then, now) = units.sides();
    if then.is_empty() || now.is_empty() {
        return None;
    }
    let seen = units.distance(&then, &now, distance);
    let value = (seen - units.by_chance(distance)).max(range.0);
    let of_then = bootstrap::standard_error(then.len(), |drawn| {
        let drawn: Vec<usize> = drawn.iter().map(|place| then[*place]).collect();
        Some(units.distance(&drawn, &now, distance))
    });
    let of_now = bootstrap::standard_error(now.len(), |drawn| {
        let drawn: Vec<usize> = drawn.iter().map(|place| now[*place]).collect();
        Some(units.distance(&then, &drawn, distance))
    });
    let standard_error = of_then.zip(of_now).map(|(then, now)| then.hypot(now));
    let least = then.len().min(now.len());
    let (low, high) =
        interval::student(value, standard_error, range, looks.alpha_per_look(), least);
    Some(Estimate { value, low, high, standard_error, units: then.len() + now.len(), method })
}

/// The rows of all units, by the place of the bin in the order of bins.
struct Units {
    rows: Vec<Vec<(usize, f64)>>,
    /// So many of them are of the reference.
    then: usize,
    bins: usize,
}

impl Units {
    /// Units without rows are left out.
    fn of(reference: &[Counts], current: &[Counts]) -> Units {
        let mut bins: Vec<i32> =
            reference.iter().chain(current).flatten().map(|(bin, _)| *bin).collect();
        bins.sort_unstable();
        bins.dedup();
        let place = |bin: &i32| bins.binary_search(bin).expect("all bins are in the list");
        let of_unit = |counts: &Counts| -> Vec<(usize, f64)> {
            counts.iter().filter(|(_, n)| *n > 0).map(|(bin, n)| (place(bin), *n as f64)).collect()
        };
        let side = |side: &[Counts]| -> Vec<Vec<(usize, f64)>> {
            side.iter().map(of_unit).filter(|rows| !rows.is_empty()).collect()
        };
        let (then, now) = (side(reference), side(current));
        Units { then: then.len(), rows: [then, now].concat(), bins: bins.len() }
    }

    fn sides(&self) -> (Vec<usize>, Vec<usize>) {
        ((0..self.then).collect(), (self.then..self.rows.len()).collect())
    }

    fn pooled(&self, units: &[usize]) -> Vec<f64> {
        let mut pooled = vec![0.0; self.bins];
        for (bin, n) in units.iter().flat_map(|unit| &self.rows[*unit]) {
            pooled[*bin] += n;
        }
        pooled
    }

    fn distance(&self, then: &[usize], now: &[usize], distance: Distance) -> f64 {
        distance(&self.pooled(then), &self.pooled(now))
    }

    /// The mean distance when units are dealt out anew.
    fn by_chance(&self, distance: Distance) -> f64 {
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        let mut sum = 0.0;
        for _ in 0..DEALS {
            for last in (1..order.len()).rev() {
                order.swap(last, random.random_range(0..=last));
            }
            let (then, now) = order.split_at(self.then);
            sum += self.distance(then, now, distance);
        }
        sum / f64::from(DEALS)
    }
}

fn shares_of(rows: &[f64]) -> Vec<f64> {
    let all: f64 = rows.iter().sum();
    rows.iter().map(|rows| rows / all).collect()
}

fn apart(then: &[f64], now: &[f64]) -> f64 {
    shares::jensen_shannon(&shares_of(then), &shares_of(now))
}

fn furthest(then: &[f64], now: &[f64]) -> f64 {
    let (mut below, mut furthest) = (0.0, 0.0_f64);
    for (then, now) in shares_of(then).iter().zip(shares_of(now)) {
        below += then - now;
        furthest = furthest.max(below.abs());
    }
    furthest
}

#[cfg(test)]
mod tests {
    use super::{jensen_shannon, kolmogorov_smirnov};
    use crate::drift::Counts;
    use crate::looks::Looks;

    const LOOKS: Looks = Looks { alpha: 0.05, planned: 1 };

    /// Units that have their ten rows in one or two of ten bins.
    fn side(units: u64, shift: i32) -> Vec<Counts> {
        let bin = |unit: u64, step: u64| i32::try_from((unit * step) % 10).expect("small") + shift;
        (0..units).map(|unit| vec![(bin(unit, 3), 6), (bin(unit, 7), 4)]).collect()
    }

    #[test]
    fn chance_is_taken_off() {
        let (then, now) = (side(400, 0), side(370, 0));
        for found in [
            jensen_shannon(&then, &now, Some(10), LOOKS),
            jensen_shannon(&then, &now, None, LOOKS),
            kolmogorov_smirnov(&then, &now, LOOKS),
        ] {
            let found = found.expect("there are rows");
            assert!(found.value < 0.01 && found.low == 0.0 && found.high < 0.15, "{found:?}");
        }
    }

    #[test]
    fn a_shift_is_seen_and_what_is_wholly_apart_is_at_the_end() {
        let (then, now) = (side(400, 0), side(400, 3));
        let moved = kolmogorov_smirnov(&then, &now, LOOKS).expect("there are rows");
        assert!(moved.low > 0.1 && moved.high < 0.5, "{moved:?}");
        let apart = jensen_shannon(&then, &side(400, 50), None, LOOKS).expect("there are rows");
        assert!(apart.value > 0.75, "{apart:?}");
    }

    #[test]
    fn without_rows_there_is_nothing() {
        assert_eq!(kolmogorov_smirnov(&[], &side(4, 0), LOOKS), None);
        assert_eq!(jensen_shannon(&side(4, 0), &[vec![(1, 0)]], None, LOOKS), None);
        let one = kolmogorov_smirnov(&side(1, 0), &side(9, 0), LOOKS).expect("there are rows");
        assert_eq!((one.standard_error, one.low, one.high), (None, 0.0, 1.0));
    }
}
