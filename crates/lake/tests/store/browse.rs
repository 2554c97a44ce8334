//! Single interactions: pages of them hold what a plain loop over the rows finds, each once and in order.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value as Json, json};
use trueup_evidence::browse::{Belongs, Count, Cursor, Entry, Filter, Listing, Outcome, Start};
use trueup_evidence::schema::ACTION_KINDS;
use trueup_evidence::{Event, Table};
use trueup_lake::{Erasure, Form, Lake, MergeOptions, Question, block_on};

use super::arrivals::{event, options};
use super::stream::Row;
use super::world::START;
use super::{Desk, NOW, at};

/// What an attacker would write where a name is asked for, and what looks like a pattern.
const HOSTILE: [&str; 7] = [
    "' OR '1'='1",
    "x'; DROP TABLE interactions; --",
    "%",
    "_",
    "\" OR 1=1 --",
    "\u{202e}<script>alert(1)</script>\0",
    "it's \\ \"quoted\"",
];

/// A made-up company, where many things happen in the same second.
struct World {
    rows: Vec<(Table, Row)>,
}

impl World {
    fn made(seed: u64, interactions: usize) -> World {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let mut world = World { rows: Vec::new() };
        for number in 0..interactions {
            let id = format!("i{:04}", (number * 7919) % 10_000);
            world.interaction(&mut chance, &id, number);
            for seq in 0..chance.random_range(0..3) {
                let kind = *ACTION_KINDS.choose(&mut chance).expect("some");
                let action = json!({
                    "id": format!("{id}/{seq}"), "interaction": id, "seq": seq, "at": NOW, "kind": kind,
                });
                world.push(Table::Actions, action);
            }
            if chance.random_bool(0.5) {
                world.score(&mut chance, &id, number);
            }
        }
        world
    }

    fn interaction(&mut self, chance: &mut ChaCha8Rng, id: &str, number: usize) {
        let day = chance.random_range(0..6_i64);
        let seconds = if chance.random_bool(0.5) { 0 } else { chance.random_range(0..86_400_i64) };
        let mut row = json!({
            "id": id,
            "at": (at(START) + (day * 24).hours() + seconds.seconds()).to_string(),
            "response_id": format!("r-{id}"),
        });
        for (name, often, values) in [
            ("bet", 0.9, ["chat", HOSTILE[0], "small"]),
            ("variant", 0.6, ["A", "B", HOSTILE[2]]),
            ("model_answered", 0.5, ["m1", "m2", HOSTILE[1]]),
            ("model_requested", 0.5, ["m1", "m2", "m3"]),
            ("tier", 0.5, ["small", "large", HOSTILE[3]]),
            ("unit", 0.8, ["u_ada", "u_bo", HOSTILE[6]]),
            ("session", 0.4, ["s1", "s2", "s3"]),
            ("error", 0.2, ["timeout", "refused", HOSTILE[5]]),
            ("text", 0.5, ["Ärger with THE bill", HOSTILE[5], HOSTILE[6]]),
        ] {
            if chance.random_bool(often) {
                row[name] = json!(values.choose(chance));
            }
        }
        if chance.random_bool(0.7) {
            row["cost"] = json!(f64::from(chance.random_range(0..8)) / 8.0);
            row["latency_ms"] = json!(f64::from(chance.random_range(0..8)) * 100.0);
        }
        if number.is_multiple_of(9) {
            row["part_of"] = json!("i0000");
        }
        self.push(Table::Interactions, row);
    }

    fn score(&mut self, chance: &mut ChaCha8Rng, id: &str, number: usize) {
        let (kind, target) = match chance.random_range(0..5) {
            0 => (json!("response"), format!("r-{id}")),
            1 => (json!("action"), format!("{id}/0")),
            2 => (json!("session"), "s1".to_owned()),
            3 => (Json::Null, id.to_owned()),
            _ => (json!("interaction"), id.to_owned()),
        };
        let name = ["label", "csat", HOSTILE[1]].choose(chance);
        let score = json!({
            "id": format!("s-{number}"), "target": target, "target_kind": kind, "at": NOW,
            "name": name, "value": 1.0,
        });
        self.push(Table::Scores, score);
    }

