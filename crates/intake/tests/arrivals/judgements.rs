//! Judgements and actions, by log events and by annotations on spans.

use serde_json::json;

use super::*;

const TRACE: &str = "5b8efff798038103d269b633813fc60c";
const SPAN: &str = "eee19b7ec3c1b174";
const ID: &str = "5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174";

/// A log record in the span, or in none, with attributes as `key=value`; what is no number is text.
fn log(event: &str, in_span: bool, attributes: &[(&str, &str)]) -> Taken {
    log_with(Capture::Off, event, in_span, attributes)
}

fn log_with(capture: Capture, event: &str, in_span: bool, attributes: &[(&str, &str)]) -> Taken {
    let mut record = json!({
        "timeUnixNano": "1780000000000000000", "eventName": event, "attributes": listed(attributes),
    });
    if in_span {
        record["traceId"] = TRACE.into();
        record["spanId"] = SPAN.into();
    }
    let request = json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]});
    let request = request.to_string();
    take(&rules(capture), "logs", Encoding::Json, request.as_bytes()).expect("it is decoded")
}

fn listed(attributes: &[(&str, &str)]) -> Vec<serde_json::Value> {
    let value = |text: &str| match text.parse::<f64>() {
        Ok(number) => json!({"doubleValue": number}),
        Err(_) => json!({"stringValue": text}),
    };
    attributes.iter().map(|(key, text)| json!({"key": key, "value": value(text)})).collect()
}

fn one(taken: &Taken) -> &Event {
    assert_eq!((taken.accepted, taken.rejected), (1, 0));
    let [event] = &taken.events[..] else { panic!("{taken:?}") };
    event
}

#[test]
fn a_score_is_of_what_it_names_or_of_its_span_or_of_its_answer() {
    let thumb = ("gen_ai.evaluation.name", "thumb");
    let up = ("gen_ai.evaluation.score.value", "1");
    let answer = ("gen_ai.response.id", "chatcmpl-1");
    let session = ("session.id", "s-1");
    let named = [("trueup.target", "s-9"), ("trueup.target_kind", "session")];
    let event = "gen_ai.evaluation.result";
    for (in_span, more, target, kind) in [
        (true, vec![answer], ID, "interaction"),
        (false, vec![answer, session], "chatcmpl-1", "response"),
        (false, vec![session], "s-1", "session"),
        (true, named.to_vec(), "s-9", "session"),
        (true, vec![("trueup.interaction", "i-1")], "i-1", "interaction"),
    ] {
        let attributes: Vec<_> = [thumb, up].into_iter().chain(more).collect();
        let taken = log(event, in_span, &attributes);
        let score = one(&taken);
        assert_eq!(score.table, Table::Scores);
        assert_eq!((score.text("target"), score.text("target_kind")), (Some(target), Some(kind)));
        assert_eq!((score.text("name"), number(score, "value")), (Some("thumb"), Some(1.0)));
        assert_eq!(score.text("source"), Some("judge"));
    }
}

#[test]
fn a_score_of_a_person_and_by_a_person_holds_pseudonyms() {
    let jane = settings().secret.pseudonym(None, "jane");
    let taken = log(
        "trueup.score",
        false,
        &[
            ("trueup.score.name", "csat"),
            ("trueup.score.label", "happy"),
            ("trueup.target", "jane"),
            ("trueup.target_kind", "unit"),
            ("trueup.score.author", "jane"),
            ("trueup.source", "HUMAN"),
            ("trueup.id", "own-id"),
        ],
    );
    let score = one(&taken);
    assert_eq!(score.text("target"), Some(jane.as_str()));
    assert_eq!(score.text("author"), Some(jane.as_str()));
    assert_eq!(score.text("source"), Some("person"));
    assert_eq!(score.text("id"), Some("own-id"));
}

