//! Whatever the order, the grouping and the repetition in which events arrive, wherever merges fall
//! and the process dies: the tables are what a plain reading of the rules makes of the events.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use datafusion::arrow::json::LineDelimitedWriter;
use futures::TryStreamExt;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value as Json, json};
use trueup_evidence::{Event, Kind, Table, Value};
use trueup_lake::columns::Layout;
use trueup_lake::store::{Snapshot, read};
use trueup_lake::{AppendError, Disk, Form, Lake, MergeOptions, Question, WriterOptions, block_on};

use super::frail::Frail;
use super::rules::{self, Rows};
use super::stream::{Row, Stream};
use super::{NOW, at};

pub fn options() -> WriterOptions {
    WriterOptions { linger: std::time::Duration::ZERO, now: || at(NOW), ..WriterOptions::default() }
}

/// How many made-up worlds are tried: `TRUEUP_ROUNDS`, if it is set.
fn rounds(usual: u64) -> u64 {
    std::env::var("TRUEUP_ROUNDS").ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}

/// An event with the fields of a row.
pub fn event((table, row): &(Table, Row)) -> Event {
    let mut event = Event::new(*table);
    for (name, value) in row {
        let field = table.field(name).expect("a field of the table");
        let value = match (field.kind, value) {
            (_, Json::Null) => continue,
            (Kind::Text, Json::String(text)) => Value::from(text.as_str()),
            (Kind::Texts, Json::Array(texts)) => Value::from(
                texts
                    .iter()
                    .map(|it| it.as_str().unwrap_or_default().to_owned())
                    .collect::<Vec<_>>(),
            ),
            (Kind::Number, number) => Value::from(number.as_f64().expect("a number")),
            (Kind::Integer, number) => Value::from(number.as_i64().expect("an integer")),
            (Kind::Time, Json::String(time)) => Value::from(at(time)),
            (kind, value) => panic!("{value} is not {}", kind.noun()),
        };
        event.set(name, value);
    }
    event
}

pub fn events(rows: &[(Table, Row)]) -> Vec<Event> {
    rows.iter().map(event).collect()
}

/// All rows of the tables, without what is empty, by table and id. Fails if an id is there twice.
pub async fn stored(lake: &Lake) -> Rows {
    let mut all = Rows::new();
    for table in Table::STORED {
        let snapshot = Snapshot::read(lake.disk(), Layout::of(table)).await.expect("a table");
        for file in &snapshot.files {
            let batches = read::rows(&snapshot, file).await.expect("a file");
            let batches: Vec<_> = batches.try_collect().await.expect("rows");
            let mut writer = LineDelimitedWriter::new(Vec::new());
            for batch in &batches {
                writer.write(batch).expect("rows become JSON");
            }
            writer.finish().expect("rows become JSON");
            let text = String::from_utf8(writer.into_inner()).expect("JSON is text");
            for line in text.lines() {
                let mut row: Row = serde_json::from_str(line).expect("JSON");
                let time = row.get(table.target_time()).or(row.get("at")).and_then(Json::as_str);
                let day = at(time.expect("every row has a time")).as_second().div_euclid(86_400);
                assert_eq!(i64::from(file.day), day, "{row:?}");
                rules::tidy(&mut row);
                let id = row["id"].as_str().expect("an id").to_owned();
                let twice = all.insert((table, id), row);
                assert_eq!(twice, None, "stored twice");
            }
        }
    }
    all
}

pub fn assert_same(found: &Rows, expected: &Rows) {
    for (key, row) in expected {
        let found = found.get(key).unwrap_or_else(|| panic!("{key:?} is lost: {row:?}"));
        assert_eq!(found, row, "{key:?}");
    }
    assert_eq!(found.len(), expected.len(), "something was made up");
}

async fn merge_all(lake: &Lake) {
    while lake.merge(MergeOptions::default(), at(NOW)).await.expect("it merges").objects > 0 {}
}

/// Fails if a reader, who also sees what is not merged yet, finds an id twice.
async fn assert_read_once(lake: &Lake) {
    let twice = Table::STORED.map(|table| {
        let name = table.name();
        format!("SELECT '{name}' AS in_table, id FROM {name} GROUP BY id HAVING count(*) > 1")
    });
    let question = Question {
        sql: twice.join(" UNION ALL "),
        most_memory: 1 << 30,
        longest: std::time::Duration::from_mins(1),
        most_rows: None,
    };
    let mut found = Vec::new();
    lake.ask(&question, Form::Csv, &mut found).await.expect("it is read");
    let found = String::from_utf8(found).expect("it is text");
    assert_eq!(found.trim(), "in_table,id", "read twice");
}

