//! What is said when there is little to say: nothing, one unit, no spread, ties, one class.

use trueup_stats::agreement::{self, Pair, Undefined, Weights};
use trueup_stats::calibration::{self, Bin};
use trueup_stats::delivery::Throughput;
use trueup_stats::drift::{self, Counts};
use trueup_stats::ppi::{self, UnitJudgements};
use trueup_stats::survival::{Curve, Span};
use trueup_stats::{auc, correlation, novelty, nps, posterior, proportion, scoring};

use crate::{ONE_LOOK, say};

const SHARE: (f64, f64) = (0.0, 1.0);

fn bin(bin: u32, n: u64, outcome: f64) -> Bin {
    Bin { bin, n, confidence: f64::from(bin) / 100.0 * n as f64, outcome }
}

fn auc_of(units: &[Vec<Bin>]) -> String {
    say(auc::auc(units, ONE_LOOK))
}

#[test]
fn areas() {
    let right = vec![bin(90, 1, 1.0), bin(10, 1, 0.0)];
    let inverted = vec![bin(90, 1, 0.0), bin(10, 1, 1.0)];
    assert_eq!(auc_of(&[]), "none");
    // Rows of one outcome only.
    assert_eq!(auc_of(&[vec![bin(90, 3, 3.0)], vec![bin(10, 2, 2.0)]]), "none");
    assert_eq!(auc_of(&[vec![bin(90, 1, f64::NAN)]]), "none");
    assert_eq!(auc_of(std::slice::from_ref(&right)), "1.000 in 0.000..1.000, no error");
    // All positives are from one unit.
    assert_eq!(
        auc_of(&[vec![bin(90, 2, 2.0)], vec![bin(10, 1, 0.0)], vec![bin(95, 1, 0.0)]]),
        "0.500 in 0.000..1.000, no error"
    );
    assert_eq!(auc_of(&vec![right; 20]), "1.000 in 0.832..1.000");
    assert_eq!(auc_of(&vec![inverted; 20]), "0.000 in 0.000..0.168");
    // One bin: all pairs are ties.
    assert_eq!(auc_of(&vec![vec![bin(50, 2, 1.0)]; 20]), "0.500 in 0.416..0.584");
}

fn calibration_of(units: &[Vec<Bin>]) -> String {
    calibration::equal_mass(units, 10, ONE_LOOK).map_or("none".to_owned(), |found| {
        format!("floor {:.3}, above {}", found.floor, say(Some(found.above_floor)))
    })
}

#[test]
fn noise_floors() {
    assert_eq!(calibration_of(&[]), "none");
    assert_eq!(calibration_of(&[vec![bin(50, 0, 0.0)]]), "none");
    assert_eq!(calibration::equal_mass(&[vec![bin(50, 2, 1.0)]], 0, ONE_LOOK), None);
    // One row of confidence .5 is off by .5 whatever happens; nothing is left of that.
    assert_eq!(
        calibration_of(&[vec![bin(50, 1, 1.0)]]),
        "floor 0.500, above 0.000 in 0.000..1.000, no error"
    );
    // Certain and right: chance has no part in it.
    assert_eq!(
        calibration_of(&vec![vec![bin(100, 1, 1.0)]; 20]),
        "floor 0.000, above 0.000 in 0.000..0.168"
    );
    // Certain and wrong: no chance either, and all of it is error.
    assert_eq!(
        calibration_of(&vec![vec![bin(100, 1, 0.0)]; 20]),
        "floor 0.000, above 1.000 in 0.832..1.000"
    );
    assert!(calibration::floor(&[]).abs() < 1e-300);
}

fn drift_of(reference: &[Counts], current: &[Counts]) -> String {
    drift::classes(reference, current, ONE_LOOK).map_or("none".to_owned(), |found| {
        let p = found.p_value.map_or("no p".to_owned(), |p| format!("p {p:.4}"));
        format!("{}, {p}, alarm {}", say(Some(found.above_chance)), found.alarm)
    })
}

#[test]
fn drifts() {
    let (one, other) = (vec![(0, 1)], vec![(1, 1)]);
    assert_eq!(drift_of(&[], std::slice::from_ref(&one)), "none");
    assert_eq!(drift_of(std::slice::from_ref(&one), &[vec![(0, 0)]]), "none");
    assert_eq!(
        drift_of(std::slice::from_ref(&one), std::slice::from_ref(&other)),
        "1.099 in 0.000..inf, no error, no p, alarm false"
    );
    // One class on both sides: nothing can differ, and nothing says how much a new one would.
    assert_eq!(
        drift_of(&vec![one.clone(); 9], &vec![one.clone(); 9]),
        "0.000 in 0.000..inf, no error, p 1.0000, alarm false"
    );
    // All of one class, then all of another: certain only with enough people.
    assert!(drift_of(&vec![one.clone(); 2], &vec![other.clone(); 2]).ends_with("alarm false"));
    assert!(drift_of(&vec![one.clone(); 20], &vec![other; 20]).ends_with("p 0.0000, alarm true"));
    assert_eq!(
        drift::numbers(std::slice::from_ref(&one), std::slice::from_ref(&one), 0, ONE_LOOK),
        None
    );
}

