//! What was counted for one tally over some rows. Those of disjoint sets of rows add up to that of
//! their union.

use trueup_evidence::summary::BinIndex;

use super::added::added;
use super::classes::Classes;
use super::grouped::Grouped;
use super::items::Shape;
use super::pairs::Pairs;
use super::sampled::Days;

/// Each list is sorted by its first part, in which no two are the same.
#[derive(Debug, Clone, PartialEq)]
pub enum Tallied {
    /// A number for each unit.
    Sums(Vec<(u64, f64)>),
    /// How many values of each unit fall into each bin.
    Values(Grouped<BinIndex>),
    /// Rows, sum of confidence and sum of outcome for each unit and bin.
    Calibration(Vec<((u64, u32), [f64; 3])>),
    Classes(Classes),
    Days(Days),
    Pairs(Pairs),
}

/// Why a part cannot be of another shape.
const WRONG: &str = "one shape is added up at a time";

/// What some parts hold, all of the same shape.
macro_rules! all {
    ($parts:expr, $shape:path) => {
        $parts
            .into_iter()
            .map(|part| match part {
                $shape(held) => held,
                _ => unreachable!("{WRONG}"),
            })
            .collect::<Vec<_>>()
    };
}

impl Tallied {
    pub fn empty(shape: &Shape) -> Tallied {
        match shape {
            Shape::Sums => Tallied::Sums(Vec::new()),
            Shape::Values { .. } => Tallied::Values(Grouped::default()),
            Shape::Calibration { .. } => Tallied::Calibration(Vec::new()),
            Shape::Classes { .. } => Tallied::Classes(Classes::default()),
            Shape::Days => Tallied::Days(Days::default()),
            Shape::Pairs { .. } => Tallied::Pairs(Pairs::default()),
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Tallied::Sums(all) => all.is_empty(),
            Tallied::Values(values) => values.counts.is_empty(),
            Tallied::Calibration(all) => all.is_empty(),
            Tallied::Classes(classes) => classes.counts.counts.is_empty(),
            Tallied::Days(days) => days.sums.is_empty(),
            Tallied::Pairs(pairs) => pairs.is_empty(),
        }
    }

    /// Adds up parts of the same shape, in their order.
    pub fn merged(parts: Vec<&Tallied>, shape: &Shape) -> Tallied {
        match shape {
            Shape::Sums => {
                let lists = all!(parts, Tallied::Sums);
                let lists: Vec<_> = lists.into_iter().map(Vec::as_slice).collect();
                Tallied::Sums(added(&lists, |a, b| a + b))
            }
            Shape::Values { .. } => Tallied::Values(Grouped::merged(&all!(parts, Tallied::Values))),
            Shape::Calibration { .. } => {
                let lists = all!(parts, Tallied::Calibration);
                let lists: Vec<_> = lists.into_iter().map(Vec::as_slice).collect();
                let add = |a: [f64; 3], b: [f64; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
                Tallied::Calibration(added(&lists, add))
            }
            Shape::Classes { .. } => {
                Tallied::Classes(Classes::merged(&all!(parts, Tallied::Classes)))
            }
            Shape::Days => Tallied::Days(Days::merged(&all!(parts, Tallied::Days))),
            Shape::Pairs { .. } => Tallied::Pairs(Pairs::merged(&all!(parts, Tallied::Pairs))),
        }
    }
}
