//! Which event ids are there already, day by day.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use datafusion::arrow::array::{Array, AsArray};
use xxhash_rust::xxh3::xxh3_128;

use crate::columns::ORPHAN;
use crate::error::Error;
use crate::store::read::read_columns;
use crate::store::{DataFile, Snapshot};

/// 128 bits of an id: among 10^12 ids the chance that two share them is below 10^-14.
pub type Key = u128;
pub type KeySet = HashSet<Key, BuildHasherDefault<AsItIs>>;
pub type KeyMap<V> = HashMap<Key, V, BuildHasherDefault<AsItIs>>;

pub fn key(id: &str) -> Key {
    xxh3_128(id.as_bytes())
}

/// A key is a hash already.
#[derive(Default)]
pub struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u128(&mut self, key: u128) {
        let [low, high] = [key, key >> 64].map(|half| half & u128::from(u64::MAX));
        self.0 = u64::try_from(low ^ high).expect("half of 128 bits is 64 bits");
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are 128-bit numbers");
    }
}

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
