//! One column of a block as bytes: what was counted for one key.
//!
//! Plain arrays, one after the other, so that reading is copying: units, perhaps bins, numbers.

use trueup_evidence::summary::Moments;

use super::bytes::{Unread, Written};
use crate::answer::classes::Classes;
use crate::answer::grouped::Grouped;
use crate::answer::items::Shape;
use crate::answer::pairs::{Pairs, Said};
use crate::answer::sampled::Days;
use crate::answer::tallied::Tallied;

const SUM: usize = 16;
const COUNT: usize = 20;
const CALIBRATION: usize = 36;
const DAY: usize = 20;
const ALONE: usize = 56;
/// In the place of the number of units: the counts name them.
const NOT_GROUPED: u32 = u32::MAX;

/// Nothing is no bytes.
pub fn encoded(tallied: &Tallied) -> Vec<u8> {
    let mut bytes = Written::default();
    if tallied.is_empty() {
        return bytes.0;
    }
    match tallied {
        Tallied::Sums(sums) => {
            bytes.all(sums.iter().map(|(unit, _)| unit.to_le_bytes()));
            bytes.all(sums.iter().map(|(_, sum)| sum.to_le_bytes()));
        }
        Tallied::Values(values) => write_counts(&mut bytes, values, i32::to_le_bytes),
        Tallied::Calibration(bins) => {
            bytes.all(bins.iter().map(|((unit, _), _)| unit.to_le_bytes()));
            bytes.all(bins.iter().map(|((_, bin), _)| bin.to_le_bytes()));
            for column in 0..3 {
                bytes.all(bins.iter().map(|(_, numbers)| numbers[column].to_le_bytes()));
            }
        }
        Tallied::Classes(Classes { names, counts }) => {
            bytes.texts(names);
            write_counts(&mut bytes, counts, u32::to_le_bytes);
        }
        Tallied::Days(Days { below, sums }) => {
            // A hash is below the highest one, but for one of 2^64.
            bytes.u64(below.unwrap_or(u64::MAX));
            bytes.all(sums.iter().map(|((unit, _), _)| unit.to_le_bytes()));
            bytes.all(sums.iter().map(|((_, day), _)| day.to_le_bytes()));
            bytes.all(sums.iter().map(|(_, sum)| sum.to_le_bytes()));
        }
        Tallied::Pairs(pairs) => write_pairs(&mut bytes, pairs),
    }
    bytes.0
}

pub fn decoded(bytes: &[u8], shape: &Shape) -> Option<Tallied> {
    if bytes.is_empty() {
        return Some(Tallied::empty(shape));
    }
    let mut unread = Unread(bytes);
    match shape {
        Shape::Sums => {
            let count = whole(&unread, SUM)?;
            let units = unread.all(count)?.map(u64::from_le_bytes);
            let sums = unread.all(count)?.map(f64::from_le_bytes);
            Some(Tallied::Sums(units.zip(sums).collect()))
        }
        Shape::Values { .. } => counts(unread, i32::from_le_bytes).map(Tallied::Values),
        Shape::Calibration { .. } => {
            let count = whole(&unread, CALIBRATION)?;
            let units = unread.all(count)?.map(u64::from_le_bytes);
            let bins = unread.all(count)?.map(u32::from_le_bytes);
            let mut number = || Some(unread.all(count)?.map(f64::from_le_bytes));
            let numbers = number()?.zip(number()?).zip(number()?).map(|((a, b), c)| [a, b, c]);
            Some(Tallied::Calibration(units.zip(bins).zip(numbers).collect()))
        }
        Shape::Classes { .. } => {
            let names = unread.texts()?;
            let counts = counts(unread, u32::from_le_bytes)?;
            Some(Tallied::Classes(Classes { names, counts }))
        }
        Shape::Days => days(unread).map(Tallied::Days),
        Shape::Pairs { .. } => pairs(unread).map(Tallied::Pairs),
    }
}

fn write_counts<K: Copy>(bytes: &mut Written, counts: &Grouped<K>, key: fn(K) -> [u8; 4]) {
    let Grouped { grouped, counts } = counts;
    match grouped {
        None => bytes.u32(NOT_GROUPED),
        Some(units) => bytes.count(units.len()),
    }
    bytes.all(grouped.iter().flatten().map(|unit| unit.to_le_bytes()));
    bytes.all(counts.iter().map(|((unit, _), _)| unit.to_le_bytes()));
    bytes.all(counts.iter().map(|((_, of), _)| key(*of)));
    bytes.all(counts.iter().map(|(_, count)| count.to_le_bytes()));
}

fn counts<K>(mut unread: Unread, key: fn([u8; 4]) -> K) -> Option<Grouped<K>> {
    let grouped = match unread.u32()? {
        NOT_GROUPED => None,
        count => {
            let units = unread.all(count.try_into().ok()?)?;
            Some(units.map(u64::from_le_bytes).collect())
        }
    };
    let count = whole(&unread, COUNT)?;
    let units = unread.all(count)?.map(u64::from_le_bytes);
    let keys = unread.all(count)?.map(key);
    let counts = unread.all(count)?.map(u64::from_le_bytes);
    Some(Grouped { grouped, counts: units.zip(keys).zip(counts).collect() })
}

