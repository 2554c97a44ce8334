//! Notes: what was decided, seen or learned, as a line in a list and as a page.

use askama::Template;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::note::{Action, Decision, NoteKind, Subject};
use trueup_roadmap::{Note, Roadmap, nearest};
use trueup_views::Unknown;

use super::Page;
use super::bet::{Fact, is_web, name_of};
use crate::filters;
use crate::frame::{Frame, Section};
use crate::link;
use crate::markdown;
use crate::snapshot::Snapshot;

/// A note in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NoteLine {
    pub id: String,
    pub kind: NoteKind,
    pub title: String,
    pub on: Date,
    /// Who wrote it, or was there.
    pub by: Vec<String>,
    /// What was decided.
    pub decision: Option<Decision>,
    /// True where a later note takes its place.
    pub superseded: bool,
}

/// The notes about a bet, newest first.
#[must_use]
pub fn notes_about(roadmap: &Roadmap, bet: &str) -> Vec<NoteLine> {
    let mut notes: Vec<NoteLine> =
        roadmap.notes_about(bet).map(|note| NoteLine::of(roadmap, note)).collect();
    notes.reverse();
    notes
}

impl NoteLine {
    #[must_use]
    pub fn of(roadmap: &Roadmap, note: &Note) -> NoteLine {
        NoteLine {
            id: note.id.value.clone(),
            kind: note.kind.value,
            title: note.headline().to_owned(),
            on: note.on.value,
            by: note.by.iter().map(|by| name_of(roadmap, &by.value)).collect(),
            decision: note.decision.as_ref().map(|decision| decision.value),
            superseded: successor(roadmap, &note.id.value).is_some(),
        }
    }

    /// `decision: kill`, `field`.
    #[must_use]
    pub fn kind(&self) -> String {
        match self.decision {
            Some(decision) => format!("{}: {decision}", self.kind),
            None => self.kind.to_string(),
        }
    }

    #[must_use]
    pub fn people(&self) -> String {
        self.by.join(", ")
    }
}

/// One note.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "note.html")]
pub struct NotePage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub note: NoteLine,
    /// What it is about, each with its page.
    pub about: Vec<Fact>,
    /// What its head says.
    pub facts: Vec<Fact>,
    /// What is to be done.
    pub actions: Vec<ToDo>,
    /// Its text, in Markdown.
    pub body: String,
    /// The notes that it takes the place of, or that took its place.
    pub chain: Vec<Fact>,
    /// The file.
    pub path: String,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ToDo {
    pub what: String,
    pub by: Option<String>,
    pub due: Option<Date>,
    pub done: bool,
}

impl NotePage {
    /// Finds the note; says the nearest when there is none of that id.
    pub fn new(snapshot: &Snapshot, frame: Frame, id: &str) -> Result<NotePage, Unknown> {
        let roadmap = snapshot.roadmap();
        let note = roadmap.note(id).ok_or_else(|| unknown(roadmap, id))?;
        Ok(NotePage {
            frame,
            note: NoteLine::of(roadmap, note),
            about: note.about.iter().map(|subject| about(roadmap, &subject.value)).collect(),
            facts: facts(note),
            actions: note.actions.iter().map(|action| to_do(roadmap, action)).collect(),
            body: note.body.clone(),
            chain: chain(roadmap, note),
            path: note.place.path.clone(),
        })
    }

    fn section(&self) -> Section {
        Section::Board
    }

    /// The text below the heading that is the title of the page already.
    fn html(&self) -> String {
        let body = self.body.trim_start();
        let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
        let is_title = first.starts_with('#')
            && first.trim_start_matches('#').trim() == self.note.title.trim();
        markdown::html(if is_title { rest } else { body }, 2)
    }
}

impl Page for NotePage {}

fn unknown(roadmap: &Roadmap, id: &str) -> Unknown {
    let known: Vec<&str> = roadmap.notes.iter().map(|note| note.id.value.as_str()).collect();
    Unknown(match nearest(id, known.iter().copied()) {
        Some(near) => format!("no note `{id}`; did you mean `{near}`?"),
        None if known.is_empty() => format!("no note `{id}`; there are none yet"),
        None => format!("no note `{id}`; the board leads to each bet and its notes"),
    })
}

