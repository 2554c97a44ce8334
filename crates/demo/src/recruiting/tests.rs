//! What a reader of the story would notice.

use std::path::Path;

use jiff::civil::{Date, date};
use trueup_roadmap::{Circumstances, Diagnostic, Severity, check, parse};

use super::*;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/recruiting"))
}

/// The errors of a snapshot, one line each.
fn errors(snapshot: &Snapshot, today: Date) -> Vec<String> {
    let parsed = parse(&snapshot.files);
    let found = check(&parsed, &Circumstances { today, history: None });
    let denied = found.iter().filter(|it| it.severity == Severity::Deny);
    denied.map(line).collect()
}

fn line(found: &Diagnostic) -> String {
    format!("{} {}: {}", found.code, found.place.path, found.message)
}

#[test]
fn the_last_commit_holds_the_example_file_by_file() {
    let last = recruiting(END).pop().expect("there is a history");
    let carried: Vec<&str> = last.files.iter().map(|source| source.path.as_str()).collect();
    let mut there = vec!["roadmap.toml".to_owned()];
    for kind in ["bets", "capabilities", "metrics", "notes", "outcomes", "workflows"] {
        for entry in std::fs::read_dir(folder().join(kind)).expect("the example can be listed") {
            let name = entry.expect("the example can be listed").file_name();
            there.push(format!("{kind}/{}", name.to_string_lossy()));
        }
    }
    there.sort();
    assert_eq!(carried, there, "`recruiting/files.rs` lists what the folder holds");
    for source in &last.files {
        let text = std::fs::read_to_string(folder().join(&source.path)).expect("it is there");
        assert!(text == source.text, "`{}` differs", source.path);
    }
}

#[test]
fn every_file_is_added_by_one_commit() {
    let mut files = example();
    for step in steps(HISTORY).iter().rev() {
        step.undo(&mut files);
    }
    assert!(files.is_empty(), "no commit adds {:?}", files.keys());
}

#[test]
fn every_commit_can_be_read_on_any_day() {
    for today in [END, date(2024, 2, 29), Date::MIN, Date::MAX] {
        for snapshot in recruiting(today) {
            let errors = errors(&snapshot, last_day(today));
            let unreadable: Vec<_> = errors.iter().filter(|it| it.starts_with('F')).collect();
            assert!(unreadable.is_empty(), "{}: {unreadable:#?}", snapshot.message);
        }
    }
}

#[test]
fn the_end_is_free_of_errors_and_the_lowered_criterion_was_not() {
    let history = recruiting(END);
    let last = history.last().expect("there is a history");
    assert_eq!(errors(last, END), Vec::<String>::new());
    let lowered = history.iter().find(|it| it.message == "Skill matching: tidy up");
    let errors = errors(lowered.expect("it is in the story"), date(2026, 10, 14));
    assert!(errors.iter().any(|it| it.starts_with("S03 bets/skill-match.toml")), "{errors:#?}");
}

#[test]
fn commits_are_in_order_by_both_sides_and_each_changes_something() {
    let history = recruiting(END);
    assert!(history.windows(2).all(|pair| pair[0].on < pair[1].on));
    assert!(history.windows(2).all(|pair| pair[0].files != pair[1].files));
    let people = parse(&history.last().expect("there is a history").files).roadmap.people;
    let side = |snapshot: &Snapshot| {
        let author = &snapshot.author;
        let known = people.values().find(|person| {
            person.name == author.name && person.email.as_deref() == Some(&author.email)
        });
        known.unwrap_or_else(|| panic!("nobody is {author:?}")).side.spoken()
    };
    let of = |spoken| history.iter().filter(|it| side(it) == spoken).count();
    assert!(of("product") > 10 && of("R&D") > 10);
}

#[test]
fn the_readme_counts_the_commits_and_names_the_day() {
    let commits = format!("{} commits", recruiting(END).len());
    assert!(recruiting_readme(END).contains(&commits), "{commits}");
    let moved = recruiting_readme(date(2026, 11, 25));
    assert!(moved.contains("as of 2026-11-25") && !moved.contains("2026-11-21"), "{moved}");
}
