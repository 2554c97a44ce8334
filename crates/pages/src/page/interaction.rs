//! One interaction: its path from the prompt over edits and decisions to the final text.

mod path;
mod trace;

use askama::Template;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use trueup_evidence::browse::Trail;
use trueup_evidence::{Event, Value};
use trueup_verdict::number;

use super::Page;
use super::interactions::{link_to, number_of};
use crate::deed;
use crate::filters;
use crate::frame::{Frame, Section};
use crate::snapshot::Snapshot;
use crate::text::{short, visible};

pub use path::{Piece, Step};
pub use trace::Span;

/// Characters of a name.
const SHOWN: usize = 80;
/// Characters of a recorded field.
const SHOWN_FIELD: usize = 400;
/// More steps than anybody reads are left out.
const MOST_STEPS: usize = 200;

/// All that is known of one interaction.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "interaction.html")]
pub struct InteractionPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub id: String,
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Every field that is recorded, by its name in the store.
    pub interaction: Map<String, Json>,
    /// From the prompt to the final text, as far as texts are captured.
    pub path: Vec<Step>,
    /// What people and machines did, in order; fields by their names in the store.
    pub actions: Vec<Map<String, Json>>,
    /// What was said of it, oldest first; fields by their names in the store.
    pub scores: Vec<Map<String, Json>>,
    /// The rows of its trace, itself included; each stands below its parent.
    pub trace: Vec<Span>,
    /// Whether the criteria in force then are those of today; `null` where one of them is not known.
    pub same_criteria: Option<bool>,
    /// What could not be read, and may be missing here.
    pub faults: Vec<String>,
    #[serde(skip)]
    #[schemars(skip)]
    trail: Trail,
    #[serde(skip)]
    #[schemars(skip)]
    bet: Option<(String, String)>,
    #[serde(skip)]
    #[schemars(skip)]
    texts: Texts,
}

/// How much of what people wrote is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// Nothing: whoever looks may not read it.
    Hidden,
    /// The beginning of each.
    Cut,
    Whole,
}

/// A name and what it is.
struct Fact {
    name: &'static str,
    value: String,
    to: Option<String>,
}

/// One action, as the timeline shows it.
struct Done<'a> {
    action: &'a Event,
    began: Timestamp,
}

/// One score, as the table shows it.
struct Said<'a> {
    score: &'a Event,
    corrected_by: Option<&'a str>,
}

