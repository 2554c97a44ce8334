//! What speaks for a verdict, and what goes wrong on the way: one file each, behind one function
//! type.

mod control_missing;
mod cost;
mod criteria;
mod demo_loop;
pub(crate) mod drift;
mod fans_only;
mod judge_alone;
mod novelty;
mod overpromise;
mod premium;
mod purgatory;
mod rubber_stamp;
mod signature;
mod thin_evidence;

use trueup_roadmap::{Severity, Suppression, code_name};

use crate::facts::Facts;
use crate::report::{Purgatory, Reason, Weight};

/// Looks at a bet for one kind of reason.
type Find = fn(&Facts) -> Vec<Reason>;

/// The order of reasons of equal weight.
const ALL: [Find; 14] = [
    criteria::find,
    rubber_stamp::find,
    control_missing::find,
    overpromise::find,
    cost::find,
    purgatory::find,
    demo_loop::find,
    fans_only::find,
    novelty::find,
    drift::find,
    judge_alone::find,
    signature::find,
    thin_evidence::find,
    premium::find,
];

pub(crate) const RUBBER_STAMP: &str = "A03";

/// Finds all reasons, strongest first. Those that policy or the bet's own file allows are left out.
pub(crate) fn find(facts: &Facts) -> Vec<Reason> {
    let found = ALL.iter().flat_map(|find| find(facts));
    let mut reasons: Vec<Reason> = found.filter_map(|reason| leveled(reason, facts)).collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.weight));
    reasons
}

fn leveled(reason: Reason, facts: &Facts) -> Option<Reason> {
    // A criterion's own reason goes by its metric.
    if code_name(&reason.code).is_none() {
        return Some(reason);
    }
    let today = facts.ground.today;
    let allowed =
        |allow: &Suppression| allow.code.value == reason.code && today <= allow.until.value;
    if facts.bet().allow.iter().any(allowed) {
        return None;
    }
    let severity = facts.ground.roadmap.policy.severity(&reason.code, today)?;
    Some(Reason { deny: severity == Severity::Deny, ..reason })
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
