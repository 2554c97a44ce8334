//! `../oracles/models.py`: AUC, noise floor and drift.

use serde_json::Value;
use trueup_stats::auc;
use trueup_stats::calibration::{self, Bin};
use trueup_stats::drift::{self, Counts, Drift};

use crate::{EXACT, ONE_LOOK, by_unit, check, check_estimate, count, list, looks, number};

const MODELS: &str = include_str!("../golden/models.json");

fn cases(name: &str) -> Vec<Value> {
    list(&crate::golden(MODELS)[name]).to_vec()
}

#[test]
fn areas_under_the_curve() {
    for case in cases("auc") {
        let units = by_unit(&case["rows"], |row| Bin {
            bin: u32::try_from(count(&row[0])).expect("a bin is small"),
            n: 1,
            confidence: 0.0,
            outcome: number(&row[1]),
        });
        let found = auc::auc(&units, looks(&case)).expect("there are rows of both outcomes");
        check_estimate(&case, &found);
    }
}

#[test]
fn noise_floors() {
    for case in cases("floor") {
        let rows = list(&case["rows"]).len() as f64;
        // All confidences differ and lie at half steps, so each has its own fine bin.
        let units = by_unit(&case["rows"], |row| {
            let confidence = number(&row[0]);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
            let bin = (confidence * rows).floor() as u32;
            Bin { bin, n: 1, confidence, outcome: number(&row[1]) }
        });
        let bins = u32::try_from(count(&case["bins"])).expect("few bins");
        let found = calibration::equal_mass(&units, bins, ONE_LOOK).expect("there are rows");
        check(&case, "value", found.estimate.value, number(&case["value"]), EXACT);
        check(&case, "floor", found.floor, number(&case["floor"]), EXACT);
        check(&case, "above", found.above_floor.value, number(&case["above"]), 1e-9);
        let per_bin = rows / f64::from(bins);
        let pooled: Vec<Bin> = units
            .concat()
            .into_iter()
            .map(|bin| {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few")]
                let place = (f64::from(bin.bin) / per_bin) as u32;
                Bin { bin: place, ..bin }
            })
            .collect();
        let independent = calibration::floor(&pooled);
        check(&case, "independent floor", independent, number(&case["independent_floor"]), EXACT);
    }
}

fn tables(case: &Value, side: &str) -> Vec<Counts> {
    let places = |row: &Value| {
        (0..).zip(list(row)).map(|(class, rows)| (class, count(rows))).collect::<Counts>()
    };
    list(&case[side]).iter().map(places).collect()
}

fn check_drift(case: &Value, found: &Drift) {
    check(case, "PSI", found.psi, number(&case["psi"]), EXACT);
    check(case, "JS", found.jensen_shannon, number(&case["jensen_shannon"]), EXACT);
}

#[test]
fn drifts_of_classes() {
    for case in cases("drift") {
        let (then, now) = (tables(&case, "then"), tables(&case, "now"));
        let found = drift::classes(&then, &now, looks(&case)).expect("there are rows");
        check_drift(&case, &found);
        check_estimate(&case, &found.above_chance);
        let by_chance = found.by_chance.expect("there are several units");
        check(&case, "by chance", by_chance, number(&case["by_chance"]), EXACT);
        let p = found.p_value.expect("there are several units");
        check(&case, "p", p, number(&case["p_value"]), 1e-10);
    }
}

/// With one row for each unit it is the chi-square test, and the index by chance is that of
/// arXiv 2307.11878, but for the pretend units.
#[test]
fn independent_rows_have_the_plain_test() {
    let case = &cases("drift")[0];
    let (then, now) = (tables(case, "then"), tables(case, "now"));
    let found = drift::classes(&then, &now, looks(case)).expect("there are rows");
    let p = found.p_value.expect("there are several units");
    check(case, "p", p, number(&case["plain_p"]), 0.01);
    let by_chance = 3.0 * (1.0 / then.len() as f64 + 1.0 / now.len() as f64);
    let ratio = found.by_chance.expect("there are several units") / by_chance;
    check(case, "by chance", ratio, 1.0, 0.02);
}

#[test]
fn drifts_of_numbers() {
    for case in cases("numbers") {
        let side = |name: &str| -> Vec<Counts> {
            let bin = |value: &Value| value.as_i64().and_then(|bin| i32::try_from(bin).ok());
            list(&case[name]).iter().map(|v| vec![(bin(v).expect("a bin is small"), 1)]).collect()
        };
        let found =
            drift::numbers(&side("then"), &side("now"), 10, ONE_LOOK).expect("there are rows");
        check_drift(&case, &found);
        let distance = found.kolmogorov_smirnov.expect("there are numbers");
        check(&case, "KS", distance, number(&case["kolmogorov_smirnov"]), EXACT);
    }
}