    fn push(&mut self, table: Table, row: Json) {
        let Json::Object(mut row) = row else { unreachable!("only objects are made rows") };
        row.retain(|_, value| !value.is_null());
        self.rows.push((table, row));
    }

    fn events(&self) -> Vec<Event> {
        self.rows.iter().map(event).collect()
    }
}

/// The rows of the store as the engine reads them.
struct Rows {
    interactions: Vec<Row>,
    actions: Vec<Row>,
    scores: Vec<Row>,
}

impl Rows {
    async fn read(lake: &Lake) -> Rows {
        let [interactions, actions, scores] = [
            rows(lake, "interactions").await,
            rows(lake, "actions").await,
            rows(lake, "scores").await,
        ];
        Rows { interactions, actions, scores }
    }

    fn passing(&self, filter: &Filter) -> Vec<Cursor> {
        let all = self.interactions.iter().filter(|row| self.passes(row, filter));
        let mut all: Vec<Cursor> = all.map(place).collect();
        all.sort();
        all.reverse();
        all
    }

    fn passes(&self, row: &Row, filter: &Filter) -> bool {
        let is = |name: &str, wanted: &Option<String>| {
            wanted.as_ref().is_none_or(|wanted| text(row, name) == Some(wanted))
        };
        let least = |name: &str, wanted: Option<f64>| {
            wanted.is_none_or(|least| {
                row.get(name).and_then(Json::as_f64).is_some_and(|it| it >= least)
            })
        };
        let day = at(text(row, "at").expect("a time")).to_zoned(jiff::tz::TimeZone::UTC).date();
        let model = text(row, "model_answered").or(text(row, "model_requested"));
        let kinds: Vec<&str> =
            self.actions_of(row).map(|action| text(action, "kind").expect("a kind")).collect();
        (text(row, "part_of").is_none() || filter.trace.is_some())
            && match &filter.bet {
                None => true,
                Some(Belongs::ToNone) => text(row, "bet").is_none(),
                Some(Belongs::To(bet)) => text(row, "bet") == Some(bet),
            }
            && filter.from.is_none_or(|from| from <= day)
            && filter.to.is_none_or(|to| day <= to)
            && is("variant", &filter.variant)
            && is("tier", &filter.tier)
            && is("unit", &filter.unit)
            && is("trace", &filter.trace)
            && filter.model.as_deref().is_none_or(|wanted| model == Some(wanted))
            && least("cost", filter.least_cost)
            && least("latency_ms", filter.least_latency_ms)
            && (!filter.errors || text(row, "error").is_some())
            && filter.text.as_ref().is_none_or(|part| {
                text(row, "text").is_some_and(|it| it.to_lowercase().contains(&part.to_lowercase()))
            })
            && match filter.outcome {
                None => true,
                Some(Outcome::Nothing) => kinds.is_empty(),
                Some(Outcome::Did(kind)) => kinds.contains(&kind),
            }
            && filter.score.as_deref().is_none_or(|wanted| {
                self.scores_of(row).any(|score| text(score, "name") == Some(wanted))
            })
    }

    fn actions_of(&self, row: &Row) -> impl Iterator<Item = &Row> {
        self.actions.iter().filter(|action| action.get("interaction") == row.get("id"))
    }

    fn scores_of(&self, row: &Row) -> impl Iterator<Item = &Row> {
        self.scores.iter().filter(|score| {
            let target = text(score, "target");
            let same_time = score.get("interaction_at") == row.get("at");
            match text(score, "target_kind").unwrap_or("interaction") {
                "interaction" => target == text(row, "id"),
                "action" => self.actions_of(row).any(|action| text(action, "id") == target),
                "response" => target == text(row, "response_id") && same_time,
                "session" => target == text(row, "session") && same_time,
                _ => false,
            }
        })
    }

