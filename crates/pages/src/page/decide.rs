//! Deciding: what the evidence says, what may be decided at this stage and what each way lacks.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::note::Decision;
use trueup_roadmap::stage::{lacks, next};
use trueup_roadmap::word::Word;
use trueup_roadmap::{Bet, Roadmap};

use super::Page;
use crate::filters;
use crate::form::Typed;
use crate::form::whose::{Somebody, Whose, here};
use crate::frame::{Frame, Section};
use crate::snapshot::Snapshot;

/// A bet, its verdict, and what can be decided.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "decide.html")]
pub struct DecidePage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub bet: String,
    pub title: String,
    pub stage: &'static str,
    /// The word of the verdict; `null` where the evidence gives none.
    pub verdict: Option<String>,
    /// Why the evidence says so.
    pub because: Option<String>,
    pub possible: Vec<Possible>,
    pub impossible: Vec<Impossible>,
    /// Digest of what is looked at: the decision is for this text.
    pub seen: String,
    /// Everybody who can take part.
    pub people: Vec<Somebody>,
    pub on: String,
    pub reason: String,
    /// The verdict that is named where there is no evidence.
    pub named: String,
    /// Why nothing was decided.
    pub error: Option<String>,
    pub by: Vec<String>,
    #[serde(skip)]
    #[schemars(skip)]
    whose: Whose,
}

/// A decision that the stage allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Possible {
    pub decision: &'static str,
    pub meaning: &'static str,
    /// The stage that follows.
    pub leads_to: &'static str,
    /// What the bet lacks for it.
    pub lacks: Vec<String>,
    /// True where both sides must take part.
    pub both_sides: bool,
    /// True where it goes against the verdict, which takes a reason.
    pub overrides: bool,
    pub chosen: bool,
}

/// A decision that the stage does not allow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Impossible {
    pub decision: &'static str,
    pub why: &'static str,
}

/// The digest of the file of a bet, so that nobody decides about a text that they did not see.
#[must_use]
pub fn seen(snapshot: &[trueup_roadmap::Source], bet: &Bet) -> String {
    let file = snapshot.iter().find(|source| source.path == bet.place.path);
    file.map(|file| trueup_roadmap::digest(std::slice::from_ref(file))).unwrap_or_default()
}

/// The decision that a word names.
#[must_use]
pub fn decision(word: &str) -> Option<Decision> {
    Decision::WORDS.iter().find(|(known, _)| *known == word).map(|(_, decision)| *decision)
}

impl DecidePage {
    /// `None` for a bet that is not there.
    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        bet: &str,
        typed: &Typed,
        error: Option<String>,
    ) -> Option<DecidePage> {
        let bet = snapshot.roadmap().bet(bet)?;
        let judged = snapshot.judged(&bet.id.value);
        let verdict = judged.and_then(|judged| judged.verdict).map(|word| word.name().to_owned());
        let chosen = typed.get("decision").unwrap_or_default();
        let (possible, impossible) = ways(snapshot.roadmap(), bet, verdict.as_deref(), chosen);
        let today = snapshot.today().to_string();
        Some(DecidePage {
            whose: Whose::new(snapshot, &frame, typed),
            frame,
            bet: bet.id.value.clone(),
            title: bet.title.value.clone(),
            stage: bet.stage.value.name(),
            because: judged.map(|judged| judged.because.clone()),
            verdict,
            possible,
            impossible,
            seen: seen(&snapshot.sources, bet),
            people: here(snapshot),
            on: typed.filled("on").map_or(today, str::to_owned),
            reason: typed.get("because").unwrap_or_default().to_owned(),
            named: typed.get("verdict").unwrap_or_default().to_owned(),
            by: typed.0.iter().filter(|(name, _)| name == "by").map(|(_, id)| id.clone()).collect(),
            error,
        })
    }

    fn section(&self) -> Section {
        Section::Board
    }

    fn moves(&self, way: &Possible) -> bool {
        way.leads_to != self.stage
    }

    fn is_advised(&self, way: &Possible) -> bool {
        self.verdict.as_deref() == Some(way.decision)
    }

    fn takes_part(&self, id: &str) -> bool {
        self.by.iter().any(|by| by == id)
    }

    /// True for the person who is logged in: they take part in any case.
    fn is_viewer(&self, id: &str) -> bool {
        self.frame.viewer.person.as_deref() == Some(id)
    }
}

fn ways(
    roadmap: &Roadmap,
    bet: &Bet,
    verdict: Option<&str>,
    chosen: &str,
) -> (Vec<Possible>, Vec<Impossible>) {
    let (mut possible, mut impossible) = (Vec::new(), Vec::new());
    for (word, decision) in Decision::WORDS {
        match next(bet.stage.value, *decision) {
            Ok(stage) => possible.push(Possible {
                decision: word,
                meaning: meaning(*decision),
                leads_to: stage.name(),
                lacks: match decision {
                    Decision::Advance => lacks(roadmap, bet, stage),
                    _ => Vec::new(),
                },
                both_sides: takes_both(*decision),
                overrides: !decision.rests_on_no_verdict()
                    && verdict.is_some_and(|verdict| verdict != *word),
                chosen: chosen == *word,
            }),
            Err(refusal) => impossible.push(Impossible { decision: word, why: refusal.why }),
        }
    }
    (possible, impossible)
}

fn takes_both(decision: Decision) -> bool {
    matches!(decision, Decision::Ship | Decision::Kill | Decision::Pivot | Decision::Learned)
}

fn meaning(decision: Decision) -> &'static str {
    match decision {
        Decision::Ship => "it goes live",
        Decision::Continue => "it goes on",
        Decision::Pivot => "another bet follows",
        Decision::Kill => "it ends",
        Decision::Learned => "it ends, having taught what it should",
        Decision::Advance => "it enters the next stage",
        Decision::Retire => "it is taken out of service",
        Decision::Stop => "it is switched off for now; its stage stays",
        Decision::Restart => "it is switched on again",
    }
}

impl Page for DecidePage {}
