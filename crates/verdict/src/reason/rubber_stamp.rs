//! Approval that nobody thinks about (A03).
//!
//! High approval alone cannot tell a good model from nobody looking, so it needs a second sign: looks
//! that are short, halved or too short to read the text, or planted errors that slip through.

use super::{RUBBER_STAMP, reason};
use crate::estimate::{Measurement, whole};
use crate::facts::Facts;
use crate::number;
use crate::report::{Reason, Weight};

/// A look that falls to this part of what it was is a second sign.
const HALF: f64 = 0.5;
const MS_PER_SECOND: f64 = 1000.0;

pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    let limits = Limits::of(facts);
    let looks_away = looks_away(facts, &limits) || does_not_read(facts, &limits);
    if approves_too_much(facts, &limits) && (looks_away || lets_slip(facts, &limits)) {
        return vec![reason(RUBBER_STAMP, Weight::Strong, text(facts))];
    }
    Vec::new()
}

/// The bet's own limits, policy's where it names none.
struct Limits {
    approve_at_most: f64,
    dwell_at_least_ms: f64,
    catch_at_least: f64,
    units_at_least: u64,
}

impl Limits {
    fn of(facts: &Facts) -> Limits {
        let (policy, mode) = (&facts.ground.roadmap.policy, facts.bet().mode.as_ref());
        let own = |limit: Option<Option<f64>>, policy| limit.flatten().unwrap_or(policy);
        let dwell_s = own(mode.map(|mode| mode.drift.dwell_at_least_s), policy.dwell_at_least_s);
        Limits {
            approve_at_most: own(
                mode.map(|mode| mode.drift.approve_at_most),
                policy.approve_at_most,
            ),
            dwell_at_least_ms: dwell_s * MS_PER_SECOND,
            catch_at_least: own(mode.map(|mode| mode.drift.catch_at_least), policy.catch_at_least),
            units_at_least: u64::from(policy.units_at_least),
        }
    }
}

/// The interval lies above the cap, or the estimate does and enough people stand behind it.
fn approves_too_much(facts: &Facts, limits: &Limits) -> bool {
    facts.signals.acceptance.is_some_and(|found| {
        let enough = found.units >= limits.units_at_least;
        found.estimate.is_some_and(|approval| {
            let reach = if enough { approval.value } else { approval.low };
            reach > limits.approve_at_most
        })
    })
}

/// The median look of late is too short, or half of what it was at first.
fn looks_away(facts: &Facts, limits: &Limits) -> bool {
    let median = |found: Option<Measurement>| {
        found.filter(|found| found.units >= limits.units_at_least)?.estimate
    };
    let (first, last) = facts.signals.look_thirds;
    median(last).is_some_and(|last| {
        let halved = median(first).is_some_and(|first| last.value <= first.value * HALF);
        last.value < limits.dwell_at_least_ms || halved
    })
}

/// The median look of late is shorter than half of what reading the text takes: skimming is faster than
/// reading, but hardly twice as fast. People who are shown to catch what is planted have read enough.
fn does_not_read(facts: &Facts, limits: &Limits) -> bool {
    let caught = facts.signals.catch_rate.and_then(|found| found.estimate);
    if caught.is_some_and(|caught| caught.low >= limits.catch_at_least) {
        return false;
    }
    let last = facts.signals.look_thirds.1.filter(|last| last.units >= limits.units_at_least);
    let last = last.and_then(|last| last.estimate);
    last.zip(facts.signals.reading_ms).is_some_and(|(last, reading)| last.value < reading * HALF)
}

/// Even the upper end of the catch rate is under the floor.
fn lets_slip(facts: &Facts, limits: &Limits) -> bool {
    let caught = facts.signals.catch_rate.and_then(|found| found.estimate);
    caught.is_some_and(|caught| caught.high < limits.catch_at_least)
}

/// `approves 98.6 %, overrides 0.4 %, median look 3 s (9 s at first), where reading takes 57 s, caught 2 of
/// 19 planted errors`.
fn text(facts: &Facts) -> String {
    let signals = &facts.signals;
    let value = |found: Option<Measurement>| Some(found?.estimate?.value);
    let approval = value(signals.acceptance)
        .map(|approval| format!("approves {}", number::value(approval, "share")));
    let (first, last) = signals.look_thirds;
    let look = value(last).map(|last| {
        let before = value(first).map_or_else(String::new, |first| {
            format!(" ({} at first)", number::value(first, "ms"))
        });
        let reading = signals.reading_ms.map_or_else(String::new, |reading| {
            format!(", where reading takes {}", number::value(reading, "ms"))
        });
        format!("median look {}{before}{reading}", number::value(last, "ms"))
    });
    let overrides = value(signals.override_rate)
        .map(|overrides| format!("overrides {}", number::value(overrides, "share")));
    let caught = signals.catch_rate.map(|found| {
        let caught = number::count(whole(found.numerator));
        format!(
            "caught {caught} of {}",
            number::counted(found.n, "planted error", "planted errors")
        )
    });
    [approval, overrides, look, caught].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
