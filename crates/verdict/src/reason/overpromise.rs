//! Customers were told more than the evidence bears (H05).

use super::reason;
use crate::facts::Facts;
use crate::forecast::forecast;
use crate::number;
use crate::report::{Reason, Weight};

/// Where no criterion has a chance yet nothing is known, and nothing is claimed.
pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    let Some(promise) = &facts.bet().promise else { return Vec::new() };
    let roadmap = facts.ground.roadmap;
    let own = roadmap.horizons.get(&facts.bet().horizon.value).and_then(|it| it.promise);
    let at_least = own.unwrap_or(roadmap.policy.promise);
    let Some(expected) = forecast(facts).filter(|expected| expected.chance < at_least) else {
        return Vec::new();
    };
    let text = format!(
        "promised on {}: `{}`; the chance to pass is {}, and a promise asks for {}",
        promise.on,
        promise.what,
        number::chance(expected.chance),
        number::limit(at_least, "share")
    );
    vec![reason("H05", Weight::Strong, text)]
}
