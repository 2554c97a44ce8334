//! C: the money, as far as it is planned. What is really spent is for the verdict.

use super::super::Case;
use super::{explores, lint};
use crate::bet::economics::{Considered, Cost, Sourcing, SourcingKind};
use crate::bet::{Bet, Stage};
use crate::diagnostic::Diagnostic;
use crate::gate::{Criterion, Role};
use crate::source::Place;

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let each = |bet: &Bet| {
        let found = [
            no_budget(bet),
            unpriced(case, bet),
            no_value(case, bet),
            no_loads(case, bet),
            no_use(bet),
            inverts(case, bet),
        ];
        found.into_iter().flatten().collect::<Vec<_>>()
    };
    case.bets().filter(|bet| !is_rule(bet)).flat_map(each).collect()
}

/// Rules cost nothing for each use.
fn is_rule(bet: &Bet) -> bool {
    let kind = bet.sourcing.as_ref().map(|sourcing| sourcing.kind.value);
    kind == Some(SourcingKind::Rules)
}

/// What an amount of the bet is in.
fn currency<'a>(case: &'a Case<'_>, bet: &'a Bet) -> &'a str {
    let own = bet.cost.as_ref().and_then(|cost| cost.currency.as_deref());
    own.unwrap_or(&case.roadmap.policy.currency)
}

/// `[cost]`, or the bet where there is none.
fn cost_place(bet: &Bet) -> &Place {
    bet.cost.as_ref().map_or(&bet.id.place, |cost| &cost.place)
}

/// C01.
fn no_budget(bet: &Bet) -> Option<Diagnostic> {
    let limits = |criterion: &Criterion| match criterion {
        Criterion::Measured(measured) => measured.role == Role::Budget,
        Criterion::Attested(_) => false,
    };
    let has_limit = bet.cost.as_ref().is_some_and(|cost| cost.per_interaction_at_most.is_some())
        || bet.gates.iter().flat_map(|gate| &gate.criteria).any(limits);
    if !bet.has_reached(Stage::Pilot) || has_limit {
        return None;
    }
    let message = format!("`{}` has no budget: an interaction may cost anything", bet.id.value);
    let help = "add `per_interaction_at_most = 0.02` under `[cost]`, or a criterion with the role \
                `budget`";
    Some(lint("C01", cost_place(bet), message, help))
}

/// C01: the price of the model is not known, so neither is the cost.
fn unpriced(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let sourcing = bet.sourcing.as_ref().filter(|_| bet.has_reached(Stage::Pilot))?;
    let is_bought = matches!(
        sourcing.kind.value,
        SourcingKind::Buy | SourcingKind::Rag | SourcingKind::FineTune
    );
    if !is_bought || case.unreadable.is_incomplete("roadmap.toml") {
        return None;
    }
    let id = sourcing.model.as_ref()?;
    let model = case.roadmap.models.get(&id.value)?;
    let own = currency(case, bet);
    let message = match model.price(case.today) {
        None => format!("model `{id}` has no price; its cost is unknown, not 0"),
        Some(price) => {
            let priced = price.currency.as_deref().unwrap_or(&case.roadmap.policy.currency);
            if priced == own {
                return None;
            }
            format!("model `{id}` is priced in {priced} and `{}` counts in {own}", bet.id.value)
        }
    };
    let help = format!(
        "add to `prices` of `{id}` under `[models]` in `roadmap.toml`: since, input_per_million, \
         output_per_million, currency = \"{own}\""
    );
    Some(lint("C01", &id.place, message, help))
}

/// C02: what it brings, and who answers for either half.
fn no_value(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    if !bet.has_reached(Stage::Pilot) || explores(case, bet) {
        return None;
    }
    let cost = bet.cost.as_ref();
    let halves = [
        (
            cost.and_then(|cost| cost.revenue_per_interaction).is_none(),
            "what an interaction brings",
            "`revenue_per_interaction`",
        ),
        (
            cost.and_then(|cost| cost.value_by.as_ref()).is_none(),
            "who of product answers for the value",
            "`value_by`",
        ),
        (
            cost.and_then(|cost| cost.cost_by.as_ref()).is_none(),
            "who of R&D answers for the cost",
            "`cost_by`",
        ),
    ];
    let missing = halves.into_iter().filter(|(is_missing, ..)| *is_missing);
    let (what, keys): (Vec<&str>, Vec<&str>) = missing.map(|(_, what, key)| (what, key)).unzip();
    if what.is_empty() {
        return None;
    }
    let message = format!("`{}` does not say {}", bet.id.value, what.join(", nor "));
    let help = format!("add {} under `[cost]`", keys.join(", "));
    Some(lint("C02", cost_place(bet), message, help))
}

