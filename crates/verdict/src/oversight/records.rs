//! What was counted in the store: sums for each reviewer and month, and no conclusion.

use std::collections::BTreeMap;

use crate::report::StoreVersion;

/// Everything that was counted of one bet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Records {
    /// One for each reviewer and month with any record.
    pub tallies: Vec<Tally>,
    /// Decisions whose person is not known; they are in no tally.
    pub of_nobody: u64,
    /// The version of each table that was read.
    pub store: Vec<StoreVersion>,
}

/// What one reviewer did in one month of the interactions concerned (UTC).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally {
    /// The pseudonym, as in the column `unit`.
    pub reviewer: String,
    /// `2026-11`.
    pub month: String,
    /// Steps of the kind accept, reject or override.
    pub decisions: u64,
    pub approvals: u64,
    pub rejections: u64,
    pub overrides: u64,
    /// Interactions whose text the person changed.
    pub edited: u64,
    /// Interactions of which an explanation was opened. That one was shown is no oversight.
    pub explained: u64,
    /// Decisions with a time to decide.
    pub looked: u64,
    /// The median of those times, milliseconds.
    pub dwell_ms: Option<f64>,
    /// Decisions with a time to decide and a known length of the text.
    pub read: u64,
    /// Of those, the ones that took less time than reading the text does.
    pub hurried: u64,
    /// The median of the times that reading takes, milliseconds.
    pub reading_ms: Option<f64>,
    /// By name: what was scored.
    pub scores: BTreeMap<String, Scored>,
    /// Cases of a first answer that was not the suggestion.
    pub differed: u64,
    /// Of those, the ones in which the person then accepted the suggestion.
    pub moved: u64,
}

/// Scores of one name.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scored {
    pub n: u64,
    pub sum: f64,
}

/// The names of scores that oversight reads; `docs/oversight.md` says what each means.
pub const SCORES: [&str; 7] = [
    "planted",
    "first_answer",
    "accuracy_before",
    "advice_accuracy",
    "accuracy_after",
    "over_reliance",
    "under_reliance",
];
