//! Comparisons of two arms against independent oracles (`oracles/comparison.py` computed
//! `golden/comparison.json`), and what holds for any numbers.

#[expect(dead_code, reason = "the benchmark uses all of it")]
#[path = "../benches/grid/peers.rs"]
mod peers;

use peers::Moments;
use proptest::prelude::*;
use serde_json::Value;
use trueup_stats::{Estimate, Looks, cuped, difference, experiment, mean, ratio};

const ALPHA: f64 = 0.05;
const ONE_LOOK: Looks = Looks { alpha: ALPHA, planned: 1 };
const LOOKS: Looks = Looks { alpha: ALPHA, planned: 90 };
const SHARE: (f64, f64) = (0.0, 1.0);
const EVERYWHERE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

fn golden(name: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("golden/comparison.json")).expect("JSON");
    all[name].as_array().expect("the oracle writes a list").clone()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a golden number is a number")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a golden list is a list").iter().map(number).collect()
}

fn pairs(value: &Value) -> Vec<(f64, f64)> {
    let list = value.as_array().expect("a golden list is a list");
    list.iter().map(|pair| (number(&pair[0]), number(&pair[1]))).collect()
}

fn check(what: &str, found: f64, expected: f64) {
    let close = (found - expected).abs() <= 1e-11 * expected.abs().max(1.0);
    assert!(close, "{what}: {found}, the oracle says {expected}");
}

fn check_ends(what: &str, found: (f64, f64), expected: &Value) {
    check(what, found.0, number(&expected[0]));
    check(what, found.1, number(&expected[1]));
}

fn ones(values: &[f64]) -> Vec<(f64, f64)> {
    values.iter().map(|value| (*value, 1.0)).collect()
}

fn check_arms(case: &Value, treatment: &[(f64, f64)], control: &[(f64, f64)]) {
    let found = difference::ratios(treatment, control, EVERYWHERE, ONE_LOOK).expect("units");
    check("difference", found.value, number(&case["difference"]));
    check("error", found.standard_error.expect("units"), number(&case["error"]));
    let one = |arm| ratio::linearised(arm, (0.0, f64::INFINITY), ONE_LOOK).expect("units");
    let found = difference::uplift(&one(treatment), &one(control)).expect("control is above 0");
    check("uplift", found.value, number(&case["uplift"]));
    check("its error", found.standard_error.expect("units"), number(&case["relative_error"]));
}

#[test]
fn differences_of_ratios_and_means() {
    for case in golden("ratios") {
        check_arms(&case, &pairs(&case["treatment"]), &pairs(&case["control"]));
    }
    for case in golden("means") {
        let [treatment, control] = ["treatment", "control"].map(|arm| ones(&numbers(&case[arm])));
        check_arms(&case, &treatment, &control);
    }
}

#[test]
fn adjusted_outcomes() {
    for case in golden("adjusted") {
        let [treatment, control] = ["treatment", "control"].map(|arm| {
            pairs(&case[arm]).iter().map(|pair| (pair.0, Some(pair.1))).collect::<Vec<_>>()
        });
        let found = cuped::adjust(&[&treatment, &control]).expect("the numbers are finite");
        check("theta", found.theta, number(&case["theta"]));
        assert!(found.variance_reduction > 0.5, "{}", found.variance_reduction);
        let arms = [ones(&found.arms[0]), ones(&found.arms[1])];
        let found =
            difference::ratios(&arms[0], &arms[1], EVERYWHERE, ONE_LOOK).expect("there are units");
        check("difference", found.value, number(&case["difference"]));
        check("error", found.standard_error.expect("units"), number(&case["error"]));
    }
}

fn estimate(ends: &Value) -> Estimate {
    let ends = numbers(ends);
    Estimate { low: ends[1], high: ends[2], ..Estimate::count(ends[0], 10) }
}

#[test]
fn squared_and_added_distances() {
    for case in golden("squared_and_added") {
        let (treatment, control) = (estimate(&case["treatment"]), estimate(&case["control"]));
        let found = difference::of(&treatment, &control);
        check("low", found.low, number(&case["low"]));
        check("high", found.high, number(&case["high"]));
        let found = difference::uplift(&treatment, &control).expect("control is above 0");
        check("low uplift", found.low, number(&case["uplift_low"]));
        check("high uplift", found.high, number(&case["uplift_high"]));
    }
}

#[test]
fn splits_of_people() {
    for case in golden("splits") {
        let people = case["counts"].as_array().expect("a list").iter();
        let people = people.map(|count| count.as_u64().expect("a count"));
        let counts: Vec<(u64, f64)> = people.zip(numbers(&case["weights"])).collect();
        let found = experiment::sample_ratio(&counts).expect("there are people");
        check("p", found.p_value, number(&case["p"]));
        let relative = found.e_value / number(&case["e"]) - 1.0;
        assert!(relative.abs() < 1e-9, "e {} {}", found.e_value, case["e"]);
    }
}

