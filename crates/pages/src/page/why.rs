//! Why a number is what it is: what it means, what is counted, how sure it is, and the rows behind it.

mod used;

use std::collections::BTreeSet;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{Metric, Roadmap, nearest};
use trueup_verdict::explain::{self, Part, Telling};
use trueup_verdict::report::{BetReport, CriterionReport};
use trueup_verdict::{currency, number};
use trueup_views::Unknown;

use super::Page;
use super::bet::{Fact, Reading};
use crate::evidence::Sample;
use crate::filters;
use crate::frame::{Frame, Section};
use crate::link;
use crate::snapshot::Snapshot;

/// Which of the numbers by one metric is meant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Meant<'a> {
    /// Only interactions that carry this segment.
    pub among: Option<&'a str>,
    /// `goal`, `guardrail` or `budget` of a criterion.
    pub role: Option<&'a str>,
}

/// One number of one bet, explained.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "why.html")]
pub struct WhyPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub bet: String,
    pub bet_title: String,
    pub metric: String,
    pub title: String,
    /// What it means, for a product manager.
    pub definition: String,
    /// What it is made of: what counts, of what, by whom, and when.
    pub made: Vec<Fact>,
    /// The number that was asked for first, then others of the same metric and bet.
    pub numbers: Vec<CriterionReport>,
    /// The first number in the words of three readers.
    pub told: Vec<Telling>,
    /// What every number here rests on and nothing has tested.
    pub assumed: Vec<String>,
    /// Where else the metric decides or is shown.
    pub used: Vec<Fact>,
    /// The query behind it and some of its rows; `null` where they could not be read.
    pub sample: Option<Sample>,
    /// Why there are no rows.
    pub not_sampled: Option<String>,
}

impl WhyPage {
    /// Finds bet and metric; says the nearest where there is none. `sample` is what the store gave, or why it
    /// did not.
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        (bet, metric): (&str, &str),
        meant: Meant<'_>,
        sample: Result<Sample, String>,
    ) -> Result<WhyPage, Unknown> {
        let roadmap = snapshot.roadmap();
        let text = snapshot.seen().bet(bet)?;
        let metric = roadmap.metric(metric).ok_or_else(|| unknown(roadmap, metric))?;
        let judged = snapshot.judged(bet);
        let numbers = judged.map(|judged| numbers(judged, metric, meant)).unwrap_or_default();
        let (sample, not_sampled) = match sample {
            Ok(sample) => (Some(sample), None),
            Err(why) => (None, Some(why)),
        };
        let (told, assumed) = told(snapshot, judged, numbers.first());
        Ok(WhyPage {
            frame,
            bet: bet.to_owned(),
            bet_title: text.title.value.clone(),
            metric: metric.id.value.clone(),
            title: metric.title.clone(),
            definition: metric.definition.clone(),
            made: made(metric, currency::of(text, &roadmap.policy), roadmap),
            numbers,
            told,
            assumed,
            used: used::used(roadmap, &metric.id.value, bet),
            sample,
            not_sampled,
        })
    }

    fn section(&self) -> Section {
        Section::Board
    }

    fn readings(&self) -> Vec<Reading<'_>> {
        Reading::all(&self.numbers, &self.bet)
    }

    /// How many rows there are, and how many of them are shown.
    fn total(&self) -> String {
        let Some(sample) = &self.sample else { return String::new() };
        let rows = number::counted(sample.total, "row counts", "rows count");
        let shown = u64::try_from(sample.rows.len()).unwrap_or(u64::MAX);
        if shown < sample.total {
            return format!("{rows}; here are {shown} of them, newest first.");
        }
        format!("{rows}.")
    }

    /// The page of the interaction that a cell names.
    fn interaction(&self, column: &usize, cell: &str) -> Option<String> {
        let columns = self.sample.as_ref().map(|sample| sample.columns.as_slice());
        let name = columns?.get(*column)?.as_str();
        let names_one = matches!(name, "id" | "interaction") && !cell.is_empty();
        names_one.then(|| format!("/interactions/{}", link::part(cell)))
    }
}

impl Page for WhyPage {}

