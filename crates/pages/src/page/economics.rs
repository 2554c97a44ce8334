//! Economics: what a use costs by bet, model and tier, against budgets, and what is left of the revenue as use grows.

use std::collections::BTreeMap;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::Bet;
use trueup_roadmap::bet::Stage;
use trueup_verdict::currency;
use trueup_verdict::report::CriterionReport;
use trueup_views::sourcing::{BetSourcing, Load, Sourcings, Way, against, inverts, sourcing};

use super::Page;
use crate::chart::{At, Figure, Line, curve};
use crate::evidence::{SPANS, Spending, Spent};
use crate::filters;
use crate::frame::{Frame, Section};
use crate::said;
use crate::snapshot::{Snapshot, measured};

/// Rows of spending on the page; the JSON holds all.
const ROWS: usize = 60;

/// Ways of one bet in one picture; the table has all.
const WAYS: usize = 3;

/// What it costs and what it brings.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "economics.html")]
pub struct EconomicsPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    /// Bets that are not over.
    pub bets: Vec<BetCost>,
    /// Over how many days, up to today, spending is asked for.
    pub days: u16,
    /// What uses cost over these days; `null` where it could not be read.
    pub spending: Option<Spending>,
    /// Why it could not be read.
    pub unread: Option<String>,
    pub sourcing: Sourcings,
    /// Bets of the roadmap by what they are called: telemetry may name others.
    #[serde(skip)]
    #[schemars(skip)]
    known: BTreeMap<String, String>,
}

/// What a use of one bet costs against what it may cost.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BetCost {
    pub bet: String,
    pub title: String,
    pub stage: Stage,
    /// What its money is in.
    pub currency: String,
    /// The most that a use may cost while the value is not proven.
    pub at_most: Option<f64>,
    /// The most that it may cost once all goals are met.
    pub proven_at_most: Option<f64>,
    /// What a use brings.
    pub revenue: Option<f64>,
    pub per_interaction: Option<CriterionReport>,
    pub per_accepted: Option<CriterionReport>,
    /// Of the cap, what a use takes of it: 1 is all.
    pub used: Option<f64>,
    pub interactions: u64,
    /// The share of them that carries a price in the bet's currency; `null` without any.
    pub priced: Option<f64>,
    pub cost_by: Option<String>,
    pub value_by: Option<String>,
}

impl EconomicsPage {
    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        (days, spending): (u16, Result<Spending, String>),
    ) -> EconomicsPage {
        let bets = trueup_views::harness::running(&snapshot.roadmap().bets);
        let (spending, unread) = match spending {
            Ok(spending) => (Some(spending), None),
            Err(why) => (None, Some(why)),
        };
        let sourcing = sourcing(&snapshot.seen(), None);
        EconomicsPage {
            frame,
            bets: bets.map(|bet| bet_cost(snapshot, bet)).collect(),
            days,
            spending,
            unread,
            sourcing: sourcing.expect("no bet is named that could be unknown"),
            known: snapshot.roadmap().bets.iter().map(called).collect(),
        }
    }

    fn is_known(&self, bet: &str) -> bool {
        self.known.contains_key(bet)
    }

    fn title<'a>(&'a self, bet: &'a str) -> &'a str {
        self.known.get(bet).map_or(bet, String::as_str)
    }

    fn section(&self) -> Section {
        Section::Economics
    }

    /// What the ways of a bet cost a month as its use grows, beside what it brings: the chosen way first.
    fn growth(&self, of: &BetSourcing) -> Figure {
        let chosen = of.ways.iter().filter(|way| way.is_chosen);
        let others = of.ways.iter().filter(|way| !way.is_chosen);
        let mut lines: Vec<Line> = chosen.chain(others).take(WAYS).map(cost_line).collect();
        lines.extend(revenue_line(of));
        let up = ("money a month", of.currency.as_str());
        let (id, title) = (format!("cost-{}", of.id), "Money a month as use grows");
        if of.loads.len() < 2 {
            let why =
                "One load is no growth: add more `loads` under `[cost]`, for example 2 and 5.";
            return Figure::without(&id, title, why);
        }
        curve(&id, title, ("times today's use", "×"), up, &lines, None)
    }

    /// What cost most first, and how many more there are.
    fn spent(&self) -> (Vec<&Spent>, usize) {
        let rows = self.spending.iter().flat_map(|spending| &spending.rows);
        let mut rows: Vec<&Spent> = rows.collect();
        let cost = |row: &Spent| row.cost.unwrap_or(f64::NEG_INFINITY);
        rows.sort_by(|one, other| cost(other).total_cmp(&cost(one)));
        let left = rows.len().saturating_sub(ROWS);
        rows.truncate(ROWS);
        (rows, left)
    }

    /// What was spent in each currency, with how many uses carry no price.
    fn totals(&self) -> Vec<Total> {
        let rows = self.spending.iter().flat_map(|spending| &spending.rows);
        let mut totals: Vec<Total> = Vec::new();
        for row in rows {
            let Some((cost, currency)) = row.cost.zip(row.currency.as_ref()) else { continue };
            match totals.iter_mut().find(|total| total.currency == *currency) {
                Some(total) => {
                    total.cost += cost;
                    total.interactions += row.interactions.saturating_sub(row.unpriced);
                }
                None => totals.push(Total {
                    currency: currency.clone(),
                    cost,
                    interactions: row.interactions.saturating_sub(row.unpriced),
                }),
            }
        }
        totals
    }

    /// How many uses there were, and how many of them carry no price.
    fn unpriced(&self) -> (u64, u64) {
        let rows = || self.spending.iter().flat_map(|spending| &spending.rows);
        (rows().map(|row| row.interactions).sum(), rows().map(|row| row.unpriced).sum())
    }
}

