//! What use costs: over budget (C04), a margin below zero (C05), prices that are missing.

use trueup_roadmap::bet::economics::Cost;

use super::reason;
use crate::currency::PRICED_AT_LEAST;
use crate::estimate::Measurement;
use crate::facts::Facts;
use crate::number;
use crate::report::{Reason, Weight};

const DAYS_PER_MONTH: f64 = 30.4375;

pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    let Some(cost) = &facts.bet().cost else { return Vec::new() };
    if let Some(unpriced) = unpriced(facts) {
        return vec![unpriced];
    }
    [over_budget(facts, cost), inverts(facts, cost)].into_iter().flatten().collect()
}

/// Nothing can be said of a cost that is unknown, not even that it is fine.
fn unpriced(facts: &Facts) -> Option<Reason> {
    let priced = facts.signals.priced.filter(|priced| *priced < PRICED_AT_LEAST)?;
    let text = format!(
        "{} of the interactions carry no price in {}; their cost is unknown, not 0",
        number::value(1.0 - priced, "share"),
        facts.ground.currency
    );
    Some(reason("cost_per_interaction", Weight::Warning, text))
}

/// C04. The whole interval lies above the cap.
fn over_budget(facts: &Facts, cost: &Cost) -> Option<Reason> {
    let cap = cost.per_interaction_at_most?;
    let spent = facts.signals.cost?.estimate.filter(|spent| spent.low > cap)?;
    let unit = facts.ground.currency;
    let finite = |end: f64| Some(end).filter(|end| end.is_finite());
    let text = format!(
        "costs {} per interaction ({}), cap {}{}{}",
        number::value(spent.value, unit),
        number::interval(finite(spent.low), finite(spent.high), unit),
        number::limit(cap, unit),
        trend(facts),
        growing(facts)
    );
    Some(reason("C04", Weight::Strong, text))
}

fn trend(facts: &Facts) -> String {
    let value = |half: Option<Measurement>| Some(half?.estimate?.value);
    let (first, second) = facts.signals.cost_halves;
    let Some((first, second)) = value(first).zip(value(second)) else { return String::new() };
    let unit = facts.ground.currency;
    format!(
        "; {} in the first half, {} in the second",
        number::value(first, unit),
        number::value(second, unit)
    )
}

fn growing(facts: &Facts) -> String {
    match facts.signals.interactions_halves {
        Some((first, second)) if second > first => format!(
            ", while growing: {} interactions, then {}",
            number::count(first),
            number::count(second)
        ),
        _ => String::new(),
    }
}

/// C05. Cost grows with use, so today's margin decides at every load.
fn inverts(facts: &Facts, cost: &Cost) -> Option<Reason> {
    let revenue = cost.revenue_per_interaction?;
    let spent = facts.signals.cost?.estimate?;
    let margin = revenue - spent.value;
    if margin > 0.0 || !margin.is_finite() {
        return None;
    }
    // Certain only when the whole interval costs more than comes in.
    let weight = if spent.low >= revenue { Weight::Strong } else { Weight::Warning };
    let unit = facts.ground.currency;
    let text = format!(
        "margin {} per interaction ({} comes in, {} goes out){}",
        number::value(margin, unit),
        number::limit(revenue, unit),
        number::value(spent.value, unit),
        monthly(facts, cost, margin)
    );
    Some(reason("C05", weight, text))
}

/// The margin of a month at each load; unknown without a start to count from.
fn monthly(facts: &Facts, cost: &Cost, margin: f64) -> String {
    if facts.bet().time_box.is_none() && !facts.ground.is_live() {
        return String::new();
    }
    let a_day = facts.signals.interactions as f64 / facts.ground.days_so_far();
    let month = margin * a_day * DAYS_PER_MONTH;
    let today = [1.0];
    let loads = if cost.loads.is_empty() { &today[..] } else { &cost.loads };
    let unit = facts.ground.currency;
    let each: Vec<String> = loads
        .iter()
        .map(|load| {
            format!("{} at {}×", number::value(month * load, unit), number::limit(*load, ""))
        })
        .collect();
    format!("; a month: {}", each.join(", "))
}
