//! What pictures of a number are drawn from: text and answers in, the shape beside the number out.

mod world;

use trueup_evidence::summary::CalibrationBin;
use trueup_evidence::{
    Bin, Classes, DaySums, Days, Histogram, Summary, UnitBins, UnitClasses, UnitDays,
};
use trueup_verdict::report::{CriterionReport, DayShare, Shape};
use trueup_verdict::{render, schema};
use world::{When, World, classes, ranked, rate};

const THEN: When = When::Early("2026-10-15");
const NOW: When = When::Late("2026-10-15");

fn criterion(asks: &str, answers: &[(When, Summary)]) -> CriterionReport {
    let metric: &'static str = [
        "calibration_error",
        "miscalibration",
        "confidence_drift",
        "outcome_drift",
        "retention",
        "acceptance",
    ]
    .into_iter()
    .find(|metric| asks.contains(metric))
    .expect("a metric is asked for");
    let mut world = World::new(&[asks]);
    for (when, summary) in answers {
        world = world.with_when(metric, *when, summary.clone());
    }
    world.report().bets[0].criteria[0].clone()
}

fn shape(asks: &str, answers: &[(When, Summary)]) -> Shape {
    let found = criterion(asks, answers);
    found.shape.unwrap_or_else(|| panic!("{asks} has no shape: {:?}", found.text))
}

const ERROR: &str = r#"{ metric = "calibration_error", at_most = 0.1, role = "guardrail" }"#;

#[test]
fn bins_of_confidence_have_every_row_and_add_up_to_the_error() {
    // Thirty people fill two bins, and one of them a third: too sure in the upper ones.
    let bin = |bin, n: u64, confidence: f64, outcome: f64| CalibrationBin {
        bin,
        n,
        confidence: confidence * n as f64,
        outcome: outcome * n as f64,
    };
    let one = |unit: u64| {
        let extra = (unit == 3).then(|| bin(4, 5, 0.45, 0.4));
        let bins = [bin(6, 10, 0.65, 0.6), bin(9, 20, 0.95, 0.7)];
        UnitBins { unit, bins: bins.into_iter().chain(extra).collect() }
    };
    let answer = Summary::Bins((0..30).map(one).collect());
    let found = criterion(ERROR, &[(When::Always, answer)]);
    let Some(Shape::Calibration { bins }) = &found.shape else { panic!("{found:#?}") };
    let said: Vec<_> = bins.iter().map(|bin| (bin.n, bin.units, bin.low.is_some())).collect();
    assert_eq!(said, [(5, 1, false), (300, 30, true), (600, 30, true)]);
    assert_eq!(bins.iter().map(|bin| bin.n).sum::<u64>(), found.n.expect("rows are counted"));
    let gaps = bins.iter().map(|bin| (bin.confidence - bin.outcome).abs() * bin.n as f64);
    let error = gaps.sum::<f64>() / 905.0;
    assert!((error - found.estimate.expect("a value")).abs() < 1e-12, "{error} {found:#?}");
    assert!((bins[2].confidence - 0.95).abs() < 1e-12 && (bins[2].outcome - 0.7).abs() < 1e-12);
    for bin in bins.iter().filter(|bin| bin.low.is_some()) {
        assert!(bin.low.expect("low") < bin.outcome && bin.outcome < bin.high.expect("high"));
    }
}

#[test]
fn fine_bins_are_put_together_as_the_metric_says() {
    let asks = r#"{ metric = "miscalibration", at_most = 0.1, role = "guardrail" }"#;
    let found = shape(asks, &[(When::Always, ranked(40, 100, 50))]);
    let Shape::Calibration { bins } = found else { panic!("{found:?}") };
    assert_eq!(bins.len(), 10, "tenths of the rows");
    assert!(bins.iter().all(|bin| bin.n == 400 && bin.units == 40), "{bins:?}");
    assert!(bins.windows(2).all(|pair| pair[0].confidence < pair[1].confidence));
}

const DRIFT: &str = r#"{ metric = "confidence_drift", at_most = 0.1, role = "guardrail" }"#;

/// Sixty people with a row at each of these values, in that order of size.
fn at(values: &[f64]) -> Summary {
    let counts: Vec<_> = values.iter().map(|value| (Bin::of(*value), 1)).collect();
    Summary::Histograms(
        (0..60).map(|unit| Histogram { unit, units: 1, counts: counts.clone() }).collect(),
    )
}

