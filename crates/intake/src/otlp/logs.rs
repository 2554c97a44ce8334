//! A log record becomes a score, an action or a text if it is one, and telemetry if not.

use jiff::Timestamp;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use prost::Message;
use serde_json::Value as Json;
use trueup_evidence::event::Event;

use super::judgements::{self, TARGET_KINDS, Target};
use super::spans::id;
use super::telemetry::{self, Identity};
use super::{Taken, time};
use crate::attributes;
use crate::attribution::{Attribution, Voices};
use crate::dialect::{Ours, Said, entries};
use crate::rules::Rules;
use crate::text;

/// What a person did with an answer, by our own convention.
pub const ACTION: &str = "trueup.action";
/// A judgement, by our own convention.
pub const SCORE: &str = "trueup.score";
const EVALUATION: &str = "gen_ai.evaluation.result";
const DETAILS: &str = "gen_ai.client.inference.operation.details";

/// The messages of the convention of 1.36 and before, and the kind of each.
const MESSAGES: [(&str, &str); 5] = [
    ("gen_ai.system.message", "system"),
    ("gen_ai.user.message", "input"),
    ("gen_ai.assistant.message", "input"),
    ("gen_ai.tool.message", "input"),
    ("gen_ai.choice", "output"),
];

const INCOMPLETE_SCORE: &str = "a score without a name or a target is kept as telemetry: give it \
    `gen_ai.evaluation.name` and a span, `gen_ai.response.id` or `trueup.target`";
const INCOMPLETE_ACTION: &str = "an action without a known kind or an interaction is kept as \
    telemetry: give it `trueup.action.kind` and a span or `trueup.interaction`";

/// Reads every record of a request.
pub fn take(rules: &Rules, request: &ExportLogsServiceRequest, received: Timestamp) -> Taken {
    let mut taken = Taken::default();
    for group in &request.resource_logs {
        let known = group.resource.as_ref().map_or(&[][..], |known| &known.attributes);
        let resource = Said::of_resource(rules, known);
        for record in group.scope_logs.iter().flat_map(|scope| &scope.log_records) {
            let times = [record.time_unix_nano, record.observed_time_unix_nano];
            let at = time::first_known(times, received);
            if time::is_ahead(at, received) {
                taken.reject(time::FUTURE);
                continue;
            }
            taken.accepted += 1;
            One::of(rules, record, &resource, at).rows(&mut taken);
        }
    }
    taken
}

/// A record with what is known of it.
struct One<'a> {
    rules: &'a Rules,
    record: &'a LogRecord,
    resource: &'a Said<'a>,
    own: Said<'a>,
    at: Timestamp,
    id: String,
    trace: Option<String>,
    span: Option<String>,
}

