//! OTLP over gRPC: one message each way, under the same limits as over HTTP.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Response as HttpResponse};
use axum::response::Response;
use http_body_util::{BodyExt, Full};
use prost::Message;

use crate::encoding::{Compression, Encoding, Signal};
use crate::intake::Intake;
use crate::otlp::{Exported, Sent, export};
use crate::receive::Arrived;
use crate::refusal::Refusal;
use crate::router::Receiver;
use crate::store::Store;

pub const TRACES: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
pub const LOGS: &str = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
pub const METRICS: &str = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

/// One byte that tells compressed from not, four of length.
const PREFIX: usize = 5;
const MEDIA_TYPE: &str = "application/grpc";

pub async fn take<S: Store, I: Intake>(
    receiver: Arc<Receiver<S, I>>,
    signal: Signal,
    request: Request,
) -> Response {
    match read(&receiver, signal, request).await {
        Ok(exported) => success(&exported),
        Err(refusal) => refusal.to_grpc(),
    }
}

async fn read<S: Store, I: Intake>(
    receiver: &Arc<Receiver<S, I>>,
    signal: Signal,
    request: Request,
) -> Result<Exported, Refusal> {
    let limit = receiver.limits.body_bytes + PREFIX;
    let arrived = receiver.receive(request, limit, negotiate).await?;
    let Arrived { terms: compression, body: framed, held } = arrived;
    let (body, compression) = message(&framed, compression)?;
    export(receiver, Sent { signal, encoding: Encoding::Protobuf, compression, body, held }).await
}

pub fn is_grpc(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with(MEDIA_TYPE))
}

/// How messages that say they are compressed are so.
fn negotiate(headers: &HeaderMap) -> Result<Compression, Refusal> {
    if !is_grpc(headers) {
        return Err(Refusal::unsupported("send OTLP over gRPC as application/grpc"));
    }
    let named =
        headers.get("grpc-encoding").map_or("identity", |name| name.to_str().unwrap_or("?"));
    Compression::named(named).ok_or_else(|| {
        Refusal::unsupported(format!(
            "compression `{named}` is not read here; use gzip, zstd or identity"
        ))
    })
}

/// The one message of an export, and how it is compressed.
fn message(framed: &Bytes, compression: Compression) -> Result<(Bytes, Compression), Refusal> {
    let Some((prefix, rest)) = framed.split_at_checked(PREFIX) else {
        return Err(Refusal::malformed("there is no message"));
    };
    let length = u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]);
    if rest.len() as u64 != u64::from(length) {
        return Err(Refusal::malformed("an export is one message, as long as it says"));
    }
    let compression = match prefix[0] {
        0 => Compression::None,
        1 => compression,
        _ => return Err(Refusal::malformed("the message begins with an unknown flag")),
    };
    Ok((framed.slice(PREFIX..), compression))
}

fn success(exported: &Exported) -> Response {
    let message = exported.encode_to_vec();
    let length = u32::try_from(message.len()).expect("an answer is short");
    let framed = [&[0][..], &length.to_be_bytes(), &message].concat();
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    let end = ready(Some(Ok::<_, Infallible>(trailers)));
    let body = Body::new(Full::new(Bytes::from(framed)).with_trailers(end));
    let mut response = HttpResponse::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
        .headers_mut()
        .insert("grpc-accept-encoding", HeaderValue::from_static("identity,gzip,zstd"));
    response
}

/// The status of an answer over gRPC, for the metrics; `None` for another answer.
pub fn status(response: &Response) -> Option<String> {
    if !is_grpc(response.headers()) {
        return None;
    }
    let code = response.headers().get("grpc-status").and_then(|code| code.to_str().ok());
    Some(format!("grpc {}", code.unwrap_or("0")))
}
