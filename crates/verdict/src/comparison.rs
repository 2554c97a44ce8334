//! Treatment against control, and now against before: a difference with its interval.

use trueup_evidence::{Summary, UnitSums};
use trueup_roadmap::gate::{Measured, Versus};
use trueup_roadmap::metric::Measure;
use trueup_roadmap::{Bet, Metric, Roadmap};
use trueup_stats::{Estimate, Looks, cuped, difference};

use crate::estimate::{Found, Measurement, Setting, estimate, rates, sums_of};
use crate::plan;

/// A metric of two groups of people, or of two stretches of time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Compared {
    /// What is judged.
    pub difference: Found,
    pub value: Measurement,
    pub other: Measurement,
    /// The share of the variance within arms that the days before explain, where people were compared
    /// with themselves.
    pub explained: Option<f64>,
}

/// Why there is nothing to compare: there are no events of one side, or what is wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Nothing {
    Recorded,
    Unusable(String),
}

impl From<Nothing> for Found {
    fn from(nothing: Nothing) -> Found {
        match nothing {
            Nothing::Recorded => Found::Nothing,
            Nothing::Unusable(why) => Found::Unusable(why),
        }
    }
}

/// The answers to what a metric needs, of one group.
pub(crate) type Answers<'a> = Vec<&'a Summary>;

/// The arm that a criterion is about.
pub(crate) fn arm<'a>(bet: &'a Bet, criterion: &'a Measured) -> Option<&'a str> {
    if let Some(arm) = &criterion.arm {
        return Some(&arm.value);
    }
    let experiment =
        bet.experiment.as_ref().filter(|_| criterion.versus == Some(Versus::Control))?;
    experiment.treatments().next().map(|arm| arm.name.value.as_str())
}

/// The metrics by which arms are compared: those of the gate and those watched, each once.
pub(crate) fn metrics<'a>(roadmap: &'a Roadmap, bet: &'a Bet) -> Vec<&'a Metric> {
    let gate = plan::measured(bet).map(|criterion| &criterion.metric.value);
    let watched = bet.watch.iter().map(|id| &id.value);
    let mut metrics: Vec<&Metric> = Vec::new();
    for metric in gate.chain(watched).filter_map(|id| roadmap.metric(id)) {
        if is_comparable(metric) && metrics.iter().all(|known| known.id.value != metric.id.value) {
            metrics.push(metric);
        }
    }
    metrics
}

/// A total depends on how many people an arm has, and what takes time needs all of it.
pub(crate) fn is_comparable(metric: &Metric) -> bool {
    !matches!(
        metric.measure,
        Measure::Count { .. }
            | Measure::Units { .. }
            | Measure::Adoption { .. }
            | Measure::Drift { .. }
            | Measure::Novelty { .. }
    )
}

/// People can be compared with what they did before by a number that each of them has.
pub(crate) fn can_be_adjusted(metric: &Metric) -> bool {
    matches!(metric.measure, Measure::Rate { .. })
}

/// Compares `value` with `other` by a metric. `earlier` is what people did before either, if they are to
/// be compared with themselves. The error says why there is nothing to compare.
pub(crate) fn compare(
    metric: &Metric,
    (value, other): (&Answers, &Answers),
    earlier: &Answers,
    versus: Versus,
    setting: Setting,
) -> Result<Compared, Nothing> {
    let [of_value, of_other] = [value, other].map(|answers| estimate(metric, answers, setting));
    let (Found::Measured(left, _), Found::Measured(right, _)) = (&of_value, &of_other) else {
        let why = [of_value, of_other].into_iter().find_map(|found| match found {
            Found::Unusable(why) => Some(why),
            _ => None,
        });
        return Err(why.map_or(Nothing::Recorded, Nothing::Unusable));
    };
    if !is_comparable(metric) {
        let id = &metric.id.value;
        return Err(Nothing::Unusable(format!("`{id}` of two groups cannot be compared")));
    }
    let (found, explained) = match versus {
        Versus::Control => adjusted(metric, (value, other), earlier, setting.looks).map_or_else(
            || (apart(metric, (value, other), setting), None),
            |(found, explained)| (Some(found), Some(explained)),
        ),
        Versus::Before => (moved(metric, (value, other), setting), None),
    };
    let measurement = Measurement {
        estimate: found,
        pooled: None,
        numerator: left.numerator,
        denominator: left.denominator + right.denominator,
        n: left.n + right.n,
        units: left.units.min(right.units),
    };
    Ok(Compared {
        difference: Found::Measured(measurement, None),
        value: *left,
        other: *right,
        explained,
    })
}

