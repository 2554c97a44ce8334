//! What an answer is worth: the summaries of the store become an estimate with its interval.
//!
//! Means, ratios and counts are here; what is told from confidence and labels is in `judged`, what is
//! told from time in `moved`, what a picture of either shows in `shape`.

mod judged;
mod moved;
mod shape;

use trueup_evidence::summary::Histogram;
use trueup_evidence::{Bin, Summary, Tally, UnitSums};
use trueup_roadmap::Metric;
use trueup_roadmap::metric::Measure;
use trueup_stats::{Estimate, Looks, concentration, mean, quantile, ratio};

use crate::number;

pub(crate) use shape::shape;

/// How far a mean may lie outside its range before it is more than rounding.
pub(crate) const ROUNDING: f64 = 1e-9;

/// What an estimate depends on beside the metric and the answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Setting {
    pub looks: Looks,
    /// How many could use it, if the bet says so.
    pub eligible: Option<u32>,
    /// The first day, since 1970-01-01, that lies no longer wholly within the window.
    pub until_day: i32,
}

/// What a summary holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Found {
    Nothing,
    /// It cannot be computed as it stands; why.
    Unusable(String),
    /// With what a reader has to know to read the number right.
    Measured(Measurement, Option<String>),
}

/// A metric, measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measurement {
    /// Missing where there is too little for any value.
    pub estimate: Option<Estimate>,
    /// Over all events together.
    pub pooled: Option<f64>,
    /// Sums over all units; for distributions, rows.
    pub numerator: f64,
    pub denominator: f64,
    /// Events in the denominator.
    pub n: u64,
    pub units: u64,
}

impl Found {
    pub(crate) fn measurement(&self) -> Option<&Measurement> {
        match self {
            Found::Measured(measurement, _) => Some(measurement),
            Found::Nothing | Found::Unusable(_) => None,
        }
    }

    fn map(self, change: impl FnOnce(Measurement) -> Measurement) -> Found {
        match self {
            Found::Measured(measurement, remark) => Found::Measured(change(measurement), remark),
            other => other,
        }
    }

    pub(crate) fn remark(&self) -> Option<String> {
        match self {
            Found::Measured(_, remark) => remark.clone(),
            Found::Nothing | Found::Unusable(_) => None,
        }
    }

    fn with_remark(self, remark: Option<String>) -> Found {
        match self {
            Found::Measured(measurement, _) => Found::Measured(measurement, remark),
            other => other,
        }
    }
}

/// Estimates a metric from the answers to what it needs, in the order of [`crate::needs`].
pub(crate) fn estimate(metric: &Metric, answers: &[&Summary], setting: Setting) -> Found {
    if answers.is_empty() {
        return Found::Nothing;
    }
    if !answers.iter().all(|summary| is_finite(summary)) {
        return Found::Unusable("a sum over the events is not a finite number".to_owned());
    }
    let looks = setting.looks;
    match (&metric.measure, answers) {
        (Measure::Rate { range, minus, .. }, [Summary::Sums(sums), rest @ ..]) => {
            let (off, outside) = rest.split_at(usize::from(!minus.is_empty()).min(rest.len()));
            match outside_range(metric, *range, outside) {
                Some(why) => Found::Unusable(why),
                None => rate(metric, &less(sums, off), *range, looks),
            }
        }
        (Measure::Ratio { range, denominator, .. }, [Summary::Sums(sums), off @ ..]) => {
            if nothing_was_summed(metric, sums) {
                return Found::Nothing;
            }
            let found = ratio(&less(sums, off), *range, looks);
            // What is summed is no number of events.
            let is_sum = denominator.iter().any(|tally| tally.sum.is_some());
            found.map(|found| if is_sum { Measurement { n: found.units, ..found } } else { found })
        }
        (Measure::Perplexity { .. }, [Summary::Sums(sums)]) => perplexity(sums, looks),
        (Measure::Quantile { q, .. }, [Summary::Histograms(units)]) => {
            of_histograms(units, *q, looks)
        }
        (Measure::Count { .. }, [Summary::Sums(sums)]) => count(sums, |n, _| n),
        (Measure::Units { .. }, [Summary::Sums(sums)]) => count(sums, |_, units| units),
        (Measure::Adoption { .. }, [Summary::Sums(sums)]) => adoption(sums, setting.eligible),
        (Measure::TopDecileShare { .. }, [Summary::Sums(sums)]) => concentration(sums, looks),
        (measure, answers) => judged::estimate(measure, answers, looks)
            .or_else(|| moved::estimate(measure, answers, setting))
            // Our own bug, and no reason to bring down the other bets.
            .unwrap_or_else(|| Found::Unusable("the store answered another question".to_owned())),
    }
}

