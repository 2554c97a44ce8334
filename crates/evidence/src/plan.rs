//! What may be asked of the store: requests for sufficient statistics, never for conclusions.

use jiff::Timestamp;

use crate::schema::{Field, Table};
use crate::window::Window;

/// All that one run asks of the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Events later than this do not exist for this plan.
    pub now: Timestamp,
    pub requests: Vec<Request>,
}

/// One question: a measure of one bet in one window.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub bet: String,
    pub measure: Measure,
    /// Cut by the time of the interaction that a row is about.
    pub window: Window,
    /// Only rows that carry this segment.
    pub among: Option<String>,
}

/// What to count, for each unit of inference apart.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// Two sums for each unit: each is the sum of its tallies. Answered by [`crate::Summary::Sums`].
    Sums { numerator: Vec<Tally>, denominator: Vec<Tally> },
    /// The distribution of one field's values for each unit, in bins of equal ratio.
    /// Answered by [`crate::Summary::Histograms`].
    Values { tally: Tally },
    /// Mean confidence against mean outcome in `bins` bins of equal width over 0..1, for each unit.
    /// `tally.sum` is the outcome (0 or 1); rows without a confidence are left out.
    /// Answered by [`crate::Summary::Bins`].
    Calibration { tally: Tally, bins: u32 },
    /// How many rows of each unit carry each text of the text field `by`; rows where it is empty are
    /// left out, and `tally` sums nothing. Answered by [`crate::Summary::Classes`].
    Classes { tally: Tally, by: &'static Field },
    /// Two sums for each unit and day (UTC) of the interaction, for a uniform sample of units if there
    /// are very many. Answered by [`crate::Summary::Days`].
    Days { numerator: Vec<Tally>, denominator: Vec<Tally> },
    /// What two tallies of scores say of the same target. Both `sum` the number field `value`, or
    /// neither sums anything and the text field `label` is compared. Of several numbers that one tally
    /// holds of a target the mean counts, to twelve digits; of several labels each combination is a
    /// pair. Answered by [`crate::Summary::Pairs`].
    Pairs { judge: Tally, person: Tally },
}

/// Counts rows of a table, or sums one of its number fields over them.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    pub table: Table,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// The field to sum; rows where it is empty are left out. `None` counts rows.
    pub sum: Option<&'static Field>,
}

/// A test on one field of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub field: &'static Field,
    pub test: Test,
}

/// What a field must be. An empty field passes no test but `Absent`.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Equals one of these texts.
    In(Vec<String>),
    /// Equals none of these texts.
    NotIn(Vec<String>),
    Present,
    Absent,
    /// A number in this range, both ends included.
    Between {
        at_least: Option<f64>,
        at_most: Option<f64>,
    },
    /// Equals another text field of the same row.
    SameAs(&'static Field),
}
