//! Values as they come, read as the kind that a field takes: what is exact is taken, whatever else
//! is no value.

use std::borrow::Cow;

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;

use crate::dialect::As;
use crate::normal;

/// Longer names and ids are cut.
const TEXT_AT_MOST: usize = 512;
/// More texts of one list are left out.
const TEXTS_AT_MOST: usize = 32;
/// Whole numbers up to here are exact as floating point.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A value before it is read.
#[derive(Debug, Clone, Copy)]
pub enum Raw<'a> {
    Any(&'a Any),
    Json(&'a serde_json::Value),
}

/// A value of the kind that its field takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard<'a> {
    Text(Cow<'a, str>),
    Texts(Vec<String>),
    Count(i64),
    Number(f64),
    Truth(bool),
}

impl<'a> Raw<'a> {
    /// Reads it as a kind.
    pub fn read(self, kind: As) -> Option<Heard<'a>> {
        Some(match kind {
            As::Text => Heard::Text(self.text()?),
            As::Texts => Heard::Texts(self.texts()?),
            As::Count => Heard::Count(self.count()?),
            As::Number => Heard::Number(self.number()?),
            As::Truth => Heard::Truth(self.truth()?),
            As::Operation => Heard::Text(normal::operation(&self.text()?)?),
            As::Provider => Heard::Text(normal::provider(&self.text()?)),
            As::Finish => Heard::Text(normal::finish(&self.text()?)?),
            As::Error => Heard::Text(Cow::Owned(normal::error(&self.text()?))),
            As::Bet | As::Captured => return None,
        })
    }

    /// Text as it is; numbers as they are written; of a list the first. Empty is none.
    pub fn text(self) -> Option<Cow<'a, str>> {
        let text = match self {
            Raw::Any(Any::StringValue(text)) | Raw::Json(serde_json::Value::String(text)) => {
                Cow::Borrowed(text.trim())
            }
            Raw::Any(Any::IntValue(number)) => Cow::Owned(number.to_string()),
            Raw::Json(serde_json::Value::Number(number)) => Cow::Owned(number.to_string()),
            Raw::Any(Any::DoubleValue(number)) if number.is_finite() => {
                Cow::Owned(number.to_string())
            }
            Raw::Any(Any::ArrayValue(list)) => {
                let first = list.values.first()?.value.as_ref()?;
                match first {
                    Any::StringValue(text) => Cow::Borrowed(text.trim()),
                    _ => return None,
                }
            }
            Raw::Json(serde_json::Value::Array(list)) => match list.first()? {
                serde_json::Value::String(text) => Cow::Borrowed(text.trim()),
                _ => return None,
            },
            _ => return None,
        };
        let text = first_of_written_list(text);
        (!text.is_empty()).then(|| cut(text))
    }

    /// A list of texts, or one text.
    pub fn texts(self) -> Option<Vec<String>> {
        let texts: Vec<String> = match self {
            Raw::Any(Any::ArrayValue(list)) => list
                .values
                .iter()
                .filter_map(|value| Raw::Any(value.value.as_ref()?).text())
                .map(Cow::into_owned)
                .take(TEXTS_AT_MOST)
                .collect(),
            Raw::Json(serde_json::Value::Array(list)) => list
                .iter()
                .filter_map(|value| Raw::Json(value).text())
                .map(Cow::into_owned)
                .take(TEXTS_AT_MOST)
                .collect(),
            one => vec![one.text()?.into_owned()],
        };
        (!texts.is_empty()).then_some(texts)
    }

    /// A whole number that is not negative.
    pub fn count(self) -> Option<i64> {
        let count = match self {
            Raw::Any(Any::IntValue(number)) => Some(*number),
            Raw::Any(Any::DoubleValue(number)) => whole(*number),
            Raw::Any(Any::StringValue(text)) | Raw::Json(serde_json::Value::String(text)) => {
                written(text)
            }
            Raw::Json(serde_json::Value::Number(number)) => {
                number.as_i64().or_else(|| whole(number.as_f64()?))
            }
            _ => None,
        };
        count.filter(|count| *count >= 0)
    }

    /// A finite number; true is 1.
    pub fn number(self) -> Option<f64> {
        let number = match self {
            Raw::Any(Any::IntValue(number)) => Some(*number as f64),
            Raw::Any(Any::DoubleValue(number)) => Some(*number),
            Raw::Any(Any::BoolValue(truth)) | Raw::Json(serde_json::Value::Bool(truth)) => {
                Some(f64::from(u8::from(*truth)))
            }
            Raw::Any(Any::StringValue(text)) | Raw::Json(serde_json::Value::String(text)) => {
                text.trim().parse().ok()
            }
            Raw::Json(serde_json::Value::Number(number)) => number.as_f64(),
            _ => None,
        };
        number.filter(|number| number.is_finite())
    }

    fn truth(self) -> Option<bool> {
        match self {
            Raw::Any(Any::BoolValue(truth)) | Raw::Json(serde_json::Value::Bool(truth)) => {
                Some(*truth)
            }
            Raw::Any(Any::StringValue(text)) | Raw::Json(serde_json::Value::String(text)) => {
                text.trim().to_ascii_lowercase().parse().ok()
            }
            _ => None,
        }
    }
}

/// Some clients send `["stop"]` as text.
fn first_of_written_list(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.starts_with('[') {
        return text;
    }
    let list: Result<Vec<String>, _> = serde_json::from_str(&text);
    match list {
        Ok(list) => Cow::Owned(list.into_iter().next().unwrap_or_default()),
        Err(_) => text,
    }
}

/// At most [`TEXT_AT_MOST`] bytes, and whole characters.
fn cut(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.len() <= TEXT_AT_MOST {
        return text;
    }
    Cow::Owned(text[..text.floor_char_boundary(TEXT_AT_MOST)].to_owned())
}

fn whole(number: f64) -> Option<i64> {
    let whole = number.fract() == 0.0 && number.abs() < EXACT;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and within 2^53")]
    whole.then_some(number as i64)
}

fn written(text: &str) -> Option<i64> {
    let text = text.trim();
    text.parse().ok().or_else(|| whole(text.parse().ok()?))
}

impl Heard<'_> {
    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Heard::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same, on its own.
    #[must_use]
    pub fn into_owned(self) -> Heard<'static> {
        match self {
            Heard::Text(text) => Heard::Text(Cow::Owned(text.into_owned())),
            Heard::Texts(texts) => Heard::Texts(texts),
            Heard::Count(count) => Heard::Count(count),
            Heard::Number(number) => Heard::Number(number),
            Heard::Truth(truth) => Heard::Truth(truth),
        }
    }
}
