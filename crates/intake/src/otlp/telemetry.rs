//! Rows of telemetry: what arrived and is no interaction, action, score or text.

use std::borrow::Cow;

use jiff::Timestamp;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use prost::Message;
use trueup_evidence::event::Event;
use trueup_evidence::schema::Table;
use xxhash_rust::xxh3::Xxh3;

use crate::attribution::{Attribution, Voices};
use crate::dialect::Ours;
use crate::rules::Rules;
use crate::text;

/// Longer names are cut.
const NAME_AT_MOST: usize = 200;

/// A row with what each has.
pub fn row(id: &str, at: Timestamp, signal: &str, name: &str) -> Event {
    let mut event = Event::new(Table::Telemetry);
    event.set("id", id);
    event.set("at", at);
    event.set("signal", signal);
    let name = &name[..name.floor_char_boundary(NAME_AT_MOST)];
    // A name is of a kind of things; some clients put addresses of people into it all the same.
    if name.contains('@') {
        event.set("name", text::redacted(name));
    } else {
        event.set("name", name);
    }
    event
}

/// Whose it is.
pub fn set_attribution(event: &mut Event, attribution: Attribution<'_>) {
    event.set_some("bet", attribution.bet);
    event.set_some("variant", attribution.variant);
    event.set_some("tenant", attribution.tenant);
    event.set_some("session", attribution.session.map(Cow::into_owned));
    event.set_some("unit", attribution.unit);
}

/// Where it comes from.
pub fn set_service(event: &mut Event, voices: Voices<'_>) {
    event.set_some("service", voices.text(Ours::Service));
    event.set_some("environment", voices.text(Ours::Environment));
    event.set_some("release", voices.text(Ours::Release));
}

/// Hashes what something says, for what has no id of its own: the same again is the same row.
pub struct Identity(Xxh3);

impl Identity {
    pub fn new(rules: &Rules, signal: &str) -> Identity {
        let mut hash = Xxh3::with_seed(rules.secret().seed());
        hash.update(signal.as_bytes());
        Identity(hash)
    }

    /// Adds bytes, with their length, so that two of them are never taken for two others.
    pub fn add(&mut self, bytes: &[u8]) -> &mut Identity {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds attributes in whatever order they came.
    pub fn add_attributes(&mut self, attributes: &[KeyValue]) -> &mut Identity {
        let mut encoded: Vec<Vec<u8>> = attributes.iter().map(Message::encode_to_vec).collect();
        encoded.sort_unstable();
        for attribute in &encoded {
            self.add(attribute);
        }
        self
    }

    pub fn id(&self) -> String {
        format!("{:032x}", self.0.digest128())
    }
}
