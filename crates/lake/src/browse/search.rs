//! Day by day, from where a page begins, until it is full.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use trueup_evidence::browse::{Count, Cursor, Entry, Filter, Listing, Start};
use trueup_evidence::{Event, Table};

use super::day::{Found, Wanted, said_all};
use super::entries::entries;
use crate::columns::{MICROSECONDS_PER_DAY, day_of};
use crate::settle::{days, place};
use crate::store::Snapshot;

/// A search that went through so many rows ends with the day, and can be gone on with.
const MOST_SEARCHED: u64 = 1 << 20;
/// More than these are not counted.
pub const MOST_COUNTED: u64 = 10_000;
/// To count, so many rows are gone through after the page is full.
const MOST_SEARCHED_TO_COUNT: u64 = 1 << 18;

/// What was found so far.
#[derive(Default)]
struct Page {
    /// The nearest first; one more than is shown, if there is one.
    found: Vec<Event>,
    passed: u64,
    or_more: bool,
    searched: u64,
    ended: Option<i32>,
    faults: Vec<String>,
}

pub async fn search(
    tables: &[Snapshot; 5],
    filter: &Filter,
    start: &Start,
    limit: usize,
) -> Listing {
    let page = page(tables, filter, start, limit).await;
    let mut found = page.found;
    let more = found.len() > limit;
    found.truncate(limit);
    if matches!(start, Start::Above(_)) {
        found.reverse();
    }
    let mut faults = page.faults;
    let entries = entries(tables, found, &mut faults).await;
    let count = (*start == Start::Newest).then(|| Count {
        n: page.passed.min(MOST_COUNTED),
        or_more: page.or_more || page.ended.is_some() || page.passed > MOST_COUNTED,
    });
    let (older, newer) = around(&entries, start, more, page.ended);
    let ended_at = page.ended.and_then(start_of);
    Listing { entries, older, newer, ended_at, count, faults }
}

async fn page(tables: &[Snapshot; 5], filter: &Filter, start: &Start, limit: usize) -> Page {
    let mut page = Page::default();
    let counting = *start == Start::Newest;
    let mut searched_to_count = 0;
    let mut last = None;
    for day in days_from(&tables[place(Table::Interactions)], filter, start) {
        let is_full = page.found.len() > limit;
        if is_full {
            let enough = page.passed > MOST_COUNTED || searched_to_count > MOST_SEARCHED_TO_COUNT;
            if !counting || enough {
                page.or_more = true;
                break;
            }
        } else if page.searched > MOST_SEARCHED {
            page.ended = last;
            break;
        }
        let counted = if counting { MOST_COUNTED.saturating_sub(page.passed) } else { 0 };
        let most = (limit + 1).saturating_sub(page.found.len());
        let wanted = Wanted { filter, start, most, counted };
        let found = wanted.of_day(tables, day).await;
        searched_to_count += if is_full { found.searched } else { 0 };
        page.add(found);
        last = Some(day);
    }
    page
}

impl Page {
    fn add(&mut self, found: Found) {
        self.found.extend(found.interactions);
        self.passed += found.passed;
        self.or_more |= found.or_more;
        self.searched += found.searched;
        said_all(&mut self.faults, found.faults);
    }
}

/// The days that hold interactions, in the order in which a page goes through them.
fn days_from(interactions: &Snapshot, filter: &Filter, start: &Start) -> Vec<i32> {
    let in_files = interactions.files.iter().map(|file| file.day);
    let in_tail = interactions.tail.iter().flat_map(|rows| days(Table::Interactions, rows));
    let all: BTreeSet<i32> = in_files.chain(in_tail).collect();
    let (first, last) = (filter.from.map(number), filter.to.map(number));
    let mut all: Vec<i32> = all
        .into_iter()
        .filter(|day| first.is_none_or(|first| *day >= first))
        .filter(|day| last.is_none_or(|last| *day <= last))
        .filter(|day| match start {
            Start::Newest => true,
            Start::Below(cursor) => *day <= day_of(cursor.at.as_microsecond()),
            Start::Above(cursor) => *day >= day_of(cursor.at.as_microsecond()),
        })
        .collect();
    if !matches!(start, Start::Above(_)) {
        all.reverse();
    }
    all
}

/// Where to go on below and above.
fn around(
    entries: &[Entry],
    start: &Start,
    more: bool,
    ended: Option<i32>,
) -> (Option<Cursor>, Option<Cursor>) {
    let first = entries.first().and_then(|entry| Cursor::of(&entry.interaction));
    let last = entries.last().and_then(|entry| Cursor::of(&entry.interaction));
    let at_day = |day: i32| Some(Cursor { at: start_of(day)?, id: String::new() });
    match start {
        Start::Newest | Start::Below(_) => {
            let older = match ended {
                Some(day) => at_day(day),
                None => last.filter(|_| more),
            };
            let begins = match start {
                Start::Below(cursor) => first.or_else(|| Some(cursor.clone())),
                _ => None,
            };
            (older, begins)
        }
        Start::Above(cursor) => {
            let newer = match ended {
                Some(day) => at_day(day.saturating_add(1)),
                None => first.filter(|_| more),
            };
            (last.or_else(|| Some(cursor.clone())), newer)
        }
    }
}

fn start_of(day: i32) -> Option<Timestamp> {
    Timestamp::from_microsecond(i64::from(day).checked_mul(MICROSECONDS_PER_DAY)?).ok()
}

/// Days since 1970.
pub fn number(date: Date) -> i32 {
    let since = date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
    i32::try_from(since).expect("a calendar of some thousand years")
}
