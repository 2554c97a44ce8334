//! P06, P07, P08: can anybody say what done is, is all there that users need, and how do they get it?

use super::super::super::Case;
use super::{days_between, explores, lint, measures, stands};
use crate::bet::delivery::Done;
use crate::bet::{Bet, Stage, Track};
use crate::diagnostic::Diagnostic;
use crate::gate::{Attested, Criterion, Gate, Measured, ReadinessKind, Role};
use crate::metric::MetricSide;
use crate::roadmap::Roadmap;

pub(super) fn check(case: &Case<'_>, bet: &Bet) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(no_time_box(bet));
    found.extend(unmeasurable(bet));
    found.extend(endless(bet));
    found.extend(not_done(bet));
    if !explores(case, bet) {
        found.extend(unready(case.roadmap, bet));
        found.extend(no_path(bet));
    }
    found
}

/// P06.
fn no_time_box(bet: &Bet) -> Option<Diagnostic> {
    let is_tried = matches!(bet.stage.value, Stage::Discovery | Stage::Pilot);
    if !is_tried || bet.time_box.is_some() {
        return None;
    }
    let message = format!("`{}` is {} and nothing says until when", bet.id.value, stands(bet));
    let help = "add `[box]`: starts, decide_by, if_undecided";
    Some(lint("P06", &bet.stage.place, message, help))
}

/// P06. In a pilot it is P01.
fn unmeasurable(bet: &Bet) -> Option<Diagnostic> {
    let gate = bet.graduation().filter(|_| bet.stage.value == Stage::Discovery)?;
    if measures(gate) {
        return None;
    }
    let message = format!("`{}` measures nothing, so nobody can say what done is", gate.name);
    let help = "add a criterion with a metric and a bound; attestations alone are opinions";
    Some(lint("P06", &gate.name.place, message, help))
}

/// P06: windows that do not fit into the time-box.
fn endless(bet: &Bet) -> Vec<Diagnostic> {
    let Some(time_box) = bet.time_box.as_ref().filter(|_| super::can_be_stuck(bet)) else {
        return Vec::new();
    };
    let Some(days) = days_between(time_box.starts, time_box.decide_by.value) else {
        return Vec::new();
    };
    let one = |criterion: &Criterion| {
        let Criterion::Measured(Measured {
            windows, every_days: Some(every), place, metric, ..
        }) = criterion
        else {
            return None;
        };
        let needed = *windows as usize * *every as usize;
        let message = format!(
            "`{metric}` needs {needed} days, {windows} windows of {every}, and the time-box has {days}"
        );
        let help = "ask for fewer or shorter windows, or plan a longer time-box";
        (needed > days).then(|| lint("P06", place, message, help))
    };
    bet.graduation().map(|gate| gate.criteria.iter().filter_map(one).collect()).unwrap_or_default()
}

/// P06.
fn not_done(bet: &Bet) -> Vec<Diagnostic> {
    let track = bet.track.as_ref().filter(|track| track.value == Track::Delivery);
    let Some(track) = track.filter(|_| bet.stage.value == Stage::Live) else { return Vec::new() };
    if bet.done.is_empty() {
        let message = format!("`{}` is live and no list says what done is", bet.id.value);
        let help = "add `done`: packaged, tested, deployed, each with `what`, `by` and `link`";
        return vec![lint("P06", &track.place, message, help)];
    }
    bet.done.iter().filter_map(unattested).collect()
}

fn unattested(done: &Done) -> Option<Diagnostic> {
    let lacks = match (&done.by, &done.link) {
        (Some(_), Some(_)) => return None,
        (Some(_), None) => "nothing shows it",
        (None, Some(_)) => "nobody says so",
        (None, None) => "nobody says so and nothing shows it",
    };
    let message = format!("`{}` counts as done, but {lacks}", done.what);
    let help = "add `by`, who says so, and `link`, for example a run of the tests";
    Some(lint("P06", &done.what.place, message, help))
}

/// The parts of being ready that users need, and words by which people mean them.
const PARTS: [(ReadinessKind, &[&str]); 4] = [
    (ReadinessKind::Infrastructure, &["infrastructure", "runbook", "on-call", "rollback", "host"]),
    (ReadinessKind::Monitoring, &["monitor", "dashboard", "alert"]),
    (ReadinessKind::Support, &["support", "help desk"]),
    (ReadinessKind::Training, &["train", "taught", "onboard"]),
];

/// P07.
fn unready(roadmap: &Roadmap, bet: &Bet) -> Vec<Diagnostic> {
    let Some(gate) = bet.graduation().filter(|_| bet.has_reached(Stage::Pilot)) else {
        return Vec::new();
    };
    let missing = PARTS.iter().filter(|(kind, words)| !is_covered(roadmap, gate, *kind, words));
    let missing: Vec<&str> = missing.map(|(kind, _)| kind.name()).collect();
    let mut found = Vec::new();
    if let Some(first) = missing.first() {
        let message = format!("`{}` asks for nothing about {}", gate.name, missing.join(", "));
        let help = format!(
            "add `{{ attest = \"...\", kind = \"{first}\", role = \"readiness\" }}`; who attests it \
             adds `by` and `link`"
        );
        found.push(lint("P07", &gate.name.place, message, help));
    }
    if bet.stage.value == Stage::Live {
        found.extend(gate.criteria.iter().filter_map(taken_on_trust));
    }
    found
}

fn is_covered(roadmap: &Roadmap, gate: &Gate, kind: ReadinessKind, words: &[&str]) -> bool {
    gate.criteria.iter().any(|criterion| match criterion {
        Criterion::Attested(attested) => is_about(attested, kind, words),
        // What is measured shows that it runs.
        Criterion::Measured(measured) => {
            let is_ops = roadmap
                .metric(&measured.metric.value)
                .is_some_and(|metric| metric.side == MetricSide::Ops);
            kind == ReadinessKind::Infrastructure && (is_ops || measured.role == Role::Readiness)
        }
    })
}

fn is_about(attested: &Attested, kind: ReadinessKind, words: &[&str]) -> bool {
    let text = attested.attest.value.to_lowercase();
    // "support team trained" is about training too, unless its author says what it is about.
    attested.kind.map_or_else(|| words.iter().any(|word| text.contains(word)), |said| said == kind)
}

/// P07: live, and nobody has vouched for it.
fn taken_on_trust(criterion: &Criterion) -> Option<Diagnostic> {
    let Criterion::Attested(attested) = criterion else { return None };
    if attested.by.is_some() && attested.link.is_some() {
        return None;
    }
    let lacks =
        if attested.by.is_none() { "attested by nobody" } else { "attested without a link" };
    let message = format!("`{}` is {lacks}, and users are there already", attested.attest);
    let help = "whoever vouches for it adds `by` and `link`";
    Some(lint("P07", &attested.attest.place, message, help))
}

/// P08.
fn no_path(bet: &Bet) -> Option<Diagnostic> {
    if bet.stage.value != Stage::Pilot || bet.path.is_some() {
        return None;
    }
    let message = format!("`{}` is a pilot without a way to production", bet.id.value);
    let help =
        "add `path = { what = \"where it will run and how it gets there\", link = \"...\" }`";
    Some(lint("P08", &bet.stage.place, message, help))
}
