//! What a number is made of, from the same answers as the number.

use std::collections::BTreeMap;

use trueup_evidence::summary::Histogram;
use trueup_evidence::{Bin, Classes, Days, Field, Summary, Tally};
use trueup_roadmap::Metric;
use trueup_roadmap::metric::{Distribution, Measure};
use trueup_stats::survival::Curve;
use trueup_stats::{Looks, calibration, drift};

use super::{Setting, is_finite, judged, moved, whole};
use crate::report::{ClassShare, ConfidenceBin, DayShare, Shape, ValueBin};

/// More classes are not told apart.
const CLASSES: usize = 12;

/// What the store calls what it does not tell apart, and we too.
const OTHER: &str = "(other)";

/// More days of a curve cannot be told apart on a picture.
const DAYS: usize = 48;

/// `None` for a measure that has no shape of its own, and where there is nothing to draw.
pub(crate) fn shape(
    metric: &Metric,
    answers: &[&Summary],
    setting: Setting,
    currency: &str,
) -> Option<Shape> {
    if !answers.iter().all(|summary| is_finite(summary)) {
        return None;
    }
    match (&metric.measure, answers) {
        (Measure::CalibrationError { .. }, [Summary::Bins(units)]) => {
            calibrated(&judged::bins(units).0, setting.looks)
        }
        (Measure::Miscalibration { bins, .. }, [Summary::Bins(units)]) => {
            let coarse = calibration::of_equal_mass(&judged::bins(units).0, *bins)?;
            calibrated(&coarse, setting.looks)
        }
        (
            Measure::Drift { of: Distribution::Numbers(tally), .. },
            [Summary::Histograms(then), Summary::Histograms(now)],
        ) => shifted(tally, currency, (then, now)),
        (
            Measure::Drift { of: Distribution::Classes(_, by), .. },
            [Summary::Classes(then), Summary::Classes(now)],
        ) => mixed(by, then, now),
        (Measure::Retention { after_days, gap_days, .. }, [Summary::Days(days)]) => {
            retained(days, (*after_days, *gap_days), setting)
        }
        _ => None,
    }
}

fn calibrated(units: &[Vec<calibration::Bin>], looks: Looks) -> Option<Shape> {
    let bin = |point: calibration::Point| ConfidenceBin {
        n: point.n,
        units: point.units as u64,
        confidence: point.confidence,
        outcome: point.outcome,
        low: point.interval.map(|interval| interval.low),
        high: point.interval.map(|interval| interval.high),
    };
    let bins: Vec<_> = calibration::diagram(units, looks).into_iter().map(bin).collect();
    (!bins.is_empty()).then_some(Shape::Calibration { bins })
}

fn shifted(
    tally: &Tally,
    currency: &str,
    (then, now): (&[Histogram], &[Histogram]),
) -> Option<Shape> {
    let counts = |side| -> Vec<drift::Counts> {
        moved::numbers(side).into_iter().map(|(_, counts)| counts).collect()
    };
    let both = drift::of_equal_mass(&counts(then), &counts(now), moved::BINS)?;
    let rows = |of: fn(&drift::Both) -> u64| both.iter().map(of).sum::<u64>();
    let (n_reference, n) = (rows(|both| both.reference), rows(|both| both.current));
    let (edges, last) = (both.iter().map(|both| Bin::upper(both.last)), both.len() - 1);
    let edges: Vec<f64> = edges.take(last).collect();
    let bin = |(at, both): (usize, &drift::Both)| ValueBin {
        from: at.checked_sub(1).map(|before| edges[before]),
        to: edges.get(at).copied(),
        share_reference: share(both.reference, n_reference),
        share: share(both.current, n),
    };
    let field = tally.sum?;
    (n > 0).then(|| Shape::Shift {
        field: field.name.to_owned(),
        measured_in: unit(field, currency),
        n_reference,
        n,
        bins: both.iter().enumerate().map(bin).collect(),
    })
}

fn share(rows: u64, of: u64) -> f64 {
    rows as f64 / of as f64
}

