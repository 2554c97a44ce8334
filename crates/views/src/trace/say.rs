//! What is said of each thing on the line.

use jiff::civil::Date;
use trueup_roadmap::gate::{Attested, Bound};
use trueup_roadmap::workflow::WorkStage;
use trueup_roadmap::{Bet, Gate, KeyResult, Measured, Metric, Note, Outcome, Roadmap, Role};
use trueup_verdict::report::{CriterionReport, Threshold, Word};
use trueup_verdict::{currency, number};

use super::line::{Asked, Change, Found, Line};
use super::node::{Holder, Node};
use crate::seen::Seen;

impl Node<'_> {
    /// The line of a node, with nothing hanging on it.
    pub(super) fn line(&self, seen: &Seen<'_>) -> Line {
        let bare = |title: &str| Line::bare(self.kind(), self.id(), title);
        match self {
            Node::Outcome(outcome) => outcome_line(seen.roadmap, outcome, bare(&outcome.title)),
            Node::KeyResult(_, key) => key_result_line(seen.roadmap, key, bare("")),
            Node::Bet(bet) => bet_line(seen, bet, bare(&bet.title.value)),
            Node::Measured(holder, measured) => measured_line(seen, *holder, measured, bare("")),
            Node::Attested(bet, gate, attested) => {
                attested_line(seen, bet, gate, attested, bare(""))
            }
            Node::Metric(metric) => {
                Line { about: Some(metric_in_short(metric)), ..bare(&metric.title) }
            }
            Node::Capability(capability) => {
                Line { about: Some(format!("gap: {}", capability.gap)), ..bare(&capability.title) }
            }
            Node::Workflow(workflow) => bare(&workflow.profession.value),
            Node::Stage(_, stage) => Line { about: pains(stage), ..bare(&stage.what) },
            Node::Note(note) => Line { about: Some(note_in_short(note)), ..bare(note.headline()) },
            Node::Name(..) => bare(""),
        }
    }
}

fn outcome_line(roadmap: &Roadmap, outcome: &Outcome, line: Line) -> Line {
    let (from, to, by) = (outcome.from, outcome.to, outcome.by);
    let change = change(roadmap, &outcome.metric.value, (from, to), by);
    Line { about: Some(format!("for {}", outcome.population)), change: Some(change), ..line }
}

fn key_result_line(roadmap: &Roadmap, key: &KeyResult, line: Line) -> Line {
    let change = change(roadmap, &key.metric.value, (key.from, key.to), key.by);
    let owner = |id: &str| match roadmap.people.get(id) {
        Some(person) => format!("{} ({})", person.name, person.side.spoken()),
        None => format!("`{id}`"),
    };
    let owners: Vec<String> = key.owners.iter().map(|id| owner(&id.value)).collect();
    let about = if owners.is_empty() { "no owner".to_owned() } else { owners.join(", ") };
    Line { about: Some(about), change: Some(change), ..line }
}

fn bet_line(seen: &Seen<'_>, bet: &Bet, line: Line) -> Line {
    let horizon = format!("horizon `{}`", bet.horizon);
    let work = bet.workflow.as_ref().map(|stage| format!(", for `{stage}`")).unwrap_or_default();
    let verdict = seen.judged(&bet.id.value).and_then(|judged| judged.verdict);
    Line { about: Some(horizon + &work), stage: Some(bet.stage.value), verdict, ..line }
}

fn measured_line(seen: &Seen<'_>, holder: Holder<'_>, measured: &Measured, line: Line) -> Line {
    let policy = &seen.roadmap.policy;
    let money = match holder {
        Holder::Bet(bet, _) => currency::of(bet, policy),
        Holder::Capability(_) => &policy.currency,
    };
    let metric = seen.roadmap.metric(&measured.metric.value);
    let unit = metric.map(|metric| currency::unit(metric, money)).unwrap_or_default();
    let (gate, found) = match holder {
        Holder::Bet(bet, gate) => {
            (Some(gate), found(seen, bet, gate, |report| is_about(report, measured)))
        }
        Holder::Capability(_) => (None, None),
    };
    let asked = Asked {
        gate: gate.map(|gate| gate.name.value.clone()),
        role: measured.role,
        threshold: Some(threshold(measured.bound)),
        text: bound(measured.bound, &unit),
        unit,
        among: measured.among.clone(),
    };
    Line { asked: Some(asked), found, ..line }
}