/// What a note is about, by the name that people give it.
fn about(roadmap: &Roadmap, subject: &Subject) -> Fact {
    let known = |title: Option<&str>, id: &str| title.unwrap_or(id).to_owned();
    let (kind, title, page) = match subject {
        Subject::Bet(id) => {
            let title = roadmap.bet(id).map(|bet| bet.title.value.as_str());
            ("Bet", known(title, id), format!("/bets/{}", link::part(id)))
        }
        Subject::Outcome(id) => {
            let title = roadmap.outcome(id).map(|outcome| outcome.title.as_str());
            ("Outcome", known(title, id), format!("/outcomes/{}", link::part(id)))
        }
        Subject::Capability(id) => {
            let title = roadmap.capability(id).map(|capability| capability.title.as_str());
            ("Capability", known(title, id), format!("/capabilities#at-{}", link::part(id)))
        }
        Subject::Metric(id) => {
            let title = roadmap.metric(id).map(|metric| metric.title.as_str());
            ("Metric", known(title, id), format!("/definitions/{}", link::part(id)))
        }
        Subject::Workflow(id) => {
            let title = roadmap.workflow(id).map(|workflow| workflow.profession.value.as_str());
            ("Workflow", known(title, id), format!("/workflows#at-{}", link::part(id)))
        }
        Subject::Note(id) => ("Note", headline(roadmap, id), note_path(id)),
        Subject::Model(id) => return Fact::new("Model", id),
    };
    Fact::new(kind, title).on(page)
}

fn headline(roadmap: &Roadmap, id: &str) -> String {
    roadmap.note(id).map_or_else(|| id.to_owned(), |note| note.headline().to_owned())
}

fn note_path(id: &str) -> String {
    format!("/notes/{}", link::part(id))
}

/// The head of a note, but for what stands at the top of the page.
fn facts(note: &Note) -> Vec<Fact> {
    let list = |name: &'static str, texts: &[String]| -> Vec<Fact> {
        texts.iter().map(|text| Fact::new(name, text)).collect()
    };
    let mut facts = Vec::new();
    facts.extend(note.verdict.as_ref().map(|verdict| Fact::new("Rests on", &verdict.value)));
    facts.extend(note.account.as_ref().map(|account| Fact::new("Account", account)));
    facts.extend(list("Works", &note.works));
    facts.extend(list("Breaks", &note.breaks));
    facts.extend(list("Data that would help", &note.data_needed));
    facts.extend(note.predicts.as_ref().map(|predicts| Fact::new("Learned", predicts)));
    facts.extend(note.model.as_ref().map(|model| Fact::new("Model", &model.value)));
    facts.extend(note.happened.map(|day| Fact::new("Happened", day.to_string())));
    let review = note.review_by.as_ref();
    facts.extend(review.map(|day| Fact::new("Looked at again by", day.value.to_string())));
    facts.extend(note.link.as_ref().map(|link| {
        let web = Some(&link.value).filter(|link| is_web(link)).cloned();
        Fact { link: web, ..Fact::new("Seen at", &link.value) }
    }));
    facts
}

fn to_do(roadmap: &Roadmap, action: &Action) -> ToDo {
    ToDo {
        what: action.what.value.clone(),
        by: action.by.as_ref().map(|by| name_of(roadmap, &by.value)),
        due: action.due.as_ref().map(|due| due.value),
        done: action.done,
    }
}

fn chain(roadmap: &Roadmap, note: &Note) -> Vec<Fact> {
    let before = note.supersedes.as_ref().map(|id| id.value.trim_start_matches("note:"));
    let before =
        before.map(|id| Fact::new("Takes the place of", headline(roadmap, id)).on(note_path(id)));
    let after = successor(roadmap, &note.id.value)
        .map(|later| Fact::new("Its place took", later.headline()).on(note_path(&later.id.value)));
    before.into_iter().chain(after).collect()
}

/// The note that takes the place of this one.
fn successor<'a>(roadmap: &'a Roadmap, id: &str) -> Option<&'a Note> {
    let replaces = |note: &&Note| {
        note.supersedes.as_ref().is_some_and(|old| old.value.trim_start_matches("note:") == id)
    };
    roadmap.notes.iter().find(replaces)
}
