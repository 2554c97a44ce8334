//! Deciding: a note with the reasons, and the stage that follows.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use trueup_pages::Snapshot;
use trueup_pages::consequence::{Consequences, after};
use trueup_pages::form::Typed;
use trueup_pages::page::DecidePage;
use trueup_pages::page::decide::{decision, seen};
use trueup_roadmap::decide::{Asked, Decided, decide};
use trueup_roadmap::note::Decision;
use trueup_roadmap::{Source, digest, parse};

use super::save::{self, status, typed};
use super::sign::{day, part, sound};
use super::target::missing;
use crate::answer;
use crate::paths::Paths;
use crate::people::Action;
use crate::site::Site;
use crate::visit::{Editing, MayEdit, Visit};
use crate::workspace::{NotSaved, Workspace};

/// What the form sends.
const FIELDS: &[(&str, &str)] = &[
    ("decision", "What is decided, for example `ship`."),
    ("by", "Ids of the people who decide; once for each."),
    ("because", "Why, in Markdown."),
    ("on", "The day; today if absent."),
    ("seen", "The digest of the text that was seen."),
    ("person", "In whose name, where nobody logs in: an id under `[people]`."),
];

pub fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths
        .page::<DecidePage, _>(
            "/bets/{id}/decide",
            "What the evidence says, what may be decided and what each way lacks.",
            &[],
            show,
        )
        .post(
            "/bets/{id}/decide",
            "Decides: `decision`, `by` once for each who takes part, `because`, `on`; `seen` names the text.",
            send::<W>,
        )
        .fields(FIELDS)
}

async fn show(Path(id): Path<String>, MayEdit(visit): MayEdit) -> Response {
    page(&visit, &id, &Typed::default(), None)
}

fn page(visit: &Visit, id: &str, typed: &Typed, refused: Option<(StatusCode, String)>) -> Response {
    let (status, error) =
        refused.map_or((StatusCode::OK, None), |(status, why)| (status, Some(why)));
    match DecidePage::new(&visit.snapshot, visit.frame(), id, typed, error) {
        Some(page) => answer::with_status(status, &visit.headers, &page),
        None => missing(visit, id),
    }
}

/// What somebody wants decided, apart from the text that it is about.
#[derive(Debug, Clone)]
struct Question {
    bet: String,
    decision: Decision,
    by: Vec<String>,
    on: Date,
    because: Option<String>,
    verdict: Option<String>,
    /// Digest of the bet's file as it was seen.
    seen: String,
}

async fn send<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Path(id): Path<String>,
    mut editing: Editing,
) -> Response {
    let visit = &editing.visit;
    let Some(person) = editing.person.as_ref().filter(|_| visit.may(Action::Decide)) else {
        return visit.refuse(Action::Decide);
    };
    if visit.snapshot.roadmap().bet(&id).is_none() {
        return missing(visit, &id);
    }
    let typed = typed(&editing.fields);
    let question = match question(&visit.snapshot, &id, &typed, &person.id.value) {
        Ok(question) => question,
        Err(error) => {
            let refused = Some((status(&error), error.to_string()));
            return page(visit, &id, &typed, refused);
        }
    };
    // What would be denied is known here alone: it takes the history.
    if let Err(error) = allowed(&visit.snapshot, &question) {
        let refused = Some((status(&error), error.to_string()));
        return page(visit, &id, &typed, refused);
    }
    let message = said(&visit.snapshot, &question);
    let change = move |files: &[Source]| Ok(changed(decided(files, &question)?));
    match editing.write(&site, message, change).await {
        Ok(saved) => save::saved(&editing.visit, &saved, &format!("/bets/{}", part(&id))),
        Err(error) => {
            editing.visit.snapshot = site.workspace.snapshot();
            page(&editing.visit, &id, &typed, Some((status(&error), error.to_string())))
        }
    }
}

