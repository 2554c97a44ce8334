//! What chance does to drift, calibration, corrected judges and AUC, by simulation with people who
//! come back. Prints the figures that `docs/statistics.md` quotes:
//! `cargo test -p trueup-stats --test noise -- --nocapture`.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{ContinuousCDF, Normal};
use trueup_stats::agreement::Pair;
use trueup_stats::calibration::{self, Bin};
use trueup_stats::drift::{self, Counts, Drift};
use trueup_stats::ppi::{self, UnitJudgements};
use trueup_stats::{Looks, auc};

const ALPHA: f64 = 0.05;
const ONE_LOOK: Looks = Looks { alpha: ALPHA, planned: 1 };
const RUNS: u32 = 1000;

/// Three standard errors of a share of `runs` runs that is `ALPHA` in truth.
fn slack(runs: u32) -> f64 {
    3.0 * (ALPHA * (1.0 - ALPHA) / f64::from(runs)).sqrt()
}

/// The share of runs in which something holds.
fn share_of(runs: u32, mut holds: impl FnMut(&mut ChaCha8Rng) -> bool) -> f64 {
    let hits =
        (0..runs).filter(|run| holds(&mut ChaCha8Rng::seed_from_u64(u64::from(*run)))).count();
    hits as f64 / f64::from(runs)
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    Normal::standard().inverse_cdf(random.random_range(1e-12..1.0))
}

/// People with `rows` values each: their own level and day to day noise, both of variance `alike`
/// and 1 - `alike`, moved by `shift`. Bins of width .05.
fn values(
    random: &mut ChaCha8Rng,
    people: usize,
    rows: usize,
    alike: f64,
    shift: f64,
) -> Vec<Counts> {
    (0..people)
        .map(|_| {
            let own = alike.sqrt() * normal(random);
            (0..rows)
                .map(|_| {
                    let value = shift + own + (1.0 - alike).sqrt() * normal(random);
                    #[expect(clippy::cast_possible_truncation, reason = "a few hundred")]
                    let bin = (value / 0.05).floor() as i32;
                    (bin, 1)
                })
                .collect()
        })
        .collect()
}

fn deciles(reference: &[Counts], current: &[Counts]) -> Drift {
    drift::numbers(reference, current, 10, ONE_LOOK).expect("there are rows")
}

#[test]
fn a_fixed_threshold_alarms_without_drift() {
    println!("\n| no drift, rows a side | PSI > .1 | our alarm | p < .05 | mean PSI | by chance |");
    for n in [50, 100, 200] {
        let (mut fixed, mut significant, mut psi, mut chance) = (0, 0, 0.0, 0.0);
        let alarms = share_of(RUNS, |random| {
            let found = deciles(&values(random, n, 1, 0.0, 0.0), &values(random, n, 1, 0.0, 0.0));
            fixed += u32::from(found.psi > 0.1);
            significant += u32::from(found.p_value.is_some_and(|p| p <= ALPHA));
            psi += found.psi / f64::from(RUNS);
            chance += found.by_chance.unwrap_or(f64::NAN) / f64::from(RUNS);
            found.alarm
        });
        let fixed = f64::from(fixed) / f64::from(RUNS);
        let significant = f64::from(significant) / f64::from(RUNS);
        println!("| {n} | {fixed:.3} | {alarms:.3} | {significant:.3} | {psi:.3} | {chance:.3} |");
        assert!(significant <= ALPHA + slack(RUNS), "{n}: {significant}");
        assert!(alarms <= ALPHA + slack(RUNS), "{n}: {alarms}");
    }
}

#[test]
fn drift_with_people_who_come_back() {
    println!("\n| people, rows each | drift | our alarm | p < .05 | interval holds the truth |");
    for (people, rows, shift, truth) in
        [(30, 20, 0.0, 0.0), (100, 20, 0.0, 0.0), (100, 20, 0.7, 0.462), (400, 5, 0.3, 0.0861)]
    {
        let (mut significant, mut holds) = (0, 0);
        let runs = 400;
        let alarms = share_of(runs, |random| {
            let reference = values(random, people, rows, 0.5, 0.0);
            let found = deciles(&reference, &values(random, people, rows, 0.5, shift));
            significant += u32::from(found.p_value.is_some_and(|p| p <= ALPHA));
            let above = found.above_chance;
            holds += u32::from(above.low <= truth && truth <= above.high);
            found.alarm
        });
        let significant = f64::from(significant) / f64::from(runs);
        let holds = f64::from(holds) / f64::from(runs);
        println!("| {people}, {rows} | {shift} | {alarms:.3} | {significant:.3} | {holds:.3} |");
        assert!(holds >= 1.0 - ALPHA - slack(runs), "{people}: {holds}");
        let wrong = if shift > 0.0 { 1.0 - significant } else { significant };
        assert!(wrong <= ALPHA + slack(runs), "{people}: {significant}");
    }
}

#[test]
fn a_large_harmless_sample_does_not_alarm() {
    let random = &mut ChaCha8Rng::seed_from_u64(7);
    let reference = values(random, 50_000, 1, 0.0, 0.0);
    let found = deciles(&reference, &values(random, 50_000, 1, 0.0, 0.05));
    println!(
        "\n50,000 a side, moved by .05 deviations: PSI {:.4}, p {:?}",
        found.psi, found.p_value
    );
    assert!(found.p_value.is_some_and(|p| p < 1e-3) && !found.alarm, "{found:?}");
}

