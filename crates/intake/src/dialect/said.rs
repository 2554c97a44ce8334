//! What a span, log record or resource says, read once by the table.

use std::borrow::Cow;

use jiff::Timestamp;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::span;
use serde_json::{Map, Value as Json};

use super::{As, Dialect, From, Index, Ours, Use};
use crate::rules::{Rules, claim_rank};
use crate::value::Raw;

pub use crate::value::Heard;

/// The values of the table's lines, each from the best source that held one.
#[derive(Debug)]
pub struct Said<'a> {
    lines: [Option<(usize, Heard<'a>)>; Ours::COUNT],
    /// The bet that it names itself, with its place in the order.
    claim: Option<(usize, Cow<'a, str>)>,
    /// What no line of the table is for.
    pub rest: Vec<(&'a str, &'a Any)>,
    /// The dialects that left a mark.
    marks: u16,
}

/// Clients send some keys twice; more than these of one message only cost time.
const ATTRIBUTES_AT_MOST: usize = 4_096;

impl<'a> Said<'a> {
    /// What nobody said.
    #[must_use]
    pub fn nothing() -> Said<'a> {
        Said { lines: [const { None }; Ours::COUNT], claim: None, rest: Vec::new(), marks: 0 }
    }

    /// Reads the attributes of a resource.
    #[must_use]
    pub fn of_resource(rules: &Rules, attributes: &'a [KeyValue]) -> Said<'a> {
        let mut said = Said::nothing();
        let index = Index::shared();
        for (key, value) in entries(attributes) {
            if let Some(uses) = index.resources.get(key) {
                for usage in uses {
                    said.hear(usage, Raw::Any(value));
                }
            }
            if let Some(place) = rules.settings.bet_keys.iter().position(|known| known == key) {
                said.claim(place, Raw::Any(value));
            }
        }
        said
    }

    /// Reads the attributes of a span or log record.
    #[must_use]
    pub fn of_attributes(
        rules: &Rules,
        attributes: &'a [KeyValue],
        start: Option<Timestamp>,
    ) -> Said<'a> {
        let mut said = Said::nothing();
        let index = Index::shared();
        for (key, value) in entries(attributes) {
            match index.attributes.get(key) {
                Some(uses) => said.hear_attribute(rules, uses, value, start),
                None => said.rest.push((key, value)),
            }
            if let Some(place) = rules.claims.get(key) {
                said.claim(*place, Raw::Any(value));
            }
        }
        said
    }

    /// Reads the events of a span: of each name the first, of flags the first that the roadmap knows.
    pub fn add_events(
        &mut self,
        rules: &Rules,
        events: &'a [span::Event],
        start: Option<Timestamp>,
    ) {
        if events.is_empty() {
            return;
        }
        for (name, uses) in &Index::shared().events {
            let mut named = events.iter().filter(|event| event.name == *name);
            let mut known = named.clone().filter(|event| is_of_known_flag(rules, event));
            if let Some(event) = known.next().or_else(|| named.next()) {
                for usage in uses {
                    self.hear_event(usage, event, start);
                }
            }
        }
    }

    fn hear_event(&mut self, usage: &Use, event: &'a span::Event, start: Option<Timestamp>) {
        match usage.source.from {
            From::EventTime(_) => {
                let nanos = i128::from(event.time_unix_nano);
                self.hear_moment(usage, Timestamp::from_nanosecond(nanos).ok(), start);
            }
            From::Event(_, key) => {
                let mut attributes = entries(&event.attributes);
                if let Some((_, value)) = attributes.find(|(known, _)| *known == key) {
                    self.hear(usage, Raw::Any(value));
                }
            }
            _ => {}
        }
    }

    fn hear_attribute(
        &mut self,
        rules: &Rules,
        uses: &[Use],
        value: &'a Any,
        start: Option<Timestamp>,
    ) {
        let mut object = None;
        for usage in uses {
            match usage.source.from {
                From::Attribute(_) => self.hear(usage, Raw::Any(value)),
                From::Seconds(_) => self.hear_seconds(usage, value),
                From::Moment(_) => {
                    let moment = Raw::Any(value).text();
                    self.hear_moment(usage, moment.and_then(|text| text.parse().ok()), start);
                }
                From::Implies(_, meaning) => self.put(usage, Heard::Text(Cow::Borrowed(meaning))),
                From::Member(..) | From::Members(..) | From::BetMember(_) => {
                    let object = object.get_or_insert_with(|| object_in(value));
                    self.hear_members(rules, usage, object);
                }
                From::AnswerId(_) => self.hear_answer_id(usage, value),
                From::BetTag(_) => self.hear_tags(usage, value),
                _ => {}
            }
        }
    }

    fn hear(&mut self, usage: &Use, value: Raw<'a>) {
        let ours = Ours::ALL[usage.line];
        if self.beats(usage)
            && let Some(heard) = value.read(ours.kind())
        {
            self.put(usage, heard);
        }
    }

    fn hear_seconds(&mut self, usage: &Use, value: &Any) {
        if let Some(seconds) = Raw::Any(value).number().filter(|seconds| *seconds >= 0.0) {
            self.put(usage, Heard::Number(seconds * 1e3));
        }
    }

    /// A time before the start is no time to the first token.
    fn hear_moment(&mut self, usage: &Use, moment: Option<Timestamp>, start: Option<Timestamp>) {
        let Some((moment, start)) = moment.zip(start) else { return };
        let waited = moment.duration_since(start);
        if !waited.is_negative() {
            self.put(usage, Heard::Number(waited.as_secs_f64() * 1e3));
        }
    }

    fn hear_members(&mut self, rules: &Rules, usage: &Use, object: &Map<String, Json>) {
        match usage.source.from {
            From::Member(_, member) => {
                let value = object.get(member).and_then(|value| {
                    Some(Raw::Json(value).read(Ours::ALL[usage.line].kind())?.into_owned())
                });
                if let Some(heard) = value {
                    self.put(usage, heard);
                }
            }
            From::Members(_, word) => {
                let counts = object.iter().filter(|(name, _)| name.contains(word));
                let counts: Vec<i64> =
                    counts.filter_map(|(_, value)| Raw::Json(value).count()).collect();
                if !counts.is_empty() {
                    let sum = counts.into_iter().fold(0, i64::saturating_add);
                    self.put(usage, Heard::Count(sum));
                }
            }
            From::BetMember(_) => {
                let mut members = object.iter().filter(|(name, _)| rules.members.contains(*name));
                let bet = members.find_map(|(_, value)| Raw::Json(value).text());
                if let Some(bet) = bet {
                    self.claim_text(claim_rank(usage.rank), Cow::Owned(bet.into_owned()));
                }
            }
            _ => {}
        }
    }

    /// Only of a whole answer: other JSON has ids of other things.
    fn hear_answer_id(&mut self, usage: &Use, value: &Any) {
        #[derive(serde::Deserialize)]
        struct Answer {
            id: String,
            #[serde(rename = "model")]
            _model: String,
        }
        if !self.beats(usage) {
            return;
        }
        if let Any::StringValue(text) = value
            && let Ok(answer) = serde_json::from_str::<Answer>(text)
            && answer.id.len() <= 256
        {
            self.put(usage, Heard::Text(Cow::Owned(answer.id)));
        }
    }

    fn hear_tags(&mut self, usage: &Use, value: &'a Any) {
        let tags = Raw::Any(value).texts().unwrap_or_default();
        let mut bets = tags.iter().filter_map(|tag| tag.strip_prefix("bet:"));
        if let Some(bet) = bets.next() {
            self.claim_text(claim_rank(usage.rank), Cow::Owned(bet.to_owned()));
        }
    }

    fn beats(&self, usage: &Use) -> bool {
        self.lines[usage.line].as_ref().is_none_or(|(rank, _)| usage.rank < *rank)
    }

    /// The first of two values from one source stays: a key should not come twice, but does.
    fn put(&mut self, usage: &Use, heard: Heard<'a>) {
        self.marks |= usage.source.dialect.mark();
        if self.beats(usage) {
            self.lines[usage.line] = Some((usage.rank, heard));
        }
    }

    fn claim(&mut self, place: usize, value: Raw<'a>) {
        if let Some(bet) = value.text() {
            self.claim_text(place, bet);
        }
    }

    fn claim_text(&mut self, place: usize, bet: Cow<'a, str>) {
        if self.claim.as_ref().is_none_or(|(known, _)| place < *known) {
            self.claim = Some((place, bet));
        }
    }

    /// What a line holds.
    #[must_use]
    pub fn get(&self, ours: Ours) -> Option<&Heard<'a>> {
        self.lines[ours as usize].as_ref().map(|(_, heard)| heard)
    }

    /// The text that a line holds.
    #[must_use]
    pub fn text(&self, ours: Ours) -> Option<&str> {
        self.get(ours).and_then(Heard::as_text)
    }

    /// The whole number that a line holds.
    #[must_use]
    pub fn count(&self, ours: Ours) -> Option<i64> {
        match self.get(ours) {
            Some(Heard::Count(count)) => Some(*count),
            _ => None,
        }
    }

    /// The number that a line holds.
    #[must_use]
    pub fn number(&self, ours: Ours) -> Option<f64> {
        match self.get(ours) {
            Some(Heard::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The place on its line of the source that a value is from.
    #[must_use]
    pub fn rank(&self, ours: Ours) -> Option<usize> {
        self.lines[ours as usize].as_ref().map(|(rank, _)| *rank)
    }

    /// The bet that it names itself, with its place in the order.
    #[must_use]
    pub fn claimed(&self) -> Option<(usize, &str)> {
        self.claim.as_ref().map(|(place, bet)| (*place, bet.as_ref()))
    }

    /// The dialect that it is in, as far as its keys tell.
    #[must_use]
    pub fn dialect(&self) -> Option<Dialect> {
        Dialect::SPOKEN.into_iter().find(|dialect| self.marks & dialect.mark() != 0)
    }
}

/// Keys and values, without those that hold nothing.
pub fn entries(attributes: &[KeyValue]) -> impl Iterator<Item = (&str, &Any)> {
    let attributes = attributes.iter().take(ATTRIBUTES_AT_MOST);
    attributes.filter_map(|entry| Some((entry.key.as_str(), entry.value.as_ref()?.value.as_ref()?)))
}

fn is_of_known_flag(rules: &Rules, event: &span::Event) -> bool {
    let mut attributes = entries(&event.attributes);
    let flag = attributes.find(|(key, _)| *key == "feature_flag.key");
    let flag = flag.and_then(|(_, value)| Raw::Any(value).text());
    flag.is_some_and(|flag| rules.settings.flags.contains_key(flag.as_ref()))
}

/// The object that an attribute holds, as JSON in text or as it is; empty if it holds none.
fn object_in(value: &Any) -> Map<String, Json> {
    match value {
        Any::StringValue(text) => serde_json::from_str(text).unwrap_or_default(),
        Any::KvlistValue(list) => {
            let entries = entries(&list.values);
            entries.filter_map(|(key, value)| Some((key.to_owned(), scalar(value)?))).collect()
        }
        _ => Map::new(),
    }
}

fn scalar(value: &Any) -> Option<Json> {
    Some(match value {
        Any::StringValue(text) => Json::from(text.as_str()),
        Any::BoolValue(truth) => Json::from(*truth),
        Any::IntValue(number) => Json::from(*number),
        Any::DoubleValue(number) => Json::from(*number),
        _ => return None,
    })
}

const _: () = assert!(matches!(Ours::Bet.kind(), As::Bet));
