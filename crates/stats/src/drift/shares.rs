//! The shares of rows in each bin, and how they vary from unit to unit.

use std::collections::{BTreeMap, BTreeSet};

use super::{Both, Counts};

/// More classes than this are not told apart; the rest is one.
const MOST_CLASSES: usize = 50;

/// Which of the bins compared a bin given belongs to.
pub(super) struct Merged {
    place: BTreeMap<i32, usize>,
    bins: usize,
}

impl Merged {
    /// The counts of each unit with rows in the bins compared.
    pub(super) fn of(&self, units: &[Counts]) -> Side {
        let mut counts: Vec<Vec<f64>> = Vec::new();
        for unit in units.iter().filter(|unit| unit.iter().any(|(_, rows)| *rows > 0)) {
            let mut row = vec![0.0; self.bins];
            for (bin, rows) in unit.iter().filter(|(_, rows)| *rows > 0) {
                row[self.place[bin]] += *rows as f64;
            }
            counts.push(row);
        }
        Side::of(counts, self.bins)
    }

    /// The counts of each unit by the bins compared.
    pub(super) fn counts(&self, units: &[Counts]) -> Vec<Counts> {
        let place = |bin: &i32| i32::try_from(self.place[bin]).expect("bins compared are few");
        let filled = |unit: &Counts| -> Counts {
            let rows = unit.iter().filter(|(_, rows)| *rows > 0);
            rows.map(|(bin, rows)| (place(bin), *rows)).collect()
        };
        units.iter().map(filled).collect()
    }

    /// The rows of all units in the bins compared, and where each ends in the reference.
    pub(super) fn both(&self, reference: &[Counts], current: &[Counts]) -> Vec<Both> {
        let mut both = vec![Both { last: i32::MIN, reference: 0, current: 0 }; self.bins];
        for (bin, rows) in reference.iter().flatten().filter(|(_, rows)| *rows > 0) {
            let found = &mut both[self.place[bin]];
            found.last = found.last.max(*bin);
            found.reference += rows;
        }
        for (bin, rows) in current.iter().flatten().filter(|(_, rows)| *rows > 0) {
            both[self.place[bin]].current += rows;
        }
        both
    }

    /// Renumbers the places so that none is without bins.
    fn new(place: BTreeMap<i32, usize>) -> Option<Merged> {
        let used: BTreeSet<usize> = place.values().copied().collect();
        let used: Vec<usize> = used.into_iter().collect();
        let bins = used.len();
        let place = place
            .into_iter()
            .map(|(bin, place)| (bin, used.partition_point(|used| *used < place)))
            .collect();
        (bins > 0).then_some(Merged { place, bins })
    }
}

/// Bins of about equal mass in the reference: a bin belongs where its middle does. What lies
/// between two bins of the reference belongs to the upper one, what lies above all to the last.
pub(super) fn equal_mass(reference: &[Counts], current: &[Counts], bins: usize) -> Option<Merged> {
    let reference = pooled(reference);
    let rows: f64 = reference.values().sum();
    if rows <= 0.0 || bins == 0 {
        return None;
    }
    let mut below = 0.0;
    let mut edges: BTreeMap<i32, usize> = BTreeMap::new();
    for (bin, count) in &reference {
        let middle = (below + count / 2.0) / rows * bins as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0..bins")]
        edges.insert(*bin, (middle as usize).min(bins - 1));
        below += count;
    }
    let last = *edges.last_key_value()?.1;
    let mut place = edges.clone();
    for bin in pooled(current).into_keys() {
        let above = edges.range(bin..).next().map_or(last, |(_, place)| *place);
        place.insert(bin, above);
    }
    Merged::new(place)
}

/// The most frequent classes by their own, all others together.
pub(super) fn frequent(reference: &[Counts], current: &[Counts]) -> Option<Merged> {
    let (then, now) = (pooled(reference), pooled(current));
    let share = |counts: &BTreeMap<i32, f64>, class: &i32| {
        counts.get(class).map_or(0.0, |rows| rows / counts.values().sum::<f64>())
    };
    let mut classes: Vec<(f64, i32)> = then
        .keys()
        .chain(now.keys())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|class| (share(&then, class) + share(&now, class), *class))
        .collect();
    classes.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let places = classes.into_iter().enumerate();
    Merged::new(places.map(|(place, (_, class))| (class, place.min(MOST_CLASSES))).collect())
}

fn pooled(units: &[Counts]) -> BTreeMap<i32, f64> {
    let mut pooled = BTreeMap::new();
    for (bin, rows) in units.iter().flatten().filter(|(_, rows)| *rows > 0) {
        *pooled.entry(*bin).or_insert(0.0) += *rows as f64;
    }
    pooled
}

/// The rows of one side.
pub(super) struct Side {
    pub(super) shares: Vec<f64>,
    pub(super) rows: f64,
    pub(super) units: usize,
    /// A row for each unit, a column for each bin.
    counts: Vec<Vec<f64>>,
}

