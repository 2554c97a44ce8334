//! Whatever arrives: nothing panics, and the same again gives the same.

use std::sync::LazyLock;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, span};
use proptest::prelude::*;
use trueup_intake::dialect::{From, Index, TABLE};

use super::*;

static RULES: LazyLock<[Rules; 2]> =
    LazyLock::new(|| [rules(Capture::Off), rules(Capture::Redacted)]);

/// Keys of the table, and others.
fn key() -> impl Strategy<Value = String> {
    let mut known: Vec<String> = Index::shared()
        .attributes
        .keys()
        .chain(Index::shared().resources.keys())
        .map(|key| (*key).to_owned())
        .collect();
    for source in TABLE.iter().flat_map(|mapping| mapping.sources) {
        match source.from {
            From::Texts(prefix) => known.push(format!("{prefix}0.message.content")),
            From::BetKey(prefix) => known.push(format!("{prefix}bet.id")),
            _ => {}
        }
    }
    known.extend(
        ["annotations.0.annotation.name", "annotations.0.annotation.score"].map(str::to_owned),
    );
    known.sort_unstable();
    prop_oneof![8 => prop::sample::select(known), 1 => "[a-z._0-9]{0,20}", 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = Option<Any>> {
    let leaf = prop_oneof![
        Just(None),
        any::<String>().prop_map(|text| Some(Any::StringValue(text))),
        prop::sample::select(vec![
            "chat",
            "LLM",
            "{\"model\": \"m\", \"user\": 7}",
            "[\"stop\"]",
            "12"
        ])
        .prop_map(|text| Some(Any::StringValue(text.to_owned()))),
        any::<bool>().prop_map(|truth| Some(Any::BoolValue(truth))),
        any::<i64>().prop_map(|number| Some(Any::IntValue(number))),
        any::<f64>().prop_map(|number| Some(Any::DoubleValue(number))),
        prop::collection::vec(any::<u8>(), 0..9).prop_map(|bytes| Some(Any::BytesValue(bytes))),
        any::<i32>().prop_map(|index| Some(Any::StringValueStrindex(index))),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let inner = inner.prop_map(|value| AnyValue { value });
        let entry = (any::<String>(), prop::option::of(inner.clone()));
        let entry = entry.prop_map(|(key, value)| KeyValue { key, value, ..KeyValue::default() });
        prop_oneof![
            prop::collection::vec(inner, 0..4)
                .prop_map(|values| Some(Any::ArrayValue(ArrayValue { values }))),
            prop::collection::vec(entry, 0..4)
                .prop_map(|values| Some(Any::KvlistValue(KeyValueList { values }))),
        ]
    })
}

fn attributes() -> impl Strategy<Value = Vec<KeyValue>> {
    let entry = (key(), value()).prop_map(|(key, value)| KeyValue {
        key,
        value: Some(AnyValue { value }),
        ..KeyValue::default()
    });
    prop::collection::vec(entry, 0..20)
}

fn time() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), any::<u64>(), 1_780_000_000_000_000_000..1_790_000_000_000_000_000_u64]
}

fn a_span() -> impl Strategy<Value = Span> {
    let id = |length| prop::collection::vec(any::<u8>(), length);
    let name = prop::sample::select(vec![
        "exception",
        "feature_flag.evaluation",
        "First Token Stream Event",
    ]);
    let event = (time(), name, attributes()).prop_map(|(time_unix_nano, name, attributes)| {
        span::Event { time_unix_nano, name: name.to_owned(), attributes, ..span::Event::default() }
    });
    (
        id(16),
        id(8),
        any::<String>(),
        time(),
        time(),
        attributes(),
        prop::collection::vec(event, 0..3),
        0..4,
    )
        .prop_map(|(trace_id, span_id, name, start, end, attributes, events, code)| Span {
            trace_id,
            span_id,
            name,
            start_time_unix_nano: start,
            end_time_unix_nano: end,
            attributes,
            events,
            status: Some(Status { code, ..Status::default() }),
            ..Span::default()
        })
}

