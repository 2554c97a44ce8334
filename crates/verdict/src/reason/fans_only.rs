//! A few fans carry the use (P05).

use super::reason;
use crate::facts::Facts;
use crate::number;
use crate::report::{Reason, Weight};

/// The whole interval lies above policy's share.
pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    let policy = &facts.ground.roadmap.policy;
    let limit = policy.top_decile_at_most;
    let enough = u64::from(policy.units_at_least);
    let Some(found) = facts.signals.concentration.filter(|found| found.units >= enough) else {
        return Vec::new();
    };
    let Some(share) = found.estimate.filter(|share| share.low > limit) else { return Vec::new() };
    let text = format!(
        "the most active tenth of {} makes {} of all use ({}), policy allows {}",
        number::units(found.units, "user"),
        number::value(share.value, "share"),
        number::interval(Some(share.low), Some(share.high), "share"),
        number::limit(limit, "share")
    );
    vec![reason("P05", Weight::Warning, text)]
}
