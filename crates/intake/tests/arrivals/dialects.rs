//! One call of a model, said in every dialect, is the same row.

use serde_json::{Value as Json, json};

use super::*;

/// A call with everything that all dialects can say: 200 tokens in, 150 of them cached, 30 out.
const DUE: &str =
    "chat openai gpt-4o gpt-4o-2024-08-06 in 200 cached 150 out 30 stop s-1 first 250 of 1000 ms";

fn row(attributes: &Json, events: &Json) -> Event {
    let attributes: Vec<Json> = attributes
        .as_object()
        .expect("attributes by key")
        .iter()
        .map(|(key, value)| {
            let value = match value {
                Json::String(text) => json!({"stringValue": text}),
                Json::Bool(truth) => json!({"boolValue": truth}),
                Json::Number(number) if number.is_i64() => json!({"intValue": number}),
                Json::Number(number) => json!({"doubleValue": number}),
                other => json!({"stringValue": other.to_string()}),
            };
            json!({"key": key, "value": value})
        })
        .collect();
    let span = json!({
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174",
        "startTimeUnixNano": "1780000000000000000", "endTimeUnixNano": "1780000001000000000",
        "attributes": attributes, "events": events,
    });
    let request = json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).to_string();
    let taken = take(&rules(Capture::Off), "traces", Encoding::Json, request.as_bytes());
    taken.expect("it is decoded").events.remove(0)
}

fn said(row: &Event) -> String {
    let text = |field| row.text(field).unwrap_or("?");
    let number = |field| number(row, field).map_or("?".to_owned(), |number| number.to_string());
    format!(
        "{} {} {} {} in {} cached {} out {} {} {} first {} of {} ms",
        text("op"),
        text("provider"),
        text("model_requested"),
        text("model_answered"),
        number("tokens_in"),
        number("tokens_cached"),
        number("tokens_out"),
        text("finish_reason"),
        text("session"),
        number("first_token_ms"),
        number("latency_ms"),
    )
}

#[test]
fn one_call_is_the_same_row_in_every_dialect() {
    let otel = json!({
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.model": "gpt-4o-2024-08-06", "gen_ai.usage.input_tokens": 200,
        "gen_ai.usage.cache_read.input_tokens": 150, "gen_ai.usage.output_tokens": 30,
        "gen_ai.response.finish_reasons": ["stop"], "gen_ai.conversation.id": "s-1",
        "gen_ai.response.time_to_first_chunk": 0.25,
    });
    let inference = json!({
        "openinference.span.kind": "LLM", "llm.system": "openai", "llm.model_name": "gpt-4o-2024-08-06",
        "llm.invocation_parameters": {"model": "gpt-4o"}, "llm.token_count.prompt": 200,
        "llm.token_count.prompt_details.cache_read": 150, "llm.token_count.completion": 30,
        "llm.finish_reason": "stop", "session.id": "s-1",
    });
    let llmetry = json!({
        "llm.request.type": "chat", "gen_ai.system": "OpenAI", "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.model": "gpt-4o-2024-08-06", "gen_ai.usage.prompt_tokens": 200,
        "gen_ai.usage.cache_read_input_tokens": 150, "gen_ai.usage.completion_tokens": 30,
        "gen_ai.response.finish_reason": "stop", "traceloop.association.properties.session_id": "s-1",
    });
    let langfuse = json!({
        "langfuse.observation.type": "generation", "gen_ai.system": "openai",
        "langfuse.observation.model.name": "gpt-4o", "gen_ai.response.model": "gpt-4o-2024-08-06",
        "langfuse.observation.usage_details": {"input": 50, "input_cached_tokens": 150, "output": 30, "total": 230},
        "langfuse.observation.completion_start_time": "2026-05-28T20:26:40.250Z",
        "gen_ai.response.finish_reasons": ["stop"], "langfuse.session.id": "s-1",
    });
    let vercel = json!({
        "ai.operationId": "ai.streamText.doStream", "ai.model.provider": "openai.responses",
        "ai.model.id": "gpt-4o", "ai.response.model": "gpt-4o-2024-08-06", "ai.usage.inputTokens": 200,
        "ai.usage.cachedInputTokens": 150, "ai.usage.outputTokens": 30, "ai.response.finishReason": "stop",
        "ai.response.msToFirstChunk": 250.0, "ai.telemetry.metadata.sessionId": "s-1",
    });
    let first = |name| json!([{"name": name, "timeUnixNano": "1780000000250000000"}]);
    for (name, attributes, events) in [
        ("otel", otel, json!([])),
        ("openinference", inference, first("First Token Stream Event")),
        ("openllmetry", llmetry, first("llm.content.completion.chunk")),
        ("langfuse", langfuse, json!([])),
        ("vercel", vercel, json!([])),
    ] {
        let row = row(&attributes, &events);
        assert_eq!(said(&row), DUE, "{name}");
        assert_eq!(row.text("dialect"), Some(name));
        // 50 at 2.50, 150 at 1.25 and 30 at 10.00 for a million.
        let cost = number(&row, "cost").expect("the model has a public price");
        assert!((cost - 0.000_612_5).abs() < 1e-12, "{name}: {cost}");
    }
}

#[test]
fn mlflow_and_pydantic_are_understood_without_their_inputs() {
    let row = row(
        &json!({
            "mlflow.spanType": "\"CHAT_MODEL\"", "mlflow.spanInputs": {"messages": ["a secret"]},
            "mlflow.chat.tokenUsage": {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10},
            "mlflow.trace.user": "jane",
        }),
        &json!([]),
    );
    assert_eq!((row.text("op"), row.text("dialect")), (Some("chat"), Some("mlflow")));
    assert_eq!((number(&row, "tokens_in"), number(&row, "tokens_out")), (Some(7.0), Some(3.0)));
    assert!(!format!("{row:?}").contains("secret") && !format!("{row:?}").contains("jane"));
}

#[test]
fn our_own_words_make_an_interaction_of_any_span() {
    let row = row(
        &json!({"trueup.op": "rank_candidates", "trueup.session": "jane@example.org"}),
        &json!([]),
    );
    assert_eq!((row.table, row.text("op")), (Table::Interactions, Some("rank_candidates")));
    let session = row.text("session").expect("it has one");
    assert!(session.starts_with("u_"), "a session named after a person is a pseudonym: {session}");
}

#[test]
fn a_first_token_before_the_start_is_none() {
    let attributes = json!({"gen_ai.operation.name": "chat", "ai.response.msToFirstChunk": -3.0});
    let early =
        json!([{"name": "First Token Stream Event", "timeUnixNano": "1779999999000000000"}]);
    assert_eq!(row(&attributes, &early).get("first_token_ms"), None);
}

#[test]
fn an_exception_that_was_caught_is_no_error() {
    let attributes = json!({"gen_ai.operation.name": "chat"});
    let exception = json!([{"name": "exception", "attributes": [
        {"key": "exception.type", "value": {"stringValue": "ValueError"}}]}]);
    assert_eq!(row(&attributes, &exception).get("error"), None);
    let attributes = json!({"gen_ai.operation.name": "chat", "error.type": "429"});
    assert_eq!(row(&attributes, &exception).text("error"), Some("rate_limit"));
}
