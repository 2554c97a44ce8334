//! Signing and vouching: one person's word, for what they saw and nothing else.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use trueup_pages::form::Typed;
use trueup_pages::page::attest::value;
use trueup_pages::page::{AttestPage, SignPage};
use trueup_roadmap::edit::{Edit, Path as At, Value, edit, fields};
use trueup_roadmap::sign::{NotSigned, gate, sign, speaker};
use trueup_roadmap::{Bet, Parsed, Source, blocks_verdict, parse};

use super::save::{self, status, typed};
use super::target::missing;
use crate::answer;
use crate::paths::Paths;
use crate::people::Action;
use crate::site::Site;
use crate::visit::{Editing, MayEdit, Visit};
use crate::workspace::{NotSaved, Workspace};

/// What the form of a signature sends.
const SIGNED: &[(&str, &str)] = &[
    ("gate", "The gate's name."),
    ("digest", "The digest of the criteria that were seen."),
    ("person", "In whose name, where nobody logs in: an id under `[people]`."),
];
/// What the form of an attestation sends.
const VOUCHED: &[(&str, &str)] = &[
    ("attest", "What is vouched for: `GATE: TEXT`."),
    ("link", "Where the proof lies."),
    ("on", "The day; today if absent."),
    ("person", "In whose name, where nobody logs in: an id under `[people]`."),
];

pub fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    let gate = &[("gate", "The gate to sign; the one that the verdict rests on otherwise.")];
    paths
        .page::<SignPage, _>(
            "/bets/{id}/sign",
            "The criteria of a gate exactly as they are signed.",
            gate,
            show_gate,
        )
        .post(
            "/bets/{id}/sign",
            "Signs a `gate` for one's side; `digest` names the criteria that were seen.",
            sign_gate::<W>,
        )
        .fields(SIGNED)
        .page::<AttestPage, _>(
            "/bets/{id}/attest",
            "What a person vouches for before users come.",
            &[],
            show_attestations,
        )
        .post(
            "/bets/{id}/attest",
            "Vouches for `attest`, written `GATE: TEXT`, with a `link` and the day `on`.",
            vouch::<W>,
        )
        .fields(VOUCHED)
}

#[derive(Deserialize)]
struct Asked {
    gate: Option<String>,
}

async fn show_gate(
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    MayEdit(visit): MayEdit,
) -> Response {
    let gate = asked.gate.as_deref();
    gate_page(&visit, &id, gate, &Typed::default(), None)
}

/// The page of a gate, with why it was not signed.
fn gate_page(
    visit: &Visit,
    id: &str,
    gate: Option<&str>,
    typed: &Typed,
    refused: Option<(StatusCode, String)>,
) -> Response {
    let (status, error) =
        refused.map_or((StatusCode::OK, None), |(status, why)| (status, Some(why)));
    match SignPage::new(&visit.snapshot, visit.frame(), (id, gate), typed, error) {
        Some(page) => answer::with_status(status, &visit.headers, &page),
        None => missing(visit, id),
    }
}

async fn sign_gate<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Path(id): Path<String>,
    mut editing: Editing,
) -> Response {
    let visit = &editing.visit;
    let Some(person) = editing.person.clone() else {
        return visit.refuse(Action::Sign(trueup_roadmap::Side::Product));
    };
    if !visit.may(Action::Sign(person.side)) {
        return visit.refuse(Action::Sign(person.side));
    }
    if visit.snapshot.roadmap().bet(&id).is_none() {
        return missing(visit, &id);
    }
    let typed = typed(&editing.fields);
    let named = typed.filled("gate").unwrap_or("graduate").to_owned();
    let digest = typed.filled("digest").unwrap_or_default().to_owned();
    let (by, on) = (person.id.value.clone(), visit.snapshot.today());
    let message = format!("Sign `{named}` of `{id}` for {}", person.side.spoken());
    let (bet, name) = (id.clone(), named.clone());
    let change = move |files: &[Source]| signed(files, (&bet, &name), &digest, &by, on);
    match editing.write(&site, message, change).await {
        Ok(saved) => save::saved(&editing.visit, &saved, &format!("/bets/{}", part(&id))),
        Err(error) => {
            editing.visit.snapshot = site.workspace.snapshot();
            let refused = Some((status(&error), error.to_string()));
            gate_page(&editing.visit, &id, Some(&named), &typed, refused)
        }
    }
}

fn signed(
    files: &[Source],
    (bet, name): (&str, &str),
    digest: &str,
    by: &str,
    on: Date,
) -> Result<Vec<Source>, NotSaved> {
    let parsed = parse(files);
    let (bet, source) = sound(&parsed, files, bet)?;
    let gate = gate(bet, name).map_err(|error| refused(&error))?;
    if gate.digest != digest {
        return Err(NotSaved::Conflict(format!(
            "the criteria of `{name}` are not those that you saw: they are {} now, not `{digest}`; read them \
             below and sign again",
            format_args!("`{}`", gate.digest)
        )));
    }
    let person = speaker(&parsed.roadmap, by, on).map_err(|error| refused(&error))?;
    let signed = sign(source, gate, person, on).map_err(|error| match error {
        NotSigned::Already { .. } => NotSaved::Conflict(error.to_string()),
        error => refused(&error),
    })?;
    Ok(vec![signed.source])
}

fn refused(error: &dyn std::fmt::Display) -> NotSaved {
    NotSaved::Refused(error.to_string())
}