/// Whoever decides takes part; the others are those whom they name.
fn question(
    snapshot: &Snapshot,
    bet: &str,
    typed: &Typed,
    person: &str,
) -> Result<Question, NotSaved> {
    let refused = |why: String| NotSaved::Refused(why);
    let word =
        typed.filled("decision").ok_or_else(|| refused("choose what is decided".to_owned()))?;
    let decision = decision(word).ok_or_else(|| refused(format!("`{word}` is no decision")))?;
    let mut by = vec![person.to_owned()];
    for (_, other) in typed.0.iter().filter(|(name, _)| name == "by") {
        if !by.contains(other) {
            by.push(other.clone());
        }
    }
    let because = typed.filled("because").map(|text| text.replace("\r\n", "\n"));
    Ok(Question {
        bet: bet.to_owned(),
        decision,
        by,
        on: day(typed, snapshot.today()).map_err(refused)?,
        because,
        verdict: verdict(snapshot, bet, decision, typed)?,
        seen: typed.filled("seen").unwrap_or_default().to_owned(),
    })
}

/// The verdict that the evidence gives; the one named where there is no evidence.
fn verdict(
    snapshot: &Snapshot,
    bet: &str,
    decision: Decision,
    typed: &Typed,
) -> Result<Option<String>, NotSaved> {
    let named = || typed.filled("verdict").map(str::to_owned);
    if decision.rests_on_no_verdict() {
        return Ok(None);
    }
    let Some(judged) = snapshot.judged(bet) else { return Ok(named()) };
    match judged.verdict {
        None if decision == Decision::Ship => Err(NotSaved::Refused(format!(
            "the evidence gives no verdict on `{bet}`: {}",
            judged.because
        ))),
        word => Ok(word.map(|word| word.name().to_owned())),
    }
}

fn decided(files: &[Source], question: &Question) -> Result<Decided, NotSaved> {
    let parsed = parse(files);
    let (bet, _) = sound(&parsed, files, &question.bet)?;
    if seen(files, bet) != question.seen {
        let why =
            format!("`{}` is not as you saw it any more; read it again, then decide", question.bet);
        return Err(NotSaved::Conflict(why));
    }
    let asked = Asked {
        bet,
        decision: question.decision,
        by: &question.by,
        on: question.on,
        because: question.because.as_deref(),
        verdict: question.verdict.as_deref(),
    };
    decide(&parsed.roadmap, files, &digest(files), &asked)
        .map_err(|error| NotSaved::Refused(spoken(&error.to_string())))
}

/// What the command line would have to add is a field of the form here.
fn spoken(error: &str) -> String {
    error
        .replace("add `--as` one of:", "tick one of:")
        .replace(
            "name the one it rests on with `--verdict`, for example `--verdict ship`",
            "name the one it rests on",
        )
        .replace("says why with `--because`", "says why")
}

fn changed(decided: Decided) -> Vec<Source> {
    [Some(decided.note), decided.bet].into_iter().flatten().collect()
}

/// Fails when the roadmap would be denied for something that it is not denied for now.
fn allowed(snapshot: &Snapshot, question: &Question) -> Result<(), NotSaved> {
    if !matches!(question.decision, Decision::Advance | Decision::Ship) {
        return Ok(());
    }
    let decided = decided(&snapshot.sources, question)?;
    let stage = decided.stage;
    let found = Consequences::of(snapshot, &after(&snapshot.sources, &changed(decided)));
    let denied: Vec<String> = found
        .denied()
        .map(|told| format!("\n{} in {}: {}", told.code, told.path, told.message))
        .collect();
    if denied.is_empty() {
        return Ok(());
    }
    let denied = denied.concat();
    Err(NotSaved::Refused(format!("at `{stage}` this would be denied; mend it first:{denied}")))
}

/// The message of the commit.
fn said(snapshot: &Snapshot, question: &Question) -> String {
    let overrides = decided(&snapshot.sources, question).is_ok_and(|decided| decided.overrides);
    let against = if overrides { ", against its verdict" } else { "" };
    format!("Decide {} on `{}`{against}", question.decision, question.bet)
}
