//! What to do next: bets by compounding value, with every part of the score on show.
//!
//! score = value^a × P(pass)^b × (1 + data)^c ÷ cost^d, with the exponents of `policy.order`.
//! `docs/views.md` says where each part comes from.

mod basis;
mod part;
mod ribs;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::Bet;
use trueup_roadmap::bet::Stage;

use crate::page::{Page, Table, View};
use crate::seen::Seen;
pub use basis::{CostBasis, ValueBasis};
pub use part::Part;
pub use ribs::{Ribs, SideMarks, Spread};
use trueup_verdict::number;

/// Bets that are not live yet, by score.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Order {
    pub today: Date,
    /// What values are measured in: one measure for all, as others cannot be compared.
    pub value_in: ValueBasis,
    /// What costs are measured in.
    pub cost_in: CostBasis,
    /// The exponents of policy.
    pub exponents: Exponents,
    /// Best first.
    pub ranked: Vec<Ranked>,
    /// Bets whose score cannot be computed, and why.
    pub apart: Vec<Ranked>,
    pub ribs: Vec<Ribs>,
}

/// How much each part counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Exponents {
    pub value: f64,
    pub chance: f64,
    pub data: f64,
    pub cost: f64,
}

/// A bet and the parts of its score.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Ranked {
    /// Equal for bets with the same score; `null` without a score.
    pub rank: Option<usize>,
    pub id: String,
    pub title: String,
    pub horizon: String,
    pub stage: Stage,
    pub decide_by: Option<Date>,
    pub score: Option<f64>,
    pub value: Part,
    pub chance: Part,
    /// How much of the training data that others wait for it brings: 1 for a whole gap.
    pub data: Part,
    pub cost: Part,
    /// Bets with the same score.
    pub tied_with: Vec<String>,
    /// What would have to be known for a score.
    pub missing: Vec<String>,
}

/// Puts bets that are not live yet in order.
#[must_use]
pub fn order(seen: &Seen<'_>) -> Order {
    let open: Vec<&Bet> =
        seen.roadmap.bets.iter().filter(|bet| bet.stage.value < Stage::Live).collect();
    let (value_in, cost_in) = (basis::value(seen, &open), basis::cost(seen, &open));
    let weights = seen.roadmap.policy.order;
    let exponents = Exponents {
        value: weights.value,
        chance: weights.chance,
        data: weights.data,
        cost: weights.cost,
    };
    let all = open.iter().map(|bet| scored(seen, bet, &value_in, &cost_in, exponents));
    let (mut ranked, apart): (Vec<Ranked>, Vec<Ranked>) = all.partition(|bet| bet.score.is_some());
    ranked.sort_by(best_first);
    rank(&mut ranked);
    let ribs = open.iter().filter_map(|bet| ribs::ribs(seen.roadmap, bet)).collect();
    Order { today: seen.today, value_in, cost_in, exponents, ranked, apart, ribs }
}

fn scored(
    seen: &Seen<'_>,
    bet: &Bet,
    value_in: &ValueBasis,
    cost_in: &CostBasis,
    exponents: Exponents,
) -> Ranked {
    let value = part::value(seen, bet, value_in).raised(exponents.value);
    let chance = part::chance(seen, bet).raised(exponents.chance);
    let data = part::data(seen, bet).raised_from_one(exponents.data);
    let cost = part::cost(seen, bet, cost_in).raised(-exponents.cost);
    let parts = [&value, &chance, &data, &cost];
    let score: Option<f64> = parts.iter().map(|part| part.factor).product();
    let score = score.filter(|score| score.is_finite());
    let unknown = parts.iter().filter(|part| part.factor.is_none());
    let mut missing: Vec<String> = unknown.map(|part| part.from.clone()).collect();
    if score.is_none() && missing.is_empty() {
        missing.push("score: too large to write; use smaller exponents".to_owned());
    }
    Ranked {
        rank: None,
        id: bet.id.value.clone(),
        title: bet.title.value.clone(),
        horizon: bet.horizon.value.clone(),
        stage: bet.stage.value,
        decide_by: bet.time_box.as_ref().map(|time_box| time_box.decide_by.value),
        score,
        missing,
        tied_with: Vec::new(),
        value,
        chance,
        data,
        cost,
    }
}

/// By score; of equal ones the one that is decided first, then by id.
fn best_first(a: &Ranked, b: &Ranked) -> std::cmp::Ordering {
    let day = |bet: &Ranked| bet.decide_by.unwrap_or(Date::MAX);
    let by_score = compared(b).total_cmp(&compared(a));
    by_score.then(day(a).cmp(&day(b))).then(a.id.cmp(&b.id))
}

