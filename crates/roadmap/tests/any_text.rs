//! No text makes the parser or the renderer panic, hang or contradict itself.

use jiff::civil::date;
use proptest::prelude::*;
use trueup_roadmap::{Source, init_files, parse, render};

fn source(path: &str, text: impl Into<String>) -> Source {
    Source { path: path.to_owned(), text: text.into() }
}

/// Parses and draws; every place must lie within its text.
fn check(sources: &[Source]) -> Vec<String> {
    let diagnostics = parse(sources).diagnostics;
    for found in &diagnostics {
        let text = sources.iter().find(|source| source.path == found.place.path);
        let text = text.map_or("", |source| &source.text);
        assert!(text.get(found.place.span.clone()).is_some(), "{found:?} lies in no text");
        assert_eq!(found.code.len(), 3);
    }
    let shown = &diagnostics[..diagnostics.len().min(50)];
    for colour in [false, true] {
        let text = render(shown, sources, colour);
        assert_eq!(text.is_empty(), shown.is_empty());
    }
    diagnostics.into_iter().map(|found| format!("{} {}", found.code, found.message)).collect()
}

fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("roadmap.toml".to_owned()),
        "(outcomes|metrics|bets|notes|x)/[a-z]{1,3}\\.toml",
        any::<String>(),
    ]
}

/// One change to a text: some bytes replaced by something that means something to TOML.
fn mutated(text: &str, at: usize, length: usize, with: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let start = at % (characters.len() + 1);
    let end = (start + length).min(characters.len());
    let (before, after) = (&characters[..start], &characters[end..]);
    before.iter().copied().chain(with.chars()).chain(after.iter().copied()).collect()
}

const PIECES: [&str; 28] = [
    "",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "=",
    ",",
    ".",
    "#",
    "\n",
    "\r",
    "\t",
    "\u{feff}",
    "\0",
    "nan",
    "-inf",
    "1e999",
    "2026-13-45",
    "[[gate]]",
    "[gate.x]",
    "[measure]",
    "é",
    "🙂",
    "\\u{0}",
    "99999999999999999999",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(files in prop::collection::vec((path(), any::<String>()), 0..4)) {
        let files: Vec<Source> = files.iter().map(|(path, text)| source(path, text.clone())).collect();
        check(&files);
    }

    #[test]
    fn anything_like_toml_is_read(
        path in path(),
        text in "([a-z_.\"]{0,9}( = |\\n|\\[|\\]|\\[\\[|\\{|\\}|,|\"|'|[0-9.:-]{1,9}|#|\\\\u|é|\\r\\n){1,4}){0,40}",
    ) {
        check(&[source(&path, text)]);
    }

    #[test]
    fn changed_roadmaps_are_read(
        changes in prop::collection::vec(
            (0..4_usize, any::<usize>(), 0..12_usize, prop::sample::select(PIECES.to_vec())),
            1..8,
        ),
    ) {
        let mut files = init_files(date(2026, 11, 21));
        for (file, at, length, with) in changes {
            files[file].text = mutated(&files[file].text, at, length, with);
        }
        let first = check(&files);
        files.reverse();
        prop_assert_eq!(first, check(&files), "the order of files does not matter");
    }
}

#[test]
fn line_ends_tabs_and_a_byte_order_mark_change_nothing() {
    let changes: [fn(&str) -> String; 3] = [
        |text| format!("\u{feff}{text}"),
        |text| text.replace('\n', "\r\n"),
        |text| text.replace("  ", "\t"),
    ];
    for change in changes {
        let mut files = init_files(date(2026, 11, 21));
        for file in &mut files {
            file.text = change(&file.text);
        }
        assert_eq!(check(&files), [""; 0]);
    }
}

#[test]
fn deep_nesting_is_refused() {
    let depth = 200_000;
    let deep = [
        "a.".repeat(depth) + "a = 1",
        "[".repeat(depth) + "a = 1",
        "a = ".to_owned() + &"[".repeat(depth),
        "a = ".to_owned() + &"{a=".repeat(depth),
        "[[".repeat(depth),
        format!("[{}a]", "a.".repeat(depth)),
    ];
    for text in deep {
        let found = check(&[source("roadmap.toml", text)]);
        assert!(found.iter().any(|found| found.starts_with("F01")), "{found:?}");
    }
}

#[test]
fn a_megabyte_is_read_in_time() {
    let lines = 40_000;
    let unknown: Vec<String> =
        (0..lines).map(|line| format!("unknown_key_{line} = \"x\"")).collect();
    assert_eq!(check(&[source("bets/x.toml", unknown.join("\n"))]).len(), lines + 5);

    let criterion = "  { metric = \"acceptance\", at_least = 0.5, role = \"goal\" },\n";
    let criteria = criterion.repeat(lines / 2);
    let text = format!(
        "id = \"x\"\ntitle = \"X\"\nhorizon = \"h1\"\nstage = \"proposed\"\n\
         [gate.g]\ncriteria = [\n{criteria}]\n"
    );
    assert!(text.len() > 1_000_000);
    let head = source("roadmap.toml", "edition = 1\n");
    assert_eq!(check(&[head, source("bets/x.toml", text)]), [""; 0]);

    let broken = "]=\n".repeat(300_000);
    let found = check(&[source("roadmap.toml", broken)]);
    assert_eq!(found.len(), 20, "syntax errors are cut off");
}

