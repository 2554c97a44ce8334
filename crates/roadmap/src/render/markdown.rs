//! What was found, as a comment on a pull request.

use std::cmp::Reverse;
use std::fmt::Write;

use super::located::{Located, locate, name};
use super::{Checked, harmless, remarks};

/// A comment has an end: more rows would make it too long to be posted.
const ROWS_AT_MOST: usize = 100;

pub(super) fn markdown(checked: &Checked<'_>) -> String {
    let mut text = format!("### Trueup check: {}\n", checked.summary());
    let mut located = locate(checked);
    if located.is_empty() {
        return text;
    }
    located.sort_by_key(|located| Reverse(located.diagnostic.severity));
    text.push_str("\n| | where | what |\n|---|---|---|\n");
    text.extend(located.iter().take(ROWS_AT_MOST).map(row));
    if let Some(more @ 1..) = located.len().checked_sub(ROWS_AT_MOST) {
        let _ = write!(text, "\nand {more} more; `trueup check` shows all of them\n");
    }
    text
}

fn row(located: &Located<'_>) -> String {
    let found = located.diagnostic;
    let mut what = escaped(&found.message);
    for remark in remarks(found) {
        what.push_str("<br>");
        what.push_str(&escaped(&remark));
    }
    let kind = format!("**{}** {} {}", found.severity.word(), found.code, name(found.code));
    format!("| {kind} | {} | {what} |\n", escaped(&located.origin()))
}

/// Text within a cell; what stands between backticks is code.
pub(crate) fn escaped(text: &str) -> String {
    let text = harmless(text).replace('\n', " ");
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    let part = |(index, part): (usize, &&str)| match index {
        // A backtick without its second stays what it is.
        index if index % 2 == 1 && index == last => format!("&#96;{}", literal(part)),
        index if index % 2 == 1 => code(part),
        _ => literal(part),
    };
    parts.iter().enumerate().map(part).collect()
}

/// Nothing is read between backticks but the end of a cell.
fn code(text: &str) -> String {
    if text.is_empty() {
        return "&#96;&#96;".to_owned();
    }
    if text.contains('|') || text.trim() != text {
        return format!("<code>{}</code>", literal(text));
    }
    format!("`{text}`")
}

/// No tag, cell, link or emphasis of its own.
fn literal(text: &str) -> String {
    let mut literal = String::new();
    for letter in text.chars() {
        match letter {
            '<' | '>' | '&' | '|' | '[' | ']' | '*' | '_' | '\\' | '`' | '~' | '$' | '!' => {
                let _ = write!(literal, "&#{};", u32::from(letter));
            }
            letter => literal.push(letter),
        }
    }
    literal
}
