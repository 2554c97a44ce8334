//! Which of the rows that arrived are new: no other row of their day has their id, here or stored, and
//! none of a day on which they were when less was known of what they are about.

use std::collections::{BTreeMap, HashMap, HashSet};

use datafusion::arrow::array::{Array, AsArray, BooleanArray, RecordBatch, StringArray};
use datafusion::arrow::compute::{filter_record_batch, not};
use trueup_evidence::Table;

use super::stored::{Stored, hash, time_bounds};
use super::target::Target;
use super::{Incoming, days, own_days, times};
use crate::columns::day_of;
use crate::error::Error;
use crate::keys::{Key, KeySet, key};

/// The new rows of a table.
pub struct New {
    pub rows: RecordBatch,
    pub duplicates: u64,
    /// The rows that are stored already. For interactions only.
    pub known: RecordBatch,
}

/// Finds the rows whose day is known from the start: interactions and telemetry.
pub async fn new_rows(
    stored: &Stored<'_>,
    table: Table,
    incoming: &Incoming,
) -> Result<New, Error> {
    let rows = incoming.of(table);
    let mut first = Firsts::default();
    let unique = first.mark(rows, &days(table, rows));
    let once = kept(rows, &unique);
    let known = present(stored, table, &once).await?;
    let new = kept(&once, &not(&known).expect("a mask"));
    Ok(New {
        duplicates: (rows.num_rows() - new.num_rows()) as u64,
        rows: new,
        known: kept(&once, &known),
    })
}

/// The rows that a mask marks; not copied when these are all.
pub fn kept(rows: &RecordBatch, mask: &BooleanArray) -> RecordBatch {
    if mask.true_count() == rows.num_rows() {
        return rows.clone();
    }
    filter_record_batch(rows, mask).expect("a mask is as long as the rows")
}

/// The rows of one merge so far, by day and id.
#[derive(Default)]
pub struct Firsts {
    seen: HashMap<i32, KeySet>,
}

impl Firsts {
    /// True for each row that is the first of its day and id.
    pub fn mark(&mut self, rows: &RecordBatch, days: &[i32]) -> BooleanArray {
        let ids = ids(rows);
        let first = |(row, day): (usize, &i32)| {
            Some(self.seen.entry(*day).or_default().insert(key(ids.value(row))))
        };
        days.iter().enumerate().map(first).collect()
    }
}

pub fn ids(rows: &RecordBatch) -> &StringArray {
    rows.column_by_name("id").expect("every table has ids").as_string::<i32>()
}

/// Which rows are stored already, on the day on which they would lie.
pub async fn present(
    stored: &Stored<'_>,
    table: Table,
    rows: &RecordBatch,
) -> Result<BooleanArray, Error> {
    let ids = ids(rows);
    let times = times(table, rows);
    let mut by_day: BTreeMap<i32, Vec<(Key, usize)>> = BTreeMap::new();
    for (row, time) in times.iter().enumerate() {
        by_day.entry(day_of(*time)).or_default().push((key(ids.value(row)), row));
    }
    for names in by_day.values_mut() {
        names.sort_unstable_by_key(|(key, _)| hash(*key));
    }
    let never_again = spans_of(table, rows);
    let mut found: HashSet<usize> = HashSet::new();
    for file in &stored.table(table).files {
        let Some(wanted) = by_day.get(&file.day) else { continue };
        let bounds = time_bounds(table, file);
        // A span has the same time whenever it is sent; what has no such time may be anywhere.
        let may_be_here = |row: usize| {
            let (Some((low, high)), true) = (bounds, never_again(row)) else { return true };
            (low..=high).contains(&times[row])
        };
        let names = wanted.iter().filter(|(_, row)| may_be_here(*row));
        let names = names.map(|(key, row)| (*key, ids.value(*row)));
        if let Some(there) = stored.find(table, "id", names, file, &["id"]).await? {
            let there: KeySet = self::ids(&there).iter().flatten().map(key).collect();
            found.extend(wanted.iter().filter(|(key, _)| there.contains(key)).map(|(_, row)| *row));
        }
    }
    Ok((0..rows.num_rows()).map(|row| Some(found.contains(&row))).collect())
}

/// Which rows about something are stored already on another day than the one on which they would lie: they
/// were put there when their target was not known, or when another use was the earliest of its trace or
/// session. An id may be used again on another day, so there the target must be the same too.
pub async fn present_elsewhere(
    stored: &Stored<'_>,
    table: Table,
    rows: &RecordBatch,
) -> Result<BooleanArray, Error> {
    let (ids, targets) = (ids(rows), Target::of_rows(table, rows));
    let by_day = elsewhere(table, rows, &targets);
    let columns: Vec<&str> = ["id"].iter().chain(Target::columns(table)).copied().collect();
    let mut found: HashSet<usize> = HashSet::new();
    for file in &stored.table(table).files {
        let Some(wanted) = by_day.get(&file.day) else { continue };
        let names = wanted.iter().map(|row| (key(ids.value(*row)), ids.value(*row)));
        let Some(there) = stored.find(table, "id", names, file, &columns).await? else { continue };
        let there: HashSet<(&str, Option<Target>)> =
            self::ids(&there).iter().flatten().zip(Target::of_rows(table, &there)).collect();
        let is_there = |row: &&usize| there.contains(&(ids.value(**row), targets[**row]));
        found.extend(wanted.iter().filter(is_there));
    }
    Ok((0..rows.num_rows()).map(|row| Some(found.contains(&row))).collect())
}

/// The days on which rows may be beside their own: that of their own time, where a row waits for its
/// target, and those of other uses that the target may have meant.
fn elsewhere(
    table: Table,
    rows: &RecordBatch,
    targets: &[Option<Target<'_>>],
) -> BTreeMap<i32, Vec<usize>> {
    let mut by_day: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    let days = days(table, rows).into_iter().zip(own_days(rows));
    for (row, (day, own)) in days.enumerate() {
        let apart = targets[row].map_or(0, |target| target.kind.days_apart());
        let around = day - apart..=day + apart;
        let far = Some(own).filter(|own| !around.contains(own));
        for other in around.chain(far).filter(|other| *other != day) {
            by_day.entry(other).or_default().push(row);
        }
    }
    by_day
}

/// True for rows that are spans.
fn spans_of(table: Table, rows: &RecordBatch) -> impl Fn(usize) -> bool {
    let spans = rows.column_by_name("span").filter(|_| !table.has_target());
    move |row| spans.is_some_and(|spans| spans.is_valid(row))
}
