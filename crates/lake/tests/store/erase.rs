//! One person is removed, wherever they are, and nobody else.

use std::path::Path;

use trueup_lake::{Erased, Erasure, Form, Question, block_on};

use super::Desk;

const WHO: &str = "u_ada-lovelace-1815";

const ROWS: &str = "id,at,unit,use,trace,attributes\n\
    a,2026-11-01T00:00:00Z,u_ada-lovelace-1815,,t1,\n\
    a-1,2026-11-01T00:00:01Z,,a,t1,\n\
    b,2026-11-01T00:00:00Z,bo,,t2,\"{\"\"shared_with\"\":\"\"u_ada-lovelace-1815\"\"}\"\n\
    c,2026-11-03T00:00:00Z,cy,,t3,\n";

const SQL: &str = "
INSERT INTO interactions SELECT id, at, 'chat' AS bet, unit, use AS part_of, trace, attributes FROM rows;
INSERT INTO actions SELECT id AS interaction, 1 AS seq, at, 'accept' AS kind FROM rows;
INSERT INTO scores SELECT concat(id, '/s') AS id, id AS target, at, 'stars' AS name, 1.0 AS value,
    CASE WHEN id = 'c' THEN 'u_ada-lovelace-1815' END AS author FROM rows;
INSERT INTO interactions SELECT '' AS id, at, unit FROM rows WHERE id IN ('a', 'b');
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.add("rows.csv", ROWS, SQL);
    desk
}

fn erase(desk: &Desk, unit: &str, dry_run: bool) -> Erased {
    let erasure =
        Erasure { unit: unit.to_owned(), user_id: None, dry_run, now: super::at(super::NOW) };
    block_on(desk.lake().erase(&erasure)).expect("a person can be removed")
}

fn ask(desk: &Desk, sql: &str) -> String {
    let question = Question {
        sql: sql.to_owned(),
        most_memory: 64 << 20,
        longest: std::time::Duration::from_mins(1),
        most_rows: None,
    };
    let mut out = Vec::new();
    desk.lake().ask_and_leave(&question, Form::JsonLines, &mut out).expect("it reads");
    String::from_utf8(out).expect("JSON is text")
}

/// How often a name stands in the files of a folder, as bytes. Short text is not compressed away.
fn mentions(folder: &Path, name: &str) -> usize {
    let mut found = 0;
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found += mentions(&path, name);
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            found += bytes.windows(name.len()).filter(|it| *it == name.as_bytes()).count();
        }
    }
    found
}

#[test]
fn a_person_is_removed_from_everything_and_nobody_else_is() {
    let desk = desk();
    let would = erase(&desk, WHO, true);
    assert!(would.receipt.is_none() && would.proof.is_none());
    let rows: Vec<_> = would.rows.iter().map(|(table, n)| (table.as_str(), *n)).collect();
    let gone = [("actions", 2), ("interactions", 2), ("quarantine", 1), ("scores", 3)];
    assert_eq!(rows, gone);
    assert!(mentions(&desk.store(), WHO) > 0, "a dry run changes nothing");

    let erased = erase(&desk, WHO, false);
    assert_eq!((&erased.rows, &erased.values), (&would.rows, &would.values));
    assert_eq!(erased.values["interactions"], 1, "the name in somebody else's attributes");
    assert_eq!(mentions(&desk.store(), WHO), 0, "no file of any version names them");
    assert_eq!(
        ask(&desk, "SELECT id FROM interactions ORDER BY id"),
        "{\"id\":\"b\"}\n{\"id\":\"c\"}\n"
    );
    assert_eq!(ask(&desk, "SELECT count(*) AS n FROM actions"), "{\"n\":2}\n");
    assert_eq!(ask(&desk, "SELECT id FROM scores"), "{\"id\":\"b/s\"}\n");
    let proof = erased.proof.expect("it was proved");
    assert!(proof.files >= 4 && proof.rows == 6, "{proof:?}");
}

#[test]
fn a_receipt_stays_that_does_not_name_them_and_once_is_enough() {
    let desk = desk();
    let receipt = erase(&desk, WHO, false).receipt.expect("a receipt");
    let text = std::fs::read_to_string(desk.store().join(&receipt)).expect("it is there");
    let receipt: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(receipt["tables"]["interactions"][0]["rows"], 2);
    assert_eq!(receipt["proof"]["found"], 0);
    assert!(!text.contains(WHO));
    let again = erase(&desk, WHO, false);
    assert!(again.rows.is_empty() && again.deleted == 0, "{again:?}");
    assert_eq!(ask(&desk, "SELECT count(*) AS n FROM interactions"), "{\"n\":2}\n");
}

#[test]
fn what_arrives_later_is_new() {
    let desk = desk();
    erase(&desk, WHO, false);
    desk.add("rows.csv", &ROWS.replace("2026-11-01", "2026-11-05"), SQL);
    let sql = "SELECT count(*) AS n FROM interactions WHERE unit LIKE 'u_ada%'";
    assert_eq!(ask(&desk, sql), "{\"n\":1}\n");
}

#[test]
fn a_short_name_is_looked_for_only_where_people_are_named() {
    let desk = Desk::new();
    let rows = "id,at,unit,variant\na,2026-11-01T00:00:00Z,A,B\nb,2026-11-01T00:00:00Z,B,A\n";
    desk.add("rows.csv", rows, "INSERT INTO interactions SELECT id, at, unit, variant FROM rows");
    erase(&desk, "A", false);
    assert_eq!(
        ask(&desk, "SELECT id, variant FROM interactions"),
        "{\"id\":\"b\",\"variant\":\"A\"}\n"
    );
}
