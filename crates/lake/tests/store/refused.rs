//! Which rows are refused and why; which statements are refused before anything is written.

use trueup_lake::block_on;

use super::{Desk, NOW, at};

/// One row among good ones; the reason it is refused with.
fn check(table: &str, row: &str, reason: &str) {
    let (good, names) = match table {
        "interactions" => (
            r#"{"id":"ok","at":"2026-11-01T00:00:00Z"}"#,
            "id, at, cost, confidence, latency_ms, tokens_in",
        ),
        "actions" => (
            r#"{"id":"ok","at":"2026-11-01T00:00:00Z","interaction":"i","kind":"accept"}"#,
            "id, at, interaction, kind, dwell_ms, edit_share_first",
        ),
        _ => (
            r#"{"id":"ok","at":"2026-11-01T00:00:00Z","target":"i","name":"label"}"#,
            "id, at, target, name, value",
        ),
    };
    // The empty row makes every column known; it is refused for its missing id, twice over.
    let all = r#"{"id":null,"at":null,"interaction":"x","kind":"view","target":"x","name":"x","cost":"1","confidence":"1","latency_ms":"1","tokens_in":"1","dwell_ms":"1","edit_share_first":"1","value":"1"}"#;
    let desk = Desk::new();
    let sql = format!("INSERT INTO {table} SELECT {names} FROM rows");
    let imported = desk.add("rows.jsonl", &format!("{good}\n{row}\n{all}\n"), &sql);
    let counts = &imported.tables[0];
    assert_eq!((counts.read, counts.added), (3, 1), "{reason}");
    assert!(counts.quarantined.contains_key(reason), "{reason}: {:?}", counts.quarantined);
    assert_eq!(counts.quarantined.values().sum::<u64>(), 2, "{reason}");
    let kept = block_on(desk.lake().attribution(at(NOW))).expect("a store");
    assert_eq!(kept.quarantined, counts.quarantined, "{reason}");
    let again = desk.import(&[desk.path("rows.jsonl")], &sql).expect("the import holds");
    assert_eq!(again.tables[0].duplicates, 1, "{reason}");
    let kept = block_on(desk.lake().attribution(at(NOW))).expect("a store");
    assert_eq!(kept.quarantined, counts.quarantined, "a second import doubles nothing: {reason}");
}

