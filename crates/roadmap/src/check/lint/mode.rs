//! A: who decides, and can they?

use super::super::Case;
use super::lint;
use crate::bet::delivery::RiskKind;
use crate::bet::{Bet, Mode, Stage};
use crate::diagnostic::Diagnostic;
use crate::duration;
use crate::gate::{Criterion, Gate, Role};
use crate::roadmap::Roadmap;

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let each = |bet: &Bet| {
        let found = [
            no_mode(bet),
            oversight(bet),
            machine_judges_people(bet),
            no_ethics_risk(bet),
            no_group_gap(case.roadmap, bet),
            risky_automation(bet),
        ];
        found.into_iter().flatten().collect::<Vec<_>>()
    };
    case.bets().flat_map(each).collect()
}

/// A01.
fn no_mode(bet: &Bet) -> Option<Diagnostic> {
    if !bet.has_reached(Stage::Pilot) {
        return None;
    }
    let message = format!("`{}` does not say who decides", bet.id.value);
    let Some(mode) = &bet.mode else {
        let help = "add `[mode]`: kind (augment or automate), decides, controls";
        return Some(lint("A01", &bet.id.place, message, help));
    };
    // Where the law asks for a person, A04 says so.
    if mode.decides.is_some() || !mode.regulated.is_empty() {
        return None;
    }
    let help = "add `decides` under `[mode]`: the person who decides, or who may stop it";
    Some(lint("A01", &mode.kind.place, message, help))
}

/// Controls by which a person stops a single decision or all of them.
const STOPS: [&str; 6] = ["override", "reject", "stop", "pause", "switch", "queue"];
/// Records of decisions are kept six months at least: EU AI Act, articles 19 and 26(6).
const RETENTION_DAYS: u32 = 183;

/// A04: what a law asks for and the bet lacks.
fn oversight(bet: &Bet) -> Option<Diagnostic> {
    let mode = bet.mode.as_ref().filter(|_| bet.has_reached(Stage::Pilot))?;
    let law = mode.regulated.first()?;
    let lacks: Vec<(String, &str)> = lacking(mode);
    if lacks.is_empty() {
        return None;
    }
    let (what, how): (Vec<String>, Vec<&str>) = lacks.into_iter().unzip();
    let message =
        format!("`{}` falls under `{}` and lacks {}", bet.id.value, law.value, what.join(", "));
    Some(lint("A04", &law.place, message, format!("write under `[mode]`: {}", how.join(", "))))
}

fn lacking(mode: &Mode) -> Vec<(String, &'static str)> {
    let mut lacks = Vec::new();
    if mode.decides.is_none() {
        lacks.push(("a person who decides".to_owned(), "`decides = \"recruiter\"`"));
    }
    let stops = |control: &str| STOPS.iter().any(|stop| control.contains(stop));
    if !mode.controls.iter().any(|control| stops(&control.value)) {
        lacks.push(("a control that stops it".to_owned(), "`controls = [\"override\"]`"));
    }
    let kept = mode.retention.as_deref();
    if let Some(what) = too_short(kept) {
        lacks.push((what, "`retention = \"6mo\"`"));
    }
    if mode.assessment.is_none() {
        lacks.push(("an assessment".to_owned(), "`assessment = \"https://...\"`"));
    }
    lacks
}

/// What is wrong with how long records are kept. A length that cannot be read is not judged.
fn too_short(retention: Option<&str>) -> Option<String> {
    let Some(kept) = retention else { return Some("`retention` of records".to_owned()) };
    let days = duration::days(kept).ok().filter(|days| *days < RETENTION_DAYS)?;
    Some(format!("`retention` of {RETENTION_DAYS} days (`{kept}` is {days})"))
}

/// Words of laws and uses that are about judging people.
const JUDGES_PEOPLE: [&str; 10] = [
    "employment",
    "hiring",
    "recruit",
    "annex-3",
    "annex-iii",
    "education",
    "credit",
    "insurance",
    "housing",
    "local-law-144",
];

/// The first law that is about judging people.
fn about_people(mode: &Mode) -> Option<&crate::Spanned<String>> {
    mode.regulated.iter().find(|law| {
        let law = law.value.to_lowercase();
        JUDGES_PEOPLE.iter().any(|word| law.contains(word))
    })
}

/// A04: a decision about people that no person takes.
fn machine_judges_people(bet: &Bet) -> Option<Diagnostic> {
    let mode =
        bet.mode.as_ref().filter(|mode| bet.has_reached(Stage::Framed) && mode.automates())?;
    let law = about_people(mode)?;
    let message = format!(
        "`{}` lets the machine decide about people; under `{}` that takes a person and a stop",
        bet.id.value, law.value
    );
    let help = "write `kind = \"augment\"`, who decides, and a control such as `override`";
    Some(lint("A04", &mode.kind.place, message, help))
}

/// A04: early, since a risk found late is found by those it befalls.
fn no_ethics_risk(bet: &Bet) -> Option<Diagnostic> {
    let mode = bet.mode.as_ref().filter(|_| bet.has_reached(Stage::Discovery))?;
    let law = about_people(mode)?;
    if bet.risks.iter().any(|risk| risk.kind == Some(RiskKind::Ethics)) {
        return None;
    }
    let message = format!("`{}` judges people and names no risk of kind `ethics`", bet.id.value);
    let help = "add `[[risk]]`: what, kind = \"ethics\", mitigate, owner";
    Some(lint("A04", &law.place, message, help))
}

/// A04.
fn no_group_gap(roadmap: &Roadmap, bet: &Bet) -> Option<Diagnostic> {
    about_people(bet.mode.as_ref().filter(|_| bet.has_reached(Stage::Pilot))?)?;
    let gate = bet.graduation()?;
    if limits_group_gap(roadmap, gate) {
        return None;
    }
    let message = format!(
        "`{}` judges people and `{}` does not limit the gap between groups",
        bet.id.value, gate.name.value
    );
    let help = "add a guardrail on a metric of the gap, for example \
                `{ metric = \"gap_between_groups\", at_most = 0.05, role = \"guardrail\" }`";
    Some(lint("A04", &gate.name.place, message, help))
}

/// Words in the names of metrics that compare groups of people.
const GAPS: [&str; 6] =
    ["gap", "parity", "disparity", "fairness", "impact-ratio", "selection-rate"];

fn limits_group_gap(roadmap: &Roadmap, gate: &Gate) -> bool {
    let compares = |id: &str| {
        let id = id.replace('_', "-");
        GAPS.iter().any(|word| id.contains(word))
    };
    let explained = |id: &str| {
        let metric = roadmap.metric(id);
        metric.is_some_and(|metric| metric.definition.to_lowercase().contains("between groups"))
    };
    gate.criteria.iter().any(|criterion| match criterion {
        Criterion::Measured(of) if of.role != Role::Budget => {
            compares(&of.metric.value) || explained(&of.metric.value)
        }
        _ => false,
    })
}

/// From this mark on a person decides.
const RISKY: u8 = 4;

/// A05.
fn risky_automation(bet: &Bet) -> Option<Diagnostic> {
    let mode =
        bet.mode.as_ref().filter(|mode| bet.has_reached(Stage::Framed) && mode.automates())?;
    let risk = bet.score.as_ref()?.agreed.risk;
    if risk < RISKY {
        return None;
    }
    let message = format!("`{}` lets the machine decide at risk {risk} of 5", bet.id.value);
    let help = "let a person decide, `kind = \"augment\"`, until the risk is below 4; or make the \
                risk smaller, and both sides score it anew";
    Some(lint("A05", &mode.kind.place, message, help))
}
