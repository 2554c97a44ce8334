//! Uses with their whole path, and only of those who allowed it.

use serde_json::Value;
use trueup_lake::{Export, ExportForm, Exported, block_on};

use super::Desk;

const ROWS: &str = "id,at,bet,unit,use,consent\n\
    a,2026-11-01T23:59:00Z,chat,u1,,training\n\
    a-1,2026-11-02T00:01:00Z,chat,u1,a,\n\
    a-2,2026-11-01T23:59:30Z,chat,u1,a,none\n\
    b,2026-11-02T00:00:00Z,chat,u2,,\n\
    c,2026-11-02T00:00:00Z,mail,u1,,training\n\
    d,2026-11-05T00:00:00Z,chat,u1,,none\n";

const SQL: &str = "
INSERT INTO interactions SELECT id, at, bet, unit, use AS part_of, consent FROM rows;
INSERT INTO actions SELECT id AS interaction, 2 AS seq, at, 'accept' AS kind FROM rows;
INSERT INTO actions SELECT id AS interaction, 1 AS seq, at, 'view' AS kind FROM rows;
INSERT INTO scores SELECT concat(id, '/s') AS id, id AS target, at, 'stars' AS name, 1.0 AS value FROM rows;
INSERT INTO scores SELECT concat(id, '/t') AS id, concat(id, '/2') AS target, 'action' AS target_kind, at,
    'late' AS name, 0.0 AS value FROM rows;
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.add("rows.csv", ROWS, SQL);
    desk
}

fn all() -> Export {
    Export {
        bets: Vec::new(),
        from: None,
        to: None,
        any_consent: false,
        form: ExportForm::JsonLines,
    }
}

fn export(desk: &Desk, export: &Export) -> (Vec<Value>, Exported) {
    let mut out = Vec::new();
    let exported = block_on(desk.lake().export(export, &mut out)).expect("it can be read");
    let text = String::from_utf8(out).expect("JSON is text");
    (text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect(), exported)
}

fn ids(values: &Value) -> Vec<&str> {
    let values = values.as_array().expect("a list");
    values.iter().map(|value| value["id"].as_str().expect("an id")).collect()
}

#[test]
fn a_use_comes_with_its_whole_path_in_order_across_midnight() {
    let (uses, exported) = export(&desk(), &all());
    assert_eq!(uses.len(), 2);
    let a = &uses[0];
    assert_eq!(a["interaction"]["id"], "a");
    assert_eq!(ids(&a["parts"]), ["a-1"], "a part that says no stays out");
    assert_eq!(ids(&a["actions"]), ["a/1", "a-1/1", "a/2", "a-1/2"]);
    assert_eq!(ids(&a["scores"]), ["a/s", "a/t", "a-1/s", "a-1/t"]);
    assert_eq!(ids(&a["payloads"]), [""; 0]);
    assert!(a["interaction"].get("cost").is_none(), "what is not known is left out");
    assert_eq!((exported.uses, exported.parts, exported.actions, exported.scores), (2, 1, 6, 6));
    let left: Vec<_> = exported.left_out.iter().map(|(said, n)| (said.as_str(), *n)).collect();
    assert_eq!(left, [("", 1), ("none", 1)]);
}

#[test]
fn bets_days_and_consent_choose() {
    let desk = desk();
    let count = |export_: Export| export(&desk, &export_).1.uses;
    assert_eq!(count(Export { bets: vec!["chat".to_owned()], ..all() }), 1);
    assert_eq!(count(Export { any_consent: true, ..all() }), 4);
    let day = |text: &str| Some(text.parse().expect("a day"));
    let any = || Export { any_consent: true, ..all() };
    assert_eq!(count(Export { from: day("2026-11-02"), ..any() }), 3);
    assert_eq!(count(Export { to: day("2026-11-02"), ..any() }), 3);
    assert_eq!(count(Export { from: day("2026-11-03"), to: day("2026-11-04"), ..any() }), 0);
    let (uses, exported) = export(&desk, &any());
    assert_eq!(ids(&uses[0]["parts"]), ["a-2", "a-1"]);
    assert!(exported.left_out.is_empty());
}

#[test]
fn an_empty_store_gives_nothing_and_parquet_is_whole() {
    let empty = Desk::new();
    assert_eq!(export(&empty, &all()).1, Exported::default());
    for desk in [empty, desk()] {
        let mut out = Vec::new();
        let parquet = Export { form: ExportForm::Parquet, ..all() };
        block_on(desk.lake().export(&parquet, &mut out)).expect("it can be read");
        assert!(out.starts_with(b"PAR1") && out.ends_with(b"PAR1"));
    }
}

#[test]
fn what_was_done_is_told_for_later() {
    let asked = Export { bets: vec!["chat".to_owned()], ..all() };
    let (_, exported) = export(&desk(), &asked);
    let about = exported.about(&asked, super::at(super::NOW));
    let about: Value = serde_json::from_str(&about).expect("JSON");
    assert_eq!(about["asked"]["bets"][0], "chat");
    assert_eq!(about["asked"]["consent"], "training");
    assert_eq!(about["counts"]["uses"], 1);
    assert_eq!(about["left_out_without_consent"]["none"], 1);
    assert_eq!(about["versions"]["interactions"], 0);
}
