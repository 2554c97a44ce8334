//! Mechanical patches: what is applied, and what is left alone.

use proptest::prelude::*;
use trueup_roadmap::{Diagnostic, Place, Severity, Source, fix, parse};

fn source(text: &str) -> Source {
    Source { path: "bets/x.toml".to_owned(), text: text.to_owned() }
}

fn patch(span: std::ops::Range<usize>, patch: &str) -> Diagnostic {
    Diagnostic {
        code: "F02",
        severity: Severity::Deny,
        message: "a test".to_owned(),
        place: Place { path: "bets/x.toml".to_owned(), span },
        label: None,
        help: None,
        patch: Some(patch.to_owned()),
    }
}

/// What a text becomes, and how many patches were applied; the same text and 0 for no change.
fn fixed(text: &str, patches: &[Diagnostic]) -> (String, usize) {
    let sources = [source(text)];
    match fix(&sources, patches).pop() {
        Some(fixed) => (fixed.source.text, fixed.mended.len()),
        None => (text.to_owned(), 0),
    }
}

#[test]
fn patches_are_applied_at_their_places() {
    let patches = [patch(6..7, "22"), patch(0..1, "aa")];
    assert_eq!(fixed("a = 1\nb = 2\n", &patches), ("aa = 1\n22 = 2\n".to_owned(), 2));
    assert_eq!(fixed("a = 1", &[patch(5..5, "0")]), ("a = 10".to_owned(), 1));
}

#[test]
fn of_two_that_overlap_the_first_counts() {
    let patches = [patch(0..3, "x"), patch(2..5, "y")];
    assert_eq!(fixed("abcde = 1", &patches), ("xde = 1".to_owned(), 1));
}

#[test]
fn what_does_harm_or_has_no_place_is_left_out() {
    let twice = [patch(0..1, "c"), patch(6..7, "c"), patch(10..11, "3")];
    assert_eq!(fixed("a = 1\nb = 2\n", &twice), ("c = 1\nb = 3\n".to_owned(), 2));
    for none in [patch(0..0, "x"), patch(4..5, "="), patch(4..5, "1"), patch(4..99, "1")] {
        assert_eq!(fixed("a = 1", &[none]), ("a = 1".to_owned(), 0));
    }
    let mut elsewhere = patch(0..1, "b");
    elsewhere.place.path = "bets/y.toml".to_owned();
    assert_eq!(fixed("a = 1", &[elsewhere]).1, 0);
}

#[test]
fn what_parse_offers_mends_the_roadmap() {
    let text = "id = \"x\"\ntitel = \"X\"\nhorizon = \"h1\"\nstage = \"framd\"\n";
    let head = Source { path: "roadmap.toml".to_owned(), text: "edition = 1\n".to_owned() };
    let sources = [head.clone(), source(text)];
    let before = parse(&sources).diagnostics;
    let fixed = fix(&sources, &before);
    assert_eq!(fixed.len(), 1, "{before:?}");
    assert_eq!(fixed[0].source.text, text.replace("titel", "title").replace("framd", "framed"));
    let after = parse(&[head, fixed[0].source.clone()]).diagnostics;
    assert!(after.iter().all(|found| found.patch.is_none()), "{after:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_patches_leave_a_readable_text_readable(
        patches in prop::collection::vec((0..40_usize, 0..9_usize, "[a-c=\\[\\]\" 1é\n]{0,4}"), 0..8),
    ) {
        let text = "a = 1\nb = \"é é\"\nc = [1, 2] # c\n[d]\nb = 2\n";
        let patches: Vec<Diagnostic> =
            patches.iter().map(|(at, length, text)| patch(*at..at + length, text)).collect();
        let (text, _) = fixed(text, &patches);
        prop_assert!(trueup_roadmap::fields(&text).is_ok(), "{text}");
    }
}
