//! Every request goes to the dearest model (C06).

use super::reason;
use crate::facts::Facts;
use crate::number;
use crate::report::{Reason, Weight};

/// The whole interval lies above policy's share.
pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    let limit = facts.ground.roadmap.policy.premium_at_most;
    let share = facts.signals.premium.and_then(|found| found.estimate);
    let Some(share) = share.filter(|share| share.low > limit) else { return Vec::new() };
    let text = format!(
        "a premium model answers {} of the requests of a user ({}), policy allows {}: easy requests \
         could go to a smaller one",
        number::value(share.value, "share"),
        number::interval(Some(share.low), Some(share.high), "share"),
        number::limit(limit, "share")
    );
    vec![reason("C06", Weight::Note, text)]
}
