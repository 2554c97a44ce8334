//! The schemas and the decoder know the same keys, want the same keys and refuse the same values.
//!
//! A document is made for every table, key and choice that a schema has, so nothing here lists keys.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{FileKind, schema};
use crate::decode::{self, bet, capability, metric, note, outcome, policy, workflow};
use crate::source::Source;
use crate::word::Word;

/// A key that no table has.
const STRANGER: &str = "zzzzzzzzzzzzzzzz";

thread_local! {
    static ASKED: RefCell<Option<BTreeSet<String>>> = const { RefCell::new(None) };
}

/// Takes down the keys that the decoder asked for in the table that holds the stranger.
pub(crate) fn asked_beside(unknown: &str, known: &[&'static str]) {
    if unknown == STRANGER {
        let known = known.iter().map(|key| (*key).to_owned()).collect();
        ASKED.with(|asked| *asked.borrow_mut() = Some(known));
    }
}

/// Looks at one place of a schema; given a value for it, the function makes a whole document.
type See<'s> = &'s mut dyn FnMut(&Kind, &Value, &dyn Fn(Value) -> Value);

/// A kind of file: its schema, and what to compare it with.
struct Kind {
    file: FileKind,
    validator: Validator,
    schema: Value,
    /// Texts by the pattern that they fit.
    texts: RefCell<BTreeMap<String, &'static str>>,
    /// Parts that stand in several places and were looked at once.
    seen: RefCell<BTreeSet<String>>,
}

impl Kind {
    fn all() -> Vec<Kind> {
        let one = |(_, kind): &(&str, FileKind)| {
            let schema: Value = serde_json::from_str(&schema(*kind)).expect("a schema is JSON");
            let validator = jsonschema::validator_for(&schema).expect("a schema is valid");
            Kind {
                file: *kind,
                validator,
                schema,
                texts: RefCell::default(),
                seen: RefCell::default(),
            }
        };
        FileKind::WORDS.iter().map(one).collect()
    }

    /// The codes that the decoder says of a document, without following names.
    fn codes(&self, document: &Value) -> Vec<&'static str> {
        let text = toml(document);
        let source = Source { path: "file".to_owned(), text: text.clone() };
        let header = Source { path: "notes/n.md".to_owned(), text: format!("+++\n{text}+++\n") };
        let found = match self.file {
            FileKind::Roadmap => decode::file(&source, policy::head).diagnostics,
            FileKind::Outcome => decode::file(&source, outcome::outcome).diagnostics,
            FileKind::Metric => decode::file(&source, metric::metric).diagnostics,
            FileKind::Capability => decode::file(&source, capability::capability).diagnostics,
            FileKind::Workflow => decode::file(&source, workflow::workflow).diagnostics,
            FileKind::Bet => decode::file(&source, bet::bet).diagnostics,
            FileKind::Note => note::file(&header).diagnostics,
        };
        assert!(found.iter().all(|one| one.code != "F01"), "{text}\n{found:#?}");
        found.iter().map(|found| found.code).collect()
    }

    /// Every place of the schema, with a document that leads there.
    fn visit(&self, see: See<'_>) {
        self.walk(&self.schema, &|value| value, see);
    }

    fn walk(&self, at: &Value, hole: &dyn Fn(Value) -> Value, see: See<'_>) {
        if referred(at).is_some_and(|part| !self.seen.borrow_mut().insert(part.to_owned())) {
            return;
        }
        let at = self.follow(at);
        let choices = choices(at);
        if !choices.is_empty() {
            for choice in choices {
                self.walk(choice, hole, see);
            }
            return;
        }
        see(self, at, hole);
        if let Some(items) = at.get("items") {
            let least = at.get("minItems").and_then(Value::as_u64).unwrap_or(1);
            let rest = || (1..least).map(|nth| self.nth(items, nth));
            self.walk(items, &|value| hole(std::iter::once(value).chain(rest()).collect()), see);
        }
        for (key, within) in at.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let with = |value| {
                let mut table = self.sample(at);
                if let ("at_most" | "between", Value::Object(table)) = (key.as_str(), &mut table) {
                    // A criterion has one bound.
                    table.remove("at_least");
                }
                table[key] = value;
                hole(table)
            };
            self.walk(within, &with, see);
        }
        if let Some(own) = named_by_user(at) {
            self.walk(own, &|value| hole(json!({ "own": value })), see);
        }
    }

    fn follow<'s>(&'s self, at: &'s Value) -> &'s Value {
        match referred(at) {
            Some(path) => self.schema.pointer(&path[1..]).expect("a reference leads somewhere"),
            None => at,
        }
    }

    /// A value that fits, with the keys that it cannot be without.
    fn sample(&self, at: &Value) -> Value {
        let at = self.follow(at);
        if let Some(first) = choices(at).first() {
            return self.sample(first);
        }
        let text = |key: &str| at.get(key).and_then(Value::as_str);
        if let Some(only) = at.get("const") {
            return only.clone();
        }
        if let Some(first) = at.pointer("/enum/0") {
            return first.clone();
        }
        match text("type") {
            Some("string") if text("format") == Some("date") => json!("2026-12-11"),
            Some("string") => json!(self.text(at)),
            Some("integer") => at.get("minimum").cloned().unwrap_or(json!(1)),
            Some("number") => json!(0.5),
            Some("boolean") => json!(true),
            Some("array") => {
                let least = at.get("minItems").and_then(Value::as_u64).unwrap_or(0);
                (0..least).map(|nth| self.nth(&at["items"], nth)).collect()
            }
            Some("object") => self.table(at),
            other => panic!("{other:?} in {at}"),
        }
    }

    /// The nth of several values in one list: a range goes up.
    fn nth(&self, items: &Value, nth: u64) -> Value {
        match self.sample(items) {
            Value::Number(number) if nth > 0 => {
                json!(number.as_f64().expect("a number") + nth as f64)
            }
            sample => sample,
        }
    }

    fn table(&self, at: &Value) -> Value {
        let keys = at.get("required").and_then(Value::as_array).into_iter().flatten();
        let mut table = serde_json::Map::new();
        for key in keys.filter_map(Value::as_str) {
            table.insert(key.to_owned(), self.sample(&at["properties"][key]));
        }
        if at.pointer("/properties/at_least").is_some() && table.contains_key("metric") {
            table.insert("at_least".to_owned(), json!(0.5));
        }
        for (key, day) in [("starts", "2026-12-01"), ("decide_by", "2027-01-01")] {
            if let Some(date) = table.get_mut(key) {
                *date = json!(day);
            }
        }
        Value::Object(table)
    }

    fn text(&self, at: &Value) -> &'static str {
        let pattern = at.get("pattern").and_then(Value::as_str).unwrap_or("");
        self.texts.borrow_mut().entry(pattern.to_owned()).or_insert_with(|| {
            let only = json!({ "type": "string", "pattern": pattern });
            let fits = |text: &&&str| jsonschema::is_valid(&only, &json!(text));
            TEXTS.iter().find(fits).expect("each pattern has its text")
        })
    }
}

