//! Whether people rely on suggestions as they should, and whether the team beats each alone.
//!
//! *Relative AI reliance* is, of the cases in which the person was first wrong and the advice right,
//! the share in which the person then took it; *relative self-reliance* is, of those first right beside
//! wrong advice, the share that stayed. Both are 1 where people rely on it just right.
//!
//! Source: Schemmer, Kühl, Benz, Bartos & Satzger 2023, IUI '23, arXiv 2302.02187.

use schemars::JsonSchema;
use serde::Serialize;

use super::records::{Records, Tally};
use super::together::{each, pooled, scored, sum_of};
use super::{Mean, Rules};

const SHARE: (f64, f64) = (0.0, 1.0);
const DIFFERENCE: (f64, f64) = (-1.0, 1.0);

/// How people rely on suggestions: shares of all cases of a kind, reviewers as clusters, since each
/// reviewer has few of them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Reliance {
    /// Cases in which the person answered first and saw the suggestion afterwards.
    pub decided_first: u64,
    /// Of first answers that were not the suggestion, the share that moved to it. It needs no truth.
    pub moved: Option<Mean>,
    /// Took wrong advice although first right.
    pub over_reliance: Option<Mean>,
    /// Stayed wrong although the advice was right.
    pub under_reliance: Option<Mean>,
    /// RAIR: 1 − under-reliance.
    pub relative_ai_reliance: Option<Mean>,
    /// RSR: 1 − over-reliance.
    pub relative_self_reliance: Option<Mean>,
}

/// How right each is alone, and both together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Team {
    /// The person, before the suggestion.
    pub person_alone: Option<Mean>,
    /// The suggestion.
    pub ai_alone: Option<Mean>,
    /// The person, after the suggestion.
    pub together: Option<Mean>,
    /// Together less the person alone, reviewer by reviewer.
    pub over_person: Option<Mean>,
    /// Together less the suggestion alone, reviewer by reviewer.
    pub over_ai: Option<Mean>,
}

pub(super) fn reliance(rules: &Rules, records: &Records) -> Reliance {
    let all: Vec<&Tally> = records.tallies.iter().collect();
    let over = pooled(rules, &all, SHARE, |tally| sum_of(tally, "over_reliance"));
    let under = pooled(rules, &all, SHARE, |tally| sum_of(tally, "under_reliance"));
    Reliance {
        decided_first: all.iter().map(|tally| decided_first(tally)).sum(),
        moved: pooled(rules, &all, SHARE, |tally| (tally.moved as f64, tally.differed)),
        over_reliance: over,
        under_reliance: under,
        relative_ai_reliance: under.map(rest),
        relative_self_reliance: over.map(rest),
    }
}

/// A first answer is scored by what it was or by whether it was right; often by both.
fn decided_first(tally: &Tally) -> u64 {
    let n = |name: &str| tally.scores.get(name).map_or(0, |scored| scored.n);
    n("first_answer").max(n("accuracy_before"))
}

/// What is left to 1.
fn rest(mean: Mean) -> Mean {
    Mean { mean: 1.0 - mean.mean, low: 1.0 - mean.high, high: 1.0 - mean.low, ..mean }
}

pub(super) fn team(rules: &Rules, records: &Records) -> Team {
    let all: Vec<&Tally> = records.tallies.iter().collect();
    let alone = |name| scored(rules, &all, name, SHARE);
    Team {
        person_alone: alone("accuracy_before"),
        ai_alone: alone("advice_accuracy"),
        together: alone("accuracy_after"),
        over_person: gain(rules, &all, "accuracy_before"),
        over_ai: gain(rules, &all, "advice_accuracy"),
    }
}

/// Accuracy after less another, for tallies that have as many of both: the same cases.
fn gain(rules: &Rules, all: &[&Tally], before: &str) -> Option<Mean> {
    each(rules, all, DIFFERENCE, |tally| {
        let of = |name: &str| tally.scores.get(name).filter(|scored| scored.n > 0);
        match (of("accuracy_after"), of(before)) {
            (Some(after), Some(before)) if after.n == before.n => (after.sum - before.sum, after.n),
            _ => (0.0, 0),
        }
    })
}