fn pair(judge: f64, person: f64, n: u64) -> Pair {
    Pair { judge, person, n }
}

fn kappa_of(units: &[Vec<Pair>]) -> String {
    match agreement::kappa(units, Weights::Equal, ONE_LOOK) {
        Ok(found) => say(Some(found)),
        Err(why) => format!("{why:?}"),
    }
}

#[test]
fn agreements() {
    assert_eq!(kappa_of(&[]), "NoPairs");
    assert_eq!(kappa_of(&[vec![pair(f64::NAN, 1.0, 3)]]), "NoPairs");
    assert_eq!(kappa_of(&[vec![pair(1.0, 1.0, 9)], vec![pair(1.0, 0.0, 1)]]), "JudgeConstant");
    assert_eq!(kappa_of(&[vec![pair(1.0, 1.0, 9)], vec![pair(0.0, 1.0, 1)]]), "PersonConstant");
    assert_eq!(kappa_of(&[vec![pair(1.0, 1.0, 9)]]), "BothConstant");
    let same = vec![pair(0.0, 0.0, 1), pair(1.0, 1.0, 1)];
    assert_eq!(kappa_of(std::slice::from_ref(&same)), "1.000 in -1.000..1.000, no error");
    assert_eq!(kappa_of(&vec![same.clone(); 20]), "1.000 in 0.663..1.000");
    assert_eq!(say(agreement::raw(&[], ONE_LOOK)), "none");
    assert_eq!(say(agreement::precision(&[same], 2.0, ONE_LOOK)), "none");
}

#[test]
fn rank_correlations() {
    let constant = [vec![pair(1.0, 1.0, 1), pair(1.0, 2.0, 1)]];
    assert_eq!(correlation::spearman(&constant, ONE_LOOK), Err(Undefined::JudgeConstant));
    assert_eq!(correlation::kendall(&[], ONE_LOOK), Err(Undefined::NoPairs));
    let rising = vec![vec![pair(1.0, 10.0, 1)], vec![pair(2.0, 20.0, 1)], vec![pair(3.0, 90.0, 1)]];
    for found in [correlation::spearman, correlation::kendall].map(|of| of(&rising, ONE_LOOK)) {
        assert_eq!(say(found.ok()), "1.000 in -0.415..1.000");
    }
}

fn corrected(units: &[UnitJudgements]) -> String {
    ppi::mean(units, SHARE, ONE_LOOK).map_or("none".to_owned(), |found| {
        format!("{}, lambda {:.3}", say(Some(found.estimate)), found.lambda)
    })
}

fn judged(both: Vec<Pair>, alone_n: u64, alone_sum: f64) -> UnitJudgements {
    UnitJudgements { both, alone_n, alone_sum }
}

#[test]
fn corrected_judges() {
    assert_eq!(corrected(&[]), "none");
    assert_eq!(corrected(&[judged(vec![], 9, 4.0)]), "none");
    let one = judged(vec![pair(1.0, 1.0, 1), pair(0.0, 0.0, 1)], 9, 4.0);
    assert_eq!(corrected(&[one]), "0.500 in 0.000..1.000, no error, lambda 0.000");
    // A judge that always says the same is not listened to.
    let constant: Vec<_> =
        (0..10).map(|i| judged(vec![pair(1.0, f64::from(i % 2), 1)], 5, 5.0)).collect();
    assert!(corrected(&constant).ends_with("lambda 0.000"), "{}", corrected(&constant));
    // Nor is one without targets of its own.
    let all: Vec<_> = (0..10)
        .map(|i| judged(vec![pair(f64::from(i % 2), f64::from(i % 2), 1)], 0, 0.0))
        .collect();
    assert!(corrected(&all).ends_with("lambda 0.000"), "{}", corrected(&all));
}

fn span(duration: f64, event: bool) -> Vec<Span> {
    vec![Span { duration, event }]
}

