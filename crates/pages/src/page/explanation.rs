//! The explanation of a code: what it is, why it matters, the way out, and where it holds today.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{Diagnostic, Severity, code_name, explain, severity};

use super::Page;
use super::diagnostics::{File, files};
use crate::filters;
use crate::frame::{Frame, Section};
use crate::said;
use crate::snapshot::Snapshot;

/// Findings that are shown beside an explanation.
const AT_MOST: usize = 50;

/// What a code means.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "explanation.html")]
pub struct ExplanationPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub code: String,
    pub name: String,
    /// As `trueup explain` prints it.
    pub text: String,
    /// How bad it is unless policy says otherwise.
    pub severity: Severity,
    /// How bad it is here today; `null` where policy allows it.
    pub here: Option<Severity>,
    /// How often it is found.
    pub count: usize,
    /// Where it is found: at most fifty.
    pub files: Vec<File>,
}

/// A part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'a> {
    Paragraph(&'a str),
    Example(&'a str),
}

impl ExplanationPage {
    /// `None` for what is no code.
    #[must_use]
    pub fn new(snapshot: &Snapshot, frame: Frame, code: &str) -> Option<ExplanationPage> {
        let text = explain(code)?;
        let found: Vec<&Diagnostic> =
            snapshot.diagnostics.iter().filter(|found| found.code == code).collect();
        Some(ExplanationPage {
            frame,
            code: code.to_owned(),
            name: code_name(code).unwrap_or(code).to_owned(),
            text: text.to_owned(),
            severity: severity(code),
            here: snapshot.roadmap().policy.severity(code, snapshot.today()),
            count: found.len(),
            files: files(snapshot, found.into_iter().take(AT_MOST)),
        })
    }

    fn section(&self) -> Section {
        Section::Diagnostics
    }

    /// What follows the heading: paragraphs, and examples, which are indented.
    fn parts(&self) -> Vec<Part<'_>> {
        let parts = self.text.split("\n\n").filter(|part| !part.trim().is_empty());
        let parts = parts.filter(|part| !part.starts_with('#'));
        parts
            .map(
                |part| {
                    if part.starts_with("    ") {
                        Part::Example(part)
                    } else {
                        Part::Paragraph(part)
                    }
                },
            )
            .collect()
    }

    /// The codes before and after this one.
    fn neighbours(&self) -> (Option<&'static str>, Option<&'static str>) {
        let codes = trueup_roadmap::codes();
        let at = codes.iter().position(|(code, _)| *code == self.code).unwrap_or_default();
        let code = |at: usize| codes.get(at).map(|(code, _)| *code);
        (at.checked_sub(1).and_then(code), code(at + 1))
    }
}

impl Page for ExplanationPage {}
