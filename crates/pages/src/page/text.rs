//! The whole text of one file, to be written by hand.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use super::Page;
use super::edit::{Home, section};
use super::merge::{Last, last};
use crate::consequence::{self, Consequences};
use crate::filters;
use crate::form::Typed;
use crate::form::whose::Whose;
use crate::frame::{Frame, Section};
use crate::snapshot::Snapshot;

/// A file as text.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "text.html")]
pub struct TextPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub path: String,
    pub id: String,
    pub what: &'static str,
    pub action: String,
    pub back: String,
    /// What is in the form.
    pub text: String,
    /// What the person saw, or what is there now where two versions were brought together.
    pub was: String,
    /// Why nothing was saved.
    pub error: Option<String>,
    /// Places where both changed the same lines.
    pub conflicts: usize,
    /// Who changed it last, where somebody did meanwhile.
    pub last: Option<Last>,
    pub consequences: Option<Consequences>,
    #[serde(skip)]
    #[schemars(skip)]
    whose: Whose,
}

impl TextPage {
    /// The text as it is, or as it was typed.
    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        (path, home): (&str, &Home),
        typed: &Typed,
        error: Option<String>,
    ) -> TextPage {
        let there = snapshot.source(path).map(|source| source.text.clone()).unwrap_or_default();
        let sent = |name: &str| typed.get(name).map(|text| text.replace("\r\n", "\n"));
        TextPage {
            whose: Whose::new(snapshot, &frame, typed),
            frame,
            path: path.to_owned(),
            id: home.id.clone(),
            what: home.kind.name(),
            action: home.text.clone(),
            back: home.page.clone(),
            text: sent("text").unwrap_or_else(|| there.clone()),
            was: sent("was").unwrap_or(there),
            error,
            conflicts: 0,
            last: None,
            consequences: None,
        }
    }

    /// With what two people wrote, to choose from; what is there now is what is changed next.
    #[must_use]
    pub fn to_choose(mut self, snapshot: &Snapshot, text: String, n: usize) -> Self {
        self.was =
            snapshot.source(&self.path).map(|source| source.text.clone()).unwrap_or_default();
        self.text = text;
        self.conflicts = n;
        self.last = last(snapshot, &self.path);
        self
    }

    fn section(&self) -> Section {
        section(self.what)
    }
}

impl Page for TextPage {}
