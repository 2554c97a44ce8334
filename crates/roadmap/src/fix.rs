//! The patches of diagnostics, applied.

use crate::decode;
use crate::diagnostic::Diagnostic;
use crate::source::Source;
use crate::syntax;

/// A file after its patches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed<'d> {
    pub source: Source,
    /// What was mended, in the order of the text.
    pub mended: Vec<&'d Diagnostic>,
}

/// Applies the patch of each diagnostic at its place; returns the files that changed.
///
/// A diagnostic without a patch, or whose place is that of a file as a whole, changes nothing. Of
/// two patches that overlap, the first one counts. A patch after which the file is less readable
/// than before (a key given twice, say) is left out.
#[must_use]
pub fn fix<'d>(sources: &[Source], diagnostics: &'d [Diagnostic]) -> Vec<Fixed<'d>> {
    sources.iter().filter_map(|source| fixed(source, diagnostics)).collect()
}

fn fixed<'d>(source: &Source, diagnostics: &'d [Diagnostic]) -> Option<Fixed<'d>> {
    let patches = apart(source, diagnostics);
    if patches.is_empty() {
        return None;
    }
    let mended = harmless(source, Vec::new(), &patches, errors(source));
    let source = patched(source, &mended);
    (!mended.is_empty()).then_some(Fixed { source, mended })
}

/// The diagnostics of a file that have a patch, in the order of the text; none reaches into another.
fn apart<'d>(source: &Source, diagnostics: &'d [Diagnostic]) -> Vec<&'d Diagnostic> {
    let mut patches: Vec<&Diagnostic> =
        diagnostics.iter().filter(|found| applies(found, source)).collect();
    patches.sort_by_key(|found| (found.place.span.start, found.place.span.end));
    let mut end = 0;
    patches.retain(|found| {
        let is_apart = found.place.span.start >= end;
        end = if is_apart { found.place.span.end } else { end };
        is_apart
    });
    patches
}

fn applies(found: &Diagnostic, source: &Source) -> bool {
    let span = &found.place.span;
    found.place.path == source.path
        && *span != (0..0)
        && source
            .text
            .get(span.clone())
            .is_some_and(|there| found.patch.as_ref().is_some_and(|patch| patch != there))
}

/// Adds to the patches kept so far all that do no harm, by halves.
fn harmless<'d>(
    source: &Source,
    kept: Vec<&'d Diagnostic>,
    more: &[&'d Diagnostic],
    before: usize,
) -> Vec<&'d Diagnostic> {
    let all: Vec<&Diagnostic> = kept.iter().chain(more).copied().collect();
    if errors(&patched(source, &all)) <= before {
        return all;
    }
    if more.len() <= 1 {
        return kept;
    }
    let (first, second) = more.split_at(more.len() / 2);
    let kept = harmless(source, kept, first, before);
    harmless(source, kept, second, before)
}

fn patched(source: &Source, patches: &[&Diagnostic]) -> Source {
    let mut text = String::with_capacity(source.text.len());
    let mut end = 0;
    for found in patches {
        let span = &found.place.span;
        text.push_str(&source.text[end..span.start]);
        text.push_str(found.patch.as_deref().unwrap_or_default());
        end = span.end;
    }
    text.push_str(&source.text[end..]);
    Source { path: source.path.clone(), text }
}

/// How many syntax errors a file has.
fn errors(source: &Source) -> usize {
    let toml = &source.text[syntax::toml_within(&source.text)];
    decode::syntax_error_count(toml)
}
