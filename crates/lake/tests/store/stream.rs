//! What a made-up company's clients send: traces, their feedback, and what is about nothing known.
//! The same seed gives the same rows.

use jiff::ToSpan;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};
use trueup_evidence::Table;

use super::at;
use super::world::START;

pub type Row = Map<String, Value>;

/// Rows as they are sent, each once.
pub struct Stream {
    pub rows: Vec<(Table, Row)>,
}

impl Stream {
    pub fn made(seed: u64, traces: usize) -> Stream {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let mut stream = Stream { rows: Vec::new() };
        for number in 0..traces {
            let trace = format!("{number:032x}");
            let spans = stream.trace(&mut chance, &trace);
            for (place, id) in spans.iter().enumerate() {
                stream.about(&mut chance, number * 100 + place, id, &trace);
            }
        }
        for number in 0..traces / 4 {
            stream.about(&mut chance, 1_000_000 + number, &format!("nobody-{number}"), "no trace");
        }
        // Some of what is said never arrives.
        stream.rows.retain(|_| !chance.random_bool(0.05));
        stream
    }

    /// Spans below one another; gives the ids of the interactions.
    fn trace(&mut self, chance: &mut ChaCha8Rng, trace: &str) -> Vec<String> {
        let begin = at(START) + chance.random_range(0..4_i64 * 24 * 3600).seconds();
        let mut interactions = Vec::new();
        for place in 0..chance.random_range(1..7_u64) {
            let span = format!("{:016x}", place * 17 + chance.random_range(0..10));
            let parent = (place > 0).then(|| chance.random_range(0..place));
            let parent = parent.map(|parent| self.span_of(trace, parent));
            let start = begin + chance.random_range(0..3_i64).seconds();
            let mut row = json!({
                "id": format!("{trace}-{span}"), "at": start.to_string(), "trace": trace,
                "span": span, "parent": parent.flatten(),
            });
            let says = |chance: &mut ChaCha8Rng, often| chance.random_bool(often);
            for (name, often, of) in [
                ("bet", 0.3, 3),
                ("variant", 0.2, 2),
                ("unit", 0.2, 9),
                ("session", 0.1, 5),
                ("tenant", 0.1, 2),
            ] {
                if says(chance, often) {
                    row[name] = json!(format!("{name}{}", chance.random_range(0..of)));
                }
            }
            if chance.random_bool(0.3) {
                row["signal"] = json!("span");
                row["name"] = json!("GET /");
                self.push(Table::Telemetry, row);
                continue;
            }
            let op =
                ["chat", "embeddings", "invoke_agent", "execute_tool"][chance.random_range(0..4)];
            row["op"] = json!(op);
            if says(chance, 0.7) {
                row["tokens_in"] = json!(chance.random_range(1..900));
                row["cost"] = json!(f64::from(chance.random_range(1..90)) / 8.0);
                row["currency"] = json!("USD");
            }
            if says(chance, 0.5) {
                row["response_id"] = json!(format!("r-{trace}-{span}"));
                row["attributes"] = json!("{\"top_k\":3}");
                row["segments"] = json!(["free", "it's"]);
                row["confidence"] = json!(0.25);
            }
            if row.get("bet").is_some() {
                row["criteria_digest"] = json!(format!("of-{}", row["bet"]));
            }
            interactions.push(format!("{trace}-{span}"));
            self.push(Table::Interactions, row);
        }
        interactions
    }

    /// The id of the span that was made at a place of its trace.
    fn span_of(&self, trace: &str, place: u64) -> Option<String> {
        let of_trace = self.rows.iter().filter(|(_, row)| row.get("trace") == Some(&json!(trace)));
        let place = usize::try_from(place).expect("small");
        of_trace.map(|(_, row)| row["span"].as_str().expect("text").to_owned()).nth(place)
    }

    /// What people do with an interaction and say of it.
    fn about(&mut self, chance: &mut ChaCha8Rng, number: usize, id: &str, trace: &str) {
        let later = |chance: &mut ChaCha8Rng| {
            (at(START) + chance.random_range(4 * 86_400..9_i64 * 86_400).seconds()).to_string()
        };
        let action = format!("a-{number}");
        if chance.random_bool(0.4) {
            let row =
                json!({"id": action, "interaction": id, "at": later(chance), "kind": "accept"});
            self.push(Table::Actions, row);
        }
        if chance.random_bool(0.2) {
            let row = json!({"id": format!("p-{number}"), "interaction": id, "at": later(chance), "kind": "output", "text": "words"});
            self.push(Table::Payloads, row);
        }
        let (kind, target) = match chance.random_range(0..7) {
            0 => (json!("action"), action),
            1 => (json!("response"), format!("r-{id}")),
            2 => (json!("trace"), trace.to_owned()),
            3 => (json!("unit"), "unit1".to_owned()),
            4 => (json!("interaction"), id.to_owned()),
            _ => (Value::Null, id.to_owned()),
        };
        let mut row = json!({
            "id": format!("s-{number}"), "target": target, "target_kind": kind,
            "at": later(chance), "name": "csat", "value": 1.0,
        });
        if chance.random_bool(0.2) {
            row["unit"] = json!("said");
        }
        if chance.random_bool(0.1) {
            row["bet"] = json!("token");
            row["interaction_at"] = json!("2026-11-03T04:05:06Z");
        }
        self.push(Table::Scores, row);
    }

    fn push(&mut self, table: Table, row: Value) {
        let Value::Object(mut row) = row else { unreachable!("only objects are made rows") };
        row.retain(|_, value| !value.is_null());
        self.rows.push((table, row));
    }
}
