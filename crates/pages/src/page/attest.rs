//! Attesting: a person's word that something stands that no number shows, with where it can be seen.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{Criterion, Gate};

use super::Page;
use crate::filters;
use crate::form::Typed;
use crate::form::whose::Whose;
use crate::frame::{Frame, Section};
use crate::snapshot::Snapshot;

/// What must stand before users come, and who vouches for it.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "attest.html")]
pub struct AttestPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub bet: String,
    pub title: String,
    pub items: Vec<Attestation>,
    /// The day that the form names.
    pub on: String,
    pub link: String,
    /// Why nothing was saved.
    pub error: Option<String>,
    #[serde(skip)]
    #[schemars(skip)]
    whose: Whose,
}

/// One thing that a person vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attestation {
    pub gate: String,
    pub attest: String,
    pub kind: Option<String>,
    pub by: Option<String>,
    pub link: Option<String>,
    pub on: Option<String>,
    /// As the form names it.
    pub value: String,
    pub chosen: bool,
}

/// A gate and what stands in it, as one field of a form.
#[must_use]
pub fn value(gate: &str, attest: &str) -> String {
    format!("{gate}: {attest}")
}

impl AttestPage {
    /// `None` for a bet that is not there.
    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        bet: &str,
        typed: &Typed,
        error: Option<String>,
    ) -> Option<AttestPage> {
        let bet = snapshot.roadmap().bet(bet)?;
        let chosen = typed.get("attest").unwrap_or_default();
        let items = bet.gates.iter().flat_map(|gate| items(gate, chosen)).collect();
        let today = snapshot.today().to_string();
        Some(AttestPage {
            whose: Whose::new(snapshot, &frame, typed),
            frame,
            bet: bet.id.value.clone(),
            title: bet.title.value.clone(),
            items,
            on: typed.filled("on").map_or(today, str::to_owned),
            link: typed.get("link").unwrap_or_default().to_owned(),
            error,
        })
    }

    fn section(&self) -> Section {
        Section::Board
    }
}

fn items(gate: &Gate, chosen: &str) -> Vec<Attestation> {
    let item = |criterion: &Criterion| {
        let Criterion::Attested(attested) = criterion else { return None };
        let value = value(&gate.name.value, &attested.attest.value);
        Some(Attestation {
            gate: gate.name.value.clone(),
            attest: attested.attest.value.clone(),
            kind: attested.kind.map(|kind| kind.name().to_owned()),
            by: attested.by.as_ref().map(|by| by.value.clone()),
            link: attested.link.clone(),
            on: attested.on.map(|on| on.to_string()),
            chosen: value == chosen,
            value,
        })
    };
    gate.criteria.iter().filter_map(item).collect()
}

impl Page for AttestPage {}