/// The difference of two independent groups.
fn apart(
    metric: &Metric,
    (value, other): (&Answers, &Answers),
    setting: Setting,
) -> Option<Estimate> {
    let looks = setting.looks;
    match &metric.measure {
        Measure::Rate { range, .. } => {
            let [value, other] = [value, other].map(|answers| rates(metric, answers));
            let [value, other] = [value, other].map(|rates| values(&rates));
            difference::means(&value, &other, *range, looks)
        }
        Measure::Ratio { range, .. } => {
            let [value, other] = [value, other].map(|answers| pairs(&sums_of(metric, answers)));
            difference::ratios(&value, &other, *range, looks)
        }
        _ => {
            let [value, other] = [value, other].map(|answers| estimate(metric, answers, setting));
            let of = |found: &Found| found.measurement().and_then(|found| found.estimate);
            Some(difference::of(&of(&value)?, &of(&other)?))
        }
    }
}

/// The difference when each person is compared with what they did before, and the share of the variance
/// that this explains. `None` where nobody was there before.
fn adjusted(
    metric: &Metric,
    (value, other): (&Answers, &Answers),
    earlier: &Answers,
    looks: Looks,
) -> Option<(Estimate, f64)> {
    let earlier = rates(metric, earlier);
    if !can_be_adjusted(metric) || earlier.is_empty() {
        return None;
    }
    let before = |unit: u64| {
        let place = earlier.binary_search_by_key(&unit, |(unit, _)| *unit);
        place.ok().map(|place| earlier[place].1)
    };
    let outcomes = |answers: &Answers| -> Vec<(f64, Option<f64>)> {
        rates(metric, answers).into_iter().map(|(unit, rate)| (rate, before(unit))).collect()
    };
    let (value, other) = (outcomes(value), outcomes(other));
    let found = cuped::adjust(&[&value, &other])?;
    let ones = |values: &[f64]| -> Vec<(f64, f64)> { values.iter().map(|v| (*v, 1.0)).collect() };
    let [value, other] = &found.arms[..] else { return None };
    let whole = (f64::NEG_INFINITY, f64::INFINITY);
    let difference = difference::ratios(&ones(value), &ones(other), whole, looks)?;
    Some((difference, found.variance_reduction))
}

/// Now minus before. People who were there both times are compared with themselves if they are most of
/// those there now; else both intervals have to hold, whatever they have in common.
fn moved(
    metric: &Metric,
    (now, before): (&Answers, &Answers),
    setting: Setting,
) -> Option<Estimate> {
    if let Measure::Rate { range, .. } = &metric.measure {
        let (now, before) = (rates(metric, now), rates(metric, before));
        let both: Vec<f64> = now
            .iter()
            .filter_map(|(unit, value)| {
                let place = before.binary_search_by_key(unit, |(unit, _)| *unit).ok()?;
                Some(value - before[place].1)
            })
            .collect();
        if both.len() * 5 >= now.len() * 4 {
            return difference::paired(&both, *range, setting.looks);
        }
    }
    let half = Looks { alpha: setting.looks.alpha / 2.0, ..setting.looks };
    let at_half = Setting { looks: half, ..setting };
    let [now, before] = [now, before].map(|answers| estimate(metric, answers, at_half));
    let of = |found: &Found| found.measurement().and_then(|found| found.estimate);
    let (now, before) = (of(&now)?, of(&before)?);
    let together = difference::of(&now, &before);
    Some(Estimate { low: now.low - before.high, high: now.high - before.low, ..together })
}

fn values(rates: &[(u64, f64)]) -> Vec<f64> {
    rates.iter().map(|(_, rate)| *rate).collect()
}

fn pairs(sums: &[UnitSums]) -> Vec<(f64, f64)> {
    sums.iter().map(|unit| (unit.numerator, unit.denominator)).collect()
}
