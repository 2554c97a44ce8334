//! Diagnostics: everything that `check` says, file by file, each with its place and the way out.

use std::collections::BTreeMap;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{Diagnostic, Severity, code_name};

use super::Page;
use crate::filters;
use crate::frame::{Frame, Section};
use crate::line::{Lines, Marked};
use crate::said;
use crate::snapshot::Snapshot;

/// Findings on one page.
const AT_ONCE: usize = 100;

/// What is wrong with the text of the roadmap.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "diagnostics.html")]
pub struct DiagnosticsPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    /// Of the whole roadmap, whatever is asked for.
    pub counts: Counts,
    /// The codes that are found, with how often, most grave first.
    pub codes: Vec<Found>,
    pub asked: Asked,
    /// Files with what is asked for, by path.
    pub files: Vec<File>,
    /// How many findings fit what is asked for.
    pub fitting: usize,
    /// Where the next findings start; `null` when these are the last.
    pub next: Option<usize>,
    /// How many files were read.
    pub read: usize,
}

/// How many there are of each severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Counts {
    pub deny: usize,
    pub warn: usize,
    pub note: usize,
}

/// A code and how often it is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Found {
    pub code: String,
    pub name: String,
    pub severity: Severity,
    pub count: usize,
}

/// Which findings are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Asked {
    pub severity: Option<Severity>,
    pub code: Option<String>,
    /// The first finding to show, from 0.
    pub from: usize,
}

/// A file with findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct File {
    pub path: String,
    /// The bet that the file holds, if it is one.
    pub bet: Option<String>,
    pub findings: Vec<Finding>,
}

/// One thing to say about one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    pub code: String,
    pub name: String,
    pub severity: Severity,
    /// Lower case, the thing in backticks.
    pub message: String,
    pub path: String,
    /// `null` when it is about the file as a whole.
    pub place: Option<Marked>,
    /// What to read beside the place itself.
    pub label: Option<String>,
    /// What to do next.
    pub help: Option<String>,
    /// What to write at the place, when the mending is mechanical.
    pub patch: Option<String>,
}

impl Asked {
    /// Reads what the address asks for; a word that is no severity asks for all.
    #[must_use]
    pub fn new(severity: Option<&str>, code: Option<&str>, from: usize) -> Asked {
        let mut severities = SEVERITIES.iter().map(|(severity, _)| *severity);
        Asked {
            severity: severities.find(|known| Some(said::severity(known)) == severity),
            code: code.filter(|code| !code.is_empty()).map(str::to_owned),
            from,
        }
    }

    fn fits(&self, found: &Diagnostic) -> bool {
        self.severity.is_none_or(|severity| severity == found.severity)
            && self.code.as_ref().is_none_or(|code| code == found.code)
    }

    /// True where nothing is left out.
    fn is_all(&self) -> bool {
        self.severity.is_none() && self.code.is_none()
    }
}

/// As people read many of them.
const SEVERITIES: [(Severity, &str); 3] =
    [(Severity::Deny, "errors"), (Severity::Warn, "warnings"), (Severity::Note, "notes")];

impl DiagnosticsPage {
    #[must_use]
    pub fn new(snapshot: &Snapshot, frame: Frame, asked: Asked) -> DiagnosticsPage {
        let all = &snapshot.diagnostics;
        let fitting: Vec<&Diagnostic> = all.iter().filter(|found| asked.fits(found)).collect();
        let shown = fitting.iter().skip(asked.from).take(AT_ONCE).copied();
        let end = asked.from.saturating_add(AT_ONCE);
        DiagnosticsPage {
            frame,
            counts: counts(all),
            codes: codes(all),
            files: files(snapshot, shown),
            next: (end < fitting.len()).then_some(end),
            fitting: fitting.len(),
            read: snapshot.sources.len(),
            asked,
        }
    }

    fn section(&self) -> Section {
        Section::Diagnostics
    }

