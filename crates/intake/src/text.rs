//! The texts of an interaction, kept only if capture is on: as payload rows, and the first characters of
//! the answer on the interaction itself.

mod redact;

use std::collections::BTreeMap;

use jiff::Timestamp;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use serde_json::{Map, Value as Json, json};
use trueup_evidence::event::Event;
use trueup_evidence::schema::Table;

use crate::dialect::{From, Ours, TABLE, entries};
use crate::rules::{Capture, Rules};

pub use redact::redacted;

/// Characters of the answer on the interaction itself.
const SHOWN: usize = 200;
/// Lists and objects that go deeper than this are cut off.
const DEEPEST: usize = 32;

/// The kinds of payload with the line of each.
const KINDS: [(Ours, &str); 6] = [
    (Ours::Input, "input"),
    (Ours::Output, "output"),
    (Ours::System, "system"),
    (Ours::Tools, "tools"),
    (Ours::Documents, "documents"),
    (Ours::Explanation, "explanation"),
];

/// The captured texts of a span or log record by kind; none if capture is off.
#[must_use]
pub fn captured(rules: &Rules, attributes: &[KeyValue]) -> Vec<(&'static str, String)> {
    if !rules.captures() {
        return Vec::new();
    }
    let texts = KINDS.iter().filter_map(|(ours, kind)| Some((*kind, line(*ours, attributes)?)));
    texts.map(|(kind, text)| (kind, allowed(rules, text))).collect()
}

/// A text as far as capture lets it be kept.
#[must_use]
pub fn allowed(rules: &Rules, text: String) -> String {
    match rules.settings.capture {
        Capture::Off => String::new(),
        Capture::Redacted => redacted(&text),
        Capture::Whole => text,
    }
}

/// Rows of texts, each with an id that is the same however often they are sent.
#[must_use]
pub fn payloads(
    interaction: &str,
    at: Timestamp,
    texts: Vec<(&'static str, String)>,
) -> Vec<Event> {
    let rows = texts.into_iter().filter(|(_, text)| !text.is_empty());
    rows.map(|(kind, text)| payload(interaction, at, kind, "0", text)).collect()
}

/// One text. The last part of the id tells it from others of its kind.
#[must_use]
pub fn payload(interaction: &str, at: Timestamp, kind: &str, last: &str, text: String) -> Event {
    let mut event = Event::new(Table::Payloads);
    event.set("id", format!("{interaction}/{kind}/{last}"));
    event.set("interaction", interaction);
    event.set("kind", kind);
    event.set_some("seq", last.parse::<i64>().ok());
    event.set("at", at);
    event.set("text", text);
    event
}

/// The first characters that a reader saw of an answer, or else asked.
#[must_use]
pub fn shown(texts: &[(&'static str, String)]) -> Option<String> {
    let of = |wanted: &str| texts.iter().find(|(kind, _)| *kind == wanted).map(|(_, text)| text);
    let text = of("output").or_else(|| of("input"))?;
    let plain = match serde_json::from_str::<Json>(text) {
        Ok(json) => plain(&json).unwrap_or_default(),
        Err(_) => text.clone(),
    };
    let shown: String = plain.chars().take(SHOWN).collect();
    (!shown.is_empty()).then_some(shown)
}

/// The text of the last message that has one.
fn plain(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Json::Array(list) => list.iter().rev().find_map(plain),
        Json::Object(object) => {
            let keys = ["content", "text", "parts", "message", "contents", "output", "choices"];
            keys.iter().find_map(|key| plain(object.get(*key)?))
        }
        _ => None,
    }
}

/// The text of the first source on a line that is there.
fn line(ours: Ours, attributes: &[KeyValue]) -> Option<String> {
    let mut sources = TABLE[ours as usize].sources.iter();
    sources.find_map(|source| match source.from {
        From::Text(wanted) => {
            let (_, value) = entries(attributes).find(|(key, _)| *key == wanted)?;
            as_text(value)
        }
        From::Texts(prefix) => messages(prefix, attributes),
        _ => None,
    })
}

/// A value as text: text as it is, anything else as JSON.
#[must_use]
pub fn as_text(value: &Any) -> Option<String> {
    let text = match value {
        Any::StringValue(text) => text.clone(),
        other => as_json(other, DEEPEST).to_string(),
    };
    (!text.is_empty() && text != "__REDACTED__" && text != "null").then_some(text)
}

/// A value as JSON. What goes deeper than that is cut off.
fn as_json(value: &Any, deepest: usize) -> Json {
    let inner = |value: &Option<Any>| match value {
        Some(value) if deepest > 0 => as_json(value, deepest - 1),
        _ => Json::Null,
    };
    match value {
        Any::StringValue(text) => Json::from(text.as_str()),
        Any::BoolValue(truth) => Json::from(*truth),
        Any::IntValue(number) => Json::from(*number),
        Any::DoubleValue(number) => Json::from(*number),
        Any::ArrayValue(list) => list.values.iter().map(|value| inner(&value.value)).collect(),
        Any::KvlistValue(list) => {
            let entries = list.values.iter().map(|entry| {
                (entry.key.clone(), entry.value.as_ref().map_or(Json::Null, |v| inner(&v.value)))
            });
            Json::Object(entries.collect::<Map<_, _>>())
        }
        Any::BytesValue(_) | Any::StringValueStrindex(_) => Json::Null,
    }
}

/// Messages that came as one attribute for each field: `prefix.NUMBER.path.to.field`.
fn messages(prefix: &str, attributes: &[KeyValue]) -> Option<String> {
    let mut messages: BTreeMap<u32, BTreeMap<&str, Json>> = BTreeMap::new();
    for (key, value) in entries(attributes) {
        let Some((number, path)) = key.strip_prefix(prefix).and_then(|rest| rest.split_once('.'))
        else {
            continue;
        };
        let Ok(number) = number.parse() else { continue };
        let path = ["message.", "tool.", "document."]
            .iter()
            .find_map(|wrapper| path.strip_prefix(wrapper))
            .unwrap_or(path);
        messages.entry(number).or_default().insert(path, as_json(value, DEEPEST));
    }
    if messages.is_empty() {
        return None;
    }
    Some(Json::Array(messages.into_values().map(message).collect()).to_string())
}

/// One message in the form of OpenTelemetry: its role, its text as parts, and all else as it came.
fn message(mut fields: BTreeMap<&str, Json>) -> Json {
    let is_text = |path: &str| path == "content" || path.ends_with("message_content.text");
    let parts: Vec<Json> = fields
        .iter()
        .filter(|(path, value)| is_text(path) && value.is_string())
        .map(|(_, text)| json!({"type": "text", "content": text}))
        .collect();
    fields.retain(|path, value| !(is_text(path) && value.is_string()));
    let mut message: Map<String, Json> =
        fields.into_iter().map(|(path, value)| (path.to_owned(), value)).collect();
    if !parts.is_empty() {
        message.insert("parts".to_owned(), Json::Array(parts));
    }
    Json::Object(message)
}