/// People with `rows` answers each that are right as often as the confidence less `gap` says. What
/// decides is for a share `alike` a person's own luck, so rows of one person fail together.
fn answers(
    random: &mut ChaCha8Rng,
    (people, rows): (usize, usize),
    alike: f64,
    gap: f64,
) -> Vec<Vec<Bin>> {
    (0..people)
        .map(|_| {
            let own = alike.sqrt() * normal(random);
            (0..rows)
                .map(|_| {
                    let truth = random.random_range(0.0..1.0 - gap);
                    let luck = own + (1.0 - alike).sqrt() * normal(random);
                    let outcome = f64::from(u8::from(Normal::standard().cdf(luck) < truth));
                    let confidence = truth + gap;
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "15"
                    )]
                    let bin = (confidence * 15.0) as u32;
                    Bin { bin, n: 1, confidence, outcome }
                })
                .collect()
        })
        .collect()
}

#[test]
fn calibration_holds_the_truth() {
    println!("\n| people, rows each | alike | truth | mean error | floor | above | holds truth |");
    for (size, alike, gap) in [
        ((100, 1), 0.0, 0.0),
        ((500, 1), 0.0, 0.0),
        ((100, 5), 0.5, 0.0),
        ((100, 5), 0.5, 0.05),
        ((500, 1), 0.0, 0.05),
        ((500, 1), 0.0, 0.2),
    ] {
        let runs = 200;
        let (mut error, mut floor, mut above) = (0.0, 0.0, 0.0);
        let holds = share_of(runs, |random| {
            let found = calibration::equal_width(&answers(random, size, alike, gap), ONE_LOOK);
            let found = found.expect("there are rows");
            error += found.estimate.value / f64::from(runs);
            floor += found.floor / f64::from(runs);
            above += found.above_floor.value / f64::from(runs);
            found.above_floor.low <= gap && gap <= found.above_floor.high
        });
        println!(
            "| {size:?} | {alike} | {gap} | {error:.3} | {floor:.3} | {above:.3} | {holds:.3} |"
        );
        assert!(holds >= 1.0 - ALPHA - slack(runs), "{size:?} {gap}: {holds}");
        if gap <= 0.0 {
            assert!((error - floor).abs() < 0.05 * floor, "{size:?}: {error} {floor}");
        }
    }
}

#[test]
fn corrected_judges_hold_the_truth() {
    println!("\n| people with labels | judge | human only holds | corrected holds | narrower |");
    for (labelled, noise) in [(20, 0.2), (60, 0.2), (60, 2.0)] {
        let runs = RUNS;
        let (mut human, mut narrower) = (0, 0.0);
        let holds = share_of(runs, |random| {
            let units: Vec<UnitJudgements> =
                (0..500).map(|person| judged(random, noise, person < labelled)).collect();
            let found = ppi::mean(&units, (0.0, 1.0), ONE_LOOK).expect("there are labels");
            let holds = |low: f64, high: f64| low <= 0.5 && 0.5 <= high;
            human += u32::from(holds(found.human_only.low, found.human_only.high));
            narrower += found.narrower.unwrap_or(0.0) / f64::from(runs);
            holds(found.estimate.low, found.estimate.high)
        });
        let human = f64::from(human) / f64::from(runs);
        println!("| {labelled} | {noise} | {human:.3} | {holds:.3} | {narrower:.2} |");
        assert!(holds >= 1.0 - ALPHA - slack(runs), "{labelled}: {holds}");
        assert!(narrower > 0.0, "{labelled}: {narrower}");
    }
}

/// Four targets of a person whose level differs, the first graded by people too if `labelled`.
fn judged(random: &mut ChaCha8Rng, noise: f64, labelled: bool) -> UnitJudgements {
    let own = 0.2 * normal(random);
    let mut unit = UnitJudgements::default();
    for target in 0..4 {
        let grade = 0.5 + own + 0.2 * normal(random);
        let judge = 0.3 + 0.8 * grade + noise * 0.2 * normal(random);
        if labelled && target < 2 {
            unit.both.push(Pair { judge, person: grade, n: 1 });
        } else {
            unit.alone_n += 1;
            unit.alone_sum += judge;
        }
    }
    unit
}

#[test]
fn areas_hold_the_truth() {
    println!("\n| people, up to 15 rows each | AUC | interval holds | rows as independent hold |");
    for (people, signal) in [(30, 1.0), (100, 1.0), (100, 3.0)] {
        let truth = Normal::standard().cdf(signal / 2.0_f64.sqrt() / 1.5_f64.sqrt());
        let mut alone = 0;
        let runs = 500;
        let holds = share_of(runs, |random| {
            let units: Vec<Vec<Bin>> = (0..people).map(|_| scored(random, signal)).collect();
            let rows: Vec<Vec<Bin>> = units.iter().flatten().map(|bin| vec![*bin]).collect();
            let naive = auc::auc(&rows, ONE_LOOK).expect("both outcomes occur");
            alone += u32::from(naive.low <= truth && truth <= naive.high);
            let found = auc::auc(&units, ONE_LOOK).expect("both outcomes occur");
            found.low <= truth && truth <= found.high
        });
        let alone = f64::from(alone) / f64::from(runs);
        println!("| {people} | {truth:.3} | {holds:.3} | {alone:.3} |");
        assert!(holds >= 1.0 - ALPHA - slack(runs), "{people}: {holds}");
    }
}

/// Rows of a person whose scores all lie high or low, and who is mostly right or mostly wrong.
fn scored(random: &mut ChaCha8Rng, signal: f64) -> Vec<Bin> {
    let own = 0.5_f64.sqrt() * normal(random);
    let right: f64 = random.random();
    (0..random.random_range(1..=15))
        .map(|_| {
            let outcome = f64::from(u8::from(random.random::<f64>() < right));
            let score = signal * outcome + own + normal(random);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
            let bin = ((score + 10.0) / 0.01).max(0.0) as u32;
            Bin { bin, n: 1, confidence: 0.0, outcome }
        })
        .collect()
}
