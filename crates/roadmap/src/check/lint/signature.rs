//! S: what was signed, by whom, and is it still what stands there?

use jiff::civil::Date;

use super::super::Case;
use super::{lint, stands};
use crate::bet::{Bet, Stage};
use crate::diagnostic::{Diagnostic, counted};
use crate::gate::{Criterion, Gate, Signature, differences};
use crate::history::{History, Version};
use crate::note::{Note, NoteKind};

mod people;
mod stage;
mod timing;

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let each = |bet: &Bet| {
        let mut found = scope_grew(case, bet);
        found.extend(boundless(bet));
        found.extend(bet.gates.iter().filter_map(|gate| unsigned(bet, gate)));
        if bet.has_reached(Stage::Proposed) && !case.unreadable.dangles(&bet.place.path) {
            found.extend(bet.gates.iter().filter_map(|gate| stale_signature(case, bet, gate)));
        }
        found.extend(people::check(case, bet));
        found.extend(timing::check(case, bet));
        found.extend(stage::check(case, bet));
        found
    };
    case.bets().flat_map(each).collect()
}

/// S01: what the bet does grew since it was signed, and no customer was heard.
fn scope_grew(case: &Case<'_>, bet: &Bet) -> Vec<Diagnostic> {
    let Some((signed, before)) = signed_scope(case, bet) else { return Vec::new() };
    let scope = bet.scope.as_ref().map(|scope| scope.does.as_slice()).unwrap_or_default();
    if scope.len() <= before.len() || was_heard(case, bet, signed) {
        return Vec::new();
    }
    let is_new = |does: &&crate::Spanned<String>| !before.contains(&does.value.as_str());
    let one = |does: &crate::Spanned<String>| {
        let message = format!(
            "the scope grew since it was signed on {signed}, from {} to {}: `{}` is new, and no \
             customer asked for it",
            before.len(),
            scope.len(),
            does.value
        );
        let help = "write a field or interview note that shows the need, or take it out; both sides \
                    may also sign anew";
        lint("S01", &does.place, message, help)
    };
    scope.iter().filter(is_new).map(one).collect()
}

/// The day of the signature, and what the bet did in the first version that bears it.
fn signed_scope<'a>(case: &Case<'a>, bet: &Bet) -> Option<(Date, Vec<&'a str>)> {
    let history = case.history.filter(|_| bet.has_reached(Stage::Framed))?;
    let own = bet.graduation()?.signature.as_ref()?;
    let version = history.bet(&bet.id.value).iter().find(|version| bears(version, own))?;
    let scope = version.entity.as_ref()?.scope.as_ref();
    let does = scope.map(|scope| scope.does.iter().map(|does| does.value.as_str()).collect());
    Some((own.on, does.unwrap_or_default()))
}

fn bears(version: &Version<Bet>, own: &Signature) -> bool {
    let gate = version.entity.as_ref().and_then(Bet::graduation);
    let signature = gate.and_then(|gate| gate.signature.as_ref());
    signature.is_some_and(|then| then.on == own.on && then.digest.value == own.digest.value)
}

/// True when a note since the day shows the need, or when it cannot be known.
fn was_heard(case: &Case<'_>, bet: &Bet, since: Date) -> bool {
    let shows_need = |note: &Note| {
        let is_report = matches!(note.kind.value, NoteKind::Field | NoteKind::Interview);
        is_report && since <= note.on.value && note.on.value <= case.today
    };
    case.unreadable.any_in("notes/") || case.roadmap.notes_about(&bet.id.value).any(shows_need)
}

/// S01: nothing says where the scope ends, so everything lies within it.
fn boundless(bet: &Bet) -> Option<Diagnostic> {
    let scope = bet.scope.as_ref();
    let has_end = scope.is_some_and(|scope| !scope.does_not.is_empty());
    if has_end || !bet.has_reached(Stage::Discovery) {
        return None;
    }
    let place = scope.map_or(&bet.id.place, |scope| &scope.place);
    let message = format!("nothing says what `{}` does not do", bet.id.value);
    let help = "add `does_not` under `[scope]`: what it leaves alone, however easy it looks";
    Some(lint("S01", place, message, help))
}

/// S02. A pilot without any gate, or with one that measures nothing, is P01.
fn unsigned(bet: &Bet, gate: &Gate) -> Option<Diagnostic> {
    let measures =
        gate.criteria.iter().any(|criterion| matches!(criterion, Criterion::Measured(_)));
    if !measures || !binds(bet, gate) {
        return None;
    }
    let (id, name) = (&bet.id.value, &gate.name.value);
    let message = format!("{}, and `{id}` is {}", gate.unsigned()?, stands(bet));
    let help = format!("one person of each side signs: `trueup sign {id} {name} --as PERSON`");
    Some(lint("S02", &gate.name.place, message, help))
}

/// True when people use the bet under the gate already.
fn binds(bet: &Bet, gate: &Gate) -> bool {
    let decides = bet.graduation().is_some_and(|deciding| deciding.name.value == gate.name.value);
    let is_used = bet.deployments.iter().any(|deployment| {
        deployment.gate.as_ref().is_some_and(|named| named.value == gate.name.value)
    });
    bet.has_reached(Stage::Pilot) && (decides || is_used)
}

/// S03.
fn stale_signature(case: &Case<'_>, bet: &Bet, gate: &Gate) -> Option<Diagnostic> {
    let signature = gate.signature.as_ref()?;
    let signed = &signature.digest;
    if signed.value == gate.digest {
        return None;
    }
    let shown: String = signed.value.chars().take(crate::name::LONGEST).collect();
    let changed = case.history.and_then(|history| as_signed(history, bet, gate, &signed.value));
    let changed = changed.map(|old| format!(": {}", differences(old, gate).join("; ")));
    let message = format!(
        "the criteria of `{}` are not those that were signed on {}{}; signed {shown}, file is {}",
        gate.name.value,
        signature.on,
        changed.as_deref().unwrap_or_default(),
        gate.digest
    );
    let (id, name) = (&bet.id.value, &gate.name.value);
    let mut help = format!(
        "both sides agree again: `trueup sign {id} {name} --as PERSON`, once for each; or undo the change"
    );
    if changed.is_none() && case.history.is_some_and(|history| history.shallow) {
        help.push_str("; this clone is shallow and may not hold what was signed");
    }
    Some(Diagnostic {
        label: Some("this digest is of other criteria".to_owned()),
        ..lint("S03", &signed.place, message, help)
    })
}

/// The newest version of the gate that has the digest.
fn as_signed<'a>(history: &'a History, bet: &Bet, gate: &Gate, digest: &str) -> Option<&'a Gate> {
    let mut versions = history.bet(&bet.id.value).iter().rev();
    versions.find_map(|version| {
        let mut gates = version.entity.as_ref()?.gates.iter();
        gates.find(|old| old.name.value == gate.name.value && old.digest == digest)
    })
}

/// "12 days".
fn days(from: Date, to: Date) -> String {
    counted((to - from).get_days().unsigned_abs() as usize, "day")
}
