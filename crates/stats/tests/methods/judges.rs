//! `../oracles/judges.py`: agreement, rank correlations and corrected judges.

use serde_json::Value;
use trueup_stats::agreement::{self, Pair, Weights};
use trueup_stats::ppi::{self, UnitJudgements};
use trueup_stats::{Estimate, correlation};

use crate::{EXACT, ONE_LOOK, by_unit, check, list, looks, number, numbers};

const SHARE: (f64, f64) = (0.0, 1.0);

fn golden() -> Value {
    crate::golden(include_str!("../golden/judges.json"))
}

fn pairs(case: &Value) -> Vec<Vec<Pair>> {
    by_unit(&case["rows"], |row| Pair { judge: number(&row[0]), person: number(&row[1]), n: 1 })
}

/// The errors with clusters are from numerical derivatives, good to about ten digits.
fn check_coefficient(case: &Value, what: &str, found: &Estimate) {
    let expected = numbers(&case[what]);
    check(case, what, found.value, expected[0], EXACT);
    let error = found.standard_error.expect("there are several units");
    check(case, what, error / expected[1], 1.0, 1e-8);
    check(case, what, found.low, expected[2], 1e-8);
    check(case, what, found.high, expected[3], 1e-8);
}

#[test]
fn agreements() {
    for case in list(&golden()["agreement"]) {
        let units = pairs(case);
        for (name, weights) in [
            ("equal", Weights::Equal),
            ("linear", Weights::Linear),
            ("quadratic", Weights::Quadratic),
        ] {
            let found = agreement::kappa(&units, weights, looks(case)).expect("both vary");
            check_coefficient(case, name, &found);
        }
        let spearman = correlation::spearman(&units, looks(case)).expect("both vary");
        check_coefficient(case, "spearman", &spearman);
        let kendall = correlation::kendall(&units, looks(case)).expect("both vary");
        check_coefficient(case, "kendall", &kendall);
    }
}

/// The exact error of Fleiss, Cohen and Everitt, where each unit has one row.
#[test]
fn independent_rows_have_the_exact_error_of_kappa() {
    let case = &golden()["agreement"][0];
    let found = agreement::kappa(&pairs(case), Weights::Equal, looks(case)).expect("both vary");
    let error = found.standard_error.expect("there are several units");
    check(case, "standard error", error, number(&case["equal"][1]), EXACT);
}

#[test]
fn confusion_matrices() {
    for case in list(&golden()["agreement"]) {
        let units = pairs(case);
        let found: Vec<(f64, f64, f64)> = agreement::confusion(&units)
            .into_iter()
            .map(|pair| (pair.judge, pair.person, pair.n as f64))
            .collect();
        let table: Vec<Vec<f64>> = list(&case["confusion"]).iter().map(numbers).collect();
        let class = |place: usize| place as f64;
        let expected: Vec<(f64, f64, f64)> = table
            .iter()
            .enumerate()
            .flat_map(|(j, row)| row.iter().enumerate().map(move |(p, n)| (class(j), class(p), *n)))
            .filter(|(_, _, n)| *n > 0.0)
            .collect();
        assert_eq!(found, expected, "{}", case["name"]);
        // Precision and recall of the first class, by hand from the table.
        let judged: f64 = table[0].iter().sum();
        let said: f64 = table.iter().map(|row| row[0]).sum();
        let precision = agreement::precision(&units, 0.0, ONE_LOOK).expect("the judge says so");
        let recall = agreement::recall(&units, 0.0, ONE_LOOK).expect("people say so");
        check(case, "precision", precision.value, table[0][0] / judged, EXACT);
        check(case, "recall", recall.value, table[0][0] / said, EXACT);
        let all: f64 = table.iter().flatten().sum();
        let same: f64 = table.iter().enumerate().map(|(class, row)| row[class]).sum();
        let raw = agreement::raw(&units, ONE_LOOK).expect("there are pairs");
        check(case, "raw", raw.value, same / all, EXACT);
    }
}

/// One row for each unit.
fn independent(case: &Value) -> Vec<UnitJudgements> {
    let both = numbers(&case["judge"]).into_iter().zip(numbers(&case["person"]));
    let both = both.map(|(judge, person)| UnitJudgements {
        both: vec![Pair { judge, person, n: 1 }],
        ..UnitJudgements::default()
    });
    let alone = numbers(&case["alone"]).into_iter().map(|judge| UnitJudgements {
        alone_n: 1,
        alone_sum: judge,
        ..UnitJudgements::default()
    });
    both.chain(alone).collect()
}

#[test]
fn corrected_means() {
    for case in list(&golden()["corrected"]) {
        let all = (f64::NEG_INFINITY, f64::INFINITY);
        let found = ppi::mean(&independent(case), all, looks(case)).expect("there are labels");
        let (estimate, human) = (found.estimate, found.human_only);
        let value = number(&case["value"]);
        check(case, "lambda", found.lambda, number(&case["lambda"]), EXACT);
        check(case, "value", estimate.value, value, EXACT);
        let error = estimate.standard_error.expect("there are several units");
        check(case, "standard error", error, number(&case["standard_error"]), EXACT);
        check(case, "low", estimate.low, value - number(&case["reach"]), 1e-10);
        check(case, "high", estimate.high, value + number(&case["reach"]), 1e-10);
        check(case, "human", human.value, number(&case["human"]), EXACT);
        let error = human.standard_error.expect("there are several units");
        check(case, "human error", error, number(&case["human_error"]), EXACT);
        let narrower = 1.0 - number(&case["reach"]) / number(&case["human_reach"]);
        check(case, "narrower", found.narrower.expect("widths are finite"), narrower, 1e-9);
        // Their lambda takes the judge's variance as the same on both sides; ours does not.
        let theirs = number(&case["value_with_their_lambda"]);
        check(case, "their value", estimate.value, theirs, 0.1 * number(&case["reach"]));
    }
}

#[test]
fn corrected_means_of_people_with_and_without_labels() {
    let case = &golden()["clusters"];
    let fields = ["unit", "person", "judge"].map(|name| numbers(&case[name]));
    let mut units = vec![UnitJudgements::default(); 50];
    for (row, label) in list(&case["label"]).iter().enumerate() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place")]
        let unit = &mut units[fields[0][row] as usize];
        let judge = fields[2][row];
        if label.as_bool().expect("a label is there or not") {
            unit.both.push(Pair { judge, person: fields[1][row], n: 1 });
        } else {
            unit.alone_n += 1;
            unit.alone_sum += judge;
        }
    }
    let found = ppi::mean(&units, SHARE, ONE_LOOK).expect("there are labels");
    check(case, "human", found.human_only.value, number(&case["human"]), EXACT);
    let error = found.human_only.standard_error.expect("there are several units");
    check(case, "human error", error, number(&case["human_error"]), 1e-9);
    // The error at the best of 21 lambdas is that at ours or a little more.
    let error = found.estimate.standard_error.expect("there are several units");
    let ratio = number(&case["least_error_on_grid"]) / error;
    assert!((1.0 - 1e-9..1.01).contains(&ratio), "{ratio}");
    check(case, "lambda", found.lambda, number(&case["best_on_grid"]), 0.05);
    let line =
        number(&case["human"]) + found.lambda * (number(&case["ones"]) - number(&case["human"]));
    check(case, "value", found.estimate.value, line, EXACT);
}