const BET: &str = "id = \"x\"\ntitle = \"X\"\nhorizon = \"h1\"\nstage = \"proposed\"\n";

/// A roadmap of one bet with more lines.
fn bet(more: &str) -> Vec<Source> {
    vec![source("roadmap.toml", "edition = 1\n"), source("bets/x.toml", format!("{BET}{more}"))]
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// Cost must grow with the length of the text, whatever the mistake: each of these takes minutes
/// when it grows with its square.
#[test]
fn ten_thousand_mistakes_are_found_in_time() {
    let many = 10_000;
    let person = |n| format!("p{n} = {{ name = \"P\", side = \"rd\" }}\n");
    let people = format!("edition = 1\n[people]\n{}", lines(many, person));
    let team = |name: fn(usize) -> String| {
        let names = lines(many, |n| format!("\"{}\",\n", name(n)));
        let bet = source("bets/x.toml", format!("{BET}team = [\n{names}]\n"));
        vec![source("roadmap.toml", people.clone()), bet]
    };
    let criterion = |n| format!("{{ metric = \"acceptance\", at_lest = 0.{n} }},\n");
    let criteria = format!("[gate.g]\ncriteria = [\n{}]\n", lines(many, criterion));
    let mut same_id: Vec<Source> =
        (0..many).map(|n| source(&format!("bets/{n}.toml"), BET)).collect();
    same_id.push(source("roadmap.toml", "edition = 1\n"));
    let cases = [
        ("names near to many", team(|n| format!("q{n}")), many),
        ("names far from many", team(|n| format!("somebody-else-altogether-{n}")), many),
        ("one name, unknown everywhere", team(|_| "nobody".to_owned()), many),
        ("misspelt and missing keys", bet(&criteria), 2 * many),
        ("tables", bet(&lines(many, |n| format!("[table{n}]\nkey = 1\n"))), many),
        ("gates", bet(&lines(many, |n| format!("[gate.g{n}]\ncritera = 1\n"))), many),
        ("wrong items of a list", bet(&format!("team = [{}]\n", "1, ".repeat(many))), many),
        ("one key again and again", bet(&"title = \"X\"\n".repeat(many)), 20),
        ("one name in many files", same_id, many - 1),
    ];
    for (what, sources, expected) in cases {
        assert_eq!(check(&sources).len(), expected, "{what}");
    }
}

#[test]
fn a_line_with_many_mistakes_is_shown_in_time() {
    let keys = lines(10_000, |n| format!("key{n} = 1, "));
    let sources = bet(&format!("scope = {{ {keys} }}\n"));
    let found = parse(&sources).diagnostics;
    assert_eq!(found.len(), 10_000);
    assert!(render(&found, &sources, false).len() < 10_000 * 1_000);
}

#[test]
fn messages_repeat_only_the_start_of_a_long_text() {
    let long = "a".repeat(100_000);
    let cases = [
        format!("[gate.{long}]\nx = 1\ny = 2\n"),
        format!("[scope]\n{long} = 1\n"),
        format!("[cost]\ncurrency = \"{long}\"\n"),
        format!("team = [\"{long}\"]\nallow = [{{ code = \"{long}\" }}]\n"),
        format!("[[component]]\nid = \"{long}\"\nkind = \"{long}\"\neffort = \"{long}\"\n"),
        format!("[[component]]\nid = \"a\"\nkind = \"harness\"\neffort = \"6{long}\"\n"),
    ];
    let heads = [
        format!("[people]\n{long} = {{ sid = 1 }}\n"),
        format!("[people]\n{long} = 1\n[horizons]\n{long} = {{ span = \"{long}\", x = 1 }}\n"),
        format!("[words]\n{long} = 1\n[policy.levels]\n{long} = \"{long}\"\n"),
        format!(
            "[horizons.{long}]\nname = \"a\"\nspan = \"2w..\"\n[horizons.b]\nname = \"b\"\nspan = \"0w..1w\"\n"
        ),
    ];
    let heads = heads.iter().map(|head| {
        vec![source("roadmap.toml", format!("edition = 1\n{head}")), source("bets/x.toml", BET)]
    });
    for sources in cases.iter().map(|case| bet(case)).chain(heads) {
        let found = parse(&sources).diagnostics;
        assert!(!found.is_empty());
        for found in found {
            let said = [Some(&found.message), found.help.as_ref(), found.patch.as_ref()];
            let length: usize = said.into_iter().flatten().map(String::len).sum();
            assert!(length < 2_000, "{length} bytes: {}", &found.message[..200]);
        }
    }
}

#[test]
fn one_long_line_is_cut_where_it_is_shown() {
    let text = format!("edition = 1\nwords = {{ a = \"{}\", b = 1 }}\n", "é".repeat(500_000));
    let sources = [source("roadmap.toml", text)];
    let found = parse(&sources).diagnostics;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(render(&found, &sources, false).len() < 2000);
}

#[test]
fn nothing_at_all_says_that_roadmap_toml_is_missing() {
    let found = check(&[]);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("F03 there is no `roadmap.toml`"), "{found:?}");
}
