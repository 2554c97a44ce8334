//! A made-up company's events, with everything that they copy. The same seed gives the same rows.

use jiff::ToSpan;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};
use trueup_evidence::Table;

use super::at;

pub type Row = Map<String, Value>;

const BETS: [&str; 3] = ["chat", "it's \"quoted\"", "small"];
const SEGMENTS: [&str; 3] = ["enterprise", "it's", "free"];
pub const START: &str = "2026-11-01T00:00:00Z";

/// The rows of the three tables.
#[derive(Default)]
pub struct World {
    interactions: Vec<Row>,
    actions: Vec<Row>,
    pub scores: Vec<Row>,
}

impl World {
    /// Cuts all rows at random into as many worlds.
    pub fn cut(self, chance: &mut ChaCha8Rng, parts: usize) -> Vec<World> {
        let mut worlds: Vec<World> = (0..parts).map(|_| World::default()).collect();
        for table in Table::ALL {
            for row in self.rows(table) {
                worlds[chance.random_range(0..parts)].rows_mut(table).push(row.clone());
            }
        }
        worlds
    }

    /// Adds the rows of another.
    pub fn take(&mut self, other: &World) {
        for table in Table::ALL {
            self.rows_mut(table).extend_from_slice(other.rows(table));
        }
    }

    fn rows_mut(&mut self, table: Table) -> &mut Vec<Row> {
        match table {
            Table::Interactions => &mut self.interactions,
            Table::Actions => &mut self.actions,
            _ => &mut self.scores,
        }
    }

    pub fn rows(&self, table: Table) -> &[Row] {
        match table {
            Table::Interactions => &self.interactions,
            Table::Actions => &self.actions,
            _ => &self.scores,
        }
    }

    pub fn made(seed: u64) -> World {
        World::of(seed, 600)
    }

    /// As many interactions, and what belongs to them.
    pub fn of(seed: u64, interactions: usize) -> World {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let mut world = World::default();
        for number in 0..interactions {
            let interaction = interaction(&mut chance, number);
            let steps = chance.random_range(0..3);
            for seq in 0..steps {
                let action = action(&mut chance, &interaction, seq);
                world.actions.push(action);
            }
            if chance.random_bool(0.6) {
                score(&mut chance, &interaction, &mut world.scores);
            }
            if chance.random_bool(0.5) {
                judge(&mut chance, &interaction, &mut world.scores);
            }
            world.interactions.push(interaction);
        }
        world
    }
}

fn maybe(chance: &mut ChaCha8Rng, value: Value) -> Value {
    if chance.random_bool(0.2) { Value::Null } else { value }
}

fn row(value: Value) -> Row {
    let Value::Object(row) = value else { unreachable!("only objects are made rows") };
    row
}

/// A share with few digits: so that values tie and some are exactly 0 or 1.
fn share(chance: &mut ChaCha8Rng) -> f64 {
    f64::from(chance.random_range(0..=20_u8)) / 20.0
}

fn interaction(chance: &mut ChaCha8Rng, number: usize) -> Row {
    let bet = if chance.random_bool(0.05) { 2 } else { number % 2 };
    let day = at(START) + chance.random_range(0..10_i64 * 24 * 3600).seconds();
    let segments: Vec<&str> = SEGMENTS.into_iter().filter(|_| chance.random_bool(0.4)).collect();
    let unit = format!("u{}", chance.random_range(0..25));
    let (cost, confidence) = (chance.random_range(0.0..0.1), share(chance));
    let error = if chance.random_bool(0.1) { json!("timeout") } else { Value::Null };
    let is_part = number.is_multiple_of(4);
    let part_of = if is_part { json!(format!("i{}", number + 1)) } else { Value::Null };
    row(json!({
        "id": format!("i{number}"),
        "at": day.to_string(),
        "bet": BETS[bet],
        "unit": maybe(chance, json!(unit)),
        "variant": maybe(chance, json!("A")),
        "segments": segments,
        "cost": maybe(chance, json!(cost)),
        "latency_ms": maybe(chance, json!(chance_latency(number))),
        "tokens_in": number % 7,
        "session": format!("s{}", number % 9),
        "confidence": maybe(chance, json!(confidence)),
        "prediction": if number.is_multiple_of(3) { "true" } else { "false" },
        "error": error,
        "part_of": part_of,
        "composed": if number.is_multiple_of(11) { json!(1) } else { Value::Null },
    }))
}

