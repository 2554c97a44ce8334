//! A new note: what was seen, asked, learned or looked back at, by whom and about what.

use std::collections::BTreeMap;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::edit::Value;
use trueup_roadmap::note::NoteKind;
use trueup_roadmap::word::Word;
use trueup_roadmap::{Source, format};
use trueup_views::review::Minutes;

use super::Page;
use crate::filters;
use crate::form::Typed;
use crate::form::whose::{Somebody, Whose, here};
use crate::frame::{Frame, Section};
use crate::snapshot::Snapshot;

/// The form of a new note.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "new-note.html")]
pub struct NewNotePage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub kinds: Vec<Kind>,
    pub title: String,
    pub about: String,
    pub on: String,
    pub account: String,
    pub link: String,
    pub body: String,
    pub people: Vec<Somebody>,
    pub by: Vec<String>,
    /// Bets that it may be about.
    pub bets: Vec<String>,
    /// Why nothing was saved, by field.
    pub errors: BTreeMap<String, String>,
    #[serde(skip)]
    #[schemars(skip)]
    whose: Whose,
}

/// A sort of note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Kind {
    pub word: &'static str,
    pub meaning: &'static str,
    pub chosen: bool,
}

impl NewNotePage {
    /// The form with the minutes of a review, to be filled in.
    #[must_use]
    pub fn of_minutes(snapshot: &Snapshot, frame: Frame, minutes: &Minutes) -> NewNotePage {
        let about = minutes.about.join(", ");
        let fields = [
            ("kind", "review"),
            ("title", &minutes.title),
            ("about", &about),
            ("body", &minutes.body),
        ];
        let by = minutes.by.iter().map(|id| ("by", id.as_str()));
        let fields = fields.into_iter().chain(by);
        let typed = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        NewNotePage::new(snapshot, frame, &Typed(typed.collect()), BTreeMap::new())
    }

    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        typed: &Typed,
        errors: BTreeMap<String, String>,
    ) -> NewNotePage {
        let text = |name: &str| typed.get(name).unwrap_or_default().to_owned();
        let kind = typed.filled("kind").unwrap_or("learning");
        let kinds = NoteKind::WORDS.iter().filter(|(_, kind)| *kind != NoteKind::Decision);
        let today = snapshot.today().to_string();
        NewNotePage {
            whose: Whose::new(snapshot, &frame, typed),
            frame,
            kinds: kinds
                .map(|(word, one)| Kind { word, meaning: meaning(*one), chosen: *word == kind })
                .collect(),
            title: text("title"),
            about: text("about"),
            on: typed.filled("on").map_or(today, str::to_owned),
            account: text("account"),
            link: text("link"),
            body: text("body"),
            people: here(snapshot),
            by: typed.0.iter().filter(|(name, _)| name == "by").map(|(_, id)| id.clone()).collect(),
            bets: snapshot.roadmap().bets.iter().map(|bet| bet.id.value.clone()).collect(),
            errors,
        }
    }

    fn section(&self) -> Section {
        Section::Board
    }

    fn wrote(&self, id: &str) -> bool {
        self.by.iter().any(|by| by == id)
    }

    /// True for the person who is logged in: they wrote it in any case.
    fn is_viewer(&self, id: &str) -> bool {
        self.frame.viewer.person.as_deref() == Some(id)
    }

    fn error(&self, field: &str) -> Option<&String> {
        self.errors.get(field)
    }
}

fn meaning(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Decision => "something was decided",
        NoteKind::Field => "what works and what breaks at a customer",
        NoteKind::Interview => "a customer was asked",
        NoteKind::Learning => "something was learned",
        NoteKind::Retro => "the team looked back",
        NoteKind::Postmortem => "something went wrong, and why",
        NoteKind::Demo => "working software was shown",
        NoteKind::Review => "both sides met",
        NoteKind::ModelRelease => "a new model came out",
        NoteKind::Assumption => "something is taken for true",
    }
}

/// The file of a new note, and its name among those that are there; or what is missing, by field.
pub fn note(
    files: &[Source],
    typed: &Typed,
    person: Option<&str>,
) -> Result<Source, BTreeMap<String, String>> {
    let mut wrong = BTreeMap::new();
    let mut asked = |name: &str, what: &str| {
        let there = typed.filled(name).map(str::to_owned);
        if there.is_none() {
            wrong.insert(name.to_owned(), what.to_owned());
        }
        there.unwrap_or_default()
    };
    let (kind, title) =
        (asked("kind", "choose what sort of note it is"), asked("title", "say it in one line"));
    let mut by: Vec<&str> = person.into_iter().collect();
    for (_, other) in typed.0.iter().filter(|(name, _)| name == "by") {
        if !by.contains(&other.as_str()) {
            by.push(other);
        }
    }
    let on = typed.filled("on").unwrap_or_default();
    if on.parse::<jiff::civil::Date>().is_err() {
        wrong.insert("on".to_owned(), format!("`{on}` is no date; write for example 2026-12-11"));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let about = typed.filled("about").unwrap_or_default();
    let about = about.split([',', '\n']).map(str::trim).filter(|about| !about.is_empty());
    let list = |values: Vec<&str>| values.into_iter().map(Value::from).collect::<Value>();
    let mut header = vec![
        ("kind", Value::from(kind.as_str())),
        ("title", Value::from(title.as_str())),
        ("about", list(about.collect())),
        ("by", list(by)),
    ];
    for name in ["account", "link"] {
        header.extend(typed.filled(name).map(|text| (name, Value::from(text))));
    }
    let lines: Vec<String> =
        header.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
    let header = lines.concat();
    let body = typed.get("body").unwrap_or_default().replace("\r\n", "\n");
    let path = free(files, "notes", &slug(&title), "md");
    let text = format!("+++\n{header}on = {on}\n+++\n\n{}\n", body.trim());
    let source = Source { path, text };
    let text = format(&source).unwrap_or_else(|_| source.text.clone());
    Ok(Source { text, ..source })
}

/// A title as a file's name.
#[must_use]
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for letter in title.to_lowercase().chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let short: String = slug.chars().take(LONGEST).collect();
    let short = short.trim_end_matches('-');
    if short.is_empty() { "untitled".to_owned() } else { short.to_owned() }
}

/// Names are not longer than this, so that a number finds room behind.
const LONGEST: usize = 50;

/// A path that no file has yet.
fn free(files: &[Source], folder: &str, name: &str, ending: &str) -> String {
    let path = |number: usize| {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        format!("{folder}/{name}{number}.{ending}")
    };
    let is_free = |path: &String| files.iter().all(|file| file.path != *path);
    (1..=files.len() + 1).map(path).find(is_free).expect("there are more numbers than files")
}

impl Page for NewNotePage {}
