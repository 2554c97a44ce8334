//! One conversation, played by each client: what is stored equals what was meant.

use super::*;

/// A step of the conversation: operation, model asked and answered, tokens in and out, error.
type Step<'a> = (&'a str, &'a str, Option<&'a str>, Option<i64>, Option<i64>, Option<&'a str>);

const SMALL: Option<&str> = Some("mock-small-2026-06-01");
const LARGE: Option<&str> = Some("mock-large-2026-06-01");
const CHAT: Step<'static> = ("chat", "mock-small", SMALL, Some(212), Some(31), None);
const TOOL: Step<'static> = ("chat", "mock-large", LARGE, Some(121), Some(22), None);
const ANSWER: Step<'static> = ("chat", "mock-large", LARGE, Some(212), Some(31), None);
const STREAM: Step<'static> = ("chat", "mock-small", SMALL, Some(58), Some(14), None);
const STREAM_WITHOUT_USAGE: Step<'static> = ("chat", "mock-small", SMALL, None, None, None);
const EMBEDDINGS: Step<'static> =
    ("embeddings", "mock-embed", Some("mock-embed"), Some(18), None, None);
const RESPONSE: Step<'static> = ("chat", "mock-large", LARGE, Some(88), Some(17), None);
const REFUSED: Step<'static> = ("chat", "mock-429", None, None, None, Some("rate_limit"));

/// The steps that a client played: those of the OpenTelemetry project's old line do not know the
/// Responses API, and the JavaScript client plays fewer.
fn steps(scenario: &str) -> Vec<Step<'static>> {
    let mut steps = vec![CHAT, TOOL, STREAM, EMBEDDINGS, REFUSED];
    if !scenario.starts_with("js-") {
        steps.extend([ANSWER, STREAM_WITHOUT_USAGE]);
    }
    if !scenario.starts_with("js-") && !scenario.starts_with("otel-") {
        steps.push(RESPONSE);
    }
    steps.sort_unstable();
    steps
}

fn dialect(scenario: &str) -> &'static str {
    match scenario.split('-').next() {
        Some("openinference") => "openinference",
        Some("openllmetry") => "openllmetry",
        Some("js") => "otel-legacy",
        _ if scenario == "otel-legacy" => "otel-legacy",
        _ => "otel",
    }
}

/// Every scenario with its name and the events of its requests in the order of arrival.
fn scenarios(capture: Capture) -> Vec<(String, Vec<Event>)> {
    let Some(folder) = shared("fixtures/otlp/captured") else { return Vec::new() };
    let rules = rules(capture);
    let scenarios = files(&folder, "").into_iter().map(|scenario| {
        let name =
            scenario.file_name().expect("a folder with a name").to_string_lossy().into_owned();
        let requests = requests(&scenario).into_iter().flat_map(|(encoding, path)| {
            let taken = take(&rules, signal(&path), encoding, &body(&path)).expect("it is decoded");
            assert_eq!((taken.rejected, taken.message), (0, None), "{}", path.display());
            taken.events
        });
        (name, requests.collect())
    });
    let scenarios: Vec<_> = scenarios.collect();
    assert!(scenarios.len() >= 20, "there are {} scenarios", scenarios.len());
    scenarios
}

/// The bodies as they were sent: protobuf, or from JSON clients JSON.
pub fn requests(scenario: &Path) -> Vec<(Encoding, PathBuf)> {
    let protobuf = files(scenario, ".pb");
    if !protobuf.is_empty() {
        return protobuf.into_iter().map(|path| (Encoding::Protobuf, path)).collect();
    }
    let json = files(scenario, ".json").into_iter();
    let json = json.filter(|path| !path.to_string_lossy().ends_with(".meta.json"));
    json.map(|path| (Encoding::Json, path)).collect()
}

fn step(event: &Event) -> Step<'_> {
    let count = |field| match event.get(field) {
        Some(Value::Integer(count)) => Some(*count),
        _ => None,
    };
    let text = |field| event.text(field);
    let op = text("op").expect("an interaction has an operation");
    let asked = text("model_requested").expect("a call names a model");
    // OpenInference does not say who answered embeddings.
    let answered = text("model_answered").or((op == "embeddings").then_some("mock-embed"));
    (op, asked, answered, count("tokens_in"), count("tokens_out"), text("error"))
}

/// The calls of models; the other interactions are the workflow around them and its task.
fn calls(events: &[Event]) -> Vec<&Event> {
    let interactions = of(events, Table::Interactions).into_iter();
    interactions.filter(|event| event.get("model_requested").is_some()).collect()
}

