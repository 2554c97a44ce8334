//! What an answer is worth: a summary of the store becomes an estimate with its interval.

use trueup_evidence::summary::Histogram;
use trueup_evidence::{Bin, Summary, UnitBins, UnitSums};
use trueup_roadmap::Metric;
use trueup_roadmap::metric::Measure;
use trueup_stats::{Estimate, Looks, calibration, concentration, mean, quantile, ratio};

/// How far a mean may lie outside its range before it is more than rounding.
const ROUNDING: f64 = 1e-9;

/// What a summary holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Found {
    Nothing,
    /// It cannot be computed as it stands; why.
    Unusable(String),
    Measured(Measurement),
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
            Found::Measured(measurement) => Some(measurement),
            Found::Nothing | Found::Unusable(_) => None,
        }
    }
}

/// Estimates a metric from the summary that its plan asked for.
pub(crate) fn estimate(metric: &Metric, summary: &Summary, looks: Looks) -> Found {
    if !is_finite(summary) {
        return Found::Unusable("a sum over the events is not a finite number".to_owned());
    }
    match (&metric.measure, summary) {
        (Measure::Rate { range, .. }, Summary::Sums(sums)) => rate(metric, sums, *range, looks),
        (Measure::Ratio { range, .. }, Summary::Sums(sums)) => ratio(sums, *range, looks),
        (Measure::Quantile { q, .. }, Summary::Histograms(units)) => {
            of_histograms(units, *q, looks)
        }
        (Measure::CalibrationError { .. }, Summary::Bins(units)) => calibration(units, looks),
        (Measure::Count { .. }, Summary::Sums(sums)) => count(sums, |n, _| n),
        (Measure::Units { .. }, Summary::Sums(sums)) => count(sums, |_, units| units),
        (Measure::TopDecileShare { .. }, Summary::Sums(sums)) => concentration(sums, looks),
        // Our own bug, and no reason to bring down the other bets.
        _ => Found::Unusable("the store answered another question".to_owned()),
    }
}

fn is_finite(summary: &Summary) -> bool {
    match summary {
        Summary::Sums(sums) => {
            sums.iter().all(|unit| unit.numerator.is_finite() && unit.denominator.is_finite())
        }
        Summary::Bins(units) => units
            .iter()
            .flat_map(|unit| &unit.bins)
            .all(|bin| bin.confidence.is_finite() && bin.outcome.is_finite()),
        Summary::Histograms(_) => true,
    }
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
    Found::Measured(Measurement {
        estimate,
        pooled: Some(numerator / denominator).filter(|pooled| pooled.is_finite()),
        numerator,
        denominator,
        n: whole(denominator),
        units: units.len() as u64,
    })
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

fn calibration(units: &[UnitBins], looks: Looks) -> Found {
    let mut units: Vec<&UnitBins> =
        units.iter().filter(|unit| unit.bins.iter().any(|bin| bin.n > 0)).collect();
    units.sort_by_key(|unit| unit.unit);
    let bins: Vec<Vec<calibration::Bin>> = units.iter().map(|unit| bins(unit)).collect();
    let n = units.iter().flat_map(|unit| &unit.bins).map(|bin| bin.n).sum();
    of_rows(n, units.len() as u64, calibration::expected_error(&bins, looks))
}

fn bins(unit: &UnitBins) -> Vec<calibration::Bin> {
    let bins = unit.bins.iter().map(|bin| calibration::Bin {
        bin: bin.bin,
        n: bin.n,
        confidence: bin.confidence,
        outcome: bin.outcome,
    });
    bins.collect()
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
    Found::Measured(Measurement {
        estimate,
        pooled: None,
        numerator: rows,
        denominator: rows,
        n,
        units,
    })
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
