//! The lints that need nothing but the text: O01, O04, A01, S03, and who may sign for which side.

use super::reference::Reference;
use crate::bet::{Bet, Stage};
use crate::diagnostic::{Diagnostic, Severity};
use crate::gate::Gate;
use crate::outcome::{KeyResult, Outcome};
use crate::parse::Unreadable;
use crate::roadmap::{Level, Policy, Roadmap, Side};
use crate::source::{Place, Spanned};

pub(crate) fn check(roadmap: &Roadmap, unreadable: &Unreadable) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for outcome in &roadmap.outcomes {
        if !unreadable.is_incomplete(&outcome.id.place.path) {
            let halves = outcome.key_results.iter();
            found.extend(halves.filter_map(|half| half_owned_key_result(roadmap, outcome, half)));
        }
    }
    for bet in &roadmap.bets {
        let path = &bet.place.path;
        if unreadable.is_incomplete(path) {
            continue;
        }
        found.extend(no_outcome(bet));
        found.extend(no_mode(bet));
        if !unreadable.dangles(path) {
            found.extend(bet.gates.iter().filter_map(stale_signature));
        }
    }
    found
}

/// O01.
fn no_outcome(bet: &Bet) -> Vec<Diagnostic> {
    if !(Stage::Framed..=Stage::Live).contains(&bet.stage.value) {
        return Vec::new();
    }
    let id = &bet.id.value;
    let mut found = Vec::new();
    if bet.serves.is_empty() {
        found.push(Diagnostic {
            help: Some("add `serves = [\"outcome/key-result\"]`".to_owned()),
            ..lint("O01", &bet.id, format!("`{id}` improves nothing we measure"))
        });
    }
    if bet.problem.is_none() {
        found.push(Diagnostic {
            help: Some("add `[problem]`: who, improve, from, to, unit".to_owned()),
            ..lint("O01", &bet.id, format!("`{id}` states no problem in numbers"))
        });
    }
    found
}

/// A01.
fn no_mode(bet: &Bet) -> Option<Diagnostic> {
    let is_running = matches!(bet.stage.value, Stage::Pilot | Stage::Live);
    if !is_running || bet.mode.is_some() {
        return None;
    }
    let message = format!("`{}` does not say who decides", bet.id.value);
    let help = Some("add `[mode]`: kind (augment or automate), decides, controls".to_owned());
    Some(Diagnostic { help, ..lint("A01", &bet.id, message) })
}

/// O04.
fn half_owned_key_result(
    roadmap: &Roadmap,
    outcome: &Outcome,
    half: &KeyResult,
) -> Option<Diagnostic> {
    let people: Option<Vec<Side>> =
        half.owners.iter().map(|id| Some(roadmap.people.get(&id.value)?.side)).collect();
    // Somebody who is not known is reported as such.
    let sides = people?;
    let id = format!("{}/{}", outcome.id.value, half.id.value);
    let message = match (sides.contains(&Side::Product), sides.contains(&Side::Rd)) {
        (true, true) => return None,
        (true, false) => format!("`{id}` has no R&D owner"),
        (false, true) => format!("`{id}` has no product owner"),
        (false, false) => format!("`{id}` has no owners"),
    };
    let help = Some("name one person of each side in `owners`".to_owned());
    Some(Diagnostic { help, ..lint("O04", &half.id, message) })
}

/// S03.
fn stale_signature(gate: &Gate) -> Option<Diagnostic> {
    let signed = &gate.signature.as_ref()?.digest;
    if signed.value == gate.digest {
        return None;
    }
    let shown: String = signed.value.chars().take(crate::name::LONGEST).collect();
    let message = format!(
        "the criteria of `{}` are not those that were signed: signed {shown}, file is {}",
        gate.name.value, gate.digest
    );
    let help = "both sides agree again, then write the new digest and its date; or undo the change";
    Some(Diagnostic {
        label: Some("this digest is of other criteria".to_owned()),
        help: Some(help.to_owned()),
        ..lint("S03", signed, message)
    })
}

fn lint<T>(code: &'static str, at: &Spanned<T>, message: String) -> Diagnostic {
    Diagnostic::deny(code, at.place.clone(), message)
}

/// F03 for a signature by somebody of the other side.
pub(crate) fn sides(roadmap: &Roadmap, references: &[Reference]) -> Vec<Diagnostic> {
    let one = |reference: &Reference| {
        let side = reference.side?;
        let person = roadmap.people.get(&reference.id.value)?;
        (person.side != side).then(|| wrong_side(&reference.id, side))
    };
    references.iter().filter_map(one).collect()
}

fn wrong_side(id: &Spanned<String>, side: Side) -> Diagnostic {
    let side = match side {
        Side::Product => "product",
        Side::Rd => "R&D",
    };
    let place: Place = id.place.clone();
    Diagnostic {
        help: Some("one person of each side signs; sides are set under `[people]`".to_owned()),
        ..Diagnostic::deny("F03", place, format!("`{}` cannot sign for {side}", id.value))
    }
}

/// Applies the levels that policy sets.
pub(crate) fn level(diagnostics: &mut Vec<Diagnostic>, policy: &Policy) {
    diagnostics.retain_mut(|diagnostic| match policy.levels.get(diagnostic.code) {
        Some(Level::Allow) => false,
        Some(Level::Warn) => {
            diagnostic.severity = Severity::Warn;
            true
        }
        Some(Level::Deny) | None => true,
    });
}
