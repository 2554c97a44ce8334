//! All reviewers together: the mean over reviewers, each counting once, however much they decided.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use trueup_stats::{Estimate, Looks};

use super::records::{Records, Tally};
use super::{Mean, Rules, over_reviewers};

const SHARE: (f64, f64) = (0.0, 1.0);

/// What all reviewers did.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Together {
    pub reviewers: u64,
    pub decisions: u64,
    /// Decisions whose person is not known; they are counted nowhere else.
    pub of_nobody: u64,
    pub approved: Option<Mean>,
    pub overridden: Option<Mean>,
    /// Decisions that took less time than reading does.
    pub hurried: Option<Mean>,
    /// Planted errors caught.
    pub caught: Option<Mean>,
    pub months: Vec<OfMonth>,
}

/// One month of all of them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OfMonth {
    /// `2026-11`.
    pub month: String,
    pub reviewers: u64,
    pub decisions: u64,
    pub approved: Option<Mean>,
    pub overridden: Option<Mean>,
    pub hurried: Option<Mean>,
    pub caught: Option<Mean>,
    /// The median over reviewers of their median times to decide.
    pub dwell_s: Option<f64>,
}

pub(super) fn together(rules: &Rules, records: &Records) -> Together {
    let all: Vec<&Tally> = records.tallies.iter().collect();
    let months: BTreeSet<&str> = all.iter().map(|tally| tally.month.as_str()).collect();
    Together {
        reviewers: reviewers(&all),
        decisions: all.iter().map(|tally| tally.decisions).sum(),
        of_nobody: records.of_nobody,
        approved: approved(rules, &all),
        overridden: overridden(rules, &all),
        hurried: hurried(rules, &all),
        caught: scored(rules, &all, "planted", SHARE),
        months: months.into_iter().map(|month| of_month(rules, &all, month)).collect(),
    }
}

fn of_month(rules: &Rules, all: &[&Tally], month: &str) -> OfMonth {
    let all: Vec<&Tally> = all.iter().copied().filter(|tally| tally.month == month).collect();
    let looks: Vec<f64> = all.iter().filter_map(|tally| tally.dwell_ms).collect();
    OfMonth {
        month: month.to_owned(),
        reviewers: reviewers(&all),
        decisions: all.iter().map(|tally| tally.decisions).sum(),
        approved: approved(rules, &all),
        overridden: overridden(rules, &all),
        hurried: hurried(rules, &all),
        caught: scored(rules, &all, "planted", SHARE),
        dwell_s: median(looks).map(|ms| ms / 1000.0),
    }
}

fn reviewers(all: &[&Tally]) -> u64 {
    let names: BTreeSet<&str> = all.iter().map(|tally| tally.reviewer.as_str()).collect();
    names.len() as u64
}

fn approved(rules: &Rules, all: &[&Tally]) -> Option<Mean> {
    each(rules, all, SHARE, |tally| (tally.approvals as f64, tally.decisions))
}

fn overridden(rules: &Rules, all: &[&Tally]) -> Option<Mean> {
    each(rules, all, SHARE, |tally| (tally.overrides as f64, tally.decisions))
}

fn hurried(rules: &Rules, all: &[&Tally]) -> Option<Mean> {
    each(rules, all, SHARE, |tally| (tally.hurried as f64, tally.read))
}

/// The mean over reviewers of their own mean of a score.
pub(super) fn scored(rules: &Rules, all: &[&Tally], name: &str, range: (f64, f64)) -> Option<Mean> {
    each(rules, all, range, |tally| sum_of(tally, name))
}

/// Sum and number of the scores of a name.
pub(super) fn sum_of(tally: &Tally, name: &str) -> (f64, u64) {
    tally.scores.get(name).map_or((0.0, 0), |scored| (scored.sum, scored.n))
}

/// Over all cases: the sum of all sums ÷ the number of cases, reviewers as clusters. For cases of which
/// a reviewer has few, or none.
pub(super) fn pooled(
    rules: &Rules,
    all: &[&Tally],
    range: (f64, f64),
    of: impl Fn(&Tally) -> (f64, u64),
) -> Option<Mean> {
    let sums = by_reviewer(all, of);
    let pairs: Vec<(f64, f64)> = sums.values().map(|(sum, n)| (*sum, *n as f64)).collect();
    let looks = Looks { alpha: rules.alpha, planned: 1 };
    let found = trueup_stats::ratio::linearised(&pairs, range, looks)?;
    let n = sums.values().map(|(_, n)| n).sum();
    let Estimate { value, low, high, .. } = found;
    Some(Mean { n, reviewers: sums.len() as u64, mean: value, low, high })
}

/// Sum and count of each reviewer that has any, over all months.
fn by_reviewer<'t>(
    all: &[&'t Tally],
    of: impl Fn(&Tally) -> (f64, u64),
) -> BTreeMap<&'t str, (f64, u64)> {
    let mut sums: BTreeMap<&str, (f64, u64)> = BTreeMap::new();
    for tally in all {
        let (sum, n) = of(tally);
        let own = sums.entry(&tally.reviewer).or_default();
        *own = (own.0 + sum, own.1 + n);
    }
    sums.retain(|_, (_, n)| *n > 0);
    sums
}

/// The mean over reviewers of sum ÷ count, over all their months; who has no count has no value.
pub(super) fn each(
    rules: &Rules,
    all: &[&Tally],
    range: (f64, f64),
    of: impl Fn(&Tally) -> (f64, u64),
) -> Option<Mean> {
    let sums = by_reviewer(all, of);
    let values: Vec<f64> =
        sums.values().map(|(sum, n)| (sum / *n as f64).clamp(range.0, range.1)).collect();
    over_reviewers(rules, &values, sums.values().map(|(_, n)| n).sum(), range)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 { Some(upper) } else { Some(f64::midpoint(values[middle - 1], upper)) }
}
