//! Every lint that text, calendar and history decide: one file for each family of codes.

mod capability;
mod cost;
mod data;
mod definition;
mod horizon;
mod metric;
mod mode;
mod outcome;
mod phrase;
mod purgatory;
mod ritual;
mod signature;
mod sourcing;
mod workflow;

use super::Case;
use crate::bet::{Bet, Stage};
use crate::diagnostic::Diagnostic;
use crate::explain::severity;
use crate::horizon::Horizon;
use crate::source::Place;

const FAMILIES: [fn(&Case<'_>) -> Vec<Diagnostic>; 13] = [
    outcome::check,
    horizon::check,
    metric::check,
    definition::check,
    mode::check,
    purgatory::check,
    signature::check,
    cost::check,
    data::check,
    capability::check,
    sourcing::check,
    workflow::check,
    ritual::check,
];

pub(super) fn all(case: &Case<'_>) -> Vec<Diagnostic> {
    FAMILIES.iter().flat_map(|family| family(case)).collect()
}

/// A finding of the code's own severity, and what to do next.
fn lint(
    code: &'static str,
    place: &Place,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic {
        severity: severity(code),
        help: Some(help.into()),
        ..Diagnostic::deny(code, place.clone(), message)
    }
}

/// Where a bet stands, in a sentence: "in pilot", "live".
fn stands(bet: &Bet) -> String {
    match bet.stage.value {
        Stage::Live => "live".to_owned(),
        stage => format!("in {stage}"),
    }
}

/// True when the bet explores, so that it ends in a learning; also when that is not known.
fn explores(case: &Case<'_>, bet: &Bet) -> bool {
    case.unreadable.is_incomplete("roadmap.toml")
        || case.roadmap.horizons.get(&bet.horizon.value).is_none_or(Horizon::is_learning)
}
