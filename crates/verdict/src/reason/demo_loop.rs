//! Better demos and no users (P04).

use trueup_roadmap::Note;
use trueup_roadmap::note::NoteKind;

use super::reason;
use crate::facts::Facts;
use crate::number;
use crate::report::{Reason, State, Weight};

/// Demos since the time-box started, while no criterion has any data. Without a store nothing is known.
pub(super) fn find(facts: &Facts) -> Vec<Reason> {
    let is_blank = !facts.criteria.is_empty()
        && facts.criteria.iter().all(|judged| judged.report.state == State::NoData);
    if !is_blank || facts.signals.interactions > 0 || !facts.ground.has_store() {
        return Vec::new();
    }
    let Some(starts) = facts.bet().time_box.as_ref().map(|time_box| time_box.starts) else {
        return Vec::new();
    };
    let today = facts.ground.today;
    let is_demo = |note: &&Note| {
        note.kind.value == NoteKind::Demo && (starts..=today).contains(&note.on.value)
    };
    let notes = facts.ground.roadmap.notes_about(&facts.bet().id.value);
    let demos: Vec<&Note> = notes.filter(is_demo).collect();
    let limit = facts.ground.roadmap.policy.demos_at_most;
    let Some(last) = demos.last().filter(|_| demos.len() as u64 > u64::from(limit)) else {
        return Vec::new();
    };
    let text = format!(
        "{} since {starts}, the last on {}, and 0 users: no criterion has data",
        number::counted(demos.len() as u64, "demo", "demos"),
        last.on
    );
    vec![reason("P04", Weight::Warning, text)]
}
