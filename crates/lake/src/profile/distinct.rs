//! How many different values there are, in bounded memory: the smallest codes are kept.
//!
//! Source: Bar-Yossef et al. 2002, Counting Distinct Elements in a Data Stream; the estimate and its
//! standard error of 1 in the square root of the number kept: Beyer et al. 2007, SIGMOD 199.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use trueup_evidence::profile::Distinct;

use super::code::Hashed;

/// Up to so many values the count is exact; beyond, its standard error is 0.8 %.
pub const KEPT: usize = 16_384;

/// The smallest codes seen.
#[derive(Debug)]
pub struct Smallest {
    kept: HashSet<u64, BuildHasherDefault<Hashed>>,
    /// Codes from here on are not kept.
    below: Option<u64>,
    most: usize,
}

impl Smallest {
    pub fn new(most: usize) -> Smallest {
        Smallest { kept: HashSet::default(), below: None, most }
    }

    pub fn add(&mut self, code: u64) {
        if self.below.is_none_or(|below| code < below) {
            self.kept.insert(code);
            if self.kept.len() > 2 * self.most {
                self.prune();
            }
        }
    }

    pub fn merge(&mut self, other: Smallest) {
        self.below = self.below.into_iter().chain(other.below).min();
        for code in other.kept {
            self.add(code);
        }
        if let Some(below) = self.below {
            self.kept.retain(|code| *code < below);
        }
    }

    /// Lets the larger half go.
    fn prune(&mut self) {
        let mut codes: Vec<u64> = self.kept.iter().copied().collect();
        let (_, below, _) = codes.select_nth_unstable(self.most);
        let below = *below;
        self.below = Some(below);
        self.kept.retain(|code| *code < below);
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    pub fn count(mut self) -> Distinct {
        if self.kept.len() > self.most {
            self.prune();
        }
        let Some(below) = self.below else {
            return Distinct { values: self.kept.len() as u64, is_exact: true };
        };
        // Codes are spread evenly, so those below a limit are in its proportion to all.
        let share = below as f64 / 2f64.powi(64);
        let values = (self.kept.len() as f64 / share).round() as u64;
        Distinct { values, is_exact: false }
    }
}

#[cfg(test)]
mod tests {
    use xxhash_rust::xxh3::xxh3_64;

    use super::*;

    fn seen(values: std::ops::Range<u64>) -> Smallest {
        let mut seen = Smallest::new(1000);
        for value in values {
            seen.add(xxh3_64(&value.to_le_bytes()));
        }
        seen
    }

    #[test]
    fn few_are_counted_and_many_estimated() {
        assert_eq!(seen(0..1000).count(), Distinct { values: 1000, is_exact: true });
        let many = seen(0..200_000).count();
        assert!(!many.is_exact && many.values.abs_diff(200_000) < 20_000, "{many:?}");
    }

    #[test]
    fn parts_together_are_the_whole() {
        for (middle, end) in [(300, 900), (1500, 3000), (500, 90_000), (80_000, 90_000)] {
            let mut part = seen(0..middle);
            part.merge(seen(middle / 2..end));
            assert_eq!(part.count(), seen(0..end).count(), "{middle} {end}");
        }
    }
}