#[test]
fn sequences_of_experiment_platforms() {
    for case in golden("sequences") {
        let arms = ["treatment", "control"].map(|arm| Moments::of(numbers(&case[arm])));
        let found = peers::difference(arms, ALPHA, peers::asymptotic);
        assert!((found.0 - number(&case["interval"][0])).abs() < 1e-9);
        assert!((found.1 - number(&case["interval"][1])).abs() < 1e-9);
        let [difference, error, expected] =
            ["difference", "error", "expected"].map(|name| number(&case[name]));
        check("p", experiment::mixture_p(difference, error, expected), number(&case["p"]));
    }
}

#[test]
fn peers_of_the_grid() {
    for case in golden("shares") {
        let (hits, n) = (number(&case["hits"]), number(&case["n"]));
        let moments = Moments { n, sum: hits, squares: hits };
        check_ends("wilson", peers::wilson(moments, ALPHA), &case["wilson"]);
        let found = peers::empirical_bernstein(&numbers(&case["values"]), ALPHA);
        check_ends("empirical Bernstein", found, &case["empirical_bernstein"]);
        let found = peers::beta_binomial(moments, ALPHA);
        let expected = pairs(&Value::Array(vec![case["beta_binomial"].clone()]))[0];
        assert!((found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-9);
    }
}

fn shares(units: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    let share = prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0_f64];
    prop::collection::vec(share, units)
}

fn amounts() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((0.0..1e3_f64, 1.0..50.0_f64), 2..40)
}

fn check_mirrored(one: &Estimate, other: &Estimate) {
    let same = |a: f64, b: f64| a.to_bits() == (-b).to_bits() || (a + b).abs() < 1e-9;
    assert!(same(one.value, other.value), "{one:?} {other:?}");
    assert!(same(one.low, other.high) && same(one.high, other.low), "{one:?} {other:?}");
}

proptest! {
    #[test]
    fn swapped_arms_mirror_each_other(one in shares(1..50), other in shares(1..50)) {
        let there = difference::means(&one, &other, SHARE, LOOKS).expect("there are values");
        let back = difference::means(&other, &one, SHARE, LOOKS).expect("there are values");
        check_mirrored(&there, &back);
    }

    #[test]
    fn swapped_ratios_mirror_each_other(one in amounts(), other in amounts()) {
        let range = (0.0, f64::INFINITY);
        let there = difference::ratios(&one, &other, range, LOOKS).expect("there are units");
        let back = difference::ratios(&other, &one, range, LOOKS).expect("there are units");
        check_mirrored(&there, &back);
    }

    #[test]
    fn differences_are_sound(one in shares(1..60), other in shares(1..60), alpha in 1e-9..1.0_f64) {
        let looks = Looks { alpha, planned: 7 };
        let found = difference::means(&one, &other, SHARE, looks).expect("there are values");
        prop_assert!(-1.0 <= found.low && found.low <= found.value);
        prop_assert!(found.value <= found.high && found.high <= 1.0);
    }

    /// The ends move outwards for every smaller alpha, not only for much smaller ones.
    #[test]
    fn intervals_are_nested(one in shares(1..80), other in shares(1..80), a in 1e-9..1.0_f64, b in 1e-9..1.0_f64) {
        let at = |alpha: f64| Looks { alpha, planned: 1 };
        let (wide, narrow) = (at(a.min(b)), at(a.max(b)));
        let outer = mean::bounded(&one, SHARE, wide).expect("there are values");
        let inner = mean::bounded(&one, SHARE, narrow).expect("there are values");
        prop_assert!(outer.low <= inner.low + 1e-9 && outer.high >= inner.high - 1e-9);
        let outer = difference::means(&one, &other, SHARE, wide).expect("there are values");
        let inner = difference::means(&one, &other, SHARE, narrow).expect("there are values");
        prop_assert!(outer.low <= inner.low + 1e-9 && outer.high >= inner.high - 1e-9);
    }

    /// A p value is below alpha just where the interval at alpha shuts the null out.
    #[test]
    fn p_values_agree_with_intervals(values in shares(5..80), null in 0.0..1.0_f64) {
        let p = experiment::p_value(|looks| mean::bounded(&values, SHARE, looks), null, LOOKS);
        let found = mean::bounded(&values, SHARE, LOOKS).expect("there are values");
        let outside = null < found.low || null > found.high;
        prop_assert!(if outside { p <= ALPHA * 1.02 } else { p >= ALPHA * 0.98 }, "{p} {found:?}");
    }

    #[test]
    fn the_order_of_arms_does_not_matter_to_the_split(
        mut arms in prop::collection::vec((0..5000_u64, 0.1..3.0_f64), 2..6)
    ) {
        let found = experiment::sample_ratio(&arms);
        arms.reverse();
        match (found, experiment::sample_ratio(&arms)) {
            (Some(one), Some(other)) => {
                prop_assert!((one.p_value - other.p_value).abs() < 1e-9);
                prop_assert!((one.e_value / other.e_value - 1.0).abs() < 1e-6 || one.e_value.is_infinite());
            }
            (one, other) => prop_assert_eq!(one, other),
        }
    }
}
