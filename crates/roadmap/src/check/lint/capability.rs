//! K: does the product column meet the research column, and does what fills the gaps ever go?

use std::collections::BTreeMap;

use super::super::Case;
use super::lint;
use crate::bet::{Bet, Stage};
use crate::capability::{Capability, InvestmentKind};
use crate::diagnostic::Diagnostic;

mod harness;

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = case.bets().filter_map(|bet| no_need(case, bet)).collect();
    // With a bet that cannot be read it is not known what enables what.
    if !case.unreadable.any_in("bets/") {
        let needing = needing(case);
        for capability in whole(case) {
            let bets = needing.get(capability.id.value.as_str()).map_or(&[][..], Vec::as_slice);
            found.extend(no_investment(bets, capability));
            found.extend(orphan(bets, capability));
        }
    }
    found.extend(harness::check(case));
    found
}

/// The capabilities whose every key was understood.
fn whole<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Capability> {
    let is_whole = |it: &&Capability| !case.unreadable.is_incomplete(&it.place.path);
    case.roadmap.capabilities.iter().filter(is_whole)
}

/// The bets that need each capability.
fn needing<'a>(case: &Case<'a>) -> BTreeMap<&'a str, Vec<&'a Bet>> {
    let mut needing: BTreeMap<&str, Vec<&Bet>> = BTreeMap::new();
    for bet in &case.roadmap.bets {
        for want in bet.wants() {
            needing.entry(want).or_default().push(bet);
        }
    }
    needing
}

fn has_ended(bet: &Bet) -> bool {
    !bet.has_reached(Stage::Proposed)
}

/// K01: a bet that needs nothing of the research column.
fn no_need(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let is_due = bet.has_reached(Stage::Discovery) && bet.wants().is_empty() && !bet.is_rules();
    if !is_due || case.unreadable.dangles(&bet.place.path) {
        return None;
    }
    let message = format!("`{}` asks for no capability of a model", bet.id.value);
    let help = "name what the model must be able to do in `needs = [...]`, with a file in \
                `capabilities/`; where nothing is to be trained, its investment is `none`";
    Some(lint("K01", &bet.id.place, message, help))
}

/// K01: a capability that is needed and in which nothing is invested.
fn no_investment(bets: &[&Bet], capability: &Capability) -> Option<Diagnostic> {
    let id = &capability.id.value;
    let due = bets.iter().filter(|bet| bet.has_reached(Stage::Discovery));
    let needing: Vec<String> = due.map(|bet| quoted(&bet.id.value)).collect();
    if needing.is_empty() {
        return None;
    }
    let waits = if needing.len() == 1 { "waits" } else { "wait" };
    let needing = format!("{} {waits}", needing.join(", "));
    let Some(investment) = &capability.investment else {
        let message = format!("{needing} for `{id}`, and nothing is invested in it");
        let help = "add `[investment]`: collect, label, tune, train or vendor, with its effort; or \
                    `kind = \"none\"` and why";
        return Some(lint("K01", &capability.id.place, message, help));
    };
    if investment.kind.value != InvestmentKind::None || investment.because.is_some() {
        return None;
    }
    let message = format!("{needing} for `{id}`, and why nothing is invested is not said");
    Some(lint("K01", &investment.kind.place, message, "add `because` beside `kind = \"none\"`"))
}

fn quoted(id: &str) -> String {
    format!("`{id}`")
}

/// K02.
fn orphan(bets: &[&Bet], capability: &Capability) -> Option<Diagnostic> {
    let id = &capability.id.value;
    let message = if bets.is_empty() {
        format!("`{id}` enables no bet")
    } else if bets.iter().all(|bet| has_ended(bet)) {
        format!("`{id}` enables only bets that have ended")
    } else {
        return None;
    };
    let help = "name it in `needs` of the bet that waits for it, or take the file out and move the \
                work to a capability that a bet waits for";
    Some(lint("K02", &capability.id.place, message, help))
}