/// Zero, tiny and large ones.
fn chance_latency(number: usize) -> f64 {
    match number % 5 {
        0 => 0.0,
        1 => 0.0005,
        step => 40.0 * (number + step) as f64,
    }
}

fn copied(interaction: &Row, names: &[&str]) -> Row {
    let mut row: Row =
        names.iter().map(|name| ((*name).to_owned(), interaction[*name].clone())).collect();
    row.insert("interaction_at".to_owned(), interaction["at"].clone());
    row
}

fn later(chance: &mut ChaCha8Rng, interaction: &Row) -> String {
    let shown = at(interaction["at"].as_str().expect("every row has a time"));
    (shown + chance.random_range(0..5_i64 * 24 * 3600).seconds()).to_string()
}

fn action(chance: &mut ChaCha8Rng, interaction: &Row, seq: usize) -> Row {
    let kind = ["accept", "reject", "submit"][chance.random_range(0..3)];
    let (dwell, edited) = (chance.random_range(1.0..90_000.0), share(chance));
    let mut action = copied(interaction, &["bet", "variant", "unit", "segments"]);
    action.extend(row(json!({
        "id": format!("{}/{seq}", interaction["id"].as_str().expect("text")),
        "interaction": interaction["id"],
        "seq": seq,
        "at": later(chance, interaction),
        "kind": kind,
        "dwell_ms": maybe(chance, json!(dwell)),
        "edit_share_first": maybe(chance, json!(edited)),
    })));
    action
}

/// A label, and sometimes its correction.
fn score(chance: &mut ChaCha8Rng, interaction: &Row, scores: &mut Vec<Row>) {
    let id = format!("s-{}", interaction["id"].as_str().expect("text"));
    let names = ["bet", "variant", "unit", "segments", "prediction", "confidence"];
    let value = f64::from(u8::from(chance.random_bool(0.7)));
    let mut score = copied(interaction, &names);
    score.extend(row(json!({
        "id": id,
        "target": interaction["id"],
        "at": later(chance, interaction),
        "name": "label",
        "source": "person",
        "value": maybe(chance, json!(value)),
        "label": if chance.random_bool(0.5) { "true" } else { "false" },
        "supersedes": Value::Null,
    })));
    if chance.random_bool(0.2) {
        let mut correction = score.clone();
        correction.insert("id".to_owned(), json!(format!("{id}-corrected")));
        correction.insert("supersedes".to_owned(), json!(id));
        correction.insert("value".to_owned(), json!(1.0 - value));
        correction.insert("at".to_owned(), json!(later(chance, interaction)));
        scores.push(correction);
    }
    scores.push(score);
}

/// What one to three models say, of which one may think again.
fn judge(chance: &mut ChaCha8Rng, interaction: &Row, scores: &mut Vec<Row>) {
    let names = ["bet", "variant", "unit", "segments", "prediction", "confidence"];
    for model in 0..chance.random_range(1..4) {
        let id = format!("j{model}-{}", interaction["id"].as_str().expect("text"));
        let (value, label) =
            (share(chance), ["true", "false", "größer"][chance.random_range(0..3)]);
        let again = scores.last().filter(|it| it["target"] == interaction["id"]);
        let again = again.filter(|_| chance.random_bool(0.1)).map(|it| it["id"].clone());
        let mut score = copied(interaction, &names);
        score.extend(row(json!({
            "id": id,
            "target": interaction["id"],
            "at": later(chance, interaction),
            "name": "quality",
            "source": "judge",
            "value": maybe(chance, json!(value)),
            "label": maybe(chance, json!(label)),
            "supersedes": again,
        })));
        scores.push(score);
    }
}
