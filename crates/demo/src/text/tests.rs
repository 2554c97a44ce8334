//! The templates are whole, and what is made of them fits the template's rules.

use super::*;

/// Every template, filled a few times, with where it is from.
fn filled() -> Vec<(String, String)> {
    let words = Words::read();
    let mut all = Vec::new();
    for (feature, file) in BOOKS {
        for case in Book::read(file).cases(None) {
            for seed in 0..20 {
                let mut filling = words.filling(Hashed::seeded(seed));
                for (kind, template) in case.texts() {
                    all.push((format!("{feature}, {kind}"), filling.fill(template)));
                }
            }
        }
    }
    all
}

#[test]
fn nothing_is_left_unfilled_and_edits_stay_within_a_line() {
    for (of, text) in filled() {
        let draft = Draft::read(&text);
        let other = Draft::read(&text).edit(0.9, &Other::default(), &mut Hashed::seeded(1)).text;
        for text in [draft.text(), other] {
            assert!(!text.contains(['{', '}', '<', '>', '|']), "{of}: {text}");
            assert!(!text.contains("  ") && !text.contains(" \n"), "{of}: {text:?}");
            assert_eq!(text.trim(), text, "{of}");
        }
        assert!(!draft.text().is_empty(), "{of}");
    }
}

#[test]
fn an_own_text_has_as_many_lines_as_the_draft() {
    for (feature, file) in BOOKS {
        for case in Book::read(file).cases(None) {
            for (kind, own) in case.texts().iter().filter(|(kind, _)| kind.starts_with("own")) {
                let variant = kind.strip_prefix("own").unwrap_or_default().trim();
                let draft = case.text("output", variant).expect("every case has an answer");
                assert_eq!(own.lines().count(), draft.lines().count(), "{feature}, {kind}: {own}");
            }
        }
    }
}

/// Shares that a person may have changed.
const ASKED: [f64; 12] = [0.001, 0.004, 0.02, 0.1, 0.2, 0.3, 0.4, 0.499, 0.5, 0.6, 0.8, 0.98];

#[test]
fn edits_of_any_size_come_near() {
    let words = Words::read();
    for (feature, file) in BOOKS.iter().filter(|(feature, _)| *feature != REFUNDS) {
        for case in Book::read(file).cases(None) {
            for variant in ["", "long", "short", "yes", "no"] {
                let mut filling = words.filling(Hashed::seeded(5));
                let mut text = |kind| case.text(kind, variant).map(|it| filling.fill(it));
                let Some(output) = text("output") else { continue };
                let other = Other { again: text("again"), own: text("own"), brief: text("brief") };
                for asked in ASKED {
                    let mut chance = Hashed::seeded(asked.to_bits());
                    let found = Draft::read(&output).edit(asked, &other, &mut chance).share;
                    // A short text is a line or two, each changed or not: no share is near.
                    let tolerance = if variant == "short" { 0.5 } else { 0.1 + 0.2 * asked };
                    assert!(thousandths(found) > 0, "{feature}: asked {asked}");
                    assert!(
                        (found - asked).abs() < tolerance,
                        "{feature} {variant}: asked {asked}, found {found}: {output}"
                    );
                    assert_eq!(
                        asked >= 0.5,
                        thousandths(found) >= 500,
                        "{feature} {variant}: {asked}, {found}: {output}"
                    );
                }
            }
        }
    }
}
