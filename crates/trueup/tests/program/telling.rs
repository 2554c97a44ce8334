//! What is told of a verdict, and of what stands behind it, to people.

use serde_json::Value;

use crate::evidence::{calls, import, place};
use crate::run::Place;

/// The small roadmap of `evidence`, with its calls in the store.
fn judged() -> Place {
    let place = place(&calls());
    import(&place);
    place
}

#[test]
fn a_verdict_is_told_to_three_readers() {
    let place = judged();
    let told = place.good(&["explain-verdict", "drafts", "--as-of", "2026-11-01"]);
    insta::assert_snapshot!("explain_verdict", told);
    let markdown = ["explain-verdict", "drafts", "--as-of", "2026-11-01", "--format", "markdown"];
    assert!(place.good(&markdown).starts_with("# drafts: "), "{}", place.good(&markdown));
    let json = ["explain-verdict", "drafts", "--for", "engineering", "--format", "json"];
    let json: Value = serde_json::from_str(&place.good(&json)).expect("it is JSON");
    assert_eq!(json["schema"], "trueup/explanation/1");
    assert_eq!(json["tellings"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["tellings"][0]["reader"], "engineering");
}

#[test]
fn the_sql_behind_a_verdict_runs_and_finds_the_rows_that_it_counts() {
    let place = judged();
    let asked = ["verdict", "drafts", "--as-of", "2026-11-01", "--show-queries"];
    let sql = place.good(&asked);
    let statements: Vec<&str> =
        sql.split(";\n").map(str::trim).filter(|sql| !sql.is_empty()).collect();
    assert!(!statements.is_empty(), "{sql}");
    for statement in statements {
        assert!(!place.good(&["query", statement, "--format", "csv"]).is_empty());
    }
}

#[test]
fn a_bet_that_cannot_be_read_or_is_not_there_is_told() {
    let place = judged();
    let unknown = place.run(&["explain-verdict", "draft"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("did you mean `drafts`?"), "{}", unknown.err);
    place.write("roadmap/bets/broken.toml", "id = \"broken\"\ntitle = 7\n");
    let broken = place.good(&["explain-verdict", "broken"]);
    assert!(broken.starts_with("broken: NO VERDICT"), "{broken}");
}

/// Two reviewers: one accepts everything in two seconds, the other looks and overrides.
const REVIEWED: &str = "
CREATE VIEW cases AS
SELECT concat(who, '/', at, '/', seq) AS id, * FROM (
  SELECT column1 AS who, column2 AS at, column3 AS did, column4 AS dwell_ms, column5 AS planted
  FROM (VALUES ('quick', TIMESTAMP '2026-10-05T10:00:00', 'accept', 2000, 0),
               ('careful', TIMESTAMP '2026-10-05T10:00:00', 'override', 60000, 1))) AS people
  CROSS JOIN generate_series(1, 30) AS numbers(seq);
INSERT INTO interactions SELECT id, at, 'drafts' AS bet, who AS unit, 300 AS tokens_out FROM cases;
INSERT INTO actions SELECT id AS interaction, 1 AS seq, at, did AS kind, dwell_ms FROM cases;
INSERT INTO scores SELECT concat(id, '/planted') AS id, id AS target, at, 'planted' AS name,
  planted AS value, 'rule' AS source FROM cases WHERE seq <= 10;
INSERT INTO scores SELECT concat(id, '/first') AS id, id AS target, at, 'first_answer' AS name,
  0 AS value, 'rule' AS source FROM cases WHERE seq <= 5;
";

#[test]
fn oversight_counts_reviewers_and_months_and_lists_the_stops() {
    let place = place(&calls());
    place.write("reviewed.sql", REVIEWED);
    place.good(&["import", "calls.csv", "--with", "reviewed.sql"]);
    let stop = ["decide", "drafts", "stop", "--as", "ana", "--on", "2026-10-20"];
    let refused = place.run(&stop);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--because"), "{}", refused.err);
    place.good(&[&stop[..], &["--because", "It answered in the wrong language."]].concat());
    let told = place.good(&["oversight", "drafts", "--as-of", "2026-11-01"]);
    insta::assert_snapshot!("oversight", told);
    let json = ["oversight", "drafts", "--as-of", "2026-11-01", "--format", "json"];
    let json: Value = serde_json::from_str(&place.good(&json)).expect("it is JSON");
    let quick = &json["reviewers"][1];
    assert_eq!(quick["reviewer"], "quick");
    assert_eq!(quick["decisions"], 30);
    assert_eq!(quick["signs"][0], "rubber-stamp");
    assert_eq!(quick["hurried"]["count"], 30);
    assert_eq!(json["reviewers"][0]["signs"].as_array().map(Vec::len), Some(0));
    assert_eq!(json["reliance"]["moved"]["mean"], 0.5, "one of two moved in all of five cases");
    assert_eq!(json["reliance"]["decided_first"], 10);
    let page = ["oversight", "drafts", "--as-of", "2026-11-01", "--format", "html"];
    assert!(place.good(&page).contains("<td>quick</td>"));
    let before = ["oversight", "drafts", "--as-of", "2026-10-01", "--format", "json"];
    let before: Value = serde_json::from_str(&place.good(&before)).expect("it is JSON");
    assert_eq!(before["together"]["decisions"], 0, "later events are not looked at");
    assert_eq!(before["switches"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_forecast_tells_what_is_open_and_scores_what_has_ended() {
    let place = judged();
    let open = place.good(&["forecast", "drafts", "--as-of", "2026-09-20"]);
    insta::assert_snapshot!("forecast", open);
    let json = ["forecast", "--as-of", "2026-12-20", "--format", "json"];
    let json: Value = serde_json::from_str(&place.good(&json)).expect("it is JSON");
    let past = &json["calibration"];
    assert_eq!(past["criteria"], 1, "one criterion has ended");
    let forecasts = past["forecasts"].as_array().expect("a list");
    assert!(forecasts.len() > 8, "one each week from September to December: {forecasts:?}");
    assert!(forecasts.iter().all(|one| one["happened"] == true));
    assert!(past["brier"].as_f64().is_some_and(|brier| brier < 0.01), "{past}");
    let unknown = place.run(&["forecast", "draft"]);
    assert!(unknown.code == 2 && unknown.err.contains("did you mean `drafts`?"), "{}", unknown.err);
}
