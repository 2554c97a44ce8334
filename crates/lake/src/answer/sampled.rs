//! Sums by unit and day, of all units or of a uniform sample of them.
//!
//! A unit's name is hashed to a number that is as likely to be one as another, so the units with the
//! smallest hashes are a sample that depends on nothing they did, and two samples, put together, hold
//! that of the union. Source: Dasgupta, Lang, Rhodes, Thaler, "A Framework for Estimating Stream
//! Expression Cardinalities", ICDT 2016 (theta sketches).

use trueup_evidence::summary::{DaySums, Days as Answer, UnitDays};

use super::added::added;

/// So many units are kept.
pub const MOST_UNITS: usize = 4096;

/// How many hashes there are.
const HASHES: f64 = 18_446_744_073_709_551_616.0;

/// A number, or two, for each unit and day.
#[derive(Debug, Clone, PartialEq)]
pub struct Days<V = f64> {
    /// If not all units are here: those whose hash is below this.
    pub below: Option<u64>,
    /// Sorted by unit and day, in which no two are the same.
    pub sums: Vec<((u64, i32), V)>,
}

impl<V> Default for Days<V> {
    fn default() -> Days<V> {
        Days { below: None, sums: Vec::new() }
    }
}

impl Days {
    pub fn merged(parts: &[&Days]) -> Days {
        Days::put_together(parts, |a, b| a + b)
    }

    /// The two sums of each day of the units that are in both samples.
    pub fn answer(numerator: &Days, denominator: &Days) -> Answer {
        let over = numerator.each(|sum| [sum, 0.0]);
        let under = denominator.each(|sum| [0.0, sum]);
        let both = Days::put_together(&[&over, &under], |a, b| [a[0] + b[0], a[1] + b[1]]);
        let mut units: Vec<UnitDays> = Vec::new();
        for ((unit, day), [numerator, denominator]) in both.sums {
            let sums = DaySums { day, numerator, denominator };
            match units.last_mut() {
                Some(last) if last.unit == unit => last.days.push(sums),
                _ => units.push(UnitDays { unit, days: vec![sums] }),
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a share needs no more than a few digits")]
        let sampled = both.below.map_or(1.0, |below| below as f64 / HASHES);
        Answer { sampled, units }
    }

    fn each(&self, number: impl Fn(f64) -> [f64; 2]) -> Days<[f64; 2]> {
        let sums = self.sums.iter().map(|(key, sum)| (*key, number(*sum)));
        Days { below: self.below, sums: sums.collect() }
    }
}

impl<V: Copy + Default> Days<V> {
    /// Keeps a sample if there are very many units.
    pub fn of(sums: Vec<((u64, i32), V)>) -> Days<V> {
        Days { below: None, sums }.limited()
    }

    /// What is in the sample of one part may be beyond that of another, and is let go.
    fn put_together(parts: &[&Days<V>], add: impl Fn(V, V) -> V + Copy) -> Days<V> {
        let below = parts.iter().filter_map(|part| part.below).min();
        let lists: Vec<&[_]> = parts.iter().map(|part| part.until(below)).collect();
        Days { below, sums: added(&lists, add) }.limited()
    }

    /// The sums of the units whose hash is below a bound.
    fn until(&self, below: Option<u64>) -> &[((u64, i32), V)] {
        let Some(below) = below else { return &self.sums };
        &self.sums[..self.sums.partition_point(|((unit, _), _)| *unit < below)]
    }

    /// Lets go of units that are too many: the hash of the first of them is the bound then.
    fn limited(mut self) -> Days<V> {
        let mut units = 0;
        let mut last = None;
        let too_many = self.sums.iter().position(|((unit, _), _)| {
            units += usize::from(last != Some(*unit));
            last = Some(*unit);
            units > MOST_UNITS
        });
        if let Some(place) = too_many {
            self.below = Some(self.sums[place].0.0);
            self.sums.truncate(place);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::{Days, MOST_UNITS};

    fn random(chance: &mut ChaCha8Rng, units: usize) -> Vec<((u64, i32), f64)> {
        let mut hashes: Vec<u64> = (0..units).map(|_| chance.random()).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.into_iter().flat_map(|unit| [((unit, 1), 1.0), ((unit, 5), 2.0)]).collect()
    }

    #[test]
    fn the_sample_is_the_same_however_the_rows_are_cut() {
        let mut chance = ChaCha8Rng::seed_from_u64(3);
        let all = random(&mut chance, 20_000);
        let whole = Days::of(all.clone());
        // Parts of very different sizes, of which one is no sample and the others are of other shares.
        let mut parts = vec![Vec::new(); 4];
        for entry in all {
            let part = [0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3][chance.random_range(0..15)];
            parts[part].push(entry);
        }
        let parts: Vec<Days> = parts.into_iter().map(Days::of).collect();
        assert!(parts[0].below.is_none() && parts[2].below.is_some());
        assert!(parts[2].below < parts[1].below.or(Some(u64::MAX)));
        let left = Days::merged(&[&parts[3], &parts[0]]);
        let right = Days::merged(&[&parts[2], &parts[1]]);
        assert_eq!(Days::merged(&[&left, &right]), whole);
        assert_eq!(Days::merged(&parts.iter().collect::<Vec<_>>()), whole);
        let answer = Days::answer(&whole, &Days::default());
        assert_eq!(answer.units.len(), MOST_UNITS);
        let estimated = MOST_UNITS as f64 / answer.sampled;
        assert!((estimated - 20_000.0).abs() < 3.0 * 20_000.0 / 64.0, "{estimated}");
    }

    #[test]
    fn both_sums_are_of_the_smaller_sample() {
        let mut chance = ChaCha8Rng::seed_from_u64(4);
        let (many, few) = (random(&mut chance, 10_000), random(&mut chance, 100));
        let (many, few) = (Days::of(many), Days::of(few));
        let answer = Days::answer(&many, &few);
        assert_eq!(answer.units.len(), MOST_UNITS);
        assert!(answer.units.iter().all(|unit| unit.days.len() == 2));
        let of = |days: &Days, unit: u64| {
            let first = days.sums.iter().find(|((known, _), _)| *known == unit);
            first.map_or(0.0, |(_, sum)| *sum)
        };
        let with_few = answer.units.iter().filter(|unit| of(&few, unit.unit) > 0.0).count();
        assert!((10..100).contains(&with_few), "about 40 of 100 are below the bound: {with_few}");
        assert!(answer.units.iter().all(|unit| {
            let first = unit.days[0];
            let [over, under] = [&many, &few].map(|days| of(days, unit.unit));
            (first.numerator - over).abs() + (first.denominator - under).abs() < 1e-12
        }));
        let all = Days::answer(&few, &few);
        assert_eq!((all.sampled, all.units.len()), (1.0, 100));
    }
}
