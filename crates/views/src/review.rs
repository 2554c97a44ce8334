//! The agenda of the next joint meeting: what changed since the last one and what is due, each with
//! who should speak.
//!
//! Where each sort of item comes from is in `review/agenda`.

mod agenda;

use std::collections::BTreeSet;
use std::fmt::Write;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::note::NoteKind;
use trueup_roadmap::{Diagnostic, Note, Roadmap};

use crate::because::{Because, because};
use crate::page::{Page, View};
use crate::seen::Seen;

/// What to talk about.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Review {
    pub today: Date,
    /// The day of the last review, or the one asked for; `null` where there was none.
    pub since: Option<Date>,
    pub has_evidence: bool,
    /// False where moves and new risks cannot be known.
    pub has_history: bool,
    /// By topic, in the order of the agenda.
    pub items: Vec<Item>,
    /// Within the last month.
    pub learned: Vec<Lesson>,
    pub because: Because,
    /// The start of the minutes, a note to be saved under `notes/`.
    pub minutes: Minutes,
}

/// One thing to talk about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Item {
    pub topic: Topic,
    /// The id of a bet or a note, or the path of a file.
    pub about: String,
    pub what: String,
    /// People's ids.
    pub speaks: Vec<String>,
    pub due: Option<Date>,
}

/// The parts of the agenda, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    ChangedVerdict,
    Overdue,
    MovedCriteria,
    UnreadRisk,
    DueRitual,
    OpenAction,
    DeniedFinding,
}

/// A learning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Lesson {
    pub on: Date,
    pub note: String,
    pub title: String,
    pub predicts: Option<String>,
}

/// A note to be filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Minutes {
    /// Where to save it, within the roadmap's folder.
    pub path: String,
    pub title: String,
    /// Who was there: all who speak.
    pub by: Vec<String>,
    /// The bets that are spoken of.
    pub about: Vec<String>,
    /// The agenda, with room for what is decided.
    pub body: String,
    /// The whole file.
    pub text: String,
}

impl Topic {
    /// In the order of the agenda.
    pub const ALL: [Topic; 7] = [
        Topic::ChangedVerdict,
        Topic::Overdue,
        Topic::MovedCriteria,
        Topic::UnreadRisk,
        Topic::DueRitual,
        Topic::OpenAction,
        Topic::DeniedFinding,
    ];

    /// As people read it.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Topic::ChangedVerdict => "changed verdicts",
            Topic::Overdue => "overdue time-boxes",
            Topic::MovedCriteria => "moved criteria",
            Topic::UnreadRisk => "unread risks",
            Topic::DueRitual => "due rituals",
            Topic::OpenAction => "open actions",
            Topic::DeniedFinding => "new denied findings",
        }
    }
}

/// The day of the last review note.
#[must_use]
pub fn last_review(roadmap: &Roadmap, today: Date) -> Option<Date> {
    let reviews = roadmap.notes.iter().filter(|note| note.kind.value == NoteKind::Review);
    reviews.map(|note| note.on.value).filter(|on| *on <= today).max()
}

/// Gathers what happened since a day, and what is due. `before` is what `check` said then; without
/// it every denied finding counts as new.
#[must_use]
pub fn review(seen: &Seen<'_>, since: Option<Date>, before: Option<&[Diagnostic]>) -> Review {
    let mut items = agenda::items(seen, since, before);
    items.sort_by_key(|item| item.topic);
    Review {
        today: seen.today,
        since,
        has_evidence: seen.report.is_some(),
        has_history: seen.history.is_some(),
        minutes: minutes(seen, &items),
        learned: learned(seen),
        because: because(seen.roadmap),
        items,
    }
}

/// The learnings of the last month.
fn learned(seen: &Seen<'_>) -> Vec<Lesson> {
    let month_ago = seen.today.saturating_sub(jiff::Span::new().months(1));
    let recent = |note: &&Note| {
        note.kind.value == NoteKind::Learning && (month_ago..=seen.today).contains(&note.on.value)
    };
    let lesson = |note: &Note| Lesson {
        on: note.on.value,
        note: note.id.value.clone(),
        title: note.headline().to_owned(),
        predicts: note.predicts.clone(),
    };
    seen.roadmap.notes.iter().filter(recent).map(lesson).collect()
}

/// The header with who is needed and what it is about, and a line for each item.
fn minutes(seen: &Seen<'_>, items: &[Item]) -> Minutes {
    let known = |id: &&String| seen.roadmap.people.contains_key(id.as_str());
    let mut by: BTreeSet<&String> =
        items.iter().flat_map(|item| &item.speaks).filter(known).collect();
    if by.is_empty() {
        let here = seen.roadmap.people.iter().filter(|(_, person)| person.left.is_none());
        by = here.map(|(id, _)| id).collect();
    }
    let bets = items.iter().map(|item| &item.about).filter(|id| seen.roadmap.bet(id).is_some());
    let about: BTreeSet<&String> = bets.collect();
    let mut body = String::new();
    for item in items {
        let _ = write!(body, "- {}: {}\n  - decided:\n", item.about, item.what);
    }
    let (today, title) = (seen.today, format!("Review of {}", seen.today));
    let text = format!(
        "+++\nkind = \"review\"\ntitle = \"{title}\"\non = {today}\nby = [{}]\nabout = [{}]\n\
         # [[action]]\n# what = \"...\"\n# by = \"...\"\n# due = {today}\n+++\n{body}",
        quoted(&by),
        quoted(&about),
    );
    let (by, about) = (owned(by), owned(about));
    Minutes { path: format!("notes/review-{today}.md"), title, by, about, body, text }
}

fn quoted(ids: &BTreeSet<&String>) -> String {
    ids.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ")
}

fn owned(ids: BTreeSet<&String>) -> Vec<String> {
    ids.into_iter().cloned().collect()
}

impl View for Review {
    fn page(&self) -> Page {
        let since = self.since.map_or("no review yet".to_owned(), |day| format!("since {day}"));
        let mut page = Page::default().heading(1, format!("Review on {}, {since}", self.today));
        if !self.has_evidence {
            page = page.paragraph("No evidence is read: import events to see changed verdicts.");
        }
        if !self.has_history {
            page = page.paragraph("No git repository holds the roadmap: moves are not known.");
        }
        for topic in Topic::ALL {
            let items = self.items.iter().filter(|item| item.topic == topic);
            let lines: Vec<String> = items.map(line).collect();
            page = page.heading(2, topic.heading());
            page = if lines.is_empty() { page.paragraph("none") } else { page.checklist(lines) };
        }
        page = page.heading(2, "learned this month");
        page = match self.learned.as_slice() {
            [] => page.paragraph("nothing"),
            lessons => page.list(lessons.iter().map(lesson).collect()),
        };
        page = self.because.on(page);
        let minutes = format!("Save as `{}` and fill in:", self.minutes.path);
        page.heading(2, "minutes").paragraph(minutes).code(self.minutes.text.clone())
    }
}

/// A line with a box to tick.
fn line(item: &Item) -> String {
    let due = item.due.map(|day| format!(", due {day}")).unwrap_or_default();
    let speaks = match item.speaks.as_slice() {
        [] => "nobody named".to_owned(),
        people => people.join(", "),
    };
    format!("`{}`: {}{due} ({speaks})", item.about, item.what)
}

fn lesson(lesson: &Lesson) -> String {
    let predicts = lesson.predicts.as_ref().map(|said| format!("; {said}")).unwrap_or_default();
    format!("{} {} (`note:{}`){predicts}", lesson.on, lesson.title, lesson.note)
}