/// True where one table's field is summed over another table's rows and comes to nothing: no revenue
/// that was ever recorded is unknown and not 0.
fn nothing_was_summed(metric: &Metric, sums: &[UnitSums]) -> bool {
    let Measure::Ratio { numerator, denominator, .. } = &metric.measure else { return false };
    let elsewhere = |tally: &Tally| denominator.iter().all(|of| of.table != tally.table);
    numerator.iter().all(|tally| tally.sum.is_some() && elsewhere(tally))
        && sums.iter().all(|unit| unit.numerator == 0.0)
}

fn is_finite(summary: &Summary) -> bool {
    let finite = |sums: [f64; 2]| sums.into_iter().all(f64::is_finite);
    match summary {
        Summary::Sums(sums) => sums.iter().all(|unit| finite([unit.numerator, unit.denominator])),
        Summary::Bins(units) => units
            .iter()
            .flat_map(|unit| &unit.bins)
            .all(|bin| finite([bin.confidence, bin.outcome])),
        Summary::Days(days) => days
            .units
            .iter()
            .flat_map(|unit| &unit.days)
            .all(|day| finite([day.numerator, day.denominator])),
        Summary::Pairs(pairs) => pairs.units.iter().all(|unit| {
            unit.both.iter().all(|pair| finite([pair.judge, pair.person]))
                && finite([unit.judge_alone.sum, unit.person_alone.sum])
        }),
        Summary::Histograms(_) | Summary::Classes(_) => true,
    }
}

/// Each unit's own mean, in order of units; of a unit without a denominator there is none.
pub(crate) fn rates(metric: &Metric, answers: &[&Summary]) -> Vec<(u64, f64)> {
    let units = sums_of(metric, answers).into_iter().filter(|unit| unit.denominator > 0.0);
    units.map(|unit| (unit.unit, unit.numerator / unit.denominator)).collect()
}

/// What each unit comes to, in order of units.
pub(crate) fn sums_of(metric: &Metric, answers: &[&Summary]) -> Vec<UnitSums> {
    let (Measure::Rate { minus, .. } | Measure::Ratio { minus, .. }) = &metric.measure else {
        return Vec::new();
    };
    match answers {
        [Summary::Sums(sums), off, ..] if !minus.is_empty() => less(sums, &[off]),
        [Summary::Sums(sums), ..] => less(sums, &[]),
        _ => Vec::new(),
    }
}

/// Why a rate must not be read: some of its rows lie outside its range.
fn outside_range(metric: &Metric, range: (f64, f64), outside: &[&Summary]) -> Option<String> {
    let [Summary::Sums(rows)] = outside else { return None };
    let count = whole(rows.iter().map(|unit| unit.numerator).sum());
    (count > 0).then(|| {
        format!(
            "of `{}` {} outside {} to {}: if that is a sign for nothing, leave it empty on the way in; \
             if it is a value, say so in `range`",
            metric.id.value,
            number::counted(count, "value lies", "values lie"),
            range.0,
            range.1
        )
    })
}

