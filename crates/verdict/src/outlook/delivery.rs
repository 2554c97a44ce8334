//! When what is open will be decided, from the team's own pace.
//!
//! The unit is a bet that came to a decision: it went live or ended. That is what the history of the
//! roadmap holds without anybody's estimate; criteria and tasks it does not.

use jiff::ToSpan;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::{Bet, History, Roadmap};
use trueup_stats::delivery::Throughput;

use super::Dates;
use crate::question::has_ended;
use crate::span;

/// Fewer decisions than this tell nothing of a pace. Ours.
pub const DECIDED_AT_LEAST: u32 = 5;

/// The team's pace and what follows from it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Delivery {
    /// Full weeks that the history covers.
    pub weeks: u32,
    /// Oldest first.
    pub decided: Vec<Decided>,
    /// Bets with a time-box that are neither live nor over.
    pub open: u32,
    /// Decisions that a forecast takes at least.
    pub needed: u32,
    /// When all that is open will be decided; `null` without enough history.
    pub all: Option<Dates>,
    /// When the next one will be.
    pub next: Option<Dates>,
}

/// A bet that came to a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decided {
    pub bet: String,
    pub on: Date,
    /// The stage that it came to.
    pub stage: String,
    /// Days since its time-box started.
    pub days: Option<i64>,
    /// Days after `decide_by`; negative when it came before.
    pub late: Option<i64>,
}

pub(super) fn delivery(roadmap: &Roadmap, history: Option<&History>, today: Date) -> Delivery {
    let is_open = |bet: &&Bet| {
        bet.time_box.is_some() && bet.stage.value != Stage::Live && !has_ended(bet.stage.value)
    };
    let open = roadmap.bets.iter().filter(is_open).count();
    let open = u32::try_from(open).unwrap_or(u32::MAX);
    let decided = history.map(|history| decided(history, today)).unwrap_or_default();
    let finished = history.map(|history| by_week(history, &decided, today)).unwrap_or_default();
    let enough = decided.len() >= DECIDED_AT_LEAST as usize;
    let pace = Throughput::of(&finished).filter(|_| enough);
    let when = |items: u32| {
        let pace = pace.as_ref().filter(|_| items > 0)?;
        let date = |chance| {
            let weeks = pace.weeks_until(items, chance)?;
            today.checked_add(i64::from(weeks).weeks()).ok()
        };
        Some(Dates { p50: date(0.5)?, p85: date(0.85)? })
    };
    Delivery {
        weeks: u32::try_from(finished.len()).unwrap_or(u32::MAX),
        open,
        needed: DECIDED_AT_LEAST,
        all: when(open),
        next: when(open.min(1)),
        decided,
    }
}

/// Bets that were seen before their decision and after it.
fn decided(history: &History, today: Date) -> Vec<Decided> {
    let mut all: Vec<Decided> =
        history.bets.keys().filter_map(|id| first_decision(history, id)).collect();
    all.retain(|one| one.on <= today);
    all.sort_by(|one, other| (one.on, &one.bet).cmp(&(other.on, &other.bet)));
    all
}

fn first_decision(history: &History, id: &str) -> Option<Decided> {
    let mut before: Option<&Bet> = None;
    for version in history.bet(id) {
        let Some(bet) = version.entity.as_ref() else { continue };
        let stage = bet.stage.value;
        let came = stage == Stage::Live || has_ended(stage);
        if let Some(open) = before.filter(|_| came) {
            let on = history.revision(version).on;
            let time_box = open.time_box.as_ref().or(bet.time_box.as_ref());
            return Some(Decided {
                bet: id.to_owned(),
                on,
                stage: stage.name().to_owned(),
                days: time_box.map(|time_box| span::days_between(time_box.starts, on)),
                late: time_box.map(|time_box| span::days_between(time_box.decide_by.value, on)),
            });
        }
        if came {
            // It was decided before it was written down.
            return None;
        }
        before = Some(bet);
    }
    None
}

/// Decisions in each full week of the history, ending today.
fn by_week(history: &History, decided: &[Decided], today: Date) -> Vec<u32> {
    let Some(first) = history.revisions.first().map(|revision| revision.on) else {
        return Vec::new();
    };
    let weeks = usize::try_from(span::days_between(first, today) / 7).unwrap_or_default();
    let mut finished = vec![0; weeks];
    for one in decided {
        let week = usize::try_from(span::days_between(one.on, today) / 7).unwrap_or(usize::MAX);
        if let Some(count) = finished.get_mut(week) {
            *count += 1;
        }
    }
    finished
}
