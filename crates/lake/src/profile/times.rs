//! Rows in time: by week, and how many are still to come.

use std::collections::BTreeMap;

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use trueup_evidence::profile::Times;

use super::cells::Cell;
use crate::columns::MICROSECONDS_PER_DAY;

/// The Monday before 1970-01-01, in days.
const FIRST_MONDAY: i64 = -3;

/// What is counted of the column of time.
#[derive(Debug)]
pub struct Weeks {
    now: i64,
    missing: u64,
    unread: u64,
    future: u64,
    range: Option<(i64, i64)>,
    /// By the number of the week; at most as many as jiff has: half a million.
    rows: BTreeMap<i64, u64>,
}

impl Weeks {
    pub fn new(now: Timestamp) -> Weeks {
        Weeks {
            now: now.as_microsecond(),
            missing: 0,
            unread: 0,
            future: 0,
            range: None,
            rows: BTreeMap::new(),
        }
    }

    pub fn add(&mut self, cell: Cell<'_>) {
        if cell.is_missing() {
            self.missing += 1;
            return;
        }
        let Some(time) = moment(cell) else {
            self.unread += 1;
            return;
        };
        self.future += u64::from(time > self.now);
        self.range =
            Some(self.range.map_or((time, time), |(low, high)| (low.min(time), high.max(time))));
        let week = (time.div_euclid(MICROSECONDS_PER_DAY) - FIRST_MONDAY).div_euclid(7);
        *self.rows.entry(week).or_default() += 1;
    }

    pub fn merge(&mut self, other: Weeks) {
        self.missing += other.missing;
        self.unread += other.unread;
        self.future += other.future;
        if let Some((low, high)) = other.range {
            self.range =
                Some(self.range.map_or((low, high), |(from, to)| (from.min(low), to.max(high))));
        }
        for (week, rows) in other.rows {
            *self.rows.entry(week).or_default() += rows;
        }
    }

    pub fn finish(self) -> Times {
        let moment = |time| Timestamp::from_microsecond(time).ok();
        let monday = |week: i64| {
            date(1970, 1, 1).checked_add(Span::new().days(week * 7 + FIRST_MONDAY)).ok()
        };
        let weeks = self.rows.into_iter();
        Times {
            missing: self.missing,
            unread: self.unread,
            future: self.future,
            first: self.range.and_then(|(first, _)| moment(first)),
            last: self.range.and_then(|(_, last)| moment(last)),
            weeks: weeks.filter_map(|(week, rows)| Some((monday(week)?, rows))).collect(),
        }
    }
}

/// Microseconds since 1970. A number is a year (1000 to 9999), or else seconds, milliseconds,
/// microseconds or nanoseconds by its size.
#[expect(clippy::cast_possible_truncation, reason = "within the years that there are")]
pub fn moment(cell: Cell<'_>) -> Option<i64> {
    const YEARS: std::ops::Range<f64> = 1_000.0..10_000.0;
    let time = match cell {
        Cell::Time(time) => time,
        Cell::Number(year, true) if YEARS.contains(&year) => {
            let first = date(year as i16, 1, 1).to_zoned(TimeZone::UTC).ok()?;
            first.timestamp().as_microsecond()
        }
        Cell::Number(number, _) => {
            let to_microseconds = match number.abs() {
                ..1e11 => 1e6,
                ..1e14 => 1e3,
                ..1e17 => 1.0,
                _ => 1e-3,
            };
            (number * to_microseconds) as i64
        }
        _ => return None,
    };
    Timestamp::from_microsecond(time).ok().map(Timestamp::as_microsecond)
}

#[cfg(test)]
mod tests {
    use super::super::cells::read;
    use super::*;

    #[test]
    fn numbers_are_read_by_their_size() {
        let expected: Timestamp = "2026-03-02T00:00:00Z".parse().expect("a moment");
        let expected = Some(expected.as_microsecond());
        for text in
            ["2026-03-02", "1772409600", "1772409600000", "1772409600000000", "1772409600000000000"]
        {
            assert_eq!(moment(read(text)), expected, "{text}");
        }
        assert_eq!(moment(read("1970")), Some(0));
        assert_eq!(moment(read("soon")), None);
    }

    #[test]
    fn weeks_begin_on_monday() {
        let mut weeks = Weeks::new("2026-03-09T12:00:00Z".parse().expect("a moment"));
        for text in ["2026-03-02", "2026-03-08 23:59", "2026-03-09", "2026-03-10", "", "soon"] {
            weeks.add(read(text));
        }
        let found = weeks.finish();
        assert_eq!(
            found.weeks.into_iter().collect::<Vec<_>>(),
            [(date(2026, 3, 2), 2), (date(2026, 3, 9), 2)]
        );
        assert_eq!((found.future, found.missing, found.unread), (1, 1, 1));
    }
}
