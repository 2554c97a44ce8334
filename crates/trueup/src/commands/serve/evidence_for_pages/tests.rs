//! What pages are told of a small store, which is counted by hand here.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use trueup_evidence::browse::{Filter, Start};
use trueup_evidence::{Event, Table};
use trueup_lake::{Lake, WriterOptions, block_on};
use trueup_pages::evidence::Spent;
use trueup_site::NotShown;

use super::{interaction, interactions, sample, spending};
use crate::commands::document::Document;

const NOW: &str = "2026-11-20T00:00:00Z";

const ROADMAP: &str = include_str!("../../../../tests/program/small/roadmap.toml");
const OUTCOME: &str = include_str!("../../../../tests/program/small/faster.toml");
const BET: &str = r#"id = "chat"
title = "Chat"
horizon = "h1"
stage = "pilot"
serves = ["faster/kr1"]
[problem]
who = "Agents"
improve = "minutes"
from = 9
to = 6
unit = "min/reply"
[mode]
kind = "augment"
[box]
starts = 2026-11-01
decide_by = 2026-12-31
if_undecided = "kill"
[gate.graduate]
criteria = [ { metric = "acceptance", at_least = 0.5, role = "goal" } ]
"#;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn used(id: &str, day: u8, bet: Option<&str>, cost: Option<f64>) -> Event {
    let mut event = Event::new(Table::Interactions);
    event.set("id", id);
    event.set("at", at(&format!("2026-11-{day:02}T10:00:00Z")));
    event.set_some("bet", bet);
    event.set("unit", "u_ada");
    event.set("model_answered", "m");
    event.set_some("cost", cost);
    event
}

fn did(id: &str, kind: &str) -> Event {
    let mut event = Event::new(Table::Actions);
    for (name, text) in [("id", &*format!("{id}/{kind}")), ("interaction", id), ("kind", kind)] {
        event.set(name, text);
    }
    event.set("at", at("2026-11-15T00:00:00Z"));
    event
}

fn lake(folder: &Path, events: Vec<Event>) -> Lake {
    let lake = Lake::open(folder).expect("a store");
    block_on(async {
        let writer = lake.writer(WriterOptions { now: || at(NOW), ..WriterOptions::default() });
        writer.append(events).await.expect("there is room");
        writer.close().await;
    });
    lake
}

fn filled(folder: &Path) -> Lake {
    let part = {
        let mut part = used("part", 14, Some("chat"), Some(0.5));
        part.set("part_of", "whole");
        part
    };
    let whole = {
        let mut whole = used("whole", 14, Some("chat"), None);
        whole.set("composed", 1_i64);
        whole
    };
    let events = vec![
        used("old", 1, Some("chat"), Some(100.0)),
        used("a", 12, Some("chat"), Some(0.25)),
        used("b", 13, Some("chat"), None),
        used("c", 13, None, Some(1.0)),
        whole,
        part,
        did("a", "accept"),
        did("b", "reject"),
        did("a", "view"),
    ];
    lake(folder, events)
}

#[test]
fn what_uses_cost_is_added_up_over_their_parts_and_the_unpriced_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = filled(folder.path());
    let spending = spending(&lake, Date::constant(2026, 11, 20), 10).expect("it can be counted");
    assert_eq!((spending.from.as_str(), spending.to.as_str()), ("2026-11-11", "2026-11-20"));
    let row = |bet: Option<&str>, cost: Option<f64>| Spent {
        bet: bet.map(str::to_owned),
        model: Some("m".to_owned()),
        tier: None,
        cost,
        currency: cost.map(|_| "USD".to_owned()),
        ..Spent::default()
    };
    let mut rows = spending.rows;
    rows.sort_by_key(|row| (row.bet.clone(), row.currency.clone()));
    let expected = [
        Spent { interactions: 1, accepted: Some(0), ..row(None, Some(1.0)) },
        Spent { interactions: 2, accepted: Some(0), unpriced: 1, ..row(Some("chat"), None) },
        Spent { interactions: 1, accepted: Some(1), ..row(Some("chat"), Some(0.75)) },
    ];
    assert_eq!(rows, expected);
}

#[test]
fn the_rows_behind_a_number_are_those_that_are_counted_for_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in
        [("roadmap.toml", ROADMAP), ("outcomes/faster.toml", OUTCOME), ("bets/chat.toml", BET)]
    {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is ours");
        std::fs::write(path, text).expect("the folder is ours");
    }
    let document = Document::read(Some(folder.path()), None).expect("a roadmap");
    let lake = filled(&folder.path().join("store"));
    let found = sample(&document, &lake, at(NOW), ("chat", "acceptance"), None);
    let found = found.expect("it is asked");
    assert_eq!(found.columns, ["id", "interaction_at", "unit", "kind", "counts"]);
    assert_eq!(found.total, 2, "{}", found.query);
    let rows: Vec<(&str, &str, &str)> =
        found.rows.iter().map(|row| (&*row[0], &*row[3], &*row[4])).collect();
    assert_eq!(rows, [("b", "reject", "no"), ("a", "accept", "yes")]);
    for (bet, metric) in [("chat", "no-such"), ("nobody", "acceptance")] {
        let unknown = sample(&document, &lake, at(NOW), (bet, metric), None);
        assert!(matches!(unknown, Err(NotShown::Unknown(_))), "{unknown:?}");
    }
}

#[test]
fn where_nothing_came_in_there_is_nothing_to_show() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::open(&folder.path().join("none")).expect("a store");
    let listing = interactions(&lake, &Filter::default(), &Start::Newest, 10).expect("empty");
    assert!(listing.entries.is_empty() && listing.older.is_none());
    assert!(interaction(&lake, "x", None).expect("empty").is_none());
    assert!(spending(&lake, Date::constant(2026, 11, 20), 30).expect("empty").rows.is_empty());
}
