//! What time says: drift of a distribution, who still comes, and what wears off.

use trueup_evidence::summary::Histogram;
use trueup_evidence::{Classes, Days, Summary, UnitDays};
use trueup_roadmap::metric::{DriftStatistic, Measure};
use trueup_stats::{Looks, drift, novelty, survival};

use super::{Found, Setting, of_rows};
use crate::number;

/// Bins of equal mass in the reference: deciles.
pub(super) const BINS: usize = 10;

/// `None` for any other measure.
pub(super) fn estimate(measure: &Measure, answers: &[&Summary], setting: Setting) -> Option<Found> {
    Some(match (measure, answers) {
        (Measure::Drift { statistic, .. }, [then, now]) => {
            drifted(then, now, *statistic, setting.looks)?
        }
        (Measure::Retention { after_days, gap_days, .. }, [Summary::Days(days)]) => {
            retention(days, *after_days, *gap_days, setting)
        }
        (Measure::Novelty { burn_in_days, .. }, [Summary::Days(days)]) => {
            change_a_day(days, *burn_in_days, setting.looks)
        }
        _ => return None,
    })
}

/// `None` if the two answers do not fit each other.
fn drifted(
    then: &Summary,
    now: &Summary,
    statistic: DriftStatistic,
    looks: Looks,
) -> Option<Found> {
    let (then, now, ordered) = match (then, now) {
        (Summary::Histograms(then), Summary::Histograms(now)) => {
            (numbers(then), numbers(now), true)
        }
        (Summary::Classes(then), Summary::Classes(now)) => {
            let (then, now) = classes(then, now);
            (then, now, false)
        }
        _ => return None,
    };
    let rows = |side: &[(u64, drift::Counts)]| {
        side.iter().flat_map(|(_, counts)| counts).map(|(_, n)| n).sum::<u64>()
    };
    let units = |side: &[(u64, drift::Counts)]| side.iter().map(|(units, _)| units).sum::<u64>();
    if rows(&then) == 0 || rows(&now) == 0 {
        return Some(Found::Nothing);
    }
    if statistic == DriftStatistic::KolmogorovSmirnov && !ordered {
        let why =
            "classes have no order, so there is no Kolmogorov-Smirnov distance; use `psi` or `js`";
        return Some(Found::Unusable(why.to_owned()));
    }
    let counts = |side: &[(u64, drift::Counts)]| -> Vec<drift::Counts> {
        side.iter().map(|(_, counts)| counts.clone()).collect()
    };
    let (before, after) = (counts(&then), counts(&now));
    let found = if ordered {
        drift::numbers(&before, &after, BINS, looks)
    } else {
        drift::classes(&before, &after, looks)
    };
    let remark = found.as_ref().map(|found| seen(found, rows(&then)));
    let estimate = match statistic {
        DriftStatistic::Psi => found.map(|found| found.above_chance),
        DriftStatistic::JensenShannon => {
            drift::jensen_shannon(&before, &after, ordered.then_some(BINS), looks)
        }
        DriftStatistic::KolmogorovSmirnov => drift::kolmogorov_smirnov(&before, &after, looks),
    };
    Some(of_rows(rows(&now), units(&now), estimate).with_remark(remark))
}

fn seen(found: &drift::Drift, reference: u64) -> String {
    let before = number::counted(reference, "row", "rows");
    let mut parts = vec![format!("PSI {:.4} as seen, against {before} before", found.psi)];
    parts.extend(found.by_chance.map(|chance| format!("chance alone gives about {chance:.4}")));
    parts.extend(found.kolmogorov_smirnov.map(|distance| format!("KS {distance:.4}")));
    let alarm =
        if found.alarm { "this is more than chance and more than small" } else { "no alarm" };
    parts.push(alarm.to_owned());
    parts.join("; ")
}

/// Units that were put together, and their counts by bin, in the order of units.
pub(super) fn numbers(histograms: &[Histogram]) -> Vec<(u64, drift::Counts)> {
    let mut sorted: Vec<&Histogram> = histograms.iter().collect();
    sorted.sort_by_key(|unit| unit.unit);
    sorted.iter().map(|unit| (unit.units, unit.counts.clone())).collect()
}

