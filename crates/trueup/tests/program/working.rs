//! Asking, exporting, erasing and keeping the store, as a user does it.

use serde_json::Value;

use crate::run::Place;

const CALLS: &str = "id,at,who,said,did\n\
    c1,2026-09-10T10:00:00Z,u_somebody-0001,training,accept\n\
    c2,2026-09-10T11:00:00Z,u_somebody-0002,training,reject\n\
    c3,2026-09-11T10:00:00Z,u_somebody-0001,,edit\n";

const SQL: &str = "
INSERT INTO interactions SELECT id, at, 'drafts' AS bet, who AS unit, said AS consent FROM calls;
INSERT INTO actions SELECT id AS interaction, 1 AS seq, at, did AS kind FROM calls;
";

/// A place with a store in `store`.
fn place() -> Place {
    let place = Place::new();
    place.write("calls.csv", CALLS);
    place.write("import.sql", SQL);
    place.good(&["import", "calls.csv", "--with", "import.sql", "--store", "store"]);
    place
}

fn query(place: &Place, sql: &str) -> String {
    place.good(&["query", sql, "--store", "store", "--format", "csv"])
}

#[test]
fn a_query_prints_rows_and_says_when_there_are_more() {
    let place = place();
    let sql = "SELECT unit, count(*) AS n FROM interactions GROUP BY unit ORDER BY n DESC";
    let out = place.good(&["query", sql, "--store", "store"]);
    assert_eq!(
        out,
        "unit             n\n───────────────  ─\nu_somebody-0001  2\nu_somebody-0002  1\n"
    );
    let ran = place.run(&["query", sql, "--store", "store", "--limit", "1", "--format", "ndjson"]);
    assert_eq!(ran.out, "{\"unit\":\"u_somebody-0001\",\"n\":2}\n");
    assert_eq!(ran.err, "note: there are more than these 1 rows; `--limit 0` shows all\n");
}

