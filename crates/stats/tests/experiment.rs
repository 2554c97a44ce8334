//! How often the alarm about a split is raised when it should and when it should not, and what
//! knowing people before saves: `cargo test -p trueup-stats -- --nocapture simulation`.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{ContinuousCDF, Normal};
use trueup_stats::{Looks, cuped, difference, experiment};

const RUNS: u64 = 400;
const DAYS: u32 = 30;
const EVERYWHERE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// The shares of runs in which the alarm is raised, and the chi-square test is below .05, on any day,
/// with so many people a day of whom a share sees the treatment and half should.
fn alarms(people_a_day: u32, share: f64) -> (f64, f64) {
    let (mut raised, mut significant) = (0.0, 0.0);
    for seed in 0..RUNS {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut treated, mut people) = (0_u64, 0_u64);
        let (mut alarm, mut below) = (false, false);
        for _ in 0..DAYS {
            people += u64::from(people_a_day);
            treated += (0..people_a_day).filter(|_| random.random::<f64>() < share).count() as u64;
            let found = experiment::sample_ratio(&[(treated, 1.0), (people - treated, 1.0)]);
            let found = found.expect("there are people");
            alarm |= found.mismatch;
            below |= found.p_value < 0.05;
        }
        raised += f64::from(u32::from(alarm)) / RUNS as f64;
        significant += f64::from(u32::from(below)) / RUNS as f64;
    }
    (raised, significant)
}

#[test]
fn simulation_of_splits() {
    for (people, share, least, most) in
        [(50, 0.5, 0.0, 0.005), (500, 0.5, 0.0, 0.005), (20, 0.65, 0.9, 1.0), (600, 0.52, 0.8, 1.0)]
    {
        let (raised, significant) = alarms(people, share);
        println!(
            "{people} people a day, {share} treated: alarm {raised:.3}, chi-square on some day below \
             .05 {significant:.3}"
        );
        assert!((least..=most).contains(&raised), "the alarm is raised in {raised}");
        assert!(significant > 0.15, "daily chi-square tests should cry wolf");
    }
}

/// Error at one look, and mean width, of comparisons with and without what was known before.
#[test]
fn simulation_of_earlier_data() {
    let looks = Looks { alpha: 0.05, planned: 1 };
    let (mut wrong, mut plain, mut narrow) = (0.0, 0.0, 0.0);
    for seed in 0..RUNS {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut normal = || Normal::standard().inverse_cdf(random.random::<f64>());
        // A correlation of .8; a tenth was not there before.
        let arms = [0.3, 0.0].map(|effect| {
            let person = |index: usize| {
                let usual = normal();
                let outcome = 5.0 + effect + 0.8 * usual + 0.6 * normal();
                (outcome, (!index.is_multiple_of(10)).then_some(usual))
            };
            (0..80).map(person).collect::<Vec<_>>()
        });
        let of = |arms: [Vec<f64>; 2]| {
            let [treatment, control] =
                arms.map(|arm| arm.iter().map(|value| (*value, 1.0)).collect::<Vec<_>>());
            difference::ratios(&treatment, &control, EVERYWHERE, looks).expect("there are people")
        };
        let adjusted = cuped::adjust(&[&arms[0], &arms[1]]).expect("the numbers are finite").arms;
        let found = of([adjusted[0].clone(), adjusted[1].clone()]);
        wrong += f64::from(u32::from(found.low > 0.3 || found.high < 0.3)) / RUNS as f64;
        narrow += found.high - found.low;
        let found = of(arms.map(|arm| arm.iter().map(|person| person.0).collect()));
        plain += found.high - found.low;
    }
    let saved = narrow / plain;
    println!("earlier data at correlation .8: errs {wrong:.3}, {saved:.3} of the width");
    assert!(wrong < 0.085, "the adjusted interval errs too often: {wrong}");
    assert!(saved < 0.72, "earlier data should narrow the interval: {saved}");
}
