//! A note: what was decided, seen or learned, by whom and when. Notes are added, not rewritten.

use jiff::civil::Date;
use schemars::JsonSchema;

use crate::schema::written;
use crate::word::words;
use crate::{Place, Spanned, Suppression};

/// Markdown under a TOML header between lines of `+++`; this is the header.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Note {
    /// The file's name without its ending.
    #[schemars(skip)]
    pub id: Spanned<String>,
    /// What sort of note it is.
    pub kind: Spanned<NoteKind>,
    /// One line; the first heading of the text if absent.
    pub title: Option<String>,
    /// What it is about: a bet's id, or `capability:ID`, `outcome:ID`, `metric:ID`, `workflow:ID`,
    /// `model:ID`, `note:ID`.
    #[schemars(default, with = "written::OneOrMore<written::SubjectText>")]
    pub about: Vec<Spanned<Subject>>,
    /// Who wrote it, or was there.
    #[schemars(with = "written::OneOrMore<String>")]
    pub by: Vec<Spanned<String>>,
    /// The day it is about.
    pub on: Spanned<Date>,
    /// The customer (field, interview).
    pub account: Option<String>,
    /// What works (field).
    #[schemars(default)]
    pub works: Vec<String>,
    /// What breaks (field).
    #[schemars(default)]
    pub breaks: Vec<String>,
    /// Data that would help (field).
    #[schemars(default)]
    pub data_needed: Vec<String>,
    /// Where it can be seen: a running build (demo), minutes, a report.
    pub link: Option<Spanned<String>>,
    /// What was decided (decision).
    pub decision: Option<Spanned<Decision>>,
    /// The verdict it rests on (decision): its word, day and the roadmap's digest.
    pub verdict: Option<Spanned<String>>,
    /// The note that this one takes the place of, written `note:ID`.
    #[schemars(with = "Option<written::NoteReference>")]
    pub supersedes: Option<Spanned<String>>,
    /// What X does not predict, or does (learning).
    pub predicts: Option<String>,
    /// What is to be done (postmortem, retro, review).
    #[schemars(rename = "action", default)]
    pub actions: Vec<Action>,
    /// When it happened (postmortem).
    pub happened: Option<Date>,
    /// When it is looked at again (assumption).
    pub review_by: Option<Spanned<Date>>,
    /// The released model under `[models]` (model-release).
    pub model: Option<Spanned<String>>,
    /// Lints that are suppressed in this file, each with a reason and an end.
    #[schemars(default)]
    pub allow: Vec<Suppression>,
    /// The text below the header.
    #[schemars(skip)]
    pub body: String,
    /// The whole file.
    #[schemars(skip)]
    pub place: Place,
}

words! {
    /// What sort of note it is.
    pub enum NoteKind {
        /// Something was decided.
        Decision = "decision",
        /// Somebody who works with a customer reports what works and what breaks.
        Field = "field",
        /// A customer was asked.
        Interview = "interview",
        /// Something was learned.
        Learning = "learning",
        /// The team looked back.
        Retro = "retro",
        /// Something went wrong, and why.
        Postmortem = "postmortem",
        /// Working software was shown.
        Demo = "demo",
        /// Both sides met.
        Review = "review",
        /// A new model came out.
        ModelRelease = "model-release",
        /// Something is taken for true.
        Assumption = "assumption",
    }
}

words! {
    /// What was decided about a bet.
    pub enum Decision {
        /// It goes live.
        Ship = "ship",
        /// It goes on.
        Continue = "continue",
        /// Another bet follows.
        Pivot = "pivot",
        /// It ends.
        Kill = "kill",
        /// It ends, having taught what it should.
        Learned = "learned",
        /// It enters the next stage.
        Advance = "advance",
        /// It is taken out of service.
        Retire = "retire",
        /// It is switched off for now; its stage stays.
        Stop = "stop",
        /// It is switched on again.
        Restart = "restart",
    }
}

/// What a note is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A bet's id.
    Bet(String),
    /// A capability's id.
    Capability(String),
    /// An outcome's id.
    Outcome(String),
    /// A metric's id.
    Metric(String),
    /// A workflow's id.
    Workflow(String),
    /// A model's id.
    Model(String),
    /// Another note's id.
    Note(String),
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Action {
    /// What.
    pub what: Spanned<String>,
    /// Who.
    pub by: Option<Spanned<String>>,
    /// Until when.
    pub due: Option<Spanned<Date>>,
    /// True when it is done.
    #[schemars(default)]
    pub done: bool,
}

impl Decision {
    /// True for what moves no bet by its evidence, and so rests on no verdict.
    #[must_use]
    pub const fn rests_on_no_verdict(self) -> bool {
        matches!(self, Decision::Advance | Decision::Retire | Decision::Stop | Decision::Restart)
    }
}

impl Note {
    /// True when it is about the bet.
    #[must_use]
    pub fn is_about(&self, bet: &str) -> bool {
        self.about.iter().any(|subject| matches!(&subject.value, Subject::Bet(id) if id == bet))
    }

    /// The title, or the first line of the text without its marks.
    #[must_use]
    pub fn headline(&self) -> &str {
        let first = || {
            let mut lines = self.body.lines().map(|line| line.trim_start_matches('#').trim());
            lines.find(|line| !line.is_empty())
        };
        self.title.as_deref().or_else(first).unwrap_or(&self.id.value)
    }
}
