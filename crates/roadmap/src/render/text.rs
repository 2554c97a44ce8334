//! Diagnostics as the Rust compiler draws them.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{
    AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

use super::Checked;
use super::lines::{Lines, floor};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Source;

/// A longer line is cut, so that one bad line does not fill the screen.
const LINE_AT_MOST: usize = 240;

/// Draws each diagnostic with its line, a caret and the way out; an empty line between them.
/// Empty text for nothing.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &[Source], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let files: BTreeMap<&str, Lines<'_>> =
        sources.iter().map(|source| (source.path.as_str(), Lines::new(&source.text))).collect();
    let drawn = |diagnostic: &Diagnostic| {
        let excerpt = files
            .get(diagnostic.place.path.as_str())
            .map(|lines| excerpt(lines, &diagnostic.place.span));
        harmless(&renderer.render(&groups(diagnostic, excerpt.as_ref()))) + "\n"
    };
    diagnostics.iter().map(drawn).collect::<Vec<_>>().join("\n")
}

/// Control characters of one byte more than ASCII's, which the renderer lets through.
fn harmless(drawn: &str) -> String {
    drawn.replace(|character| matches!(character, '\u{80}'..='\u{9f}'), "\u{fffd}")
}

/// Draws each diagnostic, then sums up.
pub(super) fn with_summary(checked: &Checked<'_>, colour: bool) -> String {
    let drawn = render(checked.diagnostics, checked.sources, colour);
    let between = if drawn.is_empty() { "" } else { "\n" };
    format!("{drawn}{between}{}\n", checked.summary())
}

fn groups<'a>(diagnostic: &'a Diagnostic, excerpt: Option<&Excerpt<'a>>) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Deny => Level::ERROR,
        Severity::Warn => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    // What the renderer itself does not make harmless is made so here.
    let path = normalize_untrusted_str(&diagnostic.place.path);
    let mut group = match excerpt {
        Some(excerpt) => {
            let span = AnnotationKind::Primary.span(excerpt.span.clone());
            let snippet = Snippet::source(excerpt.text).line_start(excerpt.line);
            let snippet = snippet.annotation(span.label(label(diagnostic)));
            match excerpt.cut_at {
                None => title.element(snippet.path(path)),
                // The renderer would count from where the line was cut.
                Some(column) => {
                    let origin = Origin::path(path).line(excerpt.line).char_column(column);
                    title.element(origin).element(snippet)
                }
            }
        }
        None => title.element(Origin::path(path)),
    };
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    vec![group]
}

/// What stands beside the caret: the label, or else what to write there.
fn label(diagnostic: &Diagnostic) -> Option<String> {
    let write = || diagnostic.patch.as_ref().map(|patch| format!("write `{patch}`"));
    let label = diagnostic.label.clone().or_else(write)?;
    Some(normalize_untrusted_str(&label))
}

/// The line that a diagnostic is about, or the part of it that fits the screen.
struct Excerpt<'a> {
    text: &'a str,
    /// From 1.
    line: usize,
    /// The column in the whole line, from 1, when its start is cut off.
    cut_at: Option<usize>,
    /// Bytes of `text`.
    span: Range<usize>,
}

/// The line that the span starts on; a span that goes on is cut at its end.
fn excerpt<'a>(lines: &Lines<'a>, span: &Range<usize>) -> Excerpt<'a> {
    let line = lines.line(span.start);
    let (first, text) = (lines.start(line), lines.line_text(line));
    let start = floor(text, span.start.saturating_sub(first));
    let end = floor(text, span.end.saturating_sub(first)).max(start);
    let until = floor(text, start.max(LINE_AT_MOST / 2) + LINE_AT_MOST);
    let skipped = floor(text, start.saturating_sub(LINE_AT_MOST));
    let inside = |at: usize| at.min(until) - skipped;
    Excerpt {
        text: &text[skipped..until],
        line,
        cut_at: (skipped > 0).then(|| lines.position(span.start).column),
        span: inside(start)..inside(end),
    }
}
