//! `../oracles/forecasts.py`: forecasts, their scores, and proportions.

use serde_json::Value;
use trueup_stats::delivery::Throughput;
use trueup_stats::{nps, posterior, proportion, scoring};

use crate::{EXACT, ONE_LOOK, check, count, list, looks, number, numbers};

fn cases(name: &str) -> Vec<Value> {
    list(&crate::golden(include_str!("../golden/forecasts.json"))[name]).to_vec()
}

fn small(value: &Value) -> u32 {
    u32::try_from(count(value)).expect("a golden count is small")
}

#[test]
fn posterior_predictive() {
    for case in cases("posterior") {
        let (successes, units) = (number(&case["successes"]), count(&case["units"]));
        let then = count(&case["then"]);
        let found = posterior::predictive(successes, units, then - units);
        let expected = numbers(&case["chances"]);
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            check(&case, "chance", *found, *expected, EXACT);
        }
        let (least, most) = (case["at_least"].as_f64(), case["at_most"].as_f64());
        let met = posterior::chance_met(successes, units, least, most, then, looks(&case));
        check(&case, "met", met.expect("it is a rate"), number(&case["met"]), EXACT);
        let any = posterior::chance(successes, units, then, |_| true).expect("it is a rate");
        check(&case, "all", any, 1.0, EXACT);
        let half = posterior::chance(successes, units, then, |k| k >= successes + 5.0);
        let from_five = expected[5..].iter().sum();
        check(&case, "five more", half.expect("it is a rate"), from_five, EXACT);
    }
}

#[test]
fn deliveries() {
    for case in cases("delivery") {
        let finished: Vec<u32> = list(&case["finished"]).iter().map(small).collect();
        let throughput = Throughput::of(&finished).expect("there are weeks");
        let remaining = small(&case["remaining"]);
        for (week, expected) in (0..).zip(numbers(&case["done"])) {
            check(&case, "done", throughput.chance_done(remaining, week), expected, EXACT);
        }
        for (place, chance) in [0.5, 0.85].into_iter().enumerate() {
            let weeks = throughput.weeks_until(remaining, chance);
            assert_eq!(weeks, Some(small(&case["weeks"][place])), "{case}");
            let items = throughput.items_by(12, chance);
            assert_eq!(items, small(&case["items_in_12"][place]), "{case}");
        }
    }
}

#[test]
fn brier_scores() {
    for case in cases("brier") {
        let forecasts: Vec<(f64, bool)> = list(&case["forecasts"])
            .iter()
            .map(|row| (number(&row[0]), row[1].as_bool().expect("it happened or not")))
            .collect();
        let found = scoring::brier(&forecasts, 10).expect("there are forecasts");
        for (what, found) in [
            ("score", found.score),
            ("reliability", found.reliability),
            ("resolution", found.resolution),
            ("uncertainty", found.uncertainty),
            ("within", found.within),
        ] {
            check(&case, what, found, number(&case[what]), EXACT);
        }
    }
}

#[test]
fn pinball_losses() {
    for case in cases("pinball") {
        let rows = list(&case["forecasts"]).iter().map(numbers);
        let forecasts: Vec<(f64, f64)> = rows.map(|row| (row[0], row[1])).collect();
        let found = scoring::pinball(&forecasts, number(&case["q"])).expect("they are finite");
        check(&case, "loss", found, number(&case["loss"]), EXACT);
    }
}

#[test]
fn interval_coverage_counts_ends() {
    let intervals = [(0.0, 1.0, 1.0), (0.0, 1.0, 1.1), (0.0, f64::INFINITY, 5.0), (2.0, 3.0, 0.0)];
    let found = scoring::coverage(&intervals, ONE_LOOK).expect("there are intervals");
    let expected = proportion::clopper_pearson(2, 4, ONE_LOOK);
    assert_eq!(Some(found), expected);
}

#[test]
fn proportions() {
    for case in cases("proportion") {
        let (successes, trials) = (count(&case["successes"]), count(&case["trials"]));
        for (name, found) in [
            ("wilson", proportion::wilson(successes, trials, looks(&case))),
            ("exact", proportion::clopper_pearson(successes, trials, looks(&case))),
        ] {
            let (found, expected) = (found.expect("there are trials"), numbers(&case[name]));
            check(&case, name, found.low, expected[0], EXACT);
            check(&case, name, found.high, expected[1], EXACT);
        }
    }
}

#[test]
fn net_promoter_scores() {
    for case in cases("nps") {
        let counts: Vec<u64> = list(&case["counts"]).iter().map(count).collect();
        let found = nps::score(counts[0], counts[1], counts[2], looks(&case));
        let found = found.expect("there are answers");
        check(&case, "value", found.value, number(&case["value"]), EXACT);
        check(&case, "low", found.low, number(&case["low"]).max(-100.0), EXACT);
        check(&case, "high", found.high, number(&case["high"]).min(100.0), EXACT);
    }
}
