//! The counts of any table: equal to those of a plain loop, and clear about what cannot be counted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use proptest::prelude::*;
use trueup_evidence::profile::{Column, Counts, Holds, Order, Repeats, Roles};
use trueup_lake::{Error, Profiled, block_on, profile};

use super::Desk;

const MEMORY: usize = 64 << 20;
const WORDS: [&str; 9] = ["", " ", "NaN", "N/A", "unknown", "blue", "red", "7", "-1"];

fn roles(label: Option<&str>) -> Roles {
    Roles {
        label: label.map(str::to_owned),
        groups: Vec::new(),
        time: None,
        id: None,
        as_of: super::NOW.parse().expect("a moment"),
    }
}

fn count(files: Vec<PathBuf>, roles: &Roles) -> Result<Counts, Error> {
    block_on(profile(&Profiled::Files(files), roles, MEMORY, &mut |_| ()))
}

fn refused(files: Vec<PathBuf>, roles: &Roles) -> String {
    count(files, roles).expect_err("it cannot be counted").to_string()
}

fn column<'a>(counts: &'a Counts, name: &str) -> &'a Column {
    counts.column(name).expect("it is one of the columns")
}

/// A row of a random table; `None` is NULL.
type Row = (Option<usize>, Option<i64>, Option<bool>);

fn table() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        prop::option::weighted(0.8, 0..WORDS.len()),
        prop::option::weighted(0.8, -3..4_i64),
        prop::option::weighted(0.8, any::<bool>()),
    );
    prop::collection::vec(row, 1..60)
}

fn lines(rows: &[Row]) -> String {
    let text = |value: Option<String>| value.unwrap_or_else(|| "null".to_owned());
    let line = |(word, number, label): &Row| {
        format!(
            "{{\"word\":{},\"number\":{},\"label\":{}}}\n",
            text(word.map(|word| format!("\"{}\"", WORDS[word]))),
            text(number.map(|number| number.to_string())),
            text(label.map(|yes| if yes { "\"yes\"" } else { "\"no\"" }.to_owned())),
        )
    };
    rows.iter().map(line).collect()
}

/// Rows under keys, by a plain loop.
fn repeats<K: Ord>(keys: impl Iterator<Item = (K, Option<bool>)>) -> Repeats {
    let mut found: BTreeMap<K, (u64, BTreeSet<bool>)> = BTreeMap::new();
    for (key, label) in keys {
        let (rows, labels) = found.entry(key).or_default();
        *rows += 1;
        labels.extend(label);
    }
    let conflicting = || found.values().filter(|(_, labels)| labels.len() > 1);
    Repeats {
        rows: found.values().map(|(rows, _)| rows).sum(),
        keys: found.len() as u64,
        repeated_keys: found.values().filter(|(rows, _)| *rows > 1).count() as u64,
        conflicting_keys: conflicting().count() as u64,
        conflicting_rows: conflicting().map(|(rows, _)| rows).sum(),
    }
}

