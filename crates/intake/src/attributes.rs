//! Which attributes may be stored besides the fields: numbers and truths of any key that does not
//! look personal, text of allow-listed keys alone. All else that a client sends stays outside, however
//! it is called.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use serde_json::Value as Json;

use crate::dialect::{From, Index, Ours};
use crate::rules::Rules;
use crate::value::Raw;

/// Text of these keys is a choice among few, or the id of a thing, and never of a person.
pub const ALLOWED: &[&str] = &[
    "db.system.name",
    "event.name",
    "feature_flag.evaluation.reason",
    "feature_flag.key",
    "feature_flag.provider.name",
    "feature_flag.provider_name",
    "feature_flag.result.reason",
    "feature_flag.result.variant",
    "feature_flag.set.id",
    "feature_flag.variant",
    "feature_flag.version",
    "gen_ai.agent.id",
    "gen_ai.agent.version",
    "gen_ai.data_source.id",
    "gen_ai.openai.response.system_fingerprint",
    "gen_ai.output.type",
    "gen_ai.request.encoding_formats",
    "gen_ai.request.previous_response_id",
    "gen_ai.request.reasoning.level",
    "gen_ai.token.type",
    "gen_ai.tool.call.id",
    "gen_ai.tool.type",
    "gen_ai.workflow.name",
    "http.request.method",
    "http.route",
    "llm.request.type",
    "openai.api.type",
    "openai.response.system_fingerprint",
    "rpc.method",
    "rpc.service",
    "rpc.system",
    "server.address",
    "service.namespace",
    "severity",
    "stream",
    "telemetry.sdk.language",
    "traceloop.entity.name",
    "traceloop.entity.path",
    "traceloop.span.kind",
];

/// Lines of the table whose text is a name of ours, and may stand in telemetry of every kind.
const NAMES: [Ours; 14] = [
    Ours::Op,
    Ours::Provider,
    Ours::ModelRequested,
    Ours::ModelAnswered,
    Ours::ResponseId,
    Ours::FinishReason,
    Ours::Feature,
    Ours::Surface,
    Ours::Stage,
    Ours::Workflow,
    Ours::Agent,
    Ours::Tool,
    Ours::Prompt,
    Ours::PromptVersion,
];

/// A key with such a part may say something about a person even as a number.
const PERSONAL: [&str; 34] = [
    "account",
    "address",
    "age",
    "birth",
    "birthday",
    "candidate",
    "card",
    "client",
    "customer",
    "dob",
    "email",
    "employee",
    "enduser",
    "gender",
    "iban",
    "ip",
    "lat",
    "latitude",
    "lon",
    "longitude",
    "mail",
    "member",
    "mobile",
    "passport",
    "patient",
    "peer",
    "person",
    "phone",
    "salary",
    "ssn",
    "telephone",
    "user",
    "userid",
    "zip",
];

/// A key with such a part is of a model, whatever convention it is from.
const AI: [&str; 13] = [
    "ai",
    "completion",
    "completions",
    "embedding",
    "embeddings",
    "genai",
    "llm",
    "llms",
    "model",
    "prompt",
    "prompts",
    "tokens",
    "chatbot",
];

/// Models of other things than language.
const NOT_AI: [&str; 14] = [
    "aws.",
    "browser.",
    "cloud.",
    "code.",
    "container.",
    "db.",
    "device.",
    "host.",
    "http.",
    "k8s.",
    "os.",
    "process.",
    "thread.",
    "url.",
];

/// Attributes in the order of their names.
pub type Kept = BTreeMap<String, Json>;

/// More attributes of one row are left out, in the order of their names.
const AT_MOST: usize = 64;
/// Longer texts are cut.
const TEXT_AT_MOST: usize = 256;

/// Keeps what may be stored.
#[must_use]
pub fn kept<'a>(rules: &Rules, attributes: impl Iterator<Item = (&'a str, &'a Any)>) -> Kept {
    let mut kept = Kept::new();
    for (key, value) in attributes {
        if !kept.contains_key(key)
            && let Some(value) = keep(rules, key, value)
        {
            kept.insert(key.to_owned(), value);
        }
    }
    kept
}

/// Keeps what may be stored of a JSON object.
#[must_use]
pub fn kept_of_json(rules: &Rules, object: &serde_json::Map<String, Json>) -> Kept {
    let kept = object.iter().filter(|(key, value)| match value {
        Json::Bool(_) | Json::Number(_) => is_impersonal(key),
        Json::String(_) => may_hold_text(rules, key),
        _ => false,
    });
    let cut = |value: &Json| match value {
        Json::String(text) => Json::from(cut(text)),
        other => other.clone(),
    };
    kept.map(|(key, value)| (key.clone(), cut(value))).collect()
}

