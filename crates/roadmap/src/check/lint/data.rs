//! D: was the data looked at before the bet was locked in, and are its limits written down?

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::Case;
use super::lint;
use crate::bet::data::{DataReview, Reviewed};
use crate::bet::{Bet, Stage};
use crate::diagnostic::Diagnostic;
use crate::history::History;
use crate::note::{Note, NoteKind, Subject};

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for bet in case.bets() {
        found.extend(no_review(bet, case.today));
        found.extend(stale_review(case, bet));
        found.extend(late_review(case, bet));
        found.extend(no_limits(bet));
        found.extend(old_assumptions(bet, case.today));
    }
    found.extend(case.roadmap.notes.iter().filter_map(|note| old_note(case, note)));
    found
}

/// D01.
fn no_review(bet: &Bet, today: Date) -> Option<Diagnostic> {
    if !bet.has_reached(Stage::Pilot) || bet.is_rules() {
        return None;
    }
    let (id, stage) = (&bet.id.value, bet.stage.value);
    let Some(data) = &bet.data else {
        let message = format!("`{id}` is at `{stage}`, and nobody reviewed its data");
        let help = "add `[data]`: reviewed, bias, sparsity, labels, fresh, cannot, assumes";
        return Some(lint("D01", &bet.id.place, message, help));
    };
    let Some(reviewed) = data.reviewed.as_ref().filter(|reviewed| !reviewed.by.is_empty()) else {
        let message =
            format!("`{id}` says what its data is like, but not who reviewed it and when");
        let help = "add `reviewed = { on = ..., by = [...] }` under `[data]`";
        return Some(lint("D01", &data.place, message, help));
    };
    if today < reviewed.on.value {
        let message = format!("the data of `{id}` is reviewed on {}, a day to come", reviewed.on);
        let help = "write the day on which it was reviewed";
        return Some(lint("D01", &reviewed.on.place, message, help));
    }
    let missing = missing_topics(data);
    if missing.is_empty() {
        return None;
    }
    let message = format!("the data review of `{id}` says nothing of {}", missing.join(", "));
    let help = "add a line for each under `[data]`, also where there is no problem; where no labels \
                are needed, `labels = { have = 0, need = 0 }`";
    Some(lint("D01", &data.place, message, help))
}

fn missing_topics(data: &DataReview) -> Vec<&'static str> {
    let topics = [
        ("`bias`", data.bias.is_some()),
        ("`sparsity`", data.sparsity.is_some()),
        ("`labels`", data.labels.is_some()),
        ("`fresh`", data.fresh.is_some()),
    ];
    topics.into_iter().filter(|(_, is_there)| !is_there).map(|(topic, _)| topic).collect()
}

fn review(bet: &Bet) -> Option<&Reviewed> {
    bet.data.as_ref()?.reviewed.as_ref()
}

/// D02: too long ago.
fn stale_review(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let on = &review(bet).filter(|_| bet.has_reached(Stage::Discovery))?.on;
    let days = case.roadmap.policy.review_lasts_days;
    let until = on.value.saturating_add(i64::from(days).days());
    if case.today <= until {
        return None;
    }
    let message = format!(
        "the data of `{}` was reviewed on {on}; that held until {until} ({days} days)",
        bet.id.value
    );
    let help = "look at bias, sparsity, labels and freshness again, and write the new day; \
                `review_lasts` under `[policy]` says how long it holds";
    Some(lint("D02", &on.place, message, help))
}

/// D02: after the bet was locked in.
fn late_review(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let on = &review(bet).filter(|_| bet.has_reached(Stage::Pilot))?.on;
    let history = case.history?;
    let began = history.reached(bet, Stage::Pilot)?;
    if on.value <= began || on.value > case.today || was_reviewed_by(history, bet, began) {
        return None;
    }
    let message = format!(
        "the data of `{}` was reviewed on {on}, after its pilot began on {began}",
        bet.id.value
    );
    let help = "say in a note whether the pilot would have begun with what the review shows; for \
                the next bet, review in discovery";
    Some(lint("D02", &on.place, message, help))
}

/// True when some version held a review of that day or before: a later one is a second look.
fn was_reviewed_by(history: &History, bet: &Bet, day: Date) -> bool {
    let versions = history.bet(&bet.id.value).iter().filter_map(|version| version.entity.as_ref());
    versions.filter_map(review).any(|reviewed| reviewed.on.value <= day)
}

/// D03: the review names no limits.
fn no_limits(bet: &Bet) -> Option<Diagnostic> {
    let data = bet.data.as_ref()?;
    let is_due = bet.has_reached(Stage::Pilot)
        || (bet.has_reached(Stage::Discovery) && data.reviewed.is_some());
    let (missing, add) = match (data.cannot.is_empty(), data.assumes.is_empty()) {
        (true, true) => ("what its model cannot do nor what it assumes", "`cannot` and `assumes`"),
        (true, false) => ("what its model cannot do", "`cannot`"),
        (false, true) => ("what it assumes", "`assumes`"),
        (false, false) => return None,
    };
    let message = format!("`{}` does not say {missing}", bet.id.value);
    let help = format!("add {add} under `[data]`: one line that a layman understands for each");
    is_due.then(|| lint("D03", &data.place, message, help))
}

/// D03: what was assumed was to be looked at again.
fn old_assumptions(bet: &Bet, today: Date) -> Vec<Diagnostic> {
    let assumes = bet.data.iter().flat_map(|data| &data.assumes);
    let due = assumes.filter(|_| bet.has_reached(Stage::Framed)).filter_map(|assumption| {
        let review_by = assumption.review_by.as_ref().filter(|day| day.value < today)?;
        let message = format!(
            "`{}` assumes `{}`, which was to be looked at again by {review_by}",
            bet.id.value, assumption.what
        );
        let help = "does it still hold? then set a new `review_by`; if not, take it out and say in \
                    a note what follows";
        Some(lint("D03", &review_by.place, message, help))
    });
    due.collect()
}

/// D03: the same for a note of kind `assumption`.
fn old_note(case: &Case<'_>, note: &Note) -> Option<Diagnostic> {
    let review_by = note.review_by.as_ref().filter(|day| day.value < case.today)?;
    let is_open = note.kind.value == NoteKind::Assumption
        && !case.unreadable.any_in("notes/")
        && !case.unreadable.any_in("bets/")
        && concerns_a_running_bet(case, note)
        && !case.roadmap.notes.iter().any(|later| takes_up(later, note));
    if !is_open {
        return None;
    }
    let message = format!("`{}` was to be looked at again by {review_by}", note.id.value);
    let help = format!(
        "write a note that says whether it still holds, with `about = [\"note:{}\"]`",
        note.id.value
    );
    Some(lint("D03", &review_by.place, message, help))
}

fn concerns_a_running_bet(case: &Case<'_>, note: &Note) -> bool {
    let mut bets = note.about.iter().filter_map(|subject| match &subject.value {
        Subject::Bet(id) => case.roadmap.bet(id),
        _ => None,
    });
    bets.clone().next().is_none() || bets.any(|bet| bet.has_reached(Stage::Proposed))
}

fn takes_up(later: &Note, note: &Note) -> bool {
    let is_about = |subject: &Subject| matches!(subject, Subject::Note(id) if *id == note.id.value);
    later.supersedes.as_ref().is_some_and(|old| old.value == note.id.value)
        || later.about.iter().any(|subject| is_about(&subject.value))
}
