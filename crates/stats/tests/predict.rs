//! Chances at a later look against the formula worked out by hand, and what holds for any estimate.

use proptest::prelude::*;
use trueup_stats::predict::{chance_met, chance_refuted, units_to_decide};
use trueup_stats::{Estimate, Method};

/// 100 units, a standard error of .05, an interval of .1 below and .2 above.
fn estimate() -> Estimate {
    let method = Method { name: "any", source: "none" };
    Estimate { value: 0.6, low: 0.5, high: 0.8, standard_error: Some(0.05), units: 100, method }
}

fn check(found: Option<f64>, expected: Option<f64>) {
    match (found, expected) {
        (Some(found), Some(expected)) => {
            assert!((found - expected).abs() < 1e-9, "{found}, expected {expected}");
        }
        other => assert!(other == (None, None), "{other:?}"),
    }
}

/// `oracles/predict.py`
#[test]
fn chances_at_four_times_the_units() {
    let cases: Vec<serde_json::Value> = serde_json::from_str(include_str!("golden/predict.json"))
        .expect("a golden file is a list of cases");
    for case in cases {
        let (at_least, at_most) = (case["at_least"].as_f64(), case["at_most"].as_f64());
        check(chance_met(&estimate(), at_least, at_most, 400.0), case["met"].as_f64());
        check(chance_refuted(&estimate(), at_least, at_most, 400.0), case["refuted"].as_f64());
    }
}

#[test]
fn without_more_units_what_holds_now_holds() {
    for (at_least, at_most, met, refuted) in [
        (Some(0.5), None, 1.0, 0.0),
        (Some(0.51), None, 0.0, 0.0),
        (Some(0.81), None, 0.0, 1.0),
        (None, Some(0.8), 1.0, 0.0),
        (None, Some(0.4), 0.0, 1.0),
        (Some(0.5), Some(0.8), 1.0, 0.0),
        (Some(0.1), Some(0.2), 0.0, 1.0),
    ] {
        for units_then in [0.0, 50.0, 100.0] {
            check(chance_met(&estimate(), at_least, at_most, units_then), Some(met));
            check(chance_refuted(&estimate(), at_least, at_most, units_then), Some(refuted));
        }
    }
}

#[test]
fn what_cannot_be_said_is_not_said() {
    check(chance_met(&estimate(), None, None, 400.0), None);
    check(chance_refuted(&estimate(), None, None, 400.0), None);
    let count = Estimate::count(3.0, 100);
    check(chance_met(&count, Some(2.0), None, 400.0), None);
    check(chance_met(&count, Some(2.0), None, 100.0), Some(1.0));
    let open = Estimate { high: f64::INFINITY, ..estimate() };
    check(chance_met(&open, None, Some(0.9), 400.0), None);
    check(chance_refuted(&open, Some(0.9), None, 400.0), None);
    check(chance_met(&open, None, Some(0.9), 100.0), Some(0.0));
    check(units_to_decide(&open, None, Some(0.9)), None);
    let exact = Estimate { low: 0.6, high: 0.6, standard_error: Some(0.0), ..estimate() };
    check(chance_met(&exact, Some(0.6), None, 400.0), Some(1.0));
    check(chance_refuted(&exact, Some(0.7), None, 400.0), Some(1.0));
}

#[test]
fn units_to_decide_follow_the_distance() {
    for (at_least, at_most, expected) in [
        // .1 of reach, .05 of distance: four times the units.
        (Some(0.55), None, Some(400.0)),
        // Refuted from below: .2 of reach, .1 of distance.
        (Some(0.7), None, Some(400.0)),
        (None, Some(0.7), Some(400.0)),
        (None, Some(0.55), Some(400.0)),
        // Inside both: the harder one.
        (Some(0.5), Some(0.65), Some(1600.0)),
        (Some(0.1), Some(0.55), Some(400.0)),
        (Some(0.2), None, Some(6.25)),
        (Some(0.6), None, None),
        (None, None, None),
    ] {
        check(units_to_decide(&estimate(), at_least, at_most), expected);
    }
}

proptest! {
    #[test]
    fn chances_are_chances(
        value in -5.0..5.0_f64, below in 0.0..2.0_f64, above in 0.0..2.0_f64, error in 0.0..1.0_f64,
        at_least in proptest::option::of(-5.0..5.0_f64), room in proptest::option::of(0.0..5.0_f64),
        units in 0..1000_usize, units_then in 0.0..1e5_f64,
    ) {
        let (low, high) = (value - below, value + above);
        let now = Estimate { value, low, high, standard_error: Some(error), units, ..estimate() };
        let at_most = room.map(|room| at_least.unwrap_or(0.0) + room);
        let met = chance_met(&now, at_least, at_most, units_then);
        let refuted = chance_refuted(&now, at_least, at_most, units_then);
        prop_assert_eq!(met.is_some(), at_least.is_some() || at_most.is_some());
        let (met, refuted) = (met.unwrap_or(0.0), refuted.unwrap_or(0.0));
        prop_assert!((0.0..=1.0).contains(&met) && (0.0..=1.0).contains(&refuted));
        prop_assert!(met + refuted <= 1.0 + 1e-9);
    }
}
