//! No client takes the server down: by size, by number, or by taking its time.

use std::io::Write;

use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use trueup_server::Limits;

use crate::run::{Memory, Running, impatient, long_span, spans};

const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_one_at_it_is_not() {
    let store = Memory::new();
    let limits = Limits { body_bytes: 200_000, ..Limits::default() };
    let server = Running::new(&store, limits).await;
    let around = long_span(150_000).len() - 150_000;
    let mut fits = long_span(200_000 - around);
    assert_eq!(fits.len(), 200_000);
    assert_eq!(server.post("/v1/traces", &[PROTOBUF], fits.clone()).await.status, 200);
    fits.push(0);
    // The client sees the answer though it still writes.
    assert_eq!(server.post("/v1/traces", &[PROTOBUF], fits).await.status, 413);
    assert_eq!(server.post("/v1/traces", &[PROTOBUF], long_span(5_000_000)).await.status, 413);
    assert_eq!(store.len(), 1);
}

#[tokio::test]
async fn the_limit_holds_without_a_length_and_after_decompression() {
    let limits = Limits { body_bytes: 100_000, ..Limits::default() };
    let server = Running::new(&Memory::new(), limits).await;
    let mut socket = server.socket().await;
    let head = "POST /v1/traces HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\
                transfer-encoding: chunked\r\n\r\n";
    socket.write_all(head.as_bytes()).await.expect("it is read");
    for _ in 0..12 {
        let chunk = format!("{:x}\r\n{}\r\n", 10_000, " ".repeat(10_000));
        socket.write_all(chunk.as_bytes()).await.expect("it is read");
    }
    socket.write_all(b"0\r\n\r\n").await.expect("it is read");
    let mut status = [0; 12];
    socket.read_exact(&mut status).await.expect("there is an answer");
    assert_eq!(&status, b"HTTP/1.1 413");

    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&long_span(100_000)).expect("memory takes it");
    let packed = encoder.finish().expect("memory takes it");
    assert!(packed.len() < 1_000);
    let headers = [PROTOBUF, ("content-encoding", "gzip")];
    assert_eq!(server.post("/v1/traces", &headers, packed).await.status, 413);
}

#[tokio::test]
async fn who_asks_first_whether_to_send_is_told_not_to() {
    let limits = Limits { body_bytes: 1_000, ..Limits::default() };
    let server = Running::new(&Memory::new(), limits).await;
    let mut socket = server.socket().await;
    let head = "POST /v1/traces HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\
                content-length: 1001\r\nexpect: 100-continue\r\n\r\n";
    socket.write_all(head.as_bytes()).await.expect("it is read");
    let mut status = [0; 12];
    socket.read_exact(&mut status).await.expect("there is an answer");
    assert_eq!(&status, b"HTTP/1.1 413");
}

#[tokio::test]
async fn more_in_flight_than_allowed_is_to_be_sent_again() {
    let store = Memory::waits();
    let limits = Limits { in_flight_bytes: 150_000, ..Limits::default() };
    let server = Running::new(&store, limits).await;
    let mut first = server.client().await;
    let first =
        tokio::spawn(
            async move { first.post("/v1/traces", &[PROTOBUF], long_span(100_000)).await },
        );
    store.begun.acquire().await.expect("the store stays").forget();
    let answer = server.post("/v1/traces", &[PROTOBUF], long_span(100_000)).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "2"));
    store.gate.add_permits(2);
    assert_eq!(first.await.expect("it was sent").status, 200);
    let answer = server.post("/v1/traces", &[PROTOBUF], long_span(100_000)).await;
    assert_eq!(answer.status, 200, "what was held is given back");
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_a_place() {
    let limits = Limits { connections: 2, ..Limits::default() };
    let server = Running::new(&Memory::new(), limits).await;
    let body = spans(&["a"]).encode_to_vec();
    let mut two = [server.client().await, server.client().await];
    for client in &mut two {
        assert_eq!(client.post("/v1/traces", &[PROTOBUF], body.clone()).await.status, 200);
    }
    let mut third = server.client().await;
    let mut answer = Box::pin(third.post("/v1/traces", &[PROTOBUF], body.clone()));
    let [one, mut other] = two;
    tokio::select! {
        biased;
        answer = &mut answer => panic!("there was no place: {answer:?}"),
        again = other.post("/v1/traces", &[PROTOBUF], body) => assert_eq!(again.status, 200),
    }
    drop(one);
    assert_eq!(answer.await.status, 200);
}

#[tokio::test]
async fn whoever_sends_nothing_or_half_a_head_is_left() {
    let server = Running::new(&Memory::new(), impatient()).await;
    for sent in ["", "P", "PRI * HT", "POST /v1/traces HTTP/1.1\r\nhost: te"] {
        let mut socket = server.socket().await;
        socket.write_all(sent.as_bytes()).await.expect("it is read");
        let mut answer = Vec::new();
        // Ends when the server closes, with or without a word.
        let _ = socket.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP/1.1 2"), "{sent}");
    }
}

#[tokio::test]
async fn half_a_body_is_not_waited_for() {
    let server = Running::new(&Memory::new(), impatient()).await;
    let mut socket = server.socket().await;
    let head = "POST /v1/traces HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\
                content-length: 100\r\n\r\n{";
    socket.write_all(head.as_bytes()).await.expect("it is read");
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.expect("the server closes");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("retry-after: "), "{answer}");
}

#[tokio::test]
async fn four_hundred_connections_are_served_side_by_side() {
    let store = Memory::new();
    let server = Running::new(&store, Limits::default()).await;
    // Two files each, for both ends are in this process.
    let count = 400;
    let mut clients = Vec::new();
    for _ in 0..count {
        clients.push(server.client().await);
    }
    let body = spans(&["a"]).encode_to_vec();
    let posts =
        clients.iter_mut().map(|client| client.post("/v1/traces", &[PROTOBUF], body.clone()));
    for answer in futures::future::join_all(posts).await {
        assert_eq!(answer.status, 200);
    }
    assert_eq!(store.len(), count);
}
