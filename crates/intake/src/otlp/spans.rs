//! A span becomes an interaction if a model, agent or tool had part in it, and telemetry if not.

use jiff::Timestamp;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use trueup_evidence::event::Event;
use trueup_evidence::schema::Table;

use super::{Taken, judgements, telemetry, time};
use crate::attributes::{self, Kept};
use crate::attribution::{Attribution, Voices};
use crate::dialect::{Heard, Ours, Said, entries};
use crate::prices::{Cost, Usage};
use crate::rules::Rules;
use crate::text;

/// The status code of a span that failed.
const FAILED: i32 = 2;
const NO_IDS: &str = "a span takes a trace id of 16 bytes and a span id of 8, neither all zero";
const LOGS: &str = "these are no spans: none has an id. Logs go to `/v1/logs`";

/// Fields that are text on both sides.
const TEXTS: [(Ours, &str); 19] = [
    (Ours::Feature, "feature"),
    (Ours::Surface, "surface"),
    (Ours::Workflow, "workflow"),
    (Ours::Stage, "stage"),
    (Ours::Provider, "provider"),
    (Ours::ModelRequested, "model_requested"),
    (Ours::ModelAnswered, "model_answered"),
    (Ours::Mode, "mode"),
    (Ours::Prediction, "prediction"),
    (Ours::Op, "op"),
    (Ours::ResponseId, "response_id"),
    (Ours::FinishReason, "finish_reason"),
    (Ours::Agent, "agent"),
    (Ours::Tool, "tool"),
    (Ours::Prompt, "prompt"),
    (Ours::PromptVersion, "prompt_version"),
    (Ours::Service, "service"),
    (Ours::Environment, "environment"),
    (Ours::Consent, "consent"),
];

/// Fields that are whole numbers on both sides.
const COUNTS: [(Ours, &str); 5] = [
    (Ours::TokensIn, "tokens_in"),
    (Ours::TokensOut, "tokens_out"),
    (Ours::TokensCached, "tokens_cached"),
    (Ours::TokensReasoning, "tokens_reasoning"),
    (Ours::TokensCacheWrite, "tokens_cache_write"),
];

/// Fields that are numbers on both sides, from 0 to the most that there is.
const NUMBERS: [(Ours, &str, f64); 3] = [
    (Ours::FirstToken, "first_token_ms", f64::MAX),
    (Ours::Confidence, "confidence", 1.0),
    (Ours::CostReported, "cost_reported", f64::MAX),
];

/// What has no field of its own, and stands in `attributes` under one name for all dialects.
const NAMED: [(Ours, &str); 6] = [
    (Ours::Streamed, "streamed"),
    (Ours::Temperature, "temperature"),
    (Ours::TopP, "top_p"),
    (Ours::MaxTokens, "max_tokens"),
    (Ours::Seed, "seed"),
    (Ours::ServiceTier, "service_tier"),
];

/// Operations that answer with numbers or an order, and so use no tokens out.
const WITHOUT_OUTPUT: [&str; 2] = ["embeddings", "rerank"];

/// Reads every span of a request.
pub fn take(rules: &Rules, request: &ExportTraceServiceRequest, received: Timestamp) -> Taken {
    let mut taken = Taken::default();
    let mut with_ids = false;
    for group in &request.resource_spans {
        let attributes = group.resource.as_ref().map_or(&[][..], |known| &known.attributes);
        let resource = Said::of_resource(rules, attributes);
        for span in group.scope_spans.iter().flat_map(|scope| &scope.spans) {
            with_ids |= !span.trace_id.is_empty() || !span.span_id.is_empty();
            match One::of(rules, span, &resource, received) {
                Ok(one) => {
                    taken.accepted += 1;
                    one.rows(&mut taken.events);
                }
                Err(why) => taken.reject(why),
            }
        }
    }
    if taken.rejected > 0 && !with_ids {
        taken.message = Some(LOGS.to_owned());
    }
    taken
}

