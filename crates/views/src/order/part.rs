//! The parts of a score: where each comes from, and why one is not known. None is ever made up.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::capability::{Investment, InvestmentKind};
use trueup_roadmap::{Bet, Capability, Length};
use trueup_verdict::report::Word;
use trueup_verdict::{currency, number};

use super::basis::{CostBasis, ValueBasis};
use super::ribs;
use crate::seen::Seen;
use crate::sourcing::monthly_today;

/// One part of a score.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Part {
    /// `null` where it is not known.
    pub value: Option<f64>,
    /// What the score is multiplied with: the part raised to its exponent.
    pub factor: Option<f64>,
    /// Where it comes from, or what is missing.
    pub from: String,
}

const MONTHS: f64 = 12.0;
const HOURS_PER_WEEK: f64 = 168.0;

impl Part {
    fn known(value: f64, from: impl Into<String>) -> Part {
        Part { value: Some(value), factor: None, from: from.into() }
    }

    fn unknown(why: impl Into<String>) -> Part {
        Part { value: None, factor: None, from: why.into() }
    }

    /// Raised to its exponent. With an exponent of 0 it counts for nothing, known or not.
    pub(super) fn raised(self, exponent: f64) -> Part {
        let factor =
            self.value.map(|value| value.powf(exponent)).filter(|factor| factor.is_finite());
        Part { factor: if exponent == 0.0 { Some(1.0) } else { factor }, ..self }
    }

    /// One more than it is, raised to its exponent.
    pub(super) fn raised_from_one(self, exponent: f64) -> Part {
        let one_more = Part { value: self.value.map(|value| 1.0 + value), ..self.clone() };
        Part { factor: one_more.raised(exponent).factor, ..self }
    }
}

/// What it is worth, in the measure of all.
pub(super) fn value(seen: &Seen<'_>, bet: &Bet, basis: &ValueBasis) -> Part {
    match basis {
        ValueBasis::Ribs => match &bet.score {
            Some(score) => {
                let marks = score.agreed;
                let value = ribs::mean(marks, seen.roadmap.policy.ribs);
                let (r, i, b, s) = (marks.risk, marks.impact, marks.business, marks.scale);
                let from =
                    format!("value: RIBS with risk {r}, impact {i}, business {b}, scale {s}");
                value.map_or_else(
                    || Part::unknown("value: the weights under `[policy.ribs]` add up to 0"),
                    |value| Part::known(value, from),
                )
            }
            None => Part::unknown("value: no marks; add `[score]`"),
        },
        ValueBasis::Money { currency } => money_a_month(seen, bet, currency),
    }
}

fn money_a_month(seen: &Seen<'_>, bet: &Bet, currency: &str) -> Part {
    let own = currency::of(bet, &seen.roadmap.policy);
    let cost = bet.cost.as_ref();
    let (each, month) = (
        cost.and_then(|cost| cost.revenue_per_interaction),
        cost.and_then(|cost| cost.interactions_month),
    );
    match (each, month) {
        (Some(_), Some(_)) if own != currency => {
            Part::unknown(format!("value: in {own}, the others in {currency}; no rate is assumed"))
        }
        (Some(each), Some(month)) if each * month > 0.0 => {
            let from =
                format!("value: {} × {} a month", money(each, own), number::value(month, ""));
            Part::known(each * month, from)
        }
        (Some(_), Some(_)) => Part::unknown("value: nothing, as it brings or is used 0"),
        (None, _) => Part::unknown("value: add `revenue_per_interaction` to `[cost]`"),
        (_, None) => Part::unknown("value: add `interactions_month` to `[cost]`"),
    }
}

/// The chance to pass: by the evidence, else as R&D states it for what the bet needs.
pub(super) fn chance(seen: &Seen<'_>, bet: &Bet) -> Part {
    let judged = seen.judged(&bet.id.value);
    if judged.is_some_and(|judged| judged.verdict == Some(Word::Ship)) {
        return Part::known(1.0, "chance: the gate is passed");
    }
    if let Some(forecast) = judged.and_then(|judged| judged.forecast.as_ref()) {
        return Part::known(forecast.chance, "chance: forecast from the evidence");
    }
    stated_chance(seen, bet)
}

/// The smallest of the capabilities': an upper bound of the chance of all together.
fn stated_chance(seen: &Seen<'_>, bet: &Bet) -> Part {
    let mut least: Option<(f64, &str)> = None;
    for need in &bet.needs {
        let capability = seen.roadmap.capability(&need.value);
        let investment = capability.and_then(|capability| capability.investment.as_ref());
        let Some(chance) = investment.and_then(|investment| investment.chance) else {
            return Part::unknown(format!(
                "chance: no forecast, and `{need}` states none; add `investment.chance`"
            ));
        };
        if least.is_none_or(|(least, _)| chance < least) {
            least = Some((chance, &need.value));
        }
    }
    match least {
        Some((chance, id)) => Part::known(chance, format!("chance: as stated for `{id}`")),
        None => Part::unknown("chance: no forecast, and it needs no capability that states one"),
    }
}

