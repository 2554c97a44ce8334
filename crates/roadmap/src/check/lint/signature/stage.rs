//! S07: the stage moves only along its machine, and goes live by a decision.

use jiff::civil::Date;

use super::super::super::Case;
use super::lint;
use crate::bet::{Bet, Stage};
use crate::diagnostic::Diagnostic;
use crate::history::Revision;
use crate::note::{Decision, Note};
use crate::stage::{self, is_step};

pub(super) fn check(case: &Case<'_>, bet: &Bet) -> Vec<Diagnostic> {
    skipped(case, bet).into_iter().chain(undecided(case, bet)).collect()
}

/// A move that the machine forbids.
#[derive(Clone, Copy)]
struct Jump<'a> {
    from: Stage,
    to: Stage,
    /// `None` before it is committed.
    revision: Option<&'a Revision>,
}

/// A jump stands until the bet goes back to where it left the way, or to the stage after that.
fn skipped(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let history = case.history?;
    let versions = history.bet(&bet.id.value).iter().filter_map(|version| {
        Some((version.entity.as_ref()?.stage.value, Some(history.revision(version))))
    });
    let mut moves = versions.chain([(bet.stage.value, None)]);
    // Where the first version stands is where it comes into sight.
    let (mut lawful, first) = moves.next()?;
    let mut since = first?.on;
    let mut jump: Option<Jump<'_>> = None;
    for (to, revision) in moves {
        if to == lawful {
            jump = None;
        } else if is_step(lawful, to) || is_decided(case, bet, (lawful, since), to) {
            (lawful, jump) = (to, None);
            since = revision.map_or(case.today, |revision| revision.on);
        } else if jump.is_none_or(|jump| jump.to != to) {
            jump = Some(Jump { from: lawful, to, revision });
        }
    }
    Some(forbidden(bet, jump?))
}

/// True when decisions that were written since the bet entered its stage lead to the other: several may
/// be committed at once.
fn is_decided(case: &Case<'_>, bet: &Bet, (mut at, since): (Stage, Date), to: Stage) -> bool {
    let notes = case.roadmap.notes_about(&bet.id.value).filter(|note| since <= note.on.value);
    for decision in notes.filter_map(|note| note.decision.as_ref()) {
        at = stage::next(at, decision.value).unwrap_or(at);
    }
    at == to
}

fn forbidden(bet: &Bet, jump: Jump<'_>) -> Diagnostic {
    let Jump { from, to, revision } = jump;
    let told = revision.map(|revision| format!(" on {} by {}", revision.on, revision.by));
    let skipped: Vec<&str> = stage::skipped(from, to).iter().map(|stage| stage.name()).collect();
    let why = if skipped.is_empty() {
        format!("and {from} does not lead there")
    } else {
        format!("past {}", skipped.join(", "))
    };
    let message = format!(
        "`{}` went from {from} to {to}{}, {why}",
        bet.id.value,
        told.as_deref().unwrap_or_default()
    );
    let help = format!("go back to `{from}` and enter each stage by what it asks for");
    lint("S07", &bet.stage.place, message, help)
}

/// Live needs a decision to ship.
fn undecided(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let ships = |note: &Note| note.decision.as_ref().is_some_and(|it| it.value == Decision::Ship);
    let is_known = !case.unreadable.any_in("notes/");
    if bet.stage.value != Stage::Live || !is_known {
        return None;
    }
    if case.roadmap.notes_about(&bet.id.value).any(ships) {
        return None;
    }
    let id = &bet.id.value;
    let message = format!("`{id}` is live and nobody decided to ship it");
    let help = format!(
        "write the decision, with the verdict it rests on: `trueup decide {id} ship`; or put the \
         stage back"
    );
    Some(lint("S07", &bet.stage.place, message, help))
}
