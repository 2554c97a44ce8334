//! Oversight of all bets: who decides, by which controls, and the signs that they decide without looking.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass everything by reference")]

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::{ModeKind, Stage};
use trueup_roadmap::{Bet, Severity, code_name};
use trueup_verdict::report::{BetReport, CriterionReport};

use super::Page;
use crate::filters;
use crate::frame::{Frame, Section};
use crate::said;
use crate::snapshot::{Snapshot, measured};

/// Who decides, bet by bet.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "oversights.html")]
pub struct OversightsPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    /// Those that are not over, the ones with signs first.
    pub bets: Vec<Overseen>,
    pub has_evidence: bool,
}

/// Who decides on one bet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Overseen {
    pub bet: String,
    pub title: String,
    pub stage: Stage,
    /// `null` where the text does not say.
    pub mode: Option<ModeKind>,
    /// Who decides or may stop it.
    pub decides: Option<String>,
    pub controls: Vec<String>,
    pub regulated: Vec<String>,
    pub signs: Vec<Warning>,
    /// What people do with suggestions, as far as it is measured.
    pub measures: Vec<CriterionReport>,
}

/// Something that goes wrong with oversight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Warning {
    pub code: String,
    pub name: String,
    /// True when it is an error.
    pub deny: bool,
    pub text: String,
}

/// What shows how people decide.
const SHOWN: [&str; 5] =
    ["acceptance", "override_rate", "time_to_decision", "catch_rate", "explanation_opened"];

impl OversightsPage {
    #[must_use]
    pub fn new(snapshot: &Snapshot, frame: Frame) -> OversightsPage {
        let bets = trueup_views::harness::running(&snapshot.roadmap().bets);
        let mut bets: Vec<Overseen> = bets.map(|bet| overseen(snapshot, bet)).collect();
        bets.sort_by_key(|bet| {
            let worst = bet.signs.iter().map(|sign| sign.deny).max();
            (std::cmp::Reverse(worst), std::cmp::Reverse(bet.stage))
        });
        OversightsPage { frame, bets, has_evidence: snapshot.report.is_some() }
    }

    fn section(&self) -> Section {
        Section::Oversight
    }

    /// How many bets go by each mode, and how many do not say.
    fn modes(&self) -> [(&'static str, usize); 3] {
        let count = |mode| self.bets.iter().filter(|bet| bet.mode == mode).count();
        [
            ("a person decides", count(Some(ModeKind::Augment))),
            ("the machine decides", count(Some(ModeKind::Automate))),
            ("not said", count(None)),
        ]
    }
}

fn overseen(snapshot: &Snapshot, bet: &Bet) -> Overseen {
    let mode = bet.mode.as_ref();
    let texts = |texts: &[trueup_roadmap::Spanned<String>]| {
        texts.iter().map(|text| text.value.clone()).collect()
    };
    let judged = snapshot.judged(&bet.id.value);
    Overseen {
        bet: bet.id.value.clone(),
        title: bet.title.value.clone(),
        stage: bet.stage.value,
        mode: mode.map(|mode| mode.kind.value),
        decides: mode.and_then(|mode| mode.decides.clone()),
        controls: mode.map(|mode| texts(&mode.controls)).unwrap_or_default(),
        regulated: mode.map(|mode| texts(&mode.regulated)).unwrap_or_default(),
        signs: signs(snapshot, bet, judged),
        measures: judged.map(measures).unwrap_or_default(),
    }
}

/// What the text and the evidence say of who decides: codes A01 and on, each once.
fn signs(snapshot: &Snapshot, bet: &Bet, judged: Option<&BetReport>) -> Vec<Warning> {
    let is_of_oversight = |code: &str| code.starts_with('A') && code_name(code).is_some();
    let warning = |code: &str, deny, text: &str| Warning {
        code: code.to_owned(),
        name: code_name(code).unwrap_or(code).to_owned(),
        deny,
        text: text.to_owned(),
    };
    let reasons = judged.iter().flat_map(|judged| &judged.reasons);
    let reasons = reasons.filter(|reason| is_of_oversight(&reason.code));
    let mut signs: Vec<Warning> =
        reasons.map(|reason| warning(&reason.code, reason.deny, &reason.text)).collect();
    let found = snapshot.diagnostics.iter();
    let found =
        found.filter(|found| found.place.path == bet.place.path && is_of_oversight(found.code));
    for found in found {
        if !signs.iter().any(|sign| sign.code == found.code) {
            signs.push(warning(found.code, found.severity == Severity::Deny, &found.message));
        }
    }
    signs
}

fn measures(judged: &BetReport) -> Vec<CriterionReport> {
    SHOWN.iter().filter_map(|metric| measured(judged, metric)).cloned().collect()
}

/// Who decides, in words.
fn mode(mode: &ModeKind) -> &'static str {
    match mode {
        ModeKind::Augment => "a person decides, with help",
        ModeKind::Automate => "the machine decides, watched by persons",
    }
}

impl Page for OversightsPage {}
