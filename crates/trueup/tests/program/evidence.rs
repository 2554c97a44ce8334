//! Import and verdict on a small roadmap.

use serde_json::Value;

use crate::run::Place;

const ROADMAP: &str = include_str!("small/roadmap.toml");

const OUTCOME: &str = include_str!("small/faster.toml");

const BET: &str = r#"id = "drafts"
title = "Draft replies"
horizon = "h1"
stage = "pilot"
serves = ["faster/kr1"]
[problem]
who = "Agents"
improve = "minutes"
from = 9
to = 6
unit = "min/reply"
[mode]
kind = "augment"
[box]
starts = 2026-09-01
decide_by = 2026-12-01
if_undecided = "kill"
[gate.graduate]
criteria = [ { metric = "acceptance", at_least = 0.5, role = "goal" } ]
"#;

const SQL: &str = "
INSERT INTO interactions SELECT id, at, 'drafts' AS bet, who AS unit, cost FROM calls;
INSERT INTO actions SELECT id AS interaction, 1 AS seq, at, did AS kind FROM calls WHERE did <> '';
";

/// A place with a roadmap, calls and the SQL that shapes them.
pub fn place(calls: &str) -> Place {
    let place = Place::new();
    place.write("roadmap/roadmap.toml", ROADMAP);
    place.write("roadmap/outcomes/faster.toml", OUTCOME);
    place.write("roadmap/bets/drafts.toml", BET);
    place.write("import.sql", SQL);
    place.write("calls.csv", calls);
    place
}

pub fn import(place: &Place) -> String {
    place.good(&["import", "calls.csv", "--with", "import.sql"])
}

fn verdict(place: &Place) -> Value {
    let ran = place.run(&["verdict", "drafts", "--as-of", "2026-11-01", "--format", "json"]);
    assert!(ran.code < 2, "{}", ran.err);
    serde_json::from_str(&ran.out).expect("a report is JSON")
}

/// Forty people who each accept four of five.
pub fn calls() -> String {
    let mut text = String::from("id,at,who,cost,did\n");
    for person in 0..40 {
        for call in 0..5 {
            let did = if call == 0 { "reject" } else { "accept" };
            let row = format!("c{person}-{call},2026-09-1{call}T10:00:00Z,p{person},0.01,{did}");
            text.push_str(&(row + "\n"));
        }
    }
    text
}

#[test]
fn an_empty_store_is_an_answer_not_an_error() {
    let report = verdict(&place("id,at,who,cost,did\n"));
    let bet = &report["bets"][0];
    assert_eq!(bet["verdict"], "continue");
    assert_eq!(bet["criteria"][0]["state"], "no-data");
    assert!(bet["criteria"][0]["estimate"].is_null());
}

#[test]
fn evidence_decides_and_the_interval_counts_people() {
    let place = place(&calls());
    import(&place);
    let report = verdict(&place);
    let criterion = &report["bets"][0]["criteria"][0];
    assert_eq!(criterion["metric"], "acceptance");
    assert_eq!(criterion["role"], "goal");
    assert_eq!(criterion["state"], "met");
    assert_eq!(criterion["n"], 200);
    assert_eq!(criterion["units"], 40);
    assert_eq!(criterion["threshold"]["at_least"], 0.5);
    let estimate = criterion["estimate"].as_f64().expect("there is an estimate");
    assert!((estimate - 0.8).abs() < 1e-12, "{estimate}");
}

#[test]
fn importing_the_same_file_twice_changes_nothing_and_says_so() {
    let place = place(&calls());
    assert!(import(&place).contains("interactions: 200 added"));
    let ignored = std::fs::read_to_string(place.path().join("roadmap/.trueup/.gitignore"));
    assert_eq!(ignored.expect("the store keeps itself out of git"), "*\n");
    let before = verdict(&place);
    let again = import(&place);
    assert!(again.contains("200 already there"), "{again}");
    assert!(again.contains("nothing new"), "{again}");
    assert_eq!(before["bets"], verdict(&place)["bets"]);
}

#[test]
fn a_row_that_cannot_be_an_event_is_counted_and_the_rest_goes_in() {
    let text = "id,at,who,cost,did\n\
        ,2026-09-10T10:00:00Z,p1,0.01,accept\n\
        a,,p1,0.01,accept\n\
        b,2026-09-10T10:00:00Z,p1,NaN,accept\n\
        c,2199-01-01T00:00:00Z,p1,0.01,accept\n\
        d,2026-09-10T10:00:00Z,p1,0.01,accept\n";
    let place = place(text);
    let said = import(&place);
    assert!(said.contains("interactions: 1 added"), "{said}");
    assert_eq!(
        said.matches("quarantined").count(),
        7,
        "a row without id has no action either\n{said}"
    );
}

#[test]
fn a_wrong_column_fails_before_anything_is_written() {
    let place = place(&calls());
    place.write("import.sql", "INSERT INTO interactions SELECT id, at, who AS unti FROM calls");
    let ran = place.run(&["import", "calls.csv", "--with", "import.sql"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`unti`") && ran.err.contains("`unit`"), "{}", ran.err);
    assert!(!place.path().join("roadmap/.trueup/store/interactions").exists());
}

#[test]
fn an_earlier_day_gives_the_earlier_answer() {
    let place = place(&calls());
    import(&place);
    let ran = place.run(&["verdict", "--as-of", "2026-09-11", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).expect("a report is JSON");
    assert_eq!(report["bets"][0]["criteria"][0]["n"], 80, "two days of five");
}

#[test]
fn bad_news_is_exit_code_1_and_an_unknown_bet_is_2() {
    let place = place(&calls().replace("accept", "reject"));
    import(&place);
    let ran = place.run(&["verdict", "--as-of", "2026-11-01"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.starts_with("drafts"), "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
    let unknown = place.run(&["verdict", "draft"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("did you mean `drafts`?"), "{}", unknown.err);
}

#[test]
fn every_format_prints_the_same_verdict() {
    let place = place(&calls());
    import(&place);
    for format in ["text", "markdown", "html", "json"] {
        let ran = place.run(&["verdict", "--as-of", "2026-11-01", "--format", format]);
        assert!(ran.code < 2, "{}", ran.err);
        assert!(ran.out.contains("Draft replies"), "{format}: {}", ran.out);
        assert!(!ran.out.contains("NaN") && !ran.out.contains("inf"), "{format}: {}", ran.out);
    }
}

#[test]
fn import_says_what_is_odd_and_refuses_a_mark_for_unknown() {
    let place = place(
        "id,at,who,cost,did,parent,kept\n\
        a,2026-09-10T10:00:00Z,p1,0.02,accept,,-1\n\
        b,2026-09-10T10:00:01Z,,0.02,,s1,0.5\n",
    );
    let sql = "
        INSERT INTO interactions SELECT id, at, 'drafts' AS bet, who AS unit, parent FROM calls;
        INSERT INTO scores SELECT concat(id, '/kept') AS id, id AS target, at, 'survival' AS name,
               kept AS value FROM calls;
    ";
    place.write("import.sql", sql);
    insta::assert_snapshot!(import(&place), @r"
    interactions: 2 added
      1 with a `parent` and no `part_of`: each counts as a use of its own, and what parent and child both report counts twice
      1 without `unit`: nobody knows whose, and together they count as one
    scores: 1 added
      1 quarantined: `value` of `survival` is outside 0 to 1
    ");
}
