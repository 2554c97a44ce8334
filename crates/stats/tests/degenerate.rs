//! What is said when there is little to say: nothing, one unit, no spread, all at an edge.

use trueup_stats::calibration::{self, Bin};
use trueup_stats::{
    Estimate, Looks, concentration, cuped, difference, experiment, mean, quantile, ratio,
};

const ONE_LOOK: Looks = Looks { alpha: 0.05, planned: 1 };
const SHARE: (f64, f64) = (0.0, 1.0);
const AMOUNT: (f64, f64) = (0.0, f64::INFINITY);

/// Value, low, high to three digits, and whether there is a standard error.
fn say(estimate: Option<Estimate>) -> String {
    let Some(found) = estimate else {
        return "none".to_owned();
    };
    let error = if found.standard_error.is_some() { "" } else { ", no error" };
    format!("{:.3} in {:.3}..{:.3}{error}", found.value, found.low, found.high)
}

fn mean_of(values: &[f64]) -> String {
    say(mean::bounded(values, SHARE, ONE_LOOK))
}

fn ratio_of(units: &[(f64, f64)], range: (f64, f64)) -> String {
    say(ratio::linearised(units, range, ONE_LOOK))
}

/// One value, in the bin 3.
const THREE: &[(i32, u64)] = &[(3, 1)];

fn median_of(units: &[&[(i32, u64)]]) -> String {
    say(quantile::woodruff(units, f64::from, 0.5, ONE_LOOK))
}

#[test]
fn means() {
    assert_eq!(mean_of(&[]), "none");
    assert_eq!(mean_of(&[0.7]), "0.700 in 0.000..1.000, no error");
    assert_eq!(mean_of(&[1.0; 30]), "1.000 in 0.873..1.000");
    assert_eq!(mean_of(&[0.0; 30]), "0.000 in 0.000..0.127");
    assert_eq!(say(mean::bounded(&[0.5], (0.0, f64::INFINITY), ONE_LOOK)), "none");
    assert_eq!(say(mean::bounded(&[f64::NAN], SHARE, ONE_LOOK)), "none");
}

#[test]
fn units_that_all_agree_still_have_a_standard_error() {
    let all = mean::bounded(&[1.0; 30], SHARE, ONE_LOOK).expect("there are values");
    let error = all.standard_error.expect("there are several units");
    assert!((error - (0.25_f64 / 31.0 / 30.0).sqrt()).abs() < 1e-12, "{error}");
}

#[test]
fn ratios() {
    assert_eq!(ratio_of(&[], SHARE), "none");
    assert_eq!(ratio_of(&[(1.0, 0.0), (2.0, 0.0)], AMOUNT), "none");
    assert_eq!(ratio_of(&[(f64::NAN, 1.0)], AMOUNT), "none");
    assert_eq!(ratio_of(&[(3.0, 2.0)], AMOUNT), "1.500 in 0.000..inf, no error");
    // Five of five say no more than Clopper and Pearson: 0.025^(1/5).
    assert_eq!(ratio_of(&[(1.0, 1.0); 5], SHARE), "1.000 in 0.478..1.000");
    assert_eq!(ratio_of(&[(0.0, 4.0); 5], SHARE), "0.000 in 0.000..0.522");
    // Without a ceiling, a unit of a kind not met yet may cost ten times as much.
    assert_eq!(ratio_of(&[(0.1, 1.0), (0.2, 2.0), (0.3, 3.0)], AMOUNT), "0.100 in 0.029..0.737");
    assert_eq!(ratio_of(&[(1.0, 100.0); 20], AMOUNT), "0.010 in 0.008..0.025");
    assert_eq!(ratio_of(&[(1.0, 100.0); 200], AMOUNT), "0.010 in 0.010..0.012");
    assert_eq!(ratio_of(&[(0.0, 1.0); 100], AMOUNT), "0.000 in 0.000..inf");
}

#[test]
fn quantiles() {
    assert_eq!(median_of(&[]), "none");
    assert_eq!(median_of(&[&[], &[(3, 0)]]), "none");
    assert_eq!(median_of(&[&[(3, 10), (5, 1)]]), "3.000 in -inf..inf, no error");
    assert_eq!(median_of(&[THREE; 3]), "3.000 in -inf..inf, no error");
    assert_eq!(median_of(&[THREE; 30]), "3.000 in 3.000..3.000");
    // The bin of values too small to tell apart comes first.
    assert_eq!(
        say(quantile::woodruff(&[&[(i32::MIN, 3)]], |_| 0.0, 0.5, ONE_LOOK)),
        "0.000 in -inf..inf, no error"
    );
    assert_eq!(say(quantile::woodruff(&[&[(3, 1)]], f64::from, 1.0, ONE_LOOK)), "none");
}

#[test]
fn calibration_errors() {
    let of = |units: &[Vec<Bin>]| say(calibration::expected_error(units, ONE_LOOK));
    let sure = |outcome: f64| vec![Bin { bin: 9, n: 4, confidence: 4.0, outcome }];
    assert_eq!(of(&[]), "none");
    assert_eq!(of(&[vec![]]), "none");
    assert_eq!(of(&[sure(4.0)]), "0.000 in 0.000..1.000, no error");
    assert_eq!(of(&vec![sure(4.0); 10]), "0.000 in 0.000..0.308");
    assert_eq!(of(&vec![sure(0.0); 10]), "1.000 in 0.692..1.000");
    assert_eq!(of(&vec![sure(2.0); 2000]), "0.500 in 0.498..0.502");
}

