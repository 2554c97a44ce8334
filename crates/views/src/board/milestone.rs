//! A gate as a milestone: what it takes, not when.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{Bet, Criterion, Gate};
use trueup_verdict::report::{BetReport, State};

/// A gate of a bet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Milestone {
    /// For example `graduate`.
    pub gate: String,
    pub standing: Standing,
    pub criteria: usize,
    /// How many criteria the evidence or a person's word meets; `null` where no evidence speaks.
    pub met: Option<usize>,
}

/// How far a gate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Signed by both sides, and every criterion is met.
    Passed,
    /// Signed by both sides.
    Signed,
    /// The criteria changed after they were signed.
    Stale,
    /// Not signed by both sides.
    Unsigned,
}

/// The gates in the order written. The evidence speaks of the one that the verdict rests on.
pub(super) fn milestones(bet: &Bet, judged: Option<&BetReport>) -> Vec<Milestone> {
    let graduation = bet.graduation().map(|gate| gate.name.value.as_str());
    let of = |gate: &Gate| milestone(gate, judged.filter(|_| graduation == Some(&gate.name.value)));
    bet.gates.iter().map(of).collect()
}

fn milestone(gate: &Gate, judged: Option<&BetReport>) -> Milestone {
    let vouched = gate.criteria.iter().filter(|line| is_vouched(line)).count();
    let is_attested_alone = gate.criteria.iter().all(|line| matches!(line, Criterion::Attested(_)));
    let met = judged.map(met).or(is_attested_alone.then_some(vouched));
    let criteria = gate.criteria.len();
    Milestone { gate: gate.name.value.clone(), standing: standing(gate, met), criteria, met }
}

fn is_vouched(criterion: &Criterion) -> bool {
    matches!(criterion, Criterion::Attested(attested) if attested.by.is_some())
}

fn met(judged: &BetReport) -> usize {
    judged.criteria.iter().filter(|criterion| criterion.state == State::Met).count()
}

fn standing(gate: &Gate, met: Option<usize>) -> Standing {
    match gate.signature {
        None => Standing::Unsigned,
        Some(_) if !gate.is_signed() => Standing::Stale,
        Some(_) if met == Some(gate.criteria.len()) => Standing::Passed,
        Some(_) => Standing::Signed,
    }
}

/// `✔poc ●graduate 2/3`.
pub(super) fn in_short(milestones: &[Milestone]) -> String {
    let short = |milestone: &Milestone| {
        let met = milestone.met.filter(|_| milestone.standing != Standing::Passed);
        let met = met.map(|met| format!(" {met}/{}", milestone.criteria)).unwrap_or_default();
        format!("{}{}{met}", milestone.standing.sign(), milestone.gate)
    };
    match milestones {
        [] => "none".to_owned(),
        milestones => milestones.iter().map(short).collect::<Vec<_>>().join(" "),
    }
}

impl Standing {
    const fn sign(self) -> char {
        match self {
            Standing::Passed => '✔',
            Standing::Signed => '●',
            Standing::Stale => '◐',
            Standing::Unsigned => '○',
        }
    }
}
