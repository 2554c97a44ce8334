//! Counts of each unit, or of random groups of units where there are very many.

use std::collections::BTreeMap;

use super::added::{added, folded};

/// Beyond this, units are put into as many groups, at random.
pub const MOST_GROUPS: usize = 1024;

/// How many rows of each unit, or group of units, fall under each key.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouped<K> {
    /// All units, if the counts are of groups of them; else the counts name them.
    pub grouped: Option<Vec<u64>>,
    /// Sorted by unit and key, in which no two are the same.
    pub counts: Vec<((u64, K), u64)>,
}

impl<K> Default for Grouped<K> {
    fn default() -> Grouped<K> {
        Grouped { grouped: None, counts: Vec::new() }
    }
}

/// What is counted of one unit, or of one group, of so many units.
pub struct Group<K> {
    pub unit: u64,
    pub units: u64,
    pub counts: Vec<(K, u64)>,
}

impl<K: Ord + Copy> Grouped<K> {
    /// Puts units into groups if there are very many of them.
    pub fn of(counts: Vec<((u64, K), u64)>) -> Grouped<K> {
        Grouped::merged(&[&Grouped { grouped: None, counts }])
    }

    pub fn merged(parts: &[&Grouped<K>]) -> Grouped<K> {
        let units: Vec<Vec<u64>> = parts.iter().map(|part| part.units()).collect();
        let units = all_units(units);
        if units.len() <= MOST_GROUPS {
            let lists: Vec<_> = parts.iter().map(|part| part.counts.as_slice()).collect();
            return Grouped { grouped: None, counts: added(&lists, |a, b| a + b) };
        }
        let lists: Vec<Vec<((u64, K), u64)>> = parts.iter().map(|part| part.in_groups()).collect();
        let lists: Vec<_> = lists.iter().map(Vec::as_slice).collect();
        Grouped { grouped: Some(units), counts: added(&lists, |a, b| a + b) }
    }

    /// The counts of each unit or group together.
    pub fn groups(self) -> Vec<Group<K>> {
        let mut members: BTreeMap<u64, u64> = BTreeMap::new();
        for unit in self.grouped.iter().flatten() {
            *members.entry(group_of(*unit)).or_default() += 1;
        }
        let mut groups: Vec<Group<K>> = Vec::new();
        for ((unit, key), count) in self.counts {
            match groups.last_mut() {
                Some(last) if last.unit == unit => last.counts.push((key, count)),
                _ => {
                    let units = members.get(&unit).copied().unwrap_or(1);
                    groups.push(Group { unit, units, counts: vec![(key, count)] });
                }
            }
        }
        groups
    }

    /// All units, sorted.
    pub fn units(&self) -> Vec<u64> {
        self.grouped.clone().unwrap_or_else(|| {
            let mut units: Vec<u64> = self.counts.iter().map(|((unit, _), _)| *unit).collect();
            units.dedup();
            units
        })
    }

    fn in_groups(&self) -> Vec<((u64, K), u64)> {
        if self.grouped.is_some() {
            return self.counts.clone();
        }
        let group = |((unit, key), count): &((u64, K), u64)| ((group_of(*unit), *key), *count);
        folded(self.counts.iter().map(group).collect(), |a, b| a + b)
    }
}

fn group_of(unit: u64) -> u64 {
    unit % MOST_GROUPS as u64
}

fn all_units(lists: Vec<Vec<u64>>) -> Vec<u64> {
    match <[Vec<u64>; 1]>::try_from(lists) {
        Ok([only]) => only,
        Err(lists) => {
            let mut units: Vec<u64> = lists.into_iter().flatten().collect();
            units.sort_unstable();
            units.dedup();
            units
        }
    }
}
