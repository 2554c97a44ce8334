//! One interaction among many.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_evidence::browse::Entry;
use trueup_evidence::{Event, Value};
use trueup_verdict::number;

use crate::deed;
use crate::link;
use crate::text::short;

/// Characters of a text in a table.
const SHOWN: usize = 80;
/// Characters of a name in a table.
const SHOWN_NAME: usize = 28;
const SHOWN_PERSON: usize = 12;
/// A longer id makes no URL.
const LONGEST_ID: usize = 2_000;

/// An interaction, what was done with it and how it turned out.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct InteractionRow {
    pub id: String,
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// `null` for those that name none.
    pub bet: Option<String>,
    pub variant: Option<String>,
    /// The pseudonym of the person.
    pub unit: Option<String>,
    /// The model that answered or, where that is not known, the one asked for.
    pub model: Option<String>,
    pub tier: Option<String>,
    /// The steps that say what became of it, each kind once, in their order.
    pub did: Vec<Deed>,
    /// The edit distance to the first suggestion at the last step that says it, as a share.
    pub edited: Option<f64>,
    pub latency_ms: Option<f64>,
    /// `null` is unknown, never zero.
    pub cost: Option<f64>,
    pub currency: Option<String>,
    pub error: Option<String>,
    /// The beginning of the text, if capture is on.
    pub text: Option<String>,
    /// Those that no later one corrects.
    pub scores: Vec<ScoreOfRow>,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Deed {
    pub kind: String,
}

/// A score in short.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ScoreOfRow {
    pub name: String,
    pub value: Option<f64>,
    pub label: Option<String>,
}

impl InteractionRow {
    #[must_use]
    pub fn new(entry: &Entry) -> InteractionRow {
        let Entry { interaction, actions, scores } = entry;
        let text = |name| interaction.text(name).map(str::to_owned);
        InteractionRow {
            id: text("id").unwrap_or_default(),
            at: interaction.time("at").unwrap_or_default(),
            bet: text("bet"),
            variant: text("variant"),
            unit: text("unit"),
            model: text("model_answered").or_else(|| text("model_requested")),
            tier: text("tier"),
            did: done(actions),
            edited: actions.iter().rev().find_map(|it| number_of(it, "edit_share_first")),
            latency_ms: number_of(interaction, "latency_ms"),
            cost: number_of(interaction, "cost"),
            currency: text("currency"),
            error: text("error"),
            text: text("text"),
            scores: in_force(scores).map(ScoreOfRow::new).collect(),
        }
    }

    pub(super) fn link(&self) -> Option<String> {
        link_to(&self.id, Some(self.at))
    }

    pub(super) fn when(&self) -> String {
        self.at.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    pub(super) fn name(&self, text: &Option<String>) -> String {
        text.as_deref().map(|text| short(text, SHOWN_NAME)).unwrap_or_default()
    }

    /// Enough of a pseudonym to tell people apart.
    pub(super) fn person(&self) -> String {
        self.unit.as_deref().map(|unit| short(unit, SHOWN_PERSON)).unwrap_or_default()
    }

    pub(super) fn opening(&self, text: &str) -> String {
        short(text, SHOWN)
    }

    pub(super) fn edited(&self) -> String {
        self.edited.map(|share| number::value(share, "share")).unwrap_or_default()
    }

    pub(super) fn latency(&self) -> String {
        self.latency_ms.map(|ms| number::value(ms, "ms")).unwrap_or_default()
    }

    pub(super) fn cost(&self) -> String {
        let currency = self.currency.as_deref().unwrap_or("USD");
        self.cost.map(|cost| number::value(cost, &short(currency, SHOWN_NAME))).unwrap_or_default()
    }
}

impl Deed {
    pub(super) fn sign(&self) -> &'static str {
        deed::said(&self.kind).0
    }

    pub(super) fn word(&self) -> &'static str {
        deed::said(&self.kind).1
    }
}

impl ScoreOfRow {
    fn new(score: &Event) -> ScoreOfRow {
        ScoreOfRow {
            name: score.text("name").unwrap_or_default().to_owned(),
            value: number_of(score, "value"),
            label: score.text("label").map(str::to_owned),
        }
    }

    pub(super) fn said(&self) -> String {
        let name = short(&self.name, SHOWN_NAME);
        match (&self.label, self.value) {
            (Some(label), _) => format!("{name}: {}", short(label, SHOWN_NAME)),
            (None, Some(value)) => format!("{name}: {}", number::value(value, "number")),
            (None, None) => name,
        }
    }
}

/// The steps that decide; where none does, the others. Each kind once.
fn done(actions: &[Event]) -> Vec<Deed> {
    let kinds: Vec<&str> = actions.iter().filter_map(|action| action.text("kind")).collect();
    let any_decides = kinds.iter().any(|kind| deed::decides(kind));
    let mut done: Vec<Deed> = Vec::new();
    for kind in kinds.into_iter().filter(|kind| !any_decides || deed::decides(kind)) {
        if done.iter().all(|known| known.kind != kind) {
            done.push(Deed { kind: kind.to_owned() });
        }
    }
    done
}

/// Scores that no other of them corrects.
fn in_force(scores: &[Event]) -> impl Iterator<Item = &Event> {
    scores.iter().filter(|score| {
        let corrects = |other: &Event| other.text("supersedes") == score.text("id");
        !scores.iter().any(corrects)
    })
}

/// What a number field holds, whole or not.
pub(crate) fn number_of(event: &Event, name: &str) -> Option<f64> {
    match event.get(name)? {
        Value::Number(number) => Some(*number),
        #[expect(clippy::cast_precision_loss, reason = "tokens and milliseconds are below 2^53")]
        Value::Integer(number) => Some(*number as f64),
        _ => None,
    }
}

/// The path of the page about one interaction, with the day on which it is found soonest.
#[must_use]
pub fn link_to(id: &str, at: Option<Timestamp>) -> Option<String> {
    if id.is_empty() || id.len() > LONGEST_ID {
        return None;
    }
    let day = at.map(|at| at.strftime("?day=%Y-%m-%d").to_string()).unwrap_or_default();
    Some(format!("/interactions/{}{day}", link::part(id)))
}