/// C03.
fn no_loads(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let has_loads = bet.cost.as_ref().is_some_and(|cost| !cost.loads.is_empty());
    if !bet.has_reached(Stage::Pilot) || has_loads || explores(case, bet) {
        return None;
    }
    let message = format!("`{}` is planned for no more than today's use", bet.id.value);
    let help = "add `loads = [1, 2, 5, 10]` under `[cost]`: multiples of today's use";
    Some(lint("C03", cost_place(bet), message, help))
}

/// C03: a monthly cost and loads, but multiples of what?
fn no_use(bet: &Bet) -> Option<Diagnostic> {
    let cost = bet.cost.as_ref().filter(|cost| !cost.loads.is_empty())?;
    let sourcing = bet.sourcing.as_ref().filter(|_| bet.has_reached(Stage::Pilot))?;
    let mut chosen = sourcing.considered.iter().filter(|way| way.kind.value == sourcing.kind.value);
    if cost.interactions_month.is_some() || !chosen.any(|way| way.fixed_month.is_some()) {
        return None;
    }
    let message =
        format!("the loads of `{}` are multiples of a use that is not known", bet.id.value);
    let help = "add `interactions_month` under `[cost]`: without it a monthly cost has no share in \
                one interaction";
    Some(lint("C03", &cost.place, message, help))
}

/// What one interaction is planned to cost at a multiple of today's use.
struct UnitCost {
    load: f64,
    cost: f64,
}

/// C05, by the numbers of the text.
fn inverts(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let cost = bet.cost.as_ref().filter(|_| bet.has_reached(Stage::Framed))?;
    let revenue = cost.revenue_per_interaction?;
    let sourcing = bet.sourcing.as_ref()?;
    let today = [1.0];
    let loads = if cost.loads.is_empty() { &today[..] } else { &cost.loads };
    let (planned, place) = considered(cost, sourcing, loads)
        .or_else(|| by_tokens(case, bet, cost, sourcing, loads))?;
    let losing: Vec<UnitCost> = planned.into_iter().filter(|at| at.cost > revenue).collect();
    let worst = losing
        .iter()
        .map(|at| at.cost)
        .fold(None, |worst: Option<f64>, cost| Some(worst.map_or(cost, |worst| worst.max(cost))))?;
    let at: Vec<String> = losing.iter().map(|at| format!("{}×", at.load)).collect();
    let unit = currency(case, bet);
    let message = format!(
        "the margin of `{}` is below 0 at {}: {} {unit} goes out per interaction, {} {unit} comes in",
        bet.id.value,
        at.join(", "),
        amount(worst),
        amount(revenue)
    );
    let help =
        "choose a cheaper way, raise the price, or take loads that will not come out of `loads`";
    Some(lint("C05", place, message, help))
}

/// What an interaction costs at each load, by the numbers of the way that was chosen.
fn considered<'a>(
    cost: &Cost,
    sourcing: &'a Sourcing,
    loads: &[f64],
) -> Option<(Vec<UnitCost>, &'a Place)> {
    let kind = sourcing.kind.value;
    let has_numbers = |way: &&Considered| {
        way.kind.value == kind && (way.fixed_month.is_some() || way.per_interaction.is_some())
    };
    let way = sourcing.considered.iter().find(has_numbers)?;
    // Without a monthly cost, the use does not matter.
    let use_matters = way.fixed_month.is_some_and(|fixed| fixed > 0.0);
    let interactions = match cost.interactions_month {
        Some(interactions) if interactions > 0.0 => interactions,
        _ if use_matters => return None,
        _ => 1.0,
    };
    let monthly = way.monthly(interactions, loads)?.into_iter().filter(|at| at.load > 0.0);
    let each = monthly
        .map(|at| UnitCost { load: at.load, cost: at.cost / (interactions * at.load) })
        .collect();
    Some((each, &way.kind.place))
}

/// What an interaction costs by its tokens and the price of the model; the same at each load.
fn by_tokens<'a>(
    case: &Case<'_>,
    bet: &'a Bet,
    cost: &'a Cost,
    sourcing: &Sourcing,
    loads: &[f64],
) -> Option<(Vec<UnitCost>, &'a Place)> {
    let (tokens, model) = (cost.tokens?, sourcing.model.as_ref()?);
    let price = case.roadmap.models.get(&model.value)?.price(case.today)?;
    let priced = price.currency.as_deref().unwrap_or(&case.roadmap.policy.currency);
    if priced != currency(case, bet) {
        return None;
    }
    let million = 1_000_000.0;
    let each = (tokens.input * price.input_per_million + tokens.output * price.output_per_million)
        / million;
    let at = |load: &f64| UnitCost { load: *load, cost: each };
    Some((loads.iter().map(at).collect(), &cost.place))
}

/// A number of money without the noise of its last digits.
fn amount(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
