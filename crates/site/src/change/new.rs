//! What is added: bets, asked for step by step, and notes.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use trueup_pages::consequence::{Consequences, after, unreadable};
use trueup_pages::form::Typed;
use trueup_pages::page::new_bet::{NewBet, new_bet};
use trueup_pages::page::new_note::note;
use trueup_pages::page::{CheckPage, NewBetPage, NewNotePage};
use trueup_roadmap::Source;
use trueup_roadmap::edit::path_at;

use super::edit::checked;
use super::save::{self, save, status, typed};
use super::sign::part;
use crate::answer;
use crate::paths::Paths;
use crate::site::Site;
use crate::visit::{Checking, Editing, MayEdit, Visit};
use crate::workspace::{NotSaved, Workspace};

pub fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    let about = &[("about", "What the note is about: a bet's id."), ("kind", "What sort of note.")];
    paths
        .page::<NewBetPage, _>("/new", "The first step of a new bet.", &[], begin)
        .post("/new/step", "Another step of a new bet, with what was typed.", step)
        .post("/new/check", "What the new bet would do as it stands.", check)
        .post("/new", "Adds a bet: `set:PATH` for each field.", add::<W>)
        .page::<NewNotePage, _>("/notes/new", "The form of a new note.", about, begin_note)
        .post("/notes/new", "Adds a note.", add_note::<W>)
}

type Wrong = BTreeMap<String, String>;

async fn begin(MayEdit(visit): MayEdit) -> Response {
    let nothing = (None, &Wrong::new());
    let page = NewBetPage::new(&visit.snapshot, visit.frame(), 1, &Typed::default(), nothing);
    answer::page(&visit.headers, &page)
}

async fn step(checking: Checking) -> Response {
    let (visit, typed) = (&checking.visit, typed(&checking.fields));
    let at = typed.filled("step").and_then(|step| step.parse::<usize>().ok()).unwrap_or(1);
    let to = match typed.get("go") {
        Some("next") => at.saturating_add(1),
        Some("back") => at.saturating_sub(1),
        _ => at,
    };
    let bet = looked_at(visit, &typed);
    // Whoever has filled in nonsense stays where it can be seen.
    let wrong = bet.as_ref().err().cloned().unwrap_or_default();
    let page = |step, error| {
        let wrong = (error, &wrong);
        NewBetPage::new(&visit.snapshot, visit.frame(), step, &typed, wrong)
    };
    let here = page(at, None);
    let is_here =
        here.groups.iter().flat_map(|group| &group.fields).any(|field| field.error.is_some());
    if typed.get("go") == Some("next") && is_here {
        let why = "mend what is marked below; everything that you typed is still here".to_owned();
        let page = page(at, Some(why));
        return answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, &visit.headers, &page);
    }
    let page = page(to, None);
    match bet {
        Ok(bet) if typed.get("go") == Some("check") => {
            answer::page(&visit.headers, &page.with_effect(&visit.snapshot, &bet))
        }
        _ => answer::page(&visit.headers, &page),
    }
}

async fn check(checking: Checking) -> Response {
    let (visit, typed) = (&checking.visit, typed(&checking.fields));
    let page = match new_bet(&visit.snapshot.sources, &typed) {
        Ok(bet) => {
            let all = after(&visit.snapshot.sources, &[bet.source]);
            CheckPage::of(Consequences::of(&visit.snapshot, &all))
        }
        Err(wrong) => CheckPage::wrong(wrong),
    };
    checked(visit, &page)
}

/// The bet as it stands, if what was typed can be read; what is not asked for yet is no error.
fn looked_at(visit: &Visit, typed: &Typed) -> Result<NewBet, Wrong> {
    new_bet(&visit.snapshot.sources, typed)
}