#[test]
fn a_query_is_refused_with_a_reason() {
    let place = place();
    for (sql, said) in [
        ("DROP TABLE scores", "a query is one statement that reads"),
        ("SELECT * FROM 'calls.csv'", "no files and no addresses are read"),
        ("SELECT untit FROM interactions", "did you mean `unit`?"),
    ] {
        let ran = place.run(&["query", sql, "--store", "store"]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{sql}");
        assert!(ran.err.contains(said), "{sql}: {}", ran.err);
    }
    let ran = place.run(&["query", "SELECT 1", "--store", "nowhere"]);
    assert!(ran.code == 2 && ran.err.contains("there is no store at `nowhere`"), "{}", ran.err);
    let ran = place.run(&["query", "SELECT 1", "--store", "store", "--format", "parquet"]);
    assert!(ran.code == 2 && ran.err.contains("`--output`"), "{}", ran.err);
    let endless =
        "SELECT count(*) FROM generate_series(1, 10000000000) a, generate_series(1, 100000) b";
    let ran = place.run(&["query", endless, "--store", "store", "--timeout", "300ms"]);
    assert!(ran.code == 2 && ran.err.contains("took longer than 300ms"), "{}", ran.err);
}

#[test]
fn an_export_respects_consent_and_says_what_it_did() {
    let place = place();
    let to = ["export", "interactions", "--store", "store", "--output", "uses.jsonl"];
    let ran = place.run(&to);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert_eq!(
        ran.err,
        "2 uses with 0 parts, 2 actions, 0 scores and 0 texts\n\
         left out: 1 uses without consent to training (nobody was asked)\n"
    );
    let read = |name| std::fs::read_to_string(place.path().join(name)).expect("it was written");
    let first = read("uses.jsonl");
    let first: Value = serde_json::from_str(first.lines().next().expect("a use")).expect("JSON");
    assert_eq!(first["interaction"]["id"], "c1");
    assert_eq!(first["actions"][0]["kind"], "accept");
    let about: Value = serde_json::from_str(&read("uses.jsonl.about.json")).expect("JSON");
    assert_eq!(about["counts"]["uses"], 2);
    let any = place.good(&["export", "interactions", "--store", "store", "--consent", "any"]);
    assert_eq!(any.lines().count(), 3);
    let both = place.run(&["export", "--customers", "interactions"]);
    assert_eq!(both.code, 2, "{}", both.out);
}

#[test]
fn a_person_goes_and_a_receipt_stays() {
    let place = place();
    let dry = place.good(&["erase", "u_somebody-0001", "--store", "store", "--dry-run"]);
    assert_eq!(dry, "actions: 2 rows would go\ninteractions: 2 rows would go\n");
    let out = place.good(&["erase", "u_somebody-0001", "--store", "store"]);
    assert!(
        out.starts_with("actions: 2 rows erased\ninteractions: 2 rows erased\nproved: "),
        "{out}"
    );
    assert!(out.contains("\nreceipt: receipts/"), "{out}");
    assert_eq!(query(&place, "SELECT unit FROM interactions"), "unit\nu_somebody-0002\n");
    let ran = place.run(&["erase", "anna", "--user-id", "--store", "store"]);
    assert!(ran.code == 2 && ran.err.contains("secret.key"), "{}", ran.err);
}

/// In builds with debug assertions the named point kills the process.
#[cfg(debug_assertions)]
#[test]
fn an_erasure_that_was_cut_short_goes_on() {
    let place = place();
    let cut = std::process::Command::new(env!("CARGO_BIN_EXE_trueup"))
        .args(["erase", "u_somebody-0001", "--store", "store"])
        .current_dir(place.path())
        .env("TRUEUP_CRASH_AT", "erase.midway")
        .output()
        .expect("the built binary runs");
    assert!(!cut.status.success());
    assert_eq!(query(&place, "SELECT count(*) AS n FROM actions"), "n\n1\n");
    assert_eq!(query(&place, "SELECT count(*) AS n FROM interactions"), "n\n3\n");
    let out = place.good(&["erase", "u_somebody-0001", "--store", "store"]);
    assert!(out.starts_with("actions: 2 rows erased\ninteractions: 2 rows erased\n"), "{out}");
    assert_eq!(query(&place, "SELECT unit FROM interactions"), "unit\nu_somebody-0002\n");
}

#[test]
fn the_store_tells_what_it_holds_in_keys_that_are_published() {
    let place = place();
    let json = place.good(&["store", "--format", "json", "--store", "store"]);
    let status: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(status["tables"]["interactions"]["rows"], 3);
    assert_eq!(status["tables"]["actions"]["rows"], 3);
    assert_eq!((&status["uses"], &status["parts"]), (&3.into(), &0.into()));
    let schema: Value = serde_json::from_str(&place.good(&["schema", "store"])).expect("JSON");
    for key in status.as_object().expect("an object").keys() {
        assert!(schema["properties"][key].is_object(), "`{key}` is not described");
    }
    for key in schema["required"].as_array().expect("a list") {
        assert!(status.get(key.as_str().expect("a name")).is_some(), "{key} is not there");
    }
    let text = place.good(&["store", "--store", "store"]);
    assert!(
        text.starts_with("3 uses with 0 parts; 0 without a bet, 0 without a price\n"),
        "{text}"
    );
}

#[test]
fn a_store_is_checked_compacted_copied_and_restored() {
    let place = place();
    let again = CALLS.replace("c1", "d1").replace("c2", "d2").replace("c3", "d3");
    place.write("calls.csv", &again);
    place.good(&["import", "calls.csv", "--with", "import.sql", "--store", "store"]);
    assert!(place.good(&["store", "check", "--store", "store"]).starts_with("ok: "));
    place.good(&["store", "compact", "--keep-replaced", "0s", "--store", "store"]);
    place.good(&["store", "merge", "--store", "store"]);
    place.good(&["store", "backup", "copy", "--store", "store"]);
    place.good(&["store", "restore", "copy", "--store", "again"]);
    let count = "SELECT count(*) AS n FROM interactions";
    for store in ["store", "copy", "again"] {
        assert_eq!(place.good(&["query", count, "--store", store, "--format", "csv"]), "n\n6\n");
    }
    let taken = place.run(&["store", "restore", "copy", "--store", "store"]);
    assert_eq!(taken.code, 2, "{}", taken.out);
}
