//! One line becomes one event.

use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use trueup_evidence::event::{Event, Value};
use trueup_evidence::schema::{ACTION_KINDS, Field, PAYLOAD_KINDS, Table};

use super::{field, track};
use crate::attributes;
use crate::normal;
use crate::otlp::{TARGET_KINDS, action_kind};
use crate::prices::{Cost, Usage};
use crate::rules::Rules;
use crate::text;

/// What a line may be.
const TYPES: [&str; 5] = ["interaction", "action", "score", "payload", "track"];
/// Keys that say how to read a line and are no fields.
const WORDS: [&str; 3] = ["type", "pseudonymous", "tenant"];
/// Fields that follow from others, or from other rows.
const DERIVED: [&str; 3] = ["interaction_at", "inherited", "composed"];
const SOURCES: [&str; 5] = ["person", "label", "judge", "rule", "system"];
/// Characters of text on an interaction.
const SHOWN: usize = 200;

/// Reads an event; else everything that is wrong with it.
pub fn event(rules: &Rules, json: Json, received: Timestamp) -> Result<Event, Vec<String>> {
    let Json::Object(object) = json else {
        return Err(vec!["an event is an object such as `{\"type\": \"score\", ...}`".to_owned()]);
    };
    let said = object
        .get("type")
        .and_then(Json::as_str)
        .ok_or_else(|| vec![format!("`type` is missing: it is {}", listed(&TYPES))])?;
    let table = match field::choice("type", said, &TYPES).map_err(|wrong| vec![wrong])? {
        "interaction" => Table::Interactions,
        "action" => Table::Actions,
        "score" => Table::Scores,
        "payload" => Table::Payloads,
        _ => return track::score(rules, &object, received),
    };
    let line = Line { rules, table, object: &object, received };
    line.event()
}

struct Line<'a> {
    rules: &'a Rules,
    table: Table,
    object: &'a Map<String, Json>,
    received: Timestamp,
}

