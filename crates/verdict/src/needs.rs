//! What a metric needs of the store: which questions, over which stretch of time.

use jiff::{SignedDuration, Timestamp};
use trueup_evidence::{Condition, Measure as Asks, Tally, Test, Window};
use trueup_roadmap::metric::{Distribution, Measure};

use crate::currency;
use crate::estimate::ROUNDING;

/// How finely confidence is told apart before bins of equal mass are made of it.
const FINE_BINS: u32 = 1000;

/// One question that a metric needs an answer to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Need {
    pub asks: Asks,
    pub over: Over,
}

/// The stretch of time that a question is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Over {
    /// The window that is judged.
    Window,
    /// So many days from the start of the time-box.
    Reference(u32),
    /// The window, without those days.
    AfterReference(u32),
    /// From the start of the time-box to the end of the window, also where a live bet is judged on its
    /// last weeks: when somebody first came lies before.
    History,
}

impl Over {
    /// That stretch, for a window of a bet that started at some moment.
    pub(crate) fn of(self, window: Window, started: Timestamp) -> Window {
        let after = |days: u32| {
            let length = SignedDuration::from_hours(24 * i64::from(days));
            started.checked_add(length).unwrap_or(Timestamp::MAX)
        };
        match self {
            Over::Window => window,
            Over::Reference(days) => Window { from: started, to: after(days) },
            Over::AfterReference(days) => Window { from: window.from.max(after(days)), ..window },
            Over::History => Window { from: started, ..window },
        }
    }
}

/// All that a metric needs, in the order in which [`crate::estimate`] reads the answers. Costs are
/// limited to one currency.
pub(crate) fn needs(measure: &Measure, currency: &str) -> Vec<Need> {
    let within = |tally: &Tally| currency::within(tally, currency);
    let all = |tallies: &[Tally]| tallies.iter().map(within).collect::<Vec<Tally>>();
    let sums = |numerator: &[Tally], denominator: &[Tally]| Asks::Sums {
        numerator: all(numerator),
        denominator: all(denominator),
    };
    match measure {
        Measure::Rate { numerator, minus, denominator, range } => {
            let off = (!minus.is_empty()).then(|| sums(minus, denominator));
            let is_mean = minus.is_empty() && counts_rows(denominator);
            let outside = is_mean.then(|| outside(numerator, *range)).flatten();
            let outside = outside.map(|rows| sums(&rows, &rows));
            let first = [sums(numerator, denominator)];
            first.into_iter().chain(off).chain(outside).map(windowed).collect()
        }
        Measure::Ratio { numerator, minus, denominator, .. } => {
            let off = (!minus.is_empty()).then(|| sums(minus, denominator));
            [sums(numerator, denominator)].into_iter().chain(off).map(windowed).collect()
        }
        Measure::Perplexity { numerator, denominator } => {
            vec![windowed(sums(numerator, denominator))]
        }
        Measure::Quantile { of, .. } => vec![windowed(Asks::Values { tally: within(of) })],
        Measure::CalibrationError { of, bins } | Measure::Auc { of, bins } => {
            vec![windowed(Asks::Calibration { tally: within(of), bins: *bins })]
        }
        Measure::Miscalibration { of, .. } => {
            vec![windowed(Asks::Calibration { tally: within(of), bins: FINE_BINS })]
        }
        // Both sums are the same: a unit is then listed exactly if it has such a row.
        Measure::Count { of }
        | Measure::Units { of }
        | Measure::TopDecileShare { of }
        | Measure::Adoption { of } => {
            let of = std::slice::from_ref(of);
            vec![windowed(sums(of, of))]
        }
        Measure::Drift { of, reference_days, .. } => {
            let asks = distribution(of, within);
            let (then, now) =
                (Over::Reference(*reference_days), Over::AfterReference(*reference_days));
            [then, now].map(|over| Need { asks: asks.clone(), over }).into()
        }
        Measure::Retention { of, .. } => {
            let of = vec![within(of)];
            let asks = Asks::Days { numerator: of.clone(), denominator: of };
            vec![Need { asks, over: Over::History }]
        }
        Measure::Novelty { numerator, denominator, .. } => {
            let asks = Asks::Days { numerator: all(numerator), denominator: all(denominator) };
            vec![Need { asks, over: Over::History }]
        }
        Measure::Agreement { judge, person, .. } | Measure::JudgedMean { judge, person, .. } => {
            vec![windowed(Asks::Pairs { judge: within(judge), person: within(person) })]
        }
    }
}

/// True where the value of one week can be held against the same bound as that of all: no count, which
/// grows with time, and nothing that is told from when people first came.
pub(crate) fn has_weeks(measure: &Measure) -> bool {
    !matches!(
        measure,
        Measure::Count { .. }
            | Measure::Units { .. }
            | Measure::Adoption { .. }
            | Measure::Retention { .. }
            | Measure::Novelty { .. }
    )
}

/// The rows whose own value lies outside the range of a rate, below or above: a sentinel such as -1
/// hides in a mean. `None` where rows are counted and not summed.
fn outside(numerator: &[Tally], (low, high): (f64, f64)) -> Option<Vec<Tally>> {
    let [tally] = numerator else { return None };
    let field = tally.sum?;
    let below = Test::Between { at_least: None, at_most: Some((low - ROUNDING).next_down()) };
    let above = Test::Between { at_least: Some((high + ROUNDING).next_up()), at_most: None };
    let rows = |test| {
        let mut rows = Tally { sum: None, ..tally.clone() };
        rows.conditions.push(Condition { field, test });
        rows
    };
    Some(vec![rows(below), rows(above)])
}

/// True of the denominator of a mean over rows; a sum over a sum has no range for each row.
fn counts_rows(denominator: &[Tally]) -> bool {
    denominator.iter().all(|tally| tally.sum.is_none())
}

fn windowed(asks: Asks) -> Need {
    Need { asks, over: Over::Window }
}

fn distribution(of: &Distribution, within: impl Fn(&Tally) -> Tally) -> Asks {
    match of {
        Distribution::Numbers(tally) => Asks::Values { tally: within(tally) },
        Distribution::Classes(tally, by) => Asks::Classes { tally: within(tally), by },
    }
}

/// The same question about one arm of an experiment.
pub(crate) fn in_arm(mut asks: Asks, arm: &str) -> Asks {
    for tally in tallies_of(&mut asks) {
        let field = tally.table.field("variant").expect("every table of events has a variant");
        tally.conditions.push(Condition { field, test: Test::In(vec![arm.to_owned()]) });
    }
    asks
}

fn tallies_of(asks: &mut Asks) -> Vec<&mut Tally> {
    match asks {
        Asks::Sums { numerator, denominator } | Asks::Days { numerator, denominator } => {
            numerator.iter_mut().chain(denominator).collect()
        }
        Asks::Values { tally } | Asks::Calibration { tally, .. } | Asks::Classes { tally, .. } => {
            vec![tally]
        }
        Asks::Pairs { judge, person } => vec![judge, person],
    }
}
