//! Every way to say no, in the words of HTTP, OTLP and gRPC.
//!
//! OTLP clients send again after 429, 502, 503 and 504 alone and drop the data after any other status, so
//! whatever may pass by itself is 503.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use prost::Message;
use serde_json::json;
use tonic::Code;

use crate::encoding::{Encoding, media_type_of};
use crate::store::Refused;

/// Why a request is not answered with success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: StatusCode,
    pub message: String,
    /// When the client should try again.
    pub retry_after: Option<Duration>,
}

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Detail>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
struct Detail {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<Delay>,
}

/// `google.protobuf.Duration`.
#[derive(Clone, PartialEq, Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Refusal {
        Refusal { status, message: message.into(), retry_after: None }
    }

    pub fn malformed(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, message)
    }

    pub fn unauthorized(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::UNAUTHORIZED, message)
    }

    pub fn forbidden(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::FORBIDDEN, message)
    }

    pub fn too_large(limit: usize) -> Refusal {
        let message = format!("the body is over {limit} bytes; send less at a time");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    pub fn unsupported(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
    }

    /// For a path or a method that there is not.
    pub fn not_here(status: StatusCode, message: impl Into<String>) -> Refusal {
        Refusal::new(status, message)
    }

    /// For a mistake of this program, which the same body would meet again.
    pub fn our_fault() -> Refusal {
        let message = "this body meets a mistake in Trueup; nothing of it was taken";
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// For what passes by itself.
    pub fn busy(message: impl Into<String>, retry_after: Duration) -> Refusal {
        let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message);
        Refusal { retry_after: Some(retry_after), ..refusal }
    }

    pub fn of_store(refused: &Refused, retry_after: Duration) -> Refusal {
        Refusal::busy(format!("{refused}; nothing was taken, send it again later"), retry_after)
    }

    /// As an answer to an OTLP export over HTTP.
    pub fn to_otlp(&self, encoding: Encoding) -> Response {
        let code = self.code() as i32;
        let body = match encoding {
            Encoding::Protobuf => self.rpc_status(Vec::new()).encode_to_vec(),
            Encoding::Json => json!({ "code": code, "message": self.message }).to_string().into(),
        };
        let kind = [(CONTENT_TYPE, media_type_of(encoding))];
        self.with_headers((self.status, kind, body).into_response())
    }

    /// As an answer of the other paths.
    pub fn to_json(&self) -> Response {
        self.with_headers((self.status, Json(json!({ "error": self.message }))).into_response())
    }

    /// As an answer over gRPC.
    pub fn to_grpc(&self) -> Response {
        let details = self.retry_after.map(retry_info).into_iter().collect();
        let status = self.rpc_status(details).encode_to_vec();
        tonic::Status::with_details(self.code(), self.message.clone(), Bytes::from(status))
            .into_http()
    }

    fn rpc_status(&self, details: Vec<Detail>) -> RpcStatus {
        RpcStatus { code: self.code() as i32, message: self.message.clone(), details }
    }

    /// The code of gRPC. What is too large must not be sent again, so it comes without the time to wait
    /// that would say the opposite.
    fn code(&self) -> Code {
        match self.status {
            StatusCode::UNAUTHORIZED => Code::Unauthenticated,
            StatusCode::FORBIDDEN => Code::PermissionDenied,
            StatusCode::PAYLOAD_TOO_LARGE => Code::ResourceExhausted,
            StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::NOT_FOUND => Code::Unimplemented,
            StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
            StatusCode::INTERNAL_SERVER_ERROR => Code::Internal,
            _ => Code::InvalidArgument,
        }
    }

    fn with_headers(&self, mut response: Response) -> Response {
        if let Some(retry_after) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, retry_after.as_secs().max(1).into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

fn retry_info(after: Duration) -> Detail {
    let seconds = i64::try_from(after.as_secs()).unwrap_or(i64::MAX);
    let nanos = i32::try_from(after.subsec_nanos()).expect("below a thousand million");
    let info = RetryInfo { retry_delay: Some(Delay { seconds, nanos }) };
    let type_url = "type.googleapis.com/google.rpc.RetryInfo".to_owned();
    Detail { type_url, value: info.encode_to_vec() }
}
