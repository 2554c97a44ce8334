//! What the store counts in SQL is what a plain loop over the same rows counts.

use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use trueup_evidence::summary::{DaySums, UnitDays};
use trueup_evidence::{
    Answer, Classes, Condition, Kind, Measure, Pairs, Plan, Request, Summary, Table, Tally, Test,
    Window,
};
use trueup_lake::{Imported, block_on};
use xxhash_rust::xxh3::xxh3_64;

use super::fold::{folded, near, same};
use super::world::{START, World};
use super::{Desk, NOW, at};

fn filled(world: &World, explicit: bool) -> Desk {
    let desk = Desk::new();
    for table in load(&desk, world, explicit).tables {
        assert_eq!((table.added, table.orphans), (table.read, 0), "{table:?}");
    }
    desk
}

/// Imports all rows at once, with what they copy from their interaction or without.
pub fn load(desk: &Desk, world: &World, explicit: bool) -> Imported {
    let mut statements = Vec::new();
    let mut files = Vec::new();
    for table in Table::ALL {
        let rows = world.rows(table);
        let Some(first) = rows.first() else { continue };
        let mut names: Vec<&str> = first.keys().map(String::as_str).collect();
        if !explicit && table != Table::Interactions {
            let taken = [
                "bet",
                "variant",
                "unit",
                "segments",
                "interaction_at",
                "prediction",
                "confidence",
            ];
            names.retain(|name| !taken.contains(name));
        }
        let lines: Vec<String> =
            rows.iter().map(|row| Value::from(row.clone()).to_string()).collect();
        let lines = lines.join("\n");
        files.push(desk.file(&format!("{}.jsonl", table.name()), &lines));
        let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let (table, names) = (table.name(), names.join(", "));
        statements.push(format!("INSERT INTO {table} SELECT {names} FROM {table}"));
    }
    desk.import(&files, &statements.join(";\n")).expect("the import holds")
}

