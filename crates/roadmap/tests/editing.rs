//! An edit changes its own line and nothing else.

mod texts;

use std::collections::BTreeMap;

use proptest::prelude::*;
use trueup_roadmap::edit::{Key, Path, Value, reorder};
use trueup_roadmap::{Edit, EditError, edit, fields};

fn path(text: &str) -> Path {
    text.parse().expect("the path is well formed")
}

fn value(text: &str) -> Value {
    Value::parse(text).expect("the value is TOML")
}

/// Edits one field, given as `old -> new`, where nothing stands for no value.
fn change(text: &str, at: &str, old: &str, new: &str) -> Result<String, EditError> {
    let some = |text: &str| (!text.is_empty()).then(|| value(text));
    edit(text, &[Edit { path: path(at), old: some(old), new: some(new) }])
}

#[track_caller]
fn check(text: &str, at: &str, old: &str, new: &str, expected: &str) {
    assert_eq!(change(text, at, old, new).as_deref(), Ok(expected), "{at}");
}

const BET: &str = "\
# A bet.
id = \"x\"   # its name
score = 0.70

[box]
decide_by = 2026-12-11 # the day

# To graduate.
[gate.graduate]
criteria = [
  { metric = \"a\",  at_least = 0.5 }, # first
  { metric = \"b\" }  # last
]

[[key_result]]
to = 1
[[key_result]]
to = 2
";

/// What remains of a text when a part of it is replaced.
fn with(old: &str, new: &str) -> String {
    assert_eq!(BET.matches(old).count(), 1, "{old}");
    BET.replace(old, new)
}

#[test]
fn a_value_is_replaced_where_it_stands() {
    check(BET, "score", "0.7", "0.80", &with("0.70", "0.80"));
    check(BET, "box.decide_by", "2026-12-11", "2027-01-01", &with("2026-12-11", "2027-01-01"));
    check(BET, "gate.graduate.criteria[0].at_least", "0.5", "0.6", &with("0.5 }", "0.6 }"));
    check(BET, "key_result[1].to", "2", "3", &with("to = 2", "to = 3"));
}

#[test]
fn a_new_key_goes_behind_the_last_one_of_its_table() {
    check(BET, "stage", "", "\"pilot\"", &with("0.70\n", "0.70\nstage = \"pilot\"\n"));
    check(
        BET,
        "box.starts",
        "",
        "2026-10-01",
        &with("# the day\n", "# the day\nstarts = 2026-10-01\n"),
    );
    check(
        BET,
        "gate.graduate.criteria[1].at_most",
        "",
        "1",
        &with("\"b\" }", "\"b\", at_most = 1 }"),
    );
    check(BET, "key_result[0].from", "", "0", &with("to = 1\n", "to = 1\nfrom = 0\n"));
    let signed = "{ product = \"ana\", rd = \"bo\" }";
    let lines = format!("last\n]\nsigned = {signed}\n");
    check(BET, "gate.graduate.signed", "", signed, &with("last\n]\n", &lines));
    check("# c\n[a]\n", "x", "", "1", "x = 1\n\n# c\n[a]\n");
    check("# c\n\n[a]\n", "x", "", "1", "# c\nx = 1\n\n[a]\n");
    check("", "x", "", "1", "x = 1\n");
    check("a.b = 1\nc = 2\n", "a.d", "", "3", "a.b = 1\na.d = 3\nc = 2\n");
}

#[test]
fn a_new_table_becomes_a_block_or_goes_inline() {
    check(BET, "mode.kind", "", "\"augment\"", &format!("{BET}\n[mode]\nkind = \"augment\"\n"));
    check("x = 1", "mode", "", "{ a = 1, b = [2] }", "x = 1\n\n[mode]\na = 1\nb = [2]");
    check(
        BET,
        "gate.start.criteria",
        "",
        "[]",
        &with("last\n]\n", "last\n]\n\n[gate.start]\ncriteria = []\n"),
    );
    check("[p]\na = {}\n", "p.a.b.c", "", "1", "[p]\na = { b = { c = 1 } }\n");
    check("[p]\n", "p.q.r", "", "1", "[p]\n\n[p.q]\nr = 1\n");
}

#[test]
fn a_list_grows_at_its_end() {
    let grown = with("\"b\" }  # last\n", "\"b\" },  # last\n  { attest = \"c\" }\n");
    check(BET, "gate.graduate.criteria[2]", "", "{ attest = \"c\" }", &grown);
    check("a = [\n  1, # one\n]\n", "a[1]", "", "2", "a = [\n  1, # one\n  2,\n]\n");
    check("a = []\n", "a[0]", "", "2", "a = [2]\n");
    check("a = [1]\n", "a[1]", "", "2", "a = [1, 2]\n");
    check(BET, "key_result[2]", "", "{ to = 3 }", &format!("{BET}\n[[key_result]]\nto = 3\n"));
    check("x = 1\n", "option[0]", "", "{ what = \"y\" }", "x = 1\n\n[[option]]\nwhat = \"y\"\n");
}

#[test]
fn rows_move_as_they_stand_with_the_comments_on_them() {
    let criteria = path("gate.graduate.criteria");
    let moved = BET.replace(
        "  { metric = \"a\",  at_least = 0.5 }, # first\n  { metric = \"b\" }  # last\n",
        "  { metric = \"b\" },  # last\n  { metric = \"a\",  at_least = 0.5 } # first\n",
    );
    assert_eq!(reorder(BET, &criteria, &[1, 0]), Ok(moved));
    assert_eq!(reorder(BET, &criteria, &[0, 1]), Ok(BET.to_owned()));
    for (text, order, expected) in [
        ("a = [1, 2,3]\n", &[2, 0, 1][..], "a = [3, 1,2]\n"),
        (
            "a = [ # all\n  # x\n  # y\n  1,\n\n  2 # two\n]",
            &[1, 0],
            "a = [ # all\n  2, # two\n\n  # x\n  # y\n  1\n]",
        ),
        ("a = [\r\n  1,\r\n  2,\r\n]\r\n", &[1, 0], "a = [\r\n  2,\r\n  1,\r\n]\r\n"),
        ("a = [\n  [1,\n   2], # b\n  [],\n]\n", &[1, 0], "a = [\n  [],\n  [1,\n   2], # b\n]\n"),
    ] {
        assert_eq!(reorder(text, &path("a"), order).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn tables_move_with_what_is_below_them() {
    let text = "x = 1\n\n# one\n[[a]]\nb = 1 # b\n[a.c]\nd = 1\n\n# below\n\n[[a]]\nb = 2\n[z]\n[[a]]\nb = 3";
    let moved = "x = 1\n\n[[a]]\nb = 3\n\n# one\n[[a]]\nb = 1 # b\n[a.c]\nd = 1\n\n# below\n[z]\n[[a]]\nb = 2";
    assert_eq!(reorder(text, &path("a"), &[2, 0, 1]).as_deref(), Ok(moved));
    let note = format!("+++\n{BET}+++\n\n[[key_result]]\n");
    let swapped = reorder(&note, &path("key_result"), &[1, 0]).expect("they are two");
    assert_eq!(
        swapped,
        note.replace("to = 1\n[[key_result]]\nto = 2", "to = 2\n[[key_result]]\nto = 1")
    );
}

#[test]
fn rows_whose_comments_are_unclear_do_not_move() {
    for (text, order) in [
        ("a = [1, 2, # one or two\n3]\n", &[2, 1, 0][..]),
        ("a = [\n  1 # one\n  , 2\n]\n", &[1, 0]),
        ("[[a]]\nb = 1\n[z]\n[a.c]\nd = 1\n[[a]]\nb = 2\n", &[1, 0]),
    ] {
        let refused = reorder(text, &path("a"), order).expect_err(text);
        assert!(matches!(refused, EditError::Mingled { .. }), "{text}: {refused}");
    }
    for (at, order) in
        [("key_result", &[0][..]), ("key_result", &[0, 0]), ("score", &[0]), ("none", &[])]
    {
        let refused = reorder(BET, &path(at), order).expect_err(at);
        assert!(matches!(refused, EditError::NoPlace { .. }), "{at}: {refused}");
    }
}

#[test]
fn a_removed_key_takes_its_line_or_its_part_of_it() {
    check(BET, "score", "0.7", "", &with("score = 0.70\n", ""));
    check(BET, "gate.graduate.criteria[0].at_least", "0.5", "", &with(",  at_least = 0.5", ""));
    check(
        BET,
        "gate.graduate.criteria[1]",
        "{ metric = \"b\" }",
        "",
        &with("  { metric = \"b\" }  # last\n", ""),
    );
    check(
        BET,
        "box",
        "{ decide_by = 2026-12-11 }",
        "",
        &with("\n[box]\ndecide_by = 2026-12-11 # the day\n", ""),
    );
    check(BET, "key_result[1]", "{ to = 2 }", "", &with("[[key_result]]\nto = 2\n", ""));
    check("a = [1, 2, 3]\n", "a[0]", "1", "", "a = [2, 3]\n");
    check("a = [1, 2, 3]\n", "a[2]", "3", "", "a = [1, 2]\n");
    check("a = { b = 1 }\n", "a.b", "1", "", "a = {}\n");
    check("a = 1\nb = 2", "b", "2", "", "a = 1");
}

#[test]
fn a_field_that_changed_meanwhile_is_a_conflict() {
    let error = change(BET, "score", "0.6", "0.8").expect_err("the old value differs");
    let expected = "`score` is `0.70` now, not `0.6`; look at it again before you change it";
    assert_eq!(error.to_string(), expected);
    let error = change(BET, "score", "", "0.8").expect_err("the field is there");
    assert!(error.to_string().contains("`0.70` now, not absent"), "{error}");
    let error = change(BET, "stage", "1", "2").expect_err("the field is not there");
    assert!(error.to_string().contains("`stage` is absent now, not `1`"), "{error}");
}

#[test]
fn what_cannot_be_done_says_why() {
    let error =
        |text: &str, at, old, new| change(text, at, old, new).expect_err("no edit").to_string();
    assert!(error("a = ", "a", "", "1").contains("is not TOML"));
    assert!(error(BET, "gate.graduate.criteria[9]", "", "1").contains("no place"));
    assert!(error(BET, "key_result[9].to", "", "1").contains("no place"));
    assert!(error(BET, "score.x", "", "1").contains("no place"));
    assert!(error(BET, "score[0]", "", "1").contains("no place"));
    assert!(error(BET, "box", "{ decide_by = 2026-12-11 }", "{}").contains("one by one"));
    for text in ["", ".a", "a..b", "a[x]", "a[+1]", "[1]", "a[1", "\"a", "a b"] {
        assert!(text.parse::<Path>().is_err(), "{text}");
    }
    for text in ["", "1 # one", "1\nb = 2", "x", "]", "\"a"] {
        assert!(Value::parse(text).is_err(), "{text}");
    }
}

#[test]
fn all_edits_are_made_or_none() {
    let first = Edit { path: path("score"), old: Some(value("0.7")), new: Some(value("1")) };
    let wrong = Edit { path: path("id"), old: Some(value("\"y\"")), new: None };
    assert!(edit(BET, &[first.clone(), wrong]).is_err());
    assert_eq!(edit(BET, &[first]), Ok(with("0.70", "1")));
}

#[test]
fn a_note_is_edited_in_its_header() {
    let note = "\u{feff}+++\r\nkind = \"retro\"\r\n+++\r\nkind = 1\r\n\r\n+++\n";
    check(note, "kind", "\"retro\"", "\"demo\"", &note.replace("retro", "demo"));
    check(
        note,
        "on",
        "",
        "2026-11-21",
        &note.replace("retro\"\r\n", "retro\"\r\non = 2026-11-21\r\n"),
    );
}

#[test]
fn values_of_rust_are_written_as_toml() {
    let list = Value::from_iter([Value::from("a \"b\"\n"), Value::from(0.7), Value::from(true)]);
    let table = Value::from_iter([("by", list), ("n n", Value::from(3))]);
    assert_eq!(table.written(), r#"{ by = ["a \"b\"\n", 0.7, true], "n n" = 3 }"#);
    assert_eq!(Value::from(1), value("1.0"));
    assert_ne!(Value::from("1"), value("1"));
}

/// Another value of the same kind.
fn other(old: &Value) -> Value {
    match old.as_text() {
        Some(text) => Value::from(format!("{text} é \"new\"").as_str()),
        None if *old == Value::from(42) => Value::from(43),
        None => Value::from(42),
    }
}

/// The lines of a text from which another differs, first to last, and how many there are after it.
fn changed_lines(before: &str, after: &str) -> (usize, usize) {
    let same = |(a, b): &(&str, &str)| a == b;
    let (a, b) = (before.split('\n'), after.split('\n'));
    let first = a.clone().zip(b.clone()).take_while(same).count();
    (first, a.rev().zip(b.rev()).take_while(same).count())
}

/// Holds for every scalar field of a text.
fn each_edit_is_its_own(text: &str) {
    for (path, old) in fields(text).expect("the text is TOML") {
        assert_eq!(path.to_string().parse(), Ok(path.clone()), "a path reads as it is printed");
        if !old.is_scalar() {
            continue;
        }
        let (at, new) = (path.to_string(), other(&old));
        let replace = |old: &Value, new: &Value| {
            [Edit { path: path.clone(), old: Some(old.clone()), new: Some(new.clone()) }]
        };
        let edited =
            edit(text, &replace(&old, &new)).expect("a field that is listed can be edited");
        let (above, below) = changed_lines(text, &edited);
        let lines = text.split('\n').count();
        let own = old.written().split('\n').count();
        assert_eq!(above + below + own, lines, "{at} changes only its own lines");
        assert_eq!(edit(&edited, &replace(&new, &old)).as_deref(), Ok(text), "{at} and back");
        let wrong = edit(text, &replace(&new, &old));
        assert!(matches!(wrong, Err(EditError::Conflict { .. })), "{at}: {wrong:?}");
    }
}

#[test]
fn every_field_of_real_roadmaps_can_be_edited_alone() {
    for source in texts::real() {
        for text in texts::variants(&source.text) {
            each_edit_is_its_own(&text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_field_of_any_toml_can_be_edited_alone(text in texts::toml()) {
        each_edit_is_its_own(&text);
    }

    #[test]
    fn a_key_added_and_removed_leaves_no_trace_in_the_meaning(
        text in texts::toml(),
        at in "(new|a|b)(\\.(new|c|\"x y\"|d)|\\[[01]\\]){0,3}",
    ) {
        let Ok(path) = at.parse::<Path>() else { return Ok(()) };
        let new = value("{ k = 1, l = [2] }");
        let edited = edit(&text, &[Edit { path: path.clone(), old: None, new: Some(new.clone()) }]);
        if let Ok(edited) = edited {
            let there = edit(&edited, &[Edit { path, old: Some(new), new: None }]);
            let there = there.expect("what was added can be removed");
            for (path, value) in fields(&text).expect("the text is TOML") {
                let kept = fields(&there).expect("the text is TOML");
                prop_assert!(kept.iter().any(|(at, _)| *at == path), "{path} = {value} is lost in\n{there}");
            }
        }
    }

    #[test]
    fn rows_of_any_toml_move_or_stay_and_nothing_else_does(text in texts::toml()) {
        for (list, count) in lists(&text) {
            let order: Vec<usize> = (1..count).chain([0]).collect();
            match reorder(&text, &list, &order) {
                Ok(moved) => {
                    let others = |text: &str| -> Vec<_> {
                        let mut fields = fields(text).expect("it is TOML still");
                        fields.retain(|(path, _)| {
                            !path.0.starts_with(&list.0) && !list.0.starts_with(&path.0)
                        });
                        fields.sort_by(|a, b| a.0.cmp(&b.0));
                        fields
                    };
                    prop_assert_eq!(others(&moved), others(&text));
                }
                Err(error) => prop_assert!(matches!(error, EditError::Mingled { .. }), "{error}"),
            }
        }
    }

    #[test]
    fn no_text_and_no_path_make_it_panic(text in any::<String>(), at in "[a-z.\\[\\]0-9\"'\\\\é]{0,12}") {
        let Ok(path) = at.parse::<Path>() else { return Ok(()) };
        let new = Some(Value::from(1));
        if let Ok(edited) = edit(&text, &[Edit { path: path.clone(), old: None, new }]) {
            let there = fields(&edited).expect("what was edited is TOML");
            prop_assert!(there.contains(&(path, Value::from(1))), "{edited}");
        }
    }
}

/// Every list of a text with more than one row.
fn lists(text: &str) -> Vec<(Path, usize)> {
    let mut lists: BTreeMap<Path, usize> = BTreeMap::new();
    for (path, _) in fields(text).expect("the text is TOML") {
        for (at, key) in path.0.iter().enumerate() {
            if let Key::Index(index) = key {
                let count = lists.entry(Path(path.0[..at].to_vec())).or_default();
                *count = (*count).max(index + 1);
            }
        }
    }
    lists.into_iter().filter(|(_, count)| *count > 1).collect()
}

#[test]
fn every_list_of_real_roadmaps_can_be_turned_round_and_back() {
    let mut tried = 0;
    for source in texts::real() {
        for text in texts::variants(&source.text) {
            for (list, count) in lists(&text) {
                let order: Vec<usize> = (0..count).rev().collect();
                let turned = reorder(&text, &list, &order)
                    .unwrap_or_else(|error| panic!("{} {list}: {error}", source.path));
                let sorted = |text: &str| {
                    let mut letters: Vec<char> = text.chars().collect();
                    letters.sort_unstable();
                    letters
                };
                assert_eq!(sorted(&turned), sorted(&text), "{} {list}", source.path);
                assert_eq!(reorder(&turned, &list, &order).as_deref(), Ok(text.as_str()));
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "only {tried} lists");
}

#[test]
fn a_place_of_a_text_leads_to_what_stands_there() {
    let text = "id = \"a\"\n\n[[risk]]\nwhat = \"x\" # why\nrd = [1, 22]\n\n[box]\n";
    for (there, path) in [
        ("\"a\"", "id"),
        ("\"x\"", "risk[0].what"),
        ("# why", "risk[0].what"),
        ("22", "risk[0].rd[1]"),
        ("[[risk]]", "risk[0]"),
        ("[box]", "box"),
    ] {
        let at = text.find(there).expect("it is there");
        let found = trueup_roadmap::edit::path_at(text, &(at..at + there.len()));
        assert_eq!(found.map(|path| path.to_string()).as_deref(), Some(path), "{there}");
    }
    let value = |path: &str| {
        let path = path.parse().expect("it is a path");
        let value = trueup_roadmap::edit::value_at(text, &path).expect("it is TOML");
        value.map(|value| value.written().to_owned())
    };
    assert_eq!(value("risk[0]").as_deref(), Some("{ rd = [1, 22], what = \"x\" }"));
    assert_eq!(value("risk[0].rd").as_deref(), Some("[1, 22]"));
    assert_eq!(value("risk[1]"), None);
}