/// The bet, if its text can be read as a whole.
fn ready(files: &[Source], typed: &Typed) -> Result<NewBet, Wrong> {
    if typed.filled("set:title").is_none() {
        return Err([("title".to_owned(), "what do people call it?".to_owned())].into());
    }
    let bet = new_bet(files, typed)?;
    let all = after(files, std::slice::from_ref(&bet.source));
    let mut wrong = Wrong::new();
    for found in unreadable(files, &all) {
        let at = path_at(&bet.source.text, &found.place.span);
        let at = at.filter(|_| found.place.path == bet.source.path);
        let at = at.map_or_else(|| found.place.path.clone(), |path| path.to_string());
        wrong.insert(at, found.message);
    }
    if wrong.is_empty() { Ok(bet) } else { Err(wrong) }
}

async fn add<W: Workspace>(State(site): State<Arc<Site<W>>>, editing: Editing) -> Response {
    let visit = &editing.visit;
    let typed = typed(&editing.fields);
    let again = |status: StatusCode, why: String, wrong: &Wrong| {
        let page = NewBetPage::new(&visit.snapshot, visit.frame(), 4, &typed, (Some(why), wrong));
        answer::with_status(status, &visit.headers, &page)
    };
    let bet = match ready(&visit.snapshot.sources, &typed) {
        Ok(bet) => bet,
        Err(wrong) => {
            let why = "mend what is marked; everything that you typed is still here".to_owned();
            return again(StatusCode::UNPROCESSABLE_ENTITY, why, &wrong);
        }
    };
    let message = format!("Add the bet `{}`", bet.id);
    let sent = typed.clone();
    let change = move |files: &[Source]| match ready(files, &sent) {
        Ok(bet) => Ok(vec![bet.source]),
        Err(wrong) => Err(NotSaved::Conflict(wrong.into_values().collect::<Vec<_>>().join("; "))),
    };
    match save(&site, &editing, message, change).await {
        Ok(saved) => save::saved(visit, &saved, &format!("/bets/{}", part(&bet.id))),
        Err(error) => again(status(&error), error.to_string(), &Wrong::new()),
    }
}

#[derive(Deserialize)]
struct Asked {
    about: Option<String>,
    kind: Option<String>,
}

async fn begin_note(Query(asked): Query<Asked>, MayEdit(visit): MayEdit) -> Response {
    let given = [("about", asked.about), ("kind", asked.kind)];
    let given = given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let typed = Typed(given.collect());
    let page = NewNotePage::new(&visit.snapshot, visit.frame(), &typed, Wrong::new());
    answer::page(&visit.headers, &page)
}

async fn add_note<W: Workspace>(State(site): State<Arc<Site<W>>>, editing: Editing) -> Response {
    let visit = &editing.visit;
    let typed = typed(&editing.fields);
    let person = editing.person.as_ref().map(|person| person.id.value.clone());
    let again = |status: StatusCode, wrong: Wrong| {
        let page = NewNotePage::new(&visit.snapshot, visit.frame(), &typed, wrong);
        answer::with_status(status, &visit.headers, &page)
    };
    let new = match note(&visit.snapshot.sources, &typed, person.as_deref()) {
        Ok(new) => new,
        Err(wrong) => return again(StatusCode::UNPROCESSABLE_ENTITY, wrong),
    };
    let message = format!("Add the note `{}`", stem(&new.path));
    let (sent, writer) = (typed.clone(), person.clone());
    let change = move |files: &[Source]| {
        let new = note(files, &sent, writer.as_deref());
        new.map(|new| vec![new])
            .map_err(|wrong| NotSaved::Refused(wrong.into_values().collect::<Vec<_>>().join("; ")))
    };
    match save(&site, &editing, message, change).await {
        Ok(saved) => {
            // Where another note took the name meanwhile, this one has a number.
            let is_new = |source: &&Source| {
                source.path.starts_with("notes/") && visit.snapshot.source(&source.path).is_none()
            };
            let path = saved.snapshot.sources.iter().rfind(is_new);
            let path = path.map_or(new.path.as_str(), |source| source.path.as_str());
            save::saved(visit, &saved, &format!("/notes/{}", part(stem(path))))
        }
        Err(error) => {
            let wrong = [("title".to_owned(), error.to_string())].into();
            again(status(&error), wrong)
        }
    }
}

fn stem(path: &str) -> &str {
    path.trim_start_matches("notes/").trim_end_matches(".md")
}
