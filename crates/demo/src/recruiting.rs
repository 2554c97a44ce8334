//! A recruiting product: a whole roadmap and the half year that led to it, without telemetry.
//!
//! The files of `examples/recruiting` are the end of the story and its only copy. The history is told
//! backwards from there: each step of `history.md` is undone in its turn.

mod files;
mod shift;
mod step;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use crate::Snapshot;
use crate::calendar::last_day;
use files::{FILES, HISTORY, README};
use step::steps;

/// The day on which the story ends in the example's own files.
const END: Date = date(2026, 11, 21);

/// All commits up to `today`, oldest first.
#[must_use]
pub fn recruiting(today: Date) -> Vec<Snapshot> {
    let today = last_day(today);
    let mut files = example();
    let steps = steps(HISTORY);
    let backwards = steps.iter().rev().map(|step| {
        let snapshot = step.snapshot(&files, today, days_from_end(today));
        step.undo(&mut files);
        snapshot
    });
    let mut snapshots: Vec<Snapshot> = backwards.collect();
    snapshots.reverse();
    snapshots
}

/// The README of the story's folder.
#[must_use]
pub fn recruiting_readme(today: Date) -> String {
    shift::shifted(README, days_from_end(last_day(today)))
}

fn example() -> BTreeMap<String, String> {
    FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn days_from_end(today: Date) -> i64 {
    END.duration_until(today).as_hours() / 24
}
