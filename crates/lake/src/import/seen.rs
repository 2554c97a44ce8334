//! Which event ids are there already, day by day.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use datafusion::arrow::array::{Array, AsArray};

use crate::columns::ORPHAN;
use crate::error::Error;
pub use crate::keys::{Key, KeyMap, KeySet, key};
use crate::store::read::read_columns;
use crate::store::{DataFile, Snapshot};

/// The ids of one table: those stored, read when their day is first touched, and those of this
/// import.
#[derive(Default)]
pub struct Seen {
    days: HashMap<i32, KeySet>,
    /// Stored rows without their interaction. They lie on the day of their own time; when the
    /// interaction is known by now, the same event belongs to another day.
    orphans: Option<KeySet>,
}

impl Seen {
    /// Makes sure that what is stored for a day is known.
    pub async fn load(&mut self, snapshot: &Snapshot, day: i32) -> Result<(), Error> {
        if self.orphans.is_none() {
            let orphans = match snapshot.layout.columns.index_of(ORPHAN) {
                Ok(_) => read_orphans(snapshot).await?,
                Err(_) => KeySet::default(),
            };
            self.orphans = Some(orphans);
        }
        if let Entry::Vacant(unread) = self.days.entry(day) {
            unread.insert(read_ids(snapshot, &snapshot.of_day(day)).await?);
        }
        Ok(())
    }

    /// True when the id is new for the day; from then on it is not. The day was loaded before.
    pub fn insert(&mut self, day: i32, key: Key) -> bool {
        let orphan = self.orphans.as_ref().is_some_and(|orphans| orphans.contains(&key));
        !orphan && self.days.entry(day).or_default().insert(key)
    }
}

/// The keys of all ids in some files.
pub async fn read_ids(snapshot: &Snapshot, files: &[DataFile]) -> Result<KeySet, Error> {
    let mut keys = KeySet::default();
    for file in files {
        read_columns(snapshot, file, &["id"], &mut |batch| {
            keys.extend(batch.column(0).as_string::<i32>().iter().flatten().map(key));
        })
        .await?;
    }
    Ok(keys)
}

async fn read_orphans(snapshot: &Snapshot) -> Result<KeySet, Error> {
    let mut keys = KeySet::default();
    for file in &snapshot.files {
        read_columns(snapshot, file, &["id", ORPHAN], &mut |batch| {
            let (ids, orphans) = (batch.column(0).as_string::<i32>(), batch.column(1).as_boolean());
            let rows =
                (0..batch.num_rows()).filter(|row| orphans.is_valid(*row) && orphans.value(*row));
            keys.extend(rows.map(|row| key(ids.value(row))));
        })
        .await?;
    }
    Ok(keys)
}
