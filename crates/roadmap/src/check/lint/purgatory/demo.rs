//! P04: demos get better while nobody uses it.

use jiff::civil::Date;

use super::super::super::Case;
use super::{can_be_stuck, graduation, lint};
use crate::bet::delivery::Deployment;
use crate::bet::{Bet, Stage};
use crate::diagnostic::{Diagnostic, counted};
use crate::history::{History, Version};
use crate::note::{Note, NoteKind, Subject};

pub(super) fn check(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let today = |deployment: &Deployment| deployment.since.is_none_or(|since| since <= case.today);
    if !can_be_stuck(bet) || bet.deployments.iter().any(today) {
        return None;
    }
    let since = criteria_since(case, bet);
    let demos = case.roadmap.notes.iter().filter(|note| {
        let on = note.on.value;
        let is_new = since.is_none_or(|since| since < on) && on <= case.today;
        note.kind.value == NoteKind::Demo && is_new && note.is_about(&bet.id.value)
    });
    let demos: Vec<&Note> = demos.collect();
    let first = demos.first()?;
    if demos.len() <= case.roadmap.policy.demos_at_most as usize {
        return None;
    }
    let message = format!(
        "`{}` was shown {} since {}, and nobody uses it",
        bet.id.value,
        counted(demos.len(), "time"),
        first.on
    );
    let help = "give it to a few people under a gate and write `[[deployment]]`, or end it";
    Some(lint("P04", &bet.stage.place, message, help))
}

/// The day of the last change of the criteria, as far as it is known.
fn criteria_since(case: &Case<'_>, bet: &Bet) -> Option<Date> {
    let gate = bet.graduation()?;
    let changed = case.history.and_then(|history| last_change(history, bet));
    changed.or_else(|| Some(gate.signature.as_ref()?.on))
}

fn last_change(history: &History, bet: &Bet) -> Option<Date> {
    let versions = history.bet(&bet.id.value);
    let digest = |version: &Version<Bet>| graduation(version).map(|gate| gate.digest.clone());
    let mut last: Option<(String, Date)> = None;
    for version in versions {
        let Some(digest) = digest(version) else { continue };
        if last.as_ref().is_none_or(|(known, _)| *known != digest) {
            last = Some((digest, history.revision(version).on));
        }
    }
    last.map(|(_, day)| day)
}

/// Demos that show no running build.
pub(super) fn notes(case: &Case<'_>) -> Vec<Diagnostic> {
    let demos = case.roadmap.notes.iter().filter(|note| {
        let is_whole = !case.unreadable.is_incomplete(&note.place.path);
        note.kind.value == NoteKind::Demo && is_whole && is_under_way(case, note)
    });
    demos.filter_map(runs_nowhere).collect()
}

/// True unless all bets that it is about have ended.
fn is_under_way(case: &Case<'_>, note: &Note) -> bool {
    let ended = note.about.iter().all(|subject| match &subject.value {
        Subject::Bet(id) => {
            let bet = case.roadmap.bet(id);
            bet.is_some_and(|bet| !bet.has_reached(Stage::Proposed))
        }
        _ => false,
    });
    note.about.is_empty() || !ended
}

fn runs_nowhere(note: &Note) -> Option<Diagnostic> {
    let help = "show working software: write `link = \"https://...\"`, where the build runs";
    let Some(link) = &note.link else {
        return Some(lint("P04", &note.kind.place, "this demo names no running build", help));
    };
    let (kind, url) =
        (if is_notebook(&link.value) { "a notebook" } else { "no address" }, &link.value);
    let is_address = url.starts_with("https://") || url.starts_with("http://");
    if is_address && !is_notebook(url) {
        return None;
    }
    Some(lint("P04", &link.place, format!("`{url}` is {kind}, not a running build"), help))
}

/// Hosts and paths that serve notebooks.
const NOTEBOOKS: [&str; 6] =
    [".ipynb", "colab.", "nbviewer.", "kaggle.com/code", "/notebooks/", "deepnote.com"];

fn is_notebook(link: &str) -> bool {
    let link = link.to_lowercase();
    let path = link.split(['?', '#']).next().unwrap_or(&link);
    NOTEBOOKS.iter().any(|mark| path.contains(mark))
}
