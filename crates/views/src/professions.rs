//! Professions by how well they suit to be served next, each part of the rank in sight.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::workflow::{Mark, WorkStage};
use trueup_roadmap::{Bet, Workflow};

use crate::capabilities::percent;
use crate::harness::{running, thinness};
use crate::page::{Page, Table, View};
use crate::seen::Seen;

/// Workflows, best first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Professions {
    pub today: Date,
    /// Those with a missing part come last.
    pub workflows: Vec<Ranked>,
}

/// A workflow and the parts of its rank.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Ranked {
    pub id: String,
    pub profession: String,
    /// The mean of the five parts, a mark `m` counting (m − 1) ÷ 4; `null` where one is missing.
    pub score: Option<f64>,
    /// The share of the working time that bets which are not over serve.
    pub coverage: Option<f64>,
    /// The part of that which bets in pilot or live serve.
    pub in_use: Option<f64>,
    /// Of the components of the bets that serve it, the share that is no harness.
    pub thinness: Option<f64>,
    /// 1 to 5.
    pub data: Option<u8>,
    /// 1 to 5.
    pub boundaries: Option<u8>,
    /// 1 to 5.
    pub tolerance: Option<u8>,
    /// What must be written before it can be ranked.
    pub missing: Vec<String>,
    pub bets: Vec<String>,
    /// The longest stage that no bet serves.
    pub next: Option<Next>,
}

/// A stage to serve next.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Next {
    pub stage: String,
    pub what: String,
    /// As written, for example `6h`.
    pub time: Option<String>,
    pub magic: Option<String>,
}

/// Ranks the workflows.
#[must_use]
pub fn professions(seen: &Seen<'_>) -> Professions {
    let workflows = seen.roadmap.workflows.iter();
    let mut workflows: Vec<Ranked> = workflows.map(|workflow| ranked(seen, workflow)).collect();
    let score = |one: &Ranked| one.score.unwrap_or(f64::NEG_INFINITY);
    workflows.sort_by(|one, other| {
        let missing = one.missing.len().cmp(&other.missing.len());
        missing.then(score(other).total_cmp(&score(one))).then(one.id.cmp(&other.id))
    });
    Professions { today: seen.today, workflows }
}

fn ranked(seen: &Seen<'_>, workflow: &Workflow) -> Ranked {
    let bets: Vec<&Bet> =
        running(&seen.roadmap.bets).filter(|bet| serves(bet, workflow, None)).collect();
    let used: Vec<&Bet> =
        bets.iter().copied().filter(|bet| bet.stage.value >= Stage::Pilot).collect();
    let mark = |mark: &Option<Mark>| mark.as_ref().map(|mark| mark.mark);
    let mut ranked = Ranked {
        id: workflow.id.value.clone(),
        profession: workflow.profession.value.clone(),
        score: None,
        coverage: coverage(workflow, &bets),
        in_use: coverage(workflow, &used),
        thinness: thinness(bets.iter().copied()).share,
        data: mark(&workflow.data),
        boundaries: mark(&workflow.boundaries),
        tolerance: mark(&workflow.tolerance),
        missing: Vec::new(),
        next: next(workflow, &bets),
        bets: bets.iter().map(|bet| bet.id.value.clone()).collect(),
    };
    (ranked.score, ranked.missing) = score(&ranked);
    ranked
}

/// True when the bet serves the workflow, or that one stage of it.
#[must_use]
pub fn serves(bet: &Bet, workflow: &Workflow, stage: Option<&WorkStage>) -> bool {
    let served = bet.workflow.as_ref().and_then(|named| named.value.split_once('/'));
    served.is_some_and(|(id, part)| {
        id == workflow.id.value && stage.is_none_or(|stage| part == stage.id.value)
    })
}

/// Served time ÷ all time. `None` while a stage does not say how long it takes.
fn coverage(workflow: &Workflow, bets: &[&Bet]) -> Option<f64> {
    let (mut served, mut all) = (0.0, 0.0);
    for stage in &workflow.stages {
        let hours = stage.time.as_ref()?.hours;
        all += hours;
        if bets.iter().any(|bet| serves(bet, workflow, Some(stage))) {
            served += hours;
        }
    }
    (all > 0.0).then(|| served / all)
}

