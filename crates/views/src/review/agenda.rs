//! The items of the agenda, a function for each topic.

use jiff::ToSpan;
use jiff::civil::Date;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::bet::delivery::Risk;
use trueup_roadmap::note::NoteKind;
use trueup_roadmap::{Bet, Diagnostic, Note, Roadmap, Severity, Side};

use super::{Item, Topic, last_review};
use crate::harness::running;
use crate::seen::Seen;

/// Everything there is to talk about.
pub(super) fn items(
    seen: &Seen<'_>,
    since: Option<Date>,
    before: Option<&[Diagnostic]>,
) -> Vec<Item> {
    let mut items = Vec::new();
    for bet in running(&seen.roadmap.bets) {
        items.extend(changed_verdict(seen, bet));
        items.extend(overdue(seen, bet));
        items.extend(moved(seen, bet, since));
        items.extend(bet.risks.iter().filter_map(|risk| unread(seen, bet, risk, since)));
        items.extend(data_rituals(seen, bet));
    }
    items.extend(seen.roadmap.bets.iter().filter_map(|bet| looking_back(seen, bet)));
    items.extend(next_review(seen));
    for note in &seen.roadmap.notes {
        items.extend(note_ritual(seen, note));
        items.extend(open_actions(seen, note));
    }
    items.extend(denied(seen, before));
    items
}

fn item(topic: Topic, bet: &Bet, what: String) -> Item {
    Item { topic, about: bet.id.value.clone(), what, speaks: owners(bet), due: None }
}

fn owners(bet: &Bet) -> Vec<String> {
    let owners = bet.owners.iter().flat_map(|owners| [&owners.product, &owners.model]);
    owners.flatten().map(|owner| owner.value.clone()).collect()
}

/// The verdict of the evidence against the one that the last decision rests on.
fn changed_verdict(seen: &Seen<'_>, bet: &Bet) -> Option<Item> {
    let judged = seen.judged(&bet.id.value)?;
    let now = judged.verdict?.name();
    let decided = seen.roadmap.notes_about(&bet.id.value).filter_map(|note| {
        Some((decided(note)?, note)).filter(|_| note.kind.value == NoteKind::Decision)
    });
    let what = match decided.last() {
        Some((before, _)) if before == now => return None,
        Some((before, note)) => {
            format!("{before} on {} → {now}: {}", note.on.value, judged.because)
        }
        None if now == "continue" => return None,
        None => format!("{now}, and nothing is decided yet: {}", judged.because),
    };
    Some(item(Topic::ChangedVerdict, bet, what))
}

/// The word of the verdict that a decision rests on, or else of the decision.
fn decided(note: &Note) -> Option<&str> {
    let verdict = note.verdict.as_ref().and_then(|verdict| verdict.value.split_whitespace().next());
    verdict.or_else(|| match note.decision.as_ref()?.value {
        decision if decision.rests_on_no_verdict() => None,
        decision => Some(decision.name()),
    })
}

fn overdue(seen: &Seen<'_>, bet: &Bet) -> Option<Item> {
    let time_box = bet.time_box.as_ref().filter(|_| bet.stage.value < Stage::Live)?;
    let decide_by = time_box.decide_by.value;
    let over = (seen.today - decide_by).get_days();
    let what = match over {
        ..0 => return None,
        0 => "to be decided today".to_owned(),
        over => format!("to be decided {over} days ago"),
    };
    let what = format!("{what}; if undecided: {}", time_box.if_undecided);
    Some(Item { due: Some(decide_by), ..item(Topic::Overdue, bet, what) })
}

fn moved(seen: &Seen<'_>, bet: &Bet, since: Option<Date>) -> Vec<Item> {
    let moves = seen.history.map(|history| history.moves(bet)).unwrap_or_default();
    let recent = moves.into_iter().filter(|moved| since.is_none_or(|since| moved.on > since));
    let said = |moved: trueup_roadmap::history::Move| {
        let what = format!("{} on {} by {}", moved.what, moved.on, moved.by);
        item(Topic::MovedCriteria, bet, what)
    };
    recent.map(said).collect()
}

