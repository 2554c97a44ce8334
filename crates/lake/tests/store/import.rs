//! What an import adds, and what it finds already there.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use datafusion::common::config::{CsvOptions, JsonOptions};
use datafusion::common::parsers::CompressionTypeVariant;
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::prelude::{CsvReadOptions, JsonReadOptions, SessionContext};

use trueup_evidence::{Condition, Measure, Plan, Request, Summary, Table, Tally, Test, Window};
use trueup_lake::{Attribution, Import, Imported, Progress, block_on};

use super::{Desk, NOW, at};

const ROWS: &str = "\
{\"id\":\"a\",\"at\":\"2026-11-01T10:00:00Z\",\"bet\":\"b\",\"who\":1}
{\"id\":\"b\",\"at\":\"2026-11-02T10:00:00+02:00\",\"bet\":\"b\",\"who\":2}
{\"id\":\"c\",\"at\":\"2026-11-02T10:00:00Z\",\"bet\":null,\"who\":2}
";
const SQL: &str = "INSERT INTO interactions SELECT id, at, bet, who AS unit FROM rows;";

fn counts(imported: &Imported) -> Vec<(&str, u64, u64, u64, u64)> {
    let tables = imported.tables.iter();
    tables.map(|it| (it.table.as_str(), it.read, it.added, it.duplicates, it.orphans)).collect()
}

fn attribution(desk: &Desk) -> Attribution {
    block_on(desk.lake().attribution(at(NOW))).expect("a store")
}

#[test]
fn importing_twice_adds_nothing() {
    let desk = Desk::new();
    assert!(!desk.lake().exists());
    let first = desk.add("rows.jsonl", ROWS, SQL);
    assert_eq!(counts(&first), [("interactions", 3, 3, 0, 0)]);
    assert!(desk.lake().exists());
    let again = desk.add("rows.jsonl", ROWS, SQL);
    assert_eq!(counts(&again), [("interactions", 3, 0, 3, 0)]);
    let twice = format!("{ROWS}{ROWS}{}", ROWS.replace("\"a\"", "\"d\""));
    let more = desk.add("rows.jsonl", &twice, SQL);
    assert_eq!(counts(&more), [("interactions", 9, 1, 8, 0)]);
    let expected = BTreeMap::from([(Some("b".to_owned()), 3), (None, 1)]);
    assert_eq!(attribution(&desk).interactions, expected);
    let earlier = block_on(desk.lake().attribution(at("2026-11-02T09:00:00Z"))).expect("a store");
    assert_eq!(earlier.interactions, BTreeMap::from([(Some("b".to_owned()), 3)]));
}

#[test]
fn every_format_gives_the_same_rows() {
    let csv = "id,at,bet,who\na,2026-11-01T10:00:00Z,b,1\nb,2026-11-02T08:00:00Z,b,2\n\
               c,2026-11-02T10:00:00Z,,2\n";
    let quoted = csv.replace("b,1", "\"ch\nat\",1");
    let desk = Desk::new();
    let (rows, lines) = (desk.file("rows.csv", csv), desk.file("rows.ndjson", ROWS));
    let packed = pack(&rows, &lines, &desk);
    let array = desk.file(
        "rows.json",
        &format!("\n [{}]\n", ROWS.trim_end().replace('\n', ",").replace(',', ",\n ")),
    );
    for file in [rows, lines, array].into_iter().chain(packed) {
        let desk = Desk::new();
        let imported = desk.import(std::slice::from_ref(&file), SQL).expect("the import holds");
        assert_eq!(counts(&imported), [("interactions", 3, 3, 0, 0)], "{}", file.display());
        let expected = BTreeMap::from([(Some("b".to_owned()), 2), (None, 1)]);
        assert_eq!(attribution(&desk).interactions, expected, "{}", file.display());
    }
    desk.add("rows.csv", &quoted, SQL);
    assert!(attribution(&desk).interactions.contains_key(&Some("ch\nat".to_owned())));
}

/// The same rows, compressed, and as Parquet.
fn pack(csv: &Path, lines_file: &Path, desk: &Desk) -> Vec<PathBuf> {
    let path = |name: &str| desk.path(&format!("packed/{name}"));
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let whole = || DataFrameWriteOptions::new().with_single_file_output(true);
    std::fs::create_dir(desk.path("packed")).expect("the folder is ours");
    let mut packed = Vec::new();
    block_on(async {
        let context = SessionContext::new();
        let csv = context.read_csv(text(csv), CsvReadOptions::new()).await?;
        let lines = JsonReadOptions::default().file_extension(".ndjson");
        let lines = context.read_json(text(lines_file), lines).await?;
        for (ending, kind) in
            [("gz", CompressionTypeVariant::GZIP), ("zst", CompressionTypeVariant::ZSTD)]
        {
            let (rows, json) =
                (path(&format!("rows.csv.{ending}")), path(&format!("rows.json.{ending}")));
            let options = CsvOptions::default().with_compression(kind).with_has_header(true);
            csv.clone().write_csv(&text(&rows), whole(), Some(options)).await?;
            let options = JsonOptions { compression: kind, ..JsonOptions::default() };
            lines.clone().write_json(&text(&json), whole(), Some(options)).await?;
            packed.extend([rows, json]);
        }
        packed.push(path("rows.parquet"));
        csv.write_parquet(&text(&packed[4]), whole(), None).await
    })
    .expect("the folder is ours");
    packed
}

#[test]
fn an_array_too_large_for_one_look_is_read_whole() {
    let desk = Desk::new();
    let row = |id: u32| format!("{{\"id\": \"{id:0200}\", \"at\": \"2026-11-01\"}}");
    let rows: Vec<String> = (0..20_000).map(row).collect();
    let sql = "INSERT INTO interactions SELECT id, at FROM rows;";
    let imported = desk.add("rows.json", &format!("[{}]", rows.join(",\n")), sql);
    assert_eq!(counts(&imported), [("interactions", 20_000, 20_000, 0, 0)]);
}

#[test]
fn actions_and_scores_copy_what_they_are_about() {
    let desk = Desk::new();
    desk.add("rows.jsonl", ROWS, SQL);
    let late = "{\"on\":\"b\",\"at\":\"2026-11-09T10:00:00Z\"}\n\
                {\"on\":\"x\",\"at\":\"2026-11-10T10:00:00Z\"}\n";
    let sql = "
        INSERT INTO actions SELECT on AS interaction, 1 AS seq, at, 'accept' AS kind FROM late;
        INSERT INTO scores SELECT concat(on, '?') AS id, on AS target, at, 'csat' AS name, true AS value
        FROM late;
        INSERT INTO scores SELECT concat(on, '!') AS id, concat(on, '/1') AS target, at, 'csat' AS name,
          'action' AS target_kind, 1 AS value FROM late;"
        .replace(" on ", " \"on\" ")
        .replace("(on,", "(\"on\",");
    let imported = desk.add("late.jsonl", late, &sql);
    assert_eq!(counts(&imported), [("actions", 2, 2, 0, 1), ("scores", 4, 4, 0, 2)]);
    let again = desk.add("late.jsonl", late, &sql);
    assert_eq!(counts(&again), [("actions", 2, 0, 2, 0), ("scores", 4, 0, 4, 0)]);
    assert_eq!(accepted(&desk, Table::Actions), [1.0]);
    assert_eq!(accepted(&desk, Table::Scores), [2.0]);
    let orphans = [("actions".to_owned(), 1), ("scores".to_owned(), 2)];
    assert_eq!(attribution(&desk).orphans, BTreeMap::from(orphans));
    let strays = |bets: &[&str]| block_on(desk.lake().strays(bets, at(NOW))).expect("a store");
    assert_eq!((strays(&["b"]).orphans, strays(&["b"]).unattributed), (3, 1));
    assert_eq!((strays(&[]).unattributed, strays(&["it's"]).unattributed), (3, 3));
    // The interaction arrives; the same late rows are still the same events.
    desk.add("rows.jsonl", &ROWS.replace("\"a\"", "\"x\""), SQL);
    let again = desk.add("late.jsonl", late, &sql);
    assert_eq!(counts(&again), [("actions", 2, 0, 2, 0), ("scores", 4, 0, 4, 0)]);
}

#[test]
fn texts_alone_are_kept_until_what_they_are_about_arrives() {
    let desk = Desk::new();
    let texts =
        "call,at,text\na,2026-11-03T10:00:00Z,\"Hello,\nthere\"\nx,2026-11-03T10:00:00Z,Nobody's\n";
    let sql = "INSERT INTO payloads SELECT concat(call, '/output') AS id, call AS interaction, \
               'output' AS kind, at, text FROM texts;";
    assert_eq!(counts(&desk.add("texts.csv", texts, sql)), [("payloads", 2, 2, 0, 2)]);
    assert!(attribution(&desk).interactions.is_empty());
    assert!(block_on(desk.lake().trail("a", None)).expect("a store").is_none());
    assert_eq!(counts(&desk.add("texts.csv", texts, sql)), [("payloads", 2, 0, 2, 0)]);
    // The interaction is of an earlier day than its text.
    desk.add("rows.jsonl", ROWS, SQL);
    let trail = block_on(desk.lake().trail("a", None)).expect("a store").expect("it is there");
    let [text] = trail.payloads.as_slice() else { panic!("{:?}", trail.payloads) };
    assert_eq!((text.text("id"), text.text("text")), (Some("a/output"), Some("Hello,\nthere")));
    assert_eq!((text.text("bet"), text.text("unit")), (Some("b"), Some("1")));
    assert_eq!(counts(&desk.add("texts.csv", texts, sql)), [("payloads", 2, 0, 2, 0)]);
}

/// The types of columns are taken from the first 100,000 rows.
#[test]
fn a_column_of_csv_that_is_empty_for_long_may_hold_text_after_that() {
    let desk = Desk::new();
    let rows = "early,2026-11-02,\n".repeat(100_000);
    let rows = format!("id,at,note\n{rows}late,2026-11-02,at last\nlater,2026-11-02,17\n");
    let sql =
        "INSERT INTO interactions SELECT id, at, note AS variant FROM rows WHERE note IS NOT NULL;";
    assert_eq!(counts(&desk.add("rows.csv", &rows, sql)), [("interactions", 2, 2, 0, 0)]);
    for (id, note) in [("late", "at last"), ("later", "17")] {
        let trail = block_on(desk.lake().trail(id, None)).expect("a store").expect("it is there");
        assert_eq!(trail.entry.interaction.text("variant"), Some(note));
    }
}

#[test]
fn a_score_that_brings_its_own_confidence_keeps_it() {
    let desk = Desk::new();
    let rows = "id,at,sure\na,2026-11-02T10:00:00Z,0.9\n";
    let sql = "INSERT INTO interactions SELECT id, at, 'b' AS bet, 'u' AS unit, sure AS confidence
        FROM rows";
    desk.add("rows.csv", rows, sql);
    let given = "id,sure\nown,0.25\nnone,\n";
    let sql = "INSERT INTO scores SELECT id, 'a' AS target, TIMESTAMP '2026-11-03T10:00:00' AS at,
        'label' AS name, sure AS confidence, 1 AS value FROM given";
    desk.add("given.csv", given, sql);
    let sum = Table::Scores.field("squared_error");
    let tally = Tally { table: Table::Scores, conditions: Vec::new(), sum };
    let found = asked(&desk, tally, "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z");
    assert!((found[0] - (0.75 * 0.75 + 0.1 * 0.1)).abs() < 1e-12, "{found:?}");
}

/// Rows of `b` on 2 November, by unit.
fn accepted(desk: &Desk, table: Table) -> Vec<f64> {
    let tally = Tally { table, conditions: Vec::new(), sum: None };
    asked(desk, tally, "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z")
}

/// One tally over a span, by unit.
fn asked(desk: &Desk, tally: Tally, from: &str, to: &str) -> Vec<f64> {
    let measure = Measure::Sums { numerator: vec![tally], denominator: Vec::new() };
    let window = Window { from: at(from), to: at(to) };
    let request = Request { bet: "b".to_owned(), measure, window, among: None };
    let plan = Plan { now: at(NOW), requests: vec![request] };
    let answer = block_on(desk.lake().answer(&plan)).expect("a store");
    match &answer.summaries[0] {
        Summary::Sums(units) => units.iter().map(|unit| unit.numerator).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_second_import_at_the_same_time_is_turned_away() {
    let desk = Desk::new();
    desk.add("rows.jsonl", ROWS, SQL);
    let path = desk.store().join("merge.lock");
    let file = File::create(&path).expect("the store is ours");
    file.lock().expect("nobody holds it");
    let error = desk.import(&[desk.path("rows.jsonl")], SQL).expect_err("held").to_string();
    assert!(error.starts_with("another import, merge, upkeep or erasure holds `"), "{error}");
}

#[test]
fn a_store_that_was_damaged_is_named() {
    let desk = Desk::new();
    desk.add("rows.jsonl", ROWS, SQL);
    let log = desk.store().join("interactions/_delta_log");
    std::fs::write(log.join("00000000000000000000.json"), "torn").expect("the store is ours");
    let plan = Plan { now: at(NOW), requests: Vec::new() };
    let error = block_on(desk.lake().answer(&plan)).expect_err("torn").to_string();
    assert!(error.contains("interactions`: "), "{error}");
}

#[test]
fn times_and_costs_are_taken_as_they_come() {
    let desk = Desk::new();
    let rows = "id,ms,day,cost,currency\na,1793529000123,2026-11-01,0.5,\nb,,2026-11-01,,\n\
                c,,2026-11-01,0.25,EUR\n";
    let sql = "
        -- The first row knows the moment; a day stands for its midnight.
        CREATE VIEW timed AS SELECT *, coalesce(to_timestamp_millis(ms), day) AS moment FROM rows;
        INSERT INTO interactions
        SELECT id, moment AS at, 'b' AS bet, id AS unit, cost, currency, NULL AS error FROM timed;";
    desk.add("rows.csv", rows, sql);
    assert_eq!(costs(&desk, "2026-11-01T00:00:00Z", "2026-11-01T00:00:01Z"), [0.25]);
    assert_eq!(costs(&desk, "2026-11-01T10:30:00.123Z", "2026-11-01T10:30:00.124Z"), [0.5]);
    let in_dollars = Condition {
        field: Table::Interactions.field("currency").expect("a field"),
        test: Test::In(vec!["USD".to_owned()]),
    };
    let tally = Tally { table: Table::Interactions, conditions: vec![in_dollars], sum: None };
    assert_eq!(asked(&desk, tally, "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"), [1.0]);
}

/// The costs of a span, by unit.
fn costs(desk: &Desk, from: &str, to: &str) -> Vec<f64> {
    let sum = Table::Interactions.field("cost");
    let tally = Tally { table: Table::Interactions, conditions: Vec::new(), sum };
    asked(desk, tally, from, to)
}

#[test]
fn progress_counts_the_rows_of_the_files_and_ends_at_their_number() {
    let desk = Desk::new();
    let lines = desk.file("rows.ndjson", &ROWS.repeat(20_000));
    let packed = desk.path("packed.csv.gz");
    block_on(gzip(&lines, &packed));
    let twice = format!("CREATE VIEW some AS SELECT * FROM rows WHERE who = 1; {SQL}")
        + "INSERT INTO scores SELECT id, id AS target, at, 'x' AS name FROM some;";
    for (file, sql, rows, known) in [
        (&lines, twice.as_str(), 120_000, true),
        (&packed, &SQL.replace("rows", "packed"), 60_000, false),
    ] {
        let mut told: Vec<Progress> = Vec::new();
        let import = Import {
            files: vec![file.clone()],
            sql: sql.to_owned(),
            sql_name: "import.sql".to_owned(),
            now: at(NOW),
        };
        block_on(desk.lake().import(&import, &mut |done| told.push(done))).expect("it holds");
        assert!(told.len() > 2 && told.is_sorted_by_key(|done| done.rows), "{told:?}");
        let last = told.last().expect("something was told");
        assert_eq!(last.rows, rows);
        let close = |of: u64| of.abs_diff(rows) <= rows / 20;
        assert_eq!(last.of.map(close), known.then_some(true), "{last:?}");
    }
}

/// Writes the rows of a file of JSON lines as compressed CSV.
async fn gzip(lines: &Path, to: &Path) {
    let context = SessionContext::new();
    let options = JsonReadOptions::default().file_extension("");
    let path = lines.to_string_lossy();
    let frame = context.read_json(path.as_ref(), options).await.expect("JSON lines");
    let options = DataFrameWriteOptions::new().with_single_file_output(true);
    let csv = CsvOptions::default().with_compression(CompressionTypeVariant::GZIP);
    frame.write_csv(&to.to_string_lossy(), options, Some(csv)).await.expect("a file");
}