fn tally(table: Table, tests: &[(&str, Test)], sum: Option<&str>) -> Tally {
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
    vec![
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
            vec![tally(Interactions, &[("variant", one_of(&[]))], None)],
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

fn plan(now: &str) -> Plan {
    let day = |days: i64| at(START) + (24 * days).hours();
    let window = |from: Timestamp, to: Timestamp| Window { from, to };
    let windows = [
        window(day(0), day(10)),
        window(day(0), day(5)),
        window(day(4) + 7.hours(), day(6)),
        window(day(3), day(3)),
    ];
    let mut requests = Vec::new();
    for bet in ["chat", "it's \"quoted\"", "small", "none"] {
        for measure in measures() {
            for (number, window) in windows.into_iter().enumerate() {
                for among in [None, Some("it's".to_owned()), Some("nobody".to_owned())] {
                    if among.is_none() || number < 2 {
                        requests.push(Request {
                            bet: bet.to_owned(),
                            measure: measure.clone(),
                            window,
                            among,
                        });
                    }
                }
            }
        }
    }
    Plan { now: at(now), requests }
}

fn answered(desk: &Desk, plan: &Plan) -> Answer {
    block_on(desk.lake().answer(plan)).expect("the store answers")
}

fn check(world: &World, desk: &Desk, now: &str) {
    let plan = plan(now);
    let answer = answered(desk, &plan);
    assert_eq!(answer.summaries.len(), plan.requests.len());
    let mut full = 0;
    for (request, summary) in plan.requests.iter().zip(&answer.summaries) {
        let expected = folded(world, &plan, request);
        assert!(same(summary, &expected), "{request:?}\nSQL:  {summary:?}\nloop: {expected:?}");
        full += usize::from(!matches!(summary, Summary::Sums(units) if units.is_empty()));
    }
    assert!(full * 2 > plan.requests.len(), "most questions have something to count");
    assert_eq!(answer, answered(desk, &plan), "the same question gives the same bytes");
}

#[test]
fn sql_counts_what_a_plain_loop_counts() {
    for (seed, explicit) in [(1, true), (2, false)] {
        let world = World::made(seed);
        let desk = filled(&world, explicit);
        check(&world, &desk, NOW);
        // As of the middle: what came later, corrections too, has not happened.
        check(&world, &desk, "2026-11-06T12:00:00Z");
    }
}

#[test]
fn every_field_can_be_tested_for_presence() {
    let world = World::made(3);
    let desk = filled(&world, true);
    let window = Window { from: at(START), to: at(NOW) };
    let mut requests = Vec::new();
    for table in Table::ALL {
        for field in table.fields() {
            let tests = [Test::Present, Test::Absent];
            let [present, absent] = tests.map(|test| tally(table, &[(field.name, test)], None));
            let sum = matches!(field.kind, Kind::Number | Kind::Integer)
                .then(|| tally(table, &[], Some(field.name)));
            // Every row has it, and it ranges over parts as what is additive does.
            let whole: &[(&str, Test)] =
                if field.additive { &[("tokens_in", Test::Present)] } else { &[] };
            let measure = Measure::Sums {
                numerator: vec![present, absent],
                denominator: vec![tally(table, whole, None)],
            };
            let request =
                |measure| Request { bet: "chat".to_owned(), measure, window, among: None };
            requests.push(request(measure));
            requests.extend(sum.map(|tally| request(Measure::Values { tally })));
        }
    }
    let plan = Plan { now: at(NOW), requests };
    for summary in answered(&desk, &plan).summaries {
        if let Summary::Sums(units) = summary {
            assert!(!units.is_empty() && units.iter().all(|it| near(it.numerator, it.denominator)));
        }
    }
}

/// One answer about as many people, each with as many milliseconds as its number and one.
fn asked_of_many(people: usize, measure: Measure) -> Summary {
    let desk = Desk::new();
    let row = |n: usize| format!("i{n},{START},b,u{n},{},{}", n + 1, ["red", "blue"][n % 2]);
    let rows: Vec<String> = (0..people).map(row).collect();
    let rows = rows.join("\n");
    let sql = "INSERT INTO interactions
        SELECT id, at, bet, unit, ms AS latency_ms, colour AS variant FROM rows";
    desk.add("rows.csv", &format!("id,at,bet,unit,ms,colour\n{rows}"), sql);
    let window = Window { from: at(START), to: at(NOW) };
    let request = Request { bet: "b".to_owned(), measure, window, among: None };
    let plan = Plan { now: at(NOW), requests: vec![request] };
    let rows = answered(&desk, &plan).summaries.remove(0);
    block_on(desk.lake().roll_up(&plan)).expect("the store rolls up");
    assert_eq!(answered(&desk, &plan).summaries, [rows.clone()], "cells");
    rows
}

#[test]
fn very_many_units_are_put_into_groups() {
    let latency = tally(Table::Interactions, &[], Some("latency_ms"));
    let Summary::Histograms(groups) = asked_of_many(3000, Measure::Values { tally: latency })
    else {
        panic!("values are answered by histograms");
    };
    assert!(groups.len() <= 1024);
    assert_eq!(groups.iter().map(|group| group.units).sum::<u64>(), 3000);
    let counts = groups.iter().flat_map(|group| &group.counts);
    assert_eq!(counts.map(|(_, count)| count).sum::<u64>(), 3000);
    let by = Table::Interactions.field("variant").expect("a field");
    let all = tally(Table::Interactions, &[], None);
    let Summary::Classes(classes) = asked_of_many(3000, Measure::Classes { tally: all, by }) else {
        panic!("classes are answered by classes");
    };
    assert_eq!(classes.names, ["blue", "red"]);
    assert!(classes.units.len() <= 1024);
    assert_eq!(classes.units.iter().map(|group| group.units).sum::<u64>(), 3000);
    let of = |class: u32| -> u64 {
        let counts = classes.units.iter().flat_map(|group| &group.counts);
        counts.filter(|(it, _)| *it == class).map(|(_, n)| n).sum()
    };
    assert_eq!((of(0), of(1)), (1500, 1500));
}

#[test]
fn of_very_many_units_a_sample_is_told_by_day() {
    let latency = tally(Table::Interactions, &[], Some("latency_ms"));
    let all = tally(Table::Interactions, &[], None);
    let measure = Measure::Days { numerator: vec![latency], denominator: vec![all] };
    let Summary::Days(days) = asked_of_many(6000, measure) else {
        panic!("days are answered by days");
    };
    let hash = |n: u32| (xxh3_64(format!("u{n}").as_bytes()), f64::from(n + 1));
    let mut people: Vec<(u64, f64)> = (0..6000).map(hash).collect();
    people.sort_by_key(|(hash, _)| *hash);
    assert!((days.sampled - people[4096].0 as f64 / 2.0_f64.powi(64)).abs() < 1e-12);
    assert!((days.sampled - 4096.0 / 6000.0).abs() < 0.03, "{}", days.sampled);
    let day = |numerator| DaySums { day: 20_758, numerator, denominator: 1.0 };
    let expected =
        people[..4096].iter().map(|(unit, ms)| UnitDays { unit: *unit, days: vec![day(*ms)] });
    assert_eq!(days.units, expected.collect::<Vec<_>>());
}

#[test]
fn rare_classes_are_other_ones() {
    let by = Table::Interactions.field("unit").expect("a field");
    let all = tally(Table::Interactions, &[], None);
    let Summary::Classes(classes) = asked_of_many(300, Measure::Classes { tally: all, by }) else {
        panic!("classes are answered by classes");
    };
    assert_eq!(classes.names.len(), 257);
    assert_eq!(classes.names[0], "(other)");
    let others = classes.units.iter().flat_map(|unit| &unit.counts).filter(|(it, _)| *it == 0);
    assert_eq!(others.map(|(_, n)| n).sum::<u64>(), 300 - 256);
}

#[test]
fn an_empty_store_has_empty_answers() {
    let desk = Desk::new();
    let plan = plan(NOW);
    let answer = answered(&desk, &plan);
    assert!(answer.versions.is_empty() && !desk.store().exists());
    for summary in &answer.summaries {
        assert!(
            matches!(summary, Summary::Sums(units) if units.is_empty())
                || matches!(summary, Summary::Histograms(units) if units.is_empty())
                || matches!(summary, Summary::Bins(units) if units.is_empty())
                || matches!(summary, Summary::Classes(it) if *it == Classes::default())
                || matches!(summary, Summary::Days(it) if it.units.is_empty() && it.sampled >= 1.0)
                || matches!(summary, Summary::Pairs(it) if *it == Pairs::default())
        );
    }
    let attribution = block_on(desk.lake().attribution(at(NOW))).expect("an empty store");
    assert!(attribution.interactions.is_empty());
}

#[test]
fn the_queries_shown_are_one_for_each_bet_table_and_shape() {
    let world = World::made(4);
    let desk = filled(&world, true);
    let queries = block_on(desk.lake().queries(&plan(NOW))).expect("a store");
    let quoted = queries.iter().filter(|query| query.sql.contains("'it''s \"quoted\"'")).count();
    // Three tables of sums, three fields of values, two numbers of bins, two fields of classes, two
    // tables by day, numbers and labels.
    assert_eq!((queries.len(), quoted), (4 * 14, 14));
    assert!(queries.iter().any(|query| query.sql.contains("NOT EXISTS")));
    assert_eq!(answered(&desk, &plan(NOW)).versions.len(), 3);
}
