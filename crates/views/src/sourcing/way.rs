//! One way to get the model, and what it costs.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::Bet;
use trueup_roadmap::bet::economics::{Considered, Cost, Sourcing, SourcingKind};

use super::price;
use crate::seen::Seen;

/// One way to get the model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Way {
    pub kind: SourcingKind,
    pub is_chosen: bool,
    /// Money once.
    pub once: Option<f64>,
    /// Money a month, however much it is used.
    pub fixed_month: Option<f64>,
    /// Money for each interaction; `null` where it is not known, or where `fixed_month` is all.
    pub per_interaction: Option<f64>,
    /// Where that comes from, if it is computed.
    pub computed_from: Option<String>,
    /// At each load.
    pub loads: Vec<Load>,
    /// Why its price is not known.
    pub unknown: Option<String>,
    pub privacy: Option<String>,
    pub lock_in: Option<String>,
    pub team: Option<String>,
    pub because: Option<String>,
}

/// What a way costs and leaves a month at a load; `null` for what is not known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Load {
    /// The multiple of today's use.
    pub load: f64,
    pub cost_month: Option<f64>,
    /// What is left of the revenue.
    pub margin_month: Option<f64>,
}

/// The loads to plan for; today's use where none are given.
pub(super) fn loads(cost: Option<&Cost>) -> Vec<f64> {
    cost.map(|cost| cost.loads.clone())
        .filter(|loads| !loads.is_empty())
        .unwrap_or_else(|| vec![1.0])
}

/// What was considered, and the choice where it is not among that.
pub(super) fn ways(seen: &Seen<'_>, bet: &Bet, sourcing: &Sourcing) -> Vec<Way> {
    let mut ways: Vec<Way> =
        sourcing.considered.iter().map(|one| considered(seen, bet, sourcing, one)).collect();
    if !ways.iter().any(|way| way.is_chosen) {
        ways.insert(0, priced(seen, bet, sourcing, bare(sourcing.kind.value, true)));
    }
    ways
}

fn considered(seen: &Seen<'_>, bet: &Bet, sourcing: &Sourcing, one: &Considered) -> Way {
    let kind = one.kind.value;
    let way = Way {
        once: one.once,
        fixed_month: one.fixed_month,
        per_interaction: one.per_interaction,
        privacy: one.privacy.clone(),
        lock_in: one.lock_in.clone(),
        team: one.team.clone(),
        because: one.because.clone(),
        ..bare(kind, kind == sourcing.kind.value)
    };
    priced(seen, bet, sourcing, way)
}

fn bare(kind: SourcingKind, is_chosen: bool) -> Way {
    Way {
        kind,
        is_chosen,
        once: None,
        fixed_month: None,
        per_interaction: None,
        computed_from: None,
        loads: Vec::new(),
        unknown: None,
        privacy: None,
        lock_in: None,
        team: None,
        because: None,
    }
}

/// Finds the price, if none is written, and what follows from it.
fn priced(seen: &Seen<'_>, bet: &Bet, sourcing: &Sourcing, mut way: Way) -> Way {
    if way.per_interaction.is_none() && way.fixed_month.is_none() {
        match computed(seen, bet, sourcing, &way) {
            Ok((each, from)) => (way.per_interaction, way.computed_from) = (Some(each), Some(from)),
            Err(why) => way.unknown = Some(why),
        }
    }
    let cost = bet.cost.as_ref();
    way.loads = loads(cost).into_iter().map(|load| way.at(cost, load)).collect();
    way
}

/// The tokens are those of the chosen model, which others that are ready-made use too.
fn computed(
    seen: &Seen<'_>,
    bet: &Bet,
    sourcing: &Sourcing,
    way: &Way,
) -> Result<(f64, String), String> {
    let is_ready_made = matches!(way.kind, SourcingKind::Buy | SourcingKind::Rag);
    if way.is_chosen || is_ready_made {
        return price::by_tokens(seen, bet, sourcing);
    }
    Err("no price; give `fixed_month` or `per_interaction`".to_owned())
}

impl Way {
    /// Money a month at a multiple of today's use; `None` where it is not known.
    pub(super) fn month(&self, interactions_month: Option<f64>, load: f64) -> Option<f64> {
        if self.unknown.is_some() {
            return None;
        }
        let fixed = self.fixed_month.unwrap_or_default();
        match self.per_interaction {
            Some(each) if each > 0.0 => Some(fixed + each * interactions_month? * load),
            _ => Some(fixed),
        }
    }

    fn at(&self, cost: Option<&Cost>, load: f64) -> Load {
        let interactions = cost.and_then(|cost| cost.interactions_month);
        let revenue =
            cost.and_then(|cost| Some(cost.revenue_per_interaction? * interactions? * load));
        let cost_month = self.month(interactions, load);
        Load { load, cost_month, margin_month: revenue.zip(cost_month).map(|(in_, out)| in_ - out) }
    }
}
