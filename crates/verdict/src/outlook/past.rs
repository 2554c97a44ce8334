//! Forecasts of earlier days beside what became of them.
//!
//! A forecast is made again as it would have been on that day: the roadmap as it was committed then,
//! the evidence up to then. What became of it is whether the criterion's interval lay on the allowed
//! side of *that day's* bound when its time-box ended. Weekly forecasts of one criterion are no
//! independent cases, so the score takes one of each, from the middle of its time-box.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_stats::scoring::brier;

use crate::report::{BetReport, CriterionReport, State};

/// Fewer criteria than this tell nothing of how good forecasts are. Ours.
pub const CRITERIA_AT_LEAST: usize = 20;
/// Bins of the reliability table.
const BINS: u32 = 5;

/// What was said of a bet on earlier days, and what was said when it ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    /// Oldest first; all before the end.
    pub said: Vec<(Date, BetReport)>,
    pub ended: (Date, BetReport),
}

/// How good forecasts were.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Calibration {
    /// Criteria with a forecast and an end.
    pub criteria: u64,
    /// Criteria that it takes to tell anything.
    pub needed: u64,
    /// The mean square distance of the chance from what happened, one forecast for each criterion: 0 is
    /// perfect, .25 is saying one half always. `null` without any.
    pub brier: Option<f64>,
    /// The score of always saying how often it happened.
    pub always_the_same: Option<f64>,
    /// All forecasts, by their chance.
    pub reliability: Vec<Reliability>,
    /// By bet, criterion and day.
    pub forecasts: Vec<PastForecast>,
}

/// Forecasts of about the same chance.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Reliability {
    pub from: f64,
    pub to: f64,
    pub forecasts: u64,
    /// Criteria that they are about.
    pub criteria: u64,
    /// What was said, on average.
    pub said: f64,
    /// How often it happened.
    pub happened: f64,
}

/// One forecast of one criterion.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PastForecast {
    pub bet: String,
    pub metric: String,
    pub among: Option<String>,
    /// `control` or `before`, and the arm, where a difference is meant.
    pub versus: Option<String>,
    pub on: Date,
    pub chance: f64,
    /// When it was known.
    pub ended: Date,
    pub happened: bool,
    /// The one of its criterion that is scored.
    pub scored: bool,
}

/// Scores the forecasts of earlier days.
#[must_use]
pub fn calibration(earlier: &[Earlier]) -> Calibration {
    let mut forecasts: Vec<PastForecast> = earlier.iter().flat_map(of_bet).collect();
    mark_scored(&mut forecasts);
    let scored: Vec<(f64, bool)> =
        forecasts.iter().filter(|one| one.scored).map(|one| (one.chance, one.happened)).collect();
    let score = brier(&scored, BINS);
    Calibration {
        criteria: scored.len() as u64,
        needed: CRITERIA_AT_LEAST as u64,
        brier: score.map(|score| score.score),
        always_the_same: score.map(|score| score.uncertainty),
        reliability: reliability(&forecasts),
        forecasts,
    }
}

fn of_bet(earlier: &Earlier) -> Vec<PastForecast> {
    let (ended, end) = &earlier.ended;
    let mut forecasts = Vec::new();
    for (on, said) in &earlier.said {
        for found in &said.criteria {
            let (Some(chance), Some(happened)) = (found.chance, happened(found, end)) else {
                continue;
            };
            forecasts.push(PastForecast {
                bet: said.id.clone(),
                metric: found.metric.clone(),
                among: found.among.clone(),
                versus: versus(found),
                on: *on,
                chance,
                ended: *ended,
                happened,
                scored: false,
            });
        }
    }
    forecasts.sort_by(|one, other| key(one).cmp(&key(other)).then(one.on.cmp(&other.on)));
    forecasts
}

fn key(forecast: &PastForecast) -> (&str, &str, Option<&str>, Option<&str>) {
    let PastForecast { bet, metric, among, versus, .. } = forecast;
    (bet, metric, among.as_deref(), versus.as_deref())
}

/// What a criterion's value is a difference to.
fn versus(found: &CriterionReport) -> Option<String> {
    let compared = found.compared.as_ref()?;
    let arm = compared.arm.as_ref().map_or_else(String::new, |arm| format!(" in {arm}"));
    Some(format!("{}{arm}", compared.versus))
}

/// Whether the interval at the end lies on the allowed side of the bound that was in force when it was
/// said. `None` where the criterion was gone by then, or could not be computed.
fn happened(said: &CriterionReport, end: &BetReport) -> Option<bool> {
    let is_its = |found: &&CriterionReport| {
        found.metric == said.metric && found.among == said.among && versus(found) == versus(said)
    };
    let found = end.criteria.iter().find(is_its).filter(|found| found.state != State::Invalid)?;
    let bound = said.threshold;
    let reaches = |limit: Option<f64>, end: Option<f64>, holds: fn(f64, f64) -> bool| {
        limit.is_none_or(|limit| end.is_some_and(|end| holds(end, limit)))
    };
    Some(
        found.estimate.is_some()
            && reaches(bound.at_least, found.low, |low, least| low >= least)
            && reaches(bound.at_most, found.high, |high, most| high <= most),
    )
}

/// Marks, of each criterion, the forecast in the middle.
fn mark_scored(forecasts: &mut [PastForecast]) {
    for of_criterion in forecasts.chunk_by_mut(|one, other| key(one) == key(other)) {
        let middle = of_criterion.len() / 2;
        of_criterion[middle].scored = true;
    }
}

fn reliability(forecasts: &[PastForecast]) -> Vec<Reliability> {
    let width = 1.0 / f64::from(BINS);
    let bins = (0..BINS).filter_map(|bin| {
        let (from, to) = (f64::from(bin) * width, f64::from(bin + 1) * width);
        let is_last = bin + 1 == BINS;
        let is_in = |one: &&PastForecast| one.chance >= from && (one.chance < to || is_last);
        let inside: Vec<&PastForecast> = forecasts.iter().filter(is_in).collect();
        let n = inside.len() as f64;
        let mut criteria: Vec<_> = inside.iter().map(|one| key(one)).collect();
        criteria.dedup();
        (!inside.is_empty()).then(|| Reliability {
            from,
            to,
            forecasts: inside.len() as u64,
            criteria: criteria.len() as u64,
            said: inside.iter().map(|one| one.chance).sum::<f64>() / n,
            happened: inside.iter().filter(|one| one.happened).count() as f64 / n,
        })
    });
    bins.collect()
}
