//! What people see: diagnostics drawn, counted and explained.

use jiff::civil::date;
use trueup_roadmap::{Circumstances, Source, check, codes, explain, parse, render, summary_line};

fn drawn(bet: &str) -> String {
    let head = "edition = 1\n[people]\nana = { name = \"Ana\", side = \"product\" }\n\
                bo = { name = \"Bo\", side = \"rd\" }\n[policy]\nlevels = { O01 = \"warn\" }\n";
    let sources = [
        Source { path: "roadmap.toml".to_owned(), text: head.to_owned() },
        Source { path: "bets/x.toml".to_owned(), text: bet.to_owned() },
    ];
    let circumstances = Circumstances { today: date(2026, 11, 21), history: None };
    let mut found = check(&parse(&sources), &circumstances);
    found.retain(|found| found.code.starts_with('F') || ["O01", "S03"].contains(&found.code));
    render(&found, &sources, false) + "\n" + &summary_line(&found)
}

#[test]
fn an_unknown_key_with_what_was_meant_and_a_dangling_name() {
    let bet = r#"id = "x"
title = "简历 X"
horizon = "h1"
stage = "proposed"
[gate.graduate]
criteria = [
	{ metric = "acceptence", at_lest = 0.6, role = "goal" },
]
"#;
    insta::assert_snapshot!(drawn(bet), @r###"
error[F04]: there is no metric `acceptence`; did you mean `acceptance`?
 --> bets/x.toml:7:13
  |
7 |     { metric = "acceptence", at_lest = 0.6, role = "goal" },
  |                ^^^^^^^^^^^^ write `"acceptance"`

error[F02]: unknown key `at_lest`; did you mean `at_least`?
 --> bets/x.toml:7:27
  |
7 |     { metric = "acceptence", at_lest = 0.6, role = "goal" },
  |                              ^^^^^^^ write `at_least`

2 errors
"###);
}

#[test]
fn a_percentage_where_a_share_is_meant() {
    let bet = r#"id = "x"
title = "X"
horizon = "h1"
stage = "proposed"
[gate.graduate]
criteria = [{ metric = "acceptance", between = [0.4, 55], role = "goal" }]
"#;
    insta::assert_snapshot!(drawn(bet), @r###"
error[F03]: `acceptance` lies between 0 and 1; 55 is never exceeded; did you mean 0.55?
 --> bets/x.toml:6:54
  |
6 | criteria = [{ metric = "acceptance", between = [0.4, 55], role = "goal" }]
  |                                                      ^^ write `0.55`

1 error
"###);
}

#[test]
fn a_warning_and_a_stale_signature() {
    let bet = r#"id = "x"
title = "X"
horizon = "h1"
stage = "framed"
serves = []
problem = { who = "w", improve = "errors", from = 2, to = 1, unit = "per day" }
[gate.graduate]
criteria = [{ metric = "acceptance", at_least = 0.6, role = "goal" }]
signed = { product = "ana", rd = "bo", on = 2026-09-28, digest = "b3:5d1c0a77" }
"#;
    insta::assert_snapshot!(drawn(bet), @r###"
warning[O01]: `x` improves nothing we measure
 --> bets/x.toml:1:6
  |
1 | id = "x"
  |      ^^^
  |
  = help: add `serves = ["outcome/key-result"]`

error[S03]: the criteria of `graduate` are not those that were signed on 2026-09-28; signed b3:5d1c0a77, file is b3:33c3024b
 --> bets/x.toml:9:66
  |
9 | signed = { product = "ana", rd = "bo", on = 2026-09-28, digest = "b3:5d1c0a77" }
  |                                                                  ^^^^^^^^^^^^^ this digest is of other criteria
  |
  = help: both sides agree again: `trueup sign x graduate --as PERSON`, once for each; or undo the change

1 error, 1 warning
"###);
}

#[test]
fn something_missing_in_a_file_and_a_file_that_is_missing() {
    insta::assert_snapshot!(drawn(""), @r###"
error[F03]: the file needs `horizon`
 --> bets/x.toml:1:1
  |
1 |
  | ^

error[F03]: the file needs `id`
 --> bets/x.toml:1:1
  |
1 |
  | ^

error[F03]: the file needs `stage`
 --> bets/x.toml:1:1
  |
1 |
  | ^

error[F03]: the file needs `title`
 --> bets/x.toml:1:1
  |
1 |
  | ^

4 errors
"###);
    let found = parse(&[]).diagnostics;
    insta::assert_snapshot!(render(&found, &[], false), @r###"
error[F03]: there is no `roadmap.toml`, so edition, people and policy are not known
--> roadmap.toml
 = help: write one with at least `edition = 1`; `trueup init` makes one
"###);
}

#[test]
fn nothing_to_say() {
    let bet = "id = \"x\"\ntitle = \"X\"\nhorizon = \"h1\"\nstage = \"proposed\"\n";
    assert_eq!(drawn(bet), "\n");
}

#[test]
fn colour_is_only_added() {
    let sources =
        [Source { path: "roadmap.toml".to_owned(), text: "edition = 1\nedtion = 1".to_owned() }];
    let found = parse(&sources).diagnostics;
    let coloured = render(&found, &sources, true);
    assert!(coloured.contains('\u{1b}') && coloured.contains("F02"), "{coloured}");
    assert!(!render(&found, &sources, false).contains('\u{1b}'));
}

#[test]
fn the_text_cannot_command_the_terminal() {
    let head = "edition = 1\n[horizons.\"\\u001b[31m\"]\nname = \"a\"\nspan = \"0w..1w\"\n";
    let bet = "id = \"\\u001b[2J\"\ntitle = \"X\"\nhorizon = \"none\"\nstage = \"\\u0007\"\n";
    let sources = [
        Source { path: "roadmap.toml".to_owned(), text: head.to_owned() },
        Source { path: "bets/x.toml".to_owned(), text: bet.to_owned() },
    ];
    let found = parse(&sources).diagnostics;
    assert!(
        found.iter().any(|found| found.help.as_ref().is_some_and(|help| help.contains('\u{1b}')))
    );
    let text = render(&found, &sources, false);
    assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
}

#[test]
fn a_suggested_name_commands_no_terminal() {
    let note =
        "+++\nkind = \"retro\"\nby = []\non = 2026-11-01\nsupersedes = \"note:older\"\n+++\n";
    let sources = ["notes/new.md", "notes/ol\u{1}der.md"]
        .map(|path| Source { path: path.to_owned(), text: note.to_owned() });
    let text = render(&parse(&sources).diagnostics, &sources, false);
    assert!(text.contains("did you mean"), "{text}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}

#[test]
fn neither_a_file_name_nor_a_character_beyond_ascii_commands_the_terminal() {
    let edition = "edition = \"\u{9b}31m\"\n";
    let sources = ["roadmap.toml", "bets/\u{1b}[31m.toml", "\u{9b}31m/a.toml"]
        .map(|path| Source { path: path.to_owned(), text: edition.to_owned() });
    let found = parse(&sources).diagnostics;
    assert_eq!(found.len(), 7);
    let text = render(&found, &sources, false);
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}

#[test]
fn every_code_has_a_page_of_one_screen() {
    for (code, name) in codes() {
        let page = explain(code).unwrap_or_else(|| panic!("`{code}` has no page"));
        assert!(page.starts_with(&format!("# {code} {name}\n")), "{code}");
        assert!(page.lines().count() <= 25, "{code} is too long");
        for part in ["Why: ", "For example:", "What to do: "] {
            assert!(page.contains(part), "{code} lacks `{part}`");
        }
        assert!(page.lines().all(|line| line.chars().count() <= 100), "{code} has a long line");
    }
    assert_eq!(explain("X99"), None);
}
