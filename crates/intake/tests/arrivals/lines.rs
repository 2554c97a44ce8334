//! `POST /v1/events`: good lines go in beside bad ones, and a bad one is told what is wrong.

use trueup_intake::lines::{LineError, Read, read};

use super::*;

fn given(body: &str) -> Read {
    read(&rules(Capture::Off), body.as_bytes(), RECEIVED)
}

fn one(body: &str) -> Event {
    let mut read = given(body);
    assert_eq!(read.errors, [], "{body}");
    read.events.pop().expect("one event")
}

/// What is said of a line that is not taken.
fn refused(body: &str) -> String {
    let read = given(body);
    assert_eq!(read.events, [], "{body}");
    let messages: Vec<String> = read.errors.into_iter().map(|error| error.message).collect();
    messages.join("; ")
}

#[test]
fn an_interaction_is_taken_with_its_bet_person_and_price() {
    let event = one(
        r#"{"type": "interaction", "id": "i-1", "at": "2026-11-20T10:00:00Z", "bet": "BET-7",
        "unit": "jane", "provider": "OpenAI", "model_answered": "mock-small-2026-06-01", "tokens_in": 212,
        "tokens_out": 31, "tokens_cached": 128, "segments": ["de", "senior"], "error": "RateLimitError",
        "attributes": {"turns": 3, "openai.api.type": "chat", "note": "private", "age": 4}, "text": "Dear"}"#,
    );
    assert_eq!(event.table, Table::Interactions);
    assert_eq!(event.text("unit"), Some(&*settings().secret.pseudonym(None, "jane")));
    assert_eq!(event.text("criteria_digest"), Some("blake3:c0ffee"));
    assert!(number(&event, "cost").is_some_and(|cost| (cost - 0.000_220_8).abs() < 1e-12));
    assert_eq!(event.text("currency"), Some("EUR"));
    assert_eq!((event.text("provider"), event.text("error")), (Some("openai"), Some("rate_limit")));
    assert_eq!(event.text("attributes"), Some(r#"{"openai.api.type":"chat","turns":3}"#));
    assert_eq!(event.get("text"), None, "capture is off");
    assert_eq!(event.text("dialect"), Some("events"));
    let plain =
        one(r#"{"type": "interaction", "id": "i-2", "cost": 0.5, "tokens_in": 9, "tokens_out": 9,
        "model_answered": "gpt-4o"}"#);
    assert_eq!(plain.time("at"), Some(RECEIVED));
    assert_eq!((number(&plain, "cost"), plain.get("price_version")), (Some(0.5), None));
}

#[test]
fn people_are_pseudonyms_unless_they_are_already() {
    let secret = settings().secret;
    for (line, unit) in [
        (r#"{"type": "interaction", "id": "1", "unit": "jane"}"#, secret.pseudonym(None, "jane")),
        (
            r#"{"type": "interaction", "id": "1", "unit": "jane", "tenant": "acme"}"#,
            secret.pseudonym(Some("acme"), "jane"),
        ),
        (
            r#"{"type": "interaction", "id": "1", "unit": "p-17", "pseudonymous": true}"#,
            "p-17".to_owned(),
        ),
        (
            r#"{"type": "score", "id": "1", "target": "jane", "target_kind": "unit", "tenant": "acme",
                "name": "csat", "value": 4}"#,
            secret.pseudonym(Some("acme"), "jane"),
        ),
    ] {
        let event = one(line);
        assert_eq!(event.text("unit").or(event.text("target")), Some(unit.as_str()), "{line}");
    }
}

#[test]
fn an_action_has_the_id_of_its_place() {
    let event = one(r#"{"type": "action", "interaction": "i-1", "seq": 2, "kind": "accepted"}"#);
    assert_eq!((event.text("id"), event.text("kind")), (Some("i-1/2"), Some("accept")));
    let event = one(r#"{"type": "action", "id": "a", "interaction": "i-1", "kind": "edit"}"#);
    assert_eq!(event.text("id"), Some("a"));
}

#[test]
fn tracking_events_are_scores() {
    let event = one(r#"{"type": "track", "name": "checkout", "at": "2026-11-20T10:00:00Z",
        "context": {"targetingKey": "jane"}, "details": {"value": 99.5, "currency": "USD"}}"#);
    let jane = settings().secret.pseudonym(None, "jane");
    assert_eq!(
        (event.text("target"), event.text("target_kind")),
        (Some(jane.as_str()), Some("unit"))
    );
    assert_eq!((event.text("name"), number(&event, "value")), (Some("checkout"), Some(99.5)));
    assert_eq!(event.text("source"), Some("system"));
    let event = one(
        r#"{"type": "track", "name": "hired", "id": "h-1", "details": {"interaction": "i-1"}}"#,
    );
    assert_eq!((event.text("target"), number(&event, "value")), (Some("i-1"), Some(1.0)));
    let same = r#"{"type": "track", "at": "2026-11-20T10:00:00Z", "name": "x", "context": {"targetingKey": "j"}}"#;
    assert_eq!(one(same), one(same));
}

#[test]
fn good_lines_go_in_beside_bad_ones() {
    let body = "{\"type\": \"score\", \"id\": \"s\", \"target\": \"i\", \"name\": \"n\", \"value\": true}\n\
        \n{\"type\": \"score\"\n[1]\r\n{\"type\": \"action\", \"interaction\": \"i\", \"seq\": 0, \"kind\": \"view\"}\n";
    let lines = given(body);
    assert_eq!(lines.events.len(), 2);
    let numbers: Vec<usize> = lines.errors.iter().map(|error| error.line).collect();
    assert_eq!(numbers, [3, 4]);
    let list = given(
        r#"[{"type": "score", "id": "s", "target": "i", "name": "n", "label": "up"}, {"type": "score"}]"#,
    );
    assert_eq!((list.events.len(), list.errors.len()), (1, 1));
    assert_eq!(list.errors[0].line, 2);
    assert_eq!(given(""), Read::default());
    assert_eq!(given("[]"), Read::default());
    assert_eq!(given("[{},\n{").errors[0].line, 2, "a list that does not end is no list");
    let _: LineError = LineError { line: 1, message: String::new() };
}

#[test]
fn what_is_wrong_is_named_with_a_way_out() {
    for (line, message) in [
        (
            r#"{"id": "x"}"#,
            "`type` is missing: it is `interaction`, `action`, `score`, `payload`, `track`",
        ),
        (r#"{"type": "scoer"}"#, "`type` does not take `scoer`: did you mean `score`?"),
        ("7", "an event is an object"),
        (
            r#"{"type": "interaction", "bet": "B"}"#,
            "`id` is missing: give it, so that the same event sent again changes nothing",
        ),
        (r#"{"type": "interaction", "id": "i", "lattency_ms": 4}"#, "did you mean `latency_ms`?"),
        (
            r#"{"type": "interaction", "id": "i", "tokens_in": "many"}"#,
            "`tokens_in` takes an integer, not text",
        ),
        (r#"{"type": "interaction", "id": "i", "tokens_in": -1}"#, "`tokens_in` is never negative"),
        (
            r#"{"type": "interaction", "id": "i", "confidence": 80}"#,
            "`confidence` lies between 0 and 1",
        ),
        (r#"{"type": "interaction", "id": "i", "at": "yesterday"}"#, "`at` takes a time such as"),
        (r#"{"type": "interaction", "id": "i", "at": "2036-01-01T00:00:00Z"}"#, "check the clock"),
        (r#"{"type": "interaction", "id": "i", "mode": "sugest"}"#, "did you mean `suggest`?"),
        (r#"{"type": "action", "interaction": "i", "kind": "edit"}"#, "give it, or `seq`"),
        (
            r#"{"type": "action", "interaction": "i", "seq": 1, "kind": "danced"}"#,
            "`kind` does not take",
        ),
        (
            r#"{"type": "score", "id": "s", "target": "i", "name": "n"}"#,
            "a score takes a `value` or a `label`",
        ),
        (
            r#"{"type": "score", "id": "s", "target": "i", "name": "n", "value": 1, "source": "humn"}"#,
            "`source` does not take",
        ),
        (
            r#"{"type": "score", "id": "s", "target": "i", "name": "n", "squared_error": 1}"#,
            "there is no field `squared_error`",
        ),
        (
            r#"{"type": "score", "id": "s", "target": "i", "name": "n", "value": 1,
                "interaction_at": "2026-11-20T10:00:00Z"}"#,
            "`interaction_at` is what the store makes of other rows",
        ),
        (
            r#"{"type": "payload", "interaction": "i", "kind": "input", "text": "Dear"}"#,
            "texts are kept only if capture is on",
        ),
        (
            r#"{"type": "track", "name": "x", "context": {"targetingKey": "j"}}"#,
            "takes an `id` or `at`",
        ),
        (r#"{"type": "track", "name": "x", "id": "1"}"#, "`context.targetingKey` is missing"),
    ] {
        let said = refused(line);
        assert!(said.contains(message), "{line}: {said}");
        assert!(
            !said.contains("yesterday") && !said.contains("many"),
            "values are not quoted: {said}"
        );
    }
}

#[test]
fn everything_wrong_with_a_line_is_told() {
    let said = refused(r#"{"type": "interaction", "id": 1.5, "tokens_in": true, "colour": "red"}"#);
    for wrong in ["`id` takes text", "`tokens_in` takes an integer", "there is no field `colour`"] {
        assert!(said.contains(wrong), "{said}");
    }
}

#[test]
fn payloads_are_taken_with_capture() {
    let line =
        r#"{"type": "payload", "interaction": "i", "kind": "final", "text": "jane@example.org"}"#;
    let lines = read(&rules(Capture::Redacted), line.as_bytes(), RECEIVED);
    assert_eq!(lines.events[0].text("id"), Some("i/final/0"));
    assert_eq!(lines.events[0].text("text"), Some("[mail]"));
}
