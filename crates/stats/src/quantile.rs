//! A quantile of all values of all units, from one histogram for each unit, such as the 95th
//! percentile of latency.
//!
//! Every value counts once, so heavy users weigh more; the units are the clusters and are taken as
//! independent draws. Their order does not matter. Value and ends are known to within one bin.
//!
//! The interval inverts the one for a share: the quantile lies above a bin if the share of values
//! up to that bin is surely below `q`, and not above it if that share is surely at least `q`. The
//! interval of a share is linearised as in [`crate::ratio`], with units as clusters, and at least
//! as wide as so few units can support. Where not even the largest value seen surely exceeds the
//! quantile the end is infinite: sixty people say little about a 99th percentile.
//!
//! Source: Woodruff 1952, JASA 47:635; Francisco & Fuller 1991, Annals of Statistics 19:454 (the
//! variance of the share taken at each candidate).

use crate::estimate::{Estimate, Method};
use crate::interval::{student_critical, unseen_share};
use crate::looks::Looks;

const METHOD: Method = Method {
    name: "quantile by inversion of the share below it, units as clusters",
    source: "Woodruff 1952; Francisco & Fuller 1991",
};

/// Estimates the `q` quantile of the values of all `units`. Each unit is a list of `(bin, count)`
/// in which a bin occurs at most once; `middle` gives the value that stands for a bin and rises
/// with it.
///
/// Units without counts are left out. `None` without counts and for a `q` outside 0..1. Ends that
/// the data do not bound are infinite; then, and for one unit, there is no standard error.
/// Otherwise it is half the interval's width over the critical value.
#[must_use]
pub fn woodruff(
    units: &[&[(i32, u64)]],
    middle: impl Fn(i32) -> f64,
    q: f64,
    looks: Looks,
) -> Option<Estimate> {
    let totals: Vec<f64> = units.iter().map(|unit| total(unit)).collect();
    let clusters = totals.iter().filter(|total| **total > 0.0).count();
    if clusters == 0 || !(q > 0.0 && q < 1.0) {
        return None;
    }
    let alpha = looks.alpha_per_look();
    let critical = student_critical(alpha, clusters as f64 - 1.0);
    let shares = Shares { critical, unseen: unseen_share(alpha, clusters), clusters };
    let found = shares.search(&sorted_counts(units), &totals, q);
    let value = middle(found.value?);
    let low = found.low.map_or(f64::NEG_INFINITY, &middle);
    let high = found.high.map_or(f64::INFINITY, &middle);
    let error = (high - low) / 2.0 / critical;
    let standard_error = (error.is_finite() && critical.is_finite()).then_some(error);
    Some(Estimate { value, low, high, standard_error, units: clusters, method: METHOD })
}

fn total(unit: &[(i32, u64)]) -> f64 {
    unit.iter().map(|(_, count)| *count as f64).sum()
}

/// How many values of one unit are in one bin.
struct Count {
    bin: i32,
    unit: usize,
    values: f64,
}

fn sorted_counts(units: &[&[(i32, u64)]]) -> Vec<Count> {
    let mut counts: Vec<Count> = units
        .iter()
        .enumerate()
        .flat_map(|(unit, bins)| {
            bins.iter().map(move |&(bin, count)| Count { bin, unit, values: count as f64 })
        })
        .filter(|count| count.values > 0.0)
        .collect();
    counts.sort_unstable_by_key(|count| (count.bin, count.unit));
    counts
}

/// The bins of the quantile and of both ends; `None` for an end that the data do not bound.
#[derive(Default)]
struct Found {
    value: Option<i32>,
    low: Option<i32>,
    high: Option<i32>,
}

/// What the interval of a share needs beside the counts.
struct Shares {
    critical: f64,
    unseen: f64,
    clusters: usize,
}

impl Shares {
    /// Walks the bins upwards once.
    fn search(&self, counts: &[Count], totals: &[f64], q: f64) -> Found {
        let mut sums = Sums::new(totals);
        let mut found = Found::default();
        // Below all bins the share is 0; if even that may be q, nothing bounds the low end.
        let (_, none) = self.interval(&sums);
        let low_is_bounded = none < q;
        for bin in counts.chunk_by(|a, b| a.bin == b.bin) {
            for count in bin {
                sums.add(count);
            }
            let here = Some(bin[0].bin);
            let (low, high) = self.interval(&sums);
            if found.value.is_none() && sums.share() >= q {
                found.value = here;
            }
            if found.low.is_none() && low_is_bounded && high >= q {
                found.low = here;
            }
            // The first bin after the last one at which the share may still be below q.
            if low <= q {
                found.high = None;
            } else if found.high.is_none() {
                found.high = here;
            }
        }
        found
    }

    fn interval(&self, sums: &Sums) -> (f64, f64) {
        let share = sums.share();
        let n = self.clusters as f64;
        let error = (sums.squared_residuals() * n / (n - 1.0)).sqrt() / sums.values;
        // One cluster: infinity times 0 is no number, and nothing is known.
        let reach = if self.clusters > 1 { self.critical * error } else { f64::INFINITY };
        let low = share - reach.max(share * self.unseen);
        let high = share + reach.max((1.0 - share) * self.unseen);
        (low, high)
    }
}

/// Sums over units of the counts up to a bin and the totals, and of their squares and products,
/// kept up to date so that a bin costs no more than its own counts.
struct Sums<'a> {
    totals: &'a [f64],
    below: Vec<f64>,
    values: f64,
    values_below: f64,
    total_squares: f64,
    below_squares: f64,
    products: f64,
}

impl Sums<'_> {
    fn new(totals: &[f64]) -> Sums<'_> {
        Sums {
            totals,
            below: vec![0.0; totals.len()],
            values: totals.iter().sum(),
            values_below: 0.0,
            total_squares: totals.iter().map(|total| total * total).sum(),
            below_squares: 0.0,
            products: 0.0,
        }
    }

    fn add(&mut self, count: &Count) {
        let below = &mut self.below[count.unit];
        self.below_squares += count.values * (2.0 * *below + count.values);
        self.products += count.values * self.totals[count.unit];
        self.values_below += count.values;
        *below += count.values;
    }

    fn share(&self) -> f64 {
        (self.values_below / self.values).min(1.0)
    }

    /// Σ (count up to here - share × total)² over units.
    fn squared_residuals(&self) -> f64 {
        let share = self.share();
        let squares =
            self.below_squares - 2.0 * share * self.products + share * share * self.total_squares;
        squares.max(0.0)
    }
}
