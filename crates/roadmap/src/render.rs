//! What was found, in each format that people and programs read. One object is behind all of them
//! and behind the exit code.

mod github;
mod json;
mod junit;
mod lines;
mod located;
mod markdown;
mod sarif;
mod text;

use crate::diagnostic::{Diagnostic, Severity, counted, summary_line};
use crate::source::Source;

pub use json::check_schema;
pub(crate) use markdown::escaped;
pub use text::render;

/// What was checked and what was found.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    pub sources: &'a [Source],
    pub diagnostics: &'a [Diagnostic],
    /// The roadmap's folder as the reader's tool names it, with `/`: usually within the repository.
    /// Empty when the roadmap lies at its top.
    pub folder: &'a str,
    /// How many bets could be read.
    pub bets: usize,
    /// How many outcomes could be read.
    pub outcomes: usize,
    /// The least severity that is bad news.
    pub deny: Severity,
}

/// How to print what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people: each finding drawn at its line, then the summary.
    Text { colour: bool },
    /// For programs; [`check_schema`] describes it.
    Json,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// JUnit XML, for pages of test results: one case for each file.
    Junit,
    /// Workflow commands of GitHub Actions: annotations on the changed lines.
    Github,
    /// A comment on a pull request.
    Markdown,
}

impl Checked<'_> {
    /// True when something was found that the caller counts as bad news.
    #[must_use]
    pub fn has_bad_news(&self) -> bool {
        self.diagnostics.iter().any(|found| self.is_bad_news(found))
    }

    fn is_bad_news(&self, found: &Diagnostic) -> bool {
        found.severity >= self.deny
    }

    /// One line that answers the question.
    fn summary(&self) -> String {
        if self.diagnostics.is_empty() {
            let (bets, outcomes) = (counted(self.bets, "bet"), counted(self.outcomes, "outcome"));
            return format!("ok: {bets}, {outcomes}, nothing to say");
        }
        summary_line(self.diagnostics)
    }
}

/// Prints what was found. Its cost grows with the text and with the findings, not with both at once.
#[must_use]
pub fn render_as(format: Format, checked: &Checked<'_>) -> String {
    match format {
        Format::Text { colour } => text::with_summary(checked, colour),
        Format::Json => json::json(checked),
        Format::Sarif => sarif::sarif(checked),
        Format::Junit => junit::junit(checked),
        Format::Github => github::github(checked),
        Format::Markdown => markdown::markdown(checked),
    }
}

/// What stands below the message: the label, what to write, what to do.
fn remarks(found: &Diagnostic) -> impl Iterator<Item = String> {
    let write = found.patch.as_ref().map(|patch| format!("write `{patch}`"));
    let help = found.help.as_ref().map(|help| format!("help: {help}"));
    found.label.clone().into_iter().chain(write).chain(help)
}

/// The message and what stands below it, one line each.
fn lines_of(found: &Diagnostic) -> String {
    std::iter::once(found.message.clone()).chain(remarks(found)).collect::<Vec<_>>().join("\n")
}

/// The text without what commands a terminal, turns the direction of writing or is no XML.
pub(crate) fn harmless(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\n' => '\n',
            '\t' => ' ',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => {
                '\u{fffd}'
            }
            letter if letter.is_control() => '\u{fffd}',
            letter => letter,
        })
        .collect()
}