/// What may be stored, and of everything else the name: for conventions that nobody knows.
#[must_use]
pub fn named<'a>(rules: &Rules, attributes: impl Iterator<Item = (&'a str, &'a Any)>) -> Kept {
    let mut kept = Kept::new();
    for (key, value) in attributes {
        let value = keep(rules, key, value).unwrap_or(Json::Null);
        kept.entry(key.to_owned()).or_insert(value);
    }
    kept
}

/// The same as JSON; none if there are none.
#[must_use]
pub fn written(mut kept: Kept) -> Option<String> {
    while kept.len() > AT_MOST {
        kept.pop_last();
    }
    let written = |kept| serde_json::to_string(&kept).expect("names and values are JSON");
    (!kept.is_empty()).then(|| written(kept))
}

fn keep(rules: &Rules, key: &str, value: &Any) -> Option<Json> {
    match value {
        Any::BoolValue(truth) => is_impersonal(key).then(|| Json::from(*truth)),
        Any::IntValue(number) => is_impersonal(key).then(|| Json::from(*number)),
        Any::DoubleValue(number) if number.is_finite() => {
            is_impersonal(key).then(|| Json::from(*number))
        }
        Any::StringValue(_) if may_hold_text(rules, key) => {
            Raw::Any(value).text().map(|text| Json::from(cut(&text)))
        }
        Any::ArrayValue(_) if may_hold_text(rules, key) => Raw::Any(value).texts().map(Json::from),
        _ => None,
    }
}

fn may_hold_text(rules: &Rules, key: &str) -> bool {
    ALLOWED.binary_search(&key).is_ok() || names_a_line(key) || rules.allow.contains(key)
}

/// True if the key is that of a line whose text is a name of ours.
fn names_a_line(key: &str) -> bool {
    let uses = Index::shared().attributes.get(key);
    uses.into_iter().flatten().any(|usage| {
        let ours = Ours::ALL[usage.line];
        matches!(usage.source.from, From::Attribute(_)) && NAMES.contains(&ours)
    })
}

fn is_impersonal(key: &str) -> bool {
    let uses = Index::shared().attributes.get(key).into_iter().flatten();
    !uses.map(|usage| Ours::ALL[usage.line]).any(|ours| ours == Ours::Subject)
        && !parts(key).any(|part| PERSONAL.contains(&part.as_str()))
}

/// True if a key of no known convention looks like one of a model.
#[must_use]
pub fn looks_like_ai(key: &str) -> bool {
    parts(key).any(|part| AI.contains(&part.as_str()))
        && !NOT_AI.iter().any(|prefix| key.starts_with(prefix))
}

/// The parts of a key in small letters: `user.emailAddress` has `user`, `email` and `address`.
fn parts(key: &str) -> impl Iterator<Item = String> {
    let mut parts = vec![String::new()];
    let mut small = false;
    for character in key.chars().take(TEXT_AT_MOST) {
        let joint = !character.is_alphanumeric();
        if joint || (small && character.is_ascii_uppercase()) {
            parts.push(String::new());
        }
        if !joint && let Some(part) = parts.last_mut() {
            part.push(character.to_ascii_lowercase());
        }
        small = character.is_ascii_lowercase();
    }
    parts.into_iter()
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_AT_MOST)]
}

#[cfg(test)]
mod tests {
    use super::{ALLOWED, is_impersonal, looks_like_ai};

    #[test]
    fn the_list_is_in_order() {
        assert!(ALLOWED.is_sorted());
    }

    #[test]
    fn personal_keys_are_seen_in_every_spelling() {
        for key in ["user.age", "userId", "customer_phone", "geo.lat", "client.address", "x.IP"] {
            assert!(!is_impersonal(key), "{key}");
        }
        for key in
            ["server.port", "gen_ai.request.choice.count", "llm.token_count.total", "relation"]
        {
            assert!(is_impersonal(key), "{key}");
        }
    }

    #[test]
    fn a_convention_that_nobody_knows_is_seen() {
        for key in ["acme.llm.name", "my_model", "ai.kind", "promptTokens", "usage.total_tokens"] {
            assert!(looks_like_ai(key), "{key}");
        }
        for key in ["device.model.name", "http.route", "email", "k8s.model", "retail.kind", "main"]
        {
            assert!(!looks_like_ai(key), "{key}");
        }
    }
}
