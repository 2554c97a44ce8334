//! What would have to happen for another verdict, in sentences that can be acted on.

use trueup_roadmap::Role;
use trueup_roadmap::gate::Attested;

use crate::criterion::{Judged, bound_text, is_inside, is_on_allowed_side, more_units, today};
use crate::facts::{Facts, Ground};
use crate::reason::RUBBER_STAMP;
use crate::report::{Reason, State};

/// Everything that stands between this bet and `ship`. Empty: nothing does.
///
/// Rubber-stamping blocks here, although it is no criterion: approvals that nobody thought about
/// are no evidence that the suggestions are good.
pub(crate) fn until_ship(facts: &Facts, reasons: &[Reason]) -> Vec<String> {
    let Some(gate) = facts.gate.filter(|_| !facts.criteria.is_empty()) else {
        return vec![
            "write `[gate.graduate]` with at least one goal, and have both sides sign it"
                .to_owned(),
        ];
    };
    let mut missing = Vec::new();
    if facts.of_role(Role::Goal).next().is_none() {
        missing.push("the gate names a goal: what should become better".to_owned());
    }
    missing.extend(facts.criteria.iter().filter_map(unmet));
    if !gate.is_signed() {
        missing.push(format!("both sides sign the criteria as they stand ({})", gate.digest));
    }
    missing.extend(facts.attested().filter_map(|attested| unattested(&facts.ground, attested)));
    missing.extend(rubber_stamped(reasons));
    missing
}

/// What would end a verdict of `ship`.
pub(crate) fn after_ship(facts: &Facts) -> Vec<String> {
    let decisive = facts
        .criteria
        .iter()
        .filter(|judged| matches!(judged.measured.role, Role::Goal | Role::Guardrail));
    decisive
        .map(|judged| {
            let report = &judged.report;
            format!(
                "`{}` is no longer {}: today {}",
                report.metric,
                bound_text(report),
                today(report)
            )
        })
        .collect()
}

fn unmet(judged: &Judged) -> Option<String> {
    let report = &judged.report;
    let has_to = format!("`{}` has to {}", report.metric, reach(judged));
    match report.state {
        State::Met | State::Watched => None,
        State::NoData => Some(format!("{has_to}: no data yet")),
        State::Invalid => {
            Some(format!("`{}` has to be measurable: {}", report.metric, report.text))
        }
        State::Refuted => Some(format!("{has_to}: today {}", today(report))),
        State::Undecided => Some(format!("{has_to}: {}", so_far(judged))),
    }
}

/// What an undecided criterion lacks: units, a window that agrees, or more evidence of its kind.
fn so_far(judged: &Judged) -> String {
    let report = &judged.report;
    let bound = judged.measured.bound;
    let is_held_up = judged.estimate.is_none_or(|estimate| is_inside(&estimate, bound));
    if is_held_up {
        let is = format!("`{}` is ", report.metric);
        let rest = report.text.strip_prefix(&is).map(|rest| format!("today {rest}"));
        return rest.unwrap_or_else(|| report.text.clone());
    }
    let more = report.more_units.map_or_else(String::new, |more| {
        format!("; about {} would decide it", more_units(more, &report.per))
    });
    format!("today {}{more}", today(report))
}

/// A value on the wrong side has to move; any other has to be shown.
fn reach(judged: &Judged) -> String {
    let report = &judged.report;
    let verb = match (report.threshold.at_least, report.threshold.at_most) {
        _ if report.estimate.is_none() || is_on_allowed_side(report) => "show",
        (Some(_), None) => "reach",
        (None, Some(_)) => "come down to",
        _ => "lie",
    };
    format!("{verb} {}", bound_text(report))
}

/// The engineering side is asked for readiness, where it has an owner.
fn unattested(ground: &Ground, attested: &Attested) -> Option<String> {
    if attested.by.is_some() {
        return None;
    }
    let owners = ground.bet.owners.as_ref();
    let owner = owners.and_then(|owners| owners.model.as_ref().or(owners.product.as_ref()));
    let who = owner.map_or_else(|| "somebody".to_owned(), |owner| ground.name_of(&owner.value));
    Some(format!("{who} attests `{}`", attested.attest.value))
}

fn rubber_stamped(reasons: &[Reason]) -> Option<String> {
    let stands = reasons.iter().find(|reason| reason.code == RUBBER_STAMP)?;
    Some(format!("people look before they approve (A03): today it {}", stands.text))
}