#[test]
fn survivals() {
    assert_eq!(Curve::of(&[]), None);
    assert_eq!(Curve::of(&[span(f64::NAN, true), span(-1.0, true)]), None);
    // Nobody has left: the curve stays at 1 and ends where watching ends.
    let here = Curve::of(&vec![span(30.0, false); 20]).expect("there are spans");
    assert_eq!(say(here.survival(30.0, ONE_LOOK)), "1.000 in 0.832..1.000");
    assert_eq!(say(here.survival(31.0, ONE_LOOK)), "none");
    assert_eq!(say(Some(here.median(ONE_LOOK))), "inf in 30.000..inf, no error");
    let one = Curve::of(&[span(3.0, true)]).expect("there is a span");
    assert_eq!(say(one.survival(1.0, ONE_LOOK)), "1.000 in 0.000..1.000, no error");
    assert_eq!(say(one.survival(3.0, ONE_LOOK)), "0.000 in 0.000..1.000, no error");
    assert_eq!(say(one.survival(99.0, ONE_LOOK)), "0.000 in 0.000..1.000, no error");
    assert_eq!(say(Some(one.median(ONE_LOOK))), "3.000 in 0.000..inf, no error");
    // All leave on the same day.
    let gone = Curve::of(&vec![span(3.0, true); 20]).expect("there are spans");
    assert_eq!(say(gone.survival(2.9, ONE_LOOK)), "1.000 in 0.832..1.000");
    assert_eq!(say(gone.survival(3.0, ONE_LOOK)), "0.000 in 0.000..0.168");
    assert_eq!(say(Some(gone.median(ONE_LOOK))), "3.000 in 3.000..3.000, no error");
}

#[test]
fn slopes() {
    let say_slope = |units: &[Vec<(f64, f64, f64)>]| say(novelty::slope(units, ONE_LOOK));
    let falling = vec![(0.0, 1.0, 1.0), (1.0, 0.5, 1.0)];
    assert_eq!(say_slope(&[]), "none");
    assert_eq!(say_slope(&[vec![(0.0, 1.0, 1.0), (0.0, 0.0, 1.0)]]), "none");
    assert_eq!(say_slope(&[vec![(0.0, f64::NAN, 1.0), (1.0, 0.0, 1.0)]]), "none");
    assert_eq!(say_slope(std::slice::from_ref(&falling)), "-0.500 in -inf..inf, no error");
    // All fall alike: nothing says how others would.
    assert_eq!(say_slope(&vec![falling; 9]), "-0.500 in -inf..inf");
}

#[test]
fn proportions_and_scores() {
    assert_eq!(say(proportion::wilson(0, 0, ONE_LOOK)), "none");
    assert_eq!(say(proportion::clopper_pearson(0, 0, ONE_LOOK)), "none");
    assert_eq!(say(proportion::clopper_pearson(5, 5, ONE_LOOK)), "1.000 in 0.478..1.000");
    assert_eq!(say(proportion::wilson(0, 5, ONE_LOOK)), "0.000 in 0.000..0.434");
    assert_eq!(say(nps::score(0, 0, 0, ONE_LOOK)), "none");
    assert_eq!(say(nps::score(3, 0, 0, ONE_LOOK)), "100.000 in -6.579..100.000");
}

#[test]
fn forecasts() {
    assert_eq!(posterior::chance_met(3.0, 2, Some(0.5), None, 10, ONE_LOOK), None);
    assert_eq!(posterior::chance_met(1.0, 2, None, None, 10, ONE_LOOK), None);
    assert_eq!(posterior::chance_met(0.0, 0, Some(0.5), None, 0, ONE_LOOK), None);
    assert_eq!(posterior::chance_met(9.0, 9, Some(0.5), None, 9, ONE_LOOK), Some(1.0));
    assert_eq!(posterior::chance_met(0.0, 9, Some(0.5), None, 9, ONE_LOOK), Some(0.0));
    assert_eq!(Throughput::of(&[]), None);
    let idle = Throughput::of(&[0, 0]).expect("there are weeks");
    assert_eq!((idle.weeks_until(1, 0.5), idle.weeks_until(0, 0.85)), (None, Some(0)));
    assert_eq!(idle.items_by(10, 0.85), 0);
    let steady = Throughput::of(&[2]).expect("there is a week");
    assert_eq!((steady.weeks_until(5, 0.85), steady.items_by(3, 0.85)), (Some(3), 6));
    assert_eq!(scoring::brier(&[], 10), None);
    assert_eq!(scoring::brier(&[(1.5, true)], 10), None);
    assert_eq!(scoring::pinball(&[], 0.5), None);
    assert_eq!(scoring::pinball(&[(f64::INFINITY, 1.0)], 0.5), None);
    assert_eq!(say(scoring::coverage(&[], ONE_LOOK)), "none");
    assert_eq!(say(scoring::coverage(&[(0.0, 1.0, 1.0)], ONE_LOOK)), "1.000 in 0.025..1.000");
}
