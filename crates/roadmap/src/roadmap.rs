//! The whole roadmap: policy, people and every entity.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;

use crate::horizon::Preset;
use crate::schema::written;
use crate::word::words;
use crate::{Bet, Capability, Horizon, Metric, Model, Note, Outcome, Policy, Spanned, Workflow};

/// A parsed roadmap. Entities that could not be read are left out; the diagnostics name them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Roadmap {
    pub policy: Policy,
    /// By id. The confidence preset if the file gives none.
    pub horizons: BTreeMap<String, Horizon>,
    pub people: BTreeMap<String, Person>,
    pub words: BTreeMap<String, Spanned<String>>,
    pub models: BTreeMap<String, Model>,
    pub outcomes: Vec<Outcome>,
    /// The team's own metrics and the standard ones.
    pub metrics: Vec<Metric>,
    pub capabilities: Vec<Capability>,
    pub workflows: Vec<Workflow>,
    pub bets: Vec<Bet>,
    /// By date, then by id.
    pub notes: Vec<Note>,
}

/// What `roadmap.toml` may hold.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Roadmap")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct Head {
    /// The version of the language: 1.
    #[schemars(extend("const" = 1))]
    edition: u32,
    /// Who owns, signs and decides, by id.
    people: Option<written::ByName<Person>>,
    /// Planning horizons by id, nearest first, or the name of a preset.
    horizons: Option<Horizons>,
    /// The shared vocabulary.
    #[schemars(default)]
    words: BTreeMap<String, String>,
    /// Models by the name that telemetry gives them, and their prices.
    #[schemars(default)]
    models: BTreeMap<String, Model>,
    /// Numbers that have a default.
    #[schemars(default)]
    policy: Policy,
}

/// The two ways to give horizons.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Horizons {
    Preset(Preset),
    Own(written::ByName<Horizon>),
}

words! {
    /// Which half of the company somebody speaks for.
    pub enum Side {
        /// What it is for, and for whom.
        Product = "product",
        /// Whether and how it can be done.
        Rd = "rd",
    }
}

impl Side {
    /// As people write it: "R&D".
    #[must_use]
    pub const fn spoken(self) -> &'static str {
        match self {
            Side::Product => "product",
            Side::Rd => "R&D",
        }
    }

    /// The one across the table.
    #[must_use]
    pub const fn other(self) -> Side {
        match self {
            Side::Product => Side::Rd,
            Side::Rd => Side::Product,
        }
    }
}

/// Somebody who owns, signs and decides.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Person {
    /// Lower-case words with dashes.
    #[schemars(skip)]
    pub id: Spanned<String>,
    /// As people write it.
    pub name: String,
    /// As git knows it.
    pub email: Option<String>,
    /// Whom they speak for.
    pub side: Side,
    /// The last day, of somebody who left.
    pub left: Option<Date>,
}

impl Roadmap {
    /// Finds a metric by id.
    #[must_use]
    pub fn metric(&self, id: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.id.value == id)
    }

    /// Finds a bet by id.
    #[must_use]
    pub fn bet(&self, id: &str) -> Option<&Bet> {
        self.bets.iter().find(|bet| bet.id.value == id)
    }

    /// Finds an outcome by id.
    #[must_use]
    pub fn outcome(&self, id: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.id.value == id)
    }

    /// Finds a capability by id.
    #[must_use]
    pub fn capability(&self, id: &str) -> Option<&Capability> {
        self.capabilities.iter().find(|capability| capability.id.value == id)
    }

    /// Finds a workflow by id.
    #[must_use]
    pub fn workflow(&self, id: &str) -> Option<&Workflow> {
        self.workflows.iter().find(|workflow| workflow.id.value == id)
    }

    /// Finds a note by id.
    #[must_use]
    pub fn note(&self, id: &str) -> Option<&Note> {
        self.notes.iter().find(|note| note.id.value == id)
    }

    /// The horizons and their ids, nearest first.
    #[must_use]
    pub fn nearest_horizons(&self) -> Vec<(&str, &Horizon)> {
        let mut horizons: Vec<(&str, &Horizon)> =
            self.horizons.iter().map(|(id, horizon)| (id.as_str(), horizon)).collect();
        horizons.sort_by(|(_, a), (_, b)| a.starts_hours().total_cmp(&b.starts_hours()));
        horizons
    }

    /// The notes about a bet, oldest first.
    pub fn notes_about<'a>(&'a self, bet: &'a str) -> impl Iterator<Item = &'a Note> {
        self.notes.iter().filter(move |note| note.is_about(bet))
    }

    /// The bets that need a capability.
    pub fn enabled_by<'a>(&'a self, capability: &'a str) -> impl Iterator<Item = &'a Bet> {
        self.bets.iter().filter(move |bet| bet.needs.iter().any(|need| need.value == capability))
    }

    /// The side of a person; `None` for somebody who is not known.
    #[must_use]
    pub fn side(&self, person: &str) -> Option<Side> {
        self.people.get(person).map(|person| person.side)
    }
}
