//! A business outcome and the key results that show it.

use jiff::civil::Date;
use schemars::JsonSchema;

use crate::schema::written;
use crate::{Place, Spanned, Suppression};

/// What the business wants to be different, and by when.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Outcome {
    /// Lower-case words with dashes.
    #[schemars(with = "written::Name")]
    pub id: Spanned<String>,
    /// What people call it.
    pub title: String,
    /// For whom.
    #[schemars(rename = "for")]
    pub population: String,
    /// The metric that shows it.
    pub metric: Spanned<String>,
    /// Its value today.
    pub from: f64,
    /// The value wanted.
    pub to: f64,
    /// By when.
    pub by: Date,
    /// Measurable steps on the way.
    #[schemars(rename = "key_result", default)]
    pub key_results: Vec<KeyResult>,
    /// Lints that are suppressed in this file, each with a reason and an end.
    #[schemars(default)]
    pub allow: Vec<Suppression>,
    /// The whole file.
    #[schemars(skip)]
    pub place: Place,
}

/// One measurable step towards an outcome, owned by both sides.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct KeyResult {
    /// Lower-case words with dashes.
    #[schemars(with = "written::Name")]
    pub id: Spanned<String>,
    /// The metric that shows it.
    pub metric: Spanned<String>,
    /// Its value today.
    pub from: f64,
    /// The value wanted.
    pub to: f64,
    /// By when.
    pub by: Date,
    /// People of both sides.
    #[schemars(default)]
    pub owners: Vec<Spanned<String>>,
}
