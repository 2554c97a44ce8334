//! `/health` and `/metrics`.

use std::time::Duration;

use jiff::Timestamp;
use prost::Message;
use serde_json::json;
use trueup_server::{Limits, Merge, Refused, State};

use crate::run::{Memory, Running, spans};

const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");

#[tokio::test]
async fn health_says_why_it_is_degraded() {
    let store = Memory::new();
    let server = Running::new(&store, Limits::default()).await;
    let answer = server.get("/health", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({ "status": "ok" })));
    let failed = Merge {
        ended: Timestamp::UNIX_EPOCH,
        took: Duration::from_secs(1),
        error: Some("no such bucket".to_owned()),
    };
    for (state, status, reason) in [
        (
            State { last_merge: Some(failed), ..State::default() },
            200,
            "the last merge failed: no such bucket",
        ),
        (
            State { blocked: Some("the disk is full".to_owned()), ..State::default() },
            503,
            "the disk is full",
        ),
    ] {
        *store.state.lock().expect("no test panics here") = state;
        let answer = server.get("/health", &[]).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.json(), json!({ "status": "degraded", "reason": reason }));
    }
}

#[tokio::test]
async fn metrics_count_what_happened_under_bounded_labels() {
    let store = Memory::new();
    let server = Running::new(&store, Limits::default()).await;
    let body = spans(&["a", "b", ""]).encode_to_vec();
    server.post("/v1/traces", &[PROTOBUF], body.clone()).await;
    server.post("/v1/traces", &[PROTOBUF], "\u{7f}\u{7f}").await;
    server.get("/user/jane", &[]).await;
    store.refuse(Some(Refused::NoRoom));
    server.post("/v1/traces", &[PROTOBUF], body).await;
    *store.state.lock().expect("no test panics here") = State {
        unmerged_objects: 3,
        unmerged_bytes: 4_096,
        oldest_unmerged: Some(Timestamp::UNIX_EPOCH),
        ..State::default()
    };
    let answer = server.get("/metrics", &[]).await;
    let text = answer.text();
    for line in [
        "trueup_requests_total{path=\"/v1/traces\",status=\"200\"} 1",
        "trueup_requests_total{path=\"/v1/traces\",status=\"400\"} 1",
        "trueup_requests_total{path=\"/v1/traces\",status=\"503\"} 1",
        "trueup_requests_total{path=\"other\",status=\"404\"} 1",
        "trueup_events_total{table=\"interactions\",outcome=\"accepted\"} 2",
        "trueup_events_total{table=\"interactions\",outcome=\"refused\"} 2",
        "trueup_rejected_total{what=\"traces\"} 1",
        "trueup_append_seconds_count 1",
        "trueup_in_flight_bytes 0.0",
        "trueup_store_unmerged_objects 3.0",
        "trueup_store_unmerged_bytes 4096.0",
    ] {
        assert!(text.lines().any(|known| known == line), "`{line}` is not in:\n{text}");
    }
    let lag = text.lines().find_map(|line| line.strip_prefix("trueup_store_lag_seconds "));
    assert!(lag.and_then(|lag| lag.parse::<f64>().ok()).is_some_and(|lag| lag > 1e9), "{lag:?}");
    assert!(!text.contains("jane"), "{text}");
    assert!(text.ends_with("# EOF\n"));
}
