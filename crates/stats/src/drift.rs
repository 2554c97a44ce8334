//! Whether what comes in now is spread as it was: the population stability index and its noise.
//!
//! Values or classes of a reference time and of now are counted for each unit. With `p` and `q` the
//! shares of a bin then and now, the index is `PSI = Σ (q - p) ln(q / p)`. Numbers are first put
//! into bins of about equal mass in the reference (deciles for ten), equal values together; rare
//! classes beyond the fifty most frequent are one class.
//!
//! **Without any drift the index is not 0.** For independent rows it is about `1/n + 1/m` times a
//! chi-square variable with one degree of freedom less than there are bins, so a fixed threshold of
//! .1 nearly always fires at 50 rows. Rows of one unit depend on each other, which makes it larger
//! still. So the covariance of the shares is estimated with units as clusters and gives the index
//! to be expected by chance, the p-value (the chi-square test of the same shares, corrected to
//! second order, with an F distribution because the covariance is estimated), and the standard
//! error. The interval is Student's for the cube root.
//!
//! **Alarm** means both: chance does not explain it (`p_value` at most [`Looks::alpha_per_look`])
//! and the index above chance is at least [`SMALL`]. A large sample makes harmless shifts
//! significant, but not large.
//!
//! Rules of ours: where a bin is empty on one side half a row is added to every bin of both sides
//! before the index is taken, so a new class gives a finite index; each side counts one pretend unit
//! of average size with the shares of both sides together, so that units that all agree do not look
//! certain. The same people on both sides are taken as if they were others, which is careful.
//!
//! Source: Yurdakul & Naranjo 2020, Journal of Risk Model Validation 14:89, and arXiv 2307.11878
//! (distribution of the index); Rao & Scott 1981, JASA 76:221; Thomas & Rao 1987, JASA 82:630
//! (clusters); Wilson & Hilferty 1931, PNAS 17:684 (cube root); Lin 1991, IEEE Transactions on
//! Information Theory 37:145 (Jensen-Shannon).

mod distance;
mod shares;

use statrs::distribution::{ContinuousCDF, FisherSnedecor};

use crate::estimate::{Estimate, Method};
use crate::interval::student_critical;
use crate::looks::Looks;
use shares::{Covariance, Side};

pub use distance::{jensen_shannon, kolmogorov_smirnov};

const METHOD: Method = Method {
    name: "population stability index above chance, units as clusters, interval for its cube root",
    source: "arXiv 2307.11878; Rao & Scott 1981; Thomas & Rao 1987",
};

/// The smallest index above chance that may raise an alarm: the customary bound of a moderate shift.
pub const SMALL: f64 = 0.1;

/// How many rows of one unit are in each bin or of each class.
pub type Counts = Vec<(i32, u64)>;

/// How far two distributions differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// The population stability index as seen.
    pub psi: f64,
    /// What the index would be on average without drift; `None` with fewer than two units on a side.
    pub by_chance: Option<f64>,
    /// What is left of the index when chance is taken out, at least 0.
    pub above_chance: Estimate,
    /// The chance of so large a difference without drift; `None` where `by_chance` is.
    pub p_value: Option<f64>,
    /// Not explained by chance, and at least [`SMALL`].
    pub alarm: bool,
    /// The Jensen-Shannon distance of the bins: the root of the divergence in natural logarithms,
    /// 0 to √(ln 2) = .833. Noise is not taken out.
    pub jensen_shannon: f64,
    /// The largest difference of the cumulative shares, over the bins given; `None` of classes.
    /// Noise is not taken out.
    pub kolmogorov_smirnov: Option<f64>,
    /// How many bins or classes were compared.
    pub bins: usize,
}

/// Compares numbers, as counts in bins whose order is that of the numbers, in about `bins` bins of
/// equal mass in the reference.
///
/// `None` without rows on either side and for 0 `bins`.
#[must_use]
pub fn numbers(
    reference: &[Counts],
    current: &[Counts],
    bins: usize,
    looks: Looks,
) -> Option<Drift> {
    let merged = shares::equal_mass(reference, current, bins)?;
    let mut drift = compare(&merged.of(reference), &merged.of(current), looks)?;
    drift.kolmogorov_smirnov = Some(shares::kolmogorov_smirnov(reference, current));
    Some(drift)
}

/// Compares classes, as counts by the place of the class in any list.
///
/// `None` without rows on either side.
#[must_use]
pub fn classes(reference: &[Counts], current: &[Counts], looks: Looks) -> Option<Drift> {
    let merged = shares::frequent(reference, current)?;
    compare(&merged.of(reference), &merged.of(current), looks)
}

/// The rows of both sides in one of the bins compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Both {
    /// The last of the bins given that the reference has in it. What lies above belongs to the next, and
    /// what lies above all to the last.
    pub last: i32,
    pub reference: u64,
    pub current: u64,
}

