//! Search: what fits the words, over everything that the roadmap says.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use super::Page;
use super::diagnostics::Choice;
use crate::filters;
use crate::frame::{Frame, Section};
use crate::link::part;
use crate::search::{Hit, Kind, Query, meant, search};
use crate::snapshot::Snapshot;

/// More hits than this are not shown.
const AT_MOST: usize = 50;
/// What telemetry calls an interaction has at least so many letters.
const INTERACTION: usize = 8;

/// What was looked for, and what fits.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "search.html")]
pub struct SearchPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub query: Query,
    /// Only hits of this kind are asked for; `null` for all.
    pub kind: Option<Kind>,
    /// How many fit, by kind, whatever kind is asked for.
    pub kinds: Vec<OfKind>,
    /// The best, at most fifty.
    pub hits: Vec<Hit>,
    /// How many fit and are not shown.
    pub left: usize,
    /// What was probably meant, where nothing fits.
    pub meant: Option<String>,
    /// True when the words may be the id of an interaction.
    pub may_be_interaction: bool,
}

/// How many hits there are of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OfKind {
    pub kind: Kind,
    pub count: usize,
}

impl SearchPage {
    #[must_use]
    pub fn new(snapshot: &Snapshot, frame: Frame, text: &str, kind: Option<&str>) -> SearchPage {
        let query = Query::new(text);
        let kind = Kind::ALL.into_iter().find(|known| Some(known.name()) == kind);
        let all = search(snapshot, &query);
        let count =
            |kind| OfKind { kind, count: all.iter().filter(|hit| hit.kind == kind).count() };
        let kinds = Kind::ALL.map(count).into_iter().filter(|of| of.count > 0).collect();
        let meant = if all.is_empty() { meant(snapshot, &query) } else { None };
        let mut hits: Vec<Hit> =
            all.into_iter().filter(|hit| kind.is_none_or(|kind| hit.kind == kind)).collect();
        let left = hits.len().saturating_sub(AT_MOST);
        hits.truncate(AT_MOST);
        let may_be_interaction = may_be_interaction(&query.text);
        SearchPage { frame, query, kind, kinds, hits, left, meant, may_be_interaction }
    }

    fn section(&self) -> Section {
        Section::Search
    }

    /// Ways to narrow down what is shown.
    fn choices(&self) -> Vec<Choice> {
        let query = part(&self.query.text);
        let all = Choice {
            text: "all".to_owned(),
            count: self.kinds.iter().map(|of| of.count).sum(),
            to: self.frame.to(&format!("/search?q={query}")),
            is_chosen: self.kind.is_none(),
        };
        let one = |of: &OfKind| Choice {
            text: of.kind.plural().to_owned(),
            count: of.count,
            to: self.frame.to(&format!("/search?q={query}&kind={}", of.kind.name())),
            is_chosen: self.kind == Some(of.kind),
        };
        std::iter::once(all).chain(self.kinds.iter().map(one)).collect()
    }

    /// The same search for what was probably meant.
    fn instead(&self, text: &str) -> String {
        self.frame.to(&format!("/search?q={}", part(text)))
    }
}

/// True for one long word with a digit in it.
fn may_be_interaction(text: &str) -> bool {
    text.len() >= INTERACTION
        && !text.contains(char::is_whitespace)
        && text.contains(|letter: char| letter.is_ascii_digit())
}

impl Page for SearchPage {}
