//! Workflow commands of GitHub Actions: one line for each annotation, then the summary.

use super::located::{Located, locate, name};
use super::{Checked, harmless, lines_of};
use crate::diagnostic::Severity;

pub(super) fn github(checked: &Checked<'_>) -> String {
    let commands = locate(checked).iter().map(command).collect::<String>();
    format!("{commands}{}\n", checked.summary())
}

fn command(located: &Located<'_>) -> String {
    let found = located.diagnostic;
    let level = match found.severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
        Severity::Note => "notice",
    };
    let file = property(&located.path);
    let title = property(&format!("{} {}", found.code, name(found.code)));
    let message = escaped(&lines_of(found));
    format!("::{level} file={file},{},title={title}::{message}\n", place(located))
}

/// Columns are known only within one line.
fn place(located: &Located<'_>) -> String {
    let (start, end) = (located.start, located.end);
    if located.is_about_the_file() {
        return "line=1".to_owned();
    }
    if start.line != end.line {
        return format!("line={},endLine={}", start.line, end.line);
    }
    format!(
        "line={},col={},endLine={},endColumn={}",
        start.line, start.column, end.line, end.column
    )
}

fn escaped(text: &str) -> String {
    // A carriage return is a control character, and so gone already.
    harmless(text).replace('%', "%25").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
