//! Signing: the criteria of a gate exactly as they are signed, who signed what, and what moved since.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::sign::since_signed;
use trueup_roadmap::{Bet, Gate, Side};

use super::Page;
use crate::filters;
use crate::form::Typed;
use crate::form::whose::Whose;
use crate::frame::{Frame, Section};
use crate::snapshot::Snapshot;

/// One gate to be signed.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "sign.html")]
pub struct SignPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub bet: String,
    pub title: String,
    /// Names of all gates of the bet.
    pub gates: Vec<String>,
    /// `null` for a bet without a gate.
    pub gate: Option<ToSign>,
    /// Why it was not signed.
    pub error: Option<String>,
    #[serde(skip)]
    #[schemars(skip)]
    whose: Whose,
}

/// A gate as it would be signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ToSign {
    pub name: String,
    /// Tells these criteria from any others.
    pub digest: String,
    pub criteria: Vec<String>,
    pub sides: Vec<SideSigned>,
    /// True when other criteria were signed, so that it does not count any more.
    pub stale: bool,
    /// What moved since it was signed; `null` where that is not known or nothing was signed.
    pub since: Option<Vec<String>>,
}

/// One side's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SideSigned {
    /// "product" or "R&D".
    pub side: String,
    /// Who signed; `null` for nobody yet.
    pub by: Option<String>,
    pub on: Option<String>,
}

impl SignPage {
    /// The gate that is asked for, the one that a verdict rests on otherwise; `None` for a bet that is not there.
    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        (bet, gate): (&str, Option<&str>),
        typed: &Typed,
        error: Option<String>,
    ) -> Option<SignPage> {
        let bet = snapshot.roadmap().bet(bet)?;
        let named = |name: &str| bet.gates.iter().find(|gate| gate.name.value == name);
        let gate = gate.map_or_else(|| bet.graduation().or(bet.gates.first()), named);
        Some(SignPage {
            whose: Whose::new(snapshot, &frame, typed),
            frame,
            bet: bet.id.value.clone(),
            title: bet.title.value.clone(),
            gates: bet.gates.iter().map(|gate| gate.name.value.clone()).collect(),
            gate: gate.map(|gate| ToSign::of(snapshot, bet, gate)),
            error,
        })
    }

    fn section(&self) -> Section {
        Section::Board
    }

    fn is_shown(&self, gate: &str) -> bool {
        self.gate.as_ref().is_some_and(|shown| shown.name == gate)
    }
}

impl ToSign {
    fn of(snapshot: &Snapshot, bet: &Bet, gate: &Gate) -> ToSign {
        let signature = gate.signature.as_ref();
        let by = |side| {
            signature.and_then(|signature| match side {
                Side::Product => signature.product.as_ref(),
                Side::Rd => signature.rd.as_ref(),
            })
        };
        let one = |side: Side| SideSigned {
            side: side.spoken().to_owned(),
            by: by(side).map(|by| by.value.clone()),
            on: by(side).and(signature).map(|signature| signature.on.to_string()),
        };
        let history = snapshot.history.as_ref().filter(|_| gate.is_stale());
        ToSign {
            name: gate.name.value.clone(),
            digest: gate.digest.clone(),
            criteria: gate.criteria.iter().map(ToString::to_string).collect(),
            sides: [Side::Product, Side::Rd].map(one).into(),
            stale: gate.is_stale(),
            since: history.and_then(|history| since_signed(history, &bet.id.value, gate)),
        }
    }

    /// True when both sides signed these criteria.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        !self.stale && self.sides.iter().all(|side| side.by.is_some())
    }
}

impl Page for SignPage {}
