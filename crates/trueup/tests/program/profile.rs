//! Whether a table is ready: every trap that is planted is found, and what is not there is not.

use std::fmt::Write;
use std::fs;

use serde_json::Value;

use crate::run::{Place, Ran, shared};

const NOW: [&str; 2] = ["--as-of", "2026-11-20"];

/// A table of so many rows, each as `row` writes it.
fn table(columns: &str, rows: u64, row: impl Fn(u64) -> String) -> String {
    let mut text = columns.to_owned() + "\n";
    for at in 0..rows {
        let _ = writeln!(text, "{}", row(at));
    }
    text
}

fn profile(text: &str, arguments: &[&str]) -> Ran {
    let place = Place::new();
    place.write("rows.csv", text);
    place.run(&[&["profile", "rows.csv"], arguments, &NOW].concat())
}

fn json(text: &str, arguments: &[&str]) -> Value {
    let ran = profile(text, &[arguments, &["--format", "json"]].concat());
    assert!(ran.code < 2, "{}", ran.err);
    serde_json::from_str(&ran.out).expect("JSON was printed")
}

/// What was found, as `level kind column`.
fn found(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings are a list");
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("-").to_owned();
    let line = |finding: &Value| {
        let [level, kind, column] = ["level", "kind", "column"].map(|key| text(finding, key));
        format!("{level} {kind} {column}")
    };
    findings.iter().map(line).collect()
}

/// A yes or no that nothing here knows.
fn answer(at: u64) -> &'static str {
    if at.wrapping_mul(2_654_435_761) >> 7 & 1 == 1 { "yes" } else { "no" }
}

/// A number that knows nothing either.
fn noise(at: u64) -> u64 {
    (at + 7).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52
}