/// A risk that came since, or that nobody does anything about.
fn unread(seen: &Seen<'_>, bet: &Bet, risk: &Risk, since: Option<Date>) -> Option<Item> {
    let lacks = match (&risk.mitigate, &risk.owner) {
        (None, None) => Some("no mitigation and no owner"),
        (None, Some(_)) => Some("no mitigation"),
        (Some(_), None) => Some("no owner"),
        (Some(_), Some(_)) => None,
    };
    let new = is_new(seen, bet, risk, since).then_some("new");
    let why: Vec<&str> = new.into_iter().chain(lacks).collect();
    if why.is_empty() {
        return None;
    }
    let what = format!("{} ({})", risk.what.value, why.join(", "));
    let mut item = item(Topic::UnreadRisk, bet, what);
    if let Some(owner) = &risk.owner {
        item.speaks = vec![owner.value.clone()];
    }
    Some(item)
}

/// True when no review has seen it: there was none, or the text of that day does not hold it.
fn is_new(seen: &Seen<'_>, bet: &Bet, risk: &Risk, since: Option<Date>) -> bool {
    let Some(since) = since else { return true };
    let Some(history) = seen.history else { return false };
    let reaches_back = history.revisions.first().is_some_and(|first| first.on <= since);
    let then = history.bet_on(&bet.id.value, since).and_then(|version| version.entity.as_ref());
    let known =
        then.is_some_and(|bet| bet.risks.iter().any(|one| one.what.value == risk.what.value));
    (reaches_back || !history.shallow) && !known
}

/// A data review that is too old, and assumptions to be looked at again.
fn data_rituals(seen: &Seen<'_>, bet: &Bet) -> Vec<Item> {
    let Some(data) = &bet.data else { return Vec::new() };
    let days = seen.roadmap.policy.review_lasts_days;
    let review = data.reviewed.as_ref().map(|reviewed| (later(reviewed.on.value, days), None));
    let assumptions = data.assumes.iter().filter_map(|assumption| {
        Some((assumption.review_by.as_ref()?.value, Some(&assumption.what.value)))
    });
    let due = review.into_iter().chain(assumptions).filter(|(due, _)| *due <= seen.today);
    let said = |(due, assumed): (Date, Option<&String>)| {
        let what = assumed.map_or("data review".to_owned(), |what| format!("assumption: {what}"));
        Item { due: Some(due), ..item(Topic::DueRitual, bet, what) }
    };
    due.map(said).collect()
}

/// A retro after going live, a learning after an end.
fn looking_back(seen: &Seen<'_>, bet: &Bet) -> Option<Item> {
    let rituals = seen.roadmap.policy.rituals;
    let (kind, days) = match bet.stage.value {
        Stage::Live => (NoteKind::Retro, rituals.retro),
        Stage::Killed | Stage::Learned | Stage::Pivoted => (NoteKind::Learning, rituals.learning),
        _ => return None,
    };
    let entered = entered(seen, bet);
    let held = seen.roadmap.notes_about(&bet.id.value).any(|note| {
        note.kind.value == kind && entered.is_none_or(|entered| note.on.value >= entered)
    });
    let due = entered.map(|entered| later(entered, days));
    if held || due.is_some_and(|due| due > seen.today) {
        return None;
    }
    let what = format!("{kind} after it became {}", bet.stage.value);
    Some(Item { due, ..item(Topic::DueRitual, bet, what) })
}

/// Since when the bet has its stage, by the history or else by the last decision; `None` if neither
/// tells.
fn entered(seen: &Seen<'_>, bet: &Bet) -> Option<Date> {
    let from_history = seen.history.and_then(|history| {
        let versions = history.bet(&bet.id.value);
        let same = |version: &&trueup_roadmap::history::Version<Bet>| {
            version.entity.as_ref().is_some_and(|then| then.stage.value == bet.stage.value)
        };
        let first = versions.iter().rev().take_while(same).last()?;
        (!first.found).then(|| history.revision(first).on)
    });
    let decisions = || {
        let notes = seen.roadmap.notes_about(&bet.id.value);
        notes.filter(|note| note.decision.is_some()).map(|note| note.on.value).max()
    };
    from_history.or_else(decisions)
}

