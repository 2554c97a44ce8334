//! What people would say on average, from many judgements of a cheap judge and few of people:
//! prediction-powered inference.
//!
//! The judge has graded many targets, people only some of them. The estimate is the mean of the
//! people's grades, moved by `lambda` times the difference between the judge's mean on the targets
//! it graded alone and its mean on those that people graded too. A judge's constant bias cancels.
//! `lambda` is chosen so that the variance is smallest, within 0..1: a judge that tells nothing
//! gets 0 and leaves the mean of the people's grades, one that always agrees gets nearly 1. So a
//! bad judge does no harm, but for a little width when labels are few.
//!
//! Targets are pooled. Units are the clusters, taken as independent draws, and their order does not
//! matter: the variance is of what each unit contributes, graded by people or not. Targets that
//! people graded must be a random part of all; grading only the suspicious ones breaks it.
//!
//! Source: Angelopoulos, Duchi & Zrnic 2023, arXiv 2311.01453 (PPI++, power tuning); Angelopoulos
//! et al. 2023, Science 382:669, arXiv 2301.09633. Clusters, Student's t and the `n - 2` for the
//! tuned `lambda` are added here.

use crate::agreement::{Pair, usable};
use crate::estimate::{Estimate, Method};
use crate::interval::{at_least_unseen, ends, student_critical, unseen_share};
use crate::looks::Looks;

const CORRECTED: Method = Method {
    name: "judge corrected by human labels (PPI++), units as clusters",
    source: "Angelopoulos, Duchi & Zrnic 2023, arXiv 2311.01453",
};

const HUMAN: Method = Method {
    name: "mean of human labels, units as clusters",
    source: "Cochran 1977, Sampling Techniques, chapter 6",
};

/// The judgements of one unit's targets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnitJudgements {
    /// Targets that both judged.
    pub both: Vec<Pair>,
    /// Targets that the judge alone judged, and the sum of its judgements of them.
    pub alone_n: u64,
    pub alone_sum: f64,
}

/// The mean of people's judgements, with the judge's help and without.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected {
    pub estimate: Estimate,
    /// From the human labels alone.
    pub human_only: Estimate,
    /// How much the judge is trusted, 0 to 1.
    pub lambda: f64,
    /// The share of the human-only interval's width that the judge saves; negative if it costs some.
    /// `None` where that width is infinite or 0.
    pub narrower: Option<f64>,
}

/// Estimates the mean of people's judgements over all targets, with intervals at
/// [`Looks::alpha_per_look`] within `range`.
///
/// `None` without a target that both judged. Judgements that are not finite are left out. Estimates
/// count the units with human labels; one such unit has no standard error and the range as interval.
/// With fewer than three, with a constant judge and without targets that the judge judged alone,
/// `lambda` is 0. Intervals are at least as wide as so few labelled units can support; without any
/// spread an infinite end of the range stays open.
#[must_use]
pub fn mean(units: &[UnitJudgements], range: (f64, f64), looks: Looks) -> Option<Corrected> {
    let sums: Vec<Sums> = units.iter().map(Sums::of).collect();
    let total = Sums::total(&sums);
    let human = total.person / total.n;
    if !human.is_finite() {
        return None;
    }
    let labelled = sums.iter().filter(|unit| unit.n > 0.0).count();
    let moves: Vec<(f64, f64)> = sums.iter().map(|unit| unit.moves(&total)).collect();
    let lambda = if labelled > 2 { tuned(&moves) } else { 0.0 };
    let shift = if lambda > 0.0 { total.alone_mean() - total.judge / total.n } else { 0.0 };
    let interval = |value: f64, lambda: f64, fitted: usize, method| {
        let squares = moves.iter().map(|(person, judge)| (person - lambda * judge).powi(2)).sum();
        student(value, squares, (labelled, fitted), range, looks, method)
    };
    let human_only = interval(human, 0.0, 1, HUMAN);
    let estimate = if lambda > 0.0 {
        interval(human + lambda * shift, lambda, 2, CORRECTED)
    } else {
        Estimate { method: CORRECTED, ..human_only }
    };
    let saved = 1.0 - (estimate.high - estimate.low) / (human_only.high - human_only.low);
    let narrower = saved.is_finite().then_some(saved);
    Some(Corrected { estimate, human_only, lambda, narrower })
}

/// The `lambda` with the smallest variance.
fn tuned(moves: &[(f64, f64)]) -> f64 {
    let products: f64 = moves.iter().map(|(person, judge)| person * judge).sum();
    let squares: f64 = moves.iter().map(|(_, judge)| judge * judge).sum();
    let lambda = products / squares;
    if lambda.is_finite() { lambda.clamp(0.0, 1.0) } else { 0.0 }
}

/// Student's interval from the sum of squares of what each unit contributes, when `fitted` numbers
/// were fitted to `units` labelled ones.
fn student(
    value: f64,
    squares: f64,
    (units, fitted): (usize, usize),
    range: (f64, f64),
    looks: Looks,
    method: Method,
) -> Estimate {
    let value = value.max(range.0).min(range.1);
    let (n, degrees_of_freedom) = (units as f64, units.saturating_sub(fitted) as f64);
    let error = (squares * n / degrees_of_freedom).sqrt();
    let standard_error = error.is_finite().then_some(error);
    let alpha = looks.alpha_per_look();
    let (low, high) = match standard_error {
        Some(error) if error > 0.0 || (range.0.is_finite() && range.1.is_finite()) => {
            let reach = student_critical(alpha, degrees_of_freedom) * error;
            let unseen = unseen_share(alpha, units);
            ends(at_least_unseen((reach, reach), value, range, unseen), value, range)
        }
        _ => range,
    };
    Estimate { value, low, high, standard_error, units, method }
}

/// Sums over the targets of one unit, or of all.
#[derive(Clone, Copy, Default)]
struct Sums {
    n: f64,
    judge: f64,
    person: f64,
    alone_n: f64,
    alone: f64,
}

impl Sums {
    fn of(unit: &UnitJudgements) -> Sums {
        let mut sums = Sums::default();
        if unit.alone_sum.is_finite() {
            sums.alone_n = unit.alone_n as f64;
            sums.alone = unit.alone_sum;
        }
        for pair in usable(std::slice::from_ref(&unit.both)).iter().flatten() {
            let n = pair.n as f64;
            sums.n += n;
            sums.judge += n * pair.judge;
            sums.person += n * pair.person;
        }
        sums
    }

    fn total(units: &[Sums]) -> Sums {
        units.iter().fold(Sums::default(), |sum, unit| Sums {
            n: sum.n + unit.n,
            judge: sum.judge + unit.judge,
            person: sum.person + unit.person,
            alone_n: sum.alone_n + unit.alone_n,
            alone: sum.alone + unit.alone,
        })
    }

    fn alone_mean(&self) -> f64 {
        self.alone / self.alone_n
    }

    /// How far the unit moves the people's mean, and the difference of the judge's means.
    fn moves(&self, total: &Sums) -> (f64, f64) {
        let person = (self.person - self.n * total.person / total.n) / total.n;
        if total.alone_n <= 0.0 {
            // Without targets judged alone the judge moves nothing.
            return (person, 0.0);
        }
        let both = (self.judge - self.n * total.judge / total.n) / total.n;
        let alone = (self.alone - self.alone_n * total.alone_mean()) / total.alone_n;
        (person, both - alone)
    }
}