impl<'a> One<'a> {
    fn of(
        rules: &'a Rules,
        record: &'a LogRecord,
        resource: &'a Said<'a>,
        at: Timestamp,
    ) -> One<'a> {
        let own = Said::of_attributes(rules, &record.attributes, None);
        let trace = id(&record.trace_id, 16);
        let span = id(&record.span_id, 8).filter(|_| trace.is_some());
        let id = identity(rules, record, resource);
        One { rules, record, resource, own, at, id, trace, span }
    }

    fn name(&self) -> &str {
        match self.record.event_name.as_str() {
            "" => self.own.text(Ours::EventName).unwrap_or_default(),
            name => name,
        }
    }

    fn rows(&self, taken: &mut Taken) {
        let (rows, warning) = match self.name() {
            EVALUATION | SCORE => (self.score(), Some(INCOMPLETE_SCORE)),
            ACTION => (self.action(), Some(INCOMPLETE_ACTION)),
            _ if self.rules.captures() => (self.texts(), None),
            _ => (Vec::new(), None),
        };
        if rows.is_empty() {
            if let Some(warning) = warning {
                taken.warn(warning);
            }
            taken.events.push(self.telemetry());
        }
        taken.events.extend(rows);
    }

    /// What it is about: what it names outright, the span it was written in, or the answer's id.
    fn target(&self) -> Option<Target> {
        if let Some(named) = self.own.text(Ours::Target) {
            let said = self.own.text(Ours::TargetKind).unwrap_or("interaction");
            let kind = TARGET_KINDS.into_iter().find(|kind| *kind == said)?;
            return Some(Target { id: self.target_id(named, kind), kind });
        }
        if let Some(interaction) = self.interaction() {
            return Some(Target { id: interaction, kind: "interaction" });
        }
        if let Some(response) = self.own.text(Ours::ResponseId) {
            return Some(Target { id: response.to_owned(), kind: "response" });
        }
        let session = self.own.text(Ours::Session)?;
        Some(Target { id: self.target_id(session, "session"), kind: "session" })
    }

    /// A person's name becomes the pseudonym here too.
    fn target_id(&self, named: &str, kind: &str) -> String {
        let tenant = self.own.text(Ours::Tenant);
        match kind {
            "unit" => self.rules.secret().pseudonym(tenant, named),
            "session" => self.rules.secret().session(tenant, named).into_owned(),
            _ => named.to_owned(),
        }
    }

    /// The span that it was written in.
    fn interaction(&self) -> Option<String> {
        Some(format!("{}-{}", self.trace.as_deref()?, self.span.as_deref()?))
    }

    fn score(&self) -> Vec<Event> {
        let texts = text::captured(self.rules, &self.record.attributes);
        let mut explanations = texts.into_iter().filter(|(kind, _)| *kind == "explanation");
        let explanation = explanations.next().map(|(_, text)| text);
        let target = self.target();
        judgements::score(self.rules, &self.own, target.as_ref(), &self.id, self.at, explanation)
    }

    fn action(&self) -> Vec<Event> {
        let target = self.target();
        let action = judgements::action(&self.own, target.as_ref(), &self.id, self.at);
        action.into_iter().collect()
    }

    /// The texts of a record that holds those of an answer.
    fn texts(&self) -> Vec<Event> {
        let Some(interaction) = self.interaction() else { return Vec::new() };
        if self.name() == DETAILS {
            let texts = text::captured(self.rules, &self.record.attributes);
            return text::payloads(&interaction, self.at, texts);
        }
        let mut messages = MESSAGES.iter().filter(|(name, _)| *name == self.name());
        let message = messages.next().and_then(|(_, kind)| Some((*kind, self.message()?)));
        let payload = message
            .map(|(kind, message)| text::payload(&interaction, self.at, kind, &self.id, message));
        payload.into_iter().collect()
    }

    /// The content of a message of the old convention.
    fn message(&self) -> Option<String> {
        let body = self.record.body.as_ref()?.value.as_ref()?;
        let content = match body {
            Any::KvlistValue(list) => {
                let mut parts = entries(&list.values);
                let wanted = ["content", "message", "tool_calls"];
                parts.find(|(key, _)| wanted.contains(key)).map(|(_, value)| value)?
            }
            whole => whole,
        };
        let text = text::allowed(self.rules, text::as_text(content)?);
        (!text.is_empty()).then_some(text)
    }

    fn telemetry(&self) -> Event {
        let mut event = telemetry::row(&self.id, self.at, "log", self.name());
        let voices = Voices { own: &self.own, resource: self.resource };
        telemetry::set_attribution(&mut event, Attribution::of(self.rules, voices));
        telemetry::set_service(&mut event, voices);
        event.set_some("trace", self.trace.as_deref());
        event.set_some("span", self.span.as_deref());
        event.set_some("error", self.own.text(Ours::Error));
        let mut kept = attributes::kept(self.rules, entries(&self.record.attributes));
        if self.record.severity_number > 0 {
            kept.insert("severity".to_owned(), Json::from(self.record.severity_number));
        }
        event.set_some("attributes", attributes::written(kept));
        event
    }
}

/// A record has no id, so what it says is its id.
fn identity(rules: &Rules, record: &LogRecord, resource: &Said<'_>) -> String {
    let mut identity = Identity::new(rules, "log");
    identity
        .add(&record.time_unix_nano.to_le_bytes())
        .add(&record.observed_time_unix_nano.to_le_bytes())
        .add(&record.severity_number.to_le_bytes())
        .add(record.event_name.as_bytes())
        .add(&record.trace_id)
        .add(&record.span_id)
        .add(resource.text(Ours::Service).unwrap_or_default().as_bytes())
        .add(&record.body.as_ref().map(Message::encode_to_vec).unwrap_or_default())
        .add_attributes(&record.attributes);
    identity.id()
}
