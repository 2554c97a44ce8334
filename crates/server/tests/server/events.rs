//! `/v1/events`: good lines go in, bad ones are named.

use serde_json::json;
use trueup_server::{Limits, Refused};

use crate::run::{Memory, Running};

const NDJSON: (&str, &str) = ("content-type", "application/x-ndjson");

#[tokio::test]
async fn good_lines_go_in_and_bad_ones_are_named() {
    let store = Memory::new();
    let server = Running::new(&store, Limits::default()).await;
    let answer =
        server.post("/v1/events", &[NDJSON], "{\"id\":\"a\"}\nnonsense\n{\"id\":\"b\"}").await;
    assert_eq!(answer.status, 200);
    let said = answer.json();
    assert_eq!((&said["accepted"], &said["rejected"][0]["line"]), (&json!(2), &json!(2)));
    assert!(said["rejected"][0]["error"].as_str().is_some_and(|error| !error.is_empty()));
    assert_eq!(said.get("tokens"), None);
    assert_eq!(store.len(), 2);
}

#[tokio::test]
async fn it_is_a_bad_request_only_if_nothing_went_in() {
    let server = Running::new(&Memory::new(), Limits::default()).await;
    let answer = server.post("/v1/events", &[NDJSON], "nonsense\nmore").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["accepted"]), (400, &json!(0)));
    let answer = server.post("/v1/events", &[NDJSON], "").await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (200, json!({"accepted": 0, "rejected": []}))
    );
}

#[tokio::test]
async fn many_bad_lines_do_not_make_a_long_answer() {
    let server = Running::new(&Memory::new(), Limits::default()).await;
    let said = server.post("/v1/events", &[NDJSON], "x\n".repeat(1_500)).await.json();
    assert_eq!(said["rejected"].as_array().map(Vec::len), Some(1_000));
    assert_eq!(said["rejected_beyond"], json!(500));
}

#[tokio::test]
async fn tokens_come_when_asked_for() {
    let store = Memory::new();
    let server = Running::new(&store, Limits::default()).await;
    let answer = server.post("/v1/events?tokens=true", &[NDJSON], "{\"id\":\"a\"}").await;
    assert_eq!(answer.json()["tokens"], json!({ "a": "token-a" }));
    assert_eq!(store.len(), 1);
    let answer = server.post("/v1/tokens", &[NDJSON], "{\"id\":\"b\"}\n{\"id\":\"c\"}").await;
    assert_eq!(answer.json()["tokens"], json!({ "b": "token-b", "c": "token-c" }));
    assert_eq!(store.len(), 1, "asking for tokens stores nothing");
}

#[tokio::test]
async fn types_that_a_page_may_send_unasked_are_refused() {
    let server = Running::new(&Memory::new(), Limits::default()).await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let answer = server.post("/v1/events", &[("content-type", kind)], "{\"id\":\"a\"}").await;
        assert_eq!(answer.status, 415, "{kind}");
        assert!(answer.json()["error"].as_str().is_some_and(|error| error.contains("ndjson")));
    }
}

#[tokio::test]
async fn a_full_store_takes_them_later() {
    let store = Memory::new();
    store.refuse(Some(Refused::NoRoom));
    let server = Running::new(&store, Limits::default()).await;
    let answer = server.post("/v1/events", &[NDJSON], "{\"id\":\"a\"}").await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "2"));
}
