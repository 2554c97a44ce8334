//! What proto3's JSON allows and the reader of `opentelemetry-proto` 0.33 refuses: `null` for an absent
//! value, numbers that are no numbers as text, whole numbers with a fraction of zero.

use serde_json::{Map, Value};

/// The same request in the form that the reader takes. What is not allowed stays, and is refused.
pub fn repair(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let members = object.into_iter().filter_map(|(key, value)| {
                let value = member(&key, value)?;
                Some((key, value))
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(list) => {
            list.into_iter().filter(|value| !value.is_null()).map(repair).collect()
        }
        other => other,
    }
}

/// A member, or none if it is absent or cannot be told in JSON.
fn member(key: &str, value: Value) -> Option<Value> {
    match (key, value) {
        (_, Value::Null) => None,
        // No field of ours holds such a number, so nothing is lost.
        (
            "doubleValue" | "asDouble" | "sum" | "min" | "max" | "quantile" | "value"
            | "zeroThreshold",
            Value::String(text),
        ) => number(&text),
        ("intValue" | "asInt", Value::Number(number)) => Some(whole(number)),
        (_, value) => Some(repair(value)),
    }
}

fn number(text: &str) -> Option<Value> {
    match text {
        "NaN" | "Infinity" | "-Infinity" => None,
        _ => Some(text.parse::<f64>().map_or_else(|_| Value::from(text), Value::from)),
    }
}

/// `1.0` is a whole number.
fn whole(number: serde_json::Number) -> Value {
    let whole = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15);
    match whole {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and within 2^53")]
        Some(whole) if number.is_f64() => Value::from(whole as i64),
        _ => Value::Number(number),
    }
}