#[test]
fn rows_that_are_no_events_are_refused_with_the_reason() {
    let time = r#""at":"2026-11-02T00:00:00Z""#;
    for (table, row, reason) in [
        ("interactions", format!(r#"{{"id":"",{time}}}"#), "no `id`"),
        ("interactions", r#"{"id":"a"}"#.to_owned(), "no `at`"),
        ("interactions", r#"{"id":"a","at":"yesterday"}"#.to_owned(), "`at` is not a time"),
        (
            "interactions",
            r#"{"id":"a","at":"2026-11-21T00:00:01Z"}"#.to_owned(),
            "`at` is in the future",
        ),
        ("interactions", format!(r#"{{"id":"a",{time},"cost":"-0.1"}}"#), "`cost` is negative"),
        ("interactions", format!(r#"{{"id":"a",{time},"cost":"dear"}}"#), "`cost` is not a number"),
        (
            "interactions",
            format!(r#"{{"id":"a",{time},"cost":"inf"}}"#),
            "`cost` is not a finite number",
        ),
        (
            "interactions",
            format!(r#"{{"id":"a",{time},"tokens_in":"-1"}}"#),
            "`tokens_in` is negative",
        ),
        (
            "interactions",
            format!(r#"{{"id":"a",{time},"tokens_in":"many"}}"#),
            "`tokens_in` is not an integer",
        ),
        (
            "interactions",
            format!(r#"{{"id":"a",{time},"latency_ms":"-3"}}"#),
            "`latency_ms` is negative",
        ),
        (
            "interactions",
            format!(r#"{{"id":"a",{time},"confidence":"1.01"}}"#),
            "`confidence` is outside 0 to 1",
        ),
        ("actions", format!(r#"{{"id":"a",{time},"kind":"view"}}"#), "no `interaction`"),
        ("actions", format!(r#"{{"id":"a",{time},"interaction":"i"}}"#), "no `kind`"),
        (
            "actions",
            format!(r#"{{"id":"a",{time},"interaction":"i","kind":"acccept"}}"#),
            "unknown action kind `acccept`",
        ),
        (
            "actions",
            format!(r#"{{"id":"a",{time},"interaction":"i","kind":"edit","dwell_ms":"-1"}}"#),
            "`dwell_ms` is negative",
        ),
        (
            "actions",
            format!(
                r#"{{"id":"a",{time},"interaction":"i","kind":"edit","edit_share_first":"7"}}"#
            ),
            "`edit_share_first` is outside 0 to 1",
        ),
        ("scores", format!(r#"{{"id":"a",{time},"name":"csat"}}"#), "no `target`"),
        ("scores", format!(r#"{{"id":"a",{time},"target":"i"}}"#), "no `name`"),
        (
            "scores",
            format!(r#"{{"id":"a",{time},"target":"i","name":"csat","value":"nan"}}"#),
            "`value` is not a finite number",
        ),
    ] {
        check(table, &row, reason);
    }
}

/// The error that an import of this SQL ends with; the store stays as it was.
fn refused(sql: &str) -> String {
    let desk = Desk::new();
    let rows = desk.file(
        "Rows-1.jsonl",
        "{\"UserId\":1,\"id\":\"a\",\"at\":\"2026-11-01T00:00:00Z\",\"ms\":1760000000000,\
         \"flags\":[true],\"name\":\"x\"}\n",
    );
    let error = desk.import(&[rows], sql).expect_err(sql).to_string();
    assert!(!desk.store().exists(), "nothing may be written: {sql}");
    error
}

#[test]
fn wrong_sql_fails_before_anything_is_written() {
    let good = "INSERT INTO interactions SELECT id, at FROM rows_1;";
    for (sql, message) in [
        (
            "\n-- why\nINSERT INTO interactions SELECT id, at, UserId AS Unit FROM rows_1",
            "`import.sql` line 3: interactions have no column `Unit`; did you mean `unit`?",
        ),
        (
            "INSERT INTO interactions SELECT id, at, UserId + 1 FROM rows_1",
            "`import.sql` line 1: interactions have no column `rows_1.UserId + Int64(1)`; \
             name it with `AS`",
        ),
        (
            "INSERT INTO interactions SELECT id FROM rows_1",
            "`import.sql` line 1: interactions need `at` (when it happened); select it `AS at`",
        ),
        (
            "INSERT INTO interactions SELECT id, at, flags AS cost FROM rows_1",
            "`import.sql` line 1: `cost` is List(Boolean) and should be a number",
        ),
        (
            "INSERT INTO interactions SELECT id, ms AS at FROM rows_1",
            "`import.sql` line 1: `at` is Int64 and should be a time; \
             write `to_timestamp_millis(x)`, or `to_timestamp_seconds(x)`",
        ),
        (
            "INSERT INTO interactions SELECT id, at, name AS segments FROM rows_1",
            "`import.sql` line 1: `segments` is Utf8 and should be a list of texts; \
             write `make_array(x)`",
        ),
        ("INSERT INTO interactions SELECT id, at, id FROM rows_1", "`import.sql` line 1: "),
        (
            "INSERT INTO interactions SELECT id, at FROM rows",
            "`import.sql` line 1: no file or view is called `rows`; there are: `rows_1`",
        ),
        (
            "INSERT INTO bets SELECT id, at FROM rows_1",
            "`import.sql` line 1: there is no table `bets` to fill; ",
        ),
        (
            "INSERT INTO interactions (id, at) SELECT id, at FROM rows_1",
            "`import.sql` line 1: leave out the columns after `interactions`",
        ),
        ("SELECT 1", "`import.sql` line 1: `SELECT 1 ...`: an import holds only "),
        ("DROP TABLE rows_1", "`import.sql` line 1: `DROP TABLE ...`: "),
        ("COPY rows_1 TO 'out.csv'", "`import.sql` line 1: "),
        ("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'", "`import.sql` line 1: "),
        ("INSERT INTO interactions SELECT * FROM '/etc/passwd'", "`import.sql` line 1: "),
        ("INSERT INTO interactions SELECT id,\n at FRM rows_1", "`import.sql` line 2: "),
        (
            "INSERT INTO interactions SELECT id, att AS at FROM rows_1",
            "`import.sql` line 1: No field named att",
        ),
    ] {
        let error = refused(sql);
        assert!(error.starts_with(message), "{sql}\n{error}");
        refused(&format!("{good}\n{sql}"));
    }
    let error = refused("-- nothing\n;");
    assert!(error.starts_with("`import.sql`: nothing to import: "), "{error}");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    for (name, text, message) in [
        ("rows.txt", "x", "its name ends in none of"),
        ("rows.csv", "", "it is empty"),
        ("rows.parquet", "no parquet", ""),
        ("rows.parquet.gz", "x", "Parquet is compressed inside"),
    ] {
        let desk = Desk::new();
        let error = desk.import(&[desk.file(name, text)], "SELECT 1").expect_err(name).to_string();
        assert!(error.contains(&format!("{name}`: ")) && error.contains(message), "{error}");
    }
    let desk = Desk::new();
    let error = desk.import(&[desk.path("none.csv")], "").expect_err("no file").to_string();
    assert!(error.contains("none.csv`"), "{error}");
    let files = [desk.file("a.b.csv", "x\n1\n"), desk.file("A.jsonl", "{}\n")];
    let error = desk.import(&files, "").expect_err("the same name").to_string();
    assert!(error.contains("it would be table `a`, and so would"), "{error}");
}
