//! Bytes become requests, in protobuf and in JSON, as OTLP allows them.

use prost::Message;
use serde::de::DeserializeOwned;

use super::repair::repair;

/// How a request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Protobuf,
    Json,
}

/// Why bytes are no request. A client must not send them again: they would fail again.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("the body is no such protobuf message ({0}): check the path and `content-type`")]
    Protobuf(#[from] prost::DecodeError),
    #[error(
        "the body is no OTLP/JSON ({0}): ids are hex, enums are numbers, names are lowerCamelCase"
    )]
    Json(#[from] serde_json::Error),
}

impl Encoding {
    /// The encoding that a media type names, whatever its parameters.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Option<Encoding> {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            "application/x-protobuf" | "application/protobuf" => Some(Encoding::Protobuf),
            "application/json" => Some(Encoding::Json),
            _ => None,
        }
    }
}

/// Reads a request. Both readers stop at some depth of nesting: protobuf at 100 messages, JSON at 128
/// levels; what is deeper is an error and never an overflow.
pub fn decode<T>(encoding: Encoding, body: &[u8]) -> Result<T, DecodeError>
where
    T: Message + Default + DeserializeOwned,
{
    match encoding {
        Encoding::Protobuf => Ok(T::decode(body)?),
        Encoding::Json => match serde_json::from_slice(body) {
            Ok(request) => Ok(request),
            // Rarely, a client writes what the specification allows and the reader does not.
            Err(_) => Ok(serde_json::from_value(repair(serde_json::from_slice(body)?))?),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::Encoding;

    #[test]
    fn parameters_of_a_media_type_do_not_matter() {
        let encoding = Encoding::of_media_type;
        assert_eq!(encoding("application/json; charset=utf-8"), Some(Encoding::Json));
        assert_eq!(encoding("Application/X-Protobuf"), Some(Encoding::Protobuf));
        assert_eq!(encoding("text/plain"), None);
        assert_eq!(encoding(""), None);
    }
}
