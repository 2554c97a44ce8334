//! Ids as numbers: a hash of 128 bits each.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_128;

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
