//! `GET /health` and `GET /metrics`: how the server sees itself.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::access::Purpose;
use crate::intake::Intake;
use crate::metrics::Gauges;
use crate::router::{Receiver, now};
use crate::store::{State as StoreState, Store};

/// `ok`; or `degraded` and why, with 503 if nothing can be taken.
pub async fn health<S: Store, I: Intake>(State(receiver): State<Arc<Receiver<S, I>>>) -> Response {
    let state = receiver.store.state();
    let (status, reason) = judge(&state);
    let said = match reason {
        Some(reason) => json!({ "status": "degraded", "reason": reason }),
        None => json!({ "status": "ok" }),
    };
    (status, Json(said)).into_response()
}

fn judge(state: &StoreState) -> (StatusCode, Option<String>) {
    if let Some(blocked) = &state.blocked {
        return (StatusCode::SERVICE_UNAVAILABLE, Some(blocked.clone()));
    }
    let failed = state.last_merge.as_ref().and_then(|merge| merge.error.as_ref());
    (StatusCode::OK, failed.map(|error| format!("the last merge failed: {error}")))
}

/// Everything that is counted, as `OpenMetrics`.
pub async fn metrics<S: Store, I: Intake>(
    State(receiver): State<Arc<Receiver<S, I>>>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = receiver.access.check(&headers, Purpose::Watch) {
        return refusal.to_json();
    }
    let gauges = Gauges {
        state: receiver.store.state(),
        in_flight_bytes: receiver.budget.held(),
        connections: receiver.limits.connections - receiver.connections.available_permits(),
        now: now(),
    };
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, kind)], receiver.metrics.text(&gauges)).into_response()
}
