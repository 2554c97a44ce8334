//! The examples of `docs/language.md` are one roadmap without a fault, and its tables name every key.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use trueup_roadmap::word::Word;
use trueup_roadmap::{
    FileKind, Severity, Source, codes, parse, schema, severity, standard_metrics,
};

fn page() -> String {
    let path = Path::new("../../docs/language.md");
    fs::read_to_string(path).unwrap()
}

fn examples(page: &str) -> Vec<Source> {
    let blocks = page.split("```toml\n#--- ").skip(1);
    let example = |block: &str| {
        let (path, rest) = block.split_once('\n').unwrap();
        let text = rest.split("```").next().unwrap();
        Source { path: path.trim().to_owned(), text: text.to_owned() }
    };
    blocks.map(example).collect()
}

#[test]
fn the_examples_are_one_roadmap() {
    let page = page();
    let examples = examples(&page);
    assert_eq!(examples.len(), page.matches("```toml").count(), "every block names its path");
    let parsed = parse(&examples);
    assert_eq!(parsed.diagnostics, []);
    let metrics = parsed.roadmap.metrics.len() - standard_metrics().len();
    assert_eq!((parsed.roadmap.outcomes.len(), metrics, parsed.roadmap.bets.len()), (1, 2, 1));
    assert!(parsed.roadmap.bets[0].graduation().unwrap().is_signed());
}

/// Every key that the schemas of the files know is on the page.
#[test]
fn every_known_key_is_described() {
    let page = page();
    for (name, kind) in FileKind::WORDS {
        let schema: serde_json::Value = serde_json::from_str(&schema(*kind)).unwrap();
        let mut keys = BTreeSet::new();
        properties(&schema, &mut keys);
        assert!(keys.len() > 5, "{name}: {keys:?}");
        for key in keys {
            let written = ["`", "`[", "`[[", "{ "].map(|before| format!("{before}{key}"));
            let is_there = written.iter().any(|written| page.contains(written));
            assert!(is_there, "`{key}` of {name} is not described");
        }
    }
}

/// Tables whose keys are those of something else: codes of lints, fields of events.
const FOREIGN: [&str; 3] = ["levels", "require", "where"];

fn properties(schema: &serde_json::Value, keys: &mut BTreeSet<String>) {
    match schema {
        serde_json::Value::Object(object) => {
            if let Some(serde_json::Value::Object(properties)) = object.get("properties") {
                keys.extend(properties.keys().cloned());
            }
            let own = object.iter().filter(|(key, _)| !FOREIGN.contains(&key.as_str()));
            own.for_each(|(_, value)| properties(value, keys));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| properties(item, keys)),
        _ => {}
    }
}

/// Every code with its name and level is in a table.
#[test]
fn every_code_is_listed() {
    let read = |path: &str| fs::read_to_string(Path::new("../../docs").join(path)).unwrap();
    let (lints, language) = (read("lints.md"), read("language.md"));
    for (code, name) in codes() {
        let mark = match severity(code) {
            Severity::Deny => "✖",
            Severity::Warn => "▲",
            Severity::Note => "•",
        };
        let listed = lints.contains(&format!("| {code} {name} | {mark} |"));
        let is_syntax = language.contains(&format!("| {code} {name} |"));
        assert!(listed != is_syntax, "{code} {name} {mark}");
    }
}

/// Each row of the mechanisms that text decides has a test that names its number, in a case or in the
/// name of a function.
#[test]
fn every_mechanism_of_the_text_is_tested() {
    let page = fs::read_to_string("../../docs/mechanisms.md").unwrap();
    let rows: Vec<(u32, &str)> = page.lines().filter_map(row).collect();
    assert!(rows.iter().map(|(number, _)| *number).eq(1..=108), "{rows:?}");
    let mut named = BTreeSet::new();
    for file in tests(Path::new("..")) {
        for line in fs::read_to_string(file).unwrap().lines() {
            named.extend(numbers(line));
        }
    }
    let text = rows.iter().filter(|(_, state)| *state == "text");
    let untested: Vec<u32> =
        text.map(|(number, _)| *number).filter(|number| !named.contains(number)).collect();
    assert!(untested.is_empty(), "{untested:?}: rows whose state is `text` and that no test names");
}

/// `| 26 | ... | text | P02 |`: the number and the state.
fn row(line: &str) -> Option<(u32, &str)> {
    let mut cells = line.split('|').map(str::trim).skip(1);
    let number = cells.next()?.parse().ok()?;
    Some((number, cells.nth(1)?))
}

/// The numbers before the colon of a case, or after `row` in the name of a test.
fn numbers(line: &str) -> Vec<u32> {
    let case = line.strip_prefix("#=== ").and_then(|case| Some(case.split_once(": ")?.0));
    let test = ["fn row_", "fn rows_", "fn mechanism_"];
    let test = test.iter().find_map(|start| line.strip_prefix(start));
    let words = case.or(test).unwrap_or_default().split([' ', ',', '_']);
    let words = words.filter(|word| !["", "and", "to"].contains(word));
    words.map_while(|word| word.parse().ok()).collect()
}

/// Every file below the `tests` folders of the crates.
fn tests(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            files.extend(tests(&path));
        } else if path.components().any(|part| part.as_os_str() == "tests") {
            let ending = path.extension().and_then(|ending| ending.to_str());
            files.extend(matches!(ending, Some("rs" | "toml")).then_some(path));
        }
    }
    files
}
