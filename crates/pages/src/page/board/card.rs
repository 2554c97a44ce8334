//! A bet on the board.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{Bet, Roadmap, code_name};
use trueup_verdict::render::words;
use trueup_verdict::report::{BetReport, CriterionReport, State};
use trueup_views::board::{Card, Milestone, Standing};

use crate::chart::{Measured, mini};
use crate::page::bet::{COST, cost_each, time_left};
use crate::said;
use crate::snapshot::{Snapshot, measured};

/// The columns of the double dashboard.
const SIDES: [&str; 2] = ["model", "impact"];
/// As wide as a card, in pixels.
const MINI: f64 = 300.0;
/// Parts of a bar that shows how much of a time-box is over.
const PARTS: i64 = 100;

/// A bet in short.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BoardCard {
    pub id: String,
    pub title: String,
    /// As spoken: `no verdict`.
    pub verdict: String,
    /// The rule that gives the verdict, in words; the figures behind it stand with the criteria.
    pub because: String,
    pub stage: String,
    pub track: Option<String>,
    /// The outcomes it serves: id and title.
    pub serves: Vec<(String, String)>,
    pub owners: Vec<String>,
    /// `model passes`, `impact undecided`.
    pub model: Option<String>,
    pub impact: Option<String>,
    /// The criterion of each side that decides it.
    pub deciding: Vec<Deciding>,
    /// `12 days left`.
    pub time: Option<String>,
    /// How much of the time-box is over, 0 to 100.
    pub time_used: Option<i64>,
    /// What one interaction costs, what belongs to that, and the share of its cap that it uses.
    pub cost: String,
    pub cost_of: String,
    pub cost_used: Option<f64>,
    /// The codes by which it is stuck.
    pub purgatory: Vec<String>,
    pub gates: Vec<Milestone>,
    pub errors: usize,
    pub warnings: usize,
}

/// A criterion on a card.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Deciding {
    /// `model` or `impact`.
    pub side: String,
    pub title: String,
    pub state: String,
    pub mark: String,
    pub today: String,
    pub asked: String,
    /// `n = 4,813 from 120 people`
    pub sample: String,
    #[serde(skip)]
    #[schemars(skip)]
    pub picture: String,
}

/// One side of the double dashboard on a card.
#[derive(Debug, Clone)]
pub struct Side<'a> {
    pub name: &'static str,
    /// `passes`, `undecided`, `fails` or `unasked`.
    pub stands: String,
    pub decides: Option<&'a Deciding>,
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
            because: judged.map(rule).unwrap_or_default(),
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
            cost_used: bet.zip(judged).and_then(|(bet, judged)| cost_used(bet, judged)),
            purgatory: card.purgatory.clone(),
            gates: card.milestones.clone(),
            errors: card.errors,
            warnings: card.warnings,
        }
    }

    /// `level 2: moved goalposts, expired`; one sign alone is to be watched.
    #[must_use]
    pub fn stuck(&self) -> String {
        let name = |code: &String| code_name(code).unwrap_or(code).replace('-', " ");
        let names = self.purgatory.iter().map(name).collect::<Vec<_>>().join(", ");
        match self.purgatory.len() {
            1 => format!("watch it: {names}"),
            level => format!("level {level}: {names}"),
        }
    }

    /// Both sides in miniature, the model first; none before there is evidence.
    #[must_use]
    pub fn sides(&self) -> Vec<Side<'_>> {
        let stands = [&self.model, &self.impact];
        let side = |(name, stands): (&'static str, &'_ Option<String>)| {
            Some(Side {
                name,
                stands: stands.as_deref()?.to_owned(),
                decides: self.deciding.iter().find(|one| one.side == name),
            })
        };
        SIDES.into_iter().zip(stands).filter_map(side).collect()
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

/// Of each side the criterion that speaks most against a verdict of ship.
fn deciding(judged: &BetReport) -> Vec<Deciding> {
    let of_side = |side: &str| {
        let panels = judged.dashboard.iter().flat_map(|dashboard| &dashboard.panels);
        let rows = panels.filter(|panel| panel.column == side).flat_map(|panel| &panel.rows);
        let metrics: Vec<&String> = rows.map(|row| &row.metric).collect();
        let asked = judged.criteria.iter().filter(|one| metrics.contains(&&one.metric));
        Some(Deciding::new(side, asked.min_by_key(|one| rank(one.state))?))
    };
    SIDES.into_iter().filter_map(of_side).collect()
}

const fn rank(state: State) -> u8 {
    match state {
        State::Refuted => 0,
        State::Invalid => 1,
        State::Undecided => 2,
        State::NoData => 3,
        State::Met => 4,
        State::Watched => 5,
    }
}

/// The rule behind the verdict, without figures that stand with the criteria.
fn rule(judged: &BetReport) -> String {
    let names = |rest: &str| {
        judged
            .criteria
            .iter()
            .any(|one| rest.strip_prefix(&one.metric).is_some_and(|rest| rest.starts_with('`')))
    };
    match judged.because.split_once(": `") {
        Some((rule, rest)) if names(rest) => rule.to_owned(),
        _ => judged.because.clone(),
    }
}

/// The share of its cap that an interaction uses; may be above all of it.
fn cost_used(bet: &Bet, judged: &BetReport) -> Option<f64> {
    let cap = bet.cost.as_ref()?.per_interaction_at_most.filter(|cap| *cap > 0.0)?;
    let cost = measured(judged, COST)?.estimate?;
    Some(cost / cap)
}

impl Deciding {
    fn new(side: &str, criterion: &CriterionReport) -> Deciding {
        Deciding {
            side: side.to_owned(),
            title: criterion.title.clone(),
            state: criterion.state.spoken().to_owned(),
            mark: words::mark(criterion.state).to_owned(),
            today: words::estimate(criterion),
            asked: words::bound(criterion),
            sample: said::sample(criterion),
            picture: mini(MINI, &Measured::from(criterion)),
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