#[test]
fn values_lie_between_edges_of_the_reference() {
    let then = at(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]);
    let now = at(&[0.05, 0.35, 0.95, 0.96, 1.3]);
    let found = shape(DRIFT, &[(THEN, then), (NOW, now)]);
    let Shape::Shift { field, measured_in, n_reference, n, bins } = found else {
        panic!("{found:?}")
    };
    assert_eq!(
        (field.as_str(), measured_in.as_str(), n_reference, n),
        ("confidence", "share", 600, 300)
    );
    assert_eq!(bins.len(), 10);
    assert!(bins.iter().all(|bin| (bin.share_reference - 0.1).abs() < 1e-12), "{bins:#?}");
    let shares: Vec<f64> = bins.iter().map(|bin| bin.share).collect();
    let expected = [0.2, 0.0, 0.0, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.6];
    assert!(
        shares.iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-12),
        "{shares:?}"
    );
    assert_eq!((bins[0].from, bins[9].to), (None, None), "nothing lies outside");
    for (pair, value) in bins.windows(2).zip([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) {
        let edge = pair[0].to.expect("it ends");
        assert_eq!(pair[1].from, Some(edge), "the next begins there");
        assert!(value < edge && edge <= value * Bin::RATIO, "{value} {edge}");
    }
}

#[test]
fn equal_values_are_one_bin_and_no_rows_no_shape() {
    let same = at(&[0.5]);
    let found = shape(DRIFT, &[(THEN, same.clone()), (NOW, same.clone())]);
    let Shape::Shift { bins, .. } = found else { panic!("{found:?}") };
    assert_eq!((bins.len(), bins[0].from, bins[0].to), (1, None, None));
    assert_eq!(criterion(DRIFT, &[(THEN, same.clone())]).shape, None, "nothing came yet");
    assert_eq!(criterion(DRIFT, &[(NOW, same)]).shape, None, "nothing was there");
}

const MIX: &str = r#"{ metric = "outcome_drift", at_most = 0.1, role = "guardrail" }"#;

#[test]
fn classes_stand_by_how_frequent_they_are_and_the_rare_ones_together() {
    let then = classes(100, &[("maybe", 1), ("no", 6), ("yes", 3)]);
    let now = classes(50, &[("new", 2), ("no", 3), ("yes", 5)]);
    let found = shape(MIX, &[(THEN, then), (NOW, now)]);
    let Shape::Mix { field, n_reference, n, classes: found } = found else { panic!("{found:?}") };
    assert_eq!((field.as_str(), n_reference, n), ("label", 1000, 500));
    let said: Vec<_> = found
        .iter()
        .map(|of| format!("{} {:.1} {:.1}", of.class, of.share_reference, of.share))
        .collect();
    assert_eq!(said, ["no 0.6 0.3", "yes 0.3 0.5", "new 0.0 0.2", "maybe 0.1 0.0"]);

    let names: Vec<String> = (0..30).map(|at| format!("c{at:02}")).collect();
    let many = |other: u64| {
        let counts: Vec<(u32, u64)> = (0..30).map(|at| (at + 1, u64::from(40 - at))).collect();
        let counts = std::iter::once((0, other)).chain(counts).filter(|(_, n)| *n > 0).collect();
        let names = std::iter::once("(other)".to_owned()).chain(names.clone()).collect();
        Summary::Classes(Classes { names, units: vec![UnitClasses { unit: 1, units: 1, counts }] })
    };
    let found = shape(MIX, &[(THEN, many(7)), (NOW, many(0))]);
    let Shape::Mix { n_reference, classes: found, .. } = found else { panic!("{found:?}") };
    assert_eq!((found.len(), n_reference), (12, 772));
    assert_eq!((found[0].class.as_str(), found[11].class.as_str()), ("c00", "(other)"));
    let rare: u64 = (11..30).map(|at| 40 - at).sum();
    assert!((found[11].share_reference - (rare + 7) as f64 / 772.0).abs() < 1e-12);
    let all =
        |of: fn(&trueup_verdict::report::ClassShare) -> f64| found.iter().map(of).sum::<f64>();
    assert!((all(|of| of.share_reference) - 1.0).abs() < 1e-12);
    assert!((all(|of| of.share) - 1.0).abs() < 1e-12);
}

