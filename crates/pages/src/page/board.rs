//! The board: horizons × stage, each bet with its verdict and what is left of its time-box; on top what needs somebody.

mod card;
mod due;

use std::collections::BTreeMap;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_verdict::render::words;
use trueup_verdict::report::Word;
use trueup_views::board::{Board, Ended, board};

use super::Page;
use crate::chart::{Figure, Stretch, timeline};
use crate::filters;
use crate::frame::{Frame, Section};
use crate::said;
use crate::snapshot::Snapshot;

pub use card::{BoardCard, Deciding};
pub use due::Due;

/// Every bet where it stands.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "board.html")]
pub struct BoardPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    /// True when verdicts rest on evidence.
    pub has_evidence: bool,
    /// How many bets have each verdict.
    pub tally: Vec<Tally>,
    /// What needs somebody, most pressing first.
    pub due: Vec<Due>,
    pub horizons: Vec<Lane>,
    pub ended: Vec<Ended>,
    /// What is shown of all bets.
    pub shown: Shown,
    /// Who owns a bet, for the filter.
    pub owners: Vec<String>,
    #[serde(skip)]
    #[schemars(skip)]
    pub timeline: Figure,
}

/// How many bets have a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tally {
    pub verdict: String,
    pub bets: usize,
}

/// A horizon and its bets, furthest along first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Lane {
    pub id: String,
    pub name: String,
    /// As written, for example `0w..6w`; empty for bets that stand in no known horizon.
    pub span: String,
    /// True when what comes out is learning, so that nothing ships from here.
    pub is_learning: bool,
    pub cards: Vec<BoardCard>,
}

/// Which bets are shown: all that is not named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shown {
    pub horizon: Option<String>,
    /// As spoken: `no verdict`.
    pub verdict: Option<String>,
    pub owner: Option<String>,
}

impl Shown {
    fn has(&self, horizon: &str, card: &BoardCard) -> bool {
        let is =
            |asked: &Option<String>, value: &str| asked.as_ref().is_none_or(|asked| asked == value);
        let owned = self.owner.as_ref().is_none_or(|owner| card.owners.contains(owner));
        is(&self.horizon, horizon) && is(&self.verdict, &card.verdict) && owned
    }

    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Shown::default()
    }
}

impl BoardPage {
    #[must_use]
    pub fn new(snapshot: &Snapshot, frame: Frame, shown: Shown) -> BoardPage {
        let board = board(&snapshot.seen());
        let lanes = lanes(snapshot, &board);
        let cards = || lanes.iter().flat_map(|lane| &lane.cards);
        let mut owners: Vec<String> = cards().flat_map(|card| card.owners.clone()).collect();
        owners.sort();
        owners.dedup();
        BoardPage {
            has_evidence: board.has_evidence,
            tally: tally(snapshot),
            due: due::due(snapshot),
            timeline: time_boxes(snapshot, &lanes),
            horizons: lanes.into_iter().map(|lane| lane.only(&shown)).collect(),
            ended: board.ended,
            owners,
            shown,
            frame,
        }
    }

    fn section(&self) -> Section {
        Section::Board
    }

    /// The verdicts that can be filtered by.
    fn verdicts(&self) -> Vec<&str> {
        self.tally.iter().map(|tally| tally.verdict.as_str()).collect()
    }

    fn has_bets(&self) -> bool {
        !self.shown.is_all() || self.horizons.iter().any(|lane| !lane.cards.is_empty())
    }
}

impl Page for BoardPage {}

impl Lane {
    /// What it covers, in words: `0 to 6 weeks from now`.
    fn reach(&self) -> String {
        let Some((from, to)) = self.span.split_once("..") else { return self.span.clone() };
        match (spoken(from), spoken(to)) {
            (Some((from, unit)), Some((to, same))) if unit == same || from == "0" => {
                format!("{from} to {to} {same} from now")
            }
            (Some((from, unit)), Some((to, other))) => {
                format!("{from} {unit} to {to} {other} from now")
            }
            _ => self.span.clone(),
        }
    }

    fn only(mut self, shown: &Shown) -> Lane {
        let id = self.id.clone();
        self.cards.retain(|card| shown.has(&id, card));
        self
    }
}

/// A length of time as written: its number, and what that counts.
fn spoken(written: &str) -> Option<(&str, &'static str)> {
    let unit = written.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = written.split_at(unit);
    let unit = match unit {
        "d" => "days",
        "w" => "weeks",
        "mo" => "months",
        "y" => "years",
        _ => return None,
    };
    (!number.is_empty()).then_some((number, unit))
}

fn lanes(snapshot: &Snapshot, board: &Board) -> Vec<Lane> {
    let cards = |cards: &[trueup_views::board::Card]| -> Vec<BoardCard> {
        cards.iter().map(|card| BoardCard::new(snapshot, card)).collect()
    };
    let lane = |column: &trueup_views::board::Column| Lane {
        id: column.id.clone(),
        name: column.name.clone(),
        span: column.span.clone(),
        is_learning: column.is_learning,
        cards: cards(&column.bets),
    };
    let mut lanes: Vec<Lane> = board.horizons.iter().map(lane).collect();
    if !board.elsewhere.is_empty() {
        lanes.push(Lane {
            id: String::new(),
            name: "In no known horizon".to_owned(),
            span: String::new(),
            is_learning: false,
            cards: cards(&board.elsewhere),
        });
    }
    lanes
}

/// In the order in which verdicts call for somebody.
fn tally(snapshot: &Snapshot) -> Vec<Tally> {
    let order = [
        Some(Word::Ship),
        Some(Word::Kill),
        Some(Word::Pivot),
        Some(Word::Continue),
        Some(Word::Learned),
        None,
    ];
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    let bets = snapshot.report.iter().flat_map(|report| &report.bets);
    for bet in bets {
        if let Some(at) = order.iter().position(|word| *word == bet.verdict) {
            *counts.entry(at).or_default() += 1;
        }
    }
    let tally =
        |(at, bets): (usize, usize)| Tally { verdict: words::verdict(order[at]).to_owned(), bets };
    counts.into_iter().map(tally).collect()
}

fn time_boxes(snapshot: &Snapshot, lanes: &[Lane]) -> Figure {
    let stretch = |card: &BoardCard| {
        let bet = snapshot.roadmap().bet(&card.id);
        let time_box = bet.and_then(|bet| bet.time_box.as_ref());
        Stretch {
            name: card.title.clone(),
            from: time_box.map(|time_box| time_box.starts),
            to: time_box.map(|time_box| time_box.decide_by.value),
            state: card.verdict.clone(),
            // A bet that is live is not to be decided by a day any more.
            said: card.time.clone().unwrap_or_else(|| card.stage.clone()),
        }
    };
    let stretches: Vec<Stretch> = lanes.iter().flat_map(|lane| &lane.cards).map(stretch).collect();
    timeline("time-boxes", "When each bet is to be decided", snapshot.today(), &stretches)
}
