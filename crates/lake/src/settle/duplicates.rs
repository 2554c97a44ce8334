//! Which of the rows that arrived are new: no other row of their day has their id, here or stored.

use std::collections::{BTreeMap, HashMap, HashSet};

use datafusion::arrow::array::{Array, AsArray, BooleanArray, RecordBatch, StringArray};
use datafusion::arrow::compute::{filter_record_batch, not};
use trueup_evidence::Table;

use super::stored::{Stored, hash, time_bounds};
use super::{Incoming, times};
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
    let times = times(table, rows);
    let days: Vec<i32> = times.iter().map(|time| day_of(*time)).collect();
    let unique = first.mark(rows, &days);
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

/// True for rows that are spans.
fn spans_of(table: Table, rows: &RecordBatch) -> impl Fn(usize) -> bool {
    let spans = rows.column_by_name("span").filter(|_| !table.has_target());
    move |row| spans.is_some_and(|spans| spans.is_valid(row))
}
