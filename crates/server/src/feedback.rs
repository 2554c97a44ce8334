//! `POST /v1/feedback`: what a person says of one answer, from whoever holds its token. No key is
//! asked for, so it may come from a browser; the token is signed and names one interaction.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::encoding::{Encoding, encoding, media_type};
use crate::intake::{Intake, NoFeedback};
use crate::receive::{Arrived, receive};
use crate::refusal::Refusal;
use crate::router::{Receiver, now};
use crate::store::Store;

pub async fn take<S: Store, I: Intake>(
    State(receiver): State<Arc<Receiver<S, I>>>,
    request: Request,
) -> Response {
    let origin = allowed_origin(&receiver, request.headers());
    let mut response = match read(&receiver, request).await {
        Ok(()) => Json(json!({ "accepted": 1 })).into_response(),
        Err(refusal) => refusal.to_json(),
    };
    share(&mut response, origin);
    response
}

async fn read<S: Store, I: Intake>(
    receiver: &Arc<Receiver<S, I>>,
    request: Request,
) -> Result<(), Refusal> {
    let limit = receiver.limits.feedback_bytes;
    let arrived = receive(request, accept, limit, &receiver.limits, &receiver.budget).await?;
    let Arrived { terms: (), body, held } = arrived;
    receiver.metrics.received("feedback", body.len());
    let event = receiver.intake.feedback(&body, now()).map_err(|no| match no {
        NoFeedback::Token(message) => Refusal::unauthorized(message),
        NoFeedback::Malformed(message) => Refusal::malformed(message),
    });
    let event = event.inspect_err(|_| receiver.metrics.rejected("feedback", 1))?;
    receiver.append(vec![event], held).await
}

fn accept(headers: &HeaderMap) -> Result<(), Refusal> {
    if encoding(headers) == Some(Encoding::Json) {
        return Ok(());
    }
    let kind = media_type(headers).unwrap_or_default();
    Err(Refusal::unsupported(format!("send feedback as application/json, not `{kind}`")))
}

/// Answers a browser that asks whether a page may send feedback.
pub async fn preflight<S: Store, I: Intake>(
    State(receiver): State<Arc<Receiver<S, I>>>,
    headers: HeaderMap,
) -> Response {
    let origin = allowed_origin(&receiver, &headers);
    let mut response = StatusCode::NO_CONTENT.into_response();
    if origin.is_some() {
        for (name, value) in [
            (ACCESS_CONTROL_ALLOW_METHODS, "POST"),
            (ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
            (ACCESS_CONTROL_MAX_AGE, "3600"),
        ] {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    share(&mut response, origin);
    response
}

fn allowed_origin<S, I>(receiver: &Receiver<S, I>, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(ORIGIN)?;
    let known = |allowed: &String| allowed.as_bytes() == origin.as_bytes();
    receiver.feedback_origins.iter().any(known).then(|| origin.clone())
}

fn share(response: &mut Response, origin: Option<HeaderValue>) {
    if let Some(origin) = origin {
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.headers_mut().insert(VARY, HeaderValue::from_static("Origin"));
    }
}
