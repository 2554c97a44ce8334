//! What holds for any numbers: bounds, symmetry, widening, additivity of summaries.

use proptest::prelude::*;
use trueup_stats::calibration::{self, Bin};
use trueup_stats::{Estimate, Looks, concentration, mean, quantile, ratio};

const LOOKS: Looks = Looks { alpha: 0.05, planned: 30 };
const ONE_LOOK: Looks = Looks { alpha: 0.05, planned: 1 };
const SHARE: (f64, f64) = (0.0, 1.0);
const AMOUNT: (f64, f64) = (0.0, f64::INFINITY);

/// Shares that are often at an edge, as those of people are.
fn share() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0_f64]
}

fn shares(units: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(share(), units)
}

/// Sums that may be nothing, and of any size.
fn amounts() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let numerator = prop_oneof![Just(0.0), 0.0..1.0_f64, 0.0..1e9_f64];
    let denominator = prop_oneof![Just(0.0), (0..50_u32).prop_map(f64::from), 0.0..1e6_f64];
    prop::collection::vec((numerator, denominator), 0..40)
}

type Counts = Vec<(i32, u64)>;

fn histograms() -> impl Strategy<Value = Vec<Counts>> {
    let bins = prop::collection::btree_map(-20..20_i32, 0..50_u64, 0..8);
    prop::collection::vec(bins.prop_map(|bins| bins.into_iter().collect()), 0..40)
}

fn calibrations() -> impl Strategy<Value = Vec<Vec<Bin>>> {
    let bin = (0..10_u32, 0..30_u64, share(), share()).prop_map(|(bin, n, confidence, outcome)| {
        Bin { bin, n, confidence: confidence * n as f64, outcome: outcome * n as f64 }
    });
    prop::collection::vec(prop::collection::vec(bin, 0..5), 0..20)
}

fn quantile_of(units: &[Counts], q: f64, looks: Looks) -> Option<Estimate> {
    let units: Vec<&[(i32, u64)]> = units.iter().map(Vec::as_slice).collect();
    quantile::woodruff(&units, f64::from, q, looks)
}

fn check_sound(estimate: Option<Estimate>, range: (f64, f64)) {
    let Some(found) = estimate else {
        return;
    };
    assert!(found.value.is_finite() && !found.low.is_nan() && !found.high.is_nan(), "{found:?}");
    assert!(found.low <= found.value && found.value <= found.high, "{found:?}");
    assert!(range.0 <= found.low && found.high <= range.1, "{found:?}");
    assert!(
        found.standard_error.is_none_or(|error| error >= 0.0 && error.is_finite()),
        "{found:?}"
    );
}

/// `wide` holds all of `narrow`, but for rounding.
fn check_holds(wide: Option<Estimate>, narrow: Option<Estimate>) {
    let (Some(wide), Some(narrow)) = (wide, narrow) else {
        assert_eq!(wide.is_none(), narrow.is_none());
        return;
    };
    let slack = 1e-9 * narrow.value.abs().max(1.0);
    assert!(
        wide.low <= narrow.low + slack && wide.high >= narrow.high - slack,
        "{wide:?} {narrow:?}"
    );
}

fn width(estimate: Option<Estimate>) -> f64 {
    estimate.map_or(0.0, |estimate| estimate.high - estimate.low)
}