#[test]
fn the_same_record_sent_again_is_the_same_row() {
    let send = |value| {
        let value = ("gen_ai.evaluation.score.value", value);
        log("gen_ai.evaluation.result", true, &[("gen_ai.evaluation.name", "thumb"), value])
    };
    let (first, again, other) = (send("1"), send("1"), send("0"));
    assert_eq!(first, again);
    assert_ne!(one(&first).text("id"), one(&other).text("id"));
    let attributes = [("a", "1"), ("b", "2")];
    let turned = [attributes[1], attributes[0]];
    let (one_way, other_way) = (log("x", true, &attributes), log("x", true, &turned));
    assert_eq!(one(&one_way).text("id"), one(&other_way).text("id"), "whatever the order");
}

#[test]
fn what_people_do_becomes_actions_in_our_words() {
    for (said, kind) in [
        ("accepted", "accept"),
        ("edited", "edit"),
        ("rejected", "reject"),
        ("overridden", "override"),
        ("ignored", "view"),
        ("regenerate", "regenerate"),
    ] {
        let taken = log(
            "trueup.action",
            true,
            &[
                ("trueup.action.kind", said),
                ("trueup.action.seq", "2"),
                ("trueup.action.dwell_ms", "1500"),
                ("trueup.action.edit_share_first", "0.25"),
                ("trueup.action.edit_share_previous", "25"),
            ],
        );
        let action = one(&taken);
        assert_eq!(action.table, Table::Actions);
        assert_eq!(action.text("id"), Some(&*format!("{ID}/2")));
        assert_eq!((action.text("interaction"), action.text("kind")), (Some(ID), Some(kind)));
        assert_eq!(
            (number(action, "dwell_ms"), action.text("actor")),
            (Some(1500.0), Some("person"))
        );
        assert_eq!(number(action, "edit_share_first"), Some(0.25));
        assert_eq!(number(action, "edit_share_previous"), None, "25 is no share");
    }
}

#[test]
fn what_is_not_whole_is_kept_as_telemetry_and_told() {
    for (event, in_span, attributes) in [
        ("trueup.action", true, vec![("trueup.action.kind", "danced")]),
        ("trueup.action", false, vec![("trueup.action.kind", "accepted")]),
        ("gen_ai.evaluation.result", true, vec![]),
        ("gen_ai.evaluation.result", false, vec![("gen_ai.evaluation.name", "thumb")]),
    ] {
        let taken = log(event, in_span, &attributes);
        assert_eq!(one(&taken).table, Table::Telemetry, "{event}");
        assert!(taken.message.is_some(), "{event}");
    }
    let plain = log("app.started", false, &[]);
    assert_eq!((one(&plain).table, &plain.message), (Table::Telemetry, &None));
}

#[test]
fn an_explanation_is_kept_only_with_capture() {
    let attributes = [
        ("gen_ai.evaluation.name", "thumb"),
        ("gen_ai.evaluation.score.value", "1"),
        ("gen_ai.evaluation.explanation", "it found my years"),
    ];
    let off = log("gen_ai.evaluation.result", true, &attributes);
    assert_eq!(one(&off).table, Table::Scores);
    let on = log_with(Capture::Whole, "gen_ai.evaluation.result", true, &attributes);
    let [_, payload] = &on.events[..] else { panic!("{on:?}") };
    assert_eq!(payload.text("kind"), Some("explanation"));
    assert_eq!(payload.text("text"), Some("it found my years"));
    assert_eq!(payload.text("interaction"), Some(ID));
}

