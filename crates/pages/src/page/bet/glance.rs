//! A bet at a glance: stage, time left, chance, cost against its cap, evidence, purgatory, signatures.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::{Bet, Spanned};
use trueup_verdict::report::BetReport;
use trueup_verdict::{currency, number};

use super::{BetPage, Reading, name_of};
use crate::said;
use crate::snapshot::{Snapshot, measured};

/// What one interaction costs.
pub(in crate::page) const COST: &str = "cost_per_interaction";

/// One thing to see first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Glance {
    pub name: String,
    pub value: String,
    /// What belongs to it: an interval, n, a day.
    pub more: String,
    /// The path of what explains it.
    pub page: Option<String>,
}

fn glance_at(name: &str, value: impl Into<String>, more: impl Into<String>) -> Glance {
    Glance { name: name.to_owned(), value: value.into(), more: more.into(), page: None }
}

pub(super) fn glance(snapshot: &Snapshot, bet: Option<&Bet>, page: &BetPage) -> Vec<Glance> {
    let judged = page.judged.as_ref();
    let parts = [
        bet.map(|bet| stage(snapshot, bet)),
        bet.and_then(|bet| time_left(snapshot, bet)),
        judged.and_then(chance),
        bet.map(|bet| cost(snapshot, bet, judged)),
        bet.and_then(|bet| owners(snapshot, bet)),
        Some(evidence(judged)),
        Some(purgatory(page)),
        signatures(page),
    ];
    parts.into_iter().flatten().collect()
}

fn stage(snapshot: &Snapshot, bet: &Bet) -> Glance {
    let since = snapshot.history.as_ref().and_then(|history| history.stands_since(bet));
    let since = since.map(|day| format!("since {day}"));
    let horizon = snapshot.roadmap().horizons.get(&bet.horizon.value);
    let horizon = horizon.map_or(&bet.horizon.value, |horizon| &horizon.name);
    let track = bet.track.as_ref().map(|track| format!("{} track", track.value));
    let more: Vec<String> = since.into_iter().chain([horizon.clone()]).chain(track).collect();
    glance_at("Stage", bet.stage.value.to_string(), more.join(", "))
}

pub(in crate::page) fn time_left(snapshot: &Snapshot, bet: &Bet) -> Option<Glance> {
    let time_box = bet.time_box.as_ref().filter(|_| bet.stage.value < Stage::Live)?;
    let decide_by = time_box.decide_by.value;
    let more = format!("decide by {decide_by}; if undecided: {}", time_box.if_undecided);
    Some(glance_at("Time-box", said::days_left(snapshot.today(), decide_by), more))
}

/// Who answers for it, on both sides.
fn owners(snapshot: &Snapshot, bet: &Bet) -> Option<Glance> {
    let owners = bet.owners.as_ref()?;
    let name = |id: &Option<Spanned<String>>| {
        id.as_ref().map_or_else(|| "nobody".to_owned(), |id| name_of(snapshot.roadmap(), &id.value))
    };
    let model = format!("R&D: {}", name(&owners.model));
    Some(glance_at("Product owner", name(&owners.product), model))
}

fn chance(judged: &BetReport) -> Option<Glance> {
    let forecast = judged.forecast.as_ref()?;
    let by = judged.time_box.as_ref().map(|time_box| format!(" by {}", time_box.decide_by));
    let by = by.unwrap_or_default();
    let more = format!("that all criteria are met{by}, if use goes on as before: no promise");
    Some(glance_at("Chance", number::chance(forecast.chance), more))
}

/// What an interaction costs today, beside what it may cost.
pub(in crate::page) fn cost(snapshot: &Snapshot, bet: &Bet, judged: Option<&BetReport>) -> Glance {
    let currency = currency::of(bet, &snapshot.roadmap().policy);
    let cap = bet.cost.as_ref().and_then(|cost| cost.per_interaction_at_most);
    let cap = cap.map_or_else(
        || "no cap is set".to_owned(),
        |cap| format!("cap {}", number::limit(cap, currency)),
    );
    let found = judged.and_then(|judged| measured(judged, COST));
    let Some(found) = found else { return glance_at("Cost each", "unknown", cap) };
    let reading = Reading { found, bet: &bet.id.value, place: 0 };
    let more: Vec<String> = [reading.interval(), cap, reading.sample()].into();
    let more: Vec<String> = more.into_iter().filter(|part| !part.is_empty()).collect();
    Glance { page: reading.why(), ..glance_at("Cost each", reading.value(), more.join("; ")) }
}

fn evidence(judged: Option<&BetReport>) -> Glance {
    let Some(judged) = judged.filter(|judged| judged.evidence.interactions > 0) else {
        return glance_at("Evidence", "none yet", "nothing that names this bet was recorded");
    };
    let evidence = &judged.evidence;
    let value = number::counted(evidence.interactions, "interaction", "interactions");
    let priced = evidence.priced.map(|share| format!(", {} priced", number::value(share, "share")));
    let of = format!("of {}{}", number::units(evidence.units, "user"), priced.unwrap_or_default());
    glance_at("Evidence", value, of)
}

fn purgatory(page: &BetPage) -> Glance {
    let codes: Vec<&str> = page.stuck.iter().map(|code| code.name.as_str()).collect();
    match codes.len() {
        0 => glance_at("Purgatory", "clear", "nothing says that it is stuck"),
        1 => glance_at("Purgatory", "watch", codes.join(", ")),
        level => glance_at("Purgatory", format!("level {level}, stuck"), codes.join(", ")),
    }
}

/// The gate that the verdict rests on.
fn signatures(page: &BetPage) -> Option<Glance> {
    let gate = page.gates.iter().find(|gate| gate.decides)?;
    let people: Vec<&str> =
        [&gate.product, &gate.rd].into_iter().flatten().map(String::as_str).collect();
    let on = gate.on.map(|on| format!(" on {on}")).unwrap_or_default();
    let by =
        if people.is_empty() { String::new() } else { format!("{}{on}", people.join(" and ")) };
    Some(glance_at("Signatures", gate.state.word(), by))
}