fn days(mut unread: Unread) -> Option<Days> {
    let below = Some(unread.u64()?).filter(|below| *below < u64::MAX);
    let count = whole(&unread, DAY)?;
    let units = unread.all(count)?.map(u64::from_le_bytes);
    let days = unread.all(count)?.map(i32::from_le_bytes);
    let sums = unread.all(count)?.map(f64::from_le_bytes);
    Some(Days { below, sums: units.zip(days).zip(sums).collect() })
}

fn write_pairs(bytes: &mut Written, pairs: &Pairs) {
    let Pairs { names, both, alone } = pairs;
    bytes.texts(names);
    bytes.count(both.len());
    bytes.all(both.iter().map(|((unit, _), _)| unit.to_le_bytes()));
    for side in 0..2 {
        bytes.all(both.iter().map(|((_, said), _)| said[side].value().to_le_bytes()));
    }
    bytes.all(both.iter().map(|(_, n)| n.to_le_bytes()));
    bytes.all(alone.iter().map(|(unit, _)| unit.to_le_bytes()));
    for side in 0..2 {
        bytes.all(alone.iter().map(|(_, of)| of[side].n.to_le_bytes()));
        bytes.all(alone.iter().map(|(_, of)| of[side].sum.to_le_bytes()));
        bytes.all(alone.iter().map(|(_, of)| of[side].squares.to_le_bytes()));
    }
}

fn pairs(mut unread: Unread) -> Option<Pairs> {
    let names = unread.texts()?;
    let count = unread.count()?;
    let units = unread.all(count)?.map(u64::from_le_bytes);
    let judges = unread.all(count)?.map(f64::from_le_bytes).map(Said::stored);
    let persons = unread.all(count)?.map(f64::from_le_bytes).map(Said::stored);
    let said = judges.zip(persons).map(|(judge, person)| [judge, person]);
    let counts = unread.all(count)?.map(u64::from_le_bytes);
    let both = units.zip(said).zip(counts).collect();
    let count = whole(&unread, ALONE)?;
    let units = unread.all(count)?.map(u64::from_le_bytes);
    let mut moments = || {
        let n = unread.all(count)?.map(u64::from_le_bytes);
        let sums = unread.all(count)?.map(f64::from_le_bytes);
        let squares = unread.all(count)?.map(f64::from_le_bytes);
        let moments = n.zip(sums).zip(squares);
        Some(moments.map(|((n, sum), squares)| Moments { n, sum, squares }))
    };
    let alone = moments()?.zip(moments()?).map(|(judge, person)| [judge, person]);
    Some(Pairs { names, both, alone: units.zip(alone).collect() })
}

/// How many entries of so many bytes each the rest holds.
fn whole(unread: &Unread, each: usize) -> Option<usize> {
    let bytes = unread.0.len();
    bytes.is_multiple_of(each).then_some(bytes / each)
}

#[cfg(test)]
mod tests {
    use trueup_evidence::summary::Moments;

    use super::{Classes, Days, Grouped, Pairs, Said, Shape, Tallied, decoded, encoded};
    use crate::answer::items::Compared;

    #[test]
    fn what_was_written_is_read() {
        let moments = Moments { n: 2, sum: 0.5, squares: 0.25 };
        let names = vec!["bad".to_owned(), "gut, größer".to_owned()];
        let cases = [
            (Shape::Sums, Tallied::Sums(vec![(1, 0.5), (7, -0.0), (u64::MAX, 1e300)])),
            (
                Shape::Values { field: "" },
                Tallied::Values(Grouped { grouped: None, counts: vec![((3, i32::MIN), 4)] }),
            ),
            (
                Shape::Values { field: "" },
                Tallied::Values(Grouped {
                    grouped: Some(vec![5, 9]),
                    counts: vec![((1, 2), 3), ((1, 4), 5)],
                }),
            ),
            (
                Shape::Calibration { outcome: "", bins: 10 },
                Tallied::Calibration(vec![((1, 9), [3.0, 2.5, 1.0])]),
            ),
            (
                Shape::Classes { by: "" },
                Tallied::Classes(Classes {
                    names: names.clone(),
                    counts: Grouped { grouped: Some(vec![5, 9]), counts: vec![((1, 1), 3)] },
                }),
            ),
            (
                Shape::Days,
                Tallied::Days(Days { below: Some(8), sums: vec![((1, -3), 0.5), ((7, 2), 1.0)] }),
            ),
            (Shape::Days, Tallied::Days(Days { below: None, sums: vec![((1, 0), 2.0)] })),
            (
                Shape::Pairs { by: Compared::Labels },
                Tallied::Pairs(Pairs {
                    names,
                    both: vec![((4, [Said::label(1), Said::label(0)]), 7)],
                    alone: vec![
                        (3, [moments, Moments::default()]),
                        (4, [Moments::default(), moments]),
                    ],
                }),
            ),
        ];
        for (shape, tallied) in cases {
            let bytes = encoded(&tallied);
            assert_eq!(decoded(&bytes, &shape).as_ref(), Some(&tallied));
            assert_eq!(decoded(&bytes[..bytes.len() - 1], &shape), None, "{shape:?} cut short");
            assert_eq!(decoded(&[], &shape), Some(Tallied::empty(&shape)));
        }
    }
}
