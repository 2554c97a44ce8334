//! The corner cases of `fixtures/otlp/edge`: which requests are decoded, and how many spans count.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::*;

/// Cases that are the server's: compression, size, and media types without a name.
const OF_THE_SERVER: [&str; 4] =
    ["one-span.pb.gz", "not-gzip.pb.gz", "bomb-80MiB.pb.gz", "wrong-content-type.pb"];

fn expected() -> Option<Vec<(String, Json, Vec<u8>)>> {
    let folder = shared("fixtures/otlp/edge")?;
    let expected = body(&folder.join("expect.json"));
    let expected: serde_json::Map<String, Json> =
        serde_json::from_slice(&expected).expect("the fixture is JSON");
    let cases = expected.into_iter().filter(|(name, _)| !OF_THE_SERVER.contains(&name.as_str()));
    Some(cases.map(|(name, case)| (name.clone(), case, body(&folder.join(&name)))).collect())
}

#[test]
fn every_corner_case_is_answered_as_the_specification_asks() {
    let Some(cases) = expected() else { return };
    assert!(cases.len() >= 30, "there are {} cases", cases.len());
    for (name, case, body) in cases {
        check(&name, &case, &body);
    }
}

fn check(name: &str, case: &Json, body: &[u8]) {
    let media_type = case["content_type"].as_str().expect("a case has a media type");
    let encoding = Encoding::of_media_type(media_type).expect("a media type that is known");
    let path = case["path"].as_str().expect("a case has a path");
    let taken = take(&rules(Capture::Off), &path["/v1/".len()..], encoding, body);
    match (&case["status"], taken) {
        (Json::Number(status), Ok(taken)) if status.as_u64() == Some(200) => {
            counts(name, case, &taken);
        }
        (Json::Number(status), Err(error)) if status.as_u64() == Some(400) => {
            assert!(!error.to_string().is_empty());
        }
        (Json::String(either), _) if either == "200 or 400" => {}
        (status, taken) => panic!("{name}: {status} is due, and came {taken:?}"),
    }
}

fn counts(name: &str, case: &Json, taken: &Taken) {
    if let Some(either) = case["accepted_or_rejected"].as_u64() {
        assert_eq!(taken.accepted + taken.rejected, either, "{name}");
        return;
    }
    assert_eq!(Some(taken.accepted), case["accepted"].as_u64(), "{name}");
    assert_eq!(taken.rejected, case["rejected"].as_u64().unwrap_or(0), "{name}");
    assert_eq!(taken.message.is_some(), taken.rejected > 0, "{name}: {:?}", taken.message);
    let ids: HashSet<_> = taken.events.iter().map(|event| event.text("id")).collect();
    let distinct = case["distinct"].as_u64().unwrap_or(taken.accepted);
    assert_eq!(ids.len() as u64, distinct, "{name}");
}

fn case(name: &str, signal: &str) -> Option<Taken> {
    let path = shared("fixtures/otlp/edge")?.join(name);
    let json = path.extension().is_some_and(|extension| extension == "json");
    let encoding = if json { Encoding::Json } else { Encoding::Protobuf };
    Some(take(&rules(Capture::Off), signal, encoding, &body(&path)).expect("it is decoded"))
}

#[test]
fn what_is_exact_is_taken_and_the_rest_is_left_out() {
    let Some(taken) = case("wrong-types.pb", "traces") else { return };
    let [event] = &taken.events[..] else { panic!("{taken:?}") };
    assert_eq!(number(event, "tokens_in"), Some(212.0));
    assert_eq!(number(event, "tokens_out"), Some(31.0));
    assert_eq!(number(event, "tokens_cached"), None, "-5 is no count");
    assert_eq!(event.text("attributes"), Some(r#"{"temperature":1.0}"#), "NaN is no number");
}

#[test]
fn unknown_times_are_those_of_arrival_and_no_duration_is_negative() {
    let Some(taken) = case("start-zero.pb", "traces") else { return };
    assert_eq!(taken.events[0].time("at"), Some(RECEIVED));
    assert_eq!(number(&taken.events[0], "latency_ms"), None);
    let Some(taken) = case("end-before-start.pb", "traces") else { return };
    assert_eq!(number(&taken.events[0], "latency_ms"), None);
    let Some(taken) = case("far-future.pb", "traces") else { return };
    assert_eq!(taken.rejected, 1);
    assert!(taken.message.is_some_and(|message| message.contains("24 hours ahead")));
}

#[test]
fn logs_on_the_path_of_traces_are_told_so() {
    let Some(taken) = case("logs-as-traces.pb", "traces") else { return };
    assert!(taken.message.is_some_and(|message| message.contains("`/v1/logs`")));
}

#[test]
fn feedback_before_its_answer_names_it_by_the_answers_id() {
    let Some(taken) = case("feedback-before-span.pb", "logs") else { return };
    let [score] = &taken.events[..] else { panic!("{taken:?}") };
    assert_eq!(score.table, Table::Scores);
    assert_eq!(score.text("target"), Some("chatcmpl-late"));
    assert_eq!(score.text("target_kind"), Some("response"));
    assert_eq!(number(score, "value"), Some(0.0));
    assert_eq!(score.time("at"), Some(Timestamp::constant(1_780_000_000, 0)), "as observed");
}

#[test]
fn whole_numbers_and_text_are_taken_where_json_allows_them() {
    for name in ["ids-hex-mixed-case.json", "times-as-numbers.json"] {
        let Some(taken) = case(name, "traces") else { return };
        let event = &taken.events[0];
        assert_eq!(event.text("id"), Some("5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174"));
        assert_eq!(number(event, "tokens_in"), Some(212.0));
        assert_eq!(number(event, "latency_ms"), Some(1000.0));
    }
    let whole = r#"{"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "attributes": [
        {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
        {"key": "gen_ai.usage.input_tokens", "value": {"intValue": 7.0}},
        {"key": "empty", "value": {}}, {"key": "null", "value": null}]}]}]}]}"#;
    let taken = take(&rules(Capture::Off), "traces", Encoding::Json, whole.as_bytes());
    assert_eq!(number(&taken.expect("it is decoded").events[0], "tokens_in"), Some(7.0));
}
