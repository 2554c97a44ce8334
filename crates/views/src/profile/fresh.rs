//! How old the rows are, how regularly they come, and what is dated wrongly.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_evidence::profile::{Holds, Times};
use trueup_verdict::number::count;

use super::say::percent;
use super::{About, Finding, Kind, Level, Question};

/// Rows whose newest is older are a concern.
pub const OLD_DAYS: i64 = 180;
/// So is a gap of so many weeks.
pub const LONG_GAP_WEEKS: i64 = 4;

/// Rows in time.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Freshness {
    pub column: String,
    pub first: Option<Timestamp>,
    pub last: Option<Timestamp>,
    pub missing: u64,
    /// Values that read as no time.
    pub unread: u64,
    /// Rows later than `as_of`.
    pub future: u64,
    /// Days from the newest row that is not in the future to `as_of`.
    pub age_days: Option<i64>,
    /// Weeks from the first to the last with rows, and how many of those have none.
    pub weeks: u64,
    pub empty_weeks: u64,
    pub rows_a_week: Option<f64>,
    /// The longest run of weeks without rows, and the Monday that it begins on.
    pub longest_gap_weeks: u64,
    pub longest_gap_from: Option<Date>,
    /// Rows by the Monday of their week, UTC; only the last 520 weeks.
    pub by_week: Vec<(Date, u64)>,
}

pub fn freshness(question: &Question<'_>, findings: &mut Vec<Finding>) -> Option<Freshness> {
    let counts = question.counts;
    let Some(times) = &counts.times else {
        findings.extend(no_time(question));
        return None;
    };
    let column = question.roles.time.clone().unwrap_or_default();
    let fresh = fresh(column, times, question.roles.as_of);
    if counts.rows > 0 {
        findings.extend(future(&fresh, counts.rows));
        findings.extend(unread(&fresh, counts.rows));
        findings.extend(old(&fresh, counts.rows));
        findings.extend(gap(&fresh, counts.rows));
    }
    Some(fresh)
}

fn fresh(column: String, times: &Times, now: Timestamp) -> Freshness {
    const WEEKS_SHOWN: usize = 520;
    let days = |from: Date, to: Date| from.until(to).map_or(0, |span| i64::from(span.get_days()));
    let mondays: Vec<Date> = times.weeks.keys().copied().collect();
    let gaps = mondays.windows(2).map(|pair| (days(pair[0], pair[1]) / 7 - 1, pair[0]));
    let longest = gaps.filter(|(weeks, _)| *weeks > 0).max_by_key(|(weeks, _)| *weeks);
    let ends = mondays.first().zip(mondays.last());
    let weeks = ends.map_or(0, |(first, last)| days(*first, *last) / 7 + 1).unsigned_abs();
    let rows: u64 = times.weeks.values().sum();
    // The newest that is not in the future is at most known to the week where there are such.
    let newest = times.last.map(|last| last.min(now));
    let known = newest.filter(|_| times.future == 0);
    let age = known.map(|newest| now.duration_since(newest).as_hours() / 24);
    let shown = times.weeks.iter().skip(times.weeks.len().saturating_sub(WEEKS_SHOWN));
    Freshness {
        column,
        first: times.first,
        last: times.last,
        missing: times.missing,
        unread: times.unread,
        future: times.future,
        age_days: age,
        weeks,
        empty_weeks: weeks - times.weeks.len() as u64,
        rows_a_week: (weeks > 0).then(|| rows as f64 / weeks as f64),
        longest_gap_weeks: longest.map_or(0, |(weeks, _)| weeks.unsigned_abs()),
        longest_gap_from: longest
            .and_then(|(_, from)| from.checked_add(jiff::Span::new().days(7)).ok()),
        by_week: shown.map(|(monday, rows)| (*monday, *rows)).collect(),
    }
}

/// A column of times that nobody named.
fn no_time(question: &Question<'_>) -> Option<Finding> {
    let columns = &question.counts.columns;
    let time = columns.iter().find(|column| column.holds == Holds::Time)?;
    let name = &time.name;
    let about = About {
        level: Level::Note,
        kind: Kind::Freshness,
        column: Some(name),
        short: "freshness was not looked at".to_owned(),
        rows: question.counts.rows,
        of: question.counts.rows,
    };
    Some(about.say(format!("`{name}` holds times; `--time {name}` looks at freshness and gaps")))
}

fn future(fresh: &Freshness, rows: u64) -> Option<Finding> {
    let name = &fresh.column;
    (fresh.future > 0).then(|| {
        let about = About {
            level: Level::Concern,
            kind: Kind::Future,
            column: Some(name),
            short: format!("{} rows are in the future", count(fresh.future)),
            rows: fresh.future,
            of: rows,
        };
        let last =
            fresh.last.map_or_else(String::new, |last| format!(", the last on {}", day(last)));
        about.say(format!(
            "`{name}`: {} of {} rows ({}) are later than now{last}",
            count(fresh.future),
            count(rows),
            percent(fresh.future as f64 / rows as f64)
        ))
    })
}

fn unread(fresh: &Freshness, rows: u64) -> Option<Finding> {
    let name = &fresh.column;
    (fresh.unread > 0).then(|| {
        let about = About {
            level: Level::Concern,
            kind: Kind::Freshness,
            column: Some(name),
            short: format!("{} times cannot be read", count(fresh.unread)),
            rows: fresh.unread,
            of: rows,
        };
        about.say(format!(
            "`{name}`: {} of {} values read as no time; write them as `2026-03-01T10:00:00Z`, or as \
             seconds since 1970",
            count(fresh.unread),
            count(rows)
        ))
    })
}

fn old(fresh: &Freshness, rows: u64) -> Option<Finding> {
    let name = &fresh.column;
    let age = fresh.age_days.filter(|age| *age > OLD_DAYS)?;
    let about = About {
        level: Level::Concern,
        kind: Kind::Freshness,
        column: Some(name),
        short: format!("the newest row is {} days old", count(age.unsigned_abs())),
        rows,
        of: rows,
    };
    let last = fresh.last.map_or_else(String::new, day);
    let days = count(age.unsigned_abs());
    Some(about.say(format!(
        "`{name}`: the newest row is of {last}, {days} days ago; is the work still done like that?"
    )))
}

fn gap(fresh: &Freshness, rows: u64) -> Option<Finding> {
    let name = &fresh.column;
    let longest = fresh.longest_gap_weeks;
    let from = fresh.longest_gap_from?;
    let is_long = longest >= LONG_GAP_WEEKS.unsigned_abs();
    let about = About {
        level: if is_long { Level::Concern } else { Level::Note },
        kind: Kind::Freshness,
        column: Some(name),
        short: format!("{} of {} weeks have no rows", count(fresh.empty_weeks), count(fresh.weeks)),
        rows: 0,
        of: rows,
    };
    Some(about.say(format!(
        "`{name}`: {} of {} weeks have no rows; the longest gap is {} weeks from {from} on",
        count(fresh.empty_weeks),
        count(fresh.weeks),
        count(longest)
    )))
}

/// The day of a moment, UTC.
pub fn day(moment: Timestamp) -> String {
    moment.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}
