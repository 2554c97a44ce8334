//! Where the model comes from: rules, buy, rag, fine-tune, build, with what each costs a month at the
//! loads. What has no price is unknown, never 0, and currencies are never mixed.

mod break_even;
mod price;
mod say;
mod way;

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::Bet;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::bet::economics::SourcingKind;
use trueup_verdict::currency;

use crate::seen::{Seen, Unknown};
pub use break_even::{BreakEven, Cheaper};
pub use say::{against, inverts};
pub use way::{Load, Way};

/// The sources of one bet or of all that are not over.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Sourcings {
    pub bets: Vec<BetSourcing>,
    /// Bets that say nothing of where their model comes from.
    pub unsaid: Vec<String>,
}

/// Where the model of a bet comes from, and what else there is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BetSourcing {
    pub id: String,
    pub title: String,
    /// What all its money is in.
    pub currency: String,
    pub chosen: SourcingKind,
    pub because: Option<String>,
    pub model: Option<String>,
    /// Data that nobody else has: the reason to build.
    pub unique_data: Option<String>,
    pub next: Option<Next>,
    /// At today's use.
    pub interactions_month: Option<f64>,
    pub revenue_per_interaction: Option<f64>,
    /// Multiples of today's use.
    pub loads: Vec<f64>,
    pub ways: Vec<Way>,
    /// Each other way against the chosen one.
    pub break_evens: Vec<BreakEven>,
    /// What would have to be known for more.
    pub unknown: Vec<String>,
}

/// The next source, and when.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Next {
    pub kind: SourcingKind,
    pub when: String,
}

/// Compares the sources of a bet, or of all that are not over.
pub fn sourcing(seen: &Seen<'_>, id: Option<&str>) -> Result<Sourcings, Unknown> {
    let bets: Vec<&Bet> = match id {
        Some(id) => vec![seen.bet(id)?],
        None => seen.roadmap.bets.iter().filter(|bet| bet.stage.value <= Stage::Live).collect(),
    };
    let unsaid = bets.iter().filter(|bet| bet.sourcing.is_none());
    Ok(Sourcings {
        bets: bets.iter().filter_map(|bet| of_bet(seen, bet)).collect(),
        unsaid: unsaid.map(|bet| bet.id.value.clone()).collect(),
    })
}

fn of_bet(seen: &Seen<'_>, bet: &Bet) -> Option<BetSourcing> {
    let sourcing = bet.sourcing.as_ref()?;
    let cost = bet.cost.as_ref();
    let ways = way::ways(seen, bet, sourcing);
    let interactions_month = cost.and_then(|cost| cost.interactions_month);
    let next = sourcing.next.as_ref();
    Some(BetSourcing {
        id: bet.id.value.clone(),
        title: bet.title.value.clone(),
        currency: currency::of(bet, &seen.roadmap.policy).to_owned(),
        chosen: sourcing.kind.value,
        because: sourcing.because.clone(),
        model: sourcing.model.as_ref().map(|model| model.value.clone()),
        unique_data: sourcing.unique_data.clone(),
        next: next.map(|next| Next { kind: next.kind, when: next.when.clone() }),
        interactions_month,
        revenue_per_interaction: cost.and_then(|cost| cost.revenue_per_interaction),
        loads: way::loads(cost),
        break_evens: break_even::break_evens(&ways, interactions_month),
        unknown: unknown(bet, &ways),
        ways,
    })
}

fn unknown(bet: &Bet, ways: &[Way]) -> Vec<String> {
    let cost = bet.cost.as_ref();
    let mut unknown: Vec<String> = ways
        .iter()
        .filter_map(|way| Some(format!("`{}`: {}", way.kind, way.unknown.as_ref()?)))
        .collect();
    if cost.is_none_or(|cost| cost.interactions_month.is_none()) {
        unknown.push("use: add `interactions_month` to `[cost]`".to_owned());
    }
    if cost.is_none_or(|cost| cost.revenue_per_interaction.is_none()) {
        unknown.push("margin: add `revenue_per_interaction` to `[cost]`".to_owned());
    }
    if bet.sourcing.as_ref().is_some_and(|sourcing| sourcing.considered.len() < 2) {
        unknown.push("nothing else was compared: add `[[sourcing.considered]]`".to_owned());
    }
    unknown
}

/// What the chosen way costs once, and a month at today's use; the error says what is missing.
pub(crate) fn monthly_today(seen: &Seen<'_>, bet: &Bet) -> Result<(f64, f64), String> {
    let sourcing = bet.sourcing.as_ref().ok_or("no source is chosen; add `[sourcing]`")?;
    let ways = way::ways(seen, bet, sourcing);
    let chosen = ways.into_iter().find(|way| way.is_chosen);
    let chosen = chosen.ok_or("the chosen source is not priced")?;
    let kind = chosen.kind;
    if let Some(why) = &chosen.unknown {
        return Err(format!("`{kind}`: {why}"));
    }
    let use_month = bet.cost.as_ref().and_then(|cost| cost.interactions_month);
    let month = chosen.month(use_month, 1.0).ok_or("add `interactions_month` to `[cost]`")?;
    Ok((chosen.once.unwrap_or_default(), month))
}
