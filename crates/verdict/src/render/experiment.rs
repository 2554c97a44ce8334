//! An experiment in words: who got which arm, whether that is as planned, what each arm does.

use super::words;
use crate::number;
use crate::report::{ArmReport, ComparisonReport, ExperimentReport};

/// One line for each arm, one for the split, one for each comparison.
pub(super) fn lines(report: &ExperimentReport) -> Vec<(String, String)> {
    let all: u64 = report.arms.iter().map(|arm| arm.units).sum();
    let arms = report.arms.iter().map(|arm| (name(report, arm), who(arm, all)));
    let mut lines: Vec<(String, String)> = arms.collect();
    lines.extend(split(report).map(|split| ("split".to_owned(), split)));
    if report.unreadable.is_none() {
        lines.extend(report.comparisons.iter().map(|one| (one.metric.clone(), difference(one))));
    }
    lines
}

fn name(report: &ExperimentReport, arm: &ArmReport) -> String {
    if arm.name == report.control { format!("{} (control)", arm.name) } else { arm.name.clone() }
}

/// `602 people, 49.6 % where 50 % were planned; 20,331 interactions`.
fn who(arm: &ArmReport, all: u64) -> String {
    let share = number::value(arm.units as f64 / all.max(1) as f64, "share");
    format!(
        "{}, {share} where {} were planned; {}",
        number::units(arm.units, "user"),
        number::limit((arm.planned * 1000.0).round() / 1000.0, "share"),
        number::counted(arm.interactions, "interaction", "interactions")
    )
}

/// Whether people are split as planned; `None` where nobody can tell.
#[must_use]
pub fn split(report: &ExperimentReport) -> Option<String> {
    if let Some(why) = &report.unreadable {
        return Some(why.clone());
    }
    let found = report.sample_ratio.as_ref()?;
    Some(format!(
        "as planned, as far as can be told (p = {} at any number of looks)",
        words::p_value(found.always_valid_p)
    ))
}

/// `suggest 61.2 % against 55.0 %: 6.2 % (1.1 to 11.3 %) more, a tenth up; p = .004`.
pub(super) fn difference(one: &ComparisonReport) -> String {
    let unit = &one.measured_in;
    let value = |value: Option<f64>| {
        value.map_or_else(|| "unknown".to_owned(), |value| number::value(value, unit))
    };
    let mut parts = vec![format!(
        "{} {} against {}: difference {} ({})",
        one.arm,
        value(one.value),
        value(one.control),
        value(one.difference),
        number::interval(one.low, one.high, unit)
    )];
    if let Some(relative) = one.relative {
        let interval = number::interval(relative.low, relative.high, "share");
        parts.push(format!(
            "that is {} ({interval}) of control",
            number::value(relative.value, "share")
        ));
    }
    parts.extend(one.p_value.map(|p| format!("p = {} over all looks", words::p_value(p))));
    parts.extend(one.explained.map(|explained| {
        format!("what people did before explains {} of it", number::value(explained, "share"))
    }));
    parts.push(words::verdict_of(one).to_owned());
    parts.join("; ")
}
