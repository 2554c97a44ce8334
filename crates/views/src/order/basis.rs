//! One measure of value and one of cost for all bets, so that their scores can be compared.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::Bet;

use super::part;
use crate::seen::Seen;

/// What values are measured in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ValueBasis {
    /// The weighted mean of the RIBS marks, 1 to 5.
    Ribs,
    /// Money a month at today's use.
    Money { currency: String },
}

/// What costs are measured in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum CostBasis {
    /// Money of the first year.
    Money { currency: String },
    /// Weeks of work.
    Weeks,
}

/// The measure that the most bets have; RIBS where as many have that.
pub(super) fn value(seen: &Seen<'_>, bets: &[&Bet]) -> ValueBasis {
    most(seen, bets, ValueBasis::Ribs, |currency| ValueBasis::Money { currency }, part::value)
}

/// The measure that the most bets have; weeks where as many have that.
pub(super) fn cost(seen: &Seen<'_>, bets: &[&Bet]) -> CostBasis {
    most(seen, bets, CostBasis::Weeks, |currency| CostBasis::Money { currency }, part::cost)
}

fn most<B: Clone>(
    seen: &Seen<'_>,
    bets: &[&Bet],
    plain: B,
    money: impl Fn(String) -> B,
    part: impl Fn(&Seen<'_>, &Bet, &B) -> super::Part,
) -> B {
    let known =
        |basis: &B| bets.iter().filter(|bet| part(seen, bet, basis).value.is_some()).count();
    let mut best = (known(&plain), plain);
    for currency in currencies(seen, bets) {
        let basis = money(currency);
        let count = known(&basis);
        if count > best.0 {
            best = (count, basis);
        }
    }
    best.1
}

/// The currencies that the bets count in, policy's before the others.
fn currencies(seen: &Seen<'_>, bets: &[&Bet]) -> Vec<String> {
    let policy = &seen.roadmap.policy;
    let of = |bet: &&Bet| trueup_verdict::currency::of(bet, policy).to_owned();
    let all: BTreeSet<String> = bets.iter().map(of).collect();
    let (mut first, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|currency| *currency == policy.currency);
    first.extend(others);
    first
}

impl fmt::Display for ValueBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueBasis::Ribs => write!(f, "RIBS, the weighted mean of the agreed marks, 1 to 5"),
            ValueBasis::Money { currency } => write!(f, "{currency} a month at today's use"),
        }
    }
}

impl fmt::Display for CostBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CostBasis::Money { currency } => write!(f, "{currency} in the first year"),
            CostBasis::Weeks => write!(f, "weeks of work"),
        }
    }
}
