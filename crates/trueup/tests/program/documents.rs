//! Every console block in the README and in `docs/` is run, and prints what the document shows.
//!
//! A block is fenced as `console`; `$ trueup ...` is a command, the lines below it are what it must
//! print (a line `...` stands for any number of lines; no lines at all: it must only not fail).
//! The blocks of one document run in order, in one folder of their own.

use std::path::Path;

use crate::run::{Place, root};

/// A command and what the document shows below it.
struct Step {
    line: usize,
    command: String,
    shown: Vec<String>,
}

#[test]
fn what_the_documents_show_is_what_is_printed() {
    let mut commands = 0;
    for path in documents() {
        let text = std::fs::read_to_string(&path).expect("a document can be read");
        let place = Place::new();
        for step in steps(&text) {
            commands += 1;
            check(&place, &path, &step);
        }
    }
    assert!(commands > 0, "no document shows a command");
}

fn documents() -> Vec<std::path::PathBuf> {
    let mut paths = vec![root().join("README.md")];
    for entry in std::fs::read_dir(root().join("docs")).expect("there are documents") {
        let path = entry.expect("a folder can be listed").path();
        if path.extension().is_some_and(|ending| ending == "md") {
            paths.push(path);
        }
    }
    paths.sort();
    paths
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for (line, content) in text.lines().enumerate() {
        if content.trim_start().starts_with("```") {
            inside = content.trim() == "```console";
        } else if let Some(command) = content.strip_prefix("$ ").filter(|_| inside) {
            steps.push(Step { line: line + 1, command: command.to_owned(), shown: Vec::new() });
        } else if inside {
            let step = steps.last_mut().expect("a console block begins with a command");
            step.shown.push(content.to_owned());
        }
    }
    steps
}

fn check(place: &Place, path: &Path, step: &Step) {
    let words = words(&step.command);
    let at = format!("{}:{}: `{}`", path.display(), step.line, step.command);
    assert_eq!(words.first().copied(), Some("trueup"), "{at}: only `trueup` is run here");
    let ran = place.run(&words[1..]);
    assert!(ran.code < 2, "{at} failed: {}", ran.err);
    let printed: Vec<&str> = ran.out.lines().map(str::trim_end).collect();
    let shown: Vec<&str> = step.shown.iter().map(|line| line.trim_end()).collect();
    let (printed, shown) = (trimmed(&printed), trimmed(&shown));
    assert!(shown.is_empty() || matches(shown, printed), "{at} prints now:\n{}", ran.out);
}

/// The words of a command; what stands in double quotes is one.
fn words(command: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (place, piece) in command.split('"').enumerate() {
        if place % 2 == 1 { words.push(piece) } else { words.extend(piece.split_whitespace()) }
    }
    words
}

/// Without empty lines at both ends.
fn trimmed<'a>(mut lines: &'a [&'a str]) -> &'a [&'a str] {
    while let [first, rest @ ..] = lines
        && first.is_empty()
    {
        lines = rest;
    }
    while let [rest @ .., last] = lines
        && last.is_empty()
    {
        lines = rest;
    }
    lines
}

/// Whether the lines shown are those printed, with `...` for any number of lines.
fn matches(shown: &[&str], printed: &[&str]) -> bool {
    match (shown, printed) {
        ([], []) => true,
        (["...", rest @ ..], _) => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        ([first, shown @ ..], [line, printed @ ..]) => first == line && matches(shown, printed),
        _ => false,
    }
}