/// The share of each gap in training data that its use fills, added up.
pub(super) fn data(seen: &Seen<'_>, bet: &Bet) -> Part {
    let brings = bet.data.as_ref().map(|data| data.will_collect.as_slice()).unwrap_or_default();
    let (mut filled, mut from) = (0.0, Vec::new());
    for collected in brings {
        let id = &collected.capability.value;
        let Some(labels) = seen.roadmap.capability(id).and_then(|known| known.labels.as_ref())
        else {
            return Part::unknown(format!("data: `{id}` does not say how many labels it needs"));
        };
        let gap = labels.need.saturating_sub(labels.have);
        if gap == 0 {
            continue;
        }
        filled += (collected.labels as f64 / gap as f64).min(1.0);
        let (labels, gap) = (number::count(collected.labels), number::count(gap));
        from.push(format!(
            "{labels} of the {gap} labels that `{id}` misses{}",
            awaited(seen, bet, id)
        ));
    }
    match from.as_slice() {
        [] => Part::known(0.0, "data: brings none that is missing"),
        from => Part::known(filled, format!("data: {}", from.join(", "))),
    }
}

/// Who else waits for a capability: that is how value compounds.
fn awaited(seen: &Seen<'_>, bet: &Bet, capability: &str) -> String {
    let waits = |other: &&Bet| other.id.value != bet.id.value && other.stage.value < Stage::Live;
    let others = seen.roadmap.enabled_by(capability).filter(waits);
    let others: Vec<String> = others.map(|other| format!("`{}`", other.id)).collect();
    if others.is_empty() { String::new() } else { format!(" (helps {})", super::listed(&others)) }
}

/// What it takes, in the measure of all.
pub(super) fn cost(seen: &Seen<'_>, bet: &Bet, basis: &CostBasis) -> Part {
    let found = match basis {
        CostBasis::Money { currency } => first_year(seen, bet, currency),
        CostBasis::Weeks => weeks(seen, bet),
    };
    match found {
        Ok((cost, from)) if cost > 0.0 => Part::known(cost, format!("cost: {from}")),
        Ok(_) => Part::unknown("cost: it adds up to 0, and a score cannot be divided by that"),
        Err(why) => Part::unknown(format!("cost: {why}")),
    }
}

/// Money once, twelve months at today's use, and what its capabilities take.
fn first_year(seen: &Seen<'_>, bet: &Bet, currency: &str) -> Result<(f64, String), String> {
    let own = currency::of(bet, &seen.roadmap.policy);
    if own != currency {
        return Err(format!("in {own}, the others in {currency}; no rate is assumed"));
    }
    let (once, month) = monthly_today(seen, bet)?;
    let mut from =
        vec![format!("{} once", money(once, own)), format!("12 × {}", money(month, own))];
    let mut sum = once + MONTHS * month;
    for (capability, investment) in investments(seen, bet)? {
        let spent = spent(seen, capability, investment, currency)?;
        sum += spent;
        from.push(format!("{} for `{}`", money(spent, own), capability.id));
    }
    Ok((sum, from.join(" + ")))
}

fn spent(
    seen: &Seen<'_>,
    capability: &Capability,
    investment: &Investment,
    currency: &str,
) -> Result<f64, String> {
    let id = &capability.id;
    let own = investment.currency.as_deref().unwrap_or(&seen.roadmap.policy.currency);
    match (investment.kind.value, investment.cost) {
        (InvestmentKind::None, None) => Ok(0.0),
        (_, None) => Err(format!("the investment in `{id}` has no `cost`")),
        (_, Some(_)) if own != currency => {
            Err(format!("the investment in `{id}` is in {own}; no rate is assumed"))
        }
        (_, Some(cost)) => Ok(cost),
    }
}

/// The work on its components and on the capabilities that it needs.
fn weeks(seen: &Seen<'_>, bet: &Bet) -> Result<(f64, String), String> {
    let (mut hours, mut from) = (0.0, Vec::new());
    let mut add = |what: &str, effort: &Length| {
        hours += effort.hours;
        from.push(format!("{} for `{what}`", effort.text));
    };
    for component in &bet.components {
        let effort = component.effort.as_ref();
        add(&component.id, effort.ok_or(format!("component `{}` has no `effort`", component.id))?);
    }
    for (capability, investment) in investments(seen, bet)? {
        let id = &capability.id;
        match (&investment.effort, investment.kind.value) {
            (Some(effort), _) => add(id, effort),
            (None, InvestmentKind::None) => {}
            (None, _) => return Err(format!("the investment in `{id}` has no `effort`")),
        }
    }
    if from.is_empty() {
        return Err("no `effort` of a component or of a capability is stated".to_owned());
    }
    Ok((hours / HOURS_PER_WEEK, from.join(" + ")))
}

/// The investments in what it needs; the error names one that is not there.
fn investments<'a>(
    seen: &Seen<'a>,
    bet: &Bet,
) -> Result<Vec<(&'a Capability, &'a Investment)>, String> {
    let of = |id: &str| {
        let capability = seen.roadmap.capability(id);
        let capability = capability.ok_or_else(|| format!("`{id}` is not in this roadmap"))?;
        let investment = capability.investment.as_ref();
        Ok((capability, investment.ok_or_else(|| format!("`{id}` names no investment"))?))
    };
    bet.needs.iter().map(|need| of(&need.value)).collect()
}

fn money(amount: f64, currency: &str) -> String {
    number::limit(amount, currency)
}