/// Refuses every record of logs that were sent to the path of traces.
pub fn refuse_logs(request: &ExportLogsServiceRequest) -> Taken {
    let scopes = request.resource_logs.iter().flat_map(|group| &group.scope_logs);
    let rejected = scopes.map(|scope| scope.log_records.len() as u64).sum();
    Taken { rejected, message: (rejected > 0).then(|| LOGS.to_owned()), ..Taken::default() }
}

/// A span with what is known of it.
struct One<'a> {
    rules: &'a Rules,
    span: &'a Span,
    resource: &'a Said<'a>,
    own: Said<'a>,
    at: Timestamp,
    trace: String,
    id: String,
}

impl<'a> One<'a> {
    fn of(
        rules: &'a Rules,
        span: &'a Span,
        resource: &'a Said<'a>,
        received: Timestamp,
    ) -> Result<One<'a>, &'static str> {
        let trace = id(&span.trace_id, 16).ok_or(NO_IDS)?;
        let span_id = id(&span.span_id, 8).ok_or(NO_IDS)?;
        let (start, end) = (span.start_time_unix_nano, span.end_time_unix_nano);
        let at = time::first_known([start, end], received);
        if time::is_ahead(at, received) {
            return Err(time::FUTURE);
        }
        let start = time::known(start);
        let mut own = Said::of_attributes(rules, &span.attributes, start);
        own.add_events(rules, &span.events, start);
        let id = format!("{trace}-{span_id}");
        Ok(One { rules, span, resource, own, at, trace, id })
    }

    fn rows(&self, events: &mut Vec<Event>) {
        if self.own.get(Ours::Op).is_some() {
            self.interaction(events, self.own.dialect().map_or("trueup", |dialect| dialect.name()));
        } else if self.own.rest.iter().any(|(key, _)| attributes::looks_like_ai(key)) {
            self.interaction(events, "unknown");
        } else {
            events.push(self.telemetry());
        }
    }

