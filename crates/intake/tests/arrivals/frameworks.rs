//! Traces of agent frameworks as another tool exported them: the attributes that it kept, as text.

use super::*;
use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use serde_json::{Value as Json, json};

/// The observations of a trace as spans, in OTLP/JSON. Without attributes they tell nothing.
fn spans(path: &Path) -> Vec<Json> {
    let export: Json = serde_json::from_slice(&body(path)).expect("it is JSON");
    let observations = export["observations"].as_array().expect("a trace has observations");
    observations.iter().filter_map(span).collect()
}

fn span(observation: &Json) -> Option<Json> {
    let metadata = match &observation["metadata"] {
        Json::String(text) => serde_json::from_str(text).ok()?,
        object => object.clone(),
    };
    let attributes = metadata["attributes"].as_object()?;
    let attributes: Vec<Json> = attributes
        .iter()
        .map(|(key, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            json!({"key": key, "value": {"stringValue": text}})
        })
        .collect();
    let nanos = |field: &str| {
        let time: Timestamp = observation[field].as_str()?.parse().ok()?;
        Some(time.as_nanosecond().to_string())
    };
    Some(json!({
        "traceId": observation["traceId"], "spanId": observation["id"],
        "parentSpanId": observation["parentObservationId"], "name": observation["name"],
        "startTimeUnixNano": nanos("startTime"), "endTimeUnixNano": nanos("endTime"),
        "attributes": attributes,
    }))
}

fn rows(path: &Path) -> Vec<Event> {
    let request = json!({"resourceSpans": [{"scopeSpans": [{"spans": spans(path)}]}]});
    let request = serde_json::to_vec(&request).expect("JSON is JSON");
    let request: ExportTraceServiceRequest =
        otlp::decode(Encoding::Json, &request).expect("it is decoded");
    otlp::traces(&rules(Capture::Off), &request, RECEIVED).events
}

/// A name, which operations its trace has, and how many spans are none.
type Trace = (&'static str, &'static [(&'static str, usize)], usize);

const TRACES: [Trace; 9] = [
    ("agno-2025-06-11", &[("chat", 2), ("execute_tool", 1), ("invoke_agent", 1)], 0),
    (
        "beeai-2025-08-01",
        &[("chat", 5), ("execute_tool", 3), ("invoke_agent", 18), ("invoke_workflow", 3)],
        0,
    ),
    ("crewai-2025-07-11", &[("chat", 1), ("invoke_agent", 1), ("invoke_workflow", 1)], 2),
    (
        "google-adk-2025-08-28",
        &[("chat", 2), ("execute_tool", 1), ("invoke_agent", 1), ("invoke_workflow", 1)],
        0,
    ),
    (
        "koog-2025-08-26",
        &[("chat", 2), ("create_agent", 1), ("execute_tool", 2), ("invoke_agent", 1)],
        5,
    ),
    ("microsoft-agent-2025-12-17", &[("chat", 2), ("execute_tool", 1), ("invoke_agent", 1)], 0),
    ("pydantic-ai-2025-06-06", &[("chat", 1), ("invoke_agent", 1)], 0),
    ("pydantic-ai-tools-2025-12-04", &[("chat", 4), ("execute_tool", 3), ("invoke_agent", 3)], 1),
    ("vercel-aisdk-2025-11-17", &[("chat", 1), ("execute_tool", 1), ("invoke_agent", 1)], 0),
];

#[test]
fn every_framework_is_understood() {
    let Some(folder) = shared("data/otlp/langfuse-frameworks") else { return };
    for (name, operations, others) in TRACES {
        let rows = rows(&folder.join(format!("{name}.trace.json")));
        let mut found: BTreeMap<&str, usize> = BTreeMap::new();
        for row in of(&rows, Table::Interactions) {
            *found.entry(row.text("op").unwrap_or("none")).or_default() += 1;
            assert_ne!(row.text("dialect"), Some("unknown"), "{name}");
        }
        assert_eq!(found.into_iter().collect::<Vec<_>>(), operations, "{name}");
        assert_eq!(of(&rows, Table::Telemetry).len(), others, "{name}");
    }
}

#[test]
fn models_calls_use_what_the_other_tool_counted() {
    let Some(folder) = shared("data/otlp/langfuse-frameworks") else { return };
    let mut compared = 0;
    for path in files(&folder, ".trace.json") {
        let export: Json = serde_json::from_slice(&body(&path)).expect("it is JSON");
        for row in rows(&path).iter().filter(|row| row.text("op") == Some("chat")) {
            let Some(told) = number(row, "tokens_in").zip(number(row, "tokens_out")) else {
                continue;
            };
            let mut observations = export["observations"].as_array().expect("a list").iter();
            let same = observations.find(|one| one["id"].as_str() == row.text("span"));
            let same = same.expect("the row is of that observation");
            let counted = same["inputUsage"].as_f64().zip(same["outputUsage"].as_f64());
            assert_eq!(Some(told), counted, "{}", path.display());
            compared += 1;
        }
    }
    assert!(compared >= 10, "{compared} calls compared");
}