#[test]
fn what_arrives_is_counted_before_it_is_merged_and_after() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::open(folder.path()).expect("a store");
    block_on(async {
        let stream = Stream::made(3, 60);
        let writer = lake.writer(options());
        writer.append(events(&stream.rows)).await.expect("there is room");
        let before = lake.attribution(at(NOW)).await.expect("a store");
        assert_eq!(lake.backlog().await.expect("a store").objects, 1);
        merge_all(&lake).await;
        assert_eq!(lake.backlog().await.expect("a store").objects, 0);
        assert_eq!(lake.attribution(at(NOW)).await.expect("a store"), before);
        assert_same(&stored(&lake).await, &rules::applied(&stream.rows));
        // Sent again by another process, while yet another reads.
        let other = Lake::open(folder.path()).expect("a store");
        let again = other.writer(options());
        again.append(events(&stream.rows)).await.expect("there is room");
        assert_eq!(lake.attribution(at(NOW)).await.expect("a store"), before);
        let merged = lake.merge(MergeOptions::default(), at(NOW)).await.expect("it merges");
        assert_eq!(merged.added, BTreeMap::new());
        assert_eq!(merged.duplicates.values().sum::<u64>(), stream.rows.len() as u64);
        assert_eq!(other.attribution(at(NOW)).await.expect("a store"), before);
        writer.close().await;
        assert_eq!(writer.append(events(&stream.rows)).await, Err(AppendError::Closed));
    });
}

#[test]
fn a_score_keeps_the_confidence_that_it_brings() {
    let score = |id: &str, own: Json| {
        let mut row =
            json!({"id": id, "target": "i", "at": "2026-11-02T10:00:00Z", "name": "label"});
        row.as_object_mut().expect("an object").extend(own.as_object().expect("an object").clone());
        (Table::Scores, row.as_object().expect("an object").clone())
    };
    let said = json!({"id": "i", "at": "2026-11-01T10:00:00Z", "bet": "b", "prediction": "spam",
        "confidence": 0.9});
    let use_of = (Table::Interactions, said.as_object().expect("an object").clone());
    let scores = [
        score("own", json!({"confidence": 0.25, "prediction": "ham"})),
        score("half", json!({"confidence": 0.5})),
        score("none", json!({})),
    ];
    // Scores that wait for what they are about, and scores that follow it.
    for late in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let lake = Lake::open(folder.path()).expect("a store");
        block_on(async {
            let writer = lake.writer(options());
            let use_of = std::slice::from_ref(&use_of);
            let order = if late { [use_of, &scores[..]] } else { [&scores[..], use_of] };
            for rows in order {
                writer.append(events(rows)).await.expect("there is room");
                merge_all(&lake).await;
            }
            let stored = stored(&lake).await;
            let of = |id: &str| {
                let row = &stored[&(Table::Scores, id.to_owned())];
                (row["bet"].clone(), row["confidence"].clone(), row["prediction"].clone())
            };
            assert_eq!(of("own"), (json!("b"), json!(0.25), json!("ham")));
            assert_eq!(of("half"), (json!("b"), json!(0.5), json!("spam")));
            assert_eq!(of("none"), (json!("b"), json!(0.9), json!("spam")));
        });
    }
}

