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
        let (start, end) = (found.place.span.start, found.place.span.end);
        let length = text.map_or(0, |source| source.text.len());
        assert!(start <= end && end <= length, "{found:?} lies outside of {length} bytes");
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
