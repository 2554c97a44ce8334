//! A business outcome and the key results that show it.

use jiff::civil::Date;

use crate::Spanned;

/// What the business wants to be different, and by when.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub id: Spanned<String>,
    pub title: String,
    /// For whom: the key `for`.
    pub population: String,
    pub metric: Spanned<String>,
    pub from: f64,
    pub to: f64,
    pub by: Date,
    pub key_results: Vec<KeyResult>,
}

/// One measurable step towards an outcome, owned by both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyResult {
    pub id: Spanned<String>,
    pub metric: Spanned<String>,
    pub from: f64,
    pub to: f64,
    pub by: Date,
    pub owners: Vec<Spanned<String>>,
}
