//! Whether a judge orders targets as people do: rank correlations, for grades and scores.
//!
//! - [`spearman`]: the correlation of the ranks; equal numbers share the middle of their ranks.
//! - [`kendall`]: of all pairs of targets, how many more are ordered alike than against each other
//!   (tau-b, which allows for ties).
//!
//! All targets are pooled; units are the clusters, taken as independent draws, and their order does
//! not matter. The standard error is from how far each unit moves the coefficient; the interval is
//! Student's for Fisher's transformation of it.
//!
//! Source: Spearman 1904, American Journal of Psychology 15:72; Kendall 1945, Biometrika 33:239
//! (ties); Croux & Dehon 2010, Statistical Methods and Applications 19:497 (influence functions).

use crate::agreement::{Pair, Undefined, check_varied, correlation, usable};
use crate::estimate::{Estimate, Method};
use crate::looks::Looks;

const SPEARMAN: Method = Method {
    name: "Spearman's rank correlation, units as clusters, interval for its Fisher transform",
    source: "Spearman 1904; Croux & Dehon 2010",
};

const KENDALL: Method = Method {
    name: "Kendall's tau-b, units as clusters, interval for its Fisher transform",
    source: "Kendall 1945; Croux & Dehon 2010",
};

/// Estimates Spearman's rank correlation of judge and person, with an interval at
/// [`Looks::alpha_per_look`] within -1..1.
///
/// One unit has no standard error and -1..1 as interval.
///
/// # Errors
///
/// A judge or a person that always says the same orders nothing.
pub fn spearman(units: &[Vec<Pair>], looks: Looks) -> Result<Estimate, Undefined> {
    let units = usable(units);
    check_varied(&units)?;
    let rows = Rows::of(&units);
    let (judge, person) = (rows.grades(&rows.judge), rows.grades(&rows.person));
    let across = rows.product(&judge, &person);
    let (down, over) = (rows.product(&judge, &judge), rows.product(&person, &person));
    let scale = (down.value * over.value).sqrt();
    let value = across.value / scale;
    let moves = rows.by_unit(units.len(), |row| {
        let spreads = down.moves[row] / down.value + over.moves[row] / over.value;
        across.moves[row] / scale - value * spreads / 2.0
    });
    Ok(correlation(value, &moves, SPEARMAN, looks))
}

/// Estimates Kendall's tau-b of judge and person, with an interval at [`Looks::alpha_per_look`]
/// within -1..1.
///
/// One unit has no standard error and -1..1 as interval.
///
/// # Errors
///
/// A judge or a person that always says the same orders nothing.
pub fn kendall(units: &[Vec<Pair>], looks: Looks) -> Result<Estimate, Undefined> {
    let units = usable(units);
    check_varied(&units)?;
    let rows = Rows::of(&units);
    let alike = rows.alike();
    let (apart_judge, apart_person) = (rows.apart(&rows.judge), rows.apart(&rows.person));
    let mean = |of: &[f64]| of.iter().zip(&rows.n).map(|(x, n)| x * n).sum::<f64>() / rows.total;
    let (a, j, p) = (mean(&alike), mean(&apart_judge), mean(&apart_person));
    let scale = (j * p).sqrt();
    let moves = rows.by_unit(units.len(), |row| {
        let spreads = (apart_judge[row] - j) / j + (apart_person[row] - p) / p;
        2.0 * ((alike[row] - a) - a * spreads / 2.0) / scale
    });
    Ok(correlation(a / scale, &moves, KENDALL, looks))
}

/// All pairs, side by side.
struct Rows {
    /// Dense ranks from 0: equal numbers have the same.
    judge: Vec<usize>,
    person: Vec<usize>,
    n: Vec<f64>,
    unit: Vec<usize>,
    total: f64,
}

/// A mean of products of grades less what it is without correlation, and how far a row moves it.
struct Product {
    value: f64,
    moves: Vec<f64>,
}

impl Rows {
    fn of(units: &[Vec<Pair>]) -> Rows {
        let pairs: Vec<&Pair> = units.iter().flatten().collect();
        let unit =
            units.iter().enumerate().flat_map(|(unit, pairs)| pairs.iter().map(move |_| unit));
        let n: Vec<f64> = pairs.iter().map(|pair| pair.n as f64).collect();
        Rows {
            judge: dense_ranks(&pairs.iter().map(|pair| pair.judge).collect::<Vec<_>>()),
            person: dense_ranks(&pairs.iter().map(|pair| pair.person).collect::<Vec<_>>()),
            unit: unit.collect(),
            total: n.iter().sum(),
            n,
        }
    }

