//! What a bet costs and brings, where its model comes from, and what it is compared with.

use schemars::JsonSchema;
use serde::Serialize;

use crate::schema::written;
use crate::word::words;
use crate::{Place, Spanned};

/// What it may cost and what it brings, per interaction.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Cost {
    /// The most that one interaction may cost while the value is not proven.
    #[schemars(range(min = 0))]
    pub per_interaction_at_most: Option<f64>,
    /// The most that it may cost once all goals are met; the same if absent.
    #[schemars(range(min = 0))]
    pub proven_at_most: Option<f64>,
    /// Three capital letters; policy's if absent.
    #[schemars(with = "Option<written::Currency>")]
    pub currency: Option<String>,
    /// What one interaction brings.
    #[schemars(range(min = 0))]
    pub revenue_per_interaction: Option<f64>,
    /// How many interactions a month at today's use.
    #[schemars(range(min = 0))]
    pub interactions_month: Option<f64>,
    /// Multiples of today's use to plan for.
    #[schemars(default, inner(range(min = 0)))]
    pub loads: Vec<f64>,
    /// Tokens of one interaction.
    pub tokens: Option<Tokens>,
    /// Who of R&D answers for the cost.
    pub cost_by: Option<Spanned<String>>,
    /// Who of product answers for the value.
    pub value_by: Option<Spanned<String>>,
    /// The table itself.
    #[schemars(skip)]
    pub place: Place,
}

/// Tokens of one interaction.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Tokens {
    /// Into the model.
    #[schemars(range(min = 0))]
    pub input: f64,
    /// Out of the model.
    #[schemars(range(min = 0))]
    pub output: f64,
}

words! {
    /// Where the model comes from.
    pub enum SourcingKind {
        /// No model: rules.
        Rules = "rules",
        /// A ready-made model.
        Buy = "buy",
        /// A ready-made model with our own documents.
        Rag = "rag",
        /// A ready-made model, trained further.
        FineTune = "fine-tune",
        /// Our own.
        Build = "build",
        /// Somebody else's, built together.
        Partner = "partner",
    }
}

/// Where the model comes from, and when that changes.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Sourcing {
    /// The choice.
    pub kind: Spanned<SourcingKind>,
    /// Why.
    pub because: Option<String>,
    /// A model under `[models]` in `roadmap.toml`.
    pub model: Option<Spanned<String>>,
    /// Data that nobody else has: the reason to build.
    pub unique_data: Option<String>,
    /// What comes next, and when.
    pub next: Option<NextSourcing>,
    /// What was compared.
    #[schemars(default)]
    pub considered: Vec<Considered>,
    /// The table itself.
    #[schemars(skip)]
    pub place: Place,
}

/// The next source.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NextSourcing {
    /// The choice.
    pub kind: SourcingKind,
    /// Under which condition.
    pub when: String,
}

/// One way to get the model, and what it takes.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Considered {
    /// The choice.
    pub kind: Spanned<SourcingKind>,
    /// Money once.
    #[schemars(range(min = 0))]
    pub once: Option<f64>,
    /// Money a month, however much it is used.
    #[schemars(range(min = 0))]
    pub fixed_month: Option<f64>,
    /// Money for each interaction.
    #[schemars(range(min = 0))]
    pub per_interaction: Option<f64>,
    /// Where the data goes.
    pub privacy: Option<String>,
    /// How hard it is to leave.
    pub lock_in: Option<String>,
    /// Who is needed.
    pub team: Option<String>,
    /// What speaks for or against it.
    pub because: Option<String>,
}

/// What there is without the bet, measured.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Baseline {
    /// For example `rules` or `today`.
    pub kind: String,
    /// What it is.
    pub what: String,
    /// What it was measured with.
    pub metric: Option<Spanned<String>>,
    /// Its value.
    pub value: Option<f64>,
    /// How engineering calls it: the same interface that the model will have.
    pub interface: Option<String>,
    /// The table itself.
    #[schemars(skip)]
    pub place: Place,
}

/// An alternative that a pivot could take.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Alternative {
    /// What would be done instead.
    pub what: Spanned<String>,
    /// What sort of solution it is.
    pub kind: Option<SourcingKind>,
    /// True for the one that is taken.
    #[schemars(default)]
    pub chosen: bool,
    /// True when it was evaluated.
    #[schemars(default)]
    pub tried: bool,
    /// What the evaluation showed.
    pub result: Option<String>,
}

/// What one way to get the model costs a month, at a multiple of today's use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct MonthlyCost {
    /// The multiple of today's use.
    pub load: f64,
    /// Money a month.
    pub cost: f64,
}

impl Considered {
    /// The monthly cost at each load, if it says what it takes.
    #[must_use]
    pub fn monthly(&self, interactions_month: f64, loads: &[f64]) -> Option<Vec<MonthlyCost>> {
        if self.fixed_month.is_none() && self.per_interaction.is_none() {
            return None;
        }
        let fixed = self.fixed_month.unwrap_or_default();
        let each = self.per_interaction.unwrap_or_default();
        let at = |load: &f64| MonthlyCost {
            load: *load,
            cost: fixed + each * interactions_month * load,
        };
        Some(loads.iter().map(at).collect())
    }
}
