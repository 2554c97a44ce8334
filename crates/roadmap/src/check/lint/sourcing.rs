//! B: where does the model come from, why, and was the simplest way tried?

use super::super::Case;
use super::phrase::{first_of, words};
use super::{explores, lint};
use crate::bet::economics::{Sourcing, SourcingKind};
use crate::bet::{Bet, Stage};
use crate::diagnostic::Diagnostic;

/// What a baseline without a model is called.
const RULES: [&str; 10] = [
    "rule",
    "rule based",
    "regex",
    "regexp",
    "heuristic",
    "keyword",
    "search",
    "template",
    "lookup",
    "bm25",
];

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for bet in case.bets() {
        found.extend(no_sourcing(bet));
        found.extend(build_early(case, bet));
        found.extend(rule_untried(case, bet));
    }
    found
}

/// B01.
fn no_sourcing(bet: &Bet) -> Option<Diagnostic> {
    if !bet.has_reached(Stage::Discovery) {
        return None;
    }
    let (id, help) = (
        &bet.id.value,
        "say in `[sourcing]` which `kind`, `because`, and under `next` \
                                      when that changes",
    );
    let Some(sourcing) = &bet.sourcing else {
        let message = format!("`{id}` does not say where its model comes from");
        return Some(lint("B01", &bet.id.place, message, help));
    };
    if has_reason(sourcing) {
        return None;
    }
    let kind = sourcing.kind.value;
    Some(lint("B01", &sourcing.kind.place, format!("`{kind}` is chosen without a reason"), help))
}

/// True when it says why, or what the choice was compared with.
fn has_reason(sourcing: &Sourcing) -> bool {
    sourcing.because.is_some() || sourcing.considered.len() > 1
}

/// B02.
fn build_early(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let sourcing = bet.sourcing.as_ref().filter(|_| bet.has_reached(Stage::Framed))?;
    let builds = sourcing.kind.value == SourcingKind::Build;
    if !builds || sourcing.unique_data.is_some() || explores(case, bet) {
        return None;
    }
    let message = "`build` without data that nobody else has";
    let help = "buy first and fine-tune when it is used enough; if the data is yours alone, name it \
                in `sourcing.unique_data`";
    Some(lint("B02", &sourcing.kind.place, message, help))
}

/// B03.
fn rule_untried(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    if !bet.has_reached(Stage::Discovery) || explores(case, bet) || weighs_rules(bet) {
        return None;
    }
    let place = bet.sourcing.as_ref().map_or(&bet.id.place, |sourcing| &sourcing.kind.place);
    let message = format!("no rule was evaluated before the model of `{}`", bet.id.value);
    let help = "try one: an `[[option]]` with `kind = \"rules\"`, `tried = true` and its `result`, or a \
                `[baseline]` of kind `rules`; or say under `sourcing.considered` why none can do it";
    Some(lint("B03", place, message, help))
}

/// True when rules are used, measured, tried, or set aside with a reason.
fn weighs_rules(bet: &Bet) -> bool {
    let is_rule = SourcingKind::Rules;
    let baseline = bet.baseline.as_ref().map(|baseline| words(&baseline.kind));
    let mut options = bet.options.iter().filter(|option| option.kind == Some(is_rule));
    let in_sourcing = |sourcing: &Sourcing| {
        let mut considered = sourcing.considered.iter().filter(|it| it.kind.value == is_rule);
        sourcing.kind.value == is_rule || considered.any(|it| it.because.is_some())
    };
    baseline.is_some_and(|kind| first_of(&kind, &RULES).is_some())
        || options.any(|option| option.tried || option.result.is_some())
        || bet.sourcing.as_ref().is_some_and(in_sourcing)
}
