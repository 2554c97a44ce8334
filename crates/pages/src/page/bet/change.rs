//! How what was promised moved: who changed what, when, from what to what.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::change::{Change, changes};
use trueup_roadmap::{Bet, History};

/// More changes than this are for `trueup log`.
const SHOWN: usize = 40;

/// Digits of a commit's id that people compare by eye.
const SHORT: usize = 8;

/// The history of a bet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Moves {
    /// Criteria of the gate that moved since the time-box started, newest first.
    pub goalposts: Vec<Goalpost>,
    /// All that moved, newest first; the first of them where there are very many.
    pub changes: Vec<Change>,
    /// How many changes are left out.
    pub more: usize,
    /// In a shallow clone, the day before which nothing is known.
    pub known_from: Option<Date>,
}

/// A criterion that was changed after the time-box started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Goalpost {
    pub on: Date,
    pub by: String,
    /// Old → new.
    pub what: String,
}

pub(super) fn moves(history: &History, bet: &Bet) -> Moves {
    let goalposts = history.moves(bet).into_iter().rev();
    let goalposts =
        goalposts.map(|moved| Goalpost { on: moved.on, by: moved.by, what: moved.what });
    let mut changes = changes(history, Some(&bet.id.value));
    let more = changes.len().saturating_sub(SHOWN);
    changes.truncate(SHOWN);
    Moves { goalposts: goalposts.collect(), changes, more, known_from: history.known_from() }
}

impl Moves {
    /// The changes of each commit together.
    #[must_use]
    pub fn commits(&self) -> Vec<&[Change]> {
        self.changes.chunk_by(|one, next| one.commit == next.commit).collect()
    }

    /// The start of a commit's id.
    #[must_use]
    pub fn short<'a>(&self, commit: &'a str) -> &'a str {
        commit.get(..SHORT).unwrap_or(commit)
    }
}