#[test]
fn a_plain_table_is_ready() {
    let text = table("amount,answer", 800, |at| format!("{}.5,{}", noise(at), answer(at)));
    let ran = profile(&text, &["--label", "answer"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("Ready: nothing of concern was found\n"), "{}", ran.out);
    assert!(ran.out.contains("800 rows, 2 columns"), "{}", ran.out);
}

#[test]
fn what_is_missing_is_told_apart_and_never_mended() {
    let rows = [
        r#"{"age": 31, "name": "Ann", "size": "1.5"}"#,
        r#"{"age": -1, "name": "", "size": "NaN"}"#,
        r#"{"age": 47, "name": null, "size": "2"}"#,
        r#"{"age": 52, "name": "N/A", "size": "large"}"#,
        r#"{"age": 999, "name": "unknown", "size": "inf"}"#,
        r#"{"age": 20, "name": "Bo", "size": "3"}"#,
    ];
    let place = Place::new();
    place.write("rows.jsonl", &(rows.join("\n") + "\n"));
    let out = place.good(&["profile", "rows.jsonl", "--format", "json"]);
    let report: Value = serde_json::from_str(&out).expect("JSON was printed");
    let column = |name: &str| {
        let columns = report["columns"].as_array().expect("columns are a list");
        columns.iter().find(|column| column["name"] == name).expect("it is there").clone()
    };
    assert_eq!(column("age")["sentinels"], serde_json::json!({"-1": 1, "999": 1}));
    assert_eq!((&column("age")["least"], &column("age")["most"]), (&"20".into(), &"52".into()));
    assert_eq!(column("name")["sentinels"], serde_json::json!({"N/A": 1, "unknown": 1}));
    assert_eq!((&column("name")["nulls"], &column("name")["empty"]), (&1.into(), &1.into()));
    let size = column("size");
    assert_eq!((&size["nan"], &size["numbers_in_text"]), (&1.into(), &3.into()));
    let found = found(&report);
    for expected in ["concern sentinels age", "concern mixed-types size", "concern missing name"] {
        assert!(found.iter().any(|it| it == expected), "{expected}: {found:?}");
    }
}

#[test]
fn a_column_that_tells_the_label_is_found_and_an_id_is_not() {
    let text = table("id,copy,late,hint,score,answer", 600, |at| {
        let is_yes = answer(at) == "yes";
        let copy = if is_yes { "0" } else { "1" };
        let late = if is_yes { 1000 + noise(at) } else { noise(at) % 900 };
        let hint = if is_yes { ["up", "top"][(at % 2) as usize] } else { "down" };
        let score = if is_yes { noise(at) % 3000 } else { 1000 + noise(at) % 3000 };
        format!("{at},{copy},{late},{hint},0.{score:04},{}", answer(at))
    });
    let report = json(&text, &["--label", "answer"]);
    let found = found(&report);
    for expected in [
        "blocks leakage copy",
        "concern leakage late",
        "concern leakage hint",
        "concern inverted score",
        "note near-key id",
    ] {
        assert!(found.iter().any(|it| it == expected), "{expected}: {found:?}");
    }
    assert_eq!(found[0], "blocks leakage copy");
    assert!(!found.iter().any(|it| it == "concern leakage id"), "{found:?}");
    let ran = profile(&text, &["--label", "answer"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("Not ready: `copy` is the label in other words"), "{}", ran.out);
    let reversed = json(&text, &["--label", "answer", "--positive", "no"]);
    assert!(!self::found(&reversed).iter().any(|it| it == "concern inverted score"));
}

#[test]
fn a_gap_that_the_label_makes_is_a_leak() {
    let text = table("reason,amount,answer", 400, |at| {
        let reason = if answer(at) == "yes" { format!("because {at}") } else { String::new() };
        format!("{reason},{},{}", noise(at), answer(at))
    });
    let found = found(&json(&text, &["--label", "answer"]));
    assert!(found.iter().any(|it| it == "concern leakage reason"), "{found:?}");
}

#[test]
fn repeats_and_labels_that_disagree_are_counted() {
    let text = "ticket,topic,size,answer\n1,refund,1,yes\n2,refund,1,no\n3,refund,1,yes\n\
                4,login,2,no\n4,login,2,no\n5,login,3,yes\n5,login,4,no\n6,login,5,yes\n";
    let report = json(text, &["--label", "answer", "--id", "ticket"]);
    let of = |kind: &str| -> Vec<(u64, u64)> {
        let findings = report["findings"].as_array().expect("findings are a list");
        let of_kind = findings.iter().filter(|finding| finding["kind"] == kind);
        let number = |finding: &Value, key: &str| finding[key].as_u64().expect("a count");
        of_kind.map(|finding| (number(finding, "rows"), number(finding, "of"))).collect()
    };
    assert_eq!(of("duplicates"), [(1, 8)]);
    assert_eq!(of("ids"), [(2, 8)]);
    // Three refunds of size 1, and both rows of ticket 5.
    assert_eq!(of("disagreement"), [(3, 8), (2, 8)]);
    assert_eq!(report["label"]["features"], serde_json::json!(["topic", "size"]));
}

#[test]
fn skewed_groups_are_found_with_their_intervals() {
    let text = table("team,amount,answer", 1_000, |at| {
        let team =
            ["north", "south", "east"][usize::from(at % 10 > 5) + usize::from(at % 50 == 49)];
        let yes = if team == "north" { noise(at) < 2800 } else { noise(at) < 1200 };
        format!("{team},{}.5,{}", noise(at + 9), if yes { "yes" } else { "no" })
    });
    let report = json(&text, &["--label", "answer", "--group", "team"]);
    let found = found(&report);
    let of_groups = found.iter().filter(|it| *it == "concern groups team").count();
    assert_eq!(of_groups, 2, "{found:?}");
    let groups = report["groups"][0]["groups"].as_array().expect("groups are a list");
    let north = groups.iter().find(|group| group["value"] == "north").expect("a group");
    let south = groups.iter().find(|group| group["value"] == "south").expect("a group");
    let east = groups.iter().find(|group| group["value"] == "east").expect("a group");
    assert_eq!((&east["is_small"], &east["rows"]), (&true.into(), &20.into()));
    let number = |value: &Value| value.as_f64().expect("a number");
    let (low, high) = (number(&south["gap"]["low"]), number(&south["gap"]["high"]));
    let gap = number(&south["rate"]["share"]) - number(&north["rate"]["share"]);
    assert!(low < gap && gap < high && high < 0.0, "{low} {gap} {high}");
    assert!(number(&report["groups"][0]["four_fifths"]) < 0.8);
    // Fewer groups are too small where the floor is lower.
    let lower = json(&text, &["--label", "answer", "--group", "team", "--floor", "20"]);
    assert_eq!(lower["groups"][0]["groups"][2]["is_small"], false);
}

#[test]
fn rows_of_the_future_gaps_and_labels_in_order_of_time_are_found() {
    let text = table("at,amount,answer", 200, |at| {
        let (month, day) = if at < 100 { (1, at % 28 + 1) } else { (4, at % 28 + 1) };
        let answer = if at < 100 { "no" } else { "yes" };
        format!("2026-{month:02}-{day:02}T10:00:00Z,{}.5,{answer}", noise(at))
    }) + "2027-01-04,1.5,yes\nsoon,2.5,no\n";
    let report = json(&text, &["--label", "answer", "--time", "at"]);
    let found = found(&report);
    for expected in ["concern leakage at", "concern future at", "concern freshness at"] {
        assert!(found.iter().any(|it| it == expected), "{expected}: {found:?}");
    }
    let fresh = &report["freshness"];
    assert_eq!((&fresh["future"], &fresh["unread"]), (&1.into(), &1.into()));
    assert_eq!(fresh["last"], "2027-01-04T00:00:00Z");
    let old = json("at,n\n2024-01-01,1\n2024-01-02,2\n", &["--time", "at"]);
    assert!(old["answer"].as_str().is_some_and(|it| it.contains("days old")), "{}", old["answer"]);
}

#[test]
fn what_no_model_can_be_judged_on_blocks() {
    for (text, said) in [
        ("answer,n\n", "Not ready: there are no rows"),
        ("answer,n\nyes,1\nyes,2\nyes,3\n", "Not ready: `answer` has one class only"),
        ("answer,n\n,1\n,2\n,3\n", "Not ready: `answer` has no labels"),
    ] {
        for format in ["text", "json", "markdown"] {
            let ran = profile(text, &["--label", "answer", "--format", format]);
            assert_eq!(ran.code, 1, "{format}: {}{}", ran.out, ran.err);
            assert!(ran.out.contains(said), "{said}: {}", ran.out);
        }
        assert!(profile(text, &["--label", "answer"]).out.starts_with(said));
    }
    let many = table("answer", 200, |at| format!("{at}.25"));
    let report = json(&many, &["--label", "answer"]);
    assert_eq!(found(&report)[0], "concern label answer", "{report}");
}

#[test]
fn what_cannot_be_asked_is_refused_with_a_hint() {
    let text = "answer,n\nyes,1\nno,2\n";
    for (arguments, said) in [
        (vec!["--label", "anwser"], "did you mean `answer`?"),
        (vec!["--label", "answer", "--positive", "yess"], "did you mean `yes`?"),
        (vec!["--label", "answer", "--group", "team"], "there is no column `team`"),
        (vec!["--positive", "yes"], "--label"),
    ] {
        let ran = profile(text, &arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
    let place = Place::new();
    for (name, said) in [
        ("interaction", "did you mean `interactions`?"),
        ("rows.csv", "there is no file `rows.csv`"),
        ("interactions", "there is no"),
    ] {
        let ran = place.run(&["profile", name, "--store", "store"]);
        assert_eq!(ran.code, 2, "{name}: {}", ran.out);
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
}

#[test]
fn a_table_of_the_store_is_profiled() {
    let place = Place::new();
    place.write(
        "calls.csv",
        "id,at,did\na,2026-11-01T00:00:00Z,accept\nb,2026-11-02T00:00:00Z,edit\n",
    );
    place.write(
        "import.sql",
        "INSERT INTO interactions SELECT id, at, 'chat' AS bet FROM calls;
         INSERT INTO actions SELECT id AS interaction, 1 AS seq, at, did AS kind FROM calls;",
    );
    place.good(&["import", "calls.csv", "--with", "import.sql", "--store", "store"]);
    let arguments = ["profile", "actions", "--label", "kind", "--time", "at", "--store", "store"];
    let out = place.good(&[&arguments[..], &NOW].concat());
    assert!(out.contains("actions: 2 rows"), "{out}");
    assert!(out.contains("2 of 2 rows are labelled"), "{out}");
}

/// The block stands in a bet as it is, whatever the values are called.
#[test]
fn what_is_printed_for_the_bet_is_read_by_check() {
    let place = Place::new();
    place.good(&["init"]);
    let nasty = "a \"\"b\"\" \\ c\n'''d\t#";
    let text = table("team,answer,at", 90, |at| {
        let team = if at % 2 == 0 { format!("\"{nasty}\"") } else { "é ]".to_owned() };
        format!("{team},{},2026-11-{:02}", answer(at), at % 19 + 1)
    });
    place.write("rows.csv", &text);
    let bet = place.path().join("roadmap/bets/reply-drafts.toml");
    let before = fs::read_to_string(&bet).expect("init writes it");
    let (head, rest) = before.split_once("[data]\n").expect("the bet has data");
    let (_, tail) = rest.split_once("\n[sourcing]").expect("a table follows");
    for arguments in [
        vec!["--label", "answer", "--group", "team", "--time", "at"],
        vec!["--group", "team"],
        vec![],
    ] {
        let all =
            [&["profile", "rows.csv", "--format", "json"], arguments.as_slice(), &NOW].concat();
        let report: Value = serde_json::from_str(&place.run(&all).out).expect("JSON was printed");
        let data = report["data"].as_str().expect("a text");
        fs::write(&bet, format!("{head}{data}\n[sourcing]{tail}")).expect("it can be written");
        let ran = place.run(&["check"]);
        let text = place.run(&[&["profile", "rows.csv"], arguments.as_slice(), &NOW].concat()).out;
        assert!(text.contains(data), "{text}");
        assert!(ran.code == 0, "{}\n{data}", ran.out);
        if arguments.len() > 2 {
            assert!(data.contains("labels = { have = 90, need = 7"), "{data}");
            assert!(data.contains("sparsity = ") || data.contains("# sparsity"), "{data}");
            assert!(data.contains("fresh = \"From 2026-11-01 to 2026-11-19"), "{data}");
        }
    }
}

#[test]
fn the_schema_describes_what_is_printed() {
    let place = Place::new();
    let schema: Value =
        serde_json::from_str(&place.good(&["schema", "profile"])).expect("a schema is JSON");
    let report = json("team,answer\na,yes\nb,no\n", &["--label", "answer", "--group", "team"]);
    for key in report.as_object().expect("an object").keys() {
        assert!(schema["properties"][key].is_object(), "`{key}` is not described");
    }
    for key in schema["required"].as_array().expect("a list") {
        assert!(report.get(key.as_str().expect("a name")).is_some(), "{key} is not there");
    }
}

/// Profiles a copy of a public file, so that what is printed names no folder.
fn real(file: &str, arguments: &[&str]) -> Option<Ran> {
    let place = Place::new();
    let from = shared()?.join("data").join(file);
    let name = from.file_name().expect("a file has a name").to_string_lossy().into_owned();
    fs::copy(&from, place.path().join(&name)).expect("a file can be copied");
    Some(place.run(&[&["profile", &name], arguments, &NOW].concat()))
}

#[test]
fn census_rows_that_hold_numbers_as_text() {
    let file = "nannyml-employment/employment_MA_reference.pq";
    let arguments = ["--label", "employed", "--group", "SEX", "--group", "RAC1P", "--id", "id"];
    let Some(ran) = real(file, &arguments) else { return };
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!("employment", ran.out);
}

#[test]
fn suggestions_and_what_was_done_with_them() {
    let arguments = ["--label", "StateName", "--group", "UserId", "--time", "TimeGenerated"];
    let Some(ran) = real("copilot-cups/events.jsonl", &arguments) else { return };
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!("suggestions", ran.out);
}

/// 26 rows have an advice that is none of the four options, as the authors' figures leave them out.
#[test]
fn advice_that_is_no_option_is_a_rare_class() {
    let file = "chatgpt-advice/responses_0425_features.csv";
    let arguments = ["--label", "advice_answer", "--id", "participant_id", "--format", "json"];
    let Some(ran) = real(file, &arguments) else { return };
    let report: Value = serde_json::from_str(&ran.out).expect("JSON was printed");
    let classes = report["label"]["classes"].as_array().expect("classes are a list");
    let other = classes
        .iter()
        .filter(|class| !["A", "B", "C", "D"].contains(&class["value"].as_str().expect("a text")));
    let rows: u64 = other.map(|class| class["rate"]["of"].as_u64().expect("a count")).sum();
    let missing = report["label"]["missing"].as_u64().expect("a count");
    assert_eq!(rows + missing, 26, "{classes:?}");
    let found = found(&report);
    for expected in ["concern label advice_answer", "concern ids participant_id"] {
        assert!(found.iter().any(|it| it == expected), "{expected}: {found:?}");
    }
}
