//! The corner cases of OTLP that the fixtures hold, each over a real connection, by the real intake.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use serde_json::Value;
use trueup_intake::{Rules, Secret, Settings};
use trueup_server::{Access, Limits, Reader, Receiver};

use crate::run::{Answer, Client, Memory, Paths, Running};

/// The folder of the fixtures; `None`, with a message, where it is absent.
fn fixtures() -> Option<PathBuf> {
    let shared = std::env::var_os("TRUEUP_SHARED")
        .map_or_else(|| Path::new("../../../shared").to_owned(), PathBuf::from);
    let fixtures = shared.join("fixtures/otlp");
    if fixtures.is_dir() {
        return Some(fixtures);
    }
    eprintln!("skipped: no fixtures at {}; set TRUEUP_SHARED", fixtures.display());
    None
}

fn reader() -> Arc<Reader> {
    Arc::new(Reader::new(Rules::new(Settings::new(Secret::new(&[7; 32]).expect("long enough")))))
}

async fn running(store: &Memory) -> Running {
    let receiver = Receiver::new(store.clone(), reader(), Access::open(), Limits::default());
    Running::start(receiver, Paths::All).await
}

async fn post(client: &mut Client, case: &Value, body: Vec<u8>) -> Answer {
    let text = |name: &str| case[name].as_str().expect("a case names it");
    let mut headers = vec![("content-type", text("content_type"))];
    if let Some(encoding) = case["content_encoding"].as_str() {
        headers.push(("content-encoding", encoding));
    }
    client.post(text("path"), &headers, body).await
}

#[tokio::test]
async fn every_corner_case_is_answered_as_otlp_asks() {
    let Some(fixtures) = fixtures() else { return };
    let folder = fixtures.join("edge");
    let text = std::fs::read_to_string(folder.join("expect.json")).expect("it can be read");
    let cases: serde_json::Map<String, Value> = serde_json::from_str(&text).expect("it is JSON");
    assert!(cases.len() > 30, "there are {} cases", cases.len());
    let store = Memory::new();
    let server = running(&store).await;
    let mut client = server.client().await;
    for (name, case) in &cases {
        let before = store.len();
        let body = std::fs::read(folder.join(name)).expect("a case has a file");
        let answer = post(&mut client, case, body).await;
        check(name, case, &answer, store.len() - before);
    }
}

fn check(name: &str, case: &Value, answer: &Answer, stored: usize) {
    let status = u64::from(answer.status.as_u16());
    let expected = match &case["status"] {
        Value::Number(number) => number.as_u64() == Some(status),
        // "200 or 400"
        Value::String(words) => words.split(" or ").any(|word| word == status.to_string()),
        other => panic!("{name}: {other}"),
    };
    assert!(expected, "{name}: {status}, not {}: {}", case["status"], case["why"]);
    let json = case["content_type"].as_str().is_some_and(|kind| !kind.contains("protobuf"));
    let kind = if json { "application/json" } else { "application/x-protobuf" };
    assert_eq!(answer.header("content-type"), kind, "{name}");
    if status != 200 {
        assert_eq!(stored, 0, "{name}: what is refused is not stored");
        return check_status(name, json, answer);
    }
    let rejected = rejected(name, json, answer);
    if let Some(either) = case["accepted_or_rejected"].as_u64() {
        assert_eq!(stored as u64 + rejected.unwrap_or(0), either, "{name}");
    }
    if let Some(accepted) = case["accepted"].as_u64() {
        assert_eq!(stored as u64, accepted, "{name}: stored");
        // Unset where nothing was rejected.
        assert_eq!(rejected, case["rejected"].as_u64(), "{name}: rejected");
    }
}

/// What the answer says was rejected, with a message; `None` if partial success is unset.
fn rejected(name: &str, json: bool, answer: &Answer) -> Option<u64> {
    let (rejected, message) = if json {
        let said = answer.json();
        let partial = said.get("partialSuccess")?;
        let rejected =
            partial["rejectedSpans"].as_str().map(|text| text.parse().expect("a number"));
        (rejected.unwrap_or(0), partial["errorMessage"].as_str().unwrap_or_default().to_owned())
    } else {
        let response = ExportTraceServiceResponse::decode(answer.body.clone());
        let partial = response.expect("the answer is protobuf").partial_success?;
        (u64::try_from(partial.rejected_spans).expect("a count"), partial.error_message)
    };
    assert!(!message.is_empty(), "{name}: a partial success says why");
    Some(rejected)
}

