//! Pilots that never end: no gate (P01), moved goalposts (P02), overdue (P03).

use trueup_roadmap::Gate;
use trueup_roadmap::bet::Stage;

use super::reason;
use crate::facts::Facts;
use crate::number;
use crate::plan::measured;
use crate::report::{Reason, Weight};

pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    [no_gate(facts), moved_goalposts(facts), overdue(facts)].into_iter().flatten().collect()
}

/// P01. A signature under other criteria is S03: somebody did sign.
fn no_gate(facts: &Facts) -> Option<Reason> {
    if facts.bet().stage.value != Stage::Pilot {
        return None;
    }
    let text = match facts.gate {
        None => "a pilot without a gate: nothing was agreed that could end it".to_owned(),
        Some(_) if measured(facts.bet()).next().is_none() => {
            "a pilot whose gate measures nothing".to_owned()
        }
        Some(gate) => unsigned(gate)?,
    };
    Some(reason("P01", Weight::Strong, text))
}

fn unsigned(gate: &Gate) -> Option<String> {
    let Some(signature) = &gate.signature else {
        return Some("a pilot whose criteria nobody has signed".to_owned());
    };
    let there = signature.missing()?.other().spoken();
    Some(format!("a pilot whose criteria are signed by {there} only"))
}

/// P02. Every move is named: when, by whom, from what to what.
fn moved_goalposts(facts: &Facts) -> Option<Reason> {
    let starts = facts.bet().time_box.as_ref()?.starts;
    let moves: Vec<String> = facts
        .moves
        .iter()
        .filter(|moved| moved.on >= starts)
        .map(|moved| format!("on {} by {}: {}", moved.on, moved.by, moved.what))
        .collect();
    if moves.is_empty() {
        return None;
    }
    let times = number::counted(moves.len() as u64, "time", "times");
    let text = format!("the criteria moved {times} since {starts}: {}", moves.join("; "));
    Some(reason("P02", Weight::Strong, text))
}

/// P03. On the day itself the evidence may still decide.
fn overdue(facts: &Facts) -> Option<Reason> {
    let late = facts.ground.days_left().filter(|left| *left < 0)?.unsigned_abs();
    let decide_by = facts.bet().time_box.as_ref()?.decide_by.value;
    let days = number::counted(late, "day", "days");
    Some(reason("P03", Weight::Strong, format!("{days} past {decide_by}, its day of decision")))
}