impl Side {
    fn of(counts: Vec<Vec<f64>>, bins: usize) -> Side {
        let mut totals = vec![0.0; bins];
        for unit in &counts {
            totals.iter_mut().zip(unit).for_each(|(total, rows)| *total += rows);
        }
        let rows: f64 = totals.iter().sum();
        let shares = totals.iter().map(|total| total / rows).collect();
        Side { shares, rows, units: counts.len(), counts }
    }

    /// The shares of the rows of both sides.
    pub(super) fn together(&self, other: &Side) -> Vec<f64> {
        let pairs = self.shares.iter().zip(&other.shares);
        pairs.map(|(p, q)| (p * self.rows + q * other.rows) / (self.rows + other.rows)).collect()
    }

    /// Of the shares, linearised with units as clusters, and one pretend unit of average size with
    /// the shares `together`. `None` below two units.
    pub(super) fn covariance(&self, together: &[f64]) -> Option<Covariance> {
        if self.units < 2 {
            return None;
        }
        let n = self.units as f64;
        let mut covariance = vec![0.0; self.shares.len().pow(2)];
        let mut add = |counts: &dyn Fn(usize) -> f64, rows: f64| {
            let moves: Vec<f64> = (0..self.shares.len())
                .map(|bin| (counts(bin) - self.shares[bin] * rows) / self.rows)
                .collect();
            for (row, one) in covariance.chunks_mut(moves.len()).zip(&moves) {
                row.iter_mut().zip(&moves).for_each(|(cell, other)| *cell += one * other);
            }
        };
        for unit in &self.counts {
            add(&|bin| unit[bin], unit.iter().sum());
        }
        let size = self.rows / n;
        add(&|bin| together[bin] * size, size);
        for cell in &mut covariance {
            *cell *= n / (n - 1.0);
        }
        Some(Covariance(covariance))
    }
}

/// A square table, one row after the other.
pub(super) struct Covariance(pub(super) Vec<f64>);

impl Covariance {
    /// The traces of the covariance over the shares and of its square.
    pub(super) fn traces(&self, shares: &[f64]) -> (f64, f64) {
        let (mut trace, mut squares) = (0.0, 0.0);
        for (one, row) in self.0.chunks(shares.len()).enumerate() {
            trace += row[one] / shares[one];
            for (cell, share) in row.iter().zip(shares) {
                squares += cell * cell / (share * shares[one]);
            }
        }
        (trace, squares)
    }

    /// The variance of a sum of the shares with these weights.
    pub(super) fn along(&self, weights: &[f64]) -> f64 {
        let rows = self.0.chunks(weights.len()).zip(weights);
        let weighed = |row: &[f64]| row.iter().zip(weights).map(|(c, w)| c * w).sum::<f64>();
        rows.map(|(row, weight)| weight * weighed(row)).sum::<f64>().max(0.0)
    }
}

/// The shares of both sides, with half a row more in every bin if one is empty on one side.
pub(super) fn without_empty(reference: &Side, current: &Side) -> (Vec<f64>, Vec<f64>) {
    let empty = |side: &Side| side.shares.iter().any(|share| *share <= 0.0);
    if !empty(reference) && !empty(current) {
        return (reference.shares.clone(), current.shares.clone());
    }
    let smooth = |side: &Side| {
        let rows = side.rows + 0.5 * side.shares.len() as f64;
        side.shares.iter().map(|share| (share * side.rows + 0.5) / rows).collect()
    };
    (smooth(reference), smooth(current))
}

/// The root of the divergence in natural logarithms.
pub(super) fn jensen_shannon(p: &[f64], q: &[f64]) -> f64 {
    let part =
        |share: f64, middle: f64| if share > 0.0 { share * (share / middle).ln() } else { 0.0 };
    let divergence: f64 = p
        .iter()
        .zip(q)
        .map(|(p, q)| part(*p, f64::midpoint(*p, *q)) + part(*q, f64::midpoint(*p, *q)))
        .sum();
    (divergence / 2.0).max(0.0).sqrt()
}

/// The largest difference of the cumulative shares.
pub(super) fn kolmogorov_smirnov(reference: &[Counts], current: &[Counts]) -> f64 {
    let (then, now) = (pooled(reference), pooled(current));
    let (rows_then, rows_now): (f64, f64) = (then.values().sum(), now.values().sum());
    let (mut below_then, mut below_now, mut largest) = (0.0, 0.0, 0.0_f64);
    for bin in then.keys().chain(now.keys()).collect::<BTreeSet<_>>() {
        below_then += then.get(bin).unwrap_or(&0.0);
        below_now += now.get(bin).unwrap_or(&0.0);
        largest = largest.max((below_then / rows_then - below_now / rows_now).abs());
    }
    largest
}