impl InteractionPage {
    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        mut trail: Trail,
        texts: Texts,
    ) -> InteractionPage {
        if texts == Texts::Hidden {
            trail = without_texts(trail);
        }
        let interaction = &trail.entry.interaction;
        let bet = interaction.text("bet").and_then(|id| {
            let bet = snapshot.roadmap().bets.iter().find(|bet| bet.id.value == id)?;
            Some((id.to_owned(), bet.title.value.clone()))
        });
        InteractionPage {
            frame,
            id: interaction.text("id").unwrap_or_default().to_owned(),
            at: interaction.time("at").unwrap_or_default(),
            interaction: fields(interaction),
            path: path::steps(&trail, texts == Texts::Whole),
            actions: trail.entry.actions.iter().map(fields).collect(),
            scores: trail.entry.scores.iter().map(fields).collect(),
            trace: trace::spans(&trail),
            same_criteria: same_criteria(snapshot, interaction),
            faults: trail.faults.iter().map(|fault| visible(fault)).collect(),
            bet,
            texts,
            trail,
        }
    }

    fn section(&self) -> Section {
        Section::Interactions
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.trail.entry.interaction.text(name)
    }

    fn number(&self, name: &str) -> Option<f64> {
        number_of(&self.trail.entry.interaction, name)
    }

    fn short_id(&self) -> String {
        short(&self.id, SHOWN)
    }

    fn when(&self) -> String {
        self.at.strftime("%Y-%m-%d %H:%M:%S%.3f UTC").to_string()
    }

    /// What became of it, in one line: the first thing to know.
    fn outcome(&self) -> String {
        let decided = self.trail.entry.actions.iter().rev().filter_map(|it| it.text("kind"));
        let last = decided.clone().find(|kind| deed::decides(kind)).or(decided.clone().next());
        match (last, self.text("error")) {
            (_, Some(error)) => format!("! Went wrong: {}", short(error, SHOWN)),
            (Some(kind), None) => {
                let (sign, word) = deed::said(kind);
                format!("{sign} In the end: {word}")
            }
            (None, None) => "– Nothing was done with it".to_owned(),
        }
    }

    /// Whose it was, by what, and where.
    fn facts(&self) -> Vec<Fact> {
        let text = |name: &'static str, field: &str| {
            let value = short(self.text(field)?, SHOWN);
            Some(Fact { name, value, to: None })
        };
        let filtered = |name: &'static str, field: &str| {
            let value = self.text(field)?;
            let to = format!("/interactions?{field}={}", crate::link::part(value));
            let to = (value.len() <= 200).then(|| self.frame.to(&to));
            Some(Fact { name, value: short(value, SHOWN), to })
        };
        let model = self.text("model_answered").or(self.text("model_requested"));
        let model = model.map(|model| {
            let tier = self.text("tier").map(|tier| format!(", tier {tier}")).unwrap_or_default();
            let value = short(&format!("{model}{tier}"), SHOWN);
            Fact { name: "Model", value, to: None }
        });
        let took = self.number("latency_ms").map(|ms| {
            let first = self.number("first_token_ms");
            let first = first.map(|ms| format!(", first token {}", number::value(ms, "ms")));
            let value = format!("{}{}", number::value(ms, "ms"), first.unwrap_or_default());
            Fact { name: "Took", value, to: None }
        });
        let confidence = self.number("confidence").map(|share| Fact {
            name: "Confidence",
            value: number::value(share, "share"),
            to: None,
        });
        let all = [
            filtered("Person", "unit"),
            text("Variant", "variant"),
            model,
            text("Mode", "mode"),
            took,
            text("Feature", "feature"),
            text("Surface", "surface"),
            text("Workflow", "workflow"),
            text("Stage", "stage"),
            text("Customer", "tenant"),
            text("Session", "session"),
            confidence,
            text("Prediction", "prediction"),
            text("Prompt template", "prompt"),
            text("Release", "release"),
            text("Consent", "consent"),
        ];
        all.into_iter().flatten().collect()
    }

    /// Which criteria were in force, and whether they still are.
    fn criteria(&self) -> Option<(String, &'static str)> {
        let digest = short(self.text("criteria_digest")?, SHOWN);
        let still = match self.same_criteria {
            Some(true) => "those of today",
            Some(false) => "no longer those of today",
            None => "",
        };
        Some((digest, still))
    }

    fn done(&self) -> Vec<Done<'_>> {
        let actions = self.trail.entry.actions.iter().take(MOST_STEPS);
        actions.map(|action| Done { action, began: self.at }).collect()
    }

    fn steps_left(&self) -> usize {
        self.trail.entry.actions.len().saturating_sub(MOST_STEPS)
    }

    fn said(&self) -> Vec<Said<'_>> {
        let scores = &self.trail.entry.scores;
        let corrected_by = |score: &Event| {
            let later = scores.iter().find(|it| it.text("supersedes") == score.text("id"));
            later.and_then(|later| later.text("id"))
        };
        let said = scores.iter().take(MOST_STEPS);
        said.map(|score| Said { score, corrected_by: corrected_by(score) }).collect()
    }

    fn scores_left(&self) -> usize {
        self.trail.entry.scores.len().saturating_sub(MOST_STEPS)
    }

    /// What it cost and what that rests on.
    fn cost(&self) -> Vec<Fact> {
        let currency = self.text("currency").unwrap_or("USD");
        let amount = |name, cost: f64, currency: &str| Fact {
            name,
            value: number::value(cost, &short(currency, SHOWN)),
            to: None,
        };
        let tokens = |name, field| {
            let tokens = self.number(field)?;
            Some(Fact { name, value: number::value(tokens, "count"), to: None })
        };
        let cost = match self.number("cost") {
            Some(cost) => amount("Cost", cost, currency),
            None => Fact { name: "Cost", value: self.why_unpriced().to_owned(), to: None },
        };
        let version = self.text("price_version").map(|version| Fact {
            name: "By price table",
            value: short(version, SHOWN),
            to: None,
        });
        let all = [
            Some(cost),
            self.cost_of_parts(),
            version,
            self.number("cost_reported").map(|it| amount("As the client says", it, "USD")),
            tokens("Tokens in", "tokens_in"),
            tokens("of these from the cache", "tokens_cached"),
            tokens("written to the cache", "tokens_cache_write"),
            tokens("Tokens out", "tokens_out"),
            tokens("of these for reasoning", "tokens_reasoning"),
        ];
        all.into_iter().flatten().collect()
    }

    fn why_unpriced(&self) -> &'static str {
        if self.number("composed").is_some() {
            return "stands at its parts";
        }
        "unpriced: unknown, never zero"
    }

    /// What its parts cost together, in the one currency that they have.
    fn cost_of_parts(&self) -> Option<Fact> {
        let id = Some(self.id.as_str());
        let parts: Vec<&Event> =
            self.trail.spans.iter().filter(|span| span.text("part_of") == id).collect();
        let priced: Vec<(f64, &str)> = parts
            .iter()
            .filter_map(|it| Some((number_of(it, "cost")?, it.text("currency").unwrap_or("USD"))))
            .collect();
        let (_, currency) = *priced.first()?;
        if priced.iter().any(|(_, other)| *other != currency) {
            let value = "in several currencies, which are not added up".to_owned();
            return Some(Fact { name: "Its parts", value, to: None });
        }
        let sum = priced.iter().map(|(cost, _)| cost).sum();
        let (n, of) = (priced.len(), parts.len());
        let sum = number::value(sum, &short(currency, SHOWN));
        let value = format!("{sum} ({n} of {of} parts have a price)");
        Some(Fact { name: "Its parts", value, to: None })
    }

    /// Every recorded field with what it means.
    fn recorded(&self) -> Vec<(&'static str, String, &'static str)> {
        let values = self.trail.entry.interaction.values();
        let said = |value: &Value| match value {
            Value::Text(text) => short(text, SHOWN_FIELD),
            Value::Texts(texts) => short(&texts.join(", "), SHOWN_FIELD),
            Value::Number(number) => number.to_string(),
            Value::Integer(number) => number.to_string(),
            Value::Time(at) => at.to_string(),
        };
        values.map(|(field, value)| (field.name, said(value), field.meaning)).collect()
    }

    fn hides_texts(&self) -> bool {
        self.texts == Texts::Hidden
    }

    fn has_cut_texts(&self) -> bool {
        self.path.iter().any(|step| step.left_out > 0)
    }

    /// The same page with texts as long as they are.
    fn whole(&self) -> String {
        let link = link_to(&self.id, Some(self.at)).unwrap_or_default();
        self.frame.to(&format!("{link}&whole=yes"))
    }
}

