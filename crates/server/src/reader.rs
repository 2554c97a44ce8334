//! The intake with the rules in force, which may change while the server runs; and feedback, which the
//! server makes of a token and what came with it.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value as Json, json};
use trueup_evidence::{Event, Table};
use trueup_intake::token::{Ticket, sign, verify};
use trueup_intake::{Rules, lines, otlp};

use crate::encoding::{Encoding, Signal};
use crate::intake::{BadLine, Export, Intake, Lines, Malformed, NoFeedback};

/// Understands what arrives by the rules of a roadmap.
#[derive(Debug)]
pub struct Reader {
    rules: RwLock<Arc<Rules>>,
    /// Tokens of older answers are not taken any more.
    token_lasts: SignedDuration,
}

/// Outcomes may come late, but not for ever: a little over a year.
const TOKEN_LASTS: SignedDuration = SignedDuration::from_hours(400 * 24);

/// What a feedback may say of a judgement, besides its token.
const OF_SCORES: [&str; 6] = ["id", "at", "name", "value", "label", "supersedes"];
/// What it may say of a step.
const OF_ACTIONS: [&str; 7] =
    ["id", "at", "kind", "seq", "dwell_ms", "edit_share_previous", "edit_share_first"];

impl Reader {
    #[must_use]
    pub fn new(rules: Rules) -> Reader {
        Reader { rules: RwLock::new(Arc::new(rules)), token_lasts: TOKEN_LASTS }
    }

    /// From now on these hold: the roadmap has changed.
    pub fn replace(&self, rules: Rules) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }

    fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Intake for Arc<Reader> {
    fn export(
        &self,
        signal: Signal,
        encoding: Encoding,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Export, Malformed> {
        let rules = self.rules();
        let malformed = |error: otlp::DecodeError| Malformed(error.to_string());
        let taken = match signal {
            Signal::Traces => otlp::traces_in(&rules, encoding, body, now).map_err(malformed)?,
            Signal::Logs => {
                otlp::logs(&rules, &otlp::decode(encoding, body).map_err(malformed)?, now)
            }
            Signal::Metrics => {
                otlp::metrics(&rules, &otlp::decode(encoding, body).map_err(malformed)?, now)
            }
        };
        let message = taken.message.unwrap_or_default();
        Ok(Export { events: taken.events, rejected: taken.rejected, message })
    }

    fn events(&self, body: &[u8], tokens: bool, now: Timestamp) -> Lines {
        let rules = self.rules();
        let read = lines::read(&rules, body, now);
        let tokens = if tokens { self::tokens(&rules, &read.events) } else { Vec::new() };
        let rejected = read.errors.into_iter();
        let rejected = rejected.map(|bad| BadLine { line: bad.line, error: bad.message }).collect();
        Lines { events: read.events, rejected, tokens }
    }

    fn feedback(&self, body: &[u8], now: Timestamp) -> Result<Event, NoFeedback> {
        let rules = self.rules();
        let mut said: Map<String, Json> = serde_json::from_slice(body).map_err(|error| {
            NoFeedback::Malformed(format!("feedback is one JSON object ({error})"))
        })?;
        let token = said.remove("token");
        let token = token.as_ref().and_then(Json::as_str);
        let token = token.ok_or_else(|| NoFeedback::Token("`token` is missing".to_owned()))?;
        let ticket = verify(rules.secret(), token).map_err(|e| NoFeedback::Token(e.to_string()))?;
        if ticket.is_older_than(self.token_lasts, now) {
            let message = format!("the token has expired: its answer was given at {}", ticket.at);
            return Err(NoFeedback::Token(message));
        }
        let line = line(&ticket, said).map_err(NoFeedback::Malformed)?;
        let mut read = lines::read(&rules, line.to_string().as_bytes(), now);
        let mut event = read.events.pop().ok_or_else(|| {
            let wrong: Vec<String> = read.errors.into_iter().map(|bad| bad.message).collect();
            NoFeedback::Malformed(wrong.join("; "))
        })?;
        // Then nothing need be looked up for it. A ticket that does not know whose the answer was waits
        // for the interaction.
        if ticket.bet.is_some() && ticket.unit.is_some() {
            event.set("interaction_at", ticket.at);
        }
        Ok(event)
    }
}

/// A token for each interaction.
fn tokens(rules: &Rules, events: &[Event]) -> Vec<(String, String)> {
    let interactions = events.iter().filter(|event| event.table == Table::Interactions);
    let tickets = interactions.filter_map(|event| {
        let text = |name| event.text(name).map(str::to_owned);
        Some(Ticket {
            id: text("id")?,
            bet: text("bet"),
            variant: text("variant"),
            at: event.time("at")?,
            unit: text("unit"),
        })
    });
    tickets.map(|ticket| (ticket.id.clone(), sign(rules.secret(), &ticket))).collect()
}

/// A feedback as a line of events: an action if it names a `kind`, else a score. What the ticket says
/// goes before what the client says.
fn line(ticket: &Ticket, said: Map<String, Json>) -> Result<Json, String> {
    let is_action = said.contains_key("kind");
    let known = if is_action { &OF_ACTIONS[..] } else { &OF_SCORES[..] };
    if let Some(unknown) = said.keys().find(|key| !known.contains(&key.as_str())) {
        let unknown: String = unknown.chars().take(40).collect();
        return Err(format!("`{unknown}` is not taken here; there are: {}", known.join(", ")));
    }
    let id = own_id(&ticket.id, &said, is_action);
    let mut line = said;
    line.entry("id").or_insert(Json::String(id));
    let (kind, target) = if is_action { ("action", "interaction") } else { ("score", "target") };
    let by = if is_action { "actor" } else { "source" };
    let fixed = [
        ("type", json!(kind)),
        (target, json!(ticket.id)),
        (by, json!("person")),
        ("bet", json!(ticket.bet)),
        ("variant", json!(ticket.variant)),
        ("unit", json!(ticket.unit)),
        ("pseudonymous", json!(true)),
    ];
    line.extend(fixed.map(|(name, value)| (name.to_owned(), value)));
    Ok(Json::Object(line))
}

/// The id of a feedback that names none: the same said again is the same, so a double click counts
/// once; something else is something new.
fn own_id(interaction: &str, said: &Map<String, Json>, is_action: bool) -> String {
    let parts: &[&str] =
        if is_action { &["kind", "seq", "at"] } else { &["name", "value", "label", "at"] };
    let mut id = format!("{interaction}/feedback");
    for part in parts.iter().filter_map(|part| said.get(*part)) {
        id.push('/');
        match part {
            Json::String(text) => id.push_str(text),
            other => id.push_str(&other.to_string()),
        }
    }
    id
}
