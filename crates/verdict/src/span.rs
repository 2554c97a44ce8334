//! Which stretch of time counts for a bet, and how much of its time-box is left.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use trueup_evidence::Window;
use trueup_roadmap::bet::{Stage, TimeBox};
use trueup_roadmap::{Bet, Policy};
use trueup_stats::Looks;

/// After live, a bet is judged on this many days, so that it answers for today and not for its past.
pub(crate) const LIVE_DAYS: i64 = 28;

const NANOS_PER_HOUR: i128 = 3_600_000_000_000;
const SECONDS_PER_HOUR: f64 = 3600.0;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// The day that the answer is for: that of the last moment before `now`, so that an answer as of
/// the end of a day is for that day.
#[must_use]
pub fn today(now: Timestamp) -> Date {
    let last = now.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(now);
    last.to_zoned(TimeZone::UTC).date()
}

/// From when on use counts: the start of the time-box, or for a live bet the last four weeks.
pub(crate) fn window(bet: &Bet, now: Timestamp) -> Window {
    let from = match bet.stage.value {
        Stage::Live => back(now, days(LIVE_DAYS)),
        _ => started(bet),
    };
    Window { from, to: now }
}

/// The first moment of the time-box, UTC. Without one, all that was ever recorded counts.
pub(crate) fn started(bet: &Bet) -> Timestamp {
    let midnight = |date: Date| date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    let starts = bet.time_box.as_ref().map(|time_box| midnight(time_box.starts));
    starts.and_then(Result::ok).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Leaves out what is younger than a metric's observation window: what follows may still come.
pub(crate) fn matured(window: Window, hours: f64) -> Window {
    let age = SignedDuration::try_from_secs_f64(hours * SECONDS_PER_HOUR);
    Window { to: age.map_or(window.from, |age| back(window.to, age)), ..window }
}

/// So long a stretch that ends with a moment.
pub(crate) fn before(moment: Timestamp, length: SignedDuration) -> Window {
    Window { from: back(moment, length), to: moment }
}

/// As [`matured`], for a window that may have ended before `now`: what is older than the metric's
/// window by now is mature.
pub(crate) fn matured_at(window: Window, hours: f64, now: Timestamp) -> Window {
    let last = matured(Window { from: Timestamp::MIN, to: now }, hours).to;
    Window { to: window.to.min(last), ..window }
}

/// The window with its edges, but for `now`, moved back to a full hour: so a question is the same for
/// an hour, and the store need not count anew what it has counted.
pub(crate) fn of_hours(window: Window, now: Timestamp) -> Window {
    let hour = |edge: Timestamp| {
        let past = SignedDuration::from_nanos_i128(edge.as_nanosecond().rem_euclid(NANOS_PER_HOUR));
        if edge == now { edge } else { back(edge, past) }
    };
    Window { from: hour(window.from), to: hour(window.to) }
}

/// The last midnight, UTC, that a moment does not lie before.
pub(crate) fn midnight(moment: Timestamp) -> Timestamp {
    let past = moment.as_nanosecond().rem_euclid(24 * NANOS_PER_HOUR);
    back(moment, SignedDuration::from_nanos_i128(past))
}

/// The last `count` stretches of `every` days that end with `window` and lie wholly behind `from`,
/// newest first.
pub(crate) fn stretches(from: Timestamp, to: Timestamp, count: u32, every: u32) -> Vec<Window> {
    let edge = |index: u32| back(to, days(i64::from(index) * i64::from(every)));
    (0..count)
        .map(|index| Window { from: edge(index + 1), to: edge(index) })
        .take_while(|window| window.from >= from && !window.is_empty())
        .collect()
}

/// Cuts a window at a share of its length.
pub(crate) fn split(window: Window, share: f64) -> (Window, Window) {
    let length = window.from.duration_until(window.to).as_secs_f64();
    let part = SignedDuration::try_from_secs_f64(length * share).unwrap_or_default();
    let middle = window.from.checked_add(part).unwrap_or(window.to);
    (Window { to: middle, ..window }, Window { from: middle, ..window })
}

/// The length of a window in days.
pub(crate) fn length_days(window: Window) -> f64 {
    window.from.duration_until(window.to).as_secs_f64() / SECONDS_PER_DAY
}

/// One look a day through the time-box, first and last day included; that of the last day may use
/// most. A live bet has left its box behind and is looked at without end: policy's number then stands
/// for the looks that somebody acts on, all alike.
pub(crate) fn looks(bet: &Bet, policy: &Policy, today: Date) -> Looks {
    match open_box(bet) {
        Some(time_box) => Looks::daily(policy.alpha, planned(bet, policy), day_of(time_box, today)),
        None => Looks { alpha: policy.alpha, planned: planned(bet, policy) },
    }
}

/// How many looks the intervals allow for.
pub(crate) fn planned(bet: &Bet, policy: &Policy) -> u32 {
    let last = open_box(bet).map(|time_box| day_of(time_box, time_box.decide_by.value));
    last.unwrap_or(policy.looks.max(1))
}

fn open_box(bet: &Bet) -> Option<&TimeBox> {
    bet.time_box.as_ref().filter(|_| bet.stage.value != Stage::Live)
}

/// The number of a day in the time-box, from 1.
fn day_of(time_box: &TimeBox, day: Date) -> u32 {
    u32::try_from(days_between(time_box.starts, day) + 1).unwrap_or(1).max(1)
}

/// The day, counted from 1970-01-01, UTC, that a moment lies in.
pub(crate) fn day_number(at: Timestamp) -> i32 {
    let days = at.as_second().div_euclid(24 * 3600);
    i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX })
}

