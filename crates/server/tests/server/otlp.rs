//! OTLP over HTTP: both encodings, compression, partial success, and every way to be refused.

use std::io::Write;

use futures::FutureExt;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use serde_json::json;
use trueup_server::{Access, Limits, Receiver, Refused};

use crate::run::{Memory, Paths, Plain, Running, spans};

const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");
const JSON: (&str, &str) = ("content-type", "application/json");

/// `google.rpc.Status`, as a client reads it.
#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

#[tokio::test]
async fn an_export_is_stored_and_answered_in_its_own_encoding() {
    let store = Memory::new();
    let server = Running::new(&store, Limits::default()).await;
    let request = spans(&["a", "b"]);
    let body = request.encode_to_vec();
    let zstd = zstd::encode_all(&body[..], 1).expect("memory takes it");
    let mut client = server.client().await;
    for (encoding, body) in [("identity", body.clone()), ("gzip", gzip(&body)), ("zstd", zstd)] {
        let headers = [PROTOBUF, ("content-encoding", encoding)];
        let answer = client.post("/v1/traces", &headers, body).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, PROTOBUF.1));
        let response = ExportTraceServiceResponse::decode(answer.body).expect("it is protobuf");
        assert_eq!(response.partial_success, None, "{encoding}");
    }
    let body = serde_json::to_vec(&request).expect("it has a JSON form");
    let charset = ("content-type", "application/json; charset=utf-8");
    let answer = client.post("/v1/traces", &[charset], body).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({})));
    assert_eq!(store.len(), 8);
}

#[tokio::test]
async fn what_is_rejected_is_counted_in_the_answer() {
    let store = Memory::new();
    let server = Running::new(&store, Limits::default()).await;
    let request = spans(&["a", "", ""]);
    let answer = server.post("/v1/traces", &[PROTOBUF], request.encode_to_vec()).await;
    let response = ExportTraceServiceResponse::decode(answer.body).expect("it is protobuf");
    let partial = response.partial_success.expect("two were rejected");
    assert_eq!((partial.rejected_spans, partial.error_message.as_str()), (2, "a span has no id"));
    let body = serde_json::to_vec(&request).expect("it has a JSON form");
    for (path, name) in [
        ("/v1/traces", "rejectedSpans"),
        ("/v1/logs", "rejectedLogRecords"),
        ("/v1/metrics", "rejectedDataPoints"),
    ] {
        let answer = server.post(path, &[JSON], body.clone()).await;
        let expected = json!({ name: "2", "errorMessage": "a span has no id" });
        assert_eq!(answer.json()["partialSuccess"], expected, "{path}");
    }
}

#[tokio::test]
async fn errors_are_a_status_in_the_encoding_of_the_request() {
    let server = Running::new(&Memory::new(), Limits::default()).await;
    let answer = server.post("/v1/traces", &[PROTOBUF], &b"\xff\xff"[..]).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (400, PROTOBUF.1));
    let status = Status::decode(answer.body).expect("it is a status");
    assert!(status.code == 3 && !status.message.is_empty(), "{status:?}");
    let answer = server.post("/v1/traces", &[JSON], "no json").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (400, &json!(3)));
    let broken = [PROTOBUF, ("content-encoding", "gzip")];
    assert_eq!(server.post("/v1/traces", &broken, "no gzip").await.status, 400);
}

#[tokio::test]
async fn other_types_encodings_paths_and_methods_are_refused() {
    let server = Running::new(&Memory::new(), Limits::default()).await;
    for headers in [
        vec![("content-type", "text/plain")],
        vec![],
        vec![PROTOBUF, ("content-encoding", "br")],
        vec![JSON, ("content-encoding", "gzip, gzip")],
    ] {
        let answer = server.post("/v1/traces", &headers, "x").await;
        assert_eq!(answer.status, 415, "{headers:?}");
    }
    assert_eq!(server.post("/v1/trace", &[JSON], "{}").await.status, 404);
    assert_eq!(server.get("/v1/traces", &[]).await.status, 405);
}

#[tokio::test]
async fn what_the_store_refuses_is_to_be_sent_again() {
    let store = Memory::new();
    let server = Running::new(&store, Limits::default()).await;
    let body = spans(&["a"]).encode_to_vec();
    for refused in [
        Refused::NoRoom,
        Refused::Overloaded,
        Refused::Closed,
        Refused::Failed("the disk is on fire".to_owned()),
    ] {
        store.refuse(Some(refused));
        let answer = server.post("/v1/traces", &[PROTOBUF], body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "2"));
        let status = Status::decode(answer.body).expect("it is a status");
        assert_eq!(status.code, 14);
    }
    store.refuse(None);
    assert_eq!(server.post("/v1/traces", &[PROTOBUF], body).await.status, 200);
    assert_eq!(store.len(), 1);
}

#[tokio::test]
async fn nothing_is_acknowledged_before_it_is_durable() {
    let store = Memory::waits();
    let server = Running::new(&store, Limits::default()).await;
    let mut client = server.client().await;
    let body = spans(&["a"]).encode_to_vec();
    let mut answer = Box::pin(client.post("/v1/traces", &[PROTOBUF], body));
    tokio::select! {
        answer = &mut answer => panic!("it was answered too early: {answer:?}"),
        begun = store.begun.acquire() => begun.expect("the store stays").forget(),
    }
    assert!((&mut answer).now_or_never().is_none(), "it was answered before it was stored");
    store.gate.add_permits(1);
    assert_eq!(answer.await.status, 200);
}

#[tokio::test]
async fn a_mistake_of_ours_costs_one_request_and_is_not_repeated() {
    let server = Running::new(&Memory::new(), Limits::default()).await;
    let mut client = server.client().await;
    let answer = client.post("/v1/traces", &[PROTOBUF], spans(&["mistake"]).encode_to_vec()).await;
    assert_eq!(answer.status, 500);
    let answer = client.post("/v1/traces", &[PROTOBUF], spans(&["a"]).encode_to_vec()).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn the_standard_port_takes_otlp_alone() {
    let receiver = Receiver::new(Memory::new(), Plain, Access::open(), Limits::default());
    let server = Running::start(receiver, Paths::Otlp).await;
    let body = spans(&["a"]).encode_to_vec();
    assert_eq!(server.post("/v1/traces", &[PROTOBUF], body).await.status, 200);
    assert_eq!(server.post("/v1/events", &[JSON], "{}").await.status, 404);
    assert_eq!(server.get("/health", &[]).await.status, 200);
}