/// Errors are a `google.rpc.Status` with a code and a message.
fn check_status(name: &str, json: bool, answer: &Answer) {
    let (code, message) = if json {
        let said = answer.json();
        let code = said["code"].as_i64().expect("a status has a code");
        (code, said["message"].as_str().unwrap_or_default().to_owned())
    } else {
        #[derive(Clone, PartialEq, Message)]
        struct Status {
            #[prost(int32, tag = "1")]
            code: i32,
            #[prost(string, tag = "2")]
            message: String,
        }
        let status = Status::decode(answer.body.clone()).expect("the answer is a status");
        (i64::from(status.code), status.message)
    };
    assert!(code > 0 && !message.is_empty(), "{name}: code {code}, `{message}`");
}

#[tokio::test]
async fn what_real_clients_sent_is_taken_whole_and_the_same_again_from_the_wire() {
    let Some(fixtures) = fixtures() else { return };
    let mut requests = 0;
    for scenario in std::fs::read_dir(fixtures.join("captured")).expect("it can be listed") {
        let folder = scenario.expect("it can be listed").path();
        let store = Memory::new();
        let server = running(&store).await;
        let mut client = server.client().await;
        let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
            .expect("it can be listed")
            .map(|entry| entry.expect("it can be listed").path())
            .collect();
        files.sort();
        for meta in files.iter().filter(|path| path.to_string_lossy().ends_with(".meta.json")) {
            requests += 1;
            replay(&mut client, &store, meta).await;
        }
        assert!(store.len() > 0, "{}", folder.display());
    }
    assert!(requests > 50, "{requests} requests");
}

/// Sends a captured request in each form there is of it; all of them are the same events.
async fn replay(client: &mut Client, store: &Memory, meta: &Path) {
    let stem = meta.to_string_lossy().replace(".meta.json", "");
    let text = std::fs::read_to_string(meta).expect("it can be read");
    let about: Value = serde_json::from_str(&text).expect("it is JSON");
    let path = about["path"].as_str().expect("it names its path");
    let kind = if about["content_type"].as_str().is_some_and(|kind| kind.contains("json")) {
        "application/json"
    } else {
        "application/x-protobuf"
    };
    let mut counts = Vec::new();
    for (ending, kind, encoding) in [
        (".pb", "application/x-protobuf", "identity"),
        (".json", "application/json", "identity"),
        (".wire.gz", kind, "gzip"),
    ] {
        let Ok(body) = std::fs::read(format!("{stem}{ending}")) else { continue };
        let before = store.len();
        let headers = [("content-type", kind), ("content-encoding", encoding)];
        let answer = client.post(path, &headers, body).await;
        assert_eq!(answer.status, 200, "{stem}{ending}: {:?}", answer.body);
        let unset =
            if kind.contains("json") { answer.text() == "{}" } else { answer.body.is_empty() };
        assert!(unset, "{stem}{ending}: {:?}", answer.body);
        counts.push(store.len() - before);
    }
    assert!(counts.windows(2).all(|two| two[0] == two[1]), "{stem}: {counts:?}");
}

#[tokio::test]
async fn events_give_tokens_and_tokens_give_feedback() {
    let store = Memory::new();
    let server = running(&store).await;
    let json = ("content-type", "application/json");
    let body = "[{\"type\":\"interaction\",\"id\":\"a\",\"bet\":\"b\",\"unit\":\"jane\"}]";
    let answer = server.post("/v1/events?tokens=true", &[json], body).await.json();
    let token = answer["tokens"]["a"].as_str().expect("it gives a token").to_owned();
    let said = |more: &str| format!("{{\"token\":\"{token}\",{more}}}");
    for (body, status) in [
        (said("\"name\":\"thumb\",\"value\":1"), 200),
        (said("\"kind\":\"accept\",\"dwell_ms\":900"), 200),
        (said("\"name\":\"thumb\",\"value\":\"up\""), 400),
        (said("\"name\":\"thumb\",\"value\":1,\"unit\":\"john\""), 400),
        (said("\"kind\":\"shrug\""), 400),
        (said("\"value\":1"), 400),
        ("{\"name\":\"thumb\",\"value\":1}".to_owned(), 401),
        (said("\"name\":\"thumb\",\"value\":1").replace('.', ".x"), 401),
        ("[]".to_owned(), 400),
    ] {
        let answer = server.post("/v1/feedback", &[json], body.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {:?}", answer.body);
    }
    let events = store.events.lock().expect("no test panics here");
    let texts = |name: &str| events.iter().map(|event| event.text(name)).collect::<Vec<_>>();
    assert_eq!(texts("bet"), [Some("b"); 3]);
    let unit = events[0].text("unit").expect("it has a person");
    assert!(unit != "jane" && texts("unit") == [Some(unit); 3], "{:?}", texts("unit"));
    assert_eq!(texts("id"), [Some("a"), Some("a/feedback/thumb/1"), Some("a/feedback/accept")]);
    assert_eq!(texts("source"), [None, Some("person"), None]);
}
