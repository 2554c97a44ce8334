//! What `check` says of a bet's file.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{Diagnostic, Severity, code_name};

use crate::snapshot::Snapshot;

/// One thing that is wrong, and the way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    pub code: String,
    /// `moved goalposts`.
    pub name: String,
    pub severity: Severity,
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
    /// The line of the file that it is about, from 1.
    pub line: Option<usize>,
}

/// Those of one file, worst first.
pub(super) fn of_file(snapshot: &Snapshot, path: &str) -> Vec<Finding> {
    let own = snapshot.diagnostics.iter().filter(|found| found.place.path == path);
    let mut findings: Vec<Finding> = own.map(|found| finding(snapshot, found)).collect();
    findings.sort_by_key(|found| std::cmp::Reverse(found.severity));
    findings
}

fn finding(snapshot: &Snapshot, found: &Diagnostic) -> Finding {
    let before = snapshot.source(&found.place.path).and_then(|source| {
        source.text.get(..found.place.span.start).map(|text| text.matches('\n').count())
    });
    Finding {
        code: found.code.to_owned(),
        name: code_name(found.code).unwrap_or(found.code).replace('-', " "),
        severity: found.severity,
        message: found.message.clone(),
        help: found.help.clone(),
        line: before.map(|lines| lines + 1),
    }
}

impl Finding {
    /// As `check` calls it: `error`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self.severity {
            Severity::Deny => "error",
            Severity::Warn => "warning",
            Severity::Note => "note",
        }
    }

    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self.severity {
            Severity::Deny => "deny",
            Severity::Warn => "warn",
            Severity::Note => "note",
        }
    }
}