#[test]
fn every_client_tells_the_same_conversation() {
    for (scenario, events) in scenarios(Capture::Off) {
        let mut told: Vec<_> = calls(&events).into_iter().map(step).collect();
        told.sort_unstable();
        assert_eq!(told, steps(&scenario), "{scenario}");
        for call in calls(&events) {
            assert_eq!(call.text("dialect"), Some(dialect(&scenario)), "{scenario}");
            assert_eq!(call.text("provider"), Some("openai"), "{scenario}");
            assert!(number(call, "latency_ms").is_some_and(|latency| latency > 0.0), "{scenario}");
        }
    }
}

#[test]
fn details_are_the_same_wherever_they_are_told() {
    for (scenario, events) in scenarios(Capture::Off) {
        for call in calls(&events) {
            let (cached, reasoning) = match (number(call, "tokens_in"), number(call, "tokens_out"))
            {
                (Some(212.0), _) => (Some(128.0), Some(12.0)),
                (Some(121.0), _) => (Some(64.0), Some(0.0)),
                (Some(_), _) => (Some(0.0), Some(0.0)),
                (None, _) => (None, None),
            };
            let finish = match (call.text("error"), call.text("op"), number(call, "tokens_in")) {
                (Some(_), _, _) | (_, Some("embeddings"), _) => None,
                (_, _, Some(121.0)) => Some("tool_calls"),
                _ => Some("stop"),
            };
            for (field, due) in [("tokens_cached", cached), ("tokens_reasoning", reasoning)] {
                let told = number(call, field);
                assert!(told.is_none() || told == due, "{scenario}: `{field}` is {told:?}");
            }
            let told = call.text("finish_reason");
            assert!(told.is_none() || told == finish, "{scenario}: finish_reason {told:?}");
        }
    }
}

#[test]
fn cost_is_that_of_the_tokens_and_unknown_without_them() {
    for (scenario, events) in scenarios(Capture::Off) {
        for call in calls(&events) {
            let tokens = number(call, "tokens_in").zip(number(call, "tokens_out"));
            let price = match call.text("model_requested") {
                Some("mock-small") => Some((1.0, 4.0)),
                Some("mock-large") => Some((10.0, 40.0)),
                _ => None,
            };
            let cached = number(call, "tokens_cached").unwrap_or(0.0);
            let due = tokens.zip(price).map(|((tokens_in, tokens_out), (input, output))| {
                (tokens_in - 0.9 * cached).mul_add(input, tokens_out * output) / 1e6
            });
            match (number(call, "cost"), due) {
                (Some(told), Some(due)) => {
                    assert!((told - due).abs() < 1e-12, "{scenario}: {told}");
                }
                (told, due) => assert_eq!(told, due, "{scenario}"),
            }
            let version = due.map(|_| "roadmap@2026-01-01");
            assert_eq!(call.text("price_version"), version, "{scenario}");
            assert_eq!(call.text("currency"), due.map(|_| "EUR"), "{scenario}");
        }
    }
}

#[test]
fn every_call_names_its_bet_arm_person_and_session() {
    let settings = settings();
    let unit = settings.secret.pseudonym(None, "user-0042");
    for (scenario, events) in scenarios(Capture::Off) {
        // The JavaScript client says it on the root span alone; the store hands it down.
        let carriers: Vec<&Event> = if scenario.starts_with("js-") {
            of(&events, Table::Telemetry)
                .into_iter()
                .filter(|row| row.text("name") == Some("match_resume"))
                .collect()
        } else {
            of(&events, Table::Interactions)
        };
        assert!(!carriers.is_empty(), "{scenario}");
        for row in carriers {
            assert_eq!(row.text("bet"), Some("BET-7"), "{scenario}");
            assert_eq!(row.text("variant"), Some("treatment"), "{scenario}");
            assert_eq!(row.text("session"), Some("sess-01"), "{scenario}");
            assert_eq!(row.text("environment"), Some("staging"), "{scenario}");
            assert_eq!(row.text("release"), Some("1.4.0"), "{scenario}");
            if row.table == Table::Interactions {
                assert_eq!(row.text("unit"), Some(unit.as_str()), "{scenario}");
                assert_eq!(row.text("criteria_digest"), Some("blake3:c0ffee"), "{scenario}");
            }
        }
    }
}

