//! `POST /v1/events`: interactions, actions and scores as a JSON array or as JSON lines; and
//! `POST /v1/tokens`, which takes the same, stores nothing, and gives tokens for the interactions: for
//! those that are sent as telemetry.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::encoding::{Compression, media_type};
use crate::inflate::inflate;
use crate::intake::{Intake, Lines};
use crate::receive::{Arrived, Held};
use crate::refusal::Refusal;
use crate::router::{Receiver, now};
use crate::store::Store;

/// So many bad lines are named one by one.
const NAMED: usize = 1_000;
/// So many tokens are given in one answer.
const TOKENS: usize = 20_000;

pub async fn take<S: Store, I: Intake>(
    State(receiver): State<Arc<Receiver<S, I>>>,
    request: Request,
) -> Response {
    let asked = request.uri().query().is_some_and(asks_for_tokens);
    match store(&receiver, request, asked).await {
        Ok(said) => said,
        Err(refusal) => refusal.to_json(),
    }
}

pub async fn tokens<S: Store, I: Intake>(
    State(receiver): State<Arc<Receiver<S, I>>>,
    request: Request,
) -> Response {
    match read(&receiver, request, true).await {
        Ok((lines, _)) => answer(lines.tokens.len(), lines, true),
        Err(refusal) => refusal.to_json(),
    }
}

async fn store<S: Store, I: Intake>(
    receiver: &Arc<Receiver<S, I>>,
    request: Request,
    with_tokens: bool,
) -> Result<Response, Refusal> {
    let (mut lines, held) = read(receiver, request, with_tokens).await?;
    let events = std::mem::take(&mut lines.events);
    let accepted = events.len();
    receiver.append(events, held).await?;
    receiver.metrics.rejected("events", lines.rejected.len() as u64);
    Ok(answer(accepted, lines, with_tokens))
}

async fn read<S: Store, I: Intake>(
    receiver: &Arc<Receiver<S, I>>,
    request: Request,
    with_tokens: bool,
) -> Result<(Lines, Held), Refusal> {
    let arrived = receiver.receive(request, receiver.limits.body_bytes, accept).await?;
    let Arrived { terms: compression, body, mut held } = arrived;
    receiver.metrics.received("events", body.len());
    let read = move |receiver: &Receiver<S, I>| {
        let body = inflate(body, compression, receiver.limits.body_bytes, &mut held)?;
        let lines = receiver.intake.events(&body, with_tokens, now());
        if lines.tokens.len() > TOKENS {
            return Err(Refusal::malformed(format!(
                "tokens are given for {TOKENS} interactions at a time; send fewer, nothing was taken"
            )));
        }
        Ok((lines, held))
    };
    receiver.compute(read).await
}

/// Other types are refused: a page could send them from a browser without asking.
fn accept(headers: &HeaderMap) -> Result<Compression, Refusal> {
    const TYPES: [&str; 5] = [
        "application/json",
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/json-lines",
    ];
    let kind = media_type(headers).unwrap_or_default();
    if !TYPES.contains(&kind.as_str()) {
        let message = "send events as application/json or application/x-ndjson";
        return Err(Refusal::unsupported(message));
    }
    Compression::of(headers)
}

fn asks_for_tokens(query: &str) -> bool {
    query.split('&').any(|pair| matches!(pair, "tokens=true" | "tokens=1" | "tokens"))
}

/// What went in and what did not; 400 only if nothing could.
fn answer(accepted: usize, lines: Lines, with_tokens: bool) -> Response {
    let Lines { mut rejected, tokens, .. } = lines;
    let failed = accepted == 0 && !rejected.is_empty();
    let unnamed = rejected.len().saturating_sub(NAMED);
    rejected.truncate(NAMED);
    let mut said = json!({ "accepted": accepted, "rejected": rejected });
    if unnamed > 0 {
        said["rejected_beyond"] = json!(unnamed);
    }
    if with_tokens {
        let tokens = tokens.into_iter().map(|(id, token)| (id, Value::String(token)));
        said["tokens"] = Value::Object(tokens.collect::<Map<_, _>>());
    }
    let status = if failed { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    (status, Json(said)).into_response()
}
