//! Numbers against independent oracles: `oracles/*.py` computed `golden/*.json`.

use serde_json::Value;
use trueup_stats::calibration::{self, Bin};
use trueup_stats::{Estimate, Looks, concentration, mean, quantile, ratio};

const EVERYWHERE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

fn cases(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a golden file is a list of cases")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a golden number is a number")
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a golden list is a list")
}

fn index(value: &Value) -> i32 {
    value.as_i64().and_then(|index| i32::try_from(index).ok()).expect("a golden bin fits")
}

fn looks(case: &Value) -> Looks {
    Looks { alpha: number(&case["alpha"]), planned: 1 }
}

fn check(case: &Value, what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance * expected.abs().max(1.0),
        "{} {what}: {found}, the oracle says {expected}",
        case["name"]
    );
}

/// `oracles/mean.py`
#[test]
fn betting_intervals() {
    for case in cases(include_str!("golden/mean.json")) {
        let values = numbers(&case["values"]);
        let found = mean::bounded(&values, (0.0, 1.0), looks(&case)).expect("there are values");
        check(&case, "low", found.low, number(&case["low"]), 1e-9);
        check(&case, "high", found.high, number(&case["high"]), 1e-9);
    }
}

/// Minutes within 10..30 are shares within 0..1, stretched.
#[test]
fn a_betting_interval_stretches_with_its_range() {
    let case = &cases(include_str!("golden/mean.json"))[0];
    let minutes: Vec<f64> = numbers(&case["values"]).iter().map(|x| 10.0 + 20.0 * x).collect();
    let found = mean::bounded(&minutes, (10.0, 30.0), looks(case)).expect("there are values");
    check(case, "low", found.low, 10.0 + 20.0 * number(&case["low"]), 1e-9);
    check(case, "high", found.high, 10.0 + 20.0 * number(&case["high"]), 1e-9);
}

/// `oracles/ratio.py`
#[test]
fn linearised_ratios() {
    for case in cases(include_str!("golden/ratio.json")) {
        let units: Vec<(f64, f64)> =
            list(&case["units"]).iter().map(|unit| (number(&unit[0]), number(&unit[1]))).collect();
        let found = ratio::linearised(&units, EVERYWHERE, looks(&case)).expect("there are units");
        let error = found.standard_error.expect("there are several units");
        check(&case, "value", found.value, number(&case["value"]), 1e-12);
        check(&case, "standard error", error, number(&case["standard_error"]), 1e-12);
        check(&case, "low", found.low, number(&case["low"]), 1e-9);
        check(&case, "high", found.high, number(&case["high"]), 1e-9);
        if case["name"] == "symmetric" {
            check(&case, "plain low", found.low, number(&case["plain"][0]), 1e-9);
            check(&case, "plain high", found.high, number(&case["plain"][1]), 1e-9);
        }
        let amount =
            ratio::linearised(&units, (0.0, f64::INFINITY), looks(&case)).expect("there are units");
        check(&case, "low of an amount", amount.low, number(&case["amount"][0]), 1e-9);
        check(&case, "high of an amount", amount.high, number(&case["amount"][1]), 1e-9);
    }
}

/// `oracles/quantile.py`
#[test]
fn quantile_intervals() {
    for case in cases(include_str!("golden/quantile.json")) {
        let units: Vec<Vec<(i32, u64)>> = list(&case["units"])
            .iter()
            .map(|bins| {
                let count = |bin: &Value| bin[1].as_u64().expect("a golden count fits");
                list(bins).iter().map(|bin| (index(&bin[0]), count(bin))).collect()
            })
            .collect();
        let units: Vec<&[(i32, u64)]> = units.iter().map(Vec::as_slice).collect();
        let found = quantile::woodruff(&units, f64::from, number(&case["q"]), looks(&case))
            .expect("there are counts");
        for (what, found, expected, open) in [
            ("value", found.value, &case["value"], f64::NAN),
            ("low", found.low, &case["low"], f64::NEG_INFINITY),
            ("high", found.high, &case["high"], f64::INFINITY),
        ] {
            let expected = expected.as_f64().unwrap_or(open);
            assert_eq!(found.to_string(), expected.to_string(), "{} {what}", case["name"]);
        }
    }
}

fn resampled() -> Value {
    serde_json::from_str(include_str!("golden/resampled.json")).expect("a golden file is JSON")
}

/// 500 draws know a standard error to 3 %: four times that.
fn check_resampled(case: &Value, found: Estimate) {
    let expected = number(&case["standard_error"]);
    let error = found.standard_error.expect("there are several units");
    check(case, "value", found.value, number(&case["value"]), 1e-12);
    check(case, "standard error", error / expected, 1.0, 0.12);
}

fn calibration_bin(bin: &Value) -> Bin {
    Bin {
        bin: index(&bin[0]).cast_unsigned(),
        n: bin[1].as_u64().expect("a golden count fits"),
        confidence: number(&bin[2]),
        outcome: number(&bin[3]),
    }
}

/// `oracles/resampled.py`
#[test]
fn calibration_errors() {
    for case in list(&resampled()["calibration"]) {
        let units: Vec<Vec<Bin>> = list(&case["units"])
            .iter()
            .map(|bins| list(bins).iter().map(calibration_bin).collect())
            .collect();
        let found = calibration::expected_error(&units, Looks { alpha: 0.05, planned: 1 });
        check_resampled(case, found.expect("there are rows"));
    }
}

/// `oracles/resampled.py`
#[test]
fn concentrations() {
    for case in list(&resampled()["concentration"]) {
        let rows = numbers(&case["rows"]);
        let found = concentration::top_decile_share(&rows, Looks { alpha: 0.05, planned: 1 });
        check_resampled(case, found.expect("there are rows"));
    }
}