/// A text for every pattern.
const TEXTS: [&str; 6] = ["own", "2d", "0w..6w", "EUR", "note:own", "sourcing.buy"];

/// Where the schema of a place stands, if elsewhere.
fn referred(at: &Value) -> Option<&str> {
    at.pointer("/allOf/0/$ref").or_else(|| at.get("$ref"))?.as_str()
}

fn choices(at: &Value) -> Vec<&Value> {
    let of = |key| at.get(key).and_then(Value::as_array).into_iter().flatten();
    of("anyOf").chain(of("oneOf")).collect()
}

/// The schema of the values of a table whose keys are the user's own names.
fn named_by_user(at: &Value) -> Option<&Value> {
    let patterns = at.get("patternProperties").and_then(Value::as_object);
    let own = patterns.and_then(|patterns| patterns.values().next());
    own.or_else(|| at.get("additionalProperties").filter(|own| own.is_object()))
}

/// A table that knows its keys.
fn is_table(at: &Value) -> bool {
    at.get("type") == Some(&json!("object")) && named_by_user(at).is_none()
}

/// A document as TOML; what looks like a date is one.
fn toml(document: &Value) -> String {
    let table = document.as_object().expect("a document is a table");
    let lines = table.iter().map(|(key, value)| format!("{key} = {}", inline(value)));
    lines.chain([String::new()]).collect::<Vec<_>>().join("\n")
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) if text.parse::<jiff::civil::Date>().is_ok() => text.clone(),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        Value::Object(entries) => {
            let entry = |(key, value): (&String, &Value)| format!("{key} = {}", inline(value));
            format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

#[test]
fn what_a_schema_describes_is_accepted_by_both() {
    let mut count = 0;
    for kind in Kind::all() {
        kind.visit(&mut |kind, at, hole| {
            let document = hole(kind.sample(at));
            assert!(kind.validator.is_valid(&document), "{:?}: {}", kind.file, toml(&document));
            let codes = kind.codes(&document);
            assert!(
                codes.iter().all(|code| is_left_to_check(code, &document)),
                "{codes:?} {:?}: {}",
                kind.file,
                toml(&document)
            );
            count += 1;
        });
    }
    assert!(count > 400, "only {count} places");
}

#[test]
fn every_table_has_the_keys_that_the_decoder_asks_for_and_no_others() {
    let mut count = 0;
    for kind in Kind::all() {
        kind.visit(&mut |kind, at, hole| {
            if !is_table(at) {
                return;
            }
            let mut table = kind.sample(at);
            let first = at["properties"].as_object().and_then(|keys| keys.values().next());
            table[STRANGER] = kind.sample(first.expect("a table has keys"));
            let document = hole(table);
            let said = || format!("{:?}: {}", kind.file, toml(&document));
            assert!(!kind.validator.is_valid(&document), "{}", said());
            ASKED.with(|asked| *asked.borrow_mut() = None);
            let codes = kind.codes(&document);
            let Some(asked) = ASKED.with(|asked| asked.borrow_mut().take()) else {
                // Keys that are names of fields, lints or requirements.
                assert!(codes.contains(&"F04"), "{codes:?} {}", said());
                return;
            };
            assert!(codes.contains(&"F02"), "{codes:?} {}", said());
            let keys = at["properties"].as_object().expect("a table has keys");
            let mut keys: BTreeSet<String> = keys.keys().cloned().collect();
            if keys.contains("metric") && asked.contains("attest") {
                // It tells the two sorts of criteria apart.
                keys.insert("attest".to_owned());
            }
            assert_eq!(keys, asked, "{}", said());
            count += 1;
        });
    }
    assert!(count > 60, "only {count} tables");
}

#[test]
fn both_refuse_a_missing_key() {
    for kind in Kind::all() {
        kind.visit(&mut |kind, at, hole| {
            for key in at.get("required").and_then(Value::as_array).into_iter().flatten() {
                let mut table = kind.sample(at);
                table.as_object_mut().expect("a table").remove(key.as_str().expect("a key"));
                refused(kind, &hole(table));
            }
        });
    }
}

#[test]
fn both_refuse_another_type_and_another_word() {
    let mut refusals = 0;
    for kind in Kind::all() {
        kind.visit(&mut |kind, _, hole| {
            for wrong in [json!("!wrong word!"), json!(-7.25), json!(true), json!({ "x": 1 })] {
                let document = hole(wrong);
                if document.is_object() {
                    refusals += usize::from(!agree(kind, &document));
                }
            }
        });
    }
    assert!(refusals > 1000, "only {refusals} values");
}

/// True if both accept it, false if both refuse it.
fn agree(kind: &Kind, document: &Value) -> bool {
    let fits = kind.validator.is_valid(document);
    let codes = kind.codes(document);
    let reads = codes.iter().all(|code| is_left_to_check(code, document));
    let agree = if fits { reads } else { !codes.is_empty() };
    assert!(agree, "{fits} {codes:?} {:?}: {}", kind.file, toml(document));
    fits
}

/// Which fields a table has and how each may be tested depends on what stands beside it; a schema
/// names all fields and all tests.
fn is_left_to_check(code: &str, document: &Value) -> bool {
    matches!(code, "F03" | "F04") && toml(document).contains("where = ")
}

fn refused(kind: &Kind, document: &Value) {
    let said = || format!("{:?}: {}", kind.file, toml(document));
    assert!(!kind.validator.is_valid(document), "the schema lets it through: {}", said());
    let codes = kind.codes(document);
    assert!(!codes.is_empty(), "the decoder lets it through: {}", said());
}
