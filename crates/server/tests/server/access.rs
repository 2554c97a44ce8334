//! The key: who has it may do everything, who has not may ask whether the server is well.

use std::sync::Arc;

use trueup_server::{Access, Limits, Purpose, Receiver};

use crate::run::{Memory, Paths, Plain, Running};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn locked() -> Running {
    let access = Access::with_key("tk-1".to_owned());
    Running::start(Receiver::new(Memory::new(), Plain, access, Limits::default()), Paths::All).await
}

#[tokio::test]
async fn without_the_key_nothing_goes_in_or_out() {
    let server = locked().await;
    for wrong in ["", "Bearer tk-2", "Bearer tk-11", "Bearer", "Basic tk-1", "tk-1"] {
        for path in ["/v1/traces", "/v1/logs", "/v1/metrics", "/v1/events", "/v1/tokens"] {
            let answer = server.post(path, &[JSON, ("authorization", wrong)], "{}").await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("www-authenticate")),
                (401, "Bearer")
            );
        }
        assert_eq!(server.get("/metrics", &[("authorization", wrong)]).await.status, 401);
    }
}

#[tokio::test]
async fn with_the_key_everything_does() {
    let server = locked().await;
    let key = ("authorization", "Bearer tk-1");
    assert_eq!(server.post("/v1/traces", &[JSON, key], "{}").await.status, 200);
    assert_eq!(server.post("/v1/events", &[JSON, key], "{\"id\":\"a\"}").await.status, 200);
    assert_eq!(server.get("/metrics", &[("authorization", "bearer tk-1")]).await.status, 200);
}

#[tokio::test]
async fn keys_that_are_kept_elsewhere_are_for_what_they_are_for() {
    let known = |key: &str, purpose| match purpose {
        Purpose::Send => key == "tru_send",
        Purpose::Watch => key == "tru_send" || key == "tru_watch",
    };
    let access = Access::with_key("tk-1".to_owned()).or_known(Arc::new(known));
    let receiver = Receiver::new(Memory::new(), Plain, access, Limits::default());
    let server = Running::start(receiver, Paths::All).await;
    for (key, sends, watches) in [
        ("tk-1", 200, 200),
        ("tru_send", 200, 200),
        ("tru_watch", 401, 200),
        ("tru_none", 401, 401),
    ] {
        let bearer = format!("Bearer {key}");
        let key = ("authorization", bearer.as_str());
        assert_eq!(server.post("/v1/traces", &[JSON, key], "{}").await.status, sends, "{key:?}");
        assert_eq!(server.get("/metrics", &[key]).await.status, watches, "{key:?}");
    }
}

#[tokio::test]
async fn health_and_feedback_need_no_key() {
    let server = locked().await;
    assert_eq!(server.get("/health", &[]).await.status, 200);
    assert_eq!(server.post("/v1/feedback", &[JSON], "{\"token\":\"good\"}").await.status, 200);
    assert_eq!(server.post("/v1/feedback", &[JSON], "{\"token\":\"bad\"}").await.status, 401);
}

#[tokio::test]
async fn pages_in_a_browser_may_send_feedback_alone() {
    let receiver = Receiver::new(Memory::new(), Plain, Access::open(), Limits::default());
    let server = Running::start(receiver, Paths::All).await;
    let page = ("origin", "http://rebound.example:4517");
    for path in ["/v1/traces", "/v1/events", "/v1/tokens"] {
        assert_eq!(server.post(path, &[JSON, page], "{}").await.status, 403, "{path}");
    }
    let answer = server.post("/v1/feedback", &[JSON, page], "{\"token\":\"good\"}").await;
    assert_eq!(answer.status, 200);
}
