//! A bet on the board.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{Bet, Roadmap};
use trueup_verdict::render::words;
use trueup_verdict::report::{BetReport, CriterionReport, State};
use trueup_views::board::{Card, Milestone, Standing};

use crate::chart::{Measured, mini};
use crate::page::bet::{cost_each, time_left};
use crate::snapshot::Snapshot;

/// How many criteria a card shows: those that the verdict hangs on.
const DECIDING: usize = 2;
/// Parts of a bar that shows how much of a time-box is over.
const PARTS: i64 = 100;

/// A bet in short.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BoardCard {
    pub id: String,
    pub title: String,
    /// As spoken: `no verdict`.
    pub verdict: String,
    /// The rule that gives the verdict, in words.
    pub because: String,
    pub stage: String,
    pub track: Option<String>,
    /// The outcomes it serves: id and title.
    pub serves: Vec<(String, String)>,
    pub owners: Vec<String>,
    /// `model passes`, `impact undecided`.
    pub model: Option<String>,
    pub impact: Option<String>,
    /// The criteria that the verdict hangs on.
    pub deciding: Vec<Deciding>,
    /// `12 days left`.
    pub time: Option<String>,
    /// How much of the time-box is over, 0 to 100.
    pub time_used: Option<i64>,
    /// What one interaction costs, and what belongs to that.
    pub cost: String,
    pub cost_of: String,
    pub purgatory: Vec<String>,
    pub gates: Vec<Milestone>,
    pub errors: usize,
    pub warnings: usize,
}

/// A criterion on a card.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Deciding {
    pub title: String,
    pub state: String,
    pub mark: String,
    pub today: String,
    pub asked: String,
    /// `n = 4,813 of 120 people`
    pub sample: String,
    #[serde(skip)]
    #[schemars(skip)]
    pub picture: String,
}

impl BoardCard {
    pub(super) fn new(snapshot: &Snapshot, card: &Card) -> BoardCard {
        let (bet, judged) = (snapshot.roadmap().bet(&card.id), snapshot.judged(&card.id));
        let quadrant = judged.and_then(|judged| Some(&judged.dashboard.as_ref()?.quadrant));
        let time = bet.and_then(|bet| time_left(snapshot, bet));
        let cost = bet.map(|bet| cost_each(snapshot, bet, judged));
        let (cost, cost_of) = cost.map(|cost| (cost.value, cost.more)).unwrap_or_default();
        BoardCard {
            id: card.id.clone(),
            title: card.title.clone(),
            verdict: words::verdict(card.verdict).to_owned(),
            because: judged.map(|judged| judged.because.clone()).unwrap_or_default(),
            stage: card.stage.to_string(),
            track: card.track.map(|track| track.to_string()),
            serves: bet.map(|bet| outcomes(snapshot.roadmap(), bet)).unwrap_or_default(),
            owners: bet.map(owners).unwrap_or_default(),
            model: quadrant.map(|quadrant| quadrant.model.clone()),
            impact: quadrant.map(|quadrant| quadrant.impact.clone()),
            deciding: judged.map(deciding).unwrap_or_default(),
            time: time.map(|time| time.value),
            time_used: bet.and_then(|bet| time_used(snapshot, bet)),
            cost,
            cost_of,
            purgatory: card.purgatory.clone(),
            gates: card.milestones.clone(),
            errors: card.errors,
            warnings: card.warnings,
        }
    }

    /// `clear`, `watch: P04`, `stuck: P02, P04`.
    #[must_use]
    pub fn stuck(&self) -> String {
        let codes = self.purgatory.join(", ");
        match self.purgatory.len() {
            0 => "clear".to_owned(),
            1 => format!("watch: {codes}"),
            level => format!("level {level}: {codes}"),
        }
    }

    /// Each gate with its sign and word: `● graduate signed, 2 of 4 met`.
    #[must_use]
    pub fn gates(&self) -> Vec<String> {
        self.gates.iter().map(gate).collect()
    }
}

fn gate(gate: &Milestone) -> String {
    let standing = match gate.standing {
        Standing::Passed => "✔ passed",
        Standing::Signed => "● signed",
        Standing::Stale => "◐ changed since signed",
        Standing::Unsigned => "○ not signed",
    };
    let met = gate.met.map(|met| format!(", {met} of {} met", gate.criteria));
    format!("{}: {standing}{}", gate.gate, met.unwrap_or_default())
}

fn outcomes(roadmap: &Roadmap, bet: &Bet) -> Vec<(String, String)> {
    // Written `outcome/key-result`.
    let served = |text: &str| roadmap.outcome(text.split('/').next().unwrap_or(text));
    let found = bet.serves.iter().filter_map(|text| served(&text.value));
    let mut outcomes: Vec<_> =
        found.map(|outcome| (outcome.id.value.clone(), outcome.title.clone())).collect();
    outcomes.dedup();
    outcomes
}

fn owners(bet: &Bet) -> Vec<String> {
    let Some(owners) = &bet.owners else { return Vec::new() };
    let named = [&owners.product, &owners.model];
    let mut ids: Vec<String> = named.into_iter().flatten().map(|id| id.value.clone()).collect();
    ids.dedup();
    ids
}

/// Refuted first, then undecided, then met: what speaks against a verdict of ship.
fn deciding(judged: &BetReport) -> Vec<Deciding> {
    let rank = |criterion: &&CriterionReport| match criterion.state {
        State::Refuted => 0,
        State::Invalid => 1,
        State::Undecided => 2,
        State::NoData => 3,
        State::Met => 4,
        State::Watched => 5,
    };
    let measured = judged.criteria.iter().filter(|criterion| criterion.role != "readiness");
    let mut all: Vec<&CriterionReport> = measured.collect();
    all.sort_by_key(rank);
    let shown = all.into_iter().take(DECIDING).enumerate();
    shown.map(|(at, criterion)| Deciding::new(&judged.id, at, criterion)).collect()
}

impl Deciding {
    fn new(bet: &str, at: usize, criterion: &CriterionReport) -> Deciding {
        Deciding {
            title: criterion.title.clone(),
            state: criterion.state.spoken().to_owned(),
            mark: words::mark(criterion.state).to_owned(),
            today: words::estimate(criterion),
            asked: words::bound(criterion),
            sample: words::sample(criterion),
            picture: mini(&format!("mini-{bet}-{at}"), &Measured::from(criterion)),
        }
    }

    /// As a class: `no-data`.
    #[must_use]
    pub fn class(&self) -> String {
        self.state.replace(' ', "-")
    }
}

fn time_used(snapshot: &Snapshot, bet: &Bet) -> Option<i64> {
    let time_box = bet.time_box.as_ref()?;
    let days = |from: jiff::civil::Date, to: jiff::civil::Date| i64::from((to - from).get_days());
    let (starts, ends) = (time_box.starts, time_box.decide_by.value);
    let whole = days(starts, ends).max(1);
    Some((days(starts, snapshot.today()) * PARTS / whole).clamp(0, PARTS))
}
