//! An interval against its threshold, as a small picture. The same numbers stand in the table.

use std::fmt::Write;

use super::markup::escaped;
use super::words;
use crate::report::{CriterionReport, Threshold};

const WIDTH: f64 = 220.0;
const HEIGHT: f64 = 28.0;
/// Room on each side for what lies at the very end.
const PAD: f64 = 6.0;

/// Draws a criterion; `None` without an estimate. `id` is unique on the page.
pub(super) fn chart(criterion: &CriterionReport, id: &str) -> Option<String> {
    let estimate = criterion.estimate?;
    let axis = Axis::of(criterion, estimate);
    let middle = HEIGHT / 2.0;
    let mut svg = format!(
        "<svg role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" class=\"interval {state}\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\
         <title id=\"{id}-title\">{title}</title><desc id=\"{id}-desc\">{text}</desc>",
        state = criterion.state.spoken().replace(' ', "-"),
        title = escaped(&criterion.title),
        text = escaped(&description(criterion)),
    );
    let _ = write!(svg, "{}", allowed(&axis, criterion.threshold));
    let low = criterion.low.map_or(0.0, |low| axis.x(low));
    let high = criterion.high.map_or(WIDTH, |high| axis.x(high));
    let _ = write!(
        svg,
        "<line class=\"reach\" x1=\"{low:.1}\" y1=\"{middle}\" x2=\"{high:.1}\" y2=\"{middle}\"/>\
         <circle class=\"value\" cx=\"{:.1}\" cy=\"{middle}\" r=\"4\"/></svg>",
        axis.x(estimate)
    );
    Some(svg)
}

fn description(criterion: &CriterionReport) -> String {
    format!(
        "{}: {}; asked is {}",
        criterion.state.spoken(),
        words::estimate(criterion),
        words::bound(criterion)
    )
}

/// The allowed side as an area, and a line at each threshold.
fn allowed(axis: &Axis, threshold: Threshold) -> String {
    let from = threshold.at_least.map_or(0.0, |least| axis.x(least));
    let to = threshold.at_most.map_or(WIDTH, |most| axis.x(most));
    let mut svg = format!(
        "<rect class=\"allowed\" x=\"{from:.1}\" y=\"2\" width=\"{:.1}\" height=\"{}\"/>",
        (to - from).max(0.0),
        HEIGHT - 4.0
    );
    for limit in [threshold.at_least, threshold.at_most].into_iter().flatten() {
        let x = axis.x(limit);
        let _ = write!(
            svg,
            "<line class=\"threshold\" x1=\"{x:.1}\" y1=\"0\" x2=\"{x:.1}\" y2=\"{HEIGHT}\"/>"
        );
    }
    svg
}

/// Values from left to right.
struct Axis {
    from: f64,
    to: f64,
}

impl Axis {
    /// Shares on 0 to 1, so that they can be compared; else from what is to be seen.
    fn of(criterion: &CriterionReport, estimate: f64) -> Axis {
        let Threshold { at_least, at_most } = criterion.threshold;
        let seen = [criterion.low, criterion.high, at_least, at_most, Some(estimate)];
        let seen = || seen.into_iter().flatten().filter(|value| value.is_finite());
        let (mut from, mut to) =
            (seen().fold(f64::INFINITY, f64::min), seen().fold(f64::NEG_INFINITY, f64::max));
        if criterion.measured_in == "share" {
            (from, to) = (from.min(0.0), to.max(1.0));
        }
        if to > from { Axis { from, to } } else { Axis { from: from - 1.0, to: to + 1.0 } }
    }

    fn x(&self, value: f64) -> f64 {
        let share = (value - self.from) / (self.to - self.from);
        PAD + share.clamp(0.0, 1.0) * (WIDTH - 2.0 * PAD)
    }
}
