//! OTLP over gRPC, from the client that the OpenTelemetry project generates.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use tonic::codec::CompressionEncoding;
use tonic::transport::Channel;
use tonic::{Code, Request};
use trueup_server::{Access, Limits, Receiver, Refused};

use crate::run::{Memory, Paths, Plain, Running, spans};

async fn channel(server: &Running) -> Channel {
    let address = format!("http://127.0.0.1:{}", server.port);
    Channel::from_shared(address).expect("it is an address").connect().await.expect("it listens")
}

#[tokio::test]
async fn every_signal_and_compression_goes_in_on_either_port() {
    let store = Memory::new();
    for paths in [Paths::All, Paths::Grpc] {
        let receiver = Receiver::new(store.clone(), Plain, Access::open(), Limits::default());
        let server = Running::start(receiver, paths).await;
        let channel = channel(&server).await;
        let plain = TraceServiceClient::new(channel.clone());
        for mut client in [
            plain.clone(),
            plain.clone().send_compressed(CompressionEncoding::Gzip),
            plain.send_compressed(CompressionEncoding::Zstd),
        ] {
            let answer = client.export(spans(&["a", "b"])).await.expect("it is taken");
            assert_eq!(answer.into_inner().partial_success, None);
        }
        let mut logs = LogsServiceClient::new(channel.clone());
        let answer = logs.export(ExportLogsServiceRequest::default()).await;
        assert_eq!(answer.expect("nothing is fine").into_inner().partial_success, None);
        let mut metrics = MetricsServiceClient::new(channel);
        let answer = metrics.export(ExportMetricsServiceRequest::default()).await;
        assert_eq!(answer.expect("nothing is fine").into_inner().partial_success, None);
    }
    assert_eq!(store.len(), 12);
}

#[tokio::test]
async fn what_is_rejected_is_counted_in_the_answer() {
    let server = Running::new(&Memory::new(), Limits::default()).await;
    let mut client = TraceServiceClient::new(channel(&server).await);
    let answer = client.export(spans(&["a", ""])).await.expect("one is taken").into_inner();
    let partial = answer.partial_success.expect("one was rejected");
    assert_eq!((partial.rejected_spans, partial.error_message.as_str()), (1, "a span has no id"));
}

#[tokio::test]
async fn what_the_store_refuses_is_unavailable_with_the_time_to_wait() {
    let store = Memory::new();
    store.refuse(Some(Refused::NoRoom));
    let server = Running::new(&store, Limits::default()).await;
    let mut client = TraceServiceClient::new(channel(&server).await);
    let status = client.export(spans(&["a"])).await.expect_err("there is no room");
    assert_eq!(status.code(), Code::Unavailable);
    let retry_info = b"type.googleapis.com/google.rpc.RetryInfo";
    let details = status.details();
    assert!(details.windows(retry_info.len()).any(|part| part == retry_info), "{details:?}");
}

#[tokio::test]
async fn what_is_too_large_is_not_to_be_sent_again() {
    let limits = Limits { body_bytes: 100_000, ..Limits::default() };
    let server = Running::new(&Memory::new(), limits).await;
    let client = TraceServiceClient::new(channel(&server).await);
    let name = "x".repeat(100_000);
    for mut client in [client.clone(), client.send_compressed(CompressionEncoding::Gzip)] {
        let status = client.export(spans(&[name.as_str()])).await.expect_err("it is too large");
        assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
        assert!(!status.details().windows(9).any(|part| part == b"RetryInfo"));
    }
}

#[tokio::test]
async fn a_key_is_asked_for() {
    let access = Access::with_key("open sesame".to_owned());
    let receiver = Receiver::new(Memory::new(), Plain, access, Limits::default());
    let server = Running::start(receiver, Paths::All).await;
    let mut client = TraceServiceClient::new(channel(&server).await);
    let status = client.export(spans(&["a"])).await.expect_err("it bears no key");
    assert_eq!(status.code(), Code::Unauthenticated);
    let mut request = Request::new(spans(&["a"]));
    let key = "Bearer open sesame".parse().expect("it is ASCII");
    request.metadata_mut().insert("authorization", key);
    client.export(request).await.expect("it bears the key");
}

#[tokio::test]
async fn what_is_no_message_is_malformed() {
    let server = Running::new(&Memory::new(), Limits::default()).await;
    let grpc = ("content-type", "application/grpc");
    let path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    for body in [&b""[..], b"\0\0\0", b"\0\0\0\0\x09ab", b"\x02\0\0\0\0", b"\0\0\0\0\x02\xff\xff"] {
        let answer = server.post(path, &[grpc], body).await;
        assert_eq!((answer.status.as_u16(), answer.header("grpc-status")), (200, "3"), "{body:?}");
    }
    let unknown = server.post("/other.Service/Method", &[grpc], &b""[..]).await;
    assert_eq!(unknown.header("grpc-status"), "12");
    let packed = [grpc, ("grpc-encoding", "snappy")];
    assert_eq!(server.post(path, &packed, &b""[..]).await.header("grpc-status"), "12");
}
