//! One column of a block as bytes: what was counted for one key.
//!
//! Plain arrays, one after the other, so that reading is copying: units, perhaps bins, numbers.

use super::bytes::{Unread, Written};
use crate::answer::items::Shape;
use crate::answer::tallied::{Tallied, Values};

const SUM: usize = 16;
const VALUE: usize = 20;
const CALIBRATION: usize = 36;
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
        Tallied::Values(Values { grouped, counts }) => {
            match grouped {
                None => bytes.u32(NOT_GROUPED),
                Some(units) => bytes.count(units.len()),
            }
            bytes.all(grouped.iter().flatten().map(|unit| unit.to_le_bytes()));
            bytes.all(counts.iter().map(|((unit, _), _)| unit.to_le_bytes()));
            bytes.all(counts.iter().map(|((_, bin), _)| bin.to_le_bytes()));
            bytes.all(counts.iter().map(|(_, count)| count.to_le_bytes()));
        }
        Tallied::Calibration(bins) => {
            bytes.all(bins.iter().map(|((unit, _), _)| unit.to_le_bytes()));
            bytes.all(bins.iter().map(|((_, bin), _)| bin.to_le_bytes()));
            for column in 0..3 {
                bytes.all(bins.iter().map(|(_, numbers)| numbers[column].to_le_bytes()));
            }
        }
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
            let count = whole(bytes.len(), SUM)?;
            let units = unread.all(count)?.map(u64::from_le_bytes);
            let sums = unread.all(count)?.map(f64::from_le_bytes);
            Some(Tallied::Sums(units.zip(sums).collect()))
        }
        Shape::Values { .. } => values(unread).map(Tallied::Values),
        Shape::Calibration { .. } => {
            let count = whole(bytes.len(), CALIBRATION)?;
            let units = unread.all(count)?.map(u64::from_le_bytes);
            let bins = unread.all(count)?.map(u32::from_le_bytes);
            let mut number = || Some(unread.all(count)?.map(f64::from_le_bytes));
            let numbers = number()?.zip(number()?).zip(number()?).map(|((a, b), c)| [a, b, c]);
            Some(Tallied::Calibration(units.zip(bins).zip(numbers).collect()))
        }
    }
}

fn values(mut unread: Unread) -> Option<Values> {
    let grouped = match unread.u32()? {
        NOT_GROUPED => None,
        count => {
            let units = unread.all(count.try_into().ok()?)?;
            Some(units.map(u64::from_le_bytes).collect())
        }
    };
    let count = whole(unread.0.len(), VALUE)?;
    let units = unread.all(count)?.map(u64::from_le_bytes);
    let bins = unread.all(count)?.map(i32::from_le_bytes);
    let counts = unread.all(count)?.map(u64::from_le_bytes);
    Some(Values { grouped, counts: units.zip(bins).zip(counts).collect() })
}

fn whole(bytes: usize, each: usize) -> Option<usize> {
    bytes.is_multiple_of(each).then_some(bytes / each)
}

#[cfg(test)]
mod tests {
    use super::{Shape, Tallied, Values, decoded, encoded};

    #[test]
    fn what_was_written_is_read() {
        let cases = [
            (Shape::Sums, Tallied::Sums(vec![(1, 0.5), (7, -0.0), (u64::MAX, 1e300)])),
            (
                Shape::Values { field: "" },
                Tallied::Values(Values { grouped: None, counts: vec![((3, i32::MIN), 4)] }),
            ),
            (
                Shape::Values { field: "" },
                Tallied::Values(Values {
                    grouped: Some(vec![5, 9]),
                    counts: vec![((1, 2), 3), ((1, 4), 5)],
                }),
            ),
            (
                Shape::Calibration { outcome: "", bins: 10 },
                Tallied::Calibration(vec![((1, 9), [3.0, 2.5, 1.0])]),
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
