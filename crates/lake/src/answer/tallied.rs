//! What was counted for one tally over some rows. Those of disjoint sets of rows add up to that of
//! their union.

use trueup_evidence::summary::BinIndex;

use super::items::Shape;

/// Beyond this, the distributions of units are put into as many groups, at random.
pub const MOST_HISTOGRAMS: usize = 1024;

/// Each list is sorted by its first part, in which no two are the same.
#[derive(Debug, Clone, PartialEq)]
pub enum Tallied {
    /// A number for each unit.
    Sums(Vec<(u64, f64)>),
    Values(Values),
    /// Rows, sum of confidence and sum of outcome for each unit and bin.
    Calibration(Vec<((u64, u32), [f64; 3])>),
}

/// How many values of each unit, or group of units, fall into each bin.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Values {
    /// All units, if the counts are of groups of them; else the counts name them.
    pub grouped: Option<Vec<u64>>,
    pub counts: Vec<((u64, BinIndex), u64)>,
}

impl Tallied {
    pub fn empty(shape: &Shape) -> Tallied {
        match shape {
            Shape::Sums => Tallied::Sums(Vec::new()),
            Shape::Values { .. } => Tallied::Values(Values::default()),
            Shape::Calibration { .. } => Tallied::Calibration(Vec::new()),
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Tallied::Sums(all) => all.is_empty(),
            Tallied::Values(values) => values.counts.is_empty(),
            Tallied::Calibration(all) => all.is_empty(),
        }
    }

    /// Adds up parts of the same shape, in their order.
    pub fn merged(parts: Vec<&Tallied>, shape: &Shape) -> Tallied {
        const WRONG: &str = "one shape is added up at a time";
        match shape {
            Shape::Sums => {
                let lists = parts.into_iter().map(|part| match part {
                    Tallied::Sums(list) => list.as_slice(),
                    _ => unreachable!("{WRONG}"),
                });
                Tallied::Sums(added(&lists.collect::<Vec<_>>(), |a, b| a + b))
            }
            Shape::Values { .. } => {
                let lists = parts.into_iter().map(|part| match part {
                    Tallied::Values(values) => values,
                    _ => unreachable!("{WRONG}"),
                });
                Tallied::Values(Values::merged(&lists.collect::<Vec<_>>()))
            }
            Shape::Calibration { .. } => {
                let lists = parts.into_iter().map(|part| match part {
                    Tallied::Calibration(list) => list.as_slice(),
                    _ => unreachable!("{WRONG}"),
                });
                let add = |a: [f64; 3], b: [f64; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
                Tallied::Calibration(added(&lists.collect::<Vec<_>>(), add))
            }
        }
    }
}

impl Values {
    /// Puts units into groups if there are very many of them.
    pub fn of(counts: Vec<((u64, BinIndex), u64)>) -> Values {
        Values::merged(&[&Values { grouped: None, counts }])
    }

    fn merged(parts: &[&Values]) -> Values {
        let units: Vec<Vec<u64>> = parts.iter().map(|part| part.units()).collect();
        let units = all_units(units);
        if units.len() <= MOST_HISTOGRAMS {
            let lists: Vec<_> = parts.iter().map(|part| part.counts.as_slice()).collect();
            return Values { grouped: None, counts: added(&lists, |a, b| a + b) };
        }
        let lists: Vec<Vec<((u64, BinIndex), u64)>> =
            parts.iter().map(|part| part.in_groups()).collect();
        let lists: Vec<_> = lists.iter().map(Vec::as_slice).collect();
        Values { grouped: Some(units), counts: added(&lists, |a, b| a + b) }
    }

    /// All units, sorted.
    pub fn units(&self) -> Vec<u64> {
        self.grouped.clone().unwrap_or_else(|| {
            let mut units: Vec<u64> = self.counts.iter().map(|((unit, _), _)| *unit).collect();
            units.dedup();
            units
        })
    }

    fn in_groups(&self) -> Vec<((u64, BinIndex), u64)> {
        if self.grouped.is_some() {
            return self.counts.clone();
        }
        let group =
            |((unit, bin), count): &((u64, BinIndex), u64)| ((group_of(*unit), *bin), *count);
        folded(self.counts.iter().map(group).collect(), |a, b| a + b)
    }
}

pub fn group_of(unit: u64) -> u64 {
    unit % MOST_HISTOGRAMS as u64
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

/// Sorts by the first part and adds up what has the same one, in the order of the list.
pub fn folded<K: Ord + Copy, V: Copy>(
    mut list: Vec<(K, V)>,
    add: impl Fn(V, V) -> V,
) -> Vec<(K, V)> {
    list.sort_by_key(|(key, _)| *key);
    let mut sums: Vec<(K, V)> = Vec::with_capacity(list.len());
    for (key, value) in list {
        match sums.last_mut() {
            Some((before, sum)) if *before == key => *sum = add(*sum, value),
            _ => sums.push((key, value)),
        }
    }
    sums
}

/// Adds up sorted lists, neighbours first, so that each number passes through few additions.
fn added<K: Ord + Copy, V: Copy>(
    lists: &[&[(K, V)]],
    add: impl Fn(V, V) -> V + Copy,
) -> Vec<(K, V)> {
    match lists {
        [] => Vec::new(),
        [only] => only.to_vec(),
        [first, second] => added_two(first, second, add),
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            added_two(&added(left, add), &added(right, add), add)
        }
    }
}

fn added_two<K: Ord + Copy, V: Copy>(
    left: &[(K, V)],
    right: &[(K, V)],
    add: impl Fn(V, V) -> V,
) -> Vec<(K, V)> {
    let mut sum = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while let (Some((a, x)), Some((b, y))) = (left.get(i), right.get(j)) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => sum.push((*a, *x)),
            std::cmp::Ordering::Greater => sum.push((*b, *y)),
            std::cmp::Ordering::Equal => sum.push((*a, add(*x, *y))),
        }
        i += usize::from(a <= b);
        j += usize::from(b <= a);
    }
    sum.extend_from_slice(&left[i..]);
    sum.extend_from_slice(&right[j..]);
    sum
}
