//! Lines of a text: where a place lies, as people and editors count it.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::Source;

/// More of one line than this is not shown.
const SHOWN: usize = 160;

/// A text by its lines.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

/// A place in a line, with the line itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Marked {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    pub before: String,
    /// What the place holds of the line.
    pub held: String,
    pub after: String,
}

impl<'a> Lines<'a> {
    #[must_use]
    pub fn new(source: &'a Source) -> Lines<'a> {
        let text = source.text.as_str();
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines { text, starts: std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect() }
    }

    /// Where a place starts, and what its first line says; `None` for a place that the text does not hold, and for the
    /// text as a whole.
    #[must_use]
    pub fn marked(&self, span: &Range<usize>) -> Option<Marked> {
        if *span == (0..0) || self.text.get(span.clone()).is_none() {
            return None;
        }
        let line = self.starts.partition_point(|start| *start <= span.start);
        let start = self.starts[line - 1];
        let end = self.text[start..].find('\n').map_or(self.text.len(), |length| start + length);
        let stop = span.end.clamp(span.start, end.max(span.start));
        let before = &self.text[start..span.start];
        Some(Marked {
            line,
            column: before.chars().count() + 1,
            before: last(before),
            held: first(&self.text[span.start..stop]),
            after: first(&self.text[stop..end.max(stop)]),
        })
    }
}

/// The start of a text, said to go on where it does.
pub(crate) fn first(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.trim_end_matches('\r').to_owned(),
    }
}

/// The end of a text.
fn last(text: &str) -> String {
    match text.char_indices().rev().nth(SHOWN) {
        Some((start, _)) => format!("… {}", &text[start..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use trueup_roadmap::Source;

    use super::Lines;

    #[test]
    fn finds_the_line_of_a_place() {
        let text = "a = 1\nbé = \"two\nlines\"\n".to_owned();
        let source = Source { path: "x".to_owned(), text };
        let lines = Lines::new(&source);
        let at = |span| lines.marked(&span).map(|at| (at.line, at.column, at.before, at.held));
        let found = |line, column, before: &str, marked: &str| {
            Some((line, column, before.to_owned(), marked.to_owned()))
        };
        assert_eq!(at(4..5), found(1, 5, "a = ", "1"));
        assert_eq!(at(12..22), found(2, 6, "bé = ", "\"two"), "up to the end of the line");
        assert_eq!(at(5..6), found(1, 6, "a = 1", ""), "a line break");
        assert_eq!(at(0..0), None, "the file as a whole");
        assert_eq!(at(8..9), None, "within a letter");
        assert_eq!(at(4..400), None, "behind the end");
    }
}
