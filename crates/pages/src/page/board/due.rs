//! What needs somebody today: a decision, a signature, a look.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::Bet;
use trueup_roadmap::bet::Stage;
use trueup_verdict::report::{BetReport, Weight, Word};

use crate::link;
use crate::page::bet::time_left;
use crate::snapshot::Snapshot;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Due {
    pub bet: String,
    pub title: String,
    /// What is asked of people: `Decide`, `Sign`, `Look`.
    pub act: String,
    pub why: String,
    /// Where it is done, or looked at.
    pub page: String,
    /// True where the page changes something.
    pub is_change: bool,
}

pub(super) fn due(snapshot: &Snapshot) -> Vec<Due> {
    let running = snapshot.roadmap().bets.iter().filter(|bet| bet.stage.value <= Stage::Live);
    let of = |bet: &Bet| {
        let judged = snapshot.judged(&bet.id.value);
        let first = decision(snapshot, bet, judged).or_else(|| signature(bet));
        first.or_else(|| judged.and_then(|judged| alarm(bet, judged)))
    };
    let mut due: Vec<Due> = running.filter_map(of).collect();
    due.sort_by_key(|due| ["Decide", "Sign", "Look"].iter().position(|act| *act == due.act));
    due
}

/// A verdict that ends a pilot, or a time-box that is over.
fn decision(snapshot: &Snapshot, bet: &Bet, judged: Option<&BetReport>) -> Option<Due> {
    let is_pilot = bet.stage.value < Stage::Live;
    let over =
        bet.time_box.as_ref().is_some_and(|time_box| time_box.decide_by.value <= snapshot.today());
    if over && is_pilot {
        let late = time_left(snapshot, bet)?;
        return Some(to(bet, "Decide", &format!("its time-box: {}", late.value), "/decide"));
    }
    let judged = judged?;
    let word = judged.verdict.filter(|word| match word {
        Word::Ship | Word::Learned => is_pilot,
        Word::Kill | Word::Pivot => true,
        Word::Continue => false,
    })?;
    Some(to(
        bet,
        "Decide",
        &format!("the verdict is {}: {}", word.name(), judged.because),
        "/decide",
    ))
}

fn signature(bet: &Bet) -> Option<Due> {
    let gate = bet.graduation().filter(|_| bet.stage.value == Stage::Pilot)?;
    if gate.is_signed() {
        return None;
    }
    let why = match gate.signature {
        Some(_) => format!("the criteria of `{}` changed after they were signed", gate.name.value),
        None => format!("`{}` is not signed by both sides", gate.name.value),
    };
    Some(to(bet, "Sign", &why, "/sign"))
}

/// The strongest reason that policy counts as bad news.
fn alarm(bet: &Bet, judged: &BetReport) -> Option<Due> {
    let mut strong =
        judged.reasons.iter().filter(|reason| reason.deny && reason.weight >= Weight::Strong);
    let reason = strong.next()?;
    Some(to(bet, "Look", &reason.text, ""))
}

fn to(bet: &Bet, act: &str, why: &str, form: &str) -> Due {
    let id = bet.id.value.clone();
    let page = format!("/bets/{}{form}", link::part(&id));
    let title = bet.title.value.clone();
    Due {
        bet: id,
        title,
        act: act.to_owned(),
        why: why.to_owned(),
        page,
        is_change: !form.is_empty(),
    }
}
