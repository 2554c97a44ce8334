//! What the tests ask of the store.

use trueup_evidence::{Condition, Measure, Table, Tally, Test};

pub fn tally(table: Table, tests: &[(&str, Test)], sum: Option<&str>) -> Tally {
    let field = |name: &str| table.field(name).unwrap_or_else(|| panic!("no field `{name}`"));
    let conditions = tests
        .iter()
        .map(|(name, test)| Condition { field: field(name), test: test.clone() })
        .collect();
    Tally { table, conditions, sum: sum.map(field) }
}

fn one_of(texts: &[&str]) -> Test {
    Test::In(texts.iter().map(|text| (*text).to_owned()).collect())
}

pub fn measures() -> Vec<Measure> {
    use Table::{Actions, Interactions, Scores};
    let sums =
        |numerator: Vec<Tally>, denominator: Vec<Tally>| Measure::Sums { numerator, denominator };
    let not = |texts: &[&str]| Test::NotIn(texts.iter().map(|text| (*text).to_owned()).collect());
    let between = |at_least, at_most| Test::Between { at_least, at_most };
    let same = Test::SameAs(Scores.field("label").expect("a field"));
    let mut measures = vec![
        sums(
            vec![tally(Actions, &[("kind", one_of(&["accept"]))], None)],
            vec![tally(Actions, &[], None)],
        ),
        sums(
            vec![tally(Interactions, &[], Some("cost"))],
            vec![tally(Actions, &[("kind", not(&["reject"]))], None)],
        ),
        sums(
            vec![tally(Interactions, &[("error", Test::Present)], None)],
            vec![tally(Interactions, &[("error", Test::Absent)], None)],
        ),
        sums(vec![tally(Interactions, &[("variant", not(&["B"]))], Some("tokens_in"))], Vec::new()),
        // Uses over uses and parts whose usage is their own.
        sums(
            vec![tally(Interactions, &[], None)],
            vec![tally(Interactions, &[("composed", Test::Absent)], None)],
        ),
        sums(
            vec![tally(Interactions, &[("cost", between(Some(0.02), Some(0.05)))], None)],
            vec![tally(Interactions, &[("cost", between(None, None))], None)],
        ),
        sums(
            vec![tally(
                Interactions,
                &[("cost", between(Some(0.08), None)), ("prediction", one_of(&["true"]))],
                None,
            )],
            vec![tally(Interactions, &[("latency_ms", between(None, Some(0.0)))], None)],
        ),
        sums(
            vec![
                tally(
                    Scores,
                    &[("prediction", one_of(&["true"])), ("label", one_of(&["true"]))],
                    None
                );
                2
            ],
            vec![
                tally(Scores, &[("prediction", one_of(&["true"]))], None),
                tally(Scores, &[("label", one_of(&["true"]))], None),
            ],
        ),
        sums(
            vec![tally(Scores, &[("prediction", same)], None)],
            vec![tally(Scores, &[], Some("squared_error"))],
        ),
        sums(
            vec![tally(Scores, &[("squared_error", between(Some(0.25), None))], None)],
            vec![tally(Scores, &[("source", one_of(&["person"]))], Some("log_loss"))],
        ),
        sums(
            vec![tally(Actions, &[("kind", one_of(&["no such"]))], Some("dwell_ms"))],
            vec![tally(Actions, &[("kind", not(&[]))], Some("edit_share_first"))],
        ),
        Measure::Values { tally: tally(Interactions, &[], Some("latency_ms")) },
        Measure::Values {
            tally: tally(Interactions, &[("prediction", one_of(&["true"]))], Some("tokens_in")),
        },
        Measure::Values {
            tally: tally(Actions, &[("kind", one_of(&["accept", "reject"]))], Some("dwell_ms")),
        },
        Measure::Calibration {
            tally: tally(Scores, &[("name", one_of(&["label"]))], Some("value")),
            bins: 10,
        },
        Measure::Calibration { tally: tally(Scores, &[], Some("value")), bins: 1 },
    ];
    measures.extend(beside_sums());
    measures
}

/// Classes, days and pairs.
fn beside_sums() -> Vec<Measure> {
    use Table::{Actions, Interactions, Scores};
    vec![
        Measure::Classes {
            tally: tally(Scores, &[("source", one_of(&["judge"]))], None),
            by: Scores.field("label").expect("a field"),
        },
        Measure::Classes {
            tally: tally(Interactions, &[], None),
            by: Interactions.field("session").expect("a field"),
        },
        Measure::Days {
            numerator: vec![tally(Actions, &[("kind", one_of(&["accept"]))], None)],
            denominator: vec![tally(Interactions, &[], None)],
        },
        Measure::Days {
            numerator: vec![tally(Interactions, &[], Some("cost"))],
            denominator: Vec::new(),
        },
        judged(Some("value")),
        judged(None),
        // A judge held against itself, and two of whom one says nothing.
        Measure::Pairs {
            judge: tally(Scores, &[], Some("value")),
            person: tally(Scores, &[("prediction", one_of(&["true"]))], Some("value")),
        },
        Measure::Pairs {
            judge: tally(Scores, &[("source", one_of(&["rule"]))], None),
            person: tally(Scores, &[("source", one_of(&["person"]))], None),
        },
    ]
}

/// What judges and persons say, as a number or as a label.
fn judged(sum: Option<&str>) -> Measure {
    let said = |source| tally(Table::Scores, &[("source", one_of(&[source]))], sum);
    Measure::Pairs { judge: said("judge"), person: said("person") }
}