#[test]
fn any_order_grouping_and_repetition_gives_the_same_tables() {
    for seed in 0..rounds(5) {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let stream = Stream::made(seed, 40);
        let expected = rules::applied(&stream.rows);
        let mut rows = stream.rows.clone();
        let again: Vec<_> = rows.iter().filter(|_| chance.random_bool(0.3)).cloned().collect();
        rows.extend(again);
        rows.shuffle(&mut chance);
        let folder = tempfile::tempdir().expect("a folder");
        block_on(async {
            let mut lake = Lake::open(folder.path()).expect("a store");
            let mut writer = lake.writer(options());
            while !rows.is_empty() {
                let size = chance.random_range(1..=rows.len().min(40));
                let group: Vec<_> = rows.drain(..size).collect();
                writer.append(events(&group)).await.expect("there is room");
                if chance.random_bool(0.3) {
                    assert_read_once(&lake).await;
                    let most_bytes = chance.random_range(1..60_000);
                    lake.merge(MergeOptions { most_bytes }, at(NOW)).await.expect("it merges");
                }
                if chance.random_bool(0.1) {
                    lake = Lake::open(folder.path()).expect("a store");
                    writer = lake.writer(options());
                }
            }
            merge_all(&lake).await;
            assert_same(&stored(&lake).await, &expected);
        });
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_twice_wherever_the_process_dies() {
    for seed in 0..rounds(8) {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let stream = Stream::made(seed, 25);
        let expected = rules::applied(&stream.rows);
        let mut rows = stream.rows.clone();
        rows.shuffle(&mut chance);
        let folder = tempfile::tempdir().expect("a folder");
        block_on(async {
            let mut waiting: Vec<Vec<(Table, Row)>> = Vec::new();
            while !rows.is_empty() {
                let size = chance.random_range(1..=rows.len().min(30));
                waiting.push(rows.drain(..size).collect());
            }
            while !waiting.is_empty() {
                // One life of the process, which ends at some operation of the disk.
                let steps = Arc::new(AtomicI64::new(chance.random_range(1..400)));
                let lake = frail(folder.path(), &steps);
                let writer = lake.writer(options());
                while let Some(group) = waiting.last() {
                    if writer.append(events(group)).await.is_err() {
                        break;
                    }
                    waiting.pop();
                    if chance.random_bool(0.4) {
                        let most_bytes = chance.random_range(1..40_000);
                        if lake.merge(MergeOptions { most_bytes }, at(NOW)).await.is_err() {
                            break;
                        }
                    }
                }
                assert_read_once(&Lake::open(folder.path()).expect("a store")).await;
            }
            let lake = Lake::open(folder.path()).expect("a store");
            merge_all(&lake).await;
            assert_same(&stored(&lake).await, &expected);
        });
    }
}

fn row(table: Table, row: &Json) -> (Table, Row) {
    (table, row.as_object().expect("an object").clone())
}

/// Two uses of one session and one trace, before midnight and after.
fn uses() -> [(Table, Row); 2] {
    [("1", "2026-11-01T23:59:00Z"), ("2", "2026-11-02T00:01:00Z")].map(|(id, time)| {
        let said = json!({"id": id, "at": time, "session": "late", "response_id": "r",
            "trace": "t", "span": id, "op": "chat"});
        row(Table::Interactions, &said)
    })
}

fn score_of(kind: &str, target: &str) -> (Table, Row) {
    let said = json!({"id": "s", "at": "2026-11-02T10:00:00Z", "target": target,
        "target_kind": kind, "name": "csat", "value": 1.0});
    row(Table::Scores, &said)
}

/// The tables after each of some groups of rows was sent, read and merged; every id once, at any time.
async fn after_each(groups: &[Vec<(Table, Row)>]) -> Rows {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::open(folder.path()).expect("a store");
    let writer = lake.writer(options());
    for rows in groups {
        writer.append(events(rows)).await.expect("there is room");
        assert_read_once(&lake).await;
        merge_all(&lake).await;
    }
    stored(&lake).await
}

#[test]
fn what_waits_and_comes_again_with_its_target_is_there_once() {
    let [target, _] = uses();
    let said =
        json!({"id": "a", "at": "2026-11-03T10:00:00Z", "interaction": "1", "kind": "accept"});
    let (action, score) = (row(Table::Actions, &said), score_of("action", "a"));
    let waiting = vec![action.clone(), score.clone()];
    let again = vec![target, action, score];
    let expected = rules::applied(&again);
    assert_same(&block_on(after_each(&[waiting, again])), &expected);
}

#[test]
fn a_merge_that_dies_at_any_step_is_completed_by_the_next() {
    let [target, _] = uses();
    let said =
        json!({"id": "a", "at": "2026-11-03T10:00:00Z", "interaction": "1", "kind": "accept"});
    let waiting = [row(Table::Actions, &said), score_of("action", "a")];
    let expected = rules::applied(&[&[target.clone()][..], &waiting].concat());
    let died = |steps: i64| {
        let folder = tempfile::tempdir().expect("a folder");
        block_on(async {
            let lake = Lake::open(folder.path()).expect("a store");
            let writer = lake.writer(options());
            writer.append(events(&waiting)).await.expect("there is room");
            merge_all(&lake).await;
            writer.append(events(std::slice::from_ref(&target))).await.expect("there is room");
            let dying = frail(folder.path(), &Arc::new(AtomicI64::new(steps)));
            let died = dying.merge(MergeOptions::default(), at(NOW)).await.is_err();
            // Whatever the state, it is met with what is sent again and without: a commit takes several steps.
            if steps % 2 == 0 {
                writer.append(events(&waiting)).await.expect("there is room");
            }
            assert_read_once(&lake).await;
            merge_all(&lake).await;
            assert_same(&stored(&lake).await, &expected);
            died
        })
    };
    let lived = (0..1000).find(|steps| !died(*steps)).expect("a merge comes to its end");
    assert!(lived > 20, "a merge has many steps");
}

#[test]
fn a_score_that_comes_again_is_there_once_whatever_other_use_came_meanwhile() {
    for (kind, target) in [("session", "late"), ("response", "r"), ("trace", "t")] {
        let [early, late] = uses();
        for (first, second) in [(early.clone(), late.clone()), (late, early)] {
            let score = score_of(kind, target);
            let one = vec![first, score.clone()];
            let with_another = [one.clone(), vec![second.clone(), score.clone()]];
            let after_another = [one, vec![second], vec![score]];
            for groups in [&with_another[..], &after_another] {
                assert_eq!(block_on(after_each(groups)).len(), 3, "{groups:?}");
            }
        }
    }
}

/// A store whose disk fails for good after so many operations.
fn frail(folder: &Path, steps: &Arc<AtomicI64>) -> Lake {
    let files = Arc::new(Frail::new(Arc::clone(steps)));
    Lake::on(Disk::over(files, folder).expect("a folder"))
}

#[test]
fn a_full_disk_turns_callers_away_and_recovers() {
    let folder = tempfile::tempdir().expect("a folder");
    let steps = Arc::new(AtomicI64::new(0));
    let files = Arc::new(Frail::full(Arc::clone(&steps)));
    let lake = Lake::on(Disk::over(files, folder.path()).expect("a folder"));
    block_on(async {
        let stream = Stream::made(1, 5);
        let writer = lake.writer(options());
        assert_eq!(writer.append(events(&stream.rows)).await, Err(AppendError::NoRoom));
        assert!(writer.is_out_of_room());
        steps.store(i64::MAX, Ordering::Relaxed);
        assert_eq!(writer.append(events(&stream.rows)).await, Ok(()));
        assert!(!writer.is_out_of_room());
        merge_all(&lake).await;
        assert_same(&stored(&lake).await, &rules::applied(&stream.rows));
    });
}

#[test]
fn what_is_no_row_is_set_aside_and_keeps_nobody_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::open(folder.path()).expect("a store");
    let mut good = Event::new(Table::Interactions);
    good.set("id", "good");
    good.set("at", at("2026-11-01T00:00:00Z"));
    let mut future = good.clone();
    future.set("id", "future");
    future.set("at", at("2027-11-01T00:00:00Z"));
    let mut negative = good.clone();
    negative.set("id", "negative");
    negative.set("tokens_in", -1_i64);
    let mut nameless = Event::new(Table::Scores);
    nameless.set("id", "nameless");
    nameless.set("at", at("2026-11-01T00:00:00Z"));
    block_on(async {
        let writer = lake.writer(options());
        for _ in 0..2 {
            let all = vec![good.clone(), future.clone(), negative.clone(), nameless.clone()];
            writer.append(all).await.expect("there is room");
            merge_all(&lake).await;
        }
        let counted = lake.attribution(at(NOW)).await.expect("a store");
        assert_eq!(counted.interactions, BTreeMap::from([(None, 1)]));
        let reasons = ["`at` is in the future", "`tokens_in` is negative", "no `target`"];
        let expected = reasons.map(|reason| (reason.to_owned(), 1));
        assert_eq!(counted.quarantined, BTreeMap::from(expected));
    });
}

#[test]
fn more_than_can_be_written_is_turned_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::open(folder.path()).expect("a store");
    block_on(async {
        let stream = Stream::made(1, 20);
        let narrow = WriterOptions { most_queued_bytes: 1, ..options() };
        let writer = lake.writer(narrow);
        let (first, second) =
            tokio::join!(writer.append(events(&stream.rows)), writer.append(events(&stream.rows)));
        assert_eq!((first, second), (Ok(()), Err(AppendError::Overloaded)));
        assert_eq!(writer.queued_bytes(), 0);
        assert_eq!(writer.append(events(&stream.rows)).await, Ok(()));
    });
}

