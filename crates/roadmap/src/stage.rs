//! The stage machine: which decision takes a bet from which stage to which, and what it must have.

use crate::bet::Stage;
use crate::gate::Role;
use crate::note::{Decision, NoteKind};
use crate::{Bet, Criterion, Roadmap};

/// Why a decision cannot be taken at a stage, and what can be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a bet that is `{stage}` cannot be decided `{decision}`: {why}")]
pub struct Refusal {
    pub stage: Stage,
    pub decision: Decision,
    pub why: &'static str,
}

/// The stage that a decision leads to.
pub fn next(stage: Stage, decision: Decision) -> Result<Stage, Refusal> {
    use Stage::{Discovery, Framed, Killed, Learned, Live, Pilot, Pivoted, Proposed, Retired};
    let why = match (decision, stage) {
        (_, Retired | Killed | Learned | Pivoted) => {
            "it has ended; add a new bet whose `from` names it"
        }
        (Decision::Continue, _) | (Decision::Stop | Decision::Restart, Pilot | Live) => {
            return Ok(stage);
        }
        (Decision::Kill, _) => return Ok(Killed),
        (Decision::Advance, Proposed) => return Ok(Framed),
        (Decision::Advance, Framed) => return Ok(Discovery),
        (Decision::Advance, Discovery) => return Ok(Pilot),
        (Decision::Advance, Pilot) => "only `ship` takes a pilot live, and it rests on a verdict",
        (Decision::Advance, Live) => "there is no stage above; `retire` ends it",
        (Decision::Ship, Pilot) => return Ok(Live),
        (Decision::Ship, Live) => "it is live already; `continue` keeps it so",
        (Decision::Ship, _) => "only a pilot ships; `advance` leads there, a stage at a time",
        (Decision::Retire, Live) => return Ok(Retired),
        (Decision::Stop | Decision::Restart, _) => {
            "nobody uses it yet, so there is nothing to switch"
        }
        (Decision::Retire, _) => "only what is live is retired; `kill` ends it",
        (Decision::Pivot, Framed | Discovery | Pilot | Live) => return Ok(Pivoted),
        (Decision::Pivot, _) => "nothing was tried yet; rewrite the proposal, or `kill` it",
        (Decision::Learned, Discovery | Pilot) => return Ok(Learned),
        (Decision::Learned, Live) => "it is in use; `retire` or `kill` ends it",
        (Decision::Learned, _) => "nothing was explored yet; `advance` it, or `kill` it",
    };
    Err(Refusal { stage, decision, why })
}

/// The way of a bet that goes well.
const WAY: [Stage; 6] =
    [Stage::Proposed, Stage::Framed, Stage::Discovery, Stage::Pilot, Stage::Live, Stage::Retired];

/// The stages that a bet leaves out when it goes from one to the other at once.
#[must_use]
pub fn skipped(from: Stage, to: Stage) -> &'static [Stage] {
    let at = |stage| WAY.iter().position(|known| *known == stage);
    match at(from).zip(at(to)) {
        Some((from, to)) if from < to => &WAY[from + 1..to],
        _ => &[],
    }
}

/// True when one decision leads from a stage to the other.
#[must_use]
pub fn is_step(from: Stage, to: Stage) -> bool {
    use crate::word::Word;
    let leads = |(_, decision): &(&str, Decision)| next(from, *decision) == Ok(to);
    Decision::WORDS.iter().any(leads)
}

/// What a bet still lacks to enter a stage, each with what to write.
#[must_use]
pub fn lacks(roadmap: &Roadmap, bet: &Bet, stage: Stage) -> Vec<String> {
    let asked = match stage {
        Stage::Framed => framed(roadmap, bet),
        Stage::Discovery => discovery(bet),
        Stage::Pilot => pilot(bet),
        _ => Vec::new(),
    };
    asked.into_iter().filter(|(is_there, _)| !is_there).map(|(_, what)| what).collect()
}

fn framed(roadmap: &Roadmap, bet: &Bet) -> Vec<(bool, String)> {
    let shown =
        |note: &crate::Note| matches!(note.kind.value, NoteKind::Field | NoteKind::Interview);
    let named = bet.problem.as_ref().is_some_and(|problem| !problem.evidence.is_empty());
    let seen = named || roadmap.notes_about(&bet.id.value).any(shown);
    vec![
        asks(
            bet.problem.is_some(),
            "a problem in numbers: `[problem]` with who, improve, from, to, unit",
        ),
        asks(
            seen,
            "evidence of the problem: a field or interview note about it, or `problem.evidence`",
        ),
    ]
}

fn discovery(bet: &Bet) -> Vec<(bool, String)> {
    vec![
        asks(bet.time_box.is_some(), "a time-box: `[box]` with starts, decide_by, if_undecided"),
        asks(bet.baseline.is_some(), "a baseline: `[baseline]` with kind, what, metric, value"),
    ]
}

fn pilot(bet: &Bet) -> Vec<(bool, String)> {
    let gate = bet.graduation();
    let name = gate.map_or("graduate", |gate| &gate.name.value);
    let signed = gate.is_some_and(crate::Gate::is_signed);
    let sign = match gate {
        Some(_) => format!("`trueup sign {} {name} --as PERSON`", bet.id.value),
        None => "write `[gate.graduate]` first".to_owned(),
    };
    let reviewed = bet.data.as_ref().is_some_and(|data| data.reviewed.is_some());
    vec![
        (signed, format!("a gate that both sides signed as it stands: {sign}")),
        asks(reviewed, "a data review: `data.reviewed` with on and by"),
        asks(bet.path.is_some(), "a path to production: `[path]` with what and link"),
        asks(
            has_budget(bet),
            "a cost budget: `cost.per_interaction_at_most`, or a criterion with `role = \"budget\"`",
        ),
    ]
}

fn asks(is_there: bool, what: &str) -> (bool, String) {
    (is_there, what.to_owned())
}

fn has_budget(bet: &Bet) -> bool {
    let capped = bet.cost.as_ref().is_some_and(|cost| cost.per_interaction_at_most.is_some());
    let is_budget = |criterion: &Criterion| match criterion {
        Criterion::Measured(measured) => measured.role == Role::Budget,
        Criterion::Attested(_) => false,
    };
    capped || bet.graduation().is_some_and(|gate| gate.criteria.iter().any(is_budget))
}
