//! What was found, for programs. The types here are the published format.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::Checked;
use super::lines::Position;
use super::located::{Located, locate, name};
use crate::diagnostic::Severity;

/// The name and version of this format.
const FORMAT: &str = "trueup/check/1";

/// What `trueup check` found in a roadmap.
#[derive(Serialize, JsonSchema)]
struct Check<'a> {
    /// The version of this format.
    schema: &'static str,
    /// Sorted by file, then by place.
    diagnostics: Vec<Finding<'a>>,
    summary: Summary,
}

/// One thing to say about one place.
#[derive(Serialize, JsonSchema)]
struct Finding<'a> {
    /// A code that `trueup explain` knows, for example `F02`.
    code: &'a str,
    /// The name of the code, for example `unknown-key`.
    name: &'a str,
    severity: Severity,
    message: &'a str,
    /// The file, with `/`, from the folder that the program ran in; in GitHub Actions from the top
    /// of the repository.
    path: &'a str,
    /// Where it starts; the start of the file when it is about the file as a whole.
    start: At,
    /// Behind its last character; the same as `start` when it is about the file as a whole.
    end: At,
    /// What to read beside the place itself.
    label: Option<&'a str>,
    /// What to do next.
    help: Option<&'a str>,
    /// What to write between `start` and `end`, when the mending is mechanical.
    patch: Option<&'a str>,
}

/// A place in a file.
#[derive(Serialize, JsonSchema)]
struct At {
    /// From 1.
    line: usize,
    /// In characters (Unicode scalar values), from 1; a byte order mark is not counted.
    column: usize,
    /// In bytes of the file as UTF-8, from 0; a byte order mark is counted.
    byte: usize,
}

/// The numbers, and what the exit code says.
#[derive(Serialize, JsonSchema)]
struct Summary {
    /// True when the exit code is 1: something is at or above `--deny`.
    bad_news: bool,
    /// How many files were read.
    files: usize,
    /// How many bets could be read.
    bets: usize,
    /// How many outcomes could be read.
    outcomes: usize,
    /// How many diagnostics have the severity `deny`.
    deny: usize,
    /// How many diagnostics have the severity `warn`.
    warn: usize,
    /// How many diagnostics have the severity `note`.
    note: usize,
}

pub(super) fn json(checked: &Checked<'_>) -> String {
    let located = locate(checked);
    let check = Check {
        schema: FORMAT,
        diagnostics: located.iter().map(finding).collect(),
        summary: summary(checked),
    };
    let text = serde_json::to_string_pretty(&check);
    text.expect("the format holds only texts, numbers and lists") + "\n"
}

fn finding<'a>(located: &'a Located<'_>) -> Finding<'a> {
    let diagnostic = located.diagnostic;
    Finding {
        code: diagnostic.code,
        name: name(diagnostic.code),
        severity: diagnostic.severity,
        message: &diagnostic.message,
        path: &located.path,
        start: at(located.start),
        end: at(located.end),
        label: diagnostic.label.as_deref(),
        help: diagnostic.help.as_deref(),
        patch: diagnostic.patch.as_deref(),
    }
}

fn at(position: Position) -> At {
    At { line: position.line, column: position.column, byte: position.byte }
}

fn summary(checked: &Checked<'_>) -> Summary {
    let count = |severity: Severity| {
        checked.diagnostics.iter().filter(|found| found.severity == severity).count()
    };
    Summary {
        bad_news: checked.has_bad_news(),
        files: checked.sources.len(),
        bets: checked.bets,
        outcomes: checked.outcomes,
        deny: count(Severity::Deny),
        warn: count(Severity::Warn),
        note: count(Severity::Note),
    }
}

/// The JSON Schema (draft 2020-12) of `trueup check --format json`.
#[must_use]
pub fn check_schema() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = generator.into_root_schema_for::<Check<'_>>();
    serde_json::to_string_pretty(&schema).expect("a schema holds only texts, numbers and lists")
}
