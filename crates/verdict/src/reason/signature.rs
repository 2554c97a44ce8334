//! Criteria that nobody signed (S02) or that are not those signed (S03).

use trueup_roadmap::bet::Stage;

use super::reason;
use crate::facts::Facts;
use crate::report::{Reason, Weight};

pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    facts.gate.and_then(|_| unsigned(facts).or_else(|| stale(facts))).into_iter().collect()
}

/// In a pilot P01 says so already, and louder.
fn unsigned(facts: &Facts) -> Option<Reason> {
    if facts.bet().stage.value == Stage::Pilot {
        return None;
    }
    Some(reason("S02", Weight::Warning, facts.gate?.unsigned()?))
}

fn stale(facts: &Facts) -> Option<Reason> {
    let gate = facts.gate.filter(|gate| gate.is_stale())?;
    let signed = gate.signature.as_ref()?;
    let text = format!(
        "the criteria are not those that were signed on {}: signed {}, file is {}",
        signed.on, signed.digest.value, gate.digest
    );
    Some(reason("S03", Weight::Warning, text))
}
