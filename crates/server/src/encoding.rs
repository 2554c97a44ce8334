//! In which form a body is, by its headers; an answer has the same.

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};

pub use trueup_intake::otlp::Encoding;

use crate::refusal::Refusal;

/// What an OTLP export carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    Traces,
    Logs,
    Metrics,
}

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Signal {
    /// As a label.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Signal::Traces => "traces",
            Signal::Logs => "logs",
            Signal::Metrics => "metrics",
        }
    }

    /// What the answer calls the number of those that were rejected, in JSON.
    pub(crate) const fn rejected(self) -> &'static str {
        match self {
            Signal::Traces => "rejectedSpans",
            Signal::Logs => "rejectedLogRecords",
            Signal::Metrics => "rejectedDataPoints",
        }
    }
}

/// How an OTLP message is written, by the content type; `None` if it is neither.
pub(crate) fn encoding(headers: &HeaderMap) -> Option<Encoding> {
    Encoding::of_media_type(headers.get(CONTENT_TYPE)?.to_str().ok()?)
}

pub(crate) const fn media_type_of(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Protobuf => "application/x-protobuf",
        Encoding::Json => "application/json",
    }
}

/// The content type without its parameters, in lower case.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let (kind, _) = text.split_once(';').unwrap_or((text, ""));
    Some(kind.trim().to_ascii_lowercase())
}

impl Compression {
    /// By the content encoding.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Compression, Refusal> {
        let Some(value) = headers.get(CONTENT_ENCODING) else {
            return Ok(Compression::None);
        };
        let named = value.to_str().unwrap_or("?");
        Compression::named(named).ok_or_else(|| {
            Refusal::unsupported(format!(
                "content encoding `{named}` is not read here; send gzip, zstd or identity"
            ))
        })
    }

    pub(crate) fn named(name: &str) -> Option<Compression> {
        match name.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Some(Compression::None),
            "gzip" | "x-gzip" => Some(Compression::Gzip),
            "zstd" => Some(Compression::Zstd),
            _ => None,
        }
    }
}