    /// The severities with their counts, and the address that asks for each.
    fn severities(&self) -> Vec<Choice> {
        let Counts { deny, warn, note } = self.counts;
        let all = Choice {
            text: "all".to_owned(),
            count: deny + warn + note,
            to: self.frame.to("/diagnostics"),
            is_chosen: self.asked.is_all(),
        };
        let one = |((severity, text), count): ((Severity, &str), usize)| Choice {
            text: text.to_owned(),
            count,
            to: self.frame.to(&format!("/diagnostics?severity={}", said::severity(&severity))),
            is_chosen: self.asked.severity == Some(severity),
        };
        let each = SEVERITIES.into_iter().zip([deny, warn, note]).map(one);
        std::iter::once(all).chain(each).collect()
    }

    /// The address of the next findings.
    fn more(&self) -> Option<String> {
        let from = self.next?;
        let severity = self.asked.severity.as_ref().map(said::severity).unwrap_or_default();
        let code = self.asked.code.as_deref().map(crate::link::part).unwrap_or_default();
        Some(self.frame.to(&format!("/diagnostics?severity={severity}&code={code}&from={from}")))
    }
}

/// One way to narrow down what is shown.
#[derive(Debug)]
pub(crate) struct Choice {
    pub text: String,
    pub count: usize,
    pub to: String,
    pub is_chosen: bool,
}

fn counts(all: &[Diagnostic]) -> Counts {
    let count = |severity| all.iter().filter(|found| found.severity == severity).count();
    Counts { deny: count(Severity::Deny), warn: count(Severity::Warn), note: count(Severity::Note) }
}

fn codes(all: &[Diagnostic]) -> Vec<Found> {
    let mut by_code: BTreeMap<&str, (Severity, usize)> = BTreeMap::new();
    for found in all {
        let (severity, count) = by_code.entry(found.code).or_insert((found.severity, 0));
        (*severity, *count) = ((*severity).max(found.severity), *count + 1);
    }
    let found = |(code, (severity, count)): (&str, (Severity, usize))| Found {
        code: code.to_owned(),
        name: code_name(code).unwrap_or(code).to_owned(),
        severity,
        count,
    };
    let mut codes: Vec<Found> = by_code.into_iter().map(found).collect();
    codes.sort_by_key(|found| (std::cmp::Reverse(found.severity), std::cmp::Reverse(found.count)));
    codes
}

/// Findings by file, with the lines that they are about.
pub(crate) fn files<'a>(
    snapshot: &Snapshot,
    found: impl IntoIterator<Item = &'a Diagnostic>,
) -> Vec<File> {
    let mut by_path: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for one in found {
        by_path.entry(&one.place.path).or_default().push(one);
    }
    by_path.into_iter().map(|(path, found)| file(snapshot, path, &found)).collect()
}

fn file(snapshot: &Snapshot, path: &str, found: &[&Diagnostic]) -> File {
    let lines = snapshot.source(path).map(Lines::new);
    let finding = |found: &&Diagnostic| Finding {
        code: found.code.to_owned(),
        name: code_name(found.code).unwrap_or(found.code).to_owned(),
        severity: found.severity,
        message: found.message.clone(),
        path: path.to_owned(),
        place: lines.as_ref().and_then(|lines| lines.marked(&found.place.span)),
        label: found.label.clone(),
        help: found.help.clone(),
        patch: found.patch.clone(),
    };
    let bet = snapshot.roadmap().bets.iter().find(|bet| bet.place.path == path);
    File {
        path: path.to_owned(),
        bet: bet.map(|bet| bet.id.value.clone()),
        findings: found.iter().map(finding).collect(),
    }
}

impl Finding {
    /// `bets/a.toml:4:9`, as editors take it.
    #[must_use]
    pub fn origin(&self) -> String {
        match &self.place {
            Some(place) => format!("{}:{}:{}", self.path, place.line, place.column),
            None => self.path.clone(),
        }
    }
}

impl Page for DiagnosticsPage {}
