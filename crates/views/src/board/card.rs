//! A bet in short.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::{Stage, Track};
use trueup_roadmap::{Bet, Severity};
use trueup_verdict::report::Word;

use super::milestone::{self, Milestone};
use crate::page::Table;
use crate::seen::Seen;

/// A bet in short.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Card {
    pub id: String,
    pub title: String,
    pub stage: Stage,
    pub track: Option<Track>,
    /// `null` without evidence.
    pub verdict: Option<Word>,
    /// Its gates, in the order written: milestones have criteria, not dates.
    pub milestones: Vec<Milestone>,
    pub decide_by: Option<Date>,
    /// Negative when it is past.
    pub days_left: Option<i32>,
    /// Distinct P codes, from the text or the evidence.
    pub purgatory: Vec<String>,
    pub errors: usize,
    pub warnings: usize,
}

pub(super) fn card(seen: &Seen<'_>, bet: &Bet) -> Card {
    let judged = seen.judged(&bet.id.value);
    let own = || seen.diagnostics.iter().filter(|found| found.place.path == bet.place.path);
    let count = |severity| own().filter(|found| found.severity == severity).count();
    let decide_by = bet.time_box.as_ref().map(|time_box| time_box.decide_by.value);
    Card {
        id: bet.id.value.clone(),
        title: bet.title.value.clone(),
        stage: bet.stage.value,
        track: bet.track.as_ref().map(|track| track.value),
        verdict: judged.and_then(|judged| judged.verdict),
        milestones: milestone::milestones(bet, judged),
        decide_by,
        days_left: decide_by.map(|day| (day - seen.today).get_days()),
        purgatory: purgatory(seen, bet),
        errors: count(Severity::Deny),
        warnings: count(Severity::Warn),
    }
}

/// The distinct P codes of text and evidence.
fn purgatory(seen: &Seen<'_>, bet: &Bet) -> Vec<String> {
    let judged = seen.judged(&bet.id.value).map(|judged| judged.purgatory.codes.as_slice());
    let own = seen.diagnostics.iter().filter(|found| found.place.path == bet.place.path);
    let own = own.filter(|found| found.code.starts_with('P')).map(|found| found.code.to_owned());
    let mut codes: Vec<String> = judged.unwrap_or_default().iter().cloned().chain(own).collect();
    codes.sort();
    codes.dedup();
    codes
}

pub(super) fn table(bets: &[Card]) -> Table {
    let row = |card: &Card| {
        vec![
            card.id.clone(),
            track(card),
            card.verdict.map_or("-", Word::name).to_owned(),
            milestone::in_short(&card.milestones),
            time_left(card),
            stuck(&card.purgatory),
            found(card),
            card.title.clone(),
        ]
    };
    let columns =
        ["bet", "stage, track", "verdict", "gates", "decide by", "purgatory", "check", "title"];
    Table::new(&columns).rows(bets.iter().map(row))
}

fn track(card: &Card) -> String {
    card.track.map_or_else(|| card.stage.to_string(), |track| format!("{}, {track}", card.stage))
}

fn time_left(card: &Card) -> String {
    match (card.decide_by, card.days_left) {
        (Some(day), _) if card.stage == Stage::Live => format!("{day}, live"),
        (Some(day), Some(0)) => format!("{day}, today"),
        (Some(day), Some(left)) if left < 0 => format!("{day}, {}d over", -left),
        (Some(day), Some(left)) => format!("{day}, {left}d left"),
        _ => "no time-box".to_owned(),
    }
}

fn stuck(codes: &[String]) -> String {
    match codes {
        [] => "clear".to_owned(),
        [code] => format!("watch: {code}"),
        codes => format!("in it: {}", codes.join(" ")),
    }
}

fn found(card: &Card) -> String {
    match (card.errors, card.warnings) {
        (0, 0) => "ok".to_owned(),
        (errors, 0) => format!("{errors}✖"),
        (0, warnings) => format!("{warnings}▲"),
        (errors, warnings) => format!("{errors}✖ {warnings}▲"),
    }
}