/// Takes off what the second answer counts, if there is one: both have the same denominators.
fn less(sums: &[UnitSums], off: &[&Summary]) -> Vec<UnitSums> {
    let mut units: Vec<UnitSums> = in_order(sums).into_iter().copied().collect();
    if let [Summary::Sums(off)] = off {
        let off = in_order(off);
        for unit in &mut units {
            let place = off.binary_search_by_key(&unit.unit, |off| off.unit);
            unit.numerator -= place.map_or(0.0, |place| off[place].numerator);
        }
        // Who has only what is taken off.
        let is_known =
            |off: &UnitSums| units.binary_search_by_key(&off.unit, |unit| unit.unit).is_ok();
        let only = off.iter().filter(|off| !is_known(off));
        let only: Vec<UnitSums> =
            only.map(|off| UnitSums { numerator: -off.numerator, ..**off }).collect();
        units.extend(only);
        units.sort_by_key(|unit| unit.unit);
    }
    units
}

/// Units in an order that does not depend on what they did.
fn in_order(sums: &[UnitSums]) -> Vec<&UnitSums> {
    let mut sums: Vec<&UnitSums> = sums.iter().collect();
    sums.sort_by_key(|unit| unit.unit);
    sums
}

/// Each unit's own mean; a unit without a denominator has none.
fn rate(metric: &Metric, sums: &[UnitSums], range: (f64, f64), looks: Looks) -> Found {
    let mut units = in_order(sums);
    units.retain(|unit| unit.denominator > 0.0);
    let values: Vec<f64> = units.iter().map(|unit| unit.numerator / unit.denominator).collect();
    let allowed = range.0 - ROUNDING..=range.1 + ROUNDING;
    if let Some(value) = values.iter().find(|value| !allowed.contains(*value)) {
        return Found::Unusable(format!(
            "one unit's `{}` is {value:.3}, outside {} to {}: its numerator counts what its \
             denominator does not",
            metric.id.value, range.0, range.1
        ));
    }
    of_sums(&units, mean::bounded(&values, range, looks))
}

/// The mean over units of a share that no metric names.
pub(crate) fn share(summary: &Summary, looks: Looks) -> Option<Measurement> {
    let Summary::Sums(sums) = summary else { return None };
    let mut units = in_order(sums);
    units.retain(|unit| unit.denominator > 0.0);
    let values: Vec<f64> =
        units.iter().map(|unit| (unit.numerator / unit.denominator).clamp(0.0, 1.0)).collect();
    let found = of_sums(&units, mean::bounded(&values, (0.0, 1.0), looks));
    found.measurement().copied().filter(|_| is_finite(summary))
}

/// The median of values that no metric names.
pub(crate) fn median(summary: &Summary, looks: Looks) -> Option<Measurement> {
    let Summary::Histograms(units) = summary else { return None };
    of_histograms(units, 0.5, looks).measurement().copied()
}

/// One sum over another. Units without a denominator belong to it all the same: what people cost
/// who accepted nothing is a cost.
fn ratio(sums: &[UnitSums], range: (f64, f64), looks: Looks) -> Found {
    let units = in_order(sums);
    let pairs: Vec<(f64, f64)> =
        units.iter().map(|unit| (unit.numerator, unit.denominator)).collect();
    of_sums(&units, ratio::linearised(&pairs, range, looks))
}

fn of_sums(units: &[&UnitSums], estimate: Option<Estimate>) -> Found {
    let numerator: f64 = units.iter().map(|unit| unit.numerator).sum();
    let denominator: f64 = units.iter().map(|unit| unit.denominator).sum();
    if denominator <= 0.0 {
        return Found::Nothing;
    }
    let measured = Measurement {
        estimate,
        pooled: Some(numerator / denominator).filter(|pooled| pooled.is_finite()),
        numerator,
        denominator,
        n: whole(denominator),
        units: units.len() as u64,
    };
    Found::Measured(measured, None)
}

