//! What the store counts in SQL is what a plain loop over the same rows counts.

use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use trueup_evidence::{
    Answer, Classes, Kind, Measure, Pairs, Plan, Request, Summary, Table, Test, Window,
};
use trueup_lake::{Imported, block_on};

use super::fold::{folded, near, same};
use super::measures::{measures, tally};
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
