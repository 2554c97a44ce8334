//! The criteria themselves: what is refuted, invalid or missing.

use trueup_roadmap::Role;

use super::reason;
use crate::criterion::Judged;
use crate::facts::Facts;
use crate::report::{Reason, State, Weight};

pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    facts.criteria.iter().filter_map(of_criterion).collect()
}

/// A refuted goal or guardrail decides; a broken budget blocks but can be mended.
fn of_criterion(judged: &Judged) -> Option<Reason> {
    let weight = match (judged.report.state, judged.measured.role) {
        (State::Refuted, Role::Goal | Role::Guardrail) => Weight::Decisive,
        (State::Refuted, Role::Budget | Role::Readiness) | (State::Invalid, _) => Weight::Strong,
        (State::NoData, _) => Weight::Warning,
        (State::Met | State::Undecided | State::Watched, _) => return None,
    };
    let role = &judged.report.role;
    let text = match judged.report.state {
        State::Refuted => format!("{role} refuted: {}", judged.report.text),
        State::Invalid => format!("{role} invalid: {}", judged.report.text),
        _ => judged.report.text.clone(),
    };
    Some(reason(&judged.report.metric, weight, text))
}
