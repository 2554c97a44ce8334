//! How numbers order the classes, over a sample of the rows that does not depend on their order: those
//! with the smallest codes. Equal rows are in it together, with their number.

use trueup_evidence::profile::{Order, Sample};

use super::code::ByCode;

/// Up to so many different rows the sample is the whole; in wide tables fewer, of so many values.
pub const KEPT: usize = 50_000;
const KEPT_VALUES: usize = 5_000_000;
const LEAST_KEPT: usize = 2_000;
/// With more classes no order is counted.
const MOST_CLASSES: usize = 10;

#[derive(Debug)]
struct Row {
    rows: u64,
    label: Option<u64>,
    /// What each column is ordered by; not a number where there is nothing.
    sizes: Box<[f64]>,
}

/// The rows with the smallest codes.
#[derive(Debug)]
pub struct Rows {
    most: usize,
    columns: usize,
    kept: ByCode<Row>,
    below: Option<u64>,
}

impl Rows {
    pub fn new(columns: usize) -> Rows {
        let most = (KEPT_VALUES / columns.max(1)).clamp(LEAST_KEPT, KEPT);
        Rows { most, columns, kept: ByCode::default(), below: None }
    }

    /// `size` gives what a column, by its place, is ordered by.
    pub fn add(&mut self, code: u64, label: Option<u64>, size: impl Fn(usize) -> f64) {
        if self.below.is_some_and(|below| code >= below) {
            return;
        }
        let sizes = || (0..self.columns).map(size).collect();
        let row = self.kept.entry(code).or_insert_with(|| Row { rows: 0, label, sizes: sizes() });
        row.rows += 1;
        if self.kept.len() > 2 * self.most {
            self.prune();
        }
    }

    pub fn merge(&mut self, other: Rows) {
        self.below = self.below.into_iter().chain(other.below).min();
        for (code, row) in other.kept {
            match self.kept.get_mut(&code) {
                Some(known) => known.rows += row.rows,
                None => drop(self.kept.insert(code, row)),
            }
        }
        if let Some(below) = self.below {
            self.kept.retain(|code, _| *code < below);
        }
        if self.kept.len() > 2 * self.most {
            self.prune();
        }
    }

    fn prune(&mut self) {
        let mut codes: Vec<u64> = self.kept.keys().copied().collect();
        let (_, below, _) = codes.select_nth_unstable(self.most);
        let below = *below;
        self.below = Some(below);
        self.kept.retain(|code, _| *code < below);
    }

    /// What the sample is, and for each column how it orders each class.
    pub fn finish(mut self, classes: &[u64]) -> (Sample, Vec<Vec<Order>>) {
        if self.kept.len() > self.most {
            self.prune();
        }
        let rows = self.kept.values().map(|row| row.rows).sum();
        let sample = Sample { rows, is_whole: self.below.is_none() };
        let classes = if classes.len() <= MOST_CLASSES { classes } else { &[] };
        (sample, (0..self.columns).map(|column| self.orders(column, classes)).collect())
    }

    fn orders(&self, column: usize, classes: &[u64]) -> Vec<Order> {
        let labelled = self.kept.values().filter_map(|row| {
            let class = classes.iter().position(|class| Some(*class) == row.label)?;
            let size = row.sizes[column];
            (!size.is_nan()).then_some((size, class, row.rows))
        });
        let mut labelled: Vec<(f64, usize, u64)> = labelled.collect();
        if labelled.is_empty() {
            return Vec::new();
        }
        labelled.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        orders(&labelled, classes.len())
    }
}

/// Of `(size, class, rows)` in the order of the sizes.
fn orders(sorted: &[(f64, usize, u64)], classes: usize) -> Vec<Order> {
    let mut of_class = vec![0_u64; classes];
    for (_, class, rows) in sorted {
        of_class[*class] += rows;
    }
    let all: u64 = of_class.iter().sum();
    let mut above = vec![0.0; classes];
    let mut below = vec![0_u64; classes];
    for equal in sorted.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let mut here = vec![0_u64; classes];
        for (_, class, rows) in equal {
            here[*class] += rows;
        }
        let (below_all, here_all) = (below.iter().sum::<u64>(), here.iter().sum::<u64>());
        for class in 0..classes {
            let smaller = (below_all - below[class]) as f64;
            let ties = (here_all - here[class]) as f64;
            above[class] += here[class] as f64 * (smaller + ties / 2.0);
        }
        below.iter_mut().zip(here).for_each(|(below, here)| *below += here);
    }
    let order =
        |(of_class, above): (u64, f64)| Order { of_class, of_others: all - of_class, above };
    of_class.into_iter().zip(above).map(order).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_with_ties_by_halves() {
        let sorted = [(1.0, 0, 1), (2.0, 0, 1), (2.0, 1, 2), (3.0, 1, 1)];
        let found = orders(&sorted, 2);
        // Class 1 above class 0: 2, 2 and 3 over 1; 3 over 2; 2 and 2 tie with 2.
        assert_eq!(found[1], Order { of_class: 3, of_others: 2, above: 5.0 });
        assert_eq!(found[0], Order { of_class: 2, of_others: 3, above: 1.0 });
    }

    #[test]
    fn a_sample_does_not_depend_on_the_order_of_the_rows() {
        let rows: Vec<u64> =
            (0..150_000_u64).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let take = |codes: &mut dyn Iterator<Item = &u64>| {
            let mut taken = Rows::new(1);
            codes.for_each(|code| taken.add(*code, Some(code % 2), |_| *code as f64));
            taken
        };
        let forward = take(&mut rows.iter()).finish(&[0, 1]);
        let mut parts = take(&mut rows[..20_000].iter().rev());
        parts.merge(take(&mut rows[20_000..].iter()));
        let parts = parts.finish(&[0, 1]);
        assert_eq!(forward, parts);
        assert!(!forward.0.is_whole && forward.0.rows == KEPT as u64);
    }
}