impl Line<'_> {
    fn event(&self) -> Result<Event, Vec<String>> {
        let mut event = Event::new(self.table);
        let mut wrong = Vec::new();
        for (name, json) in self.object {
            if let Err(message) = self.set(&mut event, name, json) {
                wrong.push(message);
            }
        }
        if wrong.is_empty() {
            wrong.extend(self.complete(&mut event).err());
        }
        if wrong.is_empty() { Ok(event) } else { Err(wrong) }
    }

    fn set(&self, event: &mut Event, name: &str, json: &Json) -> Result<(), String> {
        let Some(field) = self.field(name)? else { return Ok(()) };
        if DERIVED.contains(&field.name) {
            return Err(format!("`{name}` is what the store makes of other rows: leave it out"));
        }
        if json.is_null() {
            return Ok(());
        }
        if field.name == "attributes" {
            event.set_some("attributes", self.attributes(json)?);
            return Ok(());
        }
        let value = match field::value(field, json, self.received)? {
            Value::Text(text) => match self.text(field, text)? {
                Some(text) => Value::Text(text),
                None => return Ok(()),
            },
            value => value,
        };
        event.set(field.name, value);
        Ok(())
    }

    /// The field of a name, or none if it is a word that says how to read the line.
    fn field(&self, name: &str) -> Result<Option<&'static Field>, String> {
        let stored = |field: &&Field| field.formula.is_none();
        let found = self.table.field(name).filter(stored);
        if found.is_some() || WORDS.contains(&name) {
            return Ok(found);
        }
        let names = self.table.fields().iter().filter(stored).map(|field| field.name);
        let nearest = field::nearest(name, names.chain(WORDS));
        let hint = match nearest {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("see the fields of {} in `docs/evidence.md`", self.table.name()),
        };
        Err(format!("there is no field `{}`: {hint}", field::cut(name)))
    }

    /// Text in our words; people by their pseudonyms; none if it may not be kept.
    fn text(&self, field: &Field, text: String) -> Result<Option<String>, String> {
        let name = field.name;
        let choice =
            |choices: &[&'static str]| field::choice(name, &text, choices).map(str::to_owned);
        let text = match (self.table, name) {
            (_, "unit" | "author") => self.pseudonym(&text),
            (Table::Scores, "target") if self.says("target_kind", "unit") => self.pseudonym(&text),
            (_, "session") => self.session(&text),
            (Table::Scores, "target") if self.says("target_kind", "session") => self.session(&text),
            (Table::Scores, "target_kind") => choice(&TARGET_KINDS)?,
            (Table::Scores, "source") => choice(&SOURCES)?,
            (Table::Actions, "kind") => match action_kind(&text) {
                Some(kind) => kind.to_owned(),
                None => choice(&ACTION_KINDS)?,
            },
            (Table::Payloads, "kind") => choice(&PAYLOAD_KINDS)?,
            (Table::Payloads, "text") => self.payload(text)?,
            (Table::Interactions, "mode") => choice(&["suggest", "augment", "automate"])?,
            (Table::Interactions, "consent") => choice(&["training", "none"])?,
            (Table::Interactions, "text") => {
                text::allowed(self.rules, text).chars().take(SHOWN).collect()
            }
            (Table::Interactions, _) => in_our_words(name, text)?,
            _ => text,
        };
        Ok((!text.is_empty()).then_some(text))
    }

    fn payload(&self, text: String) -> Result<String, String> {
        if self.rules.captures() {
            return Ok(text::allowed(self.rules, text));
        }
        Err("texts are kept only if capture is on: leave payloads out, or turn it on where the server \
             is started"
            .to_owned())
    }

    fn says(&self, name: &str, wanted: &str) -> bool {
        self.object.get(name).and_then(Json::as_str) == Some(wanted)
    }

    fn pseudonym(&self, person: &str) -> String {
        if self.object.get("pseudonymous") == Some(&Json::Bool(true)) {
            return person.to_owned();
        }
        self.rules.secret().pseudonym(self.tenant(), person)
    }

    fn session(&self, session: &str) -> String {
        self.rules.secret().session(self.tenant(), session).into_owned()
    }

    fn tenant(&self) -> Option<&str> {
        self.object.get("tenant").and_then(Json::as_str)
    }

    fn attributes(&self, json: &Json) -> Result<Option<String>, String> {
        let Json::Object(object) = json else {
            return Err("`attributes` takes an object".to_owned());
        };
        Ok(attributes::written(attributes::kept_of_json(self.rules, object)))
    }

    /// Adds what can be derived, and asks for what is missing.
    fn complete(&self, event: &mut Event) -> Result<(), String> {
        if event.get("at").is_none() {
            event.set("at", self.received);
        }
        match self.table {
            Table::Interactions => {
                event.set("dialect", "events");
                self.price(event);
            }
            Table::Actions => derive_id(event, "seq", None),
            Table::Payloads => derive_id(event, "kind", Some(0)),
            Table::Scores if event.get("value").is_none() && event.get("label").is_none() => {
                return Err("a score takes a `value` or a `label`".to_owned());
            }
            Table::Scores | Table::Telemetry => {}
        }
        let digest = event.text("bet").and_then(|bet| self.rules.criteria_digest(bet));
        let digest = digest.map(str::to_owned).filter(|_| event.get("criteria_digest").is_none());
        if self.table.field("criteria_digest").is_some() {
            event.set_some("criteria_digest", digest);
        }
        self.require(event)
    }

    fn require(&self, event: &Event) -> Result<(), String> {
        let mut fields = self.table.fields().iter().filter(|field| field.required);
        let Some(missing) = fields.find(|field| event.get(field.name).is_none()) else {
            return Ok(());
        };
        let way_out = match (self.table, missing.name) {
            (Table::Actions, "id") => "give it, or `seq`, its place among the steps",
            (_, "id") => "give it, so that the same event sent again changes nothing",
            _ => missing.meaning,
        };
        Err(format!("`{}` is missing: {way_out}", missing.name))
    }

    /// What it cost, if its sender does not know.
    fn price(&self, event: &mut Event) {
        if event.get("cost").is_some() {
            return;
        }
        let integer = |name: &str| match event.get(name) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        };
        let usage = Usage {
            tokens_in: integer("tokens_in"),
            tokens_out: integer("tokens_out"),
            cached: integer("tokens_cached"),
            cache_write: integer("tokens_cache_write"),
            reasoning: integer("tokens_reasoning"),
            service_tier: None,
        };
        let models = [event.text("model_answered"), event.text("model_requested")];
        let at = event.time("at").unwrap_or(self.received);
        if let Some(Cost { amount, currency, version }) = self.rules.cost(models, at, &usage) {
            event.set("cost", amount);
            event.set("currency", currency);
            event.set("price_version", version);
        }
    }
}

/// One spelling for what telemetry spells in many.
fn in_our_words(name: &str, text: String) -> Result<String, String> {
    let known = match name {
        "error" => return Ok(normal::error(&text)),
        "provider" => return Ok(normal::provider(&text).into_owned()),
        "finish_reason" => normal::finish(&text),
        "op" => normal::operation(&text),
        _ => return Ok(text),
    };
    let no_name = || format!("`{name}` takes a name such as `stop` or `chat`, not a sentence");
    known.map(std::borrow::Cow::into_owned).ok_or_else(no_name)
}

/// `interaction/seq` of an action, `interaction/kind/seq` of a text.
fn derive_id(event: &mut Event, part: &str, otherwise: Option<i64>) {
    let seq = match event.get("seq") {
        Some(Value::Integer(seq)) => Some(*seq),
        _ => otherwise,
    };
    if event.get("id").is_some() {
        return;
    }
    let (Some(interaction), Some(seq)) = (event.text("interaction"), seq) else { return };
    let kind = event.text(part).map_or(String::new(), |kind| format!("{kind}/"));
    let id = format!("{interaction}/{kind}{seq}");
    event.set("id", id);
    event.set("seq", seq);
}

fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