#[test]
fn annotations_on_a_span_are_scores_of_it() {
    let span = json!({
        "traceId": TRACE, "spanId": SPAN, "startTimeUnixNano": "1780000000000000000",
        "attributes": listed(&[
            ("openinference.span.kind", "LLM"),
            ("annotations.0.annotation.name", "helpful"),
            ("annotations.0.annotation.score", "0.5"),
            ("annotations.0.annotation.annotator_kind", "HUMAN"),
            ("annotations.0.annotation.explanation", "as I said"),
            ("evaluations.3.evaluation.name", "toxic"),
            ("evaluations.3.evaluation.label", "no"),
        ]),
    });
    let request = json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).to_string();
    let taken = take(&rules(Capture::Off), "traces", Encoding::Json, request.as_bytes());
    let taken = taken.expect("it is decoded");
    let scores = of(&taken.events, Table::Scores);
    let [helpful, toxic] = &scores[..] else { panic!("{scores:?}") };
    assert_eq!((helpful.text("target"), helpful.text("source")), (Some(ID), Some("person")));
    assert_eq!(number(helpful, "value"), Some(0.5));
    assert_eq!((toxic.text("label"), toxic.text("source")), (Some("no"), Some("judge")));
    assert_eq!(toxic.text("id"), Some(&*format!("{ID}/evaluation/3")));
    assert!(of(&taken.events, Table::Payloads).is_empty());
}

#[test]
fn who_is_meant_follows_the_order_of_the_table() {
    let mut settings = settings();
    settings.names = vec![trueup_intake::NameRule {
        named: trueup_intake::Named::Workflow,
        name: "match".to_owned(),
        bet: "BET-W".to_owned(),
    }];
    let rules = Rules::new(settings);
    let own = ("bet.id", "BET-OWN");
    let flag = ("feature_flag.key", "skill-match-llm");
    let property = ("traceloop.association.properties.bet_id", "BET-P");
    let metadata = ("metadata", r#"{"bet.id": "BET-M"}"#);
    let workflow = ("gen_ai.workflow.name", "match");
    for (attributes, on_resource, bet) in [
        (vec![own, flag, property, workflow], None, Some("BET-OWN")),
        (vec![flag, property, metadata], Some("BET-R"), Some("BET-R")),
        (vec![flag, property, metadata, workflow], None, Some("BET-7")),
        (vec![property, metadata, workflow], None, Some("BET-P")),
        (vec![metadata, workflow], None, Some("BET-M")),
        (vec![workflow], None, Some("BET-W")),
        (vec![("feature_flag.key", "dark-mode")], None, None),
        (vec![("langfuse.trace.metadata.bet", "BET-L")], None, Some("BET-L")),
        (vec![("ai.telemetry.metadata.bet_id", "BET-V")], None, Some("BET-V")),
    ] {
        let resource = on_resource.map(|bet| ("trueup.bet", bet));
        let span = json!({"traceId": TRACE, "spanId": SPAN, "attributes": listed(&attributes)});
        let resource = json!({"attributes": listed(&resource.into_iter().collect::<Vec<_>>())});
        let group = json!({"resource": resource, "scopeSpans": [{"spans": [span]}]});
        let request = json!({"resourceSpans": [group]}).to_string();
        let taken = take(&rules, "traces", Encoding::Json, request.as_bytes()).expect("decoded");
        assert_eq!(taken.events[0].text("bet"), bet, "{attributes:?}");
    }
}

#[test]
fn a_convention_that_nobody_knows_is_seen_unattributed_and_unpriced() {
    let attributes = listed(&[
        ("acme.llm.model", "gpt-4o"),
        ("acme.llm.tokens.in", "12"),
        ("acme.llm.prompt", "a secret"),
        ("acme.user.age", "42"),
    ]);
    let span = json!({"traceId": TRACE, "spanId": SPAN, "name": "ask", "attributes": attributes});
    let request = json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).to_string();
    let taken = take(&rules(Capture::Off), "traces", Encoding::Json, request.as_bytes());
    let taken = taken.expect("it is decoded");
    let row = one(&taken);
    assert_eq!((row.table, row.text("dialect")), (Table::Interactions, Some("unknown")));
    assert_eq!((row.get("bet"), row.get("cost")), (None, None));
    let kept = r#"{"acme.llm.model":null,"acme.llm.prompt":null,"acme.llm.tokens.in":12.0,"acme.user.age":null}"#;
    assert_eq!(row.text("attributes"), Some(kept));
}