/// Bet and metric of every number that a bet's page leads to.
#[must_use]
pub fn all(snapshot: &Snapshot) -> Vec<(String, String)> {
    let judged = snapshot.report.iter().flat_map(|report| &report.bets);
    let judged = judged.filter(|judged| snapshot.roadmap().bet(&judged.id).is_some());
    let pairs = judged.flat_map(|judged| {
        let metrics = readings(judged).map(|found| &found.metric);
        let known = metrics.filter(|metric| snapshot.roadmap().metric(metric).is_some());
        known.map(|metric| (judged.id.clone(), metric.clone()))
    });
    pairs.collect::<BTreeSet<_>>().into_iter().collect()
}

/// All numbers of a bet; those of the gate are in its dashboard too.
fn readings(judged: &BetReport) -> impl Iterator<Item = &CriterionReport> {
    let panels = judged.dashboard.iter().flat_map(|dashboard| &dashboard.panels);
    judged.criteria.iter().chain(&judged.watched).chain(panels.flat_map(|panel| &panel.rows))
}

fn unknown(roadmap: &Roadmap, id: &str) -> Unknown {
    let known = roadmap.metrics.iter().map(|metric| metric.id.value.as_str());
    Unknown(match nearest(id, known) {
        Some(near) => format!("no metric `{id}`; did you mean `{near}`?"),
        None => format!("no metric `{id}`; the page Metrics lists all there are"),
    })
}

/// Every number of a bet by one metric, the one that is meant first.
fn numbers(judged: &BetReport, metric: &Metric, meant: Meant<'_>) -> Vec<CriterionReport> {
    let mut numbers: Vec<CriterionReport> = Vec::new();
    for found in readings(judged).filter(|found| found.metric == metric.id.value) {
        if !numbers.contains(found) {
            numbers.push(found.clone());
        }
    }
    let is_other = |found: &CriterionReport| {
        let role = meant.role.is_none_or(|role| role == found.role);
        (found.among.as_deref() != meant.among, !role)
    };
    numbers.sort_by_key(is_other);
    numbers
}

fn told(
    snapshot: &Snapshot,
    judged: Option<&BetReport>,
    first: Option<&CriterionReport>,
) -> (Vec<Telling>, Vec<String>) {
    let (Some(report), Some(judged)) = (&snapshot.report, judged) else {
        return (Vec::new(), Vec::new());
    };
    let roadmap = snapshot.roadmap();
    let told = first.map(|found| explain::number(report, roadmap, judged, found));
    let whole = explain::explain(report, roadmap, &judged.id, &[]);
    (told.unwrap_or_default(), whole.map(|whole| whole.assumed).unwrap_or_default())
}

/// What a number by this metric is made of.
fn made(metric: &Metric, currency: &str, roadmap: &Roadmap) -> Vec<Fact> {
    let counts = metric.measure.in_words();
    let (counts, of) = counts.split_once("; of ").unwrap_or((counts.as_str(), ""));
    let least = metric.units_at_least.unwrap_or(roadmap.policy.units_at_least);
    let per = number::units(u64::from(least), &metric.per);
    let better = match metric.better.name() {
        "neither" => "neither way is better in itself".to_owned(),
        way => format!("{way} is better"),
    };
    let age = match metric.window_hours {
        hours if hours > 0.0 => format!("interactions at least {} old", age(hours)),
        _ => "every interaction at once".to_owned(),
    };
    let file = if metric.standard {
        format!("built in, {}", metric.digest)
    } else {
        format!("metrics/{}.toml, {}", metric.id, metric.digest)
    };
    let denominator = (!of.is_empty()).then(|| Fact::new("Of what", of));
    let facts = [
        Some(Fact::new("What counts", counts)),
        denominator,
        Some(Fact::new("Unit of inference", number::plural(&metric.per))),
        Some(Fact::new("Measured in", currency::unit(metric, currency))),
        Some(Fact::new("Which way is better", better)),
        Some(Fact::new("When it counts", age)),
        Some(Fact::new("Decides nothing below", per)),
        Some(Fact::new("Defined in", file).on(format!("/definitions/{}", link::part(&metric.id)))),
    ];
    facts.into_iter().flatten().collect()
}

fn age(hours: f64) -> String {
    if hours % 24.0 == 0.0 { format!("{} d", hours / 24.0) } else { format!("{hours} h") }
}

/// The sentences of one telling.
fn sentences(telling: &Telling) -> impl Iterator<Item = &String> {
    telling.parts.iter().flat_map(|part: &Part| &part.sentences)
}
