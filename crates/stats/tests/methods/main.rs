//! The methods beyond means, ratios and quantiles: golden numbers from independent oracles
//! (`../oracles/*.py` computed `../golden/*.json`), what is said when there is little to say, and
//! properties.

mod degenerate;
mod forecasts;
mod judges;
mod lasting;
mod models;
mod pictures;
mod properties;

use std::collections::BTreeMap;

use serde_json::Value;
use trueup_stats::{Estimate, Looks};

pub(crate) const ONE_LOOK: Looks = Looks { alpha: 0.05, planned: 1 };

/// Closed forms agree with their oracles to this, of the number or of 1.
pub(crate) const EXACT: f64 = 1e-12;

/// Value, low, high to three digits, and whether there is a standard error.
pub(crate) fn say(estimate: Option<Estimate>) -> String {
    let Some(found) = estimate else {
        return "none".to_owned();
    };
    let error = if found.standard_error.is_some() { "" } else { ", no error" };
    format!("{:.3} in {:.3}..{:.3}{error}", found.value, found.low, found.high)
}

pub(crate) fn golden(text: &str) -> Value {
    serde_json::from_str(text).expect("a golden file is JSON")
}

pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().expect("a golden number is a number")
}

pub(crate) fn count(value: &Value) -> u64 {
    value.as_u64().expect("a golden count is a count")
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a golden list is a list")
}

pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

pub(crate) fn looks(case: &Value) -> Looks {
    Looks { alpha: number(&case["alpha"]), planned: 1 }
}

/// Rows that start with their unit, by unit.
pub(crate) fn by_unit<T>(rows: &Value, row: impl Fn(&[Value]) -> T) -> Vec<Vec<T>> {
    let mut units: BTreeMap<u64, Vec<T>> = BTreeMap::new();
    for fields in list(rows).iter().map(list) {
        units.entry(count(&fields[0])).or_default().push(row(&fields[1..]));
    }
    units.into_values().collect()
}

pub(crate) fn check(case: &Value, what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance * expected.abs().max(1.0),
        "{} {what}: {found}, the oracle says {expected}",
        case["name"]
    );
}

/// Value, low, high and standard error of a case against what was found.
pub(crate) fn check_estimate(case: &Value, found: &Estimate) {
    check(case, "value", found.value, number(&case["value"]), EXACT);
    check(case, "low", found.low, number(&case["low"]), EXACT);
    check(case, "high", found.high, number(&case["high"]), EXACT);
    let error = found.standard_error.expect("there are several units");
    check(case, "standard error", error, number(&case["standard_error"]), EXACT);
}
