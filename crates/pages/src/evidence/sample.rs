//! The rows behind a number: the query that counts them, and some of them.

use schemars::JsonSchema;
use serde::Serialize;

/// What a number was counted from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sample {
    /// The SQL that finds the rows; `trueup query` takes it as it stands.
    pub query: String,
    /// What each part of a row is.
    pub columns: Vec<String>,
    /// Some of the rows, newest first, as people read them; as many parts as there are columns.
    pub rows: Vec<Vec<String>>,
    /// How many rows there are.
    pub total: u64,
}
