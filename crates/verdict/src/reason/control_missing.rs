//! Controls that are declared and that nobody uses (A02).

use super::reason;
use crate::control::{DAYS, step};
use crate::facts::Facts;
use crate::number;
use crate::report::{Reason, Weight};

/// With so many decisions a control that is there would have been used in this share of them. Ours.
const USED_AT_LEAST: f64 = 0.05;

/// Decisions are recorded, so a control without a single step is not missing for want of telemetry.
pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    let controls = facts.signals.controls.iter();
    let never = controls.filter_map(|(control, found)| {
        let estimate = found.estimate.filter(|_| found.numerator <= 0.0)?;
        if estimate.high >= USED_AT_LEAST {
            return None;
        }
        let text = format!(
            "`{control}` is declared, and in {DAYS} days there were 0 `{}` steps beside {} of {} \
             (at most {} of them)",
            step(control)?,
            number::counted(found.n, "decision", "decisions"),
            number::units(found.units, "user"),
            number::value(estimate.high, "share")
        );
        Some(reason("A02", Weight::Strong, text))
    });
    never.collect()
}
