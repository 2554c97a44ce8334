//! Seeded chance: the same seed gives the same draws.

use std::f64::consts::TAU;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::row::whole;

/// A stream of draws.
pub struct Chance {
    generator: ChaCha8Rng,
}

impl Chance {
    pub fn seeded(seed: u64) -> Chance {
        Chance { generator: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// Uniform over 0 (included) to 1 (excluded).
    pub fn uniform(&mut self) -> f64 {
        share(self.generator.next_u64())
    }

    /// True with this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// Two independent standard normal draws. Source: Box and Muller, 1958.
    pub fn normals(&mut self) -> (f64, f64) {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        let (sine, cosine) = (TAU * self.uniform()).sin_cos();
        (radius * cosine, radius * sine)
    }

    /// Beta with this mean; the larger `concentration`, the less it spreads. Both ends of the mean
    /// give themselves.
    pub fn beta(&mut self, mean: f64, concentration: f64) -> f64 {
        if mean <= 0.0 || mean >= 1.0 {
            return mean.clamp(0.0, 1.0);
        }
        let for_it = self.gamma(mean * concentration);
        let against = self.gamma((1.0 - mean) * concentration);
        if for_it + against > 0.0 { for_it / (for_it + against) } else { mean }
    }

    /// Gamma of this shape and scale 1. Source: Marsaglia and Tsang, "A simple method for
    /// generating gamma variables", 2000, with their boost for shapes below 1.
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = (1.0 - self.uniform()).powf(1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let (normal, _) = self.normals();
            let v = (1.0 + c * normal).powi(3);
            if v <= 0.0 {
                continue;
            }
            let limit = 0.5 * normal * normal + d - d * v + d * v.ln();
            if (1.0 - self.uniform()).ln() < limit {
                return d * v;
            }
        }
    }
}

/// A few draws that depend on one number and on nothing else: taking them moves no other draw.
///
/// Source: the generator of Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
pub struct Hashed {
    state: u64,
}

impl Hashed {
    pub fn seeded(number: u64) -> Hashed {
        Hashed { state: number }
    }

    /// Uniform over 0 (included) to 1 (excluded).
    pub fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        share(mixed(self.state))
    }

    /// True with this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// One of these, each as likely.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        let place = whole(self.uniform() * among.len() as f64 - 0.5);
        &among[usize::try_from(place).unwrap_or(0).min(among.len() - 1)]
    }

    /// Between minus `most` and `most`, nearer to 0 more often: the sum of two uniform draws.
    pub fn around(&mut self, most: f64) -> f64 {
        most * (self.uniform() + self.uniform() - 1.0)
    }
}

/// A number as a share of all: 0 (included) to 1 (excluded).
pub fn share(number: u64) -> f64 {
    const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
    (number >> 11) as f64 * STEP
}

/// Mixes a number so that neighbours look unrelated. One to one: different numbers stay different.
///
/// Source: the finalizer of Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
/// 2014.
pub fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beta_has_its_mean_and_stays_within_0_and_1() {
        for (mean, concentration) in [(0.02, 10.0), (0.5, 0.4), (0.7, 20.0), (0.985, 60.0)] {
            let mut chance = Chance::seeded(7);
            let draws: Vec<f64> = (0..20_000).map(|_| chance.beta(mean, concentration)).collect();
            assert!(draws.iter().all(|draw| (0.0..=1.0).contains(draw)));
            let average = draws.iter().sum::<f64>() / draws.len() as f64;
            assert!((average - mean).abs() < 0.01, "mean {mean}: {average}");
        }
        let mut chance = Chance::seeded(7);
        assert_eq!((chance.beta(0.0, 5.0), chance.beta(1.0, 5.0)), (0.0, 1.0));
    }

    #[test]
    fn normals_have_mean_0_and_variance_1() {
        let mut chance = Chance::seeded(3);
        let draws: Vec<f64> = (0..20_000).map(|_| chance.normals().1).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|draw| draw * draw).sum::<f64>() / draws.len() as f64;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }

    #[test]
    fn hashed_draws_of_neighbours_are_uniform_and_unrelated() {
        let draws: Vec<f64> = (0..20_000).map(|seed| Hashed::seeded(seed).uniform()).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let lag = |(a, b): (&f64, &f64)| (a - 0.5) * (b - 0.5);
        let together = draws.iter().zip(&draws[1..]).map(lag).sum::<f64>() / draws.len() as f64;
        assert!((mean - 0.5).abs() < 0.01 && (together * 12.0).abs() < 0.03, "{mean} {together}");
        let mut around = Hashed::seeded(7);
        assert!((0..1000).all(|_| around.around(0.2).abs() <= 0.2));
    }
}