#[test]
fn a_stream_says_when_its_first_token_came() {
    for (scenario, events) in scenarios(Capture::Off) {
        let known = ["genai", "openinference", "openllmetry"];
        if !known.iter().any(|client| scenario.starts_with(client)) {
            continue;
        }
        let streams: Vec<&Event> = calls(&events)
            .into_iter()
            .filter(|call| {
                call.text("attributes").is_some_and(|json| json.contains(r#""streamed":true"#))
            })
            .collect();
        assert_eq!(streams.len(), 2, "{scenario}");
        for stream in streams {
            let first = number(stream, "first_token_ms").expect("a stream has a first token");
            let whole = number(stream, "latency_ms").expect("and a last one");
            assert!(first > 0.0 && first <= whole, "{scenario}: {first} of {whole} ms");
        }
    }
}

#[test]
fn a_judgement_and_a_flag_arrive_from_every_opentelemetry_client() {
    for (scenario, events) in scenarios(Capture::Off) {
        if !scenario.starts_with("otel-") && !scenario.starts_with("genai-") {
            continue;
        }
        let scores = of(&events, Table::Scores);
        let [score] = &scores[..] else { panic!("{scenario}: {scores:?}") };
        assert_eq!(score.text("name"), Some("UserThumb"), "{scenario}");
        assert_eq!((number(score, "value"), score.text("label")), (Some(1.0), Some("up")));
        let target = score.text("target").expect("a score has a target");
        let mut uses = of(&events, Table::Interactions).into_iter();
        let workflow = uses.find(|event| event.text("id") == Some(target)).expect("it is known");
        assert_eq!(workflow.text("workflow"), Some("match_resume"), "{scenario}");
        let mut flags = of(&events, Table::Telemetry).into_iter();
        let flag = flags.find(|row| row.text("name") == Some("feature_flag.evaluation"));
        let flag = flag.expect("the evaluation of the flag is kept");
        assert_eq!((flag.text("bet"), flag.text("variant")), (Some("BET-7"), Some("treatment")));
        assert_eq!(flag.text("trace"), workflow.text("trace"), "{scenario}");
    }
}

#[test]
fn capture_keeps_the_texts_apart_and_shows_the_first_characters() {
    for (scenario, events) in scenarios(Capture::Whole) {
        let payloads = of(&events, Table::Payloads);
        let with_content = scenario.contains("both")
            || scenario.contains("event")
            || scenario.ends_with("-span")
            || scenario.starts_with("js-")
            || matches!(
                scenario.as_str(),
                "openinference-http"
                    | "openinference-grpc"
                    | "openinference-dual-genai"
                    | "openllmetry-http"
            );
        let answers = payloads.iter().filter(|row| {
            row.text("kind") == Some("output")
                && row.text("text").is_some_and(|text| text.contains("stakeholder communication"))
        });
        // Each of the two answers once, though some clients send them on the span and in a log record.
        let ids: std::collections::HashSet<_> = answers.map(|row| row.text("id")).collect();
        let due = match (with_content, scenario.starts_with("js-")) {
            (false, _) => 0,
            (true, true) => 1,
            (true, false) => 2,
        };
        assert_eq!(ids.len(), due, "{scenario}");
        let shown = calls(&events).iter().filter_map(|call| call.text("text")).any(|text| {
            text == "Identified skills: Rust, SQL, stakeholder communication. Gap: Kubernetes."
        });
        let on_spans = with_content && !scenario.contains("event") && !scenario.starts_with("js-");
        assert_eq!(shown, on_spans, "{scenario}");
    }
}

#[test]
fn protobuf_and_json_give_the_same_events() {
    let Some(folder) = shared("fixtures/otlp/captured") else { return };
    let rules = rules(Capture::Whole);
    let mut compared = 0;
    for scenario in files(&folder, "") {
        for protobuf in files(&scenario, ".pb") {
            let json = protobuf.with_extension("json");
            let read = |encoding, path: &Path| {
                take(&rules, signal(path), encoding, &body(path)).expect("it is decoded")
            };
            let (one, other) = (read(Encoding::Protobuf, &protobuf), read(Encoding::Json, &json));
            assert_eq!(one, other, "{}", protobuf.display());
            compared += 1;
        }
    }
    assert!(compared > 50, "{compared} requests compared");
}

#[test]
fn a_flag_on_the_span_of_openfeatures_hook_names_the_bet() {
    let Some(folder) = shared("fixtures/otlp/ofrep/otlp/openfeature-tracing-hook") else { return };
    let (rules, mut found) = (rules(Capture::Off), 0);
    for (encoding, path) in requests(&folder) {
        let taken = take(&rules, signal(&path), encoding, &body(&path)).expect("it is decoded");
        found += taken.events.iter().filter(|row| row.text("bet") == Some("BET-7")).count();
    }
    assert!(found > 0, "a span event names the flag, and the flag its bet");
}
