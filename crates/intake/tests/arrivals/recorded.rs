//! Spans, log records and points that the makers of instrumentation recorded in their own tests: figures
//! that were counted apart from this program.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::*;

/// The requests of a file in which each stands behind its length.
pub fn framed(path: &Path) -> Vec<Vec<u8>> {
    let bytes = body(path);
    let (mut rest, mut requests) = (&bytes[..], Vec::new());
    while let Some((length, tail)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let (request, tail) = tail.split_at(length);
        requests.push(request.to_vec());
        rest = tail;
    }
    requests
}

fn events(set: &str, signal: &str) -> Option<Vec<Event>> {
    let path = shared(&format!("data/otlp/{set}/{signal}.pb"))?;
    let rules = rules(Capture::Off);
    let taken = framed(&path).into_iter().flat_map(|request| {
        let taken = take(&rules, signal, Encoding::Protobuf, &request).expect("it is decoded");
        assert_eq!((taken.rejected, taken.message), (0, None), "{set}");
        taken.events
    });
    Some(taken.collect())
}

fn expected(set: &str) -> HashMap<String, u64> {
    let path = shared("data/EXPECTED.json").expect("it stands beside the data");
    let expected: Json = serde_json::from_slice(&body(&path)).expect("it is JSON");
    let figures = expected["otlp"][set].as_object().expect("the set has figures");
    figures.iter().map(|(name, figure)| (name.clone(), figure.as_u64().expect("a count"))).collect()
}

#[test]
fn recorded_spans_are_counted_as_they_were_counted_elsewhere() {
    for set in ["otel-contrib-openai-v2", "openllmetry-openai", "openllmetry-anthropic"] {
        let Some(events) = events(set, "traces") else { return };
        let due = expected(set);
        let spans: Vec<&Event> = events
            .iter()
            .filter(|row| matches!(row.table, Table::Interactions | Table::Telemetry))
            .collect();
        assert_eq!(spans.len() as u64, due["spans"], "{set}");
        let failed = spans.iter().filter(|row| row.get("error").is_some()).count();
        assert_eq!(failed as u64, due["errors"], "{set}");
        let sum = |field| spans.iter().map(|row| count(row, field)).sum::<u64>();
        assert_eq!(sum("tokens_in"), due["input_tokens"], "{set}");
        assert_eq!(sum("tokens_out"), due["output_tokens"], "{set}");
        let used =
            |row: &&&Event| row.get("tokens_in").is_some() || row.get("tokens_out").is_some();
        assert_eq!(spans.iter().filter(used).count() as u64, due["spans_with_usage"], "{set}");
    }
}

#[test]
fn recorded_models_have_public_prices_and_calls_without_a_model_have_none() {
    let Some(events) = events("openllmetry-anthropic", "traces") else { return };
    let known = |row: &&Event| row.get("tokens_in").is_some() && row.get("tokens_out").is_some();
    let (named, others): (Vec<&Event>, Vec<&Event>) =
        events.iter().filter(known).partition(|row| says_model(row));
    let priced = named.iter().filter(|row| row.get("cost").is_some());
    assert!(named.len() > 40, "{} calls name a model", named.len());
    assert_eq!(priced.count(), named.len(), "every model of these has a price");
    assert!(!others.is_empty() && others.iter().all(|row| row.get("cost").is_none()));
}

fn count(row: &Event, field: &str) -> u64 {
    match row.get(field) {
        Some(Value::Integer(count)) => u64::try_from(*count).expect("no count is negative"),
        _ => 0,
    }
}

fn says_model(row: &Event) -> bool {
    row.get("model_answered").is_some() || row.get("model_requested").is_some()
}

#[test]
fn recorded_logs_and_points_are_kept() {
    for set in ["otel-contrib-openai-v2", "openllmetry-openai", "openllmetry-anthropic"] {
        for signal in ["logs", "metrics"] {
            let Some(events) = events(set, signal) else { return };
            assert!(events.len() > 20, "{set}: {} rows of {signal}", events.len());
            assert!(events.iter().all(|row| row.table == Table::Telemetry), "{set}: {signal}");
        }
    }
}
