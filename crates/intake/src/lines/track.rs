//! What OpenFeature's `track` says becomes a score of a person, or of the interaction that it names.

use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use trueup_evidence::event::Event;
use trueup_evidence::schema::Table;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::field;
use crate::rules::Rules;

const WORDS: [&str; 6] = ["type", "id", "at", "name", "context", "details"];

/// Reads `{"type": "track", "name": ..., "context": {"targetingKey": ...}, "details": {"value": ...}}`.
pub fn score(
    rules: &Rules,
    object: &Map<String, Json>,
    received: Timestamp,
) -> Result<Event, Vec<String>> {
    let mut wrong: Vec<String> = object.keys().filter_map(|key| unknown(key)).collect();
    let score = Track { rules, object, received }.score();
    match score {
        Ok(score) if wrong.is_empty() => Ok(score),
        Ok(_) => Err(wrong),
        Err(message) => {
            wrong.push(message);
            Err(wrong)
        }
    }
}

fn unknown(key: &str) -> Option<String> {
    field::choice("track", key, &WORDS).err().map(|_| {
        let nearest = field::nearest(key, WORDS.into_iter());
        let hint = nearest.map_or("`context` and `details` take more", |near| near);
        format!("a tracking event has no `{}`: did you mean `{hint}`?", field::cut(key))
    })
}

struct Track<'a> {
    rules: &'a Rules,
    object: &'a Map<String, Json>,
    received: Timestamp,
}

impl Track<'_> {
    fn score(&self) -> Result<Event, String> {
        let name = self.text("name").ok_or("`name` is missing: what is tracked")?;
        let mut event = Event::new(Table::Scores);
        event.set("at", self.at()?);
        event.set("id", self.id()?);
        event.set("name", name);
        event.set("source", "system");
        self.set_target(&mut event)?;
        match self.inner("details", "value") {
            Some(Json::Bool(truth)) => event.set("value", f64::from(u8::from(*truth))),
            Some(Json::Number(number)) => event.set_some("value", number.as_f64()),
            Some(Json::String(label)) => event.set("label", field::cut(label)),
            // That it happened is what it says.
            _ => event.set("value", 1.0),
        }
        Ok(event)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.object.get(name).and_then(Json::as_str).filter(|text| !text.is_empty())
    }

    fn inner(&self, object: &str, name: &str) -> Option<&Json> {
        self.object.get(object)?.get(name)
    }

    fn at(&self) -> Result<Timestamp, String> {
        let at = self.object.get("at");
        at.map_or(Ok(self.received), |at| field::time("at", at, self.received))
    }

    /// OpenFeature gives no id, so what an event says is its id; without a time two purchases would be
    /// one.
    fn id(&self) -> Result<String, String> {
        if let Some(id) = self.text("id") {
            return Ok(id.to_owned());
        }
        if self.object.get("at").is_none() {
            return Err(
                "a tracking event takes an `id` or `at`, so that the same event sent again \
                        changes nothing"
                    .to_owned(),
            );
        }
        let sorted: std::collections::BTreeMap<&String, &Json> = self.object.iter().collect();
        let said = serde_json::to_vec(&sorted).expect("JSON is JSON");
        Ok(format!("{:032x}", xxh3_128_with_seed(&said, self.rules.secret().seed())))
    }

    fn set_target(&self, event: &mut Event) -> Result<(), String> {
        let named = self.inner("details", "interaction").or(self.inner("context", "interaction"));
        if let Some(interaction) = named.and_then(Json::as_str) {
            event.set("target", interaction);
            event.set("target_kind", "interaction");
            return Ok(());
        }
        let key = self.inner("context", "targetingKey").and_then(Json::as_str);
        let person = key.filter(|key| !key.is_empty()).ok_or(
            "`context.targetingKey` is missing: whom it is about, unless `details.interaction` says",
        )?;
        let tenant = self.inner("context", "tenant").and_then(Json::as_str);
        let unit = self.rules.secret().pseudonym(tenant, person);
        event.set("target", unit.as_str());
        event.set("target_kind", "unit");
        event.set("unit", unit);
        Ok(())
    }
}
