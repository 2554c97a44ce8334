//! Very many units and classes: what is put together, and what a sample is.

use trueup_evidence::summary::{DaySums, UnitDays};
use trueup_evidence::{Measure, Plan, Request, Summary, Table, Window};
use trueup_lake::block_on;
use xxhash_rust::xxh3::xxh3_64;

use super::measures::tally;
use super::world::START;
use super::{Desk, NOW, at};

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
    let answered = || block_on(desk.lake().answer(&plan)).expect("the store answers");
    let from_rows = answered().summaries;
    block_on(desk.lake().roll_up(&plan)).expect("the store rolls up");
    let mut from_cells = answered().summaries;
    assert_eq!(from_cells, from_rows);
    from_cells.remove(0)
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
