//! Simulated people who come, use a feature for ninety days, and come back.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{Beta, ContinuousCDF, Normal};

pub const DAYS: u32 = 90;

/// How people differ in how much they use the feature.
#[derive(Clone, Copy, PartialEq)]
pub enum Use {
    Even,
    /// Log-normal: the most active tenth has about half of all use.
    Skewed,
}

/// Who is simulated.
#[derive(Clone, Copy)]
pub struct World {
    pub rate: f64,
    /// Mean number of events of a person over the ninety days.
    pub events: f64,
    pub uses: Use,
    /// Whether people use it from their first day to the last and their own rate moves from day to
    /// day. Otherwise all that a person does falls on their first day.
    pub returning: bool,
    pub people: usize,
}

pub struct Person {
    pub first_day: u32,
    rate: f64,
    a_day: f64,
    pub accepted: f64,
    pub shown: f64,
    pub cost: f64,
    price: f64,
}

pub struct Population {
    world: World,
    random: ChaCha8Rng,
    pub people: Vec<Person>,
}

impl Population {
    /// A third is there on the first day, the last person comes after two thirds of the time.
    pub fn new(world: World, rates: &[f64], seed: u64) -> Population {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let people = (0..world.people)
            .map(|index| {
                let late = (3 * index).saturating_sub(world.people) / 2;
                let first_day = u32::try_from(late * 60 / world.people).unwrap_or(0);
                let days = if world.returning { f64::from(DAYS - first_day) } else { 1.0 };
                let factor = match world.uses {
                    Use::Even => 1.0,
                    Use::Skewed => (1.2 * normal(&mut random) - 0.72).exp(),
                };
                Person {
                    first_day,
                    rate: rates[random.random_range(0..rates.len())],
                    a_day: world.events * factor / days,
                    accepted: 0.0,
                    shown: 0.0,
                    cost: 0.0,
                    price: (0.5 * normal(&mut random) - 0.125).exp(),
                }
            })
            .collect();
        Population { world, random, people }
    }

    /// What happens on a day. A person's first day has one event at least.
    pub fn live(&mut self, day: u32) {
        let World { returning, rate, .. } = self.world;
        for person in &mut self.people {
            let first = person.first_day == day;
            if person.first_day > day || !(returning || first) {
                continue;
            }
            let random = &mut self.random;
            let wanted = person.a_day - f64::from(u32::from(first));
            let whole = wanted.max(0.0).floor();
            let more = f64::from(u32::from(random.random::<f64>() < wanted.max(0.0) - whole));
            let events = whole + more + f64::from(u32::from(first));
            if events == 0.0 {
                continue;
            }
            let moved = if returning { shifted(person.rate, rate, random) } else { person.rate };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole")]
            let hits = (0..events as u32).filter(|_| random.random::<f64>() < moved).count();
            person.accepted += hits as f64;
            person.shown += events;
            person.cost += events * person.price * (0.5 * normal(random) - 0.125).exp();
        }
    }
}

/// A day's rate: usually the person's own, on some days that of somebody else. Its mean over people
/// stays what it is.
fn shifted(own: f64, rate: f64, random: &mut ChaCha8Rng) -> f64 {
    if random.random::<f64>() < 0.7 {
        return own;
    }
    // Everything or nothing, with the mean of all.
    f64::from(u32::from(random.random::<f64>() < rate))
}

/// Rates of people who differ: the quantiles of a beta distribution.
pub fn rates(mean: f64) -> Vec<f64> {
    const SURE: f64 = 5.0;
    const COUNT: u32 = 4000;
    let beta = Beta::new(SURE * mean, SURE * (1.0 - mean)).expect("the shapes are positive");
    (0..COUNT).map(|i| beta.inverse_cdf((f64::from(i) + 0.5) / f64::from(COUNT))).collect()
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    Normal::standard().inverse_cdf(random.random::<f64>().max(f64::MIN_POSITIVE))
}