fn score(ranked: &Ranked) -> (Option<f64>, Vec<String>) {
    let share = |mark: Option<u8>| mark.map(|mark| f64::from(mark.saturating_sub(1)) / 4.0);
    let parts = [
        ("`time` of each stage", ranked.coverage),
        ("`component` of the bets that serve it", ranked.thinness),
        ("`data`", share(ranked.data)),
        ("`boundaries`", share(ranked.boundaries)),
        ("`tolerance`", share(ranked.tolerance)),
    ];
    let missing = parts.iter().filter(|(_, part)| part.is_none());
    let missing = missing.map(|(name, _)| (*name).to_owned()).collect();
    let known: Option<Vec<f64>> = parts.iter().map(|(_, part)| *part).collect();
    (known.map(|known| known.iter().sum::<f64>() / known.len() as f64), missing)
}

fn next(workflow: &Workflow, bets: &[&Bet]) -> Option<Next> {
    let free = workflow.stages.iter();
    let free = free.filter(|stage| !bets.iter().any(|bet| serves(bet, workflow, Some(stage))));
    let hours = |stage: &WorkStage| stage.time.as_ref().map_or(0.0, |time| time.hours);
    let longest = free.reduce(|most, one| if hours(one) > hours(most) { one } else { most })?;
    Some(Next {
        stage: longest.id.value.clone(),
        what: longest.what.clone(),
        time: longest.time.as_ref().map(|time| time.text.clone()),
        magic: longest.magic.clone(),
    })
}

impl View for Professions {
    fn page(&self) -> Page {
        let page = Page::default().heading(1, format!("Professions on {}", self.today));
        if self.workflows.is_empty() {
            return page.paragraph("No workflows yet: add `workflows/ID.toml`.");
        }
        let missing = self.workflows.iter().filter(|ranked| !ranked.missing.is_empty());
        let missing = missing.map(|r| format!("`{}`: {}", r.id, r.missing.join(", "))).collect();
        let page = page.table(ranks(&self.workflows));
        let page = page.heading(2, "serve next").list(self.workflows.iter().map(serve).collect());
        if self.workflows.iter().all(|ranked| ranked.missing.is_empty()) {
            return page;
        }
        page.heading(2, "missing, and so ranked last").list(missing)
    }
}

fn ranks(workflows: &[Ranked]) -> Table {
    let names = [
        "rank",
        "workflow",
        "profession",
        "score",
        "coverage",
        "in use",
        "thinness",
        "data",
        "borders",
        "tolerance",
    ];
    let share = |share: Option<f64>| share.map_or("missing".to_owned(), percent);
    let mark = |mark: Option<u8>| mark.map_or("missing".to_owned(), |mark| mark.to_string());
    let row = |(at, one): (usize, &Ranked)| {
        vec![
            (at + 1).to_string(),
            one.id.clone(),
            one.profession.clone(),
            one.score.map_or("-".to_owned(), |score| format!("{score:.2}")),
            share(one.coverage),
            share(one.in_use),
            share(one.thinness),
            mark(one.data),
            mark(one.boundaries),
            mark(one.tolerance),
        ]
    };
    let numbers = [0, 3, 4, 5, 6, 7, 8, 9];
    Table::new(&names).rows(workflows.iter().enumerate().map(row)).numbers(&numbers)
}

fn serve(ranked: &Ranked) -> String {
    let Some(next) = &ranked.next else {
        return format!("`{}`: every stage is served", ranked.id);
    };
    let time = next.time.as_ref().map(|time| format!(", {time}")).unwrap_or_default();
    let magic = next.magic.as_ref().map(|magic| format!("; magic: {magic}")).unwrap_or_default();
    format!("`{}/{}`: {}{time}{magic}", ranked.id, next.stage, next.what)
}
