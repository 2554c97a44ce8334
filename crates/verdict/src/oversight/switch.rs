//! The log of the stop switch: who started, stopped or restarted a bet, when and why.
//!
//! It is read from what is there: notes of the kind `decision` about the bet (`trueup decide`), and
//! the stages that the history of its file went through. A change of stage that a decision of the
//! same day explains is told once.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::note::Decision;
use trueup_roadmap::{Bet, History, Note};

use super::Asked;

/// One start, stop or decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Switch {
    pub on: Date,
    pub what: What,
    /// As a person reads it.
    pub text: String,
    /// People of the roadmap, or the author of the commit.
    pub by: Vec<String>,
    /// Why, where it was said.
    pub why: Option<String>,
    /// `notes/ID.md`, or the commit.
    pub source: String,
}

/// What it means for those who use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It is in use from then on.
    Started,
    /// It is out of use from then on.
    Stopped,
    /// It changes nothing for them.
    Decided,
}

/// Oldest first; those after `now` are left out.
pub(super) fn switches(asked: &Asked<'_>) -> Vec<Switch> {
    let today = crate::span::today(asked.now);
    let id = &asked.bet.id.value;
    let notes = asked.roadmap.notes.iter().filter(|note| note.is_about(id));
    let mut switches: Vec<Switch> = notes.filter_map(|note| decided(asked, note)).collect();
    let said: Vec<Date> = switches.iter().map(|switch| switch.on).collect();
    let moves = asked.history.map(|history| moves(history, asked.bet)).unwrap_or_default();
    switches.extend(moves.into_iter().filter(|switch| !said.contains(&switch.on)));
    switches.retain(|switch| switch.on <= today);
    switches.sort_by(|one, other| (one.on, &one.source).cmp(&(other.on, &other.source)));
    switches
}

fn decided(asked: &Asked<'_>, note: &Note) -> Option<Switch> {
    let decision = note.decision.as_ref()?.value;
    let name = |id: &str| {
        asked.roadmap.people.get(id).map_or_else(|| id.to_owned(), |person| person.name.clone())
    };
    let (what, text) = match decision {
        Decision::Stop => (What::Stopped, "switched off"),
        Decision::Restart => (What::Started, "switched on again"),
        Decision::Ship => (What::Started, "went live"),
        Decision::Kill => (What::Stopped, "ended"),
        Decision::Pivot => (What::Stopped, "ended, another bet follows"),
        Decision::Learned => (What::Stopped, "ended, having taught what it should"),
        Decision::Retire => (What::Stopped, "taken out of service"),
        Decision::Continue => (What::Decided, "goes on"),
        Decision::Advance => (What::Decided, "entered the next stage"),
    };
    let why = note.body.split("\n\n").map(str::trim).find(|text| !text.is_empty());
    Some(Switch {
        on: note.on.value,
        what,
        text: text.to_owned(),
        by: note.by.iter().map(|by| name(&by.value)).collect(),
        why: why.map(|why| why.split_whitespace().collect::<Vec<_>>().join(" ")),
        source: format!("notes/{}.md", note.id.value),
    })
}

/// Stages that the bet went through.
fn moves(history: &History, bet: &Bet) -> Vec<Switch> {
    let mut before: Option<Stage> = None;
    let mut moves = Vec::new();
    for version in history.bet(&bet.id.value) {
        let Some(stage) = version.entity.as_ref().map(|bet| bet.stage.value) else { continue };
        let old = before.replace(stage);
        if old != Some(stage) && !version.found {
            let revision = history.revision(version);
            moves.push(Switch {
                on: revision.on,
                what: meaning(old, stage),
                text: old.map_or_else(
                    || format!("written down at stage {stage}"),
                    |old| format!("stage {old} → {stage}"),
                ),
                by: vec![revision.by.clone()],
                why: Some(revision.subject.clone()).filter(|subject| !subject.is_empty()),
                source: match revision.commit.as_str() {
                    "" => "not committed yet".to_owned(),
                    commit => format!("commit {}", commit.chars().take(12).collect::<String>()),
                },
            });
        }
    }
    moves
}

fn meaning(old: Option<Stage>, new: Stage) -> What {
    let is_used = |stage: Stage| matches!(stage, Stage::Pilot | Stage::Live);
    match (old.is_some_and(is_used), is_used(new)) {
        (false, true) => What::Started,
        (true, false) => What::Stopped,
        _ => What::Decided,
    }
}
