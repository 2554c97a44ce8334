//! A person's own SQL: it reads the store, and whatever it tries, nothing else.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use trueup_lake::{Error, Form, Question, Told};

use super::Desk;

const ROWS: &str = "id,at,bet,unit\na,2026-11-01T00:00:00Z,chat,u1\nb,2026-11-02T00:00:00Z,chat,u2\n\
                    c,2026-11-02T00:00:00Z,,u1\n";

fn desk() -> Desk {
    let desk = Desk::new();
    let sql = "INSERT INTO interactions SELECT id, at, bet, unit, make_array('x') AS segments FROM rows;
               INSERT INTO scores SELECT id, id AS target, at, 'stars' AS name, 0.5 AS value FROM rows;";
    desk.add("rows.csv", ROWS, sql);
    desk
}

fn question(sql: &str) -> Question {
    Question {
        sql: sql.to_owned(),
        most_memory: 64 << 20,
        longest: Duration::from_secs(30),
        most_rows: None,
    }
}

fn ask_with(desk: &Desk, question: &Question, form: Form) -> Result<(String, Told), Error> {
    let mut out = Vec::new();
    let told = desk.lake().ask_and_leave(question, form, &mut out)?;
    Ok((String::from_utf8_lossy(&out).into_owned(), told))
}

fn ask(desk: &Desk, sql: &str) -> Result<String, Error> {
    ask_with(desk, &question(sql), Form::JsonLines).map(|(text, _)| text)
}

fn refused(desk: &Desk, sql: &str) -> String {
    ask(desk, sql).expect_err(sql).to_string()
}

/// Every file of a folder, with its size.
fn files(folder: &Path) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            let size = entry.metadata().expect("a file").len();
            all.insert(path.to_string_lossy().into_owned(), size);
        }
    }
    all
}

#[test]
fn every_kind_of_statement_that_reads_is_answered() {
    let desk = desk();
    let two = ask(&desk, "SELECT bet, count(*) AS n FROM interactions GROUP BY bet ORDER BY n");
    assert_eq!(two.expect("it reads"), "{\"bet\":null,\"n\":1}\n{\"bet\":\"chat\",\"n\":2}\n");
    for sql in [
        "VALUES (1), (2)",
        "WITH some AS (SELECT * FROM scores) SELECT * FROM some;",
        "EXPLAIN SELECT * FROM actions",
        "EXPLAIN ANALYZE SELECT * FROM interactions",
        "DESCRIBE payloads",
        "SHOW TABLES",
        "SHOW COLUMNS FROM quarantine",
        "SELECT day, orphan FROM scores",
        "SELECT * FROM public.telemetry",
        "SELECT value FROM generate_series(1, 3)",
        "SELECT i.id FROM interactions i JOIN scores s ON s.target = i.id WHERE EXISTS (SELECT 1 FROM actions)",
    ] {
        ask(&desk, sql).unwrap_or_else(|why| panic!("{sql}: {why}"));
    }
}

#[test]
fn nothing_is_run_that_could_write_or_read_elsewhere() {
    let desk = desk();
    let out = desk.path("out.parquet").display().to_string();
    let csv = desk.path("rows.csv").display().to_string();
    let before = files(desk.path("").as_path());
    for sql in [
        "",
        ";",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE scores",
        "DROP TABLE scores",
        "DELETE FROM scores",
        "UPDATE scores SET value = 1",
        "TRUNCATE scores",
        "ALTER TABLE scores ADD COLUMN x INT",
        "INSERT INTO scores SELECT * FROM scores",
        "EXPLAIN INSERT INTO scores SELECT * FROM scores",
        "EXPLAIN ANALYZE INSERT INTO scores SELECT * FROM scores",
        "WITH x AS (SELECT 1) INSERT INTO scores SELECT * FROM x",
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "SELECT * INTO t FROM scores",
        "SELECT * FROM (SELECT * INTO t FROM scores)",
        "CREATE FUNCTION f() RETURNS INT RETURN 1",
        "SET datafusion.execution.batch_size = 1",
        "RESET datafusion.execution.batch_size",
        "BEGIN",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "LOAD 'x'",
        "ATTACH 'x.db' AS x",
        &format!("COPY scores TO '{out}'"),
        &format!("EXPLAIN COPY scores TO '{out}'"),
        &format!("COPY (SELECT 1) TO '{out}' STORED AS PARQUET"),
        &format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{csv}'"),
        &format!("EXPLAIN CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{csv}'"),
        &format!("SELECT * FROM '{csv}'"),
        &format!("SELECT * FROM \"{csv}\""),
        &format!("SELECT * FROM read_csv('{csv}')"),
        &format!("SELECT * FROM read_parquet('{csv}')"),
        &format!("SELECT * FROM parquet_metadata('{csv}')"),
        "SELECT * FROM 'https://example.com/a.parquet'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM other.public.scores",
        "SELECT repeat('a', 2000000000)",
        "SELECT range(1, 100000000000)",
        "SELECT lpad('a', 2000000000)",
    ] {
        let why = refused(&desk, sql);
        assert!(why.starts_with("the query"), "{sql}: {why}");
    }
    assert_eq!(files(desk.path("").as_path()), before, "nothing was written anywhere");
}

#[test]
fn a_mistake_is_told_with_its_place_and_what_was_meant() {
    let desk = desk();
    for (sql, said) in [
        (
            "SELECT unti FROM interactions",
            "line 1, column 8: there is no column `unti`; did you mean `unit`?",
        ),
        (
            "SELECT *\n FROM interaction",
            "there is no table `interaction`; did you mean `interactions`?",
        ),
        ("SELECT cuont(*) FROM scores", "there is no function `cuont`; did you mean `count`?"),
        ("SELECT id\nFRM scores", "the query, line 2, column 5"),
        ("SELECT * FROM 'a.parquet'", "no files and no addresses are read"),
        ("SELECT i.id, s.id FROM interactions i, scores s", "two columns are called `id`"),
    ] {
        let why = refused(&desk, sql);
        assert!(why.contains(said), "{sql}: {why}");
    }
}