#[test]
fn concentrations() {
    let of = |rows: &[f64]| say(concentration::top_decile_share(rows, ONE_LOOK));
    assert_eq!(of(&[]), "none");
    assert_eq!(of(&[0.0, 0.0]), "none");
    assert_eq!(of(&[7.0]), "1.000 in 0.000..1.000, no error");
    assert_eq!(of(&[2.0; 100]), "0.100 in 0.096..0.133");
    assert_eq!(of(&[1.0, 0.0, 0.0, 0.0, 1.0]), "0.500 in 0.000..1.000");
}

#[test]
fn a_count_is_what_it_is() {
    assert_eq!(say(Some(Estimate::count(12.0, 3))), "12.000 in 12.000..12.000, no error");
}

fn difference_of(treatment: &[f64], control: &[f64]) -> String {
    say(difference::means(treatment, control, SHARE, ONE_LOOK))
}

#[test]
fn differences_of_means() {
    assert_eq!(difference_of(&[], &[1.0]), "none");
    assert_eq!(difference_of(&[1.0], &[]), "none");
    assert_eq!(difference_of(&[1.0], &[0.0]), "1.000 in -1.000..1.000, no error");
    assert_eq!(difference_of(&[f64::NAN, 1.0], &[0.0]), "none");
    assert_eq!(say(difference::means(&[1.0], &[0.0], AMOUNT, ONE_LOOK)), "none");
    assert_eq!(say(difference::paired(&[], SHARE, ONE_LOOK)), "none");
    assert_eq!(
        say(difference::paired(&[-0.5], SHARE, ONE_LOOK)),
        "-0.500 in -1.000..1.000, no error"
    );
}

#[test]
fn differences_of_estimates() {
    let dear = ratio::linearised(&[(1.0, 1.0); 20], AMOUNT, ONE_LOOK).expect("there are units");
    let free = ratio::linearised(&[(0.0, 1.0); 20], AMOUNT, ONE_LOOK).expect("there are units");
    assert_eq!(say(Some(difference::of(&free, &dear))), "-1.000 in -2.516..inf");
    assert_eq!(say(difference::uplift(&free, &dear)), "-1.000 in -1.000..inf");
    assert_eq!(say(difference::uplift(&dear, &free)), "none");
    assert_eq!(say(difference::uplift(&dear, &dear)), "0.000 in -0.612..1.577");
}

#[test]
fn sample_ratios() {
    let of = |counts: &[(u64, f64)]| experiment::sample_ratio(counts);
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[(0, 1.0), (0, 1.0)]), None);
    assert_eq!(of(&[(5, 1.0)]), None);
    assert_eq!(of(&[(5, 0.0), (3, 0.0)]), None);
    assert_eq!(of(&[(5, f64::NAN), (3, 1.0)]), None);
    let stray = of(&[(1, 0.0), (99, 1.0)]).expect("there are people");
    assert!(stray.mismatch && stray.e_value.is_infinite() && stray.p_value <= 0.0, "{stray:?}");
    let sole = of(&[(0, 0.0), (99, 1.0)]).expect("there are people");
    assert!(!sole.mismatch && sole.p_value >= 1.0, "{sole:?}");
    let one = of(&[(1, 0.5), (0, 0.5)]).expect("there is a person");
    assert!(!one.mismatch && (one.e_value - 1.0).abs() < 1e-9, "{one:?}");
}

#[test]
fn adjusted_outcomes() {
    let alone: &[(f64, Option<f64>)] = &[(3.0, None)];
    let kept = cuped::adjust(&[alone, &[]]).expect("the numbers are finite");
    assert_eq!((kept.arms, kept.theta), (vec![vec![3.0], vec![]], 0.0));
    let flat: &[(f64, Option<f64>)] = &[(3.0, Some(1.0)), (4.0, Some(1.0)), (8.0, None)];
    let kept = cuped::adjust(&[flat]).expect("the numbers are finite");
    assert_eq!((kept.theta, kept.variance_reduction), (0.0, 0.0));
    let known: &[(f64, Option<f64>)] = &[(3.0, Some(1.0)), (5.0, Some(2.0)), (4.0, None)];
    let taken = cuped::adjust(&[known]).expect("the numbers are finite");
    assert_eq!((taken.arms, taken.theta), (vec![vec![4.0; 3]], 2.0));
    assert!((taken.variance_reduction - 1.0).abs() < 1e-12);
    assert_eq!(cuped::adjust(&[&[(f64::INFINITY, None)]]), None);
}

#[test]
fn p_values() {
    assert!(experiment::mixture_p(1.0, 0.0, 1.0) >= 1.0);
    assert!(experiment::mixture_p(f64::NAN, 1.0, 1.0) >= 1.0);
    let of = |values: &[f64]| {
        experiment::p_value(|looks| mean::bounded(values, SHARE, looks), 0.5, ONE_LOOK)
    };
    assert!(of(&[]) >= 1.0);
    assert!(of(&[0.5; 20]) >= 1.0);
    assert!(of(&[1.0; 2000]) <= 1e-12);
}
