//! Findings with the paths, lines and columns that other tools want.

use std::collections::BTreeMap;

use super::Checked;
use super::lines::{Lines, Position};
use crate::diagnostic::Diagnostic;
use crate::explain::codes;

/// A finding and where it is for a tool that does not know the roadmap's folder.
pub(super) struct Located<'a> {
    pub diagnostic: &'a Diagnostic,
    /// With `/`, from where [`Checked::folder`] starts.
    pub path: String,
    pub start: Position,
    /// Behind the last character.
    pub end: Position,
}

impl Located<'_> {
    /// True when the finding is about the file and no part of it.
    pub(super) fn is_about_the_file(&self) -> bool {
        self.diagnostic.place.span == (0..0)
    }

    /// `path:line:column`.
    pub(super) fn origin(&self) -> String {
        if self.is_about_the_file() {
            return self.path.clone();
        }
        format!("{}:{}:{}", self.path, self.start.line, self.start.column)
    }
}

/// Finds the lines of each finding; each text is read once.
pub(super) fn locate<'a>(checked: &Checked<'a>) -> Vec<Located<'a>> {
    let files: BTreeMap<&str, Lines<'_>> = checked
        .sources
        .iter()
        .map(|source| (source.path.as_str(), Lines::new(&source.text)))
        .collect();
    let absent = Lines::new("");
    let located = |diagnostic: &'a Diagnostic| {
        let lines = files.get(diagnostic.place.path.as_str()).unwrap_or(&absent);
        let span = &diagnostic.place.span;
        Located {
            diagnostic,
            path: path(checked.folder, &diagnostic.place.path),
            start: lines.position(span.start),
            end: lines.position(span.end.max(span.start)),
        }
    };
    checked.diagnostics.iter().map(located).collect()
}

/// A file of the roadmap as other tools name it.
pub(super) fn path(folder: &str, file: &str) -> String {
    if folder.is_empty() {
        return file.to_owned();
    }
    format!("{}/{file}", folder.trim_end_matches('/'))
}

/// The name of a code: `unknown-key`.
pub(super) fn name(code: &str) -> &str {
    codes().iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}