    fn voices(&self) -> Voices<'_> {
        Voices { own: &self.own, resource: self.resource }
    }

    fn interaction(&self, events: &mut Vec<Event>, dialect: &str) {
        let mut event = Event::new(Table::Interactions);
        event.set("id", self.id.as_str());
        event.set("at", self.at);
        event.set("dialect", dialect);
        self.set_place(&mut event);
        self.set_fields(&mut event);
        self.set_model(&mut event);
        let texts = text::captured(self.rules, &self.span.attributes);
        event.set_some("text", text::shown(&texts));
        event.set_some("attributes", self.attributes(dialect));
        let scores = judgements::annotations(self.rules, self.span, &self.id, self.at);
        events.push(event);
        events.extend(text::payloads(&self.id, self.at, texts));
        events.extend(scores);
    }

    /// Where it stands in its trace, whose it is, and how it went.
    fn set_place(&self, event: &mut Event) {
        let attribution = Attribution::of(self.rules, self.voices());
        let digest = attribution.bet.and_then(|bet| self.rules.criteria_digest(bet));
        event.set_some("criteria_digest", digest);
        telemetry::set_attribution(event, attribution);
        event.set("trace", self.trace.as_str());
        event.set("span", &self.id[self.trace.len() + 1..]);
        event.set_some("parent", id(&self.span.parent_span_id, 8));
        event.set_some("error", self.error());
    }

    fn set_fields(&self, event: &mut Event) {
        let voices = self.voices();
        for (ours, name) in TEXTS {
            event.set_some(name, voices.text(ours));
        }
        event.set_some("release", voices.text(Ours::Release));
        for (ours, name) in COUNTS {
            event.set_some(name, self.own.count(ours));
        }
        for (ours, name, most) in NUMBERS {
            let number = self.own.number(ours).filter(|number| (0.0..=most).contains(number));
            event.set_some(name, number);
        }
        if let Some(Heard::Texts(segments)) = voices.get(Ours::Segments) {
            event.set("segments", segments.clone());
        }
        event.set_some("latency_ms", self.duration());
    }

    /// The tier and price of the model that answered, or else of the one that was asked.
    fn set_model(&self, event: &mut Event) {
        let settings = &self.rules.settings;
        let answered = self.own.text(Ours::ModelAnswered);
        let models = [answered, self.own.text(Ours::ModelRequested)];
        let tier = models.iter().flatten().find_map(|model| settings.tiers.get(*model));
        event.set_some("tier", tier.map(String::as_str));
        let cost = self.rules.cost(models, self.at, &self.usage());
        if let Some(Cost { amount, currency, version }) = cost {
            event.set("cost", amount);
            event.set("currency", currency);
            event.set("price_version", version);
        }
    }

    fn usage(&self) -> Usage<'_> {
        let op = self.own.text(Ours::Op).unwrap_or_default();
        let none_out = WITHOUT_OUTPUT.contains(&op).then_some(0);
        Usage {
            tokens_in: self.own.count(Ours::TokensIn),
            tokens_out: self.own.count(Ours::TokensOut).or(none_out),
            cached: self.own.count(Ours::TokensCached),
            cache_write: self.own.count(Ours::TokensCacheWrite),
            reasoning: self.own.count(Ours::TokensReasoning),
            service_tier: self.own.text(Ours::ServiceTier),
        }
    }

    /// What no field is for. Of a dialect that nobody knows, the names of what may not be stored too.
    fn attributes(&self, dialect: &str) -> Option<String> {
        let rest = self.own.rest.iter().copied();
        let mut kept = match dialect {
            "unknown" => attributes::named(self.rules, rest),
            _ => attributes::kept(self.rules, rest),
        };
        self.add_named(&mut kept);
        attributes::written(kept)
    }

    fn add_named(&self, kept: &mut Kept) {
        for (ours, name) in NAMED {
            let value = match self.own.get(ours) {
                Some(Heard::Truth(truth)) => (*truth).into(),
                Some(Heard::Count(count)) => (*count).into(),
                Some(Heard::Number(number)) => (*number).into(),
                Some(Heard::Text(text)) => text.as_ref().into(),
                _ => continue,
            };
            kept.insert(name.to_owned(), value);
        }
    }

    /// An exception that was caught is no error of the span.
    fn error(&self) -> Option<&str> {
        let failed = self.span.status.as_ref().is_some_and(|status| status.code == FAILED);
        let said_outright = self.own.rank(Ours::Error) == Some(0);
        let named = self.own.text(Ours::Error).filter(|_| failed || said_outright);
        named.or(failed.then_some("error"))
    }

    fn duration(&self) -> Option<f64> {
        time::milliseconds(self.span.start_time_unix_nano, self.span.end_time_unix_nano)
    }

    fn telemetry(&self) -> Event {
        let mut event = telemetry::row(&self.id, self.at, "span", &self.span.name);
        self.set_place_of_telemetry(&mut event);
        event.set_some("duration_ms", self.duration());
        let kept = attributes::kept(self.rules, entries(&self.span.attributes));
        event.set_some("attributes", attributes::written(kept));
        event
    }

    fn set_place_of_telemetry(&self, event: &mut Event) {
        telemetry::set_attribution(event, Attribution::of(self.rules, self.voices()));
        telemetry::set_service(event, self.voices());
        event.set("trace", self.trace.as_str());
        event.set("span", &self.id[self.trace.len() + 1..]);
        event.set_some("parent", id(&self.span.parent_span_id, 8));
        event.set_some("error", self.error());
    }
}

/// An id in lower hex; none if it is of another length or all zero.
pub fn id(bytes: &[u8], length: usize) -> Option<String> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    if bytes.len() != length || bytes.iter().all(|byte| *byte == 0) {
        return None;
    }
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Some(digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect())
}