fn request(spans: Vec<Span>, resource: Vec<KeyValue>) -> ExportTraceServiceRequest {
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    let resource = Some(Resource { attributes: resource, ..Resource::default() });
    let group = ResourceSpans { resource, scope_spans, ..ResourceSpans::default() };
    ExportTraceServiceRequest { resource_spans: vec![group] }
}

/// What holds of every event.
fn check(event: &Event) {
    let required = event.table.fields().iter().filter(|field| field.required);
    for field in required {
        assert!(event.get(field.name).is_some(), "`{}` is missing: {event:?}", field.name);
    }
    for (field, value) in event.values() {
        match value {
            Value::Number(number) => assert!(number.is_finite(), "`{}`", field.name),
            Value::Integer(integer) => assert!(*integer >= 0, "`{}`", field.name),
            _ => {}
        }
    }
    for field in ["latency_ms", "duration_ms", "first_token_ms", "cost", "cost_reported"] {
        let number = number(event, field);
        assert!(number.is_none_or(|number| number >= 0.0), "`{field}` is {number:?}");
    }
    if let Some(attributes) = event.text("attributes") {
        assert!(serde_json::from_str::<serde_json::Map<_, _>>(attributes).is_ok(), "{attributes}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_span_gives_rows_or_a_reason(spans in prop::collection::vec(a_span(), 1..4), resource in attributes()) {
        let count = spans.len() as u64;
        let request = request(spans, resource);
        for rules in RULES.iter() {
            let taken = otlp::traces(rules, &request, RECEIVED);
            prop_assert_eq!(taken.accepted + taken.rejected, count);
            prop_assert_eq!(taken.rejected > 0, taken.message.is_some());
            taken.events.iter().for_each(check);
            prop_assert_eq!(&taken, &otlp::traces(rules, &request, RECEIVED));
        }
    }

    /// However spans are put into requests, the rows are the same.
    #[test]
    fn a_split_or_turned_request_gives_the_same_rows(spans in prop::collection::vec(a_span(), 2..5), resource in attributes()) {
        let rules = &RULES[0];
        let whole = otlp::traces(rules, &request(spans.clone(), resource.clone()), RECEIVED).events;
        let mut split = Vec::new();
        for span in spans.into_iter().rev() {
            let rows = otlp::traces(rules, &request(vec![span], resource.clone()), RECEIVED).events;
            split.splice(0..0, rows);
        }
        prop_assert_eq!(whole, split);
    }

    #[test]
    fn any_log_record_gives_rows(attributes in attributes(), body in value(), time in time(), event_name in prop::sample::select(
        vec!["", "gen_ai.evaluation.result", "trueup.action", "trueup.score", "gen_ai.choice", "gen_ai.client.inference.operation.details"],
    )) {
        let record = LogRecord {
            time_unix_nano: time,
            trace_id: vec![1; 16],
            span_id: vec![2; 8],
            event_name: event_name.to_owned(),
            body: Some(AnyValue { value: body }),
            attributes,
            ..LogRecord::default()
        };
        let scope_logs = vec![ScopeLogs { log_records: vec![record], ..ScopeLogs::default() }];
        let resource_logs = vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }];
        let request = ExportLogsServiceRequest { resource_logs };
        for rules in RULES.iter() {
            let taken = otlp::logs(rules, &request, RECEIVED);
            prop_assert_eq!(taken.accepted + taken.rejected, 1);
            prop_assert!(taken.rejected == 1 || !taken.events.is_empty());
            taken.events.iter().for_each(check);
            prop_assert_eq!(&taken, &otlp::logs(rules, &request, RECEIVED));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for signal in ["traces", "logs", "metrics"] {
            for encoding in [Encoding::Protobuf, Encoding::Json] {
                if let Ok(taken) = take(&RULES[0], signal, encoding, &bytes) {
                    taken.events.iter().for_each(check);
                }
            }
        }
        let read = trueup_intake::lines::read(&RULES[1], &bytes, RECEIVED);
        read.events.iter().for_each(check);
    }
}