fn attested_line(seen: &Seen<'_>, bet: &Bet, gate: &Gate, line: &Attested, bare: Line) -> Line {
    let asked = Asked {
        gate: Some(gate.name.value.clone()),
        role: Role::Readiness,
        threshold: None,
        unit: String::new(),
        among: None,
        text: line.by.as_ref().map(|by| format!("vouched for by `{by}`")).unwrap_or_default(),
    };
    let found = found(seen, bet, gate, |report| report.metric == line.attest.value);
    Line { asked: Some(asked), found, ..bare }
}

/// What the evidence says: it speaks of the gate that the verdict rests on alone.
fn found(
    seen: &Seen<'_>,
    bet: &Bet,
    gate: &Gate,
    is_it: impl Fn(&CriterionReport) -> bool,
) -> Option<Found> {
    let judged = seen.judged(&bet.id.value)?;
    bet.graduation().filter(|graduation| graduation.name.value == gate.name.value)?;
    let report = judged.criteria.iter().find(|report| is_it(report))?;
    Some(Found {
        state: report.state,
        estimate: report.estimate,
        low: report.low,
        high: report.high,
        units: report.units,
        text: report.text.clone(),
    })
}

fn is_about(report: &CriterionReport, measured: &Measured) -> bool {
    report.metric == measured.metric.value
        && report.role == measured.role.name()
        && report.among == measured.among
        && report.threshold == threshold(measured.bound)
}

fn change(roadmap: &Roadmap, metric: &str, (from, to): (f64, f64), by: Date) -> Change {
    let known = roadmap.metric(metric);
    let unit =
        known.map(|metric| currency::unit(metric, &roadmap.policy.currency)).unwrap_or_default();
    let text = format!("{} → {} by {by}", number::limit(from, &unit), number::limit(to, &unit));
    Change { metric: metric.to_owned(), from, to, unit, by, text }
}

fn metric_in_short(metric: &Metric) -> String {
    let (side, unit) = (metric.side, &metric.unit);
    let better = match metric.better.name() {
        "neither" => "neither way is better".to_owned(),
        way => format!("{way} is better"),
    };
    format!("{side} metric, {unit} per {}, {better}", metric.per)
}

fn pains(stage: &WorkStage) -> Option<String> {
    (!stage.fails.is_empty()).then(|| format!("fails: {}", stage.fails.join("; ")))
}

fn note_in_short(note: &Note) -> String {
    let by: Vec<&str> = note.by.iter().map(|by| by.value.as_str()).collect();
    format!("{}, {}, by {}", note.kind, note.on, by.join(", "))
}

fn threshold(bound: Bound) -> Threshold {
    match bound {
        Bound::AtLeast(least) => Threshold { at_least: Some(least), at_most: None },
        Bound::AtMost(most) => Threshold { at_least: None, at_most: Some(most) },
        Bound::Between(least, most) => Threshold { at_least: Some(least), at_most: Some(most) },
    }
}

fn bound(bound: Bound, unit: &str) -> String {
    let limit = |value| number::limit(value, unit);
    match bound {
        Bound::AtLeast(least) => format!("at least {}", limit(least)),
        Bound::AtMost(most) => format!("at most {}", limit(most)),
        Bound::Between(least, most) => format!("between {} and {}", limit(least), limit(most)),
    }
}

impl Line {
    /// The whole line for people.
    pub(super) fn sentence(&self) -> String {
        if let Some(asked) = &self.asked {
            return self.criterion(asked);
        }
        let change = self.change.as_ref();
        let change = change.map(|change| format!("`{}` {}", change.metric, change.text));
        let stage = self.stage.map(|stage| stage.to_string());
        let verdict = self.verdict.map(Word::name).map(|word| format!("verdict {word}"));
        let parts: Vec<String> =
            [change, stage, self.about.clone(), verdict].into_iter().flatten().collect();
        match (self.title.as_str(), parts.join(", ")) {
            ("", parts) if parts.is_empty() => self.name(),
            ("", parts) => format!("{}: {parts}", self.name()),
            (title, parts) if parts.is_empty() => format!("{}: {title}", self.name()),
            (title, parts) => format!("{}: {title} ({parts})", self.name()),
        }
    }

    fn criterion(&self, asked: &Asked) -> String {
        let gate = asked.gate.as_ref().map(|gate| format!(" of gate `{gate}`")).unwrap_or_default();
        let bound = (!asked.text.is_empty()).then(|| format!(" {}", asked.text));
        let among = asked.among.as_ref().map(|among| format!(" among `{among}`"));
        let found = self.found.as_ref();
        let found = found.map(|found| format!(" ({}: {})", found.state.spoken(), found.text));
        let rest: String = [bound, among, found].into_iter().flatten().collect();
        format!("{}{gate}: `{}`{rest}", asked.role, self.id)
    }
}