/// The first day of the time-box, since 1970.
const START: i32 = 20_727;

/// People who came on the first day of the box and last so many days later.
fn stayed(durations: &[i32]) -> Summary {
    let on = |day: i32| DaySums { day: START + day, numerator: 1.0, denominator: 1.0 };
    let one = |(unit, last): (u64, &i32)| {
        let days = if *last == 0 { vec![on(0)] } else { vec![on(0), on(*last)] };
        UnitDays { unit, days }
    };
    Summary::Days(Days { sampled: 1.0, units: (0..).zip(durations).map(one).collect() })
}

const RETENTION: &str = r#"{ metric = "retention", at_least = 0.6, role = "goal" }"#;

#[test]
fn the_curve_of_who_still_comes_is_that_of_kaplan_and_meier() {
    // On day 51 who has not come since day 36 is gone; who came later counts until their last day.
    let found = criterion(RETENTION, &[(When::Always, stayed(&[0, 3, 3, 28, 40, 45, 48, 50]))]);
    let Some(Shape::Retention { after_days: 28, days }) = &found.shape else {
        panic!("{found:#?}")
    };
    let said: Vec<_> = days.iter().map(|day| (day.day, day.units)).collect();
    assert_eq!(said, [(0, 8), (1, 7), (4, 5), (28, 5), (29, 4), (50, 1)]);
    // 7/8, then 5/7 of that, then 4/5 of that: nobody is lost from sight before day 40.
    let expected = [1.0, 0.875, 0.625, 0.625, 0.5, 0.5];
    for (day, share) in days.iter().zip(expected) {
        assert!((day.share - share).abs() < 1e-12, "{day:?}");
        assert!(day.low <= day.share && day.share <= day.high, "{day:?}");
    }
    let asked = days.iter().find(|day| day.day == 28).expect("the day that is asked about");
    let number = (found.estimate, found.low, found.high);
    assert_eq!(number, (Some(asked.share), Some(asked.low), Some(asked.high)), "the same number");
}

#[test]
fn a_long_curve_keeps_to_its_size_and_its_ends() {
    let durations: Vec<i32> = (0..300).map(|unit| unit % 49).collect();
    let Shape::Retention { days, .. } = shape(RETENTION, &[(When::Always, stayed(&durations))])
    else {
        panic!("it is a curve")
    };
    assert!((20..=48).contains(&days.len()), "{}", days.len());
    let day = |of: &DayShare| of.day;
    assert_eq!((days.first().map(day), days.last().map(day)), (Some(0), Some(48)));
    assert!(days.iter().any(|of| of.day == 28), "the day that is asked about");
    assert!(
        days.windows(2).all(|pair| pair[0].day < pair[1].day && pair[0].share >= pair[1].share)
    );
}

#[test]
fn a_curve_shows_what_no_number_says_yet() {
    let world = World::new(&[RETENTION]).with("retention", stayed(&[1, 4, 18])).on("2026-10-20");
    let found = world.report().bets[0].criteria[0].clone();
    assert_eq!(found.estimate, None, "nobody has been there for four weeks");
    let Some(Shape::Retention { days, .. }) = &found.shape else { panic!("{found:#?}") };
    let said: Vec<_> = days.iter().map(|day| (day.day, day.units)).collect();
    assert_eq!(said, [(0, 3), (2, 2), (5, 1), (18, 1)]);
}

#[test]
fn only_the_json_has_shapes_and_only_where_there_are_some() {
    let world = World::new(&[ERROR]).with("calibration_error", world::calibrated(60, 0.75, 0.7));
    let report = world.report();
    let json = report.to_json();
    assert!(json.contains("\"kind\": \"calibration\"") && json.contains("\"confidence\": 0.75"));
    let mut without = report.clone();
    without.bets[0].criteria[0].shape = None;
    assert!(!without.to_json().contains("\"shape\""));
    assert_eq!(render::markdown(&report), render::markdown(&without));
    assert_eq!(render::html(&report), render::html(&without));
    let acceptance = r#"{ metric = "acceptance", at_least = 0.5, role = "goal" }"#;
    let found = criterion(acceptance, &[(When::Always, rate(60, 6.0))]);
    assert_eq!((found.estimate.is_some(), found.shape), (true, None));
    assert!(schema().contains("\"ConfidenceBin\""), "the schema follows");
}
