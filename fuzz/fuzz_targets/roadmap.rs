//! Any text gives a roadmap or diagnostics that can be shown, whatever the order of its files.

#![no_main]

use jiff::civil::date;
use libfuzzer_sys::fuzz_target;
use trueup_fuzz::files;
use trueup_roadmap::{Circumstances, Diagnostic, Source, check, explain, parse, render};

fuzz_target!(|bytes: &[u8]| {
    let mut sources = files(bytes);
    let parsed = parse(&sources);
    for found in &parsed.diagnostics {
        check_place(found, &sources);
        assert!(explain(found.code).is_some(), "`{}` has no page", found.code);
    }
    let places = parsed.diagnostics.iter().map(|found| (&found.place.path, found.place.span.start));
    assert!(places.is_sorted(), "diagnostics are not in order");
    check_drawing(&parsed.diagnostics, &sources);
    let circumstances = Circumstances { today: date(2026, 11, 21), history: None };
    for found in check(&parsed, &circumstances) {
        check_place(&found, &sources);
    }
    sources.reverse();
    assert_eq!(parsed, parse(&sources), "the order of files does not matter");
});

/// A place lies within its text, between characters; in a file that is not there, at its start.
fn check_place(found: &Diagnostic, sources: &[Source]) {
    let source = sources.iter().find(|source| source.path == found.place.path);
    let text = source.map_or("", |source| &source.text);
    assert!(text.get(found.place.span.clone()).is_some(), "{found:?} lies in no text");
}

/// However long the text, what is said of one place fits a screen.
const DRAWN_AT_MOST: usize = 8_000;

/// Each diagnostic is drawn, shortly, and nothing in it commands a terminal.
fn check_drawing(found: &[Diagnostic], sources: &[Source]) {
    let most: usize = found.iter().map(|found| DRAWN_AT_MOST + 4 * found.place.path.len()).sum();
    let plain = render(found, sources, false);
    let commands = plain.chars().any(|character| character.is_control() && character != '\n');
    assert!(!commands, "a control character is shown: {plain:?}");
    assert!(plain.len() <= most, "too much is shown: {plain:?}");
    let titles =
        plain.lines().filter(|line| line.starts_with("error[") || line.starts_with("warning["));
    assert!(titles.count() >= found.len(), "not all is shown: {plain:?}");
    assert!(render(found, sources, true).len() >= plain.len());
}