    /// Sums over rows by unit what a row moves, as shares of all rows.
    fn by_unit(&self, units: usize, moved: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut moves = vec![0.0; units];
        for (row, unit) in self.unit.iter().enumerate() {
            moves[*unit] += self.n[row] / self.total * moved(row);
        }
        moves
    }

    /// Rows of each rank.
    fn counts(&self, ranks: &[usize]) -> Vec<f64> {
        let mut counts = vec![0.0; ranks.iter().max().map_or(0, |most| most + 1)];
        ranks.iter().zip(&self.n).for_each(|(rank, n)| counts[*rank] += n);
        counts
    }

    /// For each row the share of rows below it and half of those beside it, and its rank.
    fn grades<'a>(&self, ranks: &'a [usize]) -> Grades<'a> {
        let mut below = 0.0;
        let grade: Vec<f64> = self
            .counts(ranks)
            .into_iter()
            .map(|count| {
                below += count;
                (below - count / 2.0) / self.total
            })
            .collect();
        Grades { ranks, row: ranks.iter().map(|rank| grade[*rank]).collect() }
    }

    fn product(&self, one: &Grades, other: &Grades) -> Product {
        let products = one.row.iter().zip(&other.row).map(|(one, other)| one * other);
        let products: Vec<f64> = products.collect();
        let mean = products.iter().zip(&self.n).map(|(p, n)| p * n).sum::<f64>() / self.total;
        let lifted = [self.lift(one, other), self.lift(other, one)];
        let moves = (0..products.len())
            .map(|row| products[row] + lifted[0][row] + lifted[1][row] - 3.0 * mean)
            .collect();
        // The mean grade is one half, with and without ties.
        Product { value: mean - 0.25, moves }
    }

    /// A row lifts the grades of the rows above it, and half those beside it: the mean over rows of
    /// that, times their other grade.
    fn lift(&self, lifting: &Grades, other: &Grades) -> Vec<f64> {
        let mut sums = vec![0.0; lifting.ranks.iter().max().map_or(0, |most| most + 1)];
        for (row, rank) in lifting.ranks.iter().enumerate() {
            sums[*rank] += self.n[row] / self.total * other.row[row];
        }
        let mut above = 0.0;
        for sum in sums.iter_mut().rev() {
            above += *sum;
            *sum = above - *sum / 2.0;
        }
        lifting.ranks.iter().map(|rank| sums[*rank]).collect()
    }

    /// For each row the share of all rows that differ from it.
    fn apart(&self, ranks: &[usize]) -> Vec<f64> {
        let counts = self.counts(ranks);
        ranks.iter().map(|rank| 1.0 - counts[*rank] / self.total).collect()
    }

    /// For each row the share of rows ordered alike with it, less those ordered against it.
    fn alike(&self) -> Vec<f64> {
        let mut order: Vec<usize> = (0..self.n.len()).collect();
        order.sort_by_key(|row| self.judge[*row]);
        let mut alike = vec![0.0; order.len()];
        self.add_passed(&order, 1.0, &mut alike);
        order.reverse();
        self.add_passed(&order, -1.0, &mut alike);
        alike
    }

    /// Adds for each row, of the rows before it in `order` with another judgement, those that the
    /// person puts below it, less those above it.
    fn add_passed(&self, order: &[usize], sign: f64, alike: &mut [f64]) {
        let mut passed = Passed::new(self.counts(&self.person).len());
        for equal in order.chunk_by(|a, b| self.judge[*a] == self.judge[*b]) {
            for row in equal {
                let person = self.person[*row];
                let (below, up_to) = (passed.below(person), passed.below(person + 1));
                alike[*row] += sign * (below - (passed.total - up_to)) / self.total;
            }
            for row in equal {
                passed.add(self.person[*row], self.n[*row]);
            }
        }
    }
}

struct Grades<'a> {
    ranks: &'a [usize],
    row: Vec<f64>,
}

fn dense_ranks(values: &[f64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    values.iter().map(|value| sorted.partition_point(|other| other < value)).collect()
}

/// Sums of rows up to a rank, that can be added to (Fenwick 1994).
struct Passed {
    sums: Vec<f64>,
    total: f64,
}

impl Passed {
    fn new(ranks: usize) -> Passed {
        Passed { sums: vec![0.0; ranks + 1], total: 0.0 }
    }

    fn add(&mut self, rank: usize, n: f64) {
        self.total += n;
        let mut place = rank + 1;
        while place < self.sums.len() {
            self.sums[place] += n;
            place += place & place.wrapping_neg();
        }
    }

    fn below(&self, rank: usize) -> f64 {
        let (mut place, mut sum) = (rank, 0.0);
        while place > 0 {
            sum += self.sums[place];
            place &= place - 1;
        }
        sum
    }
}
