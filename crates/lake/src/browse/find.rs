//! Rows by a name that they hold, on some days: in files by the filters that these have, and in what is
//! in no file yet.

use std::ops::RangeInclusive;

use datafusion::arrow::array::{AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use futures::StreamExt;
use trueup_evidence::{Event, Table};

use super::day::said;
use super::event::events;
use crate::columns::stored;
use crate::keys::{Key, KeySet, key};
use crate::settle::stored::look_up;
use crate::settle::{days, place};
use crate::store::{DataFile, Snapshot};

/// Files that are looked into at the same time.
const AT_ONCE: usize = 8;

/// The rows of a table whose `column` holds one of the names, with all fields.
pub async fn find(
    tables: &[Snapshot; 5],
    table: Table,
    (column, names): (&'static str, &[&str]),
    within: RangeInclusive<i32>,
    faults: &mut Vec<String>,
) -> Vec<Event> {
    let snapshot = &tables[place(table)];
    let names: Vec<(Key, &str)> = names.iter().map(|name| (key(name), *name)).collect();
    let keys: KeySet = names.iter().map(|(key, _)| *key).collect();
    let mut found: Vec<Event> = tail(table, snapshot, column, &keys)
        .filter(|(day, _)| within.contains(day))
        .map(|(_, event)| event)
        .collect();
    let columns: Vec<&str> = stored(table).map(|field| field.name).collect();
    let files = snapshot.files.iter().filter(|file| within.contains(&file.day));
    let looking = files.map(|file| look_up(snapshot, file, column, &names, &columns));
    let mut looking = futures::stream::iter(looking).buffered(AT_ONCE);
    while let Some(rows) = looking.next().await {
        match rows {
            Ok(rows) => found.extend(rows.iter().flat_map(|rows| events(table, rows))),
            Err(why) => said(faults, &why),
        }
    }
    found
}

/// The newest interaction of a name, and its day. A name may have come back on another day.
pub async fn newest(
    tables: &[Snapshot; 5],
    id: &str,
    near: &[i32],
    faults: &mut Vec<String>,
) -> Option<(i32, Event)> {
    let table = Table::Interactions;
    for day in near {
        let found = find(tables, table, ("id", &[id]), *day..=*day, faults).await;
        if let Some(event) = found.into_iter().next() {
            return Some((*day, event));
        }
    }
    let snapshot = &tables[place(table)];
    let keys: KeySet = [key(id)].into_iter().collect();
    let in_tail = tail(table, snapshot, "id", &keys).max_by_key(|(day, _)| *day);
    let columns: Vec<&str> = stored(table).map(|field| field.name).collect();
    let after = in_tail.as_ref().map(|(day, _)| *day);
    let mut files: Vec<&DataFile> =
        snapshot.files.iter().filter(|file| after.is_none_or(|after| file.day > after)).collect();
    files.reverse();
    let names = [(key(id), id)];
    let looking = files.into_iter().map(|file| {
        let look = look_up(snapshot, file, "id", &names, &columns);
        async move { (file.day, look.await) }
    });
    let mut looking = futures::stream::iter(looking).buffered(AT_ONCE);
    while let Some((day, rows)) = looking.next().await {
        match rows {
            Ok(None) => {}
            Ok(Some(rows)) => return Some((day, events(table, &rows).into_iter().next()?)),
            Err(why) => said(faults, &why),
        }
    }
    in_tail
}

/// The rows in no file yet whose column holds one of the names, with their day.
fn tail(
    table: Table,
    snapshot: &Snapshot,
    column: &str,
    keys: &KeySet,
) -> impl Iterator<Item = (i32, Event)> {
    let found = snapshot.tail.first().map(|rows| {
        let rows = matching(rows, column, keys);
        days(table, &rows).into_iter().zip(events(table, &rows)).collect::<Vec<_>>()
    });
    found.unwrap_or_default().into_iter()
}

fn matching(rows: &RecordBatch, column: &str, keys: &KeySet) -> RecordBatch {
    let names = rows.column_by_name(column).expect("a column of the table").as_string::<i32>();
    let matches = names.iter().map(|name| Some(name.is_some_and(|it| keys.contains(&key(it)))));
    filter_record_batch(rows, &matches.collect::<BooleanArray>()).expect("a mask of its rows")
}
