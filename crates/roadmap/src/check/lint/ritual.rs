//! T: does the work of one track reach the other, and are the meetings held that it takes?

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::Case;
use super::lint;
use crate::bet::delivery::Artifact;
use crate::bet::{Bet, Stage, Track};
use crate::diagnostic::Diagnostic;
use crate::history::History;
use crate::note::{Action, Decision, Note, NoteKind, Subject};
use crate::roadmap::Side;
use crate::source::Place;

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = case.bets().filter_map(|bet| handshake(case, bet)).collect();
    let notes = case.roadmap.notes.iter();
    for note in notes.filter(|note| !case.unreadable.is_incomplete(&note.place.path)) {
        found.extend(one_sided(case, note));
        found.extend(empty_postmortem(case, note));
        found.extend(overdue_actions(case, note));
        found.extend(case.history.and_then(|history| rewritten(case, history, note)));
    }
    // A note that cannot be read may be the one that is missed.
    if !case.unreadable.any_in("notes/") {
        let about = about(case);
        for bet in case.bets() {
            let notes = about.get(bet.id.value.as_str()).map_or(&[][..], Vec::as_slice);
            found.extend(retro_due(case, bet, notes));
            found.extend(learning_due(case, bet, notes));
        }
        found.extend(review_due(case));
    }
    found
}

/// T01.
fn handshake(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let track = bet.track.as_ref().filter(|track| track.value == Track::Delivery)?;
    let own = bet.artifact.as_ref().is_some_and(|artifact| missing(artifact).is_empty());
    let is_due = bet.has_reached(Stage::Discovery) && !own;
    if !is_due || case.unreadable.dangles(&bet.place.path) {
        return None;
    }
    let id = &bet.id.value;
    let Some(from) = &bet.from else {
        let message = format!("`{id}` delivers, and does not say which discovery it comes from");
        let help = "add `from = \"...\"`, the bet whose artifact it takes over";
        return Some(lint("T01", &track.place, message, help));
    };
    let discovery = origin(case, bet)?;
    let what = match &discovery.artifact {
        None => "hands over no artifact".to_owned(),
        Some(artifact) => match missing(artifact).as_slice() {
            [] => return None,
            keys => format!("hands over an artifact without {}", keys.join(", ")),
        },
    };
    let message = format!("`{id}` delivers what `{}` found, which {what}", discovery.id.value);
    let help = format!(
        "in `bets/{}.toml`, write `[artifact]`: what, digest, contract, and in `validated` the \
         note that shows it",
        discovery.id.value
    );
    Some(lint("T01", &from.place, message, help))
}

fn missing(artifact: &Artifact) -> Vec<&'static str> {
    let keys = [
        ("`digest`", artifact.digest.is_some()),
        ("`contract`", artifact.contract.is_some()),
        ("`validated`", artifact.validated.is_some()),
    ];
    keys.into_iter().filter(|(_, is_there)| !is_there).map(|(key, _)| key).collect()
}

/// The nearest bet before it that discovered, past those that pivoted; `None` if it is not known.
fn origin<'a>(case: &Case<'a>, bet: &Bet) -> Option<&'a Bet> {
    let mut seen = BTreeSet::from([bet.id.value.as_str()]);
    let mut before = case.roadmap.bet(&bet.from.as_ref()?.value)?;
    while seen.insert(&before.id.value) {
        if case.unreadable.is_incomplete(&before.place.path) {
            return None;
        }
        let is_delivery = before.track.as_ref().is_some_and(|it| it.value == Track::Delivery);
        if before.artifact.is_some() || !is_delivery {
            return Some(before);
        }
        let Some(from) = &before.from else { return Some(before) };
        before = case.roadmap.bet(&from.value)?;
    }
    None
}

fn after(day: Date, days: u32) -> Date {
    day.saturating_add(i64::from(days).days())
}

/// "12 days ago".
fn ago(due: Date, today: Date) -> String {
    let days = (today - due).get_days();
    if days == 1 { "1 day ago".to_owned() } else { format!("{days} days ago") }
}

