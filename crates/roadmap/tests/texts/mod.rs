//! Texts to edit and to format: real roadmaps, and TOML of every shape.

use std::path::{Path, PathBuf};

use jiff::civil::date;
use proptest::prelude::*;
use trueup_roadmap::{Source, init_files};

/// The roadmap of `init`, the standard metrics, the examples and, if present, the shared example.
pub fn real() -> Vec<Source> {
    let root = Path::new("../..");
    let shared =
        std::env::var_os("TRUEUP_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let mut sources = init_files(date(2026, 11, 21));
    sources.retain(|source| {
        !source.path.starts_with(".schema/") && !source.path.starts_with("notes/")
    });
    for folder in [root.join("examples"), Path::new("metrics").to_owned(), shared.join("example")] {
        read(&folder, &mut sources);
    }
    assert!(sources.len() > 30, "only {} files", sources.len());
    sources
}

fn read(folder: &Path, sources: &mut Vec<Source>) {
    let Ok(listing) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> =
        listing.map(|entry| entry.expect("a folder can be listed").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read(&path, sources);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            let text = std::fs::read_to_string(&path).expect("a file can be read");
            sources.push(Source { path: path.display().to_string(), text });
        }
    }
}

/// The same text with other line ends, marks and endings.
pub fn variants(text: &str) -> [String; 4] {
    [
        text.to_owned(),
        text.replace('\n', "\r\n"),
        format!("\u{feff}{text}"),
        text.trim_end().to_owned(),
    ]
}

/// TOML with tables, dotted keys, comments and odd spaces everywhere.
pub fn toml() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "b", "c", "d", "\"x y\"", "'é'", "long-name_1"]);
    let key = prop::collection::vec(name, 1..3)
        .prop_flat_map(|names| prop::sample::select(vec![names.join("."), names.join(" . ")]));
    let entry = (key.clone(), "[ \t]{0,3}", value(), comment());
    let entry = entry.prop_map(|(key, space, value, comment)| {
        format!("{space}{key}{space}={space}{value}{comment}")
    });
    let header = (key, any::<bool>(), comment()).prop_map(|(key, is_array, comment)| {
        if is_array { format!("[[{key}]]{comment}") } else { format!("[ {key} ]{comment}") }
    });
    let line = prop_oneof![
        6 => entry,
        2 => header,
        1 => "[ \t]{0,2}",
        1 => " ?# [a-zé]{0,5} {0,2}",
    ];
    let end = prop::sample::select(vec!["\n", "\r\n"]);
    let text = (prop::collection::vec(line, 0..14), end, any::<bool>());
    text.prop_map(|(lines, end, is_closed)| {
        // Keeps the lines that go together; keys given twice would make most texts no TOML.
        let mut text = String::new();
        for line in lines {
            let longer = format!("{text}{line}{end}");
            if trueup_roadmap::fields(&longer).is_ok() {
                text = longer;
            }
        }
        if is_closed { text } else { text.trim_end().to_owned() }
    })
}

fn comment() -> impl Strategy<Value = String> {
    prop_oneof![3 => Just(String::new()), 1 => "[ \t]{0,9}#[ a-zé]{0,8}"]
}

fn value() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(vec![
        "1",
        "0.70",
        "1_000",
        "0x1F",
        "true",
        "nan",
        "-inf",
        "2026-12-11",
        "\"text\"",
        "'lit'",
        "\"é \\\" # \\u00e9\"",
        "\"\"\"\nmany  \n lines\"\"\"",
        "'''\r\n x'''",
        "\"a rather long text that takes up quite some columns\"",
    ]);
    let scalar = scalar.prop_map(str::to_owned);
    scalar.prop_recursive(3, 24, 6, |inner| {
        let space =
            prop::sample::select(vec!["", " ", "  ", "\n", "\n  ", " # c\n", "\n# own\n", "\n\n"]);
        let list = prop::collection::vec((space.clone(), inner.clone(), space.clone()), 0..6);
        let list = (list, any::<bool>(), space).prop_map(|(items, comma, space)| {
            let items: Vec<String> = items
                .into_iter()
                .map(|(before, item, after)| format!("{before}{item}{after}"))
                .collect();
            let comma = if comma && !items.is_empty() { "," } else { "" };
            format!("[{}{comma}{space}]", items.join(","))
        });
        let gap = prop::sample::select(vec!["", " ", "   ", "\t"]);
        let table = prop::collection::btree_map("[a-d]|\"x y\"|e\\.f", (gap, inner), 0..4);
        let table = table.prop_map(|entries| {
            let entries: Vec<String> = entries
                .into_iter()
                .map(|(key, (gap, value))| format!("{gap}{key}{gap}={gap}{value}{gap}"))
                .collect();
            format!("{{{}}}", entries.join(","))
        });
        prop_oneof![list, table]
    })
}
