//! OTLP requests that are encoded once. Each span's ids and times stand at known places of the bytes, where they
//! are replaced before each sending.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;

/// Spans of one request.
pub const SPANS: u32 = 500;
/// Spans of one trace: the model calls of one request to an application, whose own span is not among them.
const TRACE_SPANS: usize = 10;
/// Different requests, which take turns.
const BODIES: u32 = 8;

/// One request, and where the ids and times of its spans stand.
#[derive(Clone)]
pub struct Body {
    pub bytes: Vec<u8>,
    places: Vec<Places>,
}

/// Where in the bytes one span has what no other span has.
#[derive(Clone, Copy)]
struct Places {
    trace: usize,
    span: usize,
    parent: usize,
    start: usize,
    end: usize,
    response: usize,
}

/// Numbers that look random and do not repeat: splitmix64.
pub struct Numbers(u64);

impl Numbers {
    /// Others for each connection of each run.
    pub fn new(connection: u32) -> Numbers {
        let mut clock = Numbers(nanoseconds());
        Numbers(clock.next() ^ (u64::from(connection) << 48))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Body {
    /// Gives every span new ids, and times that end now.
    pub fn renew(&mut self, numbers: &mut Numbers) {
        let now = nanoseconds();
        let mut trace = [0; 3];
        for (index, place) in self.places.iter().enumerate() {
            if index % TRACE_SPANS == 0 {
                trace = [numbers.next(), numbers.next(), numbers.next()];
            }
            let (first, second) = (numbers.next(), numbers.next());
            set(&mut self.bytes, place.trace, trace[0].to_be_bytes());
            set(&mut self.bytes, place.trace + 8, trace[1].to_be_bytes());
            set(&mut self.bytes, place.parent, trace[2].to_be_bytes());
            set(&mut self.bytes, place.span, first.to_be_bytes());
            let end = now - second % 1_000_000_000;
            set(&mut self.bytes, place.start, (end - first % 5_000_000_000).to_le_bytes());
            set(&mut self.bytes, place.end, end.to_le_bytes());
            let response = format!("{second:016x}");
            self.bytes[place.response..place.response + 16].copy_from_slice(response.as_bytes());
        }
    }

    /// The ids of the interactions that about a third of the spans become.
    pub fn third_of_ids(&self) -> Vec<String> {
        let read = |at: usize| {
            let bytes = self.bytes[at..at + 8].try_into().expect("these are eight bytes");
            u64::from_be_bytes(bytes)
        };
        let id = |place: &Places| {
            let (high, low) = (read(place.trace), read(place.trace + 8));
            format!("{high:016x}{low:016x}-{:016x}", read(place.span))
        };
        self.places.iter().step_by(3).map(id).collect()
    }
}

/// The requests, each with other contents.
pub fn build() -> Vec<Body> {
    (0..BODIES).map(|body| located(request(body).encode_to_vec())).collect()
}

fn nanoseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    u64::try_from(since.as_nanos()).expect("it is before 2554")
}

fn set(bytes: &mut [u8], at: usize, new: [u8; 8]) {
    bytes[at..at + 8].copy_from_slice(&new);
}

/// What stands in the bytes until the first sending: eight of each, which no other content has.
const TRACE: [u8; 16] = [0xf1; 16];
const SPAN: [u8; 8] = [0xf2; 8];
const PARENT: [u8; 8] = [0xf3; 8];
const START: u64 = u64::from_le_bytes([0xf4; 8]);
const END: u64 = u64::from_le_bytes([0xf5; 8]);
const RESPONSE: &str = "@@@@@@@@@@@@@@@@";

fn located(bytes: Vec<u8>) -> Body {
    let all = |mark: &[u8]| -> Vec<usize> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = bytes[from..].windows(mark.len()).position(|part| part == mark) {
            found.push(from + at);
            from += at + mark.len();
        }
        found
    };
    let (traces, spans, parents) = (all(&TRACE), all(&SPAN), all(&PARENT));
    let (starts, ends) = (all(&START.to_le_bytes()), all(&END.to_le_bytes()));
    let responses = all(RESPONSE.as_bytes());
    let places: Vec<Places> = (0..traces.len())
        .map(|index| Places {
            trace: traces[index],
            span: spans[index],
            parent: parents[index],
            start: starts[index],
            end: ends[index],
            response: responses[index],
        })
        .collect();
    assert_eq!(places.len(), SPANS as usize, "each span has its places");
    Body { bytes, places }
}

fn request(body: u32) -> ExportTraceServiceRequest {
    let resource = Resource {
        attributes: vec![
            text("service.name", "applicant-inbox"),
            text("service.version", "1.4.0"),
            text("deployment.environment.name", "production"),
            text("telemetry.sdk.language", "python"),
        ],
        ..Resource::default()
    };
    let scope = InstrumentationScope {
        name: "opentelemetry.instrumentation.openai_v2".to_owned(),
        version: "2.4b0".to_owned(),
        ..InstrumentationScope::default()
    };
    let spans = (0..SPANS).map(|span| chat(body * SPANS + span)).collect();
    let scopes = ScopeSpans { scope: Some(scope), spans, ..ScopeSpans::default() };
    let resource_spans = vec![ResourceSpans {
        resource: Some(resource),
        scope_spans: vec![scopes],
        ..ResourceSpans::default()
    }];
    ExportTraceServiceRequest { resource_spans }
}

/// A call of a model as the OpenTelemetry client for Python reports it, without its text: about 600 bytes.
fn chat(index: u32) -> Span {
    let model = ["gpt-4.1", "gpt-4.1-mini", "gpt-5-nano"][index as usize % 3];
    let tokens = i64::from(index.wrapping_mul(2_654_435_761) >> 21);
    let call = index as usize / TRACE_SPANS;
    let bet = ["reply-drafts", "skill-match", "summaries", "triage", "search"][call % 5];
    Span {
        trace_id: TRACE.to_vec(),
        span_id: SPAN.to_vec(),
        parent_span_id: PARENT.to_vec(),
        name: format!("chat {model}"),
        kind: 3,
        start_time_unix_nano: START,
        end_time_unix_nano: END,
        attributes: vec![
            text("gen_ai.operation.name", "chat"),
            text("gen_ai.provider.name", "openai"),
            text("gen_ai.request.model", model),
            text("gen_ai.response.model", &format!("{model}-2026-04-14")),
            text("gen_ai.response.id", &format!("chatcmpl-{RESPONSE}")),
            number("gen_ai.request.max_tokens", 1024),
            number("gen_ai.usage.input_tokens", 200 + tokens),
            number("gen_ai.usage.output_tokens", 20 + tokens / 7),
            number("gen_ai.usage.cache_read.input_tokens", tokens / 2),
            text("gen_ai.conversation.id", &format!("conversation-{call:06}")),
            text("user.id", &format!("user-{:05}", call * 7919 % 20_000)),
            text("trueup.bet", bet),
            text("feature_flag.result.variant", ["control", "treatment"][call % 2]),
            text("server.address", "api.openai.com"),
            number("server.port", 443),
        ],
        status: Some(Status::default()),
        ..Span::default()
    }
}

fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, any_value::Value::StringValue(value.to_owned()))
}

fn number(key: &str, value: i64) -> KeyValue {
    attribute(key, any_value::Value::IntValue(value))
}

fn attribute(key: &str, value: any_value::Value) -> KeyValue {
    let value = Some(AnyValue { value: Some(value) });
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}
