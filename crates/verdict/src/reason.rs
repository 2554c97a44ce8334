//! What speaks for a verdict, and what goes wrong on the way: one file each, behind one function
//! type.

mod cost;
mod criteria;
mod purgatory;
mod rubber_stamp;
mod signature;
mod thin_evidence;

use trueup_roadmap::Policy;
use trueup_roadmap::roadmap::Level;

use crate::facts::Facts;
use crate::report::{Purgatory, Reason, Weight};

/// Looks at a bet for one kind of reason.
type Find = fn(&Facts) -> Vec<Reason>;

/// The order of reasons of equal weight.
const ALL: [Find; 6] = [
    criteria::find,
    rubber_stamp::find,
    cost::find,
    purgatory::find,
    signature::find,
    thin_evidence::find,
];

/// The codes that are bad news (exit code 1) unless policy says otherwise.
const DENIED: [&str; 7] = ["A03", "C05", "P01", "P02", "P03", "S02", "S03"];

pub(crate) const RUBBER_STAMP: &str = "A03";

/// Finds all reasons, strongest first. Those that policy allows are left out.
pub(crate) fn find(facts: &Facts) -> Vec<Reason> {
    let policy = &facts.ground.roadmap.policy;
    let mut reasons: Vec<Reason> = ALL
        .iter()
        .flat_map(|find| find(facts))
        .filter_map(|reason| leveled(reason, policy))
        .collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.weight));
    reasons
}

fn leveled(reason: Reason, policy: &Policy) -> Option<Reason> {
    let deny = match policy.levels.get(&reason.code) {
        Some(Level::Allow) => return None,
        Some(Level::Warn) => false,
        Some(Level::Deny) => true,
        None => DENIED.contains(&reason.code.as_str()),
    };
    Some(Reason { deny, ..reason })
}

/// A reason whose level is found later.
fn reason(code: &str, weight: Weight, text: String) -> Reason {
    Reason { code: code.to_owned(), weight, deny: false, text }
}

/// How stuck a bet is: its distinct P codes.
pub(crate) fn purgatory(reasons: &[Reason]) -> Purgatory {
    let mut codes: Vec<String> = reasons
        .iter()
        .map(|reason| &reason.code)
        .filter(|code| is_purgatory(code))
        .cloned()
        .collect();
    codes.sort();
    codes.dedup();
    Purgatory { level: u8::try_from(codes.len()).unwrap_or(u8::MAX), codes }
}

/// True for `P` and digits, which no metric's name can be.
fn is_purgatory(code: &str) -> bool {
    let digits = code.strip_prefix('P').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
}
