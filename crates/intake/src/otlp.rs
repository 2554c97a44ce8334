//! OTLP requests become events: traces, logs and metrics, in protobuf and in JSON.

mod decode;
mod judgements;
mod logs;
mod metrics;
mod repair;
mod spans;
mod telemetry;
mod time;

use jiff::Timestamp;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use trueup_evidence::event::Event;

use crate::rules::Rules;

pub use decode::{DecodeError, Encoding, decode};
pub use judgements::{TARGET_KINDS, action_kind};

/// What came of a request: one answer for the client, and rows for the store.
#[derive(Debug, Default, PartialEq)]
pub struct Taken {
    pub events: Vec<Event>,
    /// Spans, log records or data points that gave rows.
    pub accepted: u64,
    /// Those that did not.
    pub rejected: u64,
    /// Why, or with none rejected a warning.
    pub message: Option<String>,
}

impl Taken {
    fn reject(&mut self, why: &str) {
        self.rejected += 1;
        self.warn(why);
    }

    /// The first reason is told; more of them would repeat it.
    fn warn(&mut self, why: &str) {
        self.message.get_or_insert_with(|| why.to_owned());
    }
}

/// Spans become interactions, or telemetry if no model, agent or tool had part in them.
#[must_use]
pub fn traces(rules: &Rules, request: &ExportTraceServiceRequest, received: Timestamp) -> Taken {
    spans::take(rules, request, received)
}

/// Reads a body that was sent to the path of traces. Logs sent there by mistake are told so: in protobuf
/// they look like spans without ids, or like none at all.
pub fn traces_in(
    rules: &Rules,
    encoding: Encoding,
    body: &[u8],
    received: Timestamp,
) -> Result<Taken, DecodeError> {
    let error = match decode(encoding, body) {
        Ok(request) => return Ok(traces(rules, &request, received)),
        Err(error) => error,
    };
    match decode::<ExportLogsServiceRequest>(encoding, body) {
        Ok(request) if encoding == Encoding::Protobuf => Ok(spans::refuse_logs(&request)),
        _ => Err(error),
    }
}

/// Log records become scores, actions and payloads; the rest is telemetry.
#[must_use]
pub fn logs(rules: &Rules, request: &ExportLogsServiceRequest, received: Timestamp) -> Taken {
    logs::take(rules, request, received)
}

/// Data points become telemetry as they are: nothing is computed from them.
#[must_use]
pub fn metrics(rules: &Rules, request: &ExportMetricsServiceRequest, received: Timestamp) -> Taken {
    metrics::take(rules, request, received)
}
