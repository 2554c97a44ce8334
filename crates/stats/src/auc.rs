//! How well a model's confidence tells right from wrong: the area under the ROC curve.
//!
//! It is the chance that a row with outcome 1 has a higher confidence than a row with outcome 0;
//! rows in the same bin count half. .5 is a coin, 1 is perfect, and an interval wholly below .5
//! says that the confidence is inverted. All rows are compared with all, so heavy users weigh more;
//! units are the clusters, taken as independent draws, and their order does not matter.
//!
//! Bins lose the order within a bin: with bins of width .01 little is lost.
//!
//! Source: Obuchowski 1997, Biometrics 53:567 (clusters; with one row for each unit it is `DeLong`,
//! `DeLong` & Clarke-Pearson 1988, Biometrics 44:837). The interval is Student's for the logit.

use std::collections::BTreeMap;

use crate::calibration::Bin;
use crate::estimate::{Estimate, Method};
use crate::influence;
use crate::looks::Looks;

const METHOD: Method = Method {
    name: "area under the ROC curve, units as clusters, interval for its logit",
    source: "Obuchowski 1997; DeLong, DeLong & Clarke-Pearson 1988",
};

const RANGE: (f64, f64) = (0.0, 1.0);

/// Estimates the area under the ROC curve of the rows of all `units`, with an interval at
/// [`Looks::alpha_per_look`] within 0..1. The sums of confidences in the bins are not used.
///
/// `None` unless there are rows of both outcomes. With the rows of one outcome all from one unit
/// there is no standard error and the interval is 0..1. It is at least as wide as the number of
/// units with the rarer outcome can support.
#[must_use]
pub fn auc(units: &[Vec<Bin>], looks: Looks) -> Option<Estimate> {
    let units: Vec<&[Bin]> =
        units.iter().map(Vec::as_slice).filter(|bins| bins.iter().any(|bin| bin.n > 0)).collect();
    let places = Places::of(&units)?;
    let clusters = places.clusters(&units);
    let rarer = clusters.with_positives.min(clusters.with_negatives);
    let value = places.area.clamp(0.0, 1.0);
    let standard_error =
        (rarer > 1).then(|| clusters.variance(&places).sqrt()).filter(|error| error.is_finite());
    let alpha = looks.alpha_per_look();
    let (low, high) = influence::logit_interval(value, standard_error, RANGE, alpha, rarer);
    Some(Estimate { value, low, high, standard_error, units: units.len(), method: METHOD })
}

fn positives(bin: &Bin) -> f64 {
    bin.outcome.max(0.0)
}

fn negatives(bin: &Bin) -> f64 {
    (bin.n as f64 - bin.outcome).max(0.0)
}

/// What a row in each bin is worth.
struct Places {
    positives: f64,
    negatives: f64,
    /// For each bin: the share of negatives that a positive row there beats, and the share of
    /// positives that beat a negative row there.
    worth: BTreeMap<u32, (f64, f64)>,
    area: f64,
}

impl Places {
    fn of(units: &[&[Bin]]) -> Option<Places> {
        let mut counts: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        for bin in units.iter().copied().flatten() {
            let count = counts.entry(bin.bin).or_default();
            count.0 += positives(bin);
            count.1 += negatives(bin);
        }
        let (positives, negatives) =
            counts.values().fold((0.0, 0.0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        if !(positives > 0.0 && negatives > 0.0 && (positives + negatives).is_finite()) {
            return None;
        }
        let (mut below, mut area) = ((0.0, 0.0), 0.0);
        let mut worth = BTreeMap::new();
        for (bin, count) in counts {
            let beaten = (below.1 + count.1 / 2.0) / negatives;
            let beating = (positives - below.0 - count.0 / 2.0) / positives;
            area += count.0 / positives * beaten;
            below = (below.0 + count.0, below.1 + count.1);
            worth.insert(bin, (beaten, beating));
        }
        area.is_finite().then_some(Places { positives, negatives, worth, area })
    }

    fn clusters(&self, units: &[&[Bin]]) -> Clusters {
        let mut clusters = Clusters { units: units.len(), ..Clusters::default() };
        for unit in units {
            let (mut beaten, mut beating) = (0.0, 0.0);
            for bin in *unit {
                let worth = self.worth[&bin.bin];
                beaten += positives(bin) * (worth.0 - self.area);
                beating += negatives(bin) * (worth.1 - self.area);
            }
            clusters.with_positives += usize::from(unit.iter().any(|bin| positives(bin) > 0.0));
            clusters.with_negatives += usize::from(unit.iter().any(|bin| negatives(bin) > 0.0));
            clusters.positive_squares += beaten * beaten;
            clusters.negative_squares += beating * beating;
            clusters.products += beaten * beating;
        }
        clusters
    }
}

/// Sums over units of squares and products of what their rows are worth beyond the area.
#[derive(Default)]
struct Clusters {
    units: usize,
    with_positives: usize,
    with_negatives: usize,
    positive_squares: f64,
    negative_squares: f64,
    products: f64,
}

impl Clusters {
    fn variance(&self, places: &Places) -> f64 {
        let (m, n) = (places.positives, places.negatives);
        let variance = small_sample(self.with_positives) * self.positive_squares / (m * m)
            + small_sample(self.with_negatives) * self.negative_squares / (n * n)
            + 2.0 * small_sample(self.units) * self.products / (m * n);
        variance.max(0.0)
    }
}

fn small_sample(units: usize) -> f64 {
    let n = units as f64;
    n / (n - 1.0)
}