fn next_review(seen: &Seen<'_>) -> Option<Item> {
    let every = seen.roadmap.policy.rituals.review?;
    let due = last_review(seen.roadmap, seen.today).map(|last| later(last, every));
    due.is_none_or(|due| due <= seen.today).then(|| Item {
        topic: Topic::DueRitual,
        about: "roadmap.toml".to_owned(),
        what: format!("a review every {every} days"),
        speaks: Vec::new(),
        due,
    })
}

/// An assumption to be looked at again, or a postmortem that only one side wrote.
fn note_ritual(seen: &Seen<'_>, note: &Note) -> Option<Item> {
    let by: Vec<String> = note.by.iter().map(|by| by.value.clone()).collect();
    let (what, due) = match note.kind.value {
        NoteKind::Assumption if !is_superseded(seen.roadmap, note) => {
            (format!("assumption: {}", note.headline()), note.review_by.as_ref()?.value)
        }
        NoteKind::Postmortem => {
            let silent = silent_side(seen.roadmap, &by)?;
            let happened = note.happened.unwrap_or(note.on.value);
            let due = later(happened, seen.roadmap.policy.rituals.postmortem);
            (format!("postmortem without {}: {}", silent.spoken(), note.headline()), due)
        }
        _ => return None,
    };
    let due = Some(due).filter(|due| *due <= seen.today)?;
    let about = note.id.value.clone();
    Some(Item { topic: Topic::DueRitual, about, what, speaks: by, due: Some(due) })
}

fn is_superseded(roadmap: &Roadmap, note: &Note) -> bool {
    let named = |later: &Note| {
        let earlier = later.supersedes.as_ref().map(|id| id.value.as_str());
        earlier == Some(note.id.value.as_str())
    };
    roadmap.notes.iter().any(named)
}

fn silent_side(roadmap: &Roadmap, by: &[String]) -> Option<Side> {
    let speaks = |side| by.iter().any(|person| roadmap.side(person) == Some(side));
    [Side::Product, Side::Rd].into_iter().find(|side| !speaks(*side))
}

fn open_actions(seen: &Seen<'_>, note: &Note) -> Vec<Item> {
    let open = note.actions.iter().filter(|action| !action.done);
    let said = |action: &trueup_roadmap::note::Action| {
        let due = action.due.as_ref().map(|due| due.value);
        let late = due.is_some_and(|due| due < seen.today);
        Item {
            topic: Topic::OpenAction,
            about: note.id.value.clone(),
            what: format!("{}{}", action.what.value, if late { " (late)" } else { "" }),
            speaks: action.by.iter().map(|by| by.value.clone()).collect(),
            due,
        }
    };
    open.map(said).collect()
}

/// What `check` denies now and did not deny then.
fn denied(seen: &Seen<'_>, before: Option<&[Diagnostic]>) -> Vec<Item> {
    let same = |one: &Diagnostic, other: &Diagnostic| {
        one.code == other.code && one.place.path == other.place.path && one.message == other.message
    };
    let stood = |found: &Diagnostic| {
        let mut then = before.unwrap_or_default().iter();
        then.any(|old| old.severity == Severity::Deny && same(old, found))
    };
    let denied = seen.diagnostics.iter().filter(|found| found.severity == Severity::Deny);
    let said = |found: &Diagnostic| {
        let bet = seen.roadmap.bets.iter().find(|bet| bet.place.path == found.place.path);
        Item {
            topic: Topic::DeniedFinding,
            about: bet.map_or(&found.place.path, |bet| &bet.id.value).clone(),
            what: format!("{} {}", found.code, found.message),
            speaks: bet.map(owners).unwrap_or_default(),
            due: None,
        }
    };
    denied.filter(|found| !stood(found)).map(said).collect()
}

fn later(day: Date, days: u32) -> Date {
    day.saturating_add(i64::from(days).days())
}
