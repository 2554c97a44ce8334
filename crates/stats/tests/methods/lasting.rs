//! `../oracles/lasting.py`: survival curves and novelty slopes.

use serde_json::Value;
use trueup_stats::novelty;
use trueup_stats::survival::{Curve, Span};

use crate::{EXACT, ONE_LOOK, by_unit, check, check_estimate, count, list, looks, number, numbers};

fn golden() -> Value {
    crate::golden(include_str!("../golden/lasting.json"))
}

fn span(fields: &[Value]) -> Span {
    Span { duration: number(&fields[0]), event: fields[1].as_bool().expect("it ended or not") }
}

#[test]
fn survival_curves() {
    for case in list(&golden()["survival"]) {
        let units: Vec<Vec<Span>> =
            list(&case["spans"]).iter().map(|row| vec![span(list(row))]).collect();
        let curve = Curve::of(&units).expect("there are spans");
        for at in list(&case["survival"]).iter().map(numbers) {
            let found = curve.survival(at[0], looks(case)).expect("it was watched so long");
            check(case, "survival", found.value, at[1], EXACT);
            check(case, "low", found.low, at[2], 1e-10);
            check(case, "high", found.high, at[3], 1e-10);
        }
        let median = curve.median(looks(case));
        let expected = list(&case["median"]).iter().map(|x| x.as_f64().unwrap_or(f64::INFINITY));
        let found = vec![median.value, median.low, median.high];
        assert_eq!(found, expected.collect::<Vec<_>>(), "{}", case["name"]);
    }
}

#[test]
fn survival_of_spans_that_go_together() {
    let case = &golden()["clustered"];
    let curve = Curve::of(&by_unit(&case["spans"], span)).expect("there are spans");
    let found = curve.survival(number(&case["time"]), ONE_LOOK).expect("it was watched so long");
    check(case, "survival", found.value, number(&case["value"]), EXACT);
    let error = found.standard_error.expect("there are several units");
    check(case, "standard error", error, number(&case["standard_error"]), 1e-9);
}

#[test]
fn slopes() {
    for case in list(&golden()["slope"]) {
        let units =
            by_unit(&case["rows"], |row| (number(&row[0]), number(&row[1]), number(&row[2])));
        let burn_in = number(&case["burn_in"]);
        let found = novelty::slope_after(&units, burn_in, looks(case)).expect("there are days");
        assert_eq!(found.units as u64, count(&case["units"]));
        check_estimate(case, &found);
    }
}
