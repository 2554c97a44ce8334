//! Bounds, symmetry, order and additivity, whatever the numbers.

use proptest::prelude::*;
use trueup_stats::agreement::{self, Pair, Weights};
use trueup_stats::calibration::{self, Bin};
use trueup_stats::delivery::Throughput;
use trueup_stats::drift::{self, Counts, Drift};
use trueup_stats::ppi::{self, UnitJudgements};
use trueup_stats::survival::{Curve, Span};
use trueup_stats::{
    Estimate, Looks, auc, correlation, novelty, nps, posterior, proportion, scoring,
};

const SHARE: (f64, f64) = (0.0, 1.0);
const CORRELATION: (f64, f64) = (-1.0, 1.0);
const EVERYWHERE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
const LOOKS: Looks = Looks { alpha: 0.05, planned: 30 };

fn any_looks() -> impl Strategy<Value = Looks> {
    let alpha = prop_oneof![Just(0.0), Just(1e-300), 1e-6..0.9_f64, Just(1.0), Just(3.0)];
    (alpha, 1..400_u32).prop_map(|(alpha, planned)| Looks { alpha, planned })
}

fn units<T: std::fmt::Debug>(
    row: impl Strategy<Value = T>,
    most: usize,
) -> impl Strategy<Value = Vec<Vec<T>>> {
    prop::collection::vec(prop::collection::vec(row, 0..5), 0..most)
}

/// Whole outcomes, so that a split of a bin is exact.
fn bins() -> impl Strategy<Value = Vec<Vec<Bin>>> {
    let bin = (0..100_u32, 0..6_u64, 0.0..=1.0_f64).prop_map(|(bin, n, share)| Bin {
        bin,
        n,
        confidence: f64::from(bin) / 100.0 * n as f64,
        outcome: (share * n as f64).round(),
    });
    units(bin, 20)
}

fn counts() -> impl Strategy<Value = Vec<Counts>> {
    units((-5..8_i32, 0..9_u64), 15)
}

fn pairs() -> impl Strategy<Value = Vec<Vec<Pair>>> {
    let grade = prop_oneof![8 => (0..5_u8).prop_map(f64::from), 1 => Just(f64::NAN),
        1 => Just(f64::INFINITY), 1 => Just(-0.0)];
    let pair = (grade.clone(), grade, 0..4_u64);
    units(pair.prop_map(|(judge, person, n)| Pair { judge, person, n }), 15)
}

fn judgements() -> impl Strategy<Value = Vec<UnitJudgements>> {
    let alone = (0..9_u64, 0.0..=1.0_f64);
    let grade = prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0_f64];
    let pair = (grade.clone(), grade, 0..3_u64);
    let both =
        prop::collection::vec(pair.prop_map(|(judge, person, n)| Pair { judge, person, n }), 0..3);
    let unit = (both, alone).prop_map(|(both, (alone_n, mean))| UnitJudgements {
        both,
        alone_n,
        alone_sum: mean * alone_n as f64,
    });
    prop::collection::vec(unit, 0..15)
}

fn spans() -> impl Strategy<Value = Vec<Vec<Span>>> {
    let duration = prop_oneof![9 => (0..12_u8).prop_map(f64::from), 1 => Just(f64::NAN)];
    units((duration, any::<bool>()).prop_map(|(duration, event)| Span { duration, event }), 15)
}

fn days() -> impl Strategy<Value = Vec<Vec<(f64, f64, f64)>>> {
    units(((0..9_u8).prop_map(f64::from), -1.0..1.0_f64, 0.0..5.0_f64), 15)
}

fn check_sound(estimate: Option<Estimate>, range: (f64, f64)) {
    let Some(found) = estimate else {
        return;
    };
    assert!(!found.value.is_nan() && !found.low.is_nan() && !found.high.is_nan(), "{found:?}");
    assert!(found.low <= found.value && found.value <= found.high, "{found:?}");
    assert!(range.0 <= found.low && found.high <= range.1, "{found:?}");
    assert!(found.standard_error.is_none_or(|e| e >= 0.0 && e.is_finite()), "{found:?}");
}