    fn check(&self, entry: &Entry) {
        let id = entry.interaction.text("id").expect("an id");
        let row = self.interactions.iter().find(|row| text(row, "id") == Some(id));
        let row = row.expect("it is in the table");
        assert_eq!(entry.interaction.text("unit"), text(row, "unit"));
        for (found, expected) in
            [(&entry.actions, ids(self.actions_of(row))), (&entry.scores, ids(self.scores_of(row)))]
        {
            let found: BTreeSet<&str> = found.iter().filter_map(|event| event.text("id")).collect();
            assert_eq!(found, expected, "of {id}");
        }
    }
}

fn ids<'a>(rows: impl Iterator<Item = &'a Row>) -> BTreeSet<&'a str> {
    rows.filter_map(|row| text(row, "id")).collect()
}

fn text<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    row.get(name)?.as_str()
}

fn place(row: &Row) -> Cursor {
    let id = text(row, "id").expect("an id").to_owned();
    Cursor { at: at(text(row, "at").expect("a time")), id }
}

async fn rows(lake: &Lake, table: &str) -> Vec<Row> {
    let question = Question {
        sql: format!("SELECT * FROM {table}"),
        most_memory: 256 << 20,
        longest: std::time::Duration::from_mins(1),
        most_rows: None,
    };
    let mut out = Vec::new();
    lake.ask(&question, Form::JsonLines, &mut out).await.expect("it reads");
    let text = String::from_utf8(out).expect("JSON is text");
    let rows = text.lines().map(|line| serde_json::from_str::<Row>(line).expect("JSON"));
    rows.map(|mut row| {
        row.retain(|_, value| !value.is_null());
        row
    })
    .collect()
}

fn filter(chance: &mut ChaCha8Rng) -> Filter {
    let mut some = |often: f64, values: &[&str]| -> Option<String> {
        let value = (*values.choose(chance).expect("some")).to_owned();
        let value = if chance.random_bool(0.2) {
            (*HOSTILE.choose(chance).expect("some")).to_owned()
        } else {
            value
        };
        chance.random_bool(often).then_some(value)
    };
    let bet = some(0.3, &["chat", "small", "(none)"]);
    let mut filter = Filter {
        bet: bet.map(|it| if it == "(none)" { Belongs::ToNone } else { Belongs::To(it) }),
        variant: some(0.15, &["A", "B"]),
        model: some(0.15, &["m1", "m2", "m3"]),
        tier: some(0.15, &["small", "large"]),
        unit: some(0.15, &["u_ada", "u_bo"]),
        text: some(0.15, &["ärger", "the BILL", "bi"]),
        score: some(0.15, &["label", "csat"]),
        trace: some(0.03, &["t"]),
        ..Filter::default()
    };
    let day = |chance: &mut ChaCha8Rng| Date::constant(2026, 11, chance.random_range(1..8));
    filter.from = chance.random_bool(0.15).then(|| day(chance));
    filter.to = chance.random_bool(0.15).then(|| day(chance));
    filter.errors = chance.random_bool(0.1);
    filter.least_cost = chance.random_bool(0.1).then_some(0.5);
    filter.least_latency_ms = chance.random_bool(0.1).then_some(300.0);
    if chance.random_bool(0.2) {
        let kind = ACTION_KINDS.choose(chance).expect("some");
        filter.outcome =
            Some(if chance.random_bool(0.3) { Outcome::Nothing } else { Outcome::Did(kind) });
    }
    filter
}

async fn browse(lake: &Lake, filter: &Filter, start: &Start, limit: usize) -> Listing {
    let listing = lake.browse(filter, start, limit).await.expect("it can be read");
    assert_eq!((&listing.faults, &listing.ended_at), (&Vec::new(), &None));
    assert!(listing.entries.len() <= limit);
    listing
}

fn places(listing: &Listing) -> Vec<Cursor> {
    let cursor = |entry: &Entry| Cursor::of(&entry.interaction).expect("id and time");
    listing.entries.iter().map(cursor).collect()
}