impl Done<'_> {
    fn sign(&self) -> &'static str {
        deed::said(self.action.text("kind").unwrap_or_default()).0
    }

    fn word(&self) -> &'static str {
        deed::said(self.action.text("kind").unwrap_or_default()).1
    }

    fn actor(&self) -> String {
        short(self.action.text("actor").unwrap_or("somebody"), SHOWN)
    }

    fn at(&self) -> String {
        self.action.time("at").unwrap_or_default().to_string()
    }

    /// How long after the interaction.
    #[expect(clippy::cast_precision_loss, reason = "a millisecond in centuries does not matter")]
    fn later(&self) -> String {
        let at = self.action.time("at").unwrap_or(self.began);
        let ms = at.as_millisecond().saturating_sub(self.began.as_millisecond());
        let sign = if ms < 0 { "−" } else { "+" };
        let day = 24.0 * 60.0;
        let minutes = ms.unsigned_abs() as f64 / 60_000.0;
        let length = match minutes {
            minutes if minutes >= 2.0 * day => number::value(minutes / day, "days"),
            minutes if minutes >= 120.0 => number::value(minutes / 60.0, "h"),
            _ => number::value(ms.unsigned_abs() as f64, "ms"),
        };
        format!("{sign}{length}")
    }

    fn measures(&self) -> Vec<String> {
        let of = |name, unit, after: &str| {
            let value = number_of(self.action, name)?;
            Some(format!("{} {after}", number::value(value, unit)))
        };
        let all = [
            of("dwell_ms", "ms", "on this step"),
            of("edit_share_previous", "share", "changed since the text before"),
            of("edit_share_first", "share", "changed since the first suggestion"),
        ];
        all.into_iter().flatten().collect()
    }
}

impl Said<'_> {
    fn text(&self, name: &str) -> String {
        self.score.text(name).map(|text| short(text, SHOWN)).unwrap_or_default()
    }

    fn value(&self) -> String {
        let value = number_of(self.score, "value").map(|value| number::value(value, "number"));
        let label = self.score.text("label").map(|label| short(label, SHOWN));
        [label, value].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn at(&self) -> String {
        let at = self.score.time("at").unwrap_or_default();
        at.strftime("%Y-%m-%d %H:%M").to_string()
    }

    fn about(&self) -> String {
        short(self.score.text("target_kind").unwrap_or("interaction"), SHOWN)
    }
}

/// Takes out what people wrote.
fn without_texts(mut trail: Trail) -> Trail {
    trail.payloads.clear();
    trail.entry.interaction = without_text(&trail.entry.interaction);
    for span in &mut trail.spans {
        *span = without_text(span);
    }
    trail
}

/// The same event without the beginning of its text.
fn without_text(event: &Event) -> Event {
    let mut without = Event::new(event.table);
    for (field, value) in event.values().filter(|(field, _)| field.name != "text") {
        without.set(field.name, value.clone());
    }
    without
}

/// Every field as JSON.
fn fields(event: &Event) -> Map<String, Json> {
    let value = |value: &Value| match value {
        Value::Text(text) => json!(text),
        Value::Texts(texts) => json!(texts),
        Value::Number(number) => json!(number),
        Value::Integer(number) => json!(number),
        Value::Time(at) => json!(at.to_string()),
    };
    event.values().map(|(field, own)| (field.name.to_owned(), value(own))).collect()
}

fn same_criteria(snapshot: &Snapshot, interaction: &Event) -> Option<bool> {
    let then = interaction.text("criteria_digest")?;
    let id = interaction.text("bet")?;
    let bet = snapshot.roadmap().bets.iter().find(|bet| bet.id.value == id)?;
    Some(bet.graduation()?.digest == then)
}

impl Page for InteractionPage {}
