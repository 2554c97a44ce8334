//! OTLP over HTTP: an export in protobuf or JSON, answered in the same.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use prost::Message;
use serde_json::json;

use crate::encoding::{Compression, Encoding, Signal, encoding, media_type_of};
use crate::inflate::inflate;
use crate::intake::Intake;
use crate::receive::{Arrived, Held};
use crate::refusal::Refusal;
use crate::router::{Receiver, now};
use crate::store::Store;

/// `ExportTraceServiceResponse`, and those of logs and metrics: the three are written alike.
#[derive(Clone, PartialEq, Message)]
pub struct Exported {
    /// Unset when everything was taken and there is nothing to say.
    #[prost(message, optional, tag = "1")]
    pub partial: Option<Partial>,
}

/// `ExportTracePartialSuccess`, and those of logs and metrics.
#[derive(Clone, PartialEq, Message)]
pub struct Partial {
    #[prost(int64, tag = "1")]
    pub rejected: i64,
    #[prost(string, tag = "2")]
    pub message: String,
}

/// A body and all that must be known to read it.
pub struct Sent {
    pub signal: Signal,
    pub encoding: Encoding,
    pub compression: Compression,
    pub body: Bytes,
    pub held: Held,
}

/// What a message may grow to.
const MESSAGE: usize = 16 << 10;

pub async fn take<S: Store, I: Intake>(
    receiver: Arc<Receiver<S, I>>,
    signal: Signal,
    request: Request,
) -> Response {
    let encoding = encoding(request.headers());
    match read(&receiver, signal, encoding, request).await {
        Ok((encoding, exported)) => exported.to_response(signal, encoding),
        Err(refusal) => refusal.to_otlp(encoding.unwrap_or(Encoding::Json)),
    }
}

async fn read<S: Store, I: Intake>(
    receiver: &Arc<Receiver<S, I>>,
    signal: Signal,
    encoding: Option<Encoding>,
    request: Request,
) -> Result<(Encoding, Exported), Refusal> {
    let accept = |headers: &HeaderMap| match encoding {
        Some(encoding) => Ok((encoding, Compression::of(headers)?)),
        None => {
            Err(Refusal::unsupported("send OTLP as application/x-protobuf or application/json"))
        }
    };
    let arrived = receiver.receive(request, receiver.limits.body_bytes, accept).await?;
    let Arrived { terms: (encoding, compression), body, held } = arrived;
    let sent = Sent { signal, encoding, compression, body, held };
    Ok((encoding, export(receiver, sent).await?))
}

/// Takes in an export, however it came.
pub async fn export<S: Store, I: Intake>(
    receiver: &Arc<Receiver<S, I>>,
    sent: Sent,
) -> Result<Exported, Refusal> {
    let Sent { signal, encoding, compression, body, mut held } = sent;
    receiver.metrics.received(signal.name(), body.len());
    let (export, held) = receiver
        .compute(move |receiver| {
            let body = inflate(body, compression, receiver.limits.body_bytes, &mut held)?;
            let export = receiver.intake.export(signal, encoding, &body, now());
            Ok((export.map_err(|malformed| Refusal::malformed(malformed.0))?, held))
        })
        .await?;
    receiver.append(export.events, held).await?;
    receiver.metrics.rejected(signal.name(), export.rejected);
    Ok(Exported::new(export.rejected, export.message))
}

impl Exported {
    fn new(rejected: u64, mut message: String) -> Exported {
        if rejected == 0 && message.is_empty() {
            return Exported { partial: None };
        }
        message.truncate(message.floor_char_boundary(MESSAGE));
        let rejected = i64::try_from(rejected).unwrap_or(i64::MAX);
        Exported { partial: Some(Partial { rejected, message }) }
    }

    fn to_response(&self, signal: Signal, encoding: Encoding) -> Response {
        let body = match encoding {
            Encoding::Protobuf => self.encode_to_vec(),
            Encoding::Json => self.to_json(signal).to_string().into(),
        };
        ([(CONTENT_TYPE, media_type_of(encoding))], body).into_response()
    }

    fn to_json(&self, signal: Signal) -> serde_json::Value {
        match &self.partial {
            None => json!({}),
            // 64-bit integers are texts in OTLP/JSON.
            Some(Partial { rejected, message }) => json!({
                "partialSuccess": {
                    signal.rejected(): rejected.to_string(),
                    "errorMessage": message,
                },
            }),
        }
    }
}