proptest! {
    #[test]
    fn all_are_sound(
        values in shares(0..60),
        amounts in amounts(),
        histograms in histograms(),
        bins in calibrations(),
        q in 0.01..0.99_f64,
        alpha in prop_oneof![Just(0.0), Just(1e-300), 1e-6..0.9_f64, Just(1.0), Just(3.0)],
        planned in 1..400_u32,
    ) {
        let looks = Looks { alpha, planned };
        check_sound(mean::bounded(&values, SHARE, looks), SHARE);
        check_sound(ratio::linearised(&amounts, AMOUNT, looks), AMOUNT);
        check_sound(quantile_of(&histograms, q, looks), (f64::NEG_INFINITY, f64::INFINITY));
        check_sound(calibration::expected_error(&bins, looks), SHARE);
        check_sound(concentration::top_decile_share(&values, looks), SHARE);
    }

    #[test]
    fn a_smaller_alpha_widens(
        values in shares(0..60), amounts in amounts(), histograms in histograms(), q in 0.01..0.99_f64,
    ) {
        check_holds(mean::bounded(&values, SHARE, LOOKS), mean::bounded(&values, SHARE, ONE_LOOK));
        check_holds(
            ratio::linearised(&amounts, AMOUNT, LOOKS),
            ratio::linearised(&amounts, AMOUNT, ONE_LOOK),
        );
        check_holds(quantile_of(&histograms, q, LOOKS), quantile_of(&histograms, q, ONE_LOOK));
    }

    #[test]
    fn more_units_of_the_same_kind_narrow(values in shares(5..40), histograms in histograms()) {
        let often = values.repeat(6);
        prop_assert!(
            width(mean::bounded(&often, SHARE, LOOKS))
                <= width(mean::bounded(&values, SHARE, LOOKS)) + 1e-9
        );
        let units: Vec<(f64, f64)> = values.iter().map(|value| (*value, 1.0)).collect();
        prop_assert!(
            width(ratio::linearised(&units.repeat(6), SHARE, LOOKS))
                <= width(ratio::linearised(&units, SHARE, LOOKS)) + 1e-9
        );
        check_holds(
            quantile_of(&histograms, 0.5, LOOKS),
            quantile_of(&vec![histograms.clone(); 6].concat(), 0.5, LOOKS),
        );
    }

    #[test]
    fn acceptance_and_rejection_mirror_each_other(values in shares(1..60)) {
        let accepted = mean::bounded(&values, SHARE, LOOKS).expect("there are values");
        let mirrored: Vec<f64> = values.iter().map(|value| 1.0 - value).collect();
        let rejected = mean::bounded(&mirrored, SHARE, LOOKS).expect("there are values");
        for (one, other) in [
            (accepted.value, rejected.value),
            (accepted.low, rejected.high),
            (accepted.high, rejected.low),
        ] {
            prop_assert!((one - (1.0 - other)).abs() < 1e-9, "{accepted:?} {rejected:?}");
        }
    }

    /// The pooled quantile of units is that of one unit with all their values.
    #[test]
    fn merged_histograms_have_the_pooled_quantile(histograms in histograms(), q in 0.01..0.99_f64) {
        let mut merged = std::collections::BTreeMap::new();
        for (bin, count) in histograms.iter().flatten() {
            *merged.entry(*bin).or_insert(0) += count;
        }
        let pooled = quantile_of(&[merged.into_iter().collect()], q, LOOKS);
        let found = quantile_of(&histograms, q, LOOKS);
        prop_assert_eq!(found.map(|found| found.value), pooled.map(|pooled| pooled.value));
    }

    /// So is the calibration error.
    #[test]
    fn merged_rows_have_the_pooled_calibration_error(units in calibrations()) {
        let merged = vec![units.iter().flatten().copied().collect::<Vec<Bin>>()];
        let pooled = calibration::expected_error(&merged, LOOKS).map(|found| found.value);
        let found = calibration::expected_error(&units, LOOKS).map(|found| found.value);
        match (found, pooled) {
            (Some(found), Some(pooled)) => prop_assert!((found - pooled).abs() < 1e-9),
            other => prop_assert_eq!(other, (None, None)),
        }
    }

    #[test]
    fn a_ratio_keeps_no_unit_of_money(units in amounts(), factor in 1e-3..1e3_f64) {
        let dear: Vec<(f64, f64)> = units.iter().map(|unit| (unit.0 * factor, unit.1)).collect();
        let cheap = ratio::linearised(&units, AMOUNT, LOOKS);
        let Some((cheap, dear)) = cheap.zip(ratio::linearised(&dear, AMOUNT, LOOKS)) else {
            return Ok(());
        };
        let scaled = cheap.high * factor;
        let both_open = dear.high.is_infinite() && scaled.is_infinite();
        prop_assert!(both_open || (dear.high - scaled).abs() <= 1e-6 * scaled);
    }
}
