//! Shares of rows with their intervals, and how many rows an interval needs.
//!
//! All of it takes rows for independent of one another. Where several are of one person the truth is
//! wider; who a row is of is not known here.

use schemars::JsonSchema;
use serde::Serialize;

/// Two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;
/// How far an interval's ends should be from its middle.
pub const HALF_WIDTH: f64 = 0.05;

/// A share of rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Rate {
    pub of: u64,
    pub n: u64,
    pub share: f64,
    /// The ends of Wilson's interval, 95 %.
    pub low: f64,
    pub high: f64,
}

/// The difference of two shares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Gap {
    pub difference: f64,
    pub low: f64,
    pub high: f64,
}

impl Rate {
    /// `None` of no rows.
    ///
    /// Source: Wilson 1927, JASA 22:209.
    #[must_use]
    pub fn new(of: u64, n: u64) -> Option<Rate> {
        if n == 0 {
            return None;
        }
        let rows = n as f64;
        let share = of as f64 / rows;
        let square = Z * Z / rows;
        let middle = (share + square / 2.0) / (1.0 + square);
        let half =
            (share * (1.0 - share) / rows + square / (4.0 * rows)).sqrt() * Z / (1.0 + square);
        let (low, high) = ((middle - half).max(0.0), (middle + half).min(1.0));
        Some(Rate { of, n, share, low: low.min(share), high: high.max(share) })
    }

    /// This share less another.
    ///
    /// Source: Newcombe 1998, Statistics in Medicine 17:873, method 10.
    #[must_use]
    pub fn less(&self, other: &Rate) -> Gap {
        let difference = self.share - other.share;
        let below = (self.share - self.low).hypot(other.high - other.share);
        let above = (self.high - self.share).hypot(other.share - other.low);
        Gap { difference, low: difference - below, high: difference + above }
    }
}

/// How many rows it takes until Wilson's 95 % interval of such a share reaches [`HALF_WIDTH`] to both
/// sides of its middle.
///
/// Source: Piegorsch 2004, Computational Statistics & Data Analysis 46:309.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most some hundreds"
)]
pub fn needed(share: f64) -> u64 {
    let (d, v) = (HALF_WIDTH, share * (1.0 - share));
    let root = (v * v + d * d * (1.0 - 4.0 * v)).sqrt();
    (Z * Z / (2.0 * d * d) * (v - 2.0 * d * d + root)).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Golden {
        wilson: Vec<(u64, u64, f64, f64)>,
        newcombe: Vec<(u64, u64, u64, u64, f64, f64)>,
    }

    /// From `tests/oracles/profile.py`.
    #[test]
    fn intervals_are_those_of_an_independent_source() {
        let golden: Golden = serde_json::from_str(include_str!("../../tests/golden/profile.json"))
            .expect("a golden file is JSON");
        let rate = |of, n| Rate::new(of, n).expect("there are rows");
        for (of, n, low, high) in golden.wilson {
            let rate = rate(of, n);
            assert!((rate.low - low).abs() < 1e-12 && (rate.high - high).abs() < 1e-12, "{rate:?}");
        }
        for (of, n, of_other, n_other, low, high) in golden.newcombe {
            let gap = rate(of, n).less(&rate(of_other, n_other));
            assert!((gap.low - low).abs() < 1e-12 && (gap.high - high).abs() < 1e-12, "{gap:?}");
        }
        assert_eq!(Rate::new(0, 0), None);
    }

    #[test]
    fn the_rows_needed_are_the_fewest() {
        for share in [0.0, 0.02, 0.1, 0.3, 0.5, 0.9, 1.0] {
            let half = |n: u64| {
                let square = Z * Z / n as f64;
                let spread = share * (1.0 - share) / n as f64 + square / (4.0 * n as f64);
                Z / (1.0 + square) * spread.sqrt()
            };
            let n = needed(share);
            assert!(half(n) <= HALF_WIDTH && half(n - 1) > HALF_WIDTH, "{share}: {n}");
        }
        assert_eq!(needed(0.5), 381);
    }
}
