//! `/v1/feedback`: whoever holds a token may speak, also from a page.

use serde_json::json;
use trueup_server::{Access, Limits, Receiver};

use crate::run::{Memory, Paths, Plain, Running};

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn a_token_lets_one_feedback_in() {
    let store = Memory::new();
    let server = Running::new(&store, Limits::default()).await;
    let answer = server.post("/v1/feedback", &[JSON], "{\"token\":\"good\"}").await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({ "accepted": 1 })));
    assert_eq!(store.len(), 1);
    let answer = server.post("/v1/feedback", &[JSON], "{\"token\":\"forged\"}").await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["error"].as_str()),
        (401, Some("the token is forged"))
    );
    assert_eq!(server.post("/v1/feedback", &[JSON], "nonsense").await.status, 400);
    assert_eq!(server.post("/v1/feedback", &[], "{}").await.status, 415);
    assert_eq!(server.post("/v1/feedback", &[JSON], " ".repeat(100_000)).await.status, 413);
    assert_eq!(store.len(), 1);
}

#[tokio::test]
async fn only_pages_of_known_origins_are_told_that_they_may() {
    let origins = vec!["https://app.example".to_owned()];
    let receiver = Receiver::new(Memory::new(), Plain, Access::open(), Limits::default());
    let server = Running::start(receiver.with_feedback_origins(origins), Paths::All).await;
    for (origin, allowed) in
        [("https://app.example", "https://app.example"), ("https://evil.example", "")]
    {
        let headers = [JSON, ("origin", origin)];
        let preflight =
            server.client().await.send("OPTIONS", "/v1/feedback", &headers, "".into()).await;
        assert_eq!(preflight.header("access-control-allow-origin"), allowed);
        assert_eq!(
            preflight.headers.contains_key("access-control-allow-headers"),
            !allowed.is_empty()
        );
        let answer = server.post("/v1/feedback", &headers, "{\"token\":\"good\"}").await;
        assert_eq!(answer.header("access-control-allow-origin"), allowed);
    }
    let preflight = server.client().await;
    let mut preflight = preflight;
    let events =
        preflight.send("OPTIONS", "/v1/events", &[("origin", "https://app.example")], "".into());
    assert_eq!(events.await.header("access-control-allow-origin"), "", "feedback alone is shared");
}
