//! Whose texts are kept: few, however many calls there are. All of the newest, for these are what a
//! reader opens first, and some of the days before, for these have been judged since.

use crate::calendar::{DAY_MS, DAYS, END_MS};

/// Texts are kept for so many days.
const KEPT_DAYS: u64 = 7;
/// Of so many of the newest calls all texts are kept.
const NEWEST: u64 = 700;
/// Of the calls of the days before, about as many.
const BEFORE: u64 = 500;

/// Says of a call whether its texts are kept.
#[derive(Debug, Clone, Copy)]
pub struct Capture {
    calls: u64,
    /// Of the calls that are not among the newest, each so-manieth.
    every: u64,
}

impl Capture {
    pub fn new(calls: u64) -> Capture {
        let kept_days = calls / (DAYS as u64 / KEPT_DAYS);
        Capture { calls, every: kept_days.div_ceil(BEFORE).max(1) }
    }

    pub fn keeps(&self, number: u64, at_ms: u64) -> bool {
        let is_new = self.calls - number <= NEWEST || number.is_multiple_of(self.every);
        is_new && at_ms >= END_MS - KEPT_DAYS * DAY_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_calls_few_are_kept_and_the_newest_all() {
        for calls in [1, 500, 5_000, 120_000, 10_000_000] {
            let capture = Capture::new(calls);
            let last_week = calls - calls / 7..calls;
            let kept = last_week.filter(|number| capture.keeps(*number, END_MS - 1)).count();
            assert!(kept <= 1_300, "{calls}: {kept}");
            assert!(capture.keeps(calls - 1, END_MS - 1));
            assert!(!capture.keeps(calls - 1, END_MS - 8 * DAY_MS));
        }
    }
}
