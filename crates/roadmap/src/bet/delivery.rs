//! The way of a bet to its users: what it is built of, what could go wrong, who has it already.

use jiff::civil::Date;
use schemars::JsonSchema;

use crate::schema::written;
use crate::word::words;
use crate::{Length, Measured, Place, Spanned};

words! {
    /// What a part is there for.
    pub enum ComponentKind {
        /// Stands for something that the model cannot do yet, and goes when it can.
        Harness = "harness",
        /// What the model must beat.
        Baseline = "baseline",
        /// Keeps a person in charge.
        Control = "control",
        /// Part of the product.
        Product = "product",
    }
}

/// A part that a bet is built of.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Component {
    /// Its name within the bet.
    #[schemars(with = "written::Name")]
    pub id: Spanned<String>,
    /// What it is there for.
    pub kind: Spanned<ComponentKind>,
    /// The capability whose gap it fills.
    pub stands_for: Option<Spanned<String>>,
    /// When it can go: a text, or a criterion.
    pub goes_when: Option<GoesWhen>,
    /// What it took to build, and takes to keep, for example `3w`.
    pub effort: Option<Length>,
}

/// When a harness can go.
#[derive(Debug, Clone, PartialEq)]
pub enum GoesWhen {
    /// In words; a person judges.
    Words(String),
    /// A criterion; the evidence judges.
    Criterion(Box<Measured>),
}

impl JsonSchema for GoesWhen {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "GoesWhen".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let (words, criterion) =
            (generator.subschema_for::<String>(), generator.subschema_for::<Measured>());
        schemars::json_schema!({ "anyOf": [words, criterion] })
    }
}

words! {
    /// What sort of thing could go wrong.
    pub enum RiskKind {
        /// The model is not good enough.
        Quality = "quality",
        /// The data is not what it should be.
        Data = "data",
        /// People do not use it, or use it wrongly.
        Adoption = "adoption",
        /// It costs more than it brings.
        Cost = "cost",
        /// It treats people unfairly.
        Ethics = "ethics",
        /// The law.
        Legal = "legal",
        /// It does harm.
        Safety = "safety",
        /// Somebody else's part.
        Dependency = "dependency",
    }
}

/// What could go wrong.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Risk {
    /// What could go wrong.
    pub what: Spanned<String>,
    /// Of which sort.
    pub kind: Option<RiskKind>,
    /// What is done about it.
    pub mitigate: Option<String>,
    /// Who does it.
    pub owner: Option<Spanned<String>>,
}

/// What one side must live with.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Constraint {
    /// What it is.
    pub what: String,
    /// Who says so.
    pub by: Spanned<String>,
    /// Since when it is known.
    pub on: Spanned<Date>,
}

/// The way to production.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Path {
    /// Where it will run and how it gets there.
    pub what: String,
    /// Where that is written down.
    pub link: Option<String>,
}

/// People who use it already: an experiment, not a ticket.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Deployment {
    /// Who uses it.
    pub to: Spanned<String>,
    /// Since when.
    pub since: Option<Date>,
    /// The share of the eligible who have it.
    #[schemars(range(min = 0, max = 1))]
    pub share: Option<f64>,
    /// The gate of this bet that holds for them.
    #[schemars(with = "Option<written::Name>")]
    pub gate: Option<Spanned<String>>,
}

/// What discovery hands to delivery.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Artifact {
    /// What it is.
    pub what: String,
    /// Which version.
    pub digest: Option<String>,
    /// What goes in and what comes out.
    pub contract: Option<String>,
    /// The note that says it was validated, written `note:ID`.
    #[schemars(with = "Option<written::NoteReference>")]
    pub validated: Option<Spanned<String>>,
    /// The table itself.
    #[schemars(skip)]
    pub place: Place,
}

/// One line of the definition of done.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Done {
    /// What is done.
    pub what: Spanned<String>,
    /// Who says so.
    pub by: Option<Spanned<String>>,
    /// Where it can be seen, for example a run of the tests.
    pub link: Option<String>,
}

/// What was said to customers.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Promise {
    /// What was said.
    pub what: Spanned<String>,
    /// When it was said.
    pub on: Date,
    /// By when it should be so.
    pub by: Option<Date>,
}

/// The model version that the product owner has read about.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Acknowledged {
    /// The model under `[models]`.
    pub model: Spanned<String>,
    /// Who read.
    pub by: Spanned<String>,
    /// When.
    pub on: Date,
}
