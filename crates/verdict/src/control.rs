//! Controls that a bet declares and the steps that show they are there.

use trueup_evidence::{Condition, Measure, Table, Tally, Test};

/// How many days back a control must have been used.
pub(crate) const DAYS: u32 = 14;

/// The steps by which a person decides on a suggestion.
const DECISIONS: [&str; 5] = ["accept", "reject", "override", "edit", "submit"];

/// A declared control and the kind of its steps. Others, such as `side-by-side`, leave no step.
const STEPS: [(&str, &str); 6] = [
    ("override", "override"),
    ("edit", "edit"),
    ("reject", "reject"),
    ("explanation", "explain"),
    ("undo", "undo"),
    ("regenerate", "regenerate"),
];

/// What shows an edit that has no step of its own.
const CHANGED: [&str; 2] = ["edit_share_first", "edit_share_previous"];
/// A smaller share of a text is rounding.
const SMALLEST_CHANGE: f64 = 1e-6;

/// The kind of steps that a control leaves.
pub(crate) fn step(control: &str) -> Option<&'static str> {
    STEPS.iter().find(|(known, _)| *known == control).map(|(_, step)| *step)
}

/// The steps of a control over all decisions; `None` for one that leaves none.
pub(crate) fn asks(control: &str) -> Option<Measure> {
    let step = step(control)?;
    let mut numerator = vec![of_kind(&[step])?];
    if step == "edit" {
        // Often an edit is recorded only as what it changed of a text that was then accepted.
        numerator.extend(CHANGED.into_iter().filter_map(changed));
    }
    Some(Measure::Sums { numerator, denominator: vec![of_kind(&DECISIONS)?] })
}

fn of_kind(kinds: &[&str]) -> Option<Tally> {
    let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    actions("kind", Test::In(kinds))
}

fn changed(field: &str) -> Option<Tally> {
    actions(field, Test::Between { at_least: Some(SMALLEST_CHANGE), at_most: None })
}

fn actions(field: &str, test: Test) -> Option<Tally> {
    let field = Table::Actions.field(field)?;
    Some(Tally { table: Table::Actions, conditions: vec![Condition { field, test }], sum: None })
}
