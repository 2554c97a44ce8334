//! S06: was R&D there before something was promised, and did both sides say their limits in time?

use jiff::civil::Date;

use super::super::super::Case;
use super::{days, lint, stands};
use crate::bet::delivery::Constraint;
use crate::bet::{Bet, Stage};
use crate::diagnostic::Diagnostic;
use crate::history::{History, Revision};
use crate::roadmap::{Person, Roadmap, Side};
use crate::source::Place;

pub(super) fn check(case: &Case<'_>, bet: &Bet) -> Vec<Diagnostic> {
    if !bet.has_reached(Stage::Framed) {
        return Vec::new();
    }
    late_limits(case, bet).into_iter().chain(late_rd(case, bet)).collect()
}

/// R&D was first seen after something was promised, or after discovery ended.
fn late_rd(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let history = case.history.filter(|history| knows_beginning(history, bet))?;
    let has_rd = case.roadmap.people.values().any(|person| person.side == Side::Rd);
    if !has_rd || case.unreadable.is_incomplete("roadmap.toml") || case.unreadable.any_in("notes/")
    {
        return None;
    }
    let mut deadlines = deadlines(case, bet);
    deadlines.retain(|(on, ..)| *on <= case.today);
    if deadlines.is_empty() {
        return None;
    }
    let seen = first_seen(case.roadmap, history, bet);
    // Whoever is not listed may be of R&D.
    let stranger = first_commit(case.roadmap, history, bet, None);
    let missed = |(on, ..): &(Date, &str, Place)| {
        seen.is_none_or(|seen| seen > *on) && stranger.is_none_or(|came| came > *on)
    };
    let (on, what, place) = deadlines.into_iter().find(missed)?;
    let id = &bet.id.value;
    let message = match seen {
        Some(seen) => format!(
            "R&D was first seen in `{id}` on {seen}, {} after {what} on {on}",
            days(on, seen)
        ),
        None => format!("R&D was never seen in `{id}`; {what} on {on}"),
    };
    let help = "ask R&D for its limits and options now, write them as `[[constraint]]`, and look at \
                what was promised again";
    Some(lint("S06", &place, message, help))
}

/// False where the clone's edge hides who was there first.
fn knows_beginning(history: &History, bet: &Bet) -> bool {
    history.bet(&bet.id.value).first().is_some_and(|first| !first.found)
}

/// Days by which R&D should have been there, and where they are written.
fn deadlines(case: &Case<'_>, bet: &Bet) -> Vec<(Date, &'static str, Place)> {
    let promised = bet.promise.as_ref();
    let promised =
        promised.map(|promise| (promise.on, "something was promised", promise.what.place.clone()));
    let ended = discovery_ended(case, bet)
        .map(|ended| (ended, "discovery had ended", bet.stage.place.clone()));
    promised.into_iter().chain(ended).collect()
}

/// The day on which the bet was first in a pilot or beyond; not known at the edge of the history.
fn discovery_ended(case: &Case<'_>, bet: &Bet) -> Option<Date> {
    let history = case.history?;
    let first = history.bet(&bet.id.value).iter().find(|version| {
        let stage = version.entity.as_ref().map(|bet| bet.stage.value);
        matches!(stage, Some(Stage::Pilot | Stage::Live))
    });
    first.filter(|version| !version.found).map(|version| history.revision(version).on)
}

/// The first day on which somebody of R&D wrote, signed, reviewed or said something.
fn first_seen(roadmap: &Roadmap, history: &History, bet: &Bet) -> Option<Date> {
    let is_rd = |person: &String| roadmap.side(person) == Some(Side::Rd);
    let wrote = first_commit(roadmap, history, bet, Some(Side::Rd));
    let versions = history.bet(&bet.id.value);
    let all = versions.iter().filter_map(|version| version.entity.as_ref()).chain([bet]);
    let signed =
        all.flat_map(|bet| &bet.gates).filter_map(|gate| Some(gate.signature.as_ref()?.on));
    let limits = bet.constraints.iter().filter(|limit| is_rd(&limit.by.value));
    let limits = limits.map(|limit| limit.on.value);
    let reviewed = bet.data.as_ref().and_then(|data| data.reviewed.as_ref());
    let reviewed = reviewed
        .filter(|reviewed| reviewed.by.iter().any(|by| is_rd(&by.value)))
        .map(|reviewed| reviewed.on.value);
    let noted = roadmap.notes_about(&bet.id.value);
    let noted = noted.filter(|note| note.by.iter().any(|by| is_rd(&by.value)));
    let noted = noted.map(|note| note.on.value);
    wrote.into_iter().chain(signed).chain(limits).chain(reviewed).chain(noted).min()
}

/// The day of the first commit to the bet by somebody of a side, or by somebody who is not known.
fn first_commit(
    roadmap: &Roadmap,
    history: &History,
    bet: &Bet,
    side: Option<Side>,
) -> Option<Date> {
    let revisions = history.bet(&bet.id.value).iter().map(|version| history.revision(version));
    let own = revisions.filter(|revision| author_side(roadmap, revision) == side);
    own.map(|revision| revision.on).min()
}

/// The side of a commit's author, by address or name.
fn author_side(roadmap: &Roadmap, revision: &Revision) -> Option<Side> {
    let wrote = |person: &&Person| {
        let email = person.email.as_deref();
        email.is_some_and(|email| email.eq_ignore_ascii_case(&revision.email))
            || person.name == revision.by
    };
    roadmap.people.values().find(wrote).map(|person| person.side)
}

/// One side said what it must live with only after discovery, or not at all.
fn late_limits(case: &Case<'_>, bet: &Bet) -> Vec<Diagnostic> {
    let sides: Option<Vec<Side>> =
        bet.constraints.iter().map(|limit| case.roadmap.side(&limit.by.value)).collect();
    let Some(sides) = sides.filter(|sides| !sides.is_empty() && bet.has_reached(Stage::Pilot))
    else {
        return Vec::new();
    };
    let limits: Vec<(Side, &Constraint)> = sides.into_iter().zip(&bet.constraints).collect();
    let ended = discovery_ended(case, bet);
    let one = |side| {
        let own = limits.iter().filter(|(of, _)| *of == side).map(|(_, limit)| *limit);
        match own.min_by_key(|limit| limit.on.value) {
            None => Some(silent(bet, side)),
            Some(first) => late(side, first, ended?),
        }
    };
    [Side::Product, Side::Rd].into_iter().filter_map(one).collect()
}

fn silent(bet: &Bet, side: Side) -> Diagnostic {
    let message =
        format!("`{}` is {} and {} has named no limit", bet.id.value, stands(bet), side.spoken());
    let help = format!("add a `[[constraint]]` by somebody of {}: what, by, on", side.spoken());
    lint("S06", &bet.constraints[0].by.place, message, help)
}

fn late(side: Side, first: &Constraint, ended: Date) -> Option<Diagnostic> {
    let on = first.on.value;
    if on <= ended {
        return None;
    }
    let message = format!(
        "{} named its first limit on {on}, {} after discovery had ended on {ended}",
        side.spoken(),
        days(ended, on)
    );
    let help = "look at scope, gate and promise again in its light; next time ask before the pilot";
    Some(lint("S06", &first.on.place, message, help))
}
