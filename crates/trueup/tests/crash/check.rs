//! Compares all that is stored with all that was sent.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};
use trueup_lake::{Lake, MergeOptions, block_on};

use crate::server::Place;
use crate::world::{Key, Row, World};

/// Tables, and what is read of each.
const TABLES: [(&str, &str); 3] = [
    ("interactions", "id, at, bet, unit, latency_ms, trace, span, part_of"),
    ("actions", "id, at, bet, unit, interaction, interaction_at, kind, actor"),
    ("scores", "id, at, bet, unit, target, interaction_at, name, value"),
];

type Stored = BTreeMap<Key, Map<String, Value>>;

/// Looks twice: at once, and when all is merged.
pub fn everything(place: &Place, world: &World, round: u32) {
    rows(place, world, round, false);
    let lake = Lake::open(&place.store()).expect("a store is a folder");
    block_on(async {
        let merge = || lake.merge(MergeOptions::default(), Timestamp::now());
        while merge().await.expect("a merge goes on after any death").left > 0 {}
    });
    rows(place, world, round, true);
}

/// Acknowledged ⊆ stored ⊆ sent, each once and as it was sent. Once all is merged, what a row has from
/// another is what the other has now.
fn rows(place: &Place, world: &World, round: u32, merged: bool) {
    let stored = read(place, round);
    for key in world.acknowledged() {
        let erased = world.is_erased(&world.sent()[key]);
        assert!(
            erased || stored.contains_key(key),
            "round {round}: {key:?} was acknowledged and is lost"
        );
    }
    let mut pseudonyms = BTreeMap::new();
    for (key, fields) in &stored {
        let row = world.sent().get(key);
        let row = row.unwrap_or_else(|| panic!("round {round}: {key:?} was never sent"));
        assert!(!world.is_erased(row), "round {round}: {key:?} was erased and is there");
        as_sent(row, fields);
        if merged {
            as_its_target(row, fields, &stored);
        }
        if let Some(unit) = &row.unit {
            let pseudonym = fields.get("unit").cloned().unwrap_or_default();
            let known = pseudonyms.entry(unit).or_insert_with(|| pseudonym.clone());
            assert_eq!(known, &pseudonym, "round {round}: `{unit}` has two pseudonyms");
            assert_ne!(pseudonym, Value::from(unit.as_str()), "round {round}: a name is stored");
        }
    }
    place.runs(&["store", "check"]);
}

/// All rows by key; a key that is there twice is a failure.
fn read(place: &Place, round: u32) -> Stored {
    let mut stored = Stored::new();
    for (table, columns) in TABLES {
        let sql = format!("SELECT {columns} FROM {table}");
        let ran = place.runs(&["query", &sql, "--format", "json"]);
        let rows: Vec<Map<String, Value>> =
            serde_json::from_slice(&ran.stdout).expect("rows are printed as JSON");
        for row in rows {
            let id = row["id"].as_str().expect("a row has an id").to_owned();
            let twice = stored.insert((table, id.clone()), row);
            assert!(twice.is_none(), "round {round}: {table} {id} is stored twice");
        }
    }
    stored
}

/// What was said of a row is what is stored.
fn as_sent(row: &Row, stored: &Map<String, Value>) {
    for (name, sent) in &row.fields {
        assert!(
            same(Some(sent), stored.get(name)),
            "{:?}: `{name}` was {sent} and is {:?}",
            row.key,
            stored.get(name)
        );
    }
}

/// Bet, person and time of a row about an interaction are those of it, and a part's bet is its root's.
fn as_its_target(row: &Row, fields: &Map<String, Value>, stored: &Stored) {
    let of = |id: &String| stored.get(&("interactions", id.clone()));
    if let Some(id) = &row.target {
        let target = of(id);
        for (own, its) in [("bet", "bet"), ("unit", "unit"), ("interaction_at", "at")] {
            let its = target.and_then(|target| target.get(its));
            assert!(
                same(its, fields.get(own)),
                "{:?}: `{own}` is {:?}, its target has {its:?}",
                row.key,
                fields.get(own)
            );
        }
    }
    if let Some(id) = &row.root {
        let root = of(id);
        let bet = root.and_then(|root| root.get("bet"));
        assert!(
            same(bet, fields.get("bet")),
            "{:?}: its bet is {:?}, its root has {bet:?}",
            row.key,
            fields.get("bet")
        );
        let use_of = root.map(|_| Value::from(id.as_str()));
        assert!(
            same(use_of.as_ref(), fields.get("part_of")),
            "{:?} is part of {:?}, not {use_of:?}",
            row.key,
            fields.get("part_of")
        );
    }
}

/// Equal, however a number or a time is written, or both nothing.
fn same(one: Option<&Value>, other: Option<&Value>) -> bool {
    let some = |value: Option<&Value>| value.filter(|value| !value.is_null()).cloned();
    match (some(one), some(other)) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            one == other
                || (one.is_number() && one.as_f64() == other.as_f64())
                || time(&one).is_some_and(|time_of_it| Some(time_of_it) == time(&other))
        }
        _ => false,
    }
}

fn time(value: &Value) -> Option<Timestamp> {
    let text = value.as_str()?;
    text.parse().ok().or_else(|| format!("{text}Z").parse().ok())
}