/// What a way costs at a load.
fn at<'a>(way: &'a Way, load: &f64) -> Option<&'a Load> {
    way.loads.iter().find(|at| at.load.to_bits() == load.to_bits())
}

/// True where a way costs something once, whatever the use.
fn has_once(of: &BetSourcing) -> bool {
    of.ways.iter().any(|way| way.once.is_some())
}

fn called(bet: &Bet) -> (String, String) {
    (bet.id.value.clone(), bet.title.value.clone())
}

/// What was spent in one currency.
struct Total {
    currency: String,
    cost: f64,
    /// Uses that carry a price.
    interactions: u64,
}

fn cost_line(way: &Way) -> Line {
    let points = way.loads.iter().map(|at| at_load(at.load, at.cost_month)).collect();
    let chosen = if way.is_chosen { " (chosen)" } else { "" };
    Line { name: format!("{}{chosen}", way.kind), points, is_stepped: false }
}

/// What the bet brings at each load, where that is known.
fn revenue_line(of: &BetSourcing) -> Option<Line> {
    let month = of.interactions_month? * of.revenue_per_interaction?;
    let points = of.loads.iter().map(|load| at_load(*load, Some(month * load))).collect();
    Some(Line { name: "it brings".to_owned(), points, is_stepped: false })
}

fn at_load(load: f64, money: Option<f64>) -> At {
    At { x: load, y: money, low: None, high: None }
}

fn bet_cost(snapshot: &Snapshot, bet: &Bet) -> BetCost {
    let (policy, cost) = (&snapshot.roadmap().policy, bet.cost.as_ref());
    let judged = snapshot.judged(&bet.id.value);
    let per_interaction =
        judged.and_then(|judged| measured(judged, "cost_per_interaction")).cloned();
    let at_most = cost.and_then(|cost| cost.per_interaction_at_most);
    let proven_at_most = cost.and_then(|cost| cost.proven_at_most);
    let estimate = per_interaction.as_ref().and_then(|row| row.estimate);
    BetCost {
        bet: bet.id.value.clone(),
        title: bet.title.value.clone(),
        stage: bet.stage.value,
        currency: currency::of(bet, policy).to_owned(),
        used: estimate.zip(at_most).filter(|(_, most)| *most > 0.0).map(|(cost, most)| cost / most),
        at_most,
        proven_at_most,
        revenue: cost.and_then(|cost| cost.revenue_per_interaction),
        per_accepted: judged.and_then(|judged| measured(judged, "cost_per_accepted")).cloned(),
        per_interaction,
        interactions: judged.map(|judged| judged.evidence.interactions).unwrap_or_default(),
        priced: judged.and_then(|judged| judged.evidence.priced),
        cost_by: cost.and_then(|cost| cost.cost_by.as_ref()).map(|id| id.value.clone()),
        value_by: cost.and_then(|cost| cost.value_by.as_ref()).map(|id| id.value.clone()),
    }
}

impl Page for EconomicsPage {}
