//! What comes in, what the model says of it or how it turns out is not what it was (D04).

use super::reason;
use crate::facts::Facts;
use crate::number;
use crate::report::{Reason, Weight};

/// A smaller effect is harmless, however sure it is: of the population stability index the customary
/// bound of a moderate shift, of a distance between distributions a tenth of the way.
const SMALL: f64 = 0.1;

/// What each metric is about, in words.
const OF: [(&str, &str); 3] = [
    ("input_drift", "the length of inputs"),
    ("confidence_drift", "the model's confidence"),
    ("outcome_drift", "the mix of labels"),
];

/// The metrics that are looked at.
pub(crate) fn metrics() -> impl Iterator<Item = &'static str> {
    OF.iter().map(|(id, _)| *id)
}

/// More than chance, and more than small.
pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    let moved = facts.signals.drift.iter().filter_map(|(id, found)| {
        let found = found.estimate.filter(|found| found.low > 0.0 && found.value >= SMALL)?;
        let (_, what) = OF.iter().find(|(of, _)| of == id)?;
        let text = format!(
            "{what} has moved since the first weeks (`{id}` {} beyond chance, {}; from {SMALL} on it \
             counts): what was measured then may not hold now",
            number::value(found.value, "number"),
            number::interval(Some(found.low), Some(found.high), "number"),
        );
        Some(reason("D04", Weight::Warning, text))
    });
    moved.collect()
}
