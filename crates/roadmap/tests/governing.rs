//! The stage machine, decisions, and what programs read of a log and a plan.

use std::fmt::Write;

use jiff::civil::date;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::effect::Version;
use trueup_roadmap::history::{FileChange, Revision};
use trueup_roadmap::note::Decision;
use trueup_roadmap::stage::{is_step, next};
use trueup_roadmap::word::Word;
use trueup_roadmap::{
    Circumstances, History, Log, Source, check, effect, effect_schema, log_schema, parse,
};

#[test]
fn every_decision_at_every_stage() {
    let mut table = String::new();
    for (stage, from) in Stage::WORDS {
        let _ = write!(table, "{stage}:");
        for (word, decision) in Decision::WORDS {
            if let Ok(to) = next(*from, *decision) {
                let _ = write!(table, " {word}={to}");
                assert!(is_step(*from, to));
            }
        }
        table.push('\n');
    }
    let expected = "proposed: continue=proposed kill=killed advance=framed\n\
        framed: continue=framed pivot=pivoted kill=killed advance=discovery\n\
        discovery: continue=discovery pivot=pivoted kill=killed learned=learned advance=pilot\n\
        pilot: ship=live continue=pilot pivot=pivoted kill=killed learned=learned stop=pilot \
        restart=pilot\n\
        live: continue=live pivot=pivoted kill=killed retire=retired stop=live restart=live\n\
        retired:\nkilled:\nlearned:\npivoted:\n";
    assert_eq!(table, expected);
    assert!(!is_step(Stage::Framed, Stage::Pilot) && !is_step(Stage::Discovery, Stage::Live));
}

const BET: &str = "id = \"a\"\ntitle = \"A\"\nhorizon = \"h1\"\nstage = \"proposed\"\n";

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

/// A history of one bet, a version each day.
fn history(versions: &[&str], found: bool) -> History {
    let revision = |day: usize| Revision {
        commit: format!("{day:040}"),
        on: date(2026, 5, 1 + i8::try_from(day).expect("a short history")),
        by: "Ana".to_owned(),
        email: "ana@example.com".to_owned(),
        subject: format!("day {day}"),
    };
    let change = |day: usize, text: &str| FileChange {
        path: "bets/a.toml".to_owned(),
        text: Some(text.to_owned()),
        found: found && day == 0,
    };
    let all = versions.iter().enumerate();
    History::read(all.map(|(day, text)| (revision(day), vec![change(day, text)])), found)
}

fn sentences(log: &Log) -> Vec<String> {
    log.changes.iter().map(|change| change.moved.sentence()).collect()
}

#[test]
fn lists_come_and_go_and_single_values_change() {
    let first = format!("{BET}serves = [\"x/1\", \"x/2\"]\n[cost]\nproven_at_most = 1\n");
    let second = format!("{BET}serves = [\"x/2\", \"x/3\", \"x/4\"]\n[cost]\nproven_at_most = 2\n");
    let log = Log::of(&history(&[&first, &second], false), Some("a"));
    let expected = [
        "budget `cost.proven_at_most`: 1 → 2",
        "key-result `serves`: removed x/1",
        "key-result `serves`: added x/3",
        "key-result `serves`: added x/4",
        "bet: added A, h1, proposed",
    ];
    assert_eq!(sentences(&log), expected);
}

#[test]
fn what_a_shallow_clone_found_is_nobodys_change() {
    let log = Log::of(&history(&[BET, &BET.replace("h1", "h2")], true), None);
    assert_eq!(sentences(&log), ["horizon: h1 → h2"]);
    assert_eq!(log.known_from.as_deref(), Some("2026-05-01"));
}

#[test]
fn a_gate_that_comes_brings_its_criteria() {
    let gate = "[gate.g]\ncriteria = [{ metric = \"acceptance\", at_least = 0.5, role = \"goal\", among = \"de\" }, { attest = \"runbook\", role = \"readiness\" }]\n";
    let log = Log::of(&history(&[BET, &format!("{BET}{gate}")], false), Some("a"));
    let expected = [
        "criterion g: `acceptance`: added at least 0.5 among `de`, goal",
        "criterion g: attestation `runbook`: added",
        "bet: added A, h1, proposed",
    ];
    assert_eq!(sentences(&log), expected);
}

fn fits(json: &str, schema: &str) {
    let read = |text| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    let validator = jsonschema::validator_for(&read(schema)).expect("a schema");
    let json = read(json);
    let errors: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

/// The effect of changing one file beside `roadmap.toml`.
fn changed(path: &str, old: &str, new: &str) -> trueup_roadmap::Effect {
    let sources =
        [old, new].map(|text| vec![source("roadmap.toml", "edition = 1\n"), source(path, text)]);
    let parsed = sources.each_ref().map(|sources| parse(sources));
    let circumstances = Circumstances { today: date(2026, 6, 1), history: None };
    let found = parsed.each_ref().map(|parsed| check(parsed, &circumstances));
    let version = |side: usize| Version {
        name: ["old", "new"][side],
        sources: &sources[side],
        parsed: &parsed[side],
        diagnostics: &found[side],
        known_from: None,
    };
    effect(&version(0), &version(1))
}

#[test]
fn what_programs_read_fits_its_schema() {
    let log = Log::of(&history(&[BET, &BET.replace("h1", "h2")], true), None);
    fits(&log.json(), &log_schema());
    fits(&changed("bets/a.toml", BET, &BET.replace("h1", "h9")).json(), &effect_schema());
}

#[test]
fn a_finding_that_moves_to_another_line_is_not_new() {
    let broken = format!("{BET}titel = 1\n");
    let moved = changed("bets/a.toml", &broken, &format!("# higher up\n{broken}"));
    assert_eq!((moved.new.len(), moved.gone.len(), moved.bad_news), (0, 0, false));
    let worse = changed("bets/a.toml", BET, &broken);
    assert!(worse.bad_news && worse.new.iter().any(|found| found.code == "F02"));
    let mended = changed("bets/a.toml", &broken, BET);
    assert!(!mended.bad_news && mended.gone.iter().any(|found| found.code == "F02"));
}

#[test]
fn a_notes_text_and_an_entry_of_a_list_are_changes_too() {
    let note = "+++\nkind = \"retro\"\nby = [\"ana\"]\non = 2026-05-01\n+++\nOne.\n";
    let text = changed("notes/n.md", note, &note.replace("One", "Two")).text();
    assert!(text.contains("note `n` field `text`: changed"), "{text}");
    let risk = format!("{BET}[[risk]]\nwhat = \"one\"\n");
    let more = format!("{BET}[[risk]]\nwhat = \"two\"\n[[risk]]\nwhat = \"one\"\n");
    let text = changed("bets/a.toml", &risk, &more).text();
    assert!(text.contains("bet `a` field `risk.what`: added \"two\"\n"), "{text}");
    assert!(!text.contains("one"), "{text}");
}

#[test]
fn a_file_that_can_no_longer_be_read_is_one_change_and_a_finding() {
    let effect = changed("bets/a.toml", BET, &BET.replace("\"A\"", "\"A"));
    assert!(effect.bad_news);
    let text = effect.text();
    assert!(text.contains("\n  bet `a` field `text`: changed\n\n"), "{text}");
}

#[test]
fn a_comment_on_a_pull_request_holds_no_markup_of_the_roadmap() {
    let new = BET.replace("\"A\"", "\"<b>A</b> | **x** [y](z)\"");
    let markdown = changed("bets/a.toml", BET, &new).markdown();
    assert!(
        !markdown.contains("<b>") && !markdown.contains("**") && !markdown.contains("]("),
        "{markdown}"
    );
}