type Side = Vec<(u64, drift::Counts)>;

/// Both sides with the same number for the same class.
fn classes(then: &Classes, now: &Classes) -> (Side, Side) {
    let mut names: Vec<&String> = then.names.iter().chain(&now.names).collect();
    names.sort_unstable();
    names.dedup();
    let side = |classes: &Classes| {
        let place = |at: u32| {
            let name = &classes.names[at as usize];
            let place = names.binary_search(&name).expect("both sides' names are in the list");
            i32::try_from(place).expect("classes are few")
        };
        let mut units: Vec<_> = classes.units.iter().collect();
        units.sort_by_key(|unit| unit.unit);
        units
            .iter()
            .map(|unit| (unit.units, unit.counts.iter().map(|(at, n)| (place(*at), *n)).collect()))
            .collect()
    };
    (side(then), side(now))
}

/// Kaplan-Meier from each unit's first day to its last.
fn retention(days: &Days, after: u32, gap: u32, setting: Setting) -> Found {
    let units = spans(days, gap, setting);
    let rows = days
        .units
        .iter()
        .flat_map(|unit| &unit.days)
        .map(|day| super::whole(day.denominator))
        .sum();
    let curve = survival::Curve::of(&units);
    // Who came on the very day still comes: the curve just before it.
    let just_before = f64::from(after) - 0.5;
    let estimate = curve.as_ref().and_then(|curve| curve.survival(just_before, setting.looks));
    let gone = units.iter().flatten().filter(|span| span.event).count();
    let remark = format!("{} of {} are gone so far{}", gone, units.len(), sampled(days));
    if estimate.is_none() && !units.is_empty() {
        let why = format!("nobody has been there for {after} days yet");
        return Found::Unusable(why);
    }
    of_rows(rows, units.len() as u64, estimate).with_remark(Some(remark))
}

/// How long each unit came; who has not come for the gap is gone, the others are only known to have been
/// there until their last day.
pub(super) fn spans(days: &Days, gap: u32, setting: Setting) -> Vec<Vec<survival::Span>> {
    let last_known = f64::from(setting.until_day) - f64::from(gap);
    let span = |unit: &UnitDays| {
        let (first, last) = (unit.days.first()?.day, unit.days.last()?.day);
        let event = f64::from(last) < last_known;
        Some(vec![survival::Span { duration: f64::from(last - first), event }])
    };
    in_order(days).into_iter().filter_map(span).collect()
}

fn change_a_day(days: &Days, burn_in: u32, looks: Looks) -> Found {
    let of_unit = |unit: &UnitDays| -> Vec<(f64, f64, f64)> {
        let used: Vec<_> = unit.days.iter().filter(|day| day.denominator > 0.0).collect();
        let Some(first) = used.first().map(|day| day.day) else { return Vec::new() };
        let since = |day: i32| f64::from(day - first);
        used.iter()
            .map(|day| (since(day.day), day.numerator / day.denominator, day.denominator))
            .collect()
    };
    let units: Vec<Vec<(f64, f64, f64)>> = in_order(days).into_iter().map(of_unit).collect();
    let rows = units.iter().flatten().map(|(_, _, weight)| super::whole(*weight)).sum();
    let estimate = novelty::slope_after(&units, f64::from(burn_in), looks);
    let counted = estimate.as_ref().map_or(0, |estimate| estimate.units as u64);
    let remark = format!("from people with two days or more{}", sampled(days));
    of_rows(rows, counted, estimate).with_remark(Some(remark))
}

fn in_order(days: &Days) -> Vec<&UnitDays> {
    let mut units: Vec<&UnitDays> = days.units.iter().collect();
    units.sort_by_key(|unit| unit.unit);
    units
}

fn sampled(days: &Days) -> String {
    if days.sampled >= 1.0 {
        return String::new();
    }
    format!("; from {} of all people, chosen at random", number::value(days.sampled, "share"))
}