/// The notes about each bet, oldest first.
fn about<'a>(case: &Case<'a>) -> BTreeMap<&'a str, Vec<&'a Note>> {
    let mut about: BTreeMap<&str, Vec<&Note>> = BTreeMap::new();
    for note in &case.roadmap.notes {
        for subject in &note.about {
            if let Subject::Bet(id) = &subject.value {
                about.entry(id).or_default().push(note);
            }
        }
    }
    about
}

/// The day of the last decision of a sort.
fn decided(case: &Case<'_>, notes: &[&Note], is: impl Fn(Decision) -> bool) -> Option<Date> {
    let notes = notes.iter().filter(|note| note.on.value <= case.today);
    let is_it = |note: &&&Note| note.decision.as_ref().is_some_and(|decision| is(decision.value));
    notes.filter(is_it).map(|note| note.on.value).max()
}

fn stands_since(case: &Case<'_>, bet: &Bet) -> Option<Date> {
    case.history.and_then(|history| history.stands_since(bet))
}

/// T02: a bet went live, and nobody looked back.
fn retro_due(case: &Case<'_>, bet: &Bet, notes: &[&Note]) -> Option<Diagnostic> {
    if bet.stage.value != Stage::Live {
        return None;
    }
    let shipped = decided(case, notes, |decision| decision == Decision::Ship);
    let live = stands_since(case, bet).max(shipped)?;
    let due = after(live, case.roadmap.policy.rituals.retro);
    let is_held = |note: &&Note| note.kind.value == NoteKind::Retro && live <= note.on.value;
    if case.today <= due || notes.iter().any(is_held) {
        return None;
    }
    let id = &bet.id.value;
    let when = ago(due, case.today);
    let message = format!("the retro of `{id}`, live since {live}, was due on {due}, {when}");
    let help = format!(
        "look back together, and write it down in `notes/`: `kind = \"retro\"`, `about = [\"{id}\"]`, \
         with people of both sides in `by`"
    );
    Some(lint("T02", &bet.stage.place, message, help))
}

/// T02: a bet ended, and what it taught is not written down.
fn learning_due(case: &Case<'_>, bet: &Bet, notes: &[&Note]) -> Option<Diagnostic> {
    if !matches!(bet.stage.value, Stage::Killed | Stage::Learned) {
        return None;
    }
    let is_end = |decision| matches!(decision, Decision::Kill | Decision::Learned);
    let ended = decided(case, notes, is_end).or_else(|| stands_since(case, bet))?;
    let due = after(ended, case.roadmap.policy.rituals.learning);
    if case.today <= due || notes.iter().any(|note| note.kind.value == NoteKind::Learning) {
        return None;
    }
    let id = &bet.id.value;
    let when = ago(due, case.today);
    let message = format!(
        "`{id}` ended on {ended}, and what it taught was to be written down by {due}, {when}"
    );
    let help = format!(
        "write a note of `kind = \"learning\"`, `about = [\"{id}\"]`, that says in `predicts` what \
         does not predict what"
    );
    Some(lint("T02", &bet.stage.place, message, help))
}

/// T02: both sides have not met for too long.
fn review_due(case: &Case<'_>) -> Option<Diagnostic> {
    let every = case.roadmap.policy.rituals.review?;
    let mut running = case.roadmap.bets.iter().filter(|bet| bet.has_reached(Stage::Framed));
    let is_held = |note: &&Note| note.kind.value == NoteKind::Review && note.on.value <= case.today;
    // Notes are sorted by date.
    let last = case.roadmap.notes.iter().rfind(is_held);
    running.next()?;
    let help = "meet; `trueup review` prints the agenda; then write a note of `kind = \"review\"`";
    let Some(last) = last else {
        let message = format!("both sides are to meet every {every} days, and no review is noted");
        return Some(lint("T02", &Place::whole("roadmap.toml"), message, help));
    };
    let due = after(last.on.value, every);
    if case.today <= due {
        return None;
    }
    let when = ago(due, case.today);
    let message = format!("the review after that of {} was due on {due}, {when}", last.on);
    Some(lint("T02", &last.on.place, message, help))
}