#[test]
fn a_late_root_gives_its_bet_to_what_is_stored_and_to_what_is_about_that() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::open(folder.path()).expect("a store");
    let span = |id: &str, parent: Option<&str>, bet: Option<&str>| {
        let row = json!({
            "id": format!("t-{id}"), "at": "2026-11-02T10:00:00Z", "trace": "t", "span": id,
            "parent": parent, "bet": bet, "op": "chat", "cost": 0.5,
        });
        (Table::Interactions, row.as_object().expect("a row").clone())
    };
    let score = json!({"id": "s", "at": "2026-11-09T00:00:00Z", "target": "t-2", "name": "csat", "value": 1.0});
    let score = (Table::Scores, score.as_object().expect("a row").clone());
    block_on(async {
        let writer = lake.writer(options());
        for rows in
            [vec![span("2", Some("1"), None)], vec![score], vec![span("1", None, Some("b"))]]
        {
            writer.append(events(&rows)).await.expect("there is room");
            merge_all(&lake).await;
        }
        let rows = stored(&lake).await;
        let of = |table, id: &str, field: &str| rows[&(table, id.to_owned())].get(field).cloned();
        assert_eq!(of(Table::Scores, "s", "bet"), Some(json!("b")));
        assert_eq!(of(Table::Interactions, "t-2", "part_of"), Some(json!("t-1")));
        assert_eq!(of(Table::Interactions, "t-1", "cost"), None);
        let attributes = of(Table::Interactions, "t-1", "attributes").expect("what it said");
        assert_eq!(attributes, json!({"usage_reported": {"cost": 0.5, "currency": "USD"}}));
    });
}
