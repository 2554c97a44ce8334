//! The gates of a bet: what both sides agreed to, who signed, and what is still missing.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::gate::Attested;
use trueup_roadmap::sign::since_signed;
use trueup_roadmap::{Bet, Criterion, Gate, Roadmap, Side};

use crate::snapshot::Snapshot;

/// A gate and who signed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Signed {
    pub gate: String,
    /// True for the gate that the verdict rests on.
    pub decides: bool,
    pub state: GateState,
    /// Who signed for product.
    pub product: Option<String>,
    /// Who signed for R&D.
    pub rd: Option<String>,
    /// The day of the later signature.
    pub on: Option<Date>,
    /// What is still missing, or what made the signature stale.
    pub missing: Vec<String>,
    /// The criteria in the words of the language.
    pub criteria: Vec<String>,
    /// What nobody has vouched for yet.
    pub unattested: Vec<String>,
    /// Who vouched for what.
    pub attested: Vec<String>,
    /// Of the criteria as they stand.
    pub digest: String,
}

/// How far a signature has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GateState {
    /// Both sides, under the criteria as they stand.
    Signed,
    /// The criteria changed since they were signed.
    Stale,
    /// One side is missing.
    Half,
    /// Nobody signed.
    Open,
}

impl GateState {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            GateState::Signed => "✔ signed by both sides",
            GateState::Stale => "✖ stale: the criteria changed since",
            GateState::Half => "? signed by one side",
            GateState::Open => "– not signed",
        }
    }

    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            GateState::Signed => "met",
            GateState::Stale => "refuted",
            GateState::Half => "undecided",
            GateState::Open => "no-data",
        }
    }
}

pub(super) fn gates(snapshot: &Snapshot, bet: &Bet) -> Vec<Signed> {
    bet.gates.iter().map(|gate| signed(snapshot, bet, gate)).collect()
}

fn signed(snapshot: &Snapshot, bet: &Bet, gate: &Gate) -> Signed {
    let roadmap = snapshot.roadmap();
    let signature = gate.signature.as_ref();
    let by = |side| {
        let person = signature.and_then(|signature| signature.by(side));
        person.map(|person| name_of(roadmap, &person.value))
    };
    let state = state(gate);
    Signed {
        gate: gate.name.value.clone(),
        decides: bet.graduation().is_some_and(|it| it.name.value == gate.name.value),
        state,
        product: by(Side::Product),
        rd: by(Side::Rd),
        on: signature.map(|signature| signature.on),
        missing: missing(snapshot, bet, gate, state),
        criteria: gate.criteria.iter().map(Criterion::to_string).collect(),
        unattested: attested(gate).filter(|one| one.by.is_none()).map(what).collect(),
        attested: attested(gate).filter_map(|one| vouched(roadmap, one)).collect(),
        digest: gate.digest.clone(),
    }
}

fn state(gate: &Gate) -> GateState {
    match (gate.signature.is_some(), gate.is_stale()) {
        (false, _) => GateState::Open,
        (true, true) => GateState::Stale,
        (true, false) if gate.is_signed() => GateState::Signed,
        (true, false) => GateState::Half,
    }
}

/// Whose word is missing, or what the criteria have become since it was given.
fn missing(snapshot: &Snapshot, bet: &Bet, gate: &Gate, state: GateState) -> Vec<String> {
    if state != GateState::Stale {
        return gate.unsigned().into_iter().collect();
    }
    let history = snapshot.history.as_ref();
    let since = history.and_then(|history| since_signed(history, &bet.id.value, gate));
    let signed = gate.signature.as_ref().map(|signature| signature.digest.value.as_str());
    let of = format!("{} was signed, and now it is {}", signed.unwrap_or_default(), gate.digest);
    let changed = since.filter(|since| !since.is_empty());
    changed.unwrap_or_else(|| vec![of]).into_iter().chain(gate.unsigned()).collect()
}

fn attested(gate: &Gate) -> impl Iterator<Item = &Attested> {
    gate.criteria.iter().filter_map(|criterion| match criterion {
        Criterion::Attested(attested) => Some(attested),
        Criterion::Measured(_) => None,
    })
}

fn what(attested: &Attested) -> String {
    attested.attest.value.clone()
}

fn vouched(roadmap: &Roadmap, attested: &Attested) -> Option<String> {
    let by = name_of(roadmap, &attested.by.as_ref()?.value);
    let on = attested.on.map(|on| format!(" on {on}")).unwrap_or_default();
    Some(format!("{}: {by} vouches for it{on}", attested.attest.value))
}

/// A person's name, or the id where nobody is known by it.
pub(in crate::page) fn name_of(roadmap: &Roadmap, id: &str) -> String {
    roadmap.people.get(id).map_or_else(|| id.to_owned(), |person| person.name.clone())
}