/// All pages, down and up again.
async fn check(lake: &Lake, rows: &Rows, filter: &Filter, limit: usize) -> usize {
    let expected = rows.passing(filter);
    let first = browse(lake, filter, &Start::Newest, limit).await;
    assert_eq!(first.count, Some(Count { n: expected.len() as u64, or_more: false }), "{filter:?}");
    assert_eq!(first.newer, None);
    let (mut down, mut last) = (places(&first), first);
    while let Some(cursor) = last.older.take() {
        last.entries.iter().for_each(|entry| rows.check(entry));
        last = browse(lake, filter, &Start::Below(cursor), limit).await;
        down.extend(places(&last));
    }
    assert_eq!(down, expected, "{filter:?}");
    let mut up = places(&last);
    while let Some(cursor) = last.newer.take() {
        last = browse(lake, filter, &Start::Above(cursor), limit).await;
        assert!(last.older.is_some());
        up.splice(0..0, places(&last));
    }
    assert_eq!(up, expected, "{filter:?}");
    expected.len()
}

#[test]
fn pages_hold_what_a_plain_loop_finds_before_a_merge_between_and_after() {
    for seed in 0..2 {
        let folder = tempfile::tempdir().expect("a folder");
        let lake = Lake::open(folder.path()).expect("a store");
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        block_on(async {
            let writer = lake.writer(options());
            let mut events = World::made(seed, 120).events();
            let rest = events.split_off(events.len() / 2);
            let mut found = 0;
            for (events, merges) in [(events, 0), (Vec::new(), 1), (rest, 0), (Vec::new(), 1)] {
                if !events.is_empty() {
                    writer.append(events).await.expect("there is room");
                }
                for _ in 0..merges {
                    lake.merge(MergeOptions::default(), at(NOW)).await.expect("it merges");
                }
                let rows = Rows::read(&lake).await;
                assert!(rows.interactions.len() >= 50, "{}", rows.interactions.len());
                check(&lake, &rows, &Filter::default(), 40).await;
                for _ in 0..15 {
                    let limit = chance.random_range(2..30);
                    found += check(&lake, &rows, &filter(&mut chance), limit).await;
                }
            }
            assert!(found > 100, "filters let rows through: {found}");
        });
    }
}

#[test]
fn who_pages_on_while_rows_are_merged_sees_each_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::open(folder.path()).expect("a store");
    block_on(async {
        let writer = lake.writer(options());
        let events = World::made(7, 120).events();
        for events in events.chunks(40) {
            writer.append(events.to_vec()).await.expect("there is room");
        }
        let all = Rows::read(&lake).await.passing(&Filter::default());
        let merging = lake.clone();
        let merges = tokio::spawn(async move {
            let one = MergeOptions { most_bytes: 1 };
            while merging.merge(one, at(NOW)).await.expect("it merges").objects > 0 {}
        });
        for _ in 0..3 {
            let (mut seen, mut start) = (Vec::new(), Some(Start::Newest));
            while let Some(place) = start.take() {
                let listing = browse(&lake, &Filter::default(), &place, 13).await;
                seen.extend(places(&listing));
                start = listing.older.map(Start::Below);
            }
            assert_eq!(seen, all);
        }
        merges.await.expect("it ends");
    });
}

