//! Spans of time as the store keeps it, in whole microseconds, and the blocks of days.

use jiff::Timestamp;
use trueup_evidence::Window;

use crate::columns::{MICROSECONDS_PER_DAY, day_of};

/// From `from` (included) to `to` (excluded), microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

impl Span {
    /// The stored moments that lie in a window.
    pub fn of(window: Window) -> Span {
        Span { from: rounded_up(window.from), to: rounded_up(window.to) }
    }

    /// 2^`level` days; each block of a level is two of the level below.
    pub fn block(level: u32, index: i32) -> Span {
        let days = 1_i64 << level;
        let from = i64::from(index) * days * MICROSECONDS_PER_DAY;
        Span { from, to: from + days * MICROSECONDS_PER_DAY }
    }

    pub fn of_day(day: i32) -> Span {
        Span::block(0, day)
    }

    pub fn is_empty(self) -> bool {
        self.from >= self.to
    }

    /// True of one or more whole days.
    pub fn is_whole_days(self) -> bool {
        [self.from, self.to].iter().all(|edge| edge.rem_euclid(MICROSECONDS_PER_DAY) == 0)
    }

    pub fn first_day(self) -> i32 {
        day_of(self.from)
    }

    /// The last day that it touches.
    pub fn last_day(self) -> i32 {
        day_of(self.to - 1)
    }

    /// Cut at midnight.
    pub fn by_day(self) -> impl Iterator<Item = Span> {
        let days = self.first_day()..=self.last_day();
        days.map(move |day| {
            let day = Span::of_day(day);
            Span { from: day.from.max(self.from), to: day.to.min(self.to) }
        })
    }

    /// The same moments, for a statement. Beyond the calendar is its end.
    pub fn window(self) -> Window {
        let moment = |at: i64, beyond| Timestamp::from_microsecond(at).unwrap_or(beyond);
        Window { from: moment(self.from, Timestamp::MIN), to: moment(self.to, Timestamp::MAX) }
    }
}

/// A half-open window holds a whole microsecond exactly if it holds the same one rounded up.
fn rounded_up(at: Timestamp) -> i64 {
    let micros = at.as_microsecond();
    let floored = Timestamp::from_microsecond(micros).is_ok_and(|floor| floor < at);
    micros + i64::from(floored)
}
