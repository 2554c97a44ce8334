//! What was written fits what is said of the call, and there is not too much of it.

use std::collections::BTreeMap;

use super::*;
use crate::text::edit_share;

/// Enough for every kind of text; the newest calls are those of the last four days.
const INTERACTIONS: u64 = 9_000;

/// The texts of each call, by kind and place.
fn by_call(export: &Export) -> HashMap<&str, BTreeMap<(&str, u64), &str>> {
    let mut calls: HashMap<&str, BTreeMap<(&str, u64), &str>> = HashMap::new();
    let places = export.texts.column("kind").zip(export.texts.column("seq"));
    let texts = export.texts.column("call_id").zip(places.zip(export.texts.column("text")));
    for (call, ((kind, seq), text)) in texts {
        let seq = seq.parse().expect("a place is a number");
        assert_eq!(calls.entry(call).or_default().insert((kind, seq), text), None, "{call}");
    }
    calls
}

/// Columns of a table by the id of the call.
fn of_calls<'a, const N: usize>(
    table: &'a Table,
    columns: [&str; N],
) -> HashMap<&'a str, [&'a str; N]> {
    let (id, places) = (table.place("call_id"), columns.map(|column| table.place(column)));
    let row = |row: &'a Vec<String>| (row[id].as_str(), places.map(|place| row[place].as_str()));
    table.rows.iter().map(row).collect()
}

fn last<'a>(texts: &BTreeMap<(&str, u64), &'a str>, kind: &str) -> Option<&'a str> {
    texts.range((kind, 0)..=(kind, u64::MAX)).next_back().map(|(_, text)| *text)
}

#[test]
fn texts_fit_the_decision_and_the_share_that_it_says_was_changed() {
    let export = export(INTERACTIONS);
    let decisions = of_calls(&export.decisions, ["decision", "share_changed"]);
    let (mut unchanged, mut edited, mut refused, mut undecided) = (0, 0, 0, 0);
    for (call, texts) in by_call(&export) {
        let (first, last) = (texts.get(&("output", 0)), last(&texts, "final"));
        match decisions.get(call) {
            Some(["accepted", share]) => {
                let first = first.expect("what is accepted was suggested");
                let truth = edit_share(first, last.expect("what is accepted is kept"));
                let said: f64 = share.parse().expect("a share is a number");
                assert!((truth - said).abs() < 0.000_6, "{call}: {truth}, {said}: {texts:#?}");
                *if truth > 0.0 { &mut edited } else { &mut unchanged } += 1;
            }
            Some(_) => {
                assert!(first.is_some() && last.is_none(), "{call}: {texts:#?}");
                refused += 1;
            }
            None => {
                assert!(last.is_none(), "{call}: {texts:#?}");
                undecided += 1;
            }
        }
    }
    assert!(unchanged > 50 && edited > 100 && refused > 50 && undecided > 5);
}

#[test]
fn a_call_that_failed_was_asked_and_not_answered() {
    let export = export(INTERACTIONS);
    let calls = of_calls(&export.calls, ["error_code", "answer_begins"]);
    let mut failed = 0;
    for (call, texts) in by_call(&export) {
        let [error, begins] = calls[call];
        let has = |kind: &str| texts.contains_key(&(kind, 0));
        assert!(has("system") && has("input"), "{call}");
        assert_eq!(has("output"), error.is_empty(), "{call}");
        let shown = texts.get(&("output", 0)).unwrap_or(&texts[&("input", 0)]);
        let shown: String = shown.replace('\n', " ").chars().take(200).collect();
        assert_eq!(begins, shown, "{call}");
        failed += u64::from(!error.is_empty());
    }
    assert!(failed > 0);
}

#[test]
fn a_refund_is_recommended_as_predicted_and_its_case_is_as_the_label_says() {
    // Of the last days, few labels are known yet.
    let export = export(60_000);
    let calls = of_calls(&export.calls, ["feature_key", "predicted"]);
    let mut labels: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
    let said = export.judgements.column("what").zip(export.judgements.column("true_class"));
    for (call, said) in export.judgements.column("call_id").zip(said) {
        labels.entry(call).or_default().push(said);
    }
    let (mut seen, mut labelled) = (0, 0);
    for (call, texts) in by_call(&export) {
        let [feature, predicted] = calls[call];
        let Some(output) = texts.get(&("output", 0)).filter(|_| feature == "refund_approvals")
        else {
            continue;
        };
        let grants = |text: &str| text.to_lowercase().contains("grant");
        assert_eq!(grants(output), predicted == "true", "{output}");
        seen += 1;
        for (what, class) in labels.get(call).into_iter().flatten() {
            if *what == "correct" {
                let case = texts[&("documents", 0)].to_owned() + texts[&("input", 0)];
                let refuses = case.contains("saver rate") || case.contains("No fault found");
                assert_eq!(refuses, *class == "false", "{case}");
                labelled += 1;
            }
        }
    }
    assert!(seen > 20 && labelled > 0, "{seen} {labelled}");
}

#[test]
fn some_suggestions_come_twice_and_some_edits_in_steps() {
    let export = export(INTERACTIONS);
    let calls = by_call(&export);
    let with = |kind| calls.values().filter(|texts| texts.contains_key(&(kind, 1))).count();
    assert!(with("output") > 5 && with("final") > 10, "{} {}", with("output"), with("final"));
}

#[test]
fn texts_are_in_order_and_of_the_last_days() {
    let export = export(INTERACTIONS);
    let called = export.texts.column("called_at").min().expect("there are texts");
    assert!(called >= "2026-11-13T", "{called}");
    let sent = export.texts.column("sent_at");
    assert!(export.texts.column("called_at").zip(sent).all(|(called, sent)| called <= sent));
    assert!(export.texts.column("sent_at").max().is_some_and(|last| last < "2026-11-20T"));
}

#[test]
fn there_are_a_few_thousand_texts_however_many_calls_there_are() {
    for (interactions, at_least) in [(0, 0), (1_000, 200), (5_000, 1_000), (300_000, 2_000)] {
        let texts = export(interactions).texts.rows.len();
        assert!((at_least..=4_500).contains(&texts), "{interactions}: {texts}");
    }
}

#[test]
fn calls_say_which_criteria_were_in_force() {
    let export = export(INTERACTIONS);
    let history = history(TODAY);
    let last = parse(&history.last().expect("there is a history").files).roadmap;
    for behaviour in &BEHAVIOURS {
        let feature = behaviour.feature_key;
        let mut known = export.calls.of(feature, "criteria");
        known.dedup();
        let bet = last.bet(&feature.replace('_', "-"));
        let today = bet.and_then(|bet| bet.graduation()).map(|gate| gate.digest.clone());
        assert_eq!(
            known.last().copied().unwrap_or_default(),
            today.unwrap_or_default(),
            "{feature}"
        );
        // They moved three times within the weeks of the telemetry; no others moved.
        assert_eq!(
            known.len(),
            if feature == "ticket_routing" { 4 } else { 1 },
            "{feature}: {known:?}"
        );
    }
}
