//! When a help desk works: the weeks of the story, and the rhythm of their days and hours.

use jiff::civil::Date;

pub const DAY_MS: u64 = 86_400_000;
pub const HOUR_MS: u64 = 3_600_000;
/// How long the telemetry runs: eight weeks that end yesterday.
pub const DAYS: usize = 56;
/// What would happen later has not happened yet.
pub const END_MS: u64 = DAYS as u64 * DAY_MS;

/// How busy a weekday is, from Monday.
const WEEKDAYS: [f64; 7] = [1.12, 1.05, 1.0, 1.0, 0.93, 0.22, 0.15];

/// How busy an hour of the day is, UTC.
const HOURS: [f64; 24] = [
    0.03, 0.02, 0.02, 0.02, 0.04, 0.12, 0.35, 0.75, 1.00, 1.05, 1.00, 0.85, 0.75, 0.95, 1.05, 1.00,
    0.85, 0.60, 0.40, 0.28, 0.20, 0.14, 0.08, 0.05,
];

/// The days that the story can end on: git knows no earlier ones, and TOML no later ones.
const EARLIEST: Date = jiff::civil::date(1971, 1, 1);
const LATEST: Date = jiff::civil::date(9998, 12, 31);

/// The day the story ends: `today`, or the nearest day that it can be told for.
pub fn last_day(today: Date) -> Date {
    today.clamp(EARLIEST, LATEST)
}

/// The first day of the telemetry.
pub fn first_day(today: Date) -> Date {
    today.saturating_sub(jiff::Span::new().days(i64::try_from(DAYS).expect("56 fits")))
}

/// How far through the story a day is, 0 to 1.
pub fn progress(day: usize) -> f64 {
    day as f64 / (DAYS - 1) as f64
}

/// The moments at which calls happen, in order, as busy as the help desk is.
pub struct Rhythm {
    /// The share of all calls that has happened when an hour ends.
    done: Vec<f64>,
    hour: usize,
}

impl Rhythm {
    /// `volume` is how much is going on that day, beside the rhythm.
    pub fn new(first_day: Date, volume: impl Fn(usize) -> f64) -> Rhythm {
        let mut done = Vec::with_capacity(DAYS * 24);
        let mut sum = 0.0;
        let monday = usize::try_from(first_day.weekday().to_monday_zero_offset()).unwrap_or(0);
        for day in 0..DAYS {
            for busy in HOURS {
                sum += volume(day) * WEEKDAYS[(monday + day) % 7] * busy;
                done.push(sum);
            }
        }
        for share in &mut done {
            *share /= sum;
        }
        Rhythm { done, hour: 0 }
    }

    /// The moment when this share of all calls has happened, in milliseconds since the first day
    /// began. Shares must come in order.
    pub fn moment_ms(&mut self, share: f64) -> u64 {
        while self.hour + 1 < self.done.len() && self.done[self.hour] <= share {
            self.hour += 1;
        }
        let before = if self.hour == 0 { 0.0 } else { self.done[self.hour - 1] };
        let within = (share - before) / (self.done[self.hour] - before);
        let ms = (within * HOUR_MS as f64).clamp(0.0, (HOUR_MS - 1) as f64);
        self.hour as u64 * HOUR_MS + whole_ms(ms)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the caller clamps to one hour"
)]
fn whole_ms(ms: f64) -> u64 {
    ms as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_in_order_within_the_weeks_and_mostly_on_working_days() {
        // A Thursday.
        let first = first_day(jiff::civil::date(2026, 11, 26));
        assert_eq!(first, jiff::civil::date(2026, 10, 1));
        let mut rhythm = Rhythm::new(first, |_| 1.0);
        let moments: Vec<u64> =
            (0..10_000).map(|i| rhythm.moment_ms((f64::from(i) + 0.5) / 10_000.0)).collect();
        assert!(moments.is_sorted());
        assert!(moments[9_999] < DAYS as u64 * DAY_MS);
        let weekend = moments.iter().filter(|ms| matches!((*ms / DAY_MS + 3) % 7, 5 | 6)).count();
        assert!((500..900).contains(&weekend), "{weekend}");
    }
}