/// Whole days from one date to another; negative when the second is earlier.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count.saturating_mul(24))
}

fn back(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_sub(by).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use trueup_evidence::Window;

    use super::{length_days, matured, midnight, of_hours, split, stretches, today};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn the_end_of_a_day_belongs_to_it() {
        assert_eq!(today(at("2026-11-21T00:00:00Z")).to_string(), "2026-11-20");
        assert_eq!(today(at("2026-11-21T00:00:01Z")).to_string(), "2026-11-21");
    }

    #[test]
    fn stretches_are_whole_and_newest_first() {
        let (from, to) = (at("2026-11-01T00:00:00Z"), at("2026-11-20T00:00:00Z"));
        let found = stretches(from, to, 4, 7);
        assert_eq!(found.len(), 2, "a third would start before the window");
        assert_eq!(found[0].to, to);
        assert_eq!(found[1].to, found[0].from);
        assert!(stretches(from, from, 4, 7).is_empty());
        assert!(stretches(Timestamp::MIN, Timestamp::MIN, 1000, 36_525).is_empty());
    }

    #[test]
    fn edges_lie_on_full_hours_but_for_now() {
        let now = at("2026-11-20T10:20:30.5Z");
        let window = |from: &str, to| Window { from: at(from), to };
        let asked = of_hours(window("2026-11-01T07:59:59Z", now), now);
        assert_eq!(asked, window("2026-11-01T07:00:00Z", now));
        let earlier = of_hours(window("1969-12-31T23:30:00Z", at("2026-11-20T09:20:30Z")), now);
        assert_eq!(earlier, window("1969-12-31T23:00:00Z", at("2026-11-20T09:00:00Z")));
        assert_eq!(of_hours(earlier, now), earlier);
        let all = Window { from: Timestamp::MIN, to: now };
        assert_eq!(of_hours(all, now).from, Timestamp::MIN);
    }

    #[test]
    fn midnight_lies_before_a_moment_or_is_it() {
        assert_eq!(midnight(at("2026-11-20T10:20:30.5Z")), at("2026-11-20T00:00:00Z"));
        assert_eq!(midnight(at("2026-11-20T00:00:00Z")), at("2026-11-20T00:00:00Z"));
        assert_eq!(midnight(at("1969-12-31T23:30:00Z")), at("1969-12-31T00:00:00Z"));
    }

    #[test]
    fn windows_are_cut_and_matured() {
        let window = Window { from: at("2026-11-01T00:00:00Z"), to: at("2026-11-11T00:00:00Z") };
        let (first, last) = split(window, 0.5);
        assert_eq!((first.to, last.from), (at("2026-11-06T00:00:00Z"), first.to));
        assert!((length_days(window) - 10.0).abs() < 1e-12);
        assert_eq!(matured(window, 24.0).to, at("2026-11-10T00:00:00Z"));
        assert!(matured(window, 1e9).is_empty(), "nothing is that old");
        assert!(matured(window, f64::MAX).is_empty());
    }
}
