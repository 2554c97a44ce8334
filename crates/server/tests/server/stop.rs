//! The end: what is in flight is answered, nothing new is taken.

use std::time::Duration;

use prost::Message;
use tokio::net::TcpStream;
use trueup_server::Limits;

use crate::run::{Memory, Running, spans};

const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");

#[tokio::test]
async fn requests_in_flight_are_answered_and_idle_connections_closed() {
    let store = Memory::waits();
    let server = Running::new(&store, Limits::default()).await;
    let port = server.port;
    let (_idle, mut client) = (server.client().await, server.client().await);
    let answer = tokio::spawn(async move {
        client.post("/v1/traces", &[PROTOBUF], spans(&["a"]).encode_to_vec()).await
    });
    store.begun.acquire().await.expect("the store stays").forget();
    let end = server.stop();
    while TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!end.is_finished(), "a request is in flight");
    store.gate.add_permits(1);
    assert_eq!(answer.await.expect("it was sent").status, 200);
    assert!(end.await.expect("it served"), "all were answered");
    assert_eq!(store.len(), 1);
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_keep_it() {
    let store = Memory::waits();
    let limits = Limits { drain: Duration::from_millis(20), ..Limits::default() };
    let server = Running::new(&store, limits).await;
    let mut client = server.client().await;
    tokio::spawn(async move {
        client.post("/v1/traces", &[PROTOBUF], spans(&["a"]).encode_to_vec()).await
    });
    store.begun.acquire().await.expect("the store stays").forget();
    assert!(!server.stop().await.expect("it served"), "one was not answered");
    assert_eq!(store.len(), 0, "and so not acknowledged");
}
