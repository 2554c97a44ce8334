//! How many units it will take to tell a mean from a bound, before there is any data.
//!
//! The method is the very one that will judge: units are laid out as a given truth would have them, and
//! counted until [`mean::bounded`] shuts out the bound. What comes by chance is left out (the units
//! are spread evenly over their distribution), so with so many units an answer is about as likely as
//! not; half more have it in four of five cases and more.

use statrs::distribution::{Beta, ContinuousCDF};

use crate::looks::Looks;
use crate::mean;

/// More units than this are not counted.
pub const MOST_UNITS: usize = 20_000;

/// The steps of the golden ratio leave no part of 0..1 out for long, in an order that does not depend
/// on the values.
const STEP: f64 = 0.618_033_988_749_894_9;

/// How much units differ from each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    /// Each is 0 or 1: the largest spread there is, as when everybody decides once.
    AllOrNothing,
    /// Half of that: a beta distribution with three pretend units, as when people decide often and
    /// differ in what they like.
    Half,
}

/// The units that it takes until the interval of a share whose truth is `truth` shuts out `bound`.
///
/// `None` if [`MOST_UNITS`] are not enough, for a truth on the bound and for one outside 0..1.
#[must_use]
pub fn units(truth: f64, bound: f64, spread: Spread, looks: Looks) -> Option<u64> {
    let sound = (0.0..=1.0).contains(&truth) && bound.is_finite() && (truth - bound).abs() > 0.0;
    if !sound {
        return None;
    }
    let mut all = Vec::new();
    let mut decides = |n: usize| {
        all.extend((all.len()..n).map(laid_out(truth, spread)));
        let found = mean::bounded(&all[..n], (0.0, 1.0), looks);
        found.is_some_and(|found| found.low > bound || found.high < bound)
    };
    let mut enough = 2;
    while !decides(enough) {
        if enough >= MOST_UNITS {
            return None;
        }
        enough = (enough * 2).min(MOST_UNITS);
    }
    let mut short = enough / 2;
    while enough - short > 1 {
        let middle = usize::midpoint(short, enough);
        if decides(middle) { enough = middle } else { short = middle }
    }
    Some(enough as u64)
}

/// The value of the unit at a place in the order, evenly over the distribution.
fn laid_out(truth: f64, spread: Spread) -> impl Fn(usize) -> f64 {
    let beta = match spread {
        Spread::Half => Beta::new(3.0 * truth, 3.0 * (1.0 - truth)).ok(),
        Spread::AllOrNothing => None,
    };
    move |index| {
        let place = ((index as f64 + 0.5) * STEP).fract();
        match &beta {
            Some(beta) => beta.inverse_cdf(place).clamp(0.0, 1.0),
            None => f64::from(u8::from(place < truth)),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::{Spread, units};
    use crate::Looks;

    const DAILY: Looks = Looks { alpha: 0.05, planned: 60 };
    /// The last of any number of daily looks.
    const LAST: Looks = Looks { alpha: 0.05, planned: 2 };

    #[test]
    fn nearer_bounds_more_looks_and_wider_spread_take_more() {
        let of = |bound, spread, planned| {
            units(0.7, bound, spread, Looks { alpha: 0.05, planned }).expect("it can be told")
        };
        let half = of(0.6, Spread::Half, 60);
        assert!(of(0.65, Spread::Half, 60) > 2 * half, "the square of the distance");
        assert!(of(0.6, Spread::AllOrNothing, 60) > 2 * half);
        assert!(of(0.6, Spread::Half, 1) < half);
        // A bound above takes about as many.
        assert!(of(0.8, Spread::Half, 60).abs_diff(half) < half);
    }

    #[test]
    fn is_near_what_the_normal_approximation_says() {
        // z² p (1 - p) / d² with z for .05 / 60, two-sided: 3.341.
        let normal = 3.341f64.powi(2) * 0.7 * 0.3 / 0.1f64.powi(2);
        let found = units(0.7, 0.6, Spread::AllOrNothing, DAILY).expect("it can be told") as f64;
        assert!((0.9..2.0).contains(&(found / normal)), "{found} beside {normal}");
    }

    /// How often so many people, drawn by chance, have the answer.
    fn answered(n: u64, truth: f64, bound: f64) -> f64 {
        let mut chance = ChaCha8Rng::seed_from_u64(1);
        let runs = 300;
        let decided = (0..runs).filter(|_| {
            let draws = (0..n).map(|_| f64::from(u8::from(chance.random_bool(truth))));
            let values: Vec<f64> = draws.collect();
            let found = crate::mean::bounded(&values, (0.0, 1.0), DAILY);
            found.is_some_and(|found| found.low > bound)
        });
        decided.count() as f64 / f64::from(runs)
    }

    #[test]
    fn so_many_have_the_answer_about_as_often_as_not_and_half_more_mostly() {
        let n = units(0.8, 0.7, Spread::AllOrNothing, DAILY).expect("it can be told");
        let (even, half_more) = (answered(n, 0.8, 0.7), answered(n * 3 / 2, 0.8, 0.7));
        println!("{n}: {even}, half more: {half_more}");
        assert!((0.35..0.65).contains(&even), "{even}");
        assert!(half_more > 0.75, "{half_more}");
    }

    /// The table of `docs/forecasts.md`, row by row.
    #[test]
    fn the_documented_table_is_what_is_counted() {
        let document = include_str!("../../../docs/forecasts.md");
        for (bound, truths) in
            [(0.5, [0.55, 0.6, 0.7]), (0.7, [0.75, 0.8, 0.9]), (0.9, [0.92, 0.95, 0.99])]
        {
            for truth in truths {
                let of = |spread| {
                    let n = units(truth, bound, spread, LAST).expect("it can be told");
                    n.to_string()
                };
                let row = format!(
                    "| at least {:.0} % | {:.0} % | {} | {} |",
                    bound * 100.0,
                    truth * 100.0,
                    of(Spread::Half),
                    of(Spread::AllOrNothing)
                );
                assert!(document.contains(&row), "not in the document: {row}");
            }
        }
    }

    #[test]
    fn nothing_tells_a_truth_from_itself() {
        assert_eq!(units(0.6, 0.6, Spread::Half, DAILY), None);
        assert_eq!(units(1.2, 0.6, Spread::Half, DAILY), None);
        assert_eq!(units(f64::NAN, 0.6, Spread::Half, DAILY), None);
        assert_eq!(units(0.6, 0.599, Spread::AllOrNothing, DAILY), None, "too many");
        assert!(units(1.0, 0.5, Spread::Half, DAILY).is_some());
    }
}