/// The rows in the bins that [`numbers`] compares, in order.
///
/// `None` without rows in the reference and for 0 `bins`.
#[must_use]
pub fn of_equal_mass(reference: &[Counts], current: &[Counts], bins: usize) -> Option<Vec<Both>> {
    Some(shares::equal_mass(reference, current, bins)?.both(reference, current))
}

fn compare(reference: &Side, current: &Side, looks: Looks) -> Option<Drift> {
    if reference.rows <= 0.0 || current.rows <= 0.0 {
        return None;
    }
    let (p, q) = shares::without_empty(reference, current);
    let psi = p.iter().zip(&q).map(|(p, q)| (q - p) * (q / p).ln()).sum();
    let noise = Noise::of(reference, current, (&p, &q));
    let above_chance = above(psi, noise.as_ref(), reference.units.min(current.units), looks);
    let p_value = noise.as_ref().map(|noise| noise.p_value);
    let alarm = p_value.is_some_and(|p| p <= looks.alpha_per_look()) && above_chance.value >= SMALL;
    Some(Drift {
        psi,
        by_chance: noise.map(|noise| noise.expected),
        above_chance,
        p_value,
        alarm,
        jensen_shannon: shares::jensen_shannon(&reference.shares, &current.shares),
        kolmogorov_smirnov: None,
        bins: p.len(),
    })
}

/// What chance does to the index.
struct Noise {
    expected: f64,
    standard_error: f64,
    p_value: f64,
    degrees_of_freedom: f64,
}

impl Noise {
    /// `None` with fewer than two units on a side. `p` and `q` are the shares without empty bins.
    fn of(reference: &Side, current: &Side, (p, q): (&[f64], &[f64])) -> Option<Noise> {
        let together = reference.together(current);
        let (then, now) = (reference.covariance(&together)?, current.covariance(&together)?);
        let both = then.plus(&now);
        let (trace, squares) = both.traces(&together);
        let degrees_of_freedom = (reference.units + current.units) as f64 - 2.0;
        let gradient = |from: &[f64], to: &[f64]| -> Vec<f64> {
            from.iter().zip(to).map(|(from, to)| (from / to).ln() + 1.0 - to / from).collect()
        };
        let moved = then.along(&gradient(p, q)) + now.along(&gradient(q, p));
        // The shares as seen make `moved` too large by 4 `squares`; the index without drift has
        // the variance 2 `squares`.
        let variance = (moved - 4.0 * squares).max(0.0) + 2.0 * squares;
        let p_value = p_value(reference, current, &together, (trace, squares), degrees_of_freedom);
        let noise =
            Noise { expected: trace, standard_error: variance.sqrt(), p_value, degrees_of_freedom };
        (trace + variance).is_finite().then_some(noise)
    }
}

/// The chi-square test of equal shares, corrected for clusters.
fn p_value(
    reference: &Side,
    current: &Side,
    together: &[f64],
    (trace, squares): (f64, f64),
    degrees_of_freedom: f64,
) -> f64 {
    let pairs = reference.shares.iter().zip(&current.shares).zip(together);
    let distance: f64 = pairs.map(|((p, q), both)| (q - p) * (q - p) / both).sum();
    let freedom = trace * trace / squares;
    FisherSnedecor::new(freedom, freedom * degrees_of_freedom)
        .map_or(1.0, |null| null.sf(distance / trace).clamp(0.0, 1.0))
}

/// The index without what chance adds on average.
fn above(psi: f64, noise: Option<&Noise>, units: usize, looks: Looks) -> Estimate {
    let unknown = Estimate {
        value: psi,
        low: 0.0,
        high: f64::INFINITY,
        standard_error: None,
        units,
        method: METHOD,
    };
    let Some(noise) = noise else {
        return unknown;
    };
    let value = (psi - noise.expected).max(0.0);
    if noise.standard_error <= 0.0 {
        return Estimate { value, ..unknown };
    }
    let critical = student_critical(looks.alpha_per_look(), noise.degrees_of_freedom);
    // An index below its noise has the spread of the noise.
    let scale = psi.max(noise.expected).cbrt();
    let reach = critical * noise.standard_error / (3.0 * scale * scale);
    let low = psi - (scale.powi(3) - (scale - reach).max(0.0).powi(3)) - noise.expected;
    let high = psi + ((scale + reach).powi(3) - scale.powi(3)) - noise.expected;
    Estimate {
        value,
        low: low.max(0.0).min(value),
        high: high.max(value),
        standard_error: Some(noise.standard_error),
        ..unknown
    }
}

impl Covariance {
    fn plus(&self, other: &Covariance) -> Covariance {
        Covariance(self.0.iter().zip(&other.0).map(|(one, other)| one + other).collect())
    }
}
