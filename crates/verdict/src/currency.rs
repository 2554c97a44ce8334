//! Money: only costs in the bet's own currency are added up; any other is unknown, never converted
//! and never zero.

use trueup_evidence::{Condition, Table, Tally, Test};
use trueup_roadmap::{Bet, Metric, Policy};

/// The least share of interactions with a price for a cost to be known at all.
pub(crate) const PRICED_AT_LEAST: f64 = 0.95;

const MONEY: &str = "money";

/// The currency that a bet counts in.
#[must_use]
pub fn of<'a>(bet: &'a Bet, policy: &'a Policy) -> &'a str {
    bet.cost.as_ref().and_then(|cost| cost.currency.as_deref()).unwrap_or(&policy.currency)
}

/// The metric's unit with the currency in the place of the word `money`.
#[must_use]
pub fn unit(metric: &Metric, currency: &str) -> String {
    let words: Vec<&str> =
        metric.unit.split('/').map(|word| if word == MONEY { currency } else { word }).collect();
    words.join("/")
}

/// The currency that a unit such as `USD/interaction` names.
pub(crate) fn named_in(unit: &str) -> Option<&str> {
    let first = unit.split('/').next().unwrap_or_default();
    let is_code = first.len() == 3 && first.chars().all(|letter| letter.is_ascii_uppercase());
    is_code.then_some(first)
}

/// True when a metric adds up or tests what interactions cost.
pub(crate) fn is_about_cost(metric: &Metric) -> bool {
    metric.measure.tallies().into_iter().any(touches_cost)
}

/// The tally over costs in this currency alone; any other tally as it is.
pub(crate) fn within(tally: &Tally, currency: &str) -> Tally {
    let mut tally = tally.clone();
    if touches_cost(&tally) {
        tally.conditions.extend(condition(currency));
    }
    tally
}

/// Counts uses, whatever they are made of.
pub(crate) fn uses() -> Tally {
    Tally { table: Table::Interactions, conditions: Vec::new(), sum: None }
}

/// Counts interactions, and parts of them, whose usage stands on themselves and not on their parts.
pub(crate) fn interactions() -> Tally {
    let own = Table::Interactions.field("composed");
    let own = own.map(|field| Condition { field, test: Test::Absent });
    Tally { conditions: own.into_iter().collect(), ..uses() }
}

/// Counts those of them that carry a price in this currency.
pub(crate) fn priced(currency: &str) -> Tally {
    let present =
        Table::Interactions.field("cost").map(|field| Condition { field, test: Test::Present });
    let mut tally = interactions();
    tally.conditions.extend(present.into_iter().chain(condition(currency)));
    tally
}

fn condition(currency: &str) -> Option<Condition> {
    let field = Table::Interactions.field("currency")?;
    Some(Condition { field, test: Test::In(vec![currency.to_owned()]) })
}

fn touches_cost(tally: &Tally) -> bool {
    let tested = tally.conditions.iter().map(|condition| condition.field);
    tally.table == Table::Interactions && tested.chain(tally.sum).any(|field| field.name == "cost")
}
