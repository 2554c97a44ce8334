//! One field of an event, read as its kind.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;
use trueup_evidence::event::Value;
use trueup_evidence::schema::{Field, Kind};

use crate::rules::EARLIEST;

/// Longer texts are no names or ids.
const TEXT_AT_MOST: usize = 1_024;
/// A clock may be this much ahead of ours.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Reads a value as the kind that a field takes; says what is wrong with it.
pub fn value(field: &Field, json: &Json, received: Timestamp) -> Result<Value, String> {
    let name = field.name;
    let wrong = || format!("`{name}` takes {}, not {}", field.kind.noun(), shown(json));
    match field.kind {
        Kind::Text => {
            let text = text(json).ok_or_else(wrong)?;
            short(name, &text)?;
            Ok(Value::Text(text))
        }
        Kind::Texts => {
            let texts = match json {
                Json::Array(list) => list.iter().map(text).collect::<Option<Vec<_>>>(),
                one => text(one).map(|text| vec![text]),
            };
            let texts = texts.ok_or_else(wrong)?;
            texts.iter().try_for_each(|text| short(name, text))?;
            Ok(Value::Texts(texts))
        }
        Kind::Number => within(name, number(json).ok_or_else(wrong)?).map(Value::Number),
        Kind::Integer => match json.as_i64().ok_or_else(wrong)? {
            integer if integer < 0 => Err(format!("`{name}` is never negative: it is {integer}")),
            integer => Ok(Value::Integer(integer)),
        },
        Kind::Time => time(name, json, received).map(Value::Time),
    }
}

/// A time in RFC 3339, or in milliseconds since 1970 as JavaScript has it.
pub fn time(name: &str, json: &Json, received: Timestamp) -> Result<Timestamp, String> {
    let time = match json {
        Json::String(text) => text.parse().ok(),
        Json::Number(number) => {
            number.as_i64().and_then(|millis| Timestamp::from_millisecond(millis).ok())
        }
        _ => None,
    };
    let time: Timestamp = time.ok_or_else(|| {
        format!("`{name}` takes a time such as `2026-11-25T09:30:00Z`, not {}", shown(json))
    })?;
    if time < EARLIEST || time.duration_since(received) > AHEAD {
        return Err(format!("`{name}` is {time}, which is no time of an event: check the clock"));
    }
    Ok(time)
}

/// Whole numbers are names too.
fn text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

fn number(json: &Json) -> Option<f64> {
    match json {
        Json::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Json::Number(number) => number.as_f64().filter(|number| number.is_finite()),
        _ => None,
    }
}

fn short(name: &str, text: &str) -> Result<(), String> {
    let fits = name == "text" || text.len() <= TEXT_AT_MOST;
    let long = || format!("`{name}` has {} bytes, and takes {TEXT_AT_MOST}", text.len());
    if fits { Ok(()) } else { Err(long()) }
}

/// Shares lie between 0 and 1; times, money and counts are not negative.
fn within(name: &str, number: f64) -> Result<f64, String> {
    let share = matches!(name, "confidence" | "edit_share_previous" | "edit_share_first");
    if share && !(0.0..=1.0).contains(&number) {
        return Err(format!("`{name}` lies between 0 and 1: it is {number}"));
    }
    if number < 0.0 && name != "value" {
        return Err(format!("`{name}` is never negative: it is {number}"));
    }
    Ok(number)
}

/// What stands there, without quoting what may be private.
fn shown(json: &Json) -> &'static str {
    match json {
        Json::Null => "nothing",
        Json::Bool(_) => "true or false",
        Json::Number(number) if number.is_f64() => "a number with a fraction",
        Json::Number(_) => "a whole number",
        Json::String(_) => "text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

/// One of a few words; says which is nearest.
pub fn choice<'a>(name: &str, said: &str, choices: &[&'a str]) -> Result<&'a str, String> {
    let found = choices.iter().find(|choice| **choice == said);
    found.copied().ok_or_else(|| {
        let nearest = nearest(said, choices.iter().copied());
        let hint = nearest.map_or(String::new(), |near| format!(": did you mean `{near}`?"));
        format!("`{name}` does not take `{}`{hint}", cut(said))
    })
}

/// The most alike of some names, if any is alike.
pub fn nearest<'a>(said: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let said = cut(said);
    let scored = names.map(|name| (strsim::normalized_damerau_levenshtein(said, name), name));
    let best = scored.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (best.0 >= 0.5).then_some(best.1)
}

/// Long words are no misspelt names.
pub fn cut(said: &str) -> &str {
    &said[..said.floor_char_boundary(40)]
}
