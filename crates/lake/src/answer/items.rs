//! What a plan counts: each request is one or two columns of numbers for each of its tallies.

use trueup_evidence::{Measure, Plan, Request, Table, Tally, Window};
use xxhash_rust::xxh3::xxh3_64;

/// One tally of one request.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    /// The request's place in the plan.
    pub request: usize,
    pub role: Role,
    pub bet: &'a str,
    pub tally: &'a Tally,
    pub shape: Shape,
    pub among: Option<&'a str>,
    pub window: Window,
}

/// What is counted for each group of rows, and what the rows are grouped by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// By unit; counts and sums.
    Sums,
    /// By unit and bin of a field's value; counts.
    Values { field: &'static str },
    /// By unit and bin of the confidence; a count and two sums each.
    Calibration { outcome: &'static str, bins: u32 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Numerator,
    Denominator,
    /// The counts of a histogram, or a calibration's three columns.
    Whole,
}

/// Changes when the same text would count something else, so that no stored number outlives what it
/// meant.
const MEANING: u32 = 1;

impl<'a> Item<'a> {
    /// The items of a plan, in the order of its requests.
    pub fn all(plan: &'a Plan) -> Vec<Item<'a>> {
        let requests = plan.requests.iter().enumerate();
        let asks = requests.filter(|(_, request)| !request.window.is_empty());
        asks.flat_map(|(index, request)| Item::of(index, request)).collect()
    }

    fn of(index: usize, request: &'a Request) -> Vec<Item<'a>> {
        let item = |role, tally, shape| Item {
            request: index,
            role,
            bet: &request.bet,
            tally,
            shape,
            among: request.among.as_deref(),
            window: request.window,
        };
        match &request.measure {
            Measure::Sums { numerator, denominator } => {
                let numerator = numerator.iter().map(|tally| (Role::Numerator, tally));
                let denominator = denominator.iter().map(|tally| (Role::Denominator, tally));
                numerator
                    .chain(denominator)
                    .map(|(role, tally)| item(role, tally, Shape::Sums))
                    .collect()
            }
            Measure::Values { tally } => {
                let shape = tally.sum.map(|field| Shape::Values { field: field.name });
                shape.into_iter().map(|shape| item(Role::Whole, tally, shape)).collect()
            }
            Measure::Calibration { tally, bins } => {
                let field = tally.sum.filter(|_| can_be_calibrated(tally.table, *bins));
                let shape =
                    field.map(|field| Shape::Calibration { outcome: field.name, bins: *bins });
                shape.into_iter().map(|shape| item(Role::Whole, tally, shape)).collect()
            }
        }
    }

    pub fn table(&self) -> Table {
        self.tally.table
    }

    /// Tells what is counted, whatever the bet and the window, from everything else that may be: the
    /// same on every machine and in every process.
    pub fn key(&self) -> u64 {
        let Item { tally, shape, among, .. } = self;
        let mut meant = format!("{MEANING} {} {shape:?} {among:?}", tally.table.name());
        let meaning = |field: &trueup_evidence::Field| {
            format!("{} {:?} {:?} {}", field.name, field.kind, field.formula, field.additive)
        };
        meant.extend(tally.sum.map(|field| format!(" sum {}", meaning(field))));
        for condition in &tally.conditions {
            let held = match &condition.test {
                trueup_evidence::Test::SameAs(other) => format!("as {}", meaning(other)),
                other => format!("{other:?}"),
            };
            meant.extend([" if ", &meaning(condition.field), " ", &held]);
        }
        xxh3_64(meant.as_bytes())
    }
}

fn can_be_calibrated(table: Table, bins: u32) -> bool {
    table.field("confidence").is_some() && bins > 0
}
