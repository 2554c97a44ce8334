//! What a plan counts: each request is one or two columns of numbers for each of its tallies.

use trueup_evidence::{Field, Kind, Measure, Plan, Request, Table, Tally, Test, Window};
use xxhash_rust::xxh3::xxh3_64;

/// One tally of one request.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    /// The request's place in the plan.
    pub request: usize,
    pub role: Role,
    pub bet: &'a str,
    pub tally: &'a Tally,
    /// The other of two judgements of the same target.
    pub beside: Option<&'a Tally>,
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
    /// By unit and text of a field; counts.
    Classes { by: &'static str },
    /// By unit and day; counts and sums.
    Days,
    /// By target, and then by unit and what is said of it; counts.
    Pairs { by: Compared },
}

/// What of two judgements is held against one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compared {
    Numbers,
    Labels,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Numerator,
    Denominator,
    /// All that a measure of one tally asks for, or of two beside one another.
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
            beside: None,
            shape,
            among: request.among.as_deref(),
            window: request.window,
        };
        let sums = |numerator: &'a [Tally], denominator: &'a [Tally], shape: Shape| {
            let numerator = numerator.iter().map(|tally| (Role::Numerator, tally));
            let denominator = denominator.iter().map(|tally| (Role::Denominator, tally));
            let both = numerator.chain(denominator);
            both.map(|(role, tally)| item(role, tally, shape.clone())).collect()
        };
        match &request.measure {
            Measure::Sums { numerator, denominator } => sums(numerator, denominator, Shape::Sums),
            Measure::Days { numerator, denominator } => sums(numerator, denominator, Shape::Days),
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
            Measure::Classes { tally, by } => {
                let text = tally.table.field(by.name).filter(|field| field.kind == Kind::Text);
                let shape = text.map(|field| Shape::Classes { by: field.name });
                shape.into_iter().map(|shape| item(Role::Whole, tally, shape)).collect()
            }
            Measure::Pairs { judge, person } => {
                let shape = can_be_compared(judge, person).map(|by| Shape::Pairs { by });
                let beside =
                    |shape| Item { beside: Some(person), ..item(Role::Whole, judge, shape) };
                shape.into_iter().map(beside).collect()
            }
        }
    }

    pub fn table(&self) -> Table {
        self.tally.table
    }

    /// True if what two rows come to is more than each of them comes to: what judges say of the same
    /// target.
    pub fn joins(&self) -> bool {
        self.beside.is_some()
    }

    /// Tells what is counted, whatever the bet and the window, from everything else that may be: the
    /// same on every machine and in every process.
    pub fn key(&self) -> u64 {
        let Item { tally, beside, shape, among, .. } = self;
        let mut meant = format!("{MEANING} {} {shape:?} {among:?}", tally.table.name());
        say(tally, &mut meant);
        if let Some(beside) = beside {
            meant.push_str(" beside");
            say(beside, &mut meant);
        }
        xxh3_64(meant.as_bytes())
    }
}

/// Adds what a tally means.
fn say(tally: &Tally, meant: &mut String) {
    let meaning = |field: &Field| {
        format!("{} {:?} {:?} {}", field.name, field.kind, field.formula, field.additive)
    };
    meant.extend(tally.sum.map(|field| format!(" sum {}", meaning(field))));
    for condition in &tally.conditions {
        let held = match &condition.test {
            Test::SameAs(other) => format!("as {}", meaning(other)),
            other => format!("{other:?}"),
        };
        meant.extend([" if ", &meaning(condition.field), " ", &held]);
    }
}

fn can_be_calibrated(table: Table, bins: u32) -> bool {
    table.field("confidence").is_some() && bins > 0
}

/// Two judgements are compared by their numbers or by their labels.
fn can_be_compared(judge: &Tally, person: &Tally) -> Option<Compared> {
    let scores = [judge, person].iter().all(|tally| tally.table == Table::Scores);
    match (judge.sum, person.sum) {
        (Some(_), Some(_)) if scores => Some(Compared::Numbers),
        (None, None) if scores => Some(Compared::Labels),
        _ => None,
    }
}