fn of_histograms(histograms: &[Histogram], q: f64, looks: Looks) -> Found {
    let mut histograms: Vec<&Histogram> =
        histograms.iter().filter(|unit| unit.counts.iter().any(|(_, count)| *count > 0)).collect();
    histograms.sort_by_key(|unit| unit.unit);
    let counts: Vec<&[(i32, u64)]> = histograms.iter().map(|unit| unit.counts.as_slice()).collect();
    let n = histograms.iter().flat_map(|unit| &unit.counts).map(|(_, count)| count).sum();
    let units = histograms.iter().map(|unit| unit.units).sum();
    let estimate = quantile::woodruff(&counts, Bin::middle, q, looks);
    // No bin lies below 0.
    let estimate = estimate.map(|found| Estimate { low: found.low.max(0.0), ..found });
    of_rows(n, units, estimate)
}

/// `exp(-log probability ÷ tokens)`: the ends of the interval are those of the mean, mapped.
fn perplexity(sums: &[UnitSums], looks: Looks) -> Found {
    let surprise: Vec<UnitSums> =
        sums.iter().map(|unit| UnitSums { numerator: -unit.numerator, ..*unit }).collect();
    let mapped = |mean: Estimate| Estimate {
        value: mean.value.exp(),
        low: mean.low.exp(),
        high: mean.high.exp(),
        standard_error: mean.standard_error.map(|error| error * mean.value.exp()),
        ..mean
    };
    ratio(&surprise, (0.0, f64::INFINITY), looks).map(|found| Measurement {
        estimate: found.estimate.map(mapped),
        pooled: None,
        ..found
    })
}

/// Units of those that the bet says are eligible: both are counts, so nothing is uncertain but what the
/// bet says.
fn adoption(sums: &[UnitSums], eligible: Option<u32>) -> Found {
    let Some(eligible) = eligible.map(f64::from) else {
        let why = "the bet does not say how many could use it; add `[eligible]`";
        return Found::Unusable(why.to_owned());
    };
    let units = sums.iter().filter(|unit| unit.numerator > 0.0).count();
    if units as f64 > eligible {
        return Found::Unusable(format!(
            "{units} used it and the bet says that {eligible} could: count `[eligible]` again"
        ));
    }
    let of = format!(
        "{} who could use it, as `[eligible]` of the bet says",
        number::count(whole(eligible))
    );
    let found = count(sums, |_, units| units / eligible).map(|found| Measurement {
        numerator: units as f64,
        denominator: eligible,
        ..found
    });
    found.with_remark(Some(format!("{units} of {of}")))
}

fn count(sums: &[UnitSums], value: impl Fn(f64, f64) -> f64) -> Found {
    let counted: Vec<&UnitSums> = sums.iter().filter(|unit| unit.numerator > 0.0).collect();
    let n: f64 = counted.iter().map(|unit| unit.numerator).sum();
    let estimate = Estimate::count(value(n, counted.len() as f64), counted.len());
    of_rows(whole(n), counted.len() as u64, Some(estimate))
}

fn concentration(sums: &[UnitSums], looks: Looks) -> Found {
    let rows: Vec<f64> =
        in_order(sums).iter().map(|unit| unit.denominator).filter(|rows| *rows > 0.0).collect();
    let n = whole(rows.iter().sum());
    of_rows(n, rows.len() as u64, concentration::top_decile_share(&rows, looks))
}

/// A measure that has rows but no two sums.
fn of_rows(n: u64, units: u64, estimate: Option<Estimate>) -> Found {
    if n == 0 {
        return Found::Nothing;
    }
    let rows = n as f64;
    let measured =
        Measurement { estimate, pooled: None, numerator: rows, denominator: rows, n, units };
    Found::Measured(measured, None)
}

/// The nearest whole number, for counts that the store keeps as numbers.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` keeps to the ends of u64, and 0 for what is no number"
)]
pub(crate) fn whole(value: f64) -> u64 {
    value.round() as u64
}
