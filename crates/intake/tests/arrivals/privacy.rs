//! With capture off, nothing that people wrote or are called reaches an event.

use super::*;

/// What the conversation's people wrote, what models answered, and what they are called. `r-1` and `r-2`
/// are template variables, looked for with their quotes.
const PRIVATE: &[&str] = &[
    "user-0042",
    "fictional person",
    "five years of Rust",
    "extract skills",
    "stakeholder communication",
    "Rust (advanced)",
    "List the skills",
    "Rust programming",
    "esco:skill",
    "Rust (computer programming)",
    "Candidate A",
    "Score the match",
    "Match score",
    "search_esco_skill",
    "found my Rust years",
    "Match {resume}",
    "r-1\"",
    "r-2\"",
    "Error code: 429",
    "Rate limit reached",
    "Traceback",
];

/// Every text of every event, as it would be stored.
fn texts(event: &Event) -> impl Iterator<Item = String> {
    event.values().map(|(field, value)| format!("{}={value:?}\"", field.name))
}

fn captured(rules: &Rules) -> Vec<(PathBuf, Taken)> {
    let Some(folder) = shared("fixtures/otlp/captured") else { return Vec::new() };
    let mut scenarios = files(&folder, "");
    scenarios.push(folder.with_file_name("ofrep").join("otlp/openfeature-tracing-hook"));
    let requests = scenarios.iter().flat_map(|scenario| crate::captured::requests(scenario));
    let requests = requests.map(|(encoding, path)| {
        let taken = take(rules, signal(&path), encoding, &body(&path)).expect("it is decoded");
        (path, taken)
    });
    requests.collect()
}

#[test]
fn nothing_private_is_in_an_event() {
    for (path, taken) in captured(&rules(Capture::Off)) {
        for event in &taken.events {
            assert_ne!(event.table, Table::Payloads, "{}", path.display());
            assert_eq!(event.get("text"), None, "{}", path.display());
            for text in texts(event) {
                let found = PRIVATE.iter().find(|private| text.contains(**private));
                assert_eq!(found, None, "{}: {text}", path.display());
            }
        }
    }
}

/// The search finds what is there: with capture on each of these texts is.
#[test]
fn with_capture_on_the_same_search_finds_the_texts() {
    let taken = captured(&rules(Capture::Whole));
    let texts: Vec<String> =
        taken.iter().flat_map(|(_, taken)| taken.events.iter().flat_map(texts)).collect();
    for wanted in
        ["fictional person", "stakeholder communication", "Candidate A", "search_esco_skill"]
    {
        let found = texts.is_empty() || texts.iter().any(|text| text.contains(wanted));
        assert!(found, "`{wanted}` is nowhere");
    }
    for never in ["user-0042", "Match {resume}", "Error code: 429"] {
        let found: Vec<&String> = texts.iter().filter(|text| text.contains(never)).collect();
        // The whole request holds the name that the client itself put there.
        let outside = found.iter().filter(|text| !text.starts_with("text="));
        assert_eq!(outside.count(), 0, "`{never}`: {found:?}");
    }
}

#[test]
fn recorded_prompts_stay_outside_too() {
    let known =
        ["Tell me a joke", "tell me a joke", "Say this is a test", "joke about OpenTelemetry"];
    let rules = rules(Capture::Off);
    for set in ["otel-contrib-openai-v2", "openllmetry-openai", "openllmetry-anthropic"] {
        for signal in ["traces", "logs", "metrics"] {
            let Some(path) = shared(&format!("data/otlp/{set}/{signal}.pb")) else { return };
            for request in crate::recorded::framed(&path) {
                let taken = take(&rules, signal, Encoding::Protobuf, &request).expect("decoded");
                for text in taken.events.iter().flat_map(texts) {
                    let found = known.iter().find(|prompt| text.contains(**prompt));
                    assert_eq!(found, None, "{set}: {text}");
                }
            }
        }
    }
}

#[test]
fn redaction_takes_addresses_out_of_captured_texts() {
    let body = r#"{"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174",
        "name": "GET /people/jane@example.org", "attributes": [
        {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
        {"key": "gen_ai.output.messages", "value": {"stringValue":
            "[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"Ask jane@example.org.\"}]}]"}}
        ]}]}]}]}"#;
    let take = |capture| {
        let taken = take(&rules(capture), "traces", Encoding::Json, body.as_bytes());
        taken.expect("it is decoded").events
    };
    let [interaction, payload] = &take(Capture::Redacted)[..] else { panic!("a text is kept") };
    assert_eq!(interaction.text("text"), Some("Ask [mail]."));
    assert!(payload.text("text").is_some_and(|text| text.contains("Ask [mail].")));
    assert_eq!(take(Capture::Whole)[0].text("text"), Some("Ask jane@example.org."));
    assert_eq!(take(Capture::Off).len(), 1);
}