#[test]
fn the_path_of_one_holds_all_that_belongs_to_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::open(folder.path()).expect("a store");
    let row = |table, row: Json| {
        let Json::Object(row) = row else { unreachable!("an object") };
        event(&(table, row))
    };
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let span = |span: &str, parent: Option<&str>, second: u32| {
        let mut row = json!({"id": format!("{trace}-{span}"), "trace": trace, "span": span, "bet": "chat",
            "at": format!("2026-11-01T23:59:{second}Z"), "op": "chat", "unit": "u_ada"});
        if let Some(parent) = parent {
            row["parent"] = json!(parent);
        }
        row
    };
    let root = format!("{trace}-a1");
    let mut agent = span("a1", None, 10);
    agent["op"] = json!("invoke_agent");
    let events = vec![
        row(Table::Interactions, agent),
        row(Table::Interactions, span("a2", Some("a1"), 11)),
        row(
            Table::Interactions,
            json!({"id": "alone", "at": "2026-11-01T23:59:59Z", "bet": "chat"}),
        ),
        row(
            Table::Actions,
            json!({"id": "act", "interaction": root, "seq": 1, "at": NOW, "kind": "edit",
                "edit_share_first": 0.25}),
        ),
        row(
            Table::Scores,
            json!({"id": "s1", "target": trace, "target_kind": "trace", "at": NOW, "name": "csat", "value": 0.5}),
        ),
        row(
            Table::Scores,
            json!({"id": "s2", "target": "act", "target_kind": "action", "at": NOW, "name": "label", "value": 1.0}),
        ),
        row(
            Table::Payloads,
            json!({"id": "p1", "interaction": root, "kind": "output", "at": NOW, "text": "words ".repeat(1000)}),
        ),
    ];
    block_on(async {
        let writer = lake.writer(options());
        writer.append(events).await.expect("there is room");
        for _ in 0..2 {
            for near in [None, Some(Date::constant(2026, 11, 1)), Some(Date::constant(2020, 1, 1))]
            {
                let trail = lake.trail(&root, near).await.expect("a store").expect("it is there");
                assert_eq!(trail.entry.interaction.text("unit"), Some("u_ada"));
                let names = |events: &[Event]| -> Vec<String> {
                    events.iter().filter_map(|it| it.text("id")).map(str::to_owned).collect()
                };
                assert_eq!(names(&trail.entry.actions), ["act"]);
                assert_eq!(names(&trail.entry.scores), ["s1", "s2"]);
                assert_eq!(names(&trail.spans), [format!("{trace}-a2")]);
                assert_eq!(trail.payloads[0].text("text").map(str::len), Some(6000));
                assert_eq!(trail.faults, [""; 0]);
            }
            assert!(lake.trail("nobody", None).await.expect("a store").is_none());
            let alone = lake.trail("alone", None).await.expect("a store").expect("it is there");
            assert!(alone.spans.is_empty() && alone.entry.actions.is_empty());
            let of_trace = Filter { trace: Some(trace.to_owned()), ..Filter::default() };
            assert_eq!(browse(&lake, &of_trace, &Start::Newest, 10).await.entries.len(), 2);
            lake.merge(MergeOptions::default(), at(NOW)).await.expect("it merges");
        }
    });
}

#[test]
fn a_broken_file_is_said_and_the_rest_shown_and_who_is_erased_is_not() {
    let desk = Desk::new();
    let sql = "INSERT INTO interactions SELECT id, at, 'chat' AS bet, unit FROM rows";
    let rows = "id,at,unit\na,2026-11-01T00:00:00Z,u_ada\nb,2026-11-02T00:00:00Z,u_bo\n\
                c,2026-11-03T00:00:00Z,u_ada\n";
    desk.add("rows.csv", rows, sql);
    let ids = |listing: &Listing| -> Vec<String> {
        places(listing).into_iter().map(|place| place.id).collect()
    };
    let all = |lake: &Lake| {
        block_on(lake.browse(&Filter::default(), &Start::Newest, 10)).expect("it can be read")
    };
    assert_eq!(ids(&all(&desk.lake())), ["c", "b", "a"]);

    let day = desk.store().join("interactions/day=2026-11-02");
    let file = std::fs::read_dir(day).expect("a day").flatten().next().expect("a file").path();
    let whole = std::fs::read(&file).expect("a file");
    for broken in [&whole[..whole.len() / 2], b"", &vec![7_u8; whole.len()][..]] {
        std::fs::write(&file, broken).expect("the store is ours");
        let listing = all(&desk.lake());
        assert_eq!(ids(&listing), ["c", "a"]);
        assert!(
            listing.faults.len() == 1 && listing.faults[0].contains("2026-11-02"),
            "{listing:?}"
        );
        let trail = block_on(desk.lake().trail("a", None)).expect("it can be read");
        assert_eq!(trail.expect("it is there").faults, listing.faults, "parts may lie there");
    }
    std::fs::write(&file, whole).expect("the store is ours");

    let erasure = Erasure { unit: "u_ada".to_owned(), user_id: None, dry_run: false, now: at(NOW) };
    let lake = desk.lake();
    assert_eq!(ids(&all(&lake)), ["c", "b", "a"]);
    block_on(lake.erase(&erasure)).expect("a person can be removed");
    assert_eq!(ids(&all(&lake)), ["b"]);
    assert!(block_on(lake.trail("a", None)).expect("a store").is_none());
}