/// Pairs of a row of the class with one of the other, by a plain loop.
fn order(rows: &[Row], class: bool) -> Order {
    let of = |yes: bool| -> Vec<i64> {
        rows.iter().filter(|row| row.2 == Some(yes)).filter_map(|row| row.1).collect()
    };
    let (own, others) = (of(class), of(!class));
    let mut above = 0.0;
    for one in &own {
        for other in &others {
            above += match one.cmp(other) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    Order { of_class: own.len() as u64, of_others: others.len() as u64, above }
}

fn check_words(rows: &[Row], found: &Column) {
    let words: Vec<&str> = rows.iter().filter_map(|row| row.0.map(|word| WORDS[word])).collect();
    let with = |is: &dyn Fn(&str) -> bool| words.iter().filter(|word| is(word)).count() as u64;
    assert_eq!(found.nulls, (rows.len() - words.len()) as u64);
    assert_eq!(found.empty, with(&|word| word.trim().is_empty()));
    assert_eq!(found.nan, with(&|word| word == "NaN"));
    for word in ["N/A", "unknown"] {
        assert_eq!(found.sentinels.get(word).copied().unwrap_or(0), with(&|it| it == word));
    }
    if found.holds == Holds::Text {
        assert_eq!(found.numbers_in_text, with(&|word| word == "7" || word == "-1"));
    }
    let present: BTreeSet<&str> =
        words.iter().copied().filter(|word| !word.trim().is_empty() && *word != "NaN").collect();
    assert_eq!(found.distinct.values, present.len() as u64);
}

fn check_classes(rows: &[Row], counts: &Counts) {
    let classes = counts.classes.as_ref().expect("two values are classes");
    let rows_of = |yes: bool, number: Option<i64>| {
        rows.iter().filter(|row| row.2 == Some(yes) && row.1 == number).count() as u64
    };
    let number = column(counts, "number");
    for (at, class) in classes.iter().enumerate() {
        let yes = class.value == "yes";
        assert_eq!(number.missing_by_class[at], rows_of(yes, None));
        for value in number.values.iter().flatten() {
            let number = value.text.parse().expect("a whole number");
            assert_eq!(value.by_class[at], rows_of(yes, Some(number)), "{value:?}");
        }
        if let Some(found) = number.order.get(at) {
            assert_eq!(*found, order(rows, yes));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn counts_are_those_of_a_plain_loop(rows in table()) {
        let desk = Desk::new();
        let file = desk.file("rows.jsonl", &lines(&rows));
        let counts = count(vec![file], &roles(Some("label"))).expect("rows are counted");
        prop_assert_eq!(counts.rows, rows.len() as u64);
        prop_assert!(counts.sample.is_whole && counts.sample.rows == counts.rows);
        check_words(&rows, column(&counts, "word"));
        check_classes(&rows, &counts);
        prop_assert_eq!(counts.whole_rows, repeats(rows.iter().map(|row| (row, None))));
        let features = counts.features.as_ref();
        let seen = features.map_or(&[][..], |features| features.columns.as_slice());
        let sees = |name: &str| seen.iter().any(|column| column == name);
        let key = |row: &Row| (row.0.filter(|_| sees("word")), row.1.filter(|_| sees("number")));
        if let Some(features) = features {
            prop_assert_eq!(features.repeats, repeats(rows.iter().map(|row| (key(row), row.2))));
        }
    }

    #[test]
    fn files_together_are_one_table(rows in table(), at in 0..60_usize) {
        let desk = Desk::new();
        let (first, second) = rows.split_at(at.min(rows.len()));
        prop_assume!(!first.is_empty() && !second.is_empty());
        let whole = desk.file("whole.jsonl", &lines(&rows));
        std::fs::create_dir(desk.path("parts")).expect("the folder is ours");
        desk.file("parts/a.jsonl", &lines(first));
        desk.file("parts/b.jsonl", &lines(second));
        desk.file("parts/_SUCCESS", "");
        let whole = count(vec![whole], &roles(Some("label"))).expect("rows are counted");
        let parts = count(vec![desk.path("parts")], &roles(Some("label"))).expect("counted");
        prop_assert_eq!(parts.whole_rows, whole.whole_rows);
        prop_assert_eq!(&parts.classes, &whole.classes);
        prop_assert_eq!(column(&parts, "word"), column(&whole, "word"));
    }
}

#[test]
fn csv_is_what_its_values_look_like() {
    let desk = Desk::new();
    let text = "n,whole,when,truth,mixed,gone,stand_in\n1.5,1,2026-01-01,true,7,,N/A\n\
                inf,2,2026-01-02 10:00,false,x,,\n-2,3,2026-01-03T00:00:00Z,TRUE,,,N/A\n";
    let file = desk.file("rows.csv", text);
    let counts = count(vec![file], &roles(None)).expect("rows are counted");
    let holds = |name: &str| column(&counts, name).holds;
    assert_eq!(holds("n"), Holds::Number);
    assert_eq!(holds("whole"), Holds::Whole);
    assert_eq!(holds("when"), Holds::Time);
    assert_eq!(holds("truth"), Holds::Truth);
    assert_eq!(holds("mixed"), Holds::Text);
    assert_eq!(holds("gone"), Holds::Nothing);
    assert_eq!(holds("stand_in"), Holds::Text);
    assert_eq!(column(&counts, "n").infinite, 1);
    assert_eq!(column(&counts, "n").range, Some(("-2".to_owned(), "1.5".to_owned())));
    assert_eq!(column(&counts, "gone").nulls, 3);
}

#[test]
fn a_text_late_among_numbers_is_counted_and_no_error() {
    let desk = Desk::new();
    let rows: Vec<String> = (0..120_000).map(|row| row.to_string()).collect();
    let text = format!("n\n{}\nmany\n", rows.join("\n"));
    let counts = count(vec![desk.file("rows.csv", &text)], &roles(None)).expect("it is counted");
    let found = column(&counts, "n");
    assert_eq!((counts.rows, found.numbers_in_text, found.holds), (120_001, 120_000, Holds::Text));
    assert!(!found.distinct.is_exact && found.distinct.values.abs_diff(120_001) < 6_000);
    assert!(!counts.sample.is_whole && counts.sample.rows == 50_000);
    assert_eq!(counts.whole_rows.keys, 120_001);
}

#[test]
fn groups_that_do_not_fit_go_on_in_temporary_files() {
    let desk = Desk::new();
    let rows: u64 = 400_000;
    let lines: Vec<String> = (0..rows).map(|row| format!("{row},{}", row / 2)).collect();
    let text = format!("id,half\n{}\n", lines.join("\n"));
    let files = Profiled::Files(vec![desk.file("rows.csv", &text)]);
    let roles = Roles { id: Some("half".to_owned()), ..roles(None) };
    let counts = block_on(profile(&files, &roles, 12 << 20, &mut |_| ())).expect("it is counted");
    assert_eq!(counts.whole_rows.extra(), 0);
    let ids = counts.ids.expect("there is an id");
    assert_eq!((ids.rows, ids.keys, ids.repeated_keys), (rows, rows / 2, rows / 2));
}

#[test]
fn a_table_of_the_store_is_counted_as_it_is_now() {
    let desk = Desk::new();
    let rows = "id,at,unit\na,2026-11-01T00:00:00Z,u1\nb,2026-11-02T00:00:00Z,u2\n";
    desk.add(
        "rows.csv",
        rows,
        "INSERT INTO interactions SELECT id, at, 'chat' AS bet, unit, make_array('x') AS segments FROM rows;",
    );
    let of = Profiled::Table(desk.lake(), "interactions".to_owned());
    let roles = Roles { time: Some("at".to_owned()), ..roles(Some("unit")) };
    let counts = block_on(profile(&of, &roles, MEMORY, &mut |_| ())).expect("it is counted");
    assert_eq!(counts.rows, 2);
    assert_eq!(column(&counts, "segments").holds, Holds::Nested);
    let times = counts.times.expect("there is a time");
    assert_eq!((times.future, times.missing, times.weeks.len()), (0, 0, 2));
}

#[test]
fn what_cannot_be_counted_is_refused_with_a_reason() {
    let desk = Desk::new();
    let rows = desk.file("rows.csv", "answer,who\n1,a\n");
    let said = refused(vec![rows.clone()], &roles(Some("anwser")));
    assert!(said.contains("there is no column `anwser`; did you mean `answer`?"), "{said}");
    let said = refused(vec![rows.clone()], &roles(Some("zzzzzz")));
    assert!(said.contains("there are: `answer`, `who`"), "{said}");
    let other = desk.file("other.csv", "answer,whom\n1,a\n");
    let said = refused(vec![rows, other], &roles(None));
    assert!(said.contains("column `who"), "{said}");
    let said = refused(vec![desk.file("notes.txt", "hello")], &roles(None));
    assert!(said.contains("its name ends in none of"), "{said}");
    let said = refused(vec![desk.file("empty.csv", "")], &roles(None));
    assert!(said.contains("it is empty"), "{said}");
    std::fs::create_dir(desk.path("folder")).expect("the folder is ours");
    let said = refused(vec![desk.path("folder")], &roles(None));
    assert!(said.contains("a folder without a file that can be read"), "{said}");
    let said = refused(vec![desk.path("nowhere.csv")], &roles(None));
    assert!(said.contains("nowhere.csv"), "{said}");
    let said = refused(vec![desk.file("rows.jsonl", "{\"a\":1}\nhello\n")], &roles(None));
    assert!(said.contains("rows.jsonl"), "{said}");
    let said = refused(vec![desk.file("rows.parquet", "hello")], &roles(None));
    assert!(said.contains("rows.parquet"), "{said}");
}

#[test]
fn a_file_with_only_a_header_has_columns_and_no_rows() {
    let desk = Desk::new();
    let counts = count(vec![desk.file("rows.csv", "a,b\n")], &roles(Some("a"))).expect("counted");
    assert_eq!((counts.rows, counts.columns.len()), (0, 2));
    assert_eq!(counts.whole_rows, Repeats::default());
}