fn check_near(one: Option<Estimate>, other: Option<Estimate>) {
    let (Some(one), Some(other)) = (one, other) else {
        assert_eq!(one.is_none(), other.is_none(), "{one:?} {other:?}");
        return;
    };
    for (a, b) in [(one.value, other.value), (one.low, other.low), (one.high, other.high)] {
        let both_infinite = a.is_infinite() && a.total_cmp(&b).is_eq();
        assert!(both_infinite || (a - b).abs() <= 1e-6 * a.abs().max(1.0), "{one:?} {other:?}");
    }
}

/// Above 1/1000 of the value, no difference is a matter of rounding.
fn check_near_drift(one: Option<Drift>, other: Option<Drift>) {
    check_near(one.map(|found| found.above_chance), other.map(|found| found.above_chance));
    if let (Some(one), Some(other)) = (one, other) {
        assert!((one.psi - other.psi).abs() < 1e-9 && one.bins == other.bins);
        assert!((one.jensen_shannon - other.jensen_shannon).abs() < 1e-6);
    }
}

fn reversed<T: Clone>(units: &[T]) -> Vec<T> {
    units.iter().rev().cloned().collect()
}

/// Each row of a unit as often as `n` says, on its own and in the other order.
fn split_pairs(units: &[Vec<Pair>]) -> Vec<Vec<Pair>> {
    let alone = |pair: &Pair| vec![Pair { n: 1, ..*pair }; usize::try_from(pair.n).unwrap_or(0)];
    units.iter().map(|unit| unit.iter().rev().flat_map(alone).collect()).collect()
}

type Coefficient = fn(&[Vec<Pair>], Looks) -> Option<Estimate>;

const COEFFICIENTS: [Coefficient; 5] = [
    |units, looks| agreement::kappa(units, Weights::Equal, looks).ok(),
    |units, looks| agreement::kappa(units, Weights::Linear, looks).ok(),
    |units, looks| agreement::kappa(units, Weights::Quadratic, looks).ok(),
    |units, looks| correlation::spearman(units, looks).ok(),
    |units, looks| correlation::kendall(units, looks).ok(),
];

