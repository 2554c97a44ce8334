//! What is sent: the fields of a form, or the same as JSON.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use futures::StreamExt;
use serde_json::Value;

/// The largest body that is read.
pub const LARGEST: usize = 1 << 20;
/// What is thrown away of a larger body, so that whoever sends it reads the answer.
const DRAINED: usize = 16 << 20;

/// Fields in their order, each as often as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

/// Why a body is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    #[error("this is larger than 1 MiB, more than any form holds; send less at a time")]
    TooLarge,
    #[error("a form or JSON is expected: `Content-Type: application/json`")]
    Kind,
    #[error("{0}")]
    Malformed(String),
}

impl NotRead {
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            NotRead::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            NotRead::Kind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            NotRead::Malformed(_) => StatusCode::BAD_REQUEST,
        }
    }
}

impl Fields {
    /// The first value of a field; `None` if it was not sent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The first value without space around it; `None` if nothing else is there.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Every value of a field.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.iter().filter(move |(field, _)| *field == name).map(|(_, value)| value)
    }

    /// Every field with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Reads a body of a form or of JSON. With it comes whether it was JSON.
    pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<(Fields, bool), NotRead> {
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
        let bytes = bytes(body).await?;
        match kind {
            Some(kind) if kind.eq_ignore_ascii_case("application/json") => {
                Ok((of_json(&bytes)?, true))
            }
            Some(kind) if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") => {
                Ok((Fields(form_urlencoded::parse(&bytes).into_owned().collect()), false))
            }
            // A button without a field.
            None if bytes.is_empty() => Ok((Fields::default(), false)),
            _ => Err(NotRead::Kind),
        }
    }
}

async fn bytes(body: Body) -> Result<Vec<u8>, NotRead> {
    let mut stream = body.into_data_stream();
    let (mut bytes, mut seen) = (Vec::new(), 0);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| NotRead::Malformed("the body breaks off".to_owned()))?;
        seen += chunk.len();
        if seen > DRAINED {
            break;
        } else if seen <= LARGEST {
            bytes.extend_from_slice(&chunk);
        }
    }
    if seen > LARGEST { Err(NotRead::TooLarge) } else { Ok(bytes) }
}

/// An object of texts, numbers, truths and lists of them, as a form would send it: what is false or null is left out.
fn of_json(bytes: &[u8]) -> Result<Fields, NotRead> {
    let malformed = |error: serde_json::Error| NotRead::Malformed(format!("no JSON: {error}"));
    let Value::Object(members) = serde_json::from_slice(bytes).map_err(malformed)? else {
        return Err(NotRead::Malformed("an object of fields is expected".to_owned()));
    };
    let mut fields = Vec::new();
    for (name, value) in members {
        let values = match value {
            Value::Array(values) => values,
            one => vec![one],
        };
        for value in values {
            match value {
                Value::String(text) => fields.push((name.clone(), text)),
                Value::Number(number) => fields.push((name.clone(), number.to_string())),
                Value::Bool(true) => fields.push((name.clone(), "true".to_owned())),
                Value::Bool(false) | Value::Null => {}
                Value::Array(_) | Value::Object(_) => {
                    let message =
                        format!("`{name}` is a text, a number, a truth or a list of them");
                    return Err(NotRead::Malformed(message));
                }
            }
        }
    }
    Ok(Fields(fields))
}

#[cfg(test)]
mod tests {
    use super::{NotRead, of_json};

    #[test]
    fn json_gives_the_fields_of_a_form() {
        let json = br#"{"name":" a ","of":["x",2,true],"no":false,"none":null}"#;
        let fields = of_json(json).expect("it is an object");
        assert_eq!(fields.text("name"), Some("a"));
        assert_eq!(fields.all("of").collect::<Vec<_>>(), ["x", "2", "true"]);
        assert_eq!((fields.get("no"), fields.get("none"), fields.text("x")), (None, None, None));
        let nested: &[&[u8]] = &[b"[1]", b"{\"a\":{}}", b"{\"a\":[[1]]}", b"{", b""];
        for malformed in nested {
            assert!(matches!(of_json(malformed), Err(NotRead::Malformed(_))));
        }
    }
}
