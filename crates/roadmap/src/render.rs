//! Diagnostics as the Rust compiler draws them.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, normalize_untrusted_str};

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Source;

/// A longer line is cut, so that one bad line does not fill the screen.
const LINE_AT_MOST: usize = 240;

/// Draws each diagnostic with its line, a caret and the way out; an empty line between them.
/// Empty text for nothing.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &[Source], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let files: BTreeMap<&str, File<'_>> =
        sources.iter().map(|source| (source.path.as_str(), File::new(&source.text))).collect();
    let drawn = |diagnostic: &Diagnostic| {
        let excerpt = files
            .get(diagnostic.place.path.as_str())
            .map(|file| file.excerpt(&diagnostic.place.span));
        renderer.render(&groups(diagnostic, excerpt.as_ref())) + "\n"
    };
    diagnostics.iter().map(drawn).collect::<Vec<_>>().join("\n")
}

fn groups<'a>(diagnostic: &'a Diagnostic, excerpt: Option<&Excerpt<'a>>) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Deny => Level::ERROR,
        Severity::Warn => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    let path = diagnostic.place.path.as_str();
    let mut group = match excerpt {
        Some(excerpt) => {
            let span = AnnotationKind::Primary.span(excerpt.span.clone());
            let snippet = Snippet::source(excerpt.text).line_start(excerpt.line).path(path);
            title.element(snippet.annotation(span.label(label(diagnostic))))
        }
        None => title.element(annotate_snippets::Origin::path(path)),
    };
    if let Some(help) = &diagnostic.help {
        // The one text here that is not made harmless by the renderer itself.
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    vec![group]
}

/// What stands beside the caret: the label, or else what to write there.
fn label(diagnostic: &Diagnostic) -> Option<String> {
    let write = || diagnostic.patch.as_ref().map(|patch| format!("write `{patch}`"));
    diagnostic.label.clone().or_else(write)
}

/// A text and where its lines start.
struct File<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

/// The lines that a diagnostic is about.
struct Excerpt<'a> {
    text: &'a str,
    /// Number of the first line, from 1.
    line: usize,
    /// Bytes of `text`.
    span: Range<usize>,
}

impl<'a> File<'a> {
    fn new(text: &'a str) -> File<'a> {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        File { text, starts }
    }

    /// The line that the span starts on; a span that goes on is cut at its end.
    fn excerpt(&self, span: &Range<usize>) -> Excerpt<'a> {
        let start = floor(self.text, span.start);
        let line = self.starts.partition_point(|first| *first <= start);
        let first = self.starts[line - 1];
        let rest = &self.text[first..];
        let text = rest.split('\n').next().unwrap_or(rest).trim_end_matches('\r');
        let start = start - first;
        let end = floor(self.text, span.end).saturating_sub(first);
        let text = &text[..floor(text, text.len().min(start.max(LINE_AT_MOST / 2) + LINE_AT_MOST))];
        let skipped =
            byte_order_mark(text, line).max(floor(text, start.saturating_sub(LINE_AT_MOST)));
        let inside = |at: usize| at.clamp(skipped, text.len().max(skipped)) - skipped;
        Excerpt { text: &text[skipped..], line, span: inside(start)..inside(end.max(start)) }
    }
}

/// The bytes of a byte order mark, which is not to be shown.
fn byte_order_mark(text: &str, line: usize) -> usize {
    if line == 1 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// The nearest character boundary at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