proptest! {
    // A case tries several methods, some of them with hundreds of draws.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn models_are_sound(
        bins in bins(),
        then in counts(),
        now in counts(),
        looks in any_looks(),
        merged in 1..20_u32,
    ) {
        check_sound(auc::auc(&bins, looks), SHARE);
        for found in
            [calibration::equal_mass(&bins, merged, looks), calibration::equal_width(&bins, looks)]
                .into_iter()
                .flatten()
        {
            check_sound(Some(found.above_floor), SHARE);
            prop_assert!(
                found.floor >= 0.0 && found.above_floor.value <= found.estimate.value + 1e-12
            );
            prop_assert!(found.above_floor.value >= found.estimate.value - found.floor - 1e-9);
        }
        for found in [drift::classes(&then, &now, looks), drift::numbers(&then, &now, 10, looks)]
            .into_iter()
            .flatten()
        {
            check_sound(Some(found.above_chance), (0.0, f64::INFINITY));
            prop_assert!(found.psi >= 0.0 && found.psi.is_finite());
            prop_assert!(found.p_value.is_none_or(|p| (0.0..=1.0).contains(&p)));
            prop_assert!((0.0..=0.8326).contains(&found.jensen_shannon), "{found:?}");
            prop_assert!(found.kolmogorov_smirnov.is_none_or(|d| (0.0..=1.0 + 1e-12).contains(&d)));
        }
    }

    #[test]
    fn judges_are_sound(pairs in pairs(), judgements in judgements(), looks in any_looks()) {
        for of in COEFFICIENTS {
            check_sound(of(&pairs, looks), CORRELATION);
        }
        for found in [
            agreement::raw(&pairs, looks),
            agreement::precision(&pairs, 1.0, looks),
            agreement::recall(&pairs, 1.0, looks),
        ] {
            check_sound(found, SHARE);
        }
        if let Some(found) = ppi::mean(&judgements, SHARE, looks) {
            check_sound(Some(found.estimate), SHARE);
            check_sound(Some(found.human_only), SHARE);
            prop_assert!((0.0..=1.0).contains(&found.lambda));
            prop_assert!(found.narrower.is_none_or(f64::is_finite));
        }
        if let Some(found) = ppi::mean(&judgements, EVERYWHERE, looks) {
            check_sound(Some(found.estimate), EVERYWHERE);
        }
    }

    #[test]
    fn time_is_sound(
        spans in spans(),
        days in days(),
        looks in any_looks(),
        burn_in in 0.0..9.0_f64,
    ) {
        check_sound(novelty::slope(&days, looks), EVERYWHERE);
        check_sound(novelty::slope_after(&days, burn_in, looks), EVERYWHERE);
        if let Some(curve) = Curve::of(&spans) {
            check_sound(Some(curve.median(looks)), (0.0, f64::INFINITY));
            let mut last = 1.0;
            for time in 0..13 {
                let found = curve.survival(f64::from(time), looks);
                check_sound(found, SHARE);
                prop_assert!(found.is_none_or(|found| found.value <= last));
                last = found.map_or(last, |found| found.value);
            }
        }
    }

    #[test]
    fn forecasts_are_sound(
        (units, share) in (0..60_u64, 0.0..=1.0_f64),
        more in 0..60_u64,
        bound in 0.0..=1.0_f64,
        history in prop::collection::vec(0..6_u32, 1..9),
        remaining in 0..30_u32,
        looks in any_looks(),
    ) {
        let successes = (share * units as f64).min(units as f64);
        let sum: f64 = posterior::predictive(successes, units, more).iter().sum();
        prop_assert!((sum - 1.0).abs() < 1e-9);
        let met =
            |least, most| posterior::chance_met(successes, units, least, most, units + more, looks);
        for chance in [met(Some(bound), None), met(None, Some(bound))].into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&chance));
        }
        let throughput = Throughput::of(&history).expect("there are weeks");
        let (early, late) =
            (throughput.weeks_until(remaining, 0.5), throughput.weeks_until(remaining, 0.85));
        prop_assert!(late.is_none() || early <= late);
        for week in 0..8 {
            prop_assert!(
                throughput.chance_done(remaining, week)
                    <= throughput.chance_done(remaining, week + 1) + 1e-12
            );
            prop_assert!(throughput.items_by(week, 0.85) <= throughput.items_by(week, 0.5));
        }
        let (k, n) = (more.min(units), units);
        check_sound(proportion::wilson(k, n, looks), SHARE);
        check_sound(proportion::clopper_pearson(k, n, looks), SHARE);
        check_sound(nps::score(k, remaining.into(), more, looks), (-100.0, 100.0));
    }

    #[test]
    fn the_order_of_units_does_not_matter(
        bins in bins(),
        then in counts(),
        now in counts(),
        pairs in pairs(),
        judgements in judgements(),
        spans in spans(),
        days in days(),
    ) {
        check_near(auc::auc(&bins, LOOKS), auc::auc(&reversed(&bins), LOOKS));
        check_near_drift(
            drift::numbers(&then, &now, 4, LOOKS),
            drift::numbers(&reversed(&then), &reversed(&now), 4, LOOKS),
        );
        for of in COEFFICIENTS {
            check_near(of(&pairs, LOOKS), of(&reversed(&pairs), LOOKS));
        }
        let corrected =
            |units: &[UnitJudgements]| ppi::mean(units, SHARE, LOOKS).map(|found| found.estimate);
        check_near(corrected(&judgements), corrected(&reversed(&judgements)));
        let median = |units: &[Vec<Span>]| Curve::of(units).map(|curve| curve.median(LOOKS));
        check_near(median(&spans), median(&reversed(&spans)));
        check_near(novelty::slope(&days, LOOKS), novelty::slope(&reversed(&days), LOOKS));
    }

    /// One row that counts thrice is three rows that count once.
    #[test]
    fn summaries_add_up(bins in bins(), then in counts(), now in counts(), pairs in pairs()) {
        let split_bins: Vec<Vec<Bin>> = bins
            .iter()
            .map(|unit| {
                unit.iter()
                    .flat_map(|bin| {
                        let ones = Bin { n: bin.n - bin.n / 2, confidence: bin.confidence, ..*bin };
                        let first = bin.outcome.min(ones.n as f64);
                        [
                            Bin { outcome: first, ..ones },
                            Bin {
                                n: bin.n / 2,
                                confidence: 0.0,
                                outcome: bin.outcome - first,
                                ..*bin
                            },
                        ]
                    })
                    .collect()
            })
            .collect();
        check_near(auc::auc(&bins, LOOKS), auc::auc(&split_bins, LOOKS));
        let above = |units: &[Vec<Bin>]| {
            calibration::equal_mass(units, 5, LOOKS).map(|found| found.above_floor)
        };
        check_near(above(&bins), above(&split_bins));
        let split = |side: &[Counts]| -> Vec<Counts> {
            side.iter()
                .map(|unit| {
                    unit.iter().flat_map(|&(bin, n)| [(bin, n / 2), (bin, n - n / 2)]).collect()
                })
                .collect()
        };
        check_near_drift(
            drift::classes(&then, &now, LOOKS),
            drift::classes(&split(&then), &split(&now), LOOKS),
        );
        for of in COEFFICIENTS {
            check_near(of(&pairs, LOOKS), of(&split_pairs(&pairs), LOOKS));
        }
        let all = agreement::confusion(&pairs);
        prop_assert_eq!(agreement::confusion(&split_pairs(&pairs)), all.clone());
        prop_assert_eq!(agreement::confusion(std::slice::from_ref(&all)), all);
    }

    /// Who is called judge and who person does not matter to a coefficient; nor does the scale.
    #[test]
    fn coefficients_are_symmetric(pairs in pairs()) {
        let map = |to: fn(&Pair) -> Pair| -> Vec<Vec<Pair>> {
            pairs.iter().map(|unit| unit.iter().map(to).collect()).collect()
        };
        let swapped = map(|pair| Pair { judge: pair.person, person: pair.judge, ..*pair });
        let stretched =
            map(|p| Pair { judge: 3.0 * p.judge - 1.0, person: 3.0 * p.person - 1.0, ..*p });
        for of in COEFFICIENTS {
            check_near(of(&pairs, LOOKS), of(&swapped, LOOKS));
            check_near(of(&pairs, LOOKS), of(&stretched, LOOKS));
        }
        let against = map(|pair| Pair { person: -pair.person, ..*pair });
        for of in [correlation::spearman, correlation::kendall] {
            let value = |units: &[Vec<Pair>]| of(units, LOOKS).map(|found| found.value);
            match (value(&pairs), value(&against)) {
                (Ok(one), Ok(other)) => prop_assert!((one + other).abs() < 1e-9),
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }

    /// An inverted model has the mirrored area, and no drift is the same in both directions.
    #[test]
    fn models_mirror(bins in bins(), then in counts(), now in counts()) {
        let inverted: Vec<Vec<Bin>> = bins
            .iter()
            .map(|unit| unit.iter().map(|bin| Bin { bin: 99 - bin.bin, ..*bin }).collect())
            .collect();
        let (one, other) = (auc::auc(&bins, LOOKS), auc::auc(&inverted, LOOKS));
        check_near(
            one,
            other.map(|o| Estimate {
                value: 1.0 - o.value,
                low: 1.0 - o.high,
                high: 1.0 - o.low,
                ..o
            }),
        );
        check_near_drift(drift::classes(&then, &now, LOOKS), drift::classes(&now, &then, LOOKS));
        let none = drift::classes(&then, &then, LOOKS);
        prop_assert!(none.is_none_or(|found| found.psi.abs() < 1e-12 && !found.alarm));
    }

    #[test]
    fn a_brier_score_is_the_sum_of_its_parts(
        forecasts in prop::collection::vec((prop::sample::select(vec![0.0, 0.15, 0.5, 0.85, 1.0]), any::<bool>()), 1..60),
    ) {
        let found = scoring::brier(&forecasts, 10).expect("there are forecasts");
        prop_assert!(found.within.abs() < 1e-12, "{:?}", found);
        prop_assert!(found.reliability >= 0.0 && found.resolution <= found.uncertainty + 1e-12);
    }
}