#[test]
fn a_query_ends_when_its_time_is_over_and_where_its_memory_ends() {
    let desk = desk();
    let mut endless = question(
        "SELECT count(*) FROM generate_series(1, 10000000000) a, generate_series(1, 1000000) b",
    );
    endless.longest = Duration::from_millis(200);
    let begun = Instant::now();
    let why = ask_with(&desk, &endless, Form::Table).expect_err("it never ends");
    assert!(matches!(why, Error::TooLong { .. }), "{why}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    let large = question(
        "SELECT array_agg(concat('xxxxxxxxxxxxxxxxxxxxxxxx', value))
                          FROM generate_series(1, 10000000)",
    );
    let why = ask_with(&desk, &large, Form::Table).expect_err("it does not fit");
    assert!(matches!(why, Error::TooLarge { .. }), "{why}");
}

#[test]
fn deep_and_long_questions_do_no_harm() {
    let desk = desk();
    let sum = vec!["1"; 20_000].join("+");
    for sql in [
        format!("SELECT {sum}"),
        format!("SELECT {}1", "NOT ".repeat(5_000)),
        format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000)),
        vec!["SELECT 1"; 3_000].join(" UNION ALL "),
        format!("SELECT '{}'", "x".repeat(70_000)),
    ] {
        let why = refused(&desk, &sql);
        assert!(why.starts_with("the query"), "{why}");
    }
    let sum = vec!["1"; 300].join("+");
    assert_eq!(
        ask(&desk, &format!("SELECT {sum} AS n")).expect("it is no longer"),
        "{\"n\":300}\n"
    );
}

#[test]
fn each_form_holds_the_same_rows() {
    let desk = desk();
    let mut some = question("SELECT id, bet, segments, at FROM interactions ORDER BY id");
    let form = |some: &Question, form| ask_with(&desk, some, form).expect("it reads");
    let (table, told) = form(&some, Form::Table);
    assert_eq!(told, Told { rows: 3, cut: false });
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "id  bet   segments  at");
    assert_eq!(lines[2], "a   chat  [\"x\"]     2026-11-01T00:00:00Z");
    assert_eq!(lines[4], "c         [\"x\"]     2026-11-02T00:00:00Z");
    let (csv, _) = form(&some, Form::Csv);
    assert_eq!(csv.lines().nth(3), Some("c,,\"[\"\"x\"\"]\",2026-11-02T00:00:00Z"));
    let (json, _) = form(&some, Form::Json);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json[2]["bet"], serde_json::Value::Null);
    assert_eq!(json[0]["segments"][0], "x");
    let (parquet, _) = form(&some, Form::Parquet);
    assert!(parquet.starts_with("PAR1") && parquet.ends_with("PAR1"));
    some.most_rows = Some(2);
    let (json, told) = form(&some, Form::JsonLines);
    assert_eq!((json.lines().count(), told), (2, Told { rows: 2, cut: true }));
    some.most_rows = Some(3);
    assert!(!form(&some, Form::JsonLines).1.cut);
    some.sql = "SELECT id FROM interactions WHERE false".to_owned();
    assert_eq!(form(&some, Form::Csv).0, "id\n");
    assert_eq!(form(&some, Form::Json).0, "[]\n");
}

#[test]
fn a_value_cannot_command_the_terminal() {
    let desk = desk();
    let (table, _) = ask_with(
        &desk,
        &question("SELECT concat('a', chr(27), '[31m', chr(10), 'b')"),
        Form::Table,
    )
    .expect("it reads");
    assert!(!table.contains('\u{1b}') && table.lines().count() == 3, "{table:?}");
}

/// Pieces that a hostile text is made of.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "SELECT",
        "*",
        "1",
        "FROM",
        "scores",
        "interactions",
        "'a.csv'",
        "INSERT INTO",
        "VALUES",
        "(",
        ")",
        ";",
        "COPY",
        "TO",
        "'out.csv'",
        "CREATE TABLE t AS",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION",
        "DROP TABLE",
        "WITH x AS",
        "x",
        "UNION ALL",
        "EXPLAIN",
        "ANALYZE",
        "SET a = 1",
        "INTO",
        "t",
        ",",
        "JOIN",
        "ON true",
        "WHERE",
        "EXISTS",
        "IN",
        "generate_series(1,2)",
        "read_csv('a')",
        "/*",
        "*/",
        "--",
        "\n",
        "\u{0}",
        "\"",
        "'",
        "DELETE FROM",
        "UPDATE",
        "RETURNING *",
        "DESCRIBE",
        "SHOW TABLES",
        "LATERAL",
        "ORDER BY 1",
        "LIMIT 1",
        "id",
        "AS",
        "count(*)",
        "NOT",
        "NULL",
        "CASE WHEN",
        "END",
        "::",
        "[1]",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Any text is answered or refused, and changes no file.
    #[test]
    fn no_text_changes_anything(pieces in prop::collection::vec(piece(), 1..14)) {
        thread_local! {
            static DESK: Desk = desk();
        }
        DESK.with(|desk| {
            let before = files(desk.path("").as_path());
            let mut asked = question(&pieces.join(" "));
            asked.longest = Duration::from_secs(5);
            let _ = ask_with(desk, &asked, Form::Csv);
            assert_eq!(files(desk.path("").as_path()), before, "{pieces:?}");
        });
    }
}
