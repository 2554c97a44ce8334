//! The double dashboard: how good the model is beside what it does for people and the business.

use trueup_roadmap::metric::MetricSide;
use trueup_roadmap::{Bet, Metric, Roadmap, Role};

use crate::criterion::Judged;
use crate::facts::{Facts, Ground};
use crate::plan::{self, Places};
use crate::report::{CriterionReport, Dashboard, Panel, Quadrant, State};
use crate::watch;

/// The panels in the order they are read, and whether they say how good the model is.
const PANELS: [(MetricSide, &str, bool); 6] = [
    (MetricSide::Model, "How good the model is", true),
    (MetricSide::Trust, "Whether people rely on it as they should", true),
    (MetricSide::Ops, "Whether it runs", true),
    (MetricSide::Product, "What people do with it", false),
    (MetricSide::Business, "What the business gets", false),
    (MetricSide::Cost, "What it costs", false),
];

/// The metrics that are neither criteria nor watched. What can be asked of any bet is.
pub(crate) fn others<'a>(roadmap: &'a Roadmap, bet: &Bet) -> Vec<&'a Metric> {
    let of_gate = plan::measured(bet).filter(|criterion| {
        criterion.versus.is_none() && criterion.arm.is_none() && criterion.among.is_none()
    });
    let shown: Vec<&str> = of_gate
        .map(|criterion| criterion.metric.value.as_str())
        .chain(bet.watch.iter().map(|id| id.value.as_str()))
        .collect();
    let is_other = |metric: &&Metric| !shown.contains(&metric.id.value.as_str());
    roadmap.metrics.iter().filter(is_other).collect()
}

/// Puts criteria, watched metrics and all others into panels.
pub(crate) fn dashboard(facts: &Facts, asked: &[(String, Places)]) -> Dashboard {
    let mut unmeasured = Vec::new();
    let mut panels: Vec<Panel> = Vec::new();
    let all = rows(facts, asked);
    for (side, title, is_model) in PANELS {
        let of_side = all.iter().filter(|(of, _)| *of == side).map(|(_, row)| row);
        let (measured, without): (Vec<_>, Vec<_>) =
            of_side.cloned().partition(|row| row.state != State::NoData);
        unmeasured.extend(without.into_iter().map(|row| row.metric));
        panels.push(Panel {
            side: side.name().to_owned(),
            title: title.to_owned(),
            column: if is_model { "model" } else { "impact" }.to_owned(),
            rows: measured,
        });
    }
    panels.retain(|panel| !panel.rows.is_empty());
    unmeasured.sort_unstable();
    unmeasured.dedup();
    Dashboard { quadrant: quadrant(facts), panels, unmeasured }
}

fn rows(facts: &Facts, asked: &[(String, Places)]) -> Vec<(MetricSide, CriterionReport)> {
    let ground: &Ground = &facts.ground;
    let side = |id: &str| ground.roadmap.metric(id).map(|metric| metric.side);
    let known = facts.criteria.iter().map(|judged| &judged.report).chain(&facts.watched);
    let mut rows: Vec<(MetricSide, CriterionReport)> =
        known.filter_map(|report| Some((side(&report.metric)?, report.clone()))).collect();
    rows.extend(asked.iter().filter_map(|(id, places)| {
        let metric = ground.roadmap.metric(id)?;
        let row = watch::watched(ground, metric, places);
        // What a standard metric cannot be computed from, it was not asked for.
        let is_asked = row.state != State::Invalid || !metric.standard;
        is_asked.then_some((metric.side, row))
    }));
    rows
}

/// Model by impact: each side passes if all of its criteria are met, fails if one is refuted.
fn quadrant(facts: &Facts) -> Quadrant {
    let side = |is_model: bool| {
        let of_side = facts.criteria.iter().filter(move |judged| {
            let side = facts.ground.roadmap.metric(&judged.report.metric).map(|m| m.side);
            let quality =
                matches!(side, Some(MetricSide::Model | MetricSide::Trust | MetricSide::Ops));
            side.is_some() && quality == is_model && judged.measured.role != Role::Readiness
        });
        standing(of_side)
    };
    let (model, impact) = (side(true), side(false));
    let text = say(&model, &impact).to_owned();
    Quadrant { model, impact, text }
}

fn standing<'f, 'a: 'f>(criteria: impl Iterator<Item = &'f Judged<'a>>) -> String {
    let states: Vec<State> = criteria.map(|judged| judged.report.state).collect();
    let word = if states.is_empty() {
        "unasked"
    } else if states.contains(&State::Refuted) {
        "fails"
    } else if states.iter().all(|state| *state == State::Met) {
        "passes"
    } else {
        "undecided"
    };
    word.to_owned()
}

fn say(model: &str, impact: &str) -> &'static str {
    match (model, impact) {
        ("passes", "passes") => "the model is good enough, and it helps",
        ("passes", "fails") => {
            "the model is good enough and does not help: look at the workflow, not at the model"
        }
        ("fails", "passes") => "it helps although the model falls short: mind what it may break",
        ("fails", "fails") => "neither is the model good enough nor does it help",
        ("unasked", _) => "no criterion asks how good the model is",
        (_, "unasked") => "no criterion asks what it is good for",
        _ => "not settled yet",
    }
}
