//! A capability: what a model must be able to do, how far it is from that, and what closes the gap.

use schemars::JsonSchema;

use crate::bet::data::Labels;
use crate::schema::written;
use crate::word::words;
use crate::{Length, Measured, Place, Spanned, Suppression};

/// The research column: what a model must be able to do. Which bets it enables is derived.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Capability {
    /// Lower-case words with dashes.
    #[schemars(with = "written::Name")]
    pub id: Spanned<String>,
    /// What people call it.
    pub title: String,
    /// What the model cannot do yet.
    pub gap: String,
    /// When it can: a criterion on the capability's own evaluation.
    pub criterion: Option<Measured>,
    /// What is done to close the gap.
    pub investment: Option<Investment>,
    /// Training data: what there is and what is needed.
    pub labels: Option<Labels>,
    /// What the investment leaves behind.
    pub yields: Option<String>,
    /// The model under `[models]` that should get it.
    pub model: Option<Spanned<String>>,
    /// Lints that are suppressed in this file, each with a reason and an end.
    #[schemars(default)]
    pub allow: Vec<Suppression>,
    /// The whole file.
    #[schemars(skip)]
    pub place: Place,
}

words! {
    /// How a gap is closed.
    pub enum InvestmentKind {
        /// Gather data.
        Collect = "collect",
        /// Have it labelled.
        Label = "label",
        /// Set a model up for the task.
        Tune = "tune",
        /// Train a model.
        Train = "train",
        /// Wait for or buy a vendor's next model.
        Vendor = "vendor",
        /// Nothing is done, and why is written.
        None = "none",
    }
}

/// What is done to close the gap.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Investment {
    /// How.
    pub kind: Spanned<InvestmentKind>,
    /// Work, for example `3w`.
    pub effort: Option<Length>,
    /// Money.
    #[schemars(range(min = 0))]
    pub cost: Option<f64>,
    /// The currency of that; policy's if absent.
    #[schemars(with = "Option<written::Currency>")]
    pub currency: Option<String>,
    /// The chance that the next run closes the gap, as R&D states it.
    #[schemars(range(min = 0, max = 1))]
    pub chance: Option<f64>,
    /// Why so, or why nothing.
    pub because: Option<String>,
    /// Who does it.
    pub by: Option<Spanned<String>>,
}