/// T02: a retro or postmortem in which only one side had a say.
fn one_sided(case: &Case<'_>, note: &Note) -> Option<Diagnostic> {
    if !matches!(note.kind.value, NoteKind::Retro | NoteKind::Postmortem) || has_ended(case, note) {
        return None;
    }
    let sides: Option<BTreeSet<bool>> = note
        .by
        .iter()
        .map(|person| case.roadmap.side(&person.value).map(|side| side == Side::Rd))
        .collect();
    // Somebody who is not known is reported as such.
    let sides = sides?;
    let absent = match (sides.contains(&false), sides.contains(&true)) {
        (true, true) => return None,
        (true, false) => Side::Rd.spoken(),
        (false, _) => Side::Product.spoken(),
    };
    let message = format!("the {} `{}` names nobody of {absent}", note.kind.value, note.id.value);
    let help = format!("go through it with somebody of {absent}, and add them to `by`");
    Some(lint("T02", &note.kind.place, message, help))
}

/// True when every bet that it is about has ended.
fn has_ended(case: &Case<'_>, note: &Note) -> bool {
    let bets: Vec<&Bet> = note
        .about
        .iter()
        .filter_map(|subject| match &subject.value {
            Subject::Bet(id) => case.roadmap.bet(id),
            _ => None,
        })
        .collect();
    !bets.is_empty() && bets.iter().all(|bet| !bet.has_reached(Stage::Proposed))
}

/// T02: something happened, and nothing follows from it yet.
fn empty_postmortem(case: &Case<'_>, note: &Note) -> Option<Diagnostic> {
    if note.kind.value != NoteKind::Postmortem || !note.actions.is_empty() {
        return None;
    }
    let happened = note.happened?;
    let due = after(happened, case.roadmap.policy.rituals.postmortem);
    if case.today <= due || has_ended(case, note) {
        return None;
    }
    let when = ago(due, case.today);
    let message = format!(
        "the postmortem `{}` of what happened on {happened} was due on {due}, {when}, and names no \
         action",
        note.id.value
    );
    let help = "say what is done so that it does not happen again: `[[action]]` with what, by, due";
    Some(lint("T02", &note.kind.place, message, help))
}

/// T02: actions that were to be done by now.
fn overdue_actions(case: &Case<'_>, note: &Note) -> Vec<Diagnostic> {
    let is_joint =
        matches!(note.kind.value, NoteKind::Retro | NoteKind::Postmortem | NoteKind::Review);
    if !is_joint || has_ended(case, note) {
        return Vec::new();
    }
    let one = |action: &Action| {
        let due = action.due.as_ref().filter(|due| !action.done && due.value < case.today)?;
        let what = &action.what.value;
        let when = ago(due.value, case.today);
        let message = format!("`{what}` was to be done by {due}, {when}");
        let help = "do it and write `done = true`, or agree on another day";
        Some(lint("T02", &due.place, message, help))
    };
    note.actions.iter().filter_map(one).collect()
}

/// T03.
fn rewritten(case: &Case<'_>, history: &History, note: &Note) -> Option<Diagnostic> {
    let versions = history.notes.get(&note.id.value)?;
    let first = history.revision(versions.first()?).on;
    let settled = after(first, case.roadmap.policy.note_settles_days);
    let texts = versions.iter().filter_map(|version| Some((version, version.entity.as_ref()?)));
    let texts: Vec<_> = texts.collect();
    let differs = |pair: &&[(_, &String)]| pair[0].1 != pair[1].1;
    let last = texts.windows(2).rfind(differs)?[1].0;
    let revision = history.revision(last);
    if revision.on <= settled {
        return None;
    }
    let message = format!(
        "`{}` was written on {first} and rewritten on {} by {}",
        note.id.value, revision.on, revision.by
    );
    let help = format!(
        "what was known then is lost: put the old text back, and write what is known now in a new \
         note with `supersedes = \"note:{}\"`",
        note.id.value
    );
    Some(lint("T03", &note.on.place, message, help))
}
