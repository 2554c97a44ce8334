//! Early acceptance that wears off.

use super::reason;
use crate::facts::Facts;
use crate::number;
use crate::report::{Reason, Weight};

/// The whole interval of the change within people lies below 0.
pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    let Some(found) = facts.signals.novelty.and_then(|found| found.estimate) else {
        return Vec::new();
    };
    if found.high >= 0.0 {
        return Vec::new();
    }
    let per_week = |value: f64| number::value(7.0 * value, "share");
    let text = format!(
        "the same people accept less the longer they use it: {} a week ({} to {}), from {}; early \
         figures are partly novelty",
        per_week(found.value),
        per_week(found.low),
        per_week(found.high),
        number::units(found.units as u64, "user")
    );
    vec![reason("novelty", Weight::Warning, text)]
}