/// What the values of a field are measured in.
fn unit(field: &Field, currency: &str) -> String {
    let unit = match field.name {
        "cost" => currency,
        "cost_reported" => "USD",
        "confidence" => "share",
        name if name.starts_with("edit_share") => "share",
        name if name.starts_with("tokens") => "tokens",
        name if name.ends_with("_ms") => "ms",
        _ => "number",
    };
    unit.to_owned()
}

/// Rows of the reference and of now.
type Both = (u64, u64);

fn mixed(by: &Field, then: &Classes, now: &Classes) -> Option<Shape> {
    let mut rows: BTreeMap<&str, Both> = BTreeMap::new();
    for (name, n) in of_names(then) {
        rows.entry(name).or_default().0 += n;
    }
    for (name, n) in of_names(now) {
        rows.entry(name).or_default().1 += n;
    }
    let sum = |of: fn(&Both) -> u64| rows.values().map(of).sum::<u64>();
    let (n_reference, n) = (sum(|both| both.0), sum(|both| both.1));
    if n_reference == 0 || n == 0 {
        return None;
    }
    let class = |name: &str, both: Both| ClassShare {
        class: name.to_owned(),
        share_reference: share(both.0, n_reference),
        share: share(both.1, n),
    };
    let classes = most_frequent(rows, (n_reference, n));
    Some(Shape::Mix {
        field: by.name.to_owned(),
        n_reference,
        n,
        classes: classes.into_iter().map(|(name, both)| class(name, both)).collect(),
    })
}

/// Every count of a class with its name.
fn of_names(classes: &Classes) -> impl Iterator<Item = (&str, u64)> {
    let counts = classes.units.iter().flat_map(|unit| &unit.counts);
    counts.map(|(at, n)| (classes.names[*at as usize].as_str(), *n))
}

/// The most frequent on both sides together, and then all others as one.
fn most_frequent(mut rows: BTreeMap<&str, Both>, (then, now): Both) -> Vec<(&str, Both)> {
    let mut other = rows.remove(OTHER).unwrap_or_default();
    let mut classes: Vec<(&str, Both)> = rows.into_iter().collect();
    let frequency = |both: &Both| share(both.0, then) + share(both.1, now);
    classes.sort_by(|(_, one), (_, two)| frequency(two).total_cmp(&frequency(one)));
    let shown = if other == (0, 0) && classes.len() <= CLASSES { CLASSES } else { CLASSES - 1 };
    for (_, rare) in classes.drain(shown.min(classes.len())..) {
        other = (other.0 + rare.0, other.1 + rare.1);
    }
    if other != (0, 0) {
        classes.push((OTHER, other));
    }
    classes
}

/// Who came on the very day still comes: each point is the curve just before its day, as the number is.
fn retained(days: &Days, (after_days, gap_days): (u32, u32), setting: Setting) -> Option<Shape> {
    let curve = Curve::of(&moved::spans(days, gap_days, setting))?;
    let point = |day: u32| {
        let just_before = f64::from(day) - 0.5;
        let found = curve.survival(just_before, setting.looks)?;
        let units = curve.at_risk(just_before) as u64;
        Some(DayShare { day, share: found.value, low: found.low, high: found.high, units })
    };
    let days = days_to_draw(&curve, after_days).into_iter().filter_map(point).collect();
    Some(Shape::Retention { after_days, days })
}

/// The first day, those on which the share has fallen, the one that is asked about, and the last; of very
/// many every so many.
fn days_to_draw(curve: &Curve, after_days: u32) -> Vec<u32> {
    let fallen = curve.steps().iter().map(|step| step.time + 1.0);
    let ends = [0.0, f64::from(after_days), curve.longest()];
    let day = |time: f64| u32::try_from(whole(time)).unwrap_or(u32::MAX);
    let mut days: Vec<u32> = fallen.chain(ends).map(day).collect();
    days.sort_unstable();
    days.dedup();
    let every = days.len().div_ceil(DAYS - 2);
    let last = days.len() - 1;
    let is_kept =
        |(at, day): &(usize, u32)| at.is_multiple_of(every) || *at == last || *day == after_days;
    days.into_iter().enumerate().filter(is_kept).map(|(_, day)| day).collect()
}