/// A bet whose every key was understood, and its file.
pub fn sound<'a>(
    parsed: &'a Parsed,
    files: &'a [Source],
    id: &str,
) -> Result<(&'a Bet, &'a Source), NotSaved> {
    let bet = parsed.roadmap.bet(id);
    let bet = bet.ok_or_else(|| NotSaved::Conflict(format!("the bet `{id}` is gone")))?;
    let path = bet.place.path.as_str();
    let broken = parsed.diagnostics.iter().find(|found| {
        blocks_verdict(found.code) && [path, "roadmap.toml"].contains(&found.place.path.as_str())
    });
    if let Some(found) = broken {
        let (message, path) = (&found.message, &found.place.path);
        return Err(NotSaved::Refused(format!("{message} in `{path}`; mend it first")));
    }
    let source = files.iter().find(|file| file.path == path);
    Ok((bet, source.expect("a bet was read from one of the files")))
}

async fn show_attestations(Path(id): Path<String>, MayEdit(visit): MayEdit) -> Response {
    attest_page(&visit, &id, &Typed::default(), None)
}

fn attest_page(
    visit: &Visit,
    id: &str,
    typed: &Typed,
    refused: Option<(StatusCode, String)>,
) -> Response {
    let (status, error) =
        refused.map_or((StatusCode::OK, None), |(status, why)| (status, Some(why)));
    match AttestPage::new(&visit.snapshot, visit.frame(), id, typed, error) {
        Some(page) => answer::with_status(status, &visit.headers, &page),
        None => missing(visit, id),
    }
}

async fn vouch<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Path(id): Path<String>,
    mut editing: Editing,
) -> Response {
    let visit = &editing.visit;
    let Some(person) = editing.person.clone() else {
        return visit.refuse(Action::Sign(trueup_roadmap::Side::Product));
    };
    let typed = typed(&editing.fields);
    let word = match word(&typed, &person.id.value, visit.snapshot.today()) {
        Ok(word) => word,
        Err(why) => {
            let refused = Some((StatusCode::UNPROCESSABLE_ENTITY, why));
            return attest_page(visit, &id, &typed, refused);
        }
    };
    let what: String = word.what.chars().filter(|c| !c.is_control() && *c != '`').collect();
    let message = format!("Vouch for `{what}` of `{id}`");
    let bet = id.clone();
    let change = move |files: &[Source]| attested(files, &bet, &word);
    match editing.write(&site, message, change).await {
        Ok(saved) => save::saved(&editing.visit, &saved, &format!("/bets/{}", part(&id))),
        Err(error) => {
            editing.visit.snapshot = site.workspace.snapshot();
            attest_page(&editing.visit, &id, &typed, Some((status(&error), error.to_string())))
        }
    }
}

/// Somebody's word for something.
struct Word {
    /// As the form names it: gate and text.
    what: String,
    by: String,
    link: Option<String>,
    on: Date,
}

fn word(typed: &Typed, by: &str, today: Date) -> Result<Word, String> {
    let what = typed.filled("attest").ok_or("choose what you vouch for")?.to_owned();
    let link = typed.filled("link").map(str::to_owned);
    let on = day(typed, today)?;
    Ok(Word { what, by: by.to_owned(), link, on })
}

/// The day that somebody names for what they do; today if they name none.
pub fn day(typed: &Typed, today: Date) -> Result<Date, String> {
    let Some(named) = typed.filled("on") else { return Ok(today) };
    match named.parse::<Date>() {
        Ok(day) if day > today => Err(format!("{day} lies ahead; name a day up to today")),
        Ok(day) => Ok(day),
        Err(_) => Err(format!("`{named}` is no date; write for example {today}")),
    }
}

fn attested(files: &[Source], bet: &str, word: &Word) -> Result<Vec<Source>, NotSaved> {
    let parsed = parse(files);
    let (bet, source) = sound(&parsed, files, bet)?;
    speaker(&parsed.roadmap, &word.by, word.on).map_err(|error| refused(&error))?;
    let written = fields(&source.text).map_err(|error| refused(&error))?;
    let row = bet.gates.iter().find_map(|gate| {
        let start = format!("gate.{}.criteria[", gate.name.value);
        written.iter().find_map(|(path, text)| {
            let path = path.to_string();
            let row = path.strip_suffix(".attest").filter(|row| row.starts_with(&start))?;
            (value(&gate.name.value, text.as_text()?) == word.what).then(|| row.to_owned())
        })
    });
    let gone = || NotSaved::Conflict(format!("`{}` is not asked for any more", word.what));
    let row = row.ok_or_else(gone)?;
    let at = |key: &str| {
        let path = format!("{row}.{key}");
        let old = written.iter().find(|(known, _)| known.to_string() == path);
        let path: At = path.parse().expect("a path with one more key is a path");
        (path, old.map(|(_, value)| value.clone()))
    };
    if let (_, Some(by)) = at("by") {
        let by = by.as_text().unwrap_or_default();
        return Err(NotSaved::Conflict(format!("`{by}` vouched for `{}` already", word.what)));
    }
    let new = [
        ("by", Some(Value::from(word.by.as_str()))),
        ("link", word.link.as_deref().map(Value::from)),
        ("on", Some(Value::from(word.on))),
    ];
    let edits = new.into_iter().filter_map(|(key, new)| {
        let (path, old) = at(key);
        new.map(|new| Edit { path, old, new: Some(new) })
    });
    let text = edit(&source.text, &edits.collect::<Vec<_>>()).map_err(|error| refused(&error))?;
    Ok(vec![Source { path: source.path.clone(), text }])
}

/// A part of a path.
pub fn part(id: &str) -> String {
    trueup_pages::link::part(id)
}
