//! What is said when something is not done: why, and where to go from there.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use super::Page;
use crate::asset::ASSETS;
use crate::filters;
use crate::frame::{Frame, Section};

/// Something is not done for somebody who is let in, and why.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "refused.html")]
pub struct RefusedPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    /// The HTTP status.
    pub status: u16,
    /// What is the matter, in a few words.
    pub title: String,
    /// Why, and what to do.
    pub error: String,
    #[serde(skip)]
    #[schemars(skip)]
    pub way: Option<Way>,
}

/// The same for somebody who is not let in: nothing of the roadmap stands around it.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "outside.html")]
pub struct OutsidePage {
    /// The HTTP status.
    pub status: u16,
    /// What is the matter, in a few words.
    pub title: String,
    /// Why, and what to do.
    pub error: String,
    #[serde(skip)]
    #[schemars(skip)]
    pub ways: Vec<Way>,
}

/// Where to go from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub label: String,
    /// A path of this site, or the address of another that was looked at.
    pub path: String,
}

impl RefusedPage {
    #[must_use]
    pub fn new(
        frame: Frame,
        status: u16,
        title: &str,
        error: &str,
        way: Option<Way>,
    ) -> RefusedPage {
        RefusedPage { frame, status, title: title.to_owned(), error: error.to_owned(), way }
    }

    /// No part of the navigation is marked.
    fn section(&self) -> Section {
        Section::Search
    }
}

impl OutsidePage {
    #[must_use]
    pub fn new(
        status: u16,
        title: &str,
        error: &str,
        ways: impl IntoIterator<Item = Way>,
    ) -> OutsidePage {
        let (title, error) = (title.to_owned(), error.to_owned());
        OutsidePage { status, title, error, ways: ways.into_iter().collect() }
    }

    fn style(&self) -> &str {
        &ASSETS[0].path
    }

    fn mark(&self) -> &str {
        &ASSETS[2].path
    }
}

impl Page for RefusedPage {}
impl Page for OutsidePage {}