/// The score to nine digits: what differs after that is rounding, and a tie.
fn compared(bet: &Ranked) -> f64 {
    let score = bet.score.unwrap_or_default();
    format!("{score:.8e}").parse().unwrap_or(score)
}

fn is_tie(a: &Ranked, b: &Ranked) -> bool {
    compared(a).total_cmp(&compared(b)).is_eq()
}

/// Gives equal scores the same rank.
fn rank(ranked: &mut [Ranked]) {
    let mut before = 0;
    for group in ranked.chunk_by_mut(is_tie) {
        let ids: Vec<String> = group.iter().map(|bet| bet.id.clone()).collect();
        for bet in group.iter_mut() {
            bet.rank = Some(before + 1);
            bet.tied_with = ids.iter().filter(|id| **id != bet.id).cloned().collect();
        }
        before += ids.len();
    }
}

impl View for Order {
    fn page(&self) -> Page {
        let mut page = Page::default().heading(1, format!("Order on {}", self.today));
        page = page.paragraph(self.formula());
        page = match self.ranked.as_slice() {
            [] => page.paragraph("No bet has a score yet."),
            ranked => page.table(scores(ranked)).list(ties(ranked)),
        };
        if !self.ranked.is_empty() {
            page = page.heading(2, "Where the parts come from").list(sources(&self.ranked));
        }
        if !self.apart.is_empty() {
            page = page.heading(2, "Without a score").list(gaps(&self.apart));
        }
        ribs::on(page, &self.ribs)
    }
}

impl Order {
    fn formula(&self) -> String {
        let Exponents { value, chance, data, cost } = self.exponents;
        format!(
            "score = value^{value} × chance^{chance} × (1 + data)^{data} ÷ cost^{cost}. Value: {}. \
             Cost: {}. Set the exponents under `[policy.order]`.",
            self.value_in, self.cost_in
        )
    }
}

fn scores(ranked: &[Ranked]) -> Table {
    let shown = |part: &Part| part.value.map_or("any".to_owned(), |value| number::value(value, ""));
    let row = |bet: &Ranked| {
        let rank = bet.rank.map(|rank| rank.to_string()).unwrap_or_default();
        vec![
            if bet.tied_with.is_empty() { rank } else { format!("={rank}") },
            bet.id.clone(),
            format!("{} {}", bet.horizon, bet.stage),
            bet.score.map_or("-".to_owned(), score),
            shown(&bet.value),
            bet.chance.value.map_or("any".to_owned(), number::chance),
            bet.data.value.map_or("any".to_owned(), |share| number::value(share, "share")),
            shown(&bet.cost),
            bet.title.clone(),
        ]
    };
    Table::new(&["#", "bet", "stage", "score", "value", "chance", "data", "cost", "title"])
        .numbers(&[0, 3, 4, 5, 6, 7])
        .rows(ranked.iter().map(row))
}

/// Three digits that say something.
fn score(score: f64) -> String {
    match score {
        score if !(0.001..1e6).contains(&score) && score != 0.0 => format!("{score:.2e}"),
        score if score < 1.0 => format!("{score:.3}"),
        score if score < 10.0 => format!("{score:.2}"),
        score => number::value(score, ""),
    }
}

fn ties(ranked: &[Ranked]) -> Vec<String> {
    let groups = ranked.chunk_by(|a, b| a.rank == b.rank).filter(|group| group.len() > 1);
    let tie = |group: &[Ranked]| {
        let ids: Vec<String> = group.iter().map(|bet| format!("`{}`", bet.id)).collect();
        format!("{} have the same score; they stand by `decide_by`, then by id", listed(&ids))
    };
    groups.map(tie).collect()
}

/// The longest list that is spelt out.
const LISTED_AT_MOST: usize = 4;

/// "a, b and c", or "a, b, c and 20 more"; of one name at least.
fn listed(names: &[String]) -> String {
    let shown = if names.len() > LISTED_AT_MOST { LISTED_AT_MOST - 1 } else { names.len() - 1 };
    let last = match names.len() - shown {
        1 => names[shown].clone(),
        more => format!("{more} more"),
    };
    if shown == 0 { last } else { format!("{} and {last}", names[..shown].join(", ")) }
}

fn sources(ranked: &[Ranked]) -> Vec<String> {
    let of = |bet: &Ranked| {
        let parts = [&bet.value, &bet.chance, &bet.data, &bet.cost];
        let parts: Vec<&str> = parts.iter().map(|part| part.from.as_str()).collect();
        format!("`{}`: {}", bet.id, parts.join("; "))
    };
    ranked.iter().map(of).collect()
}

fn gaps(apart: &[Ranked]) -> Vec<String> {
    apart.iter().map(|bet| format!("`{}`: {}", bet.id, bet.missing.join("; "))).collect()
}
