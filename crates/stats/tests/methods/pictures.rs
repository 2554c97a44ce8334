//! What pictures are drawn from: it must be what the estimates are computed from.

use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use trueup_stats::calibration::{self, Bin, UNITS_AT_LEAST, diagram};
use trueup_stats::drift::{self, Counts};
use trueup_stats::survival::{Curve, Span};

use crate::ONE_LOOK;

fn bin(bin: u32, n: u64, confidence: f64, outcome: f64) -> Bin {
    Bin { bin, n, confidence, outcome }
}

#[test]
fn a_diagram_has_the_means_of_each_bin() {
    // The second unit has its bin in two parts, and the third a bin without rows.
    let units = [
        vec![bin(1, 2, 0.3, 1.0), bin(9, 4, 3.8, 4.0)],
        vec![bin(9, 1, 0.9, 0.0), bin(9, 1, 0.9, 1.0)],
        vec![bin(4, 0, 0.0, 0.0), bin(9, 2, 1.8, 1.0)],
    ];
    let found = diagram(&units, ONE_LOOK);
    let said: Vec<_> = found.iter().map(|point| (point.bin, point.n, point.units)).collect();
    assert_eq!(said, [(1, 2, 1), (9, 8, 3)]);
    assert!((found[0].confidence - 0.15).abs() < 1e-12 && (found[0].outcome - 0.5).abs() < 1e-12);
    assert!((found[1].confidence - 0.925).abs() < 1e-12 && (found[1].outcome - 0.75).abs() < 1e-12);
    assert!(found.iter().all(|point| point.interval.is_none()), "three people say too little");
}

#[test]
fn intervals_of_a_bin_hold_from_the_fewest_units_on() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let runs = 1000;
    let mut missed = 0;
    for _ in 0..runs {
        // People differ in how much they use it and in how often it is right for them.
        let units: Vec<Vec<Bin>> = (0..UNITS_AT_LEAST)
            .map(|_| {
                let n: u32 = random.random_range(1..=10);
                let right = if random.random_bool(0.5) { 0.6 } else { 0.9 };
                let outcome = (0..n).filter(|_| random.random_bool(right)).count();
                vec![bin(0, u64::from(n), 0.75 * f64::from(n), outcome as f64)]
            })
            .collect();
        let found = diagram(&units, ONE_LOOK)[0].interval.expect("there are units enough");
        missed += u32::from(!(found.low..=found.high).contains(&0.75));
    }
    assert!(f64::from(missed) / f64::from(runs) < 0.08, "{missed} of {runs} miss the truth");
}

#[test]
fn units_at_risk_are_those_still_watched() {
    let span = |duration, event| vec![Span { duration, event }];
    let curve = Curve::of(&[span(1.0, true), span(2.0, false), span(2.0, true), span(5.0, false)]);
    let curve = curve.expect("there are spans");
    assert_eq!(
        [0.0, 1.0, 1.5, 2.0, 2.5, 5.0, 6.0].map(|at| curve.at_risk(at)),
        [4, 4, 3, 3, 1, 1, 0]
    );
    assert!((curve.longest() - 5.0).abs() < 1e-12);
}

fn units_of_bins() -> impl Strategy<Value = Vec<Vec<Bin>>> {
    let row = (0..40_u32, 0..9_u64, 0.0..=1.0_f64).prop_map(|(at, n, share)| {
        bin(at, n, f64::from(at) / 40.0 * n as f64, (share * n as f64).round())
    });
    prop::collection::vec(prop::collection::vec(row, 0..6), 0..40)
}

fn counts() -> impl Strategy<Value = Vec<Counts>> {
    let counts = prop::collection::btree_map(-30..30_i32, 0..20_u64, 0..8);
    prop::collection::vec(counts.prop_map(|counts| counts.into_iter().collect()), 0..20)
}

fn rows(side: &[Counts]) -> u64 {
    side.iter().flatten().map(|(_, rows)| rows).sum()
}

proptest! {
    #[test]
    fn a_diagram_has_every_row_and_adds_up_to_the_error(units in units_of_bins(), bins in 1..12_u32) {
        let n: u64 = units.iter().flatten().map(|bin| bin.n).sum();
        let coarse = calibration::of_equal_mass(&units, bins).unwrap_or_default();
        for (units, most) in [(&units, 40), (&coarse, bins as usize)] {
            let found = diagram(units, ONE_LOOK);
            prop_assert!(found.len() <= most);
            prop_assert!(found.windows(2).all(|pair| pair[0].bin < pair[1].bin));
            prop_assert_eq!(found.iter().map(|point| point.n).sum::<u64>(), n);
            let gap = |point: &calibration::Point| {
                (point.confidence - point.outcome).abs() * point.n as f64
            };
            let error = found.iter().map(gap).sum::<f64>() / n as f64;
            if let Some(expected) = calibration::expected_error(units, ONE_LOOK) {
                prop_assert!((error - expected.value).abs() < 1e-9, "{} {}", error, expected.value);
            }
            for interval in found.iter().filter_map(|point| Some((point, point.interval?))) {
                let (point, interval) = interval;
                prop_assert!(point.units >= UNITS_AT_LEAST);
                prop_assert!(interval.low <= point.outcome && point.outcome <= interval.high);
            }
        }
    }

    #[test]
    fn bins_have_every_row_and_give_the_same_index(then in counts(), now in counts(), bins in 1..12_usize) {
        let Some(found) = drift::of_equal_mass(&then, &now, bins) else {
            prop_assert_eq!(rows(&then), 0);
            return Ok(());
        };
        prop_assert!(found.len() <= bins);
        prop_assert!(found.windows(2).all(|pair| pair[0].last < pair[1].last));
        let (n, m) = (rows(&then), rows(&now));
        prop_assert_eq!(found.iter().map(|both| both.reference).sum::<u64>(), n);
        prop_assert_eq!(found.iter().map(|both| both.current).sum::<u64>(), m);
        prop_assert!(found.iter().all(|both| both.reference > 0));
        // A bin ends where it says: below its end lie its rows and those of the bins before.
        for (at, both) in found.iter().enumerate().take(found.len() - 1) {
            let below: u64 = found[..=at].iter().map(|both| both.current).sum();
            let counted = now.iter().flatten().filter(|(bin, _)| *bin <= both.last);
            prop_assert_eq!(below, counted.map(|(_, rows)| rows).sum::<u64>());
        }
        let Some(index) = drift::numbers(&then, &now, bins, ONE_LOOK) else { return Ok(()) };
        if found.iter().all(|both| both.current > 0) {
            let part = |both: &drift::Both| {
                let (p, q) = (both.reference as f64 / n as f64, both.current as f64 / m as f64);
                (q - p) * (q / p).ln()
            };
            prop_assert!((found.iter().map(part).sum::<f64>() - index.psi).abs() < 1e-9);
        }
    }
}
