//! RIBS: risk, impact, business, scale, as both sides gave them before and after they talked.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::{Marks, ValueKind};
use trueup_roadmap::policy::RibsWeights;
use trueup_roadmap::{Bet, Roadmap, Side};

use crate::page::{Page, Table};
use trueup_verdict::number;

/// The marks of a bet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Ribs {
    pub id: String,
    pub title: String,
    /// What both sides agreed on.
    pub agreed: Marks,
    /// Why it pays.
    pub pays: Option<ValueKind>,
    /// The weighted mean of the agreed marks, risk counted from the other end.
    pub mean: Option<f64>,
    /// What each gave before they talked.
    pub blind: Vec<SideMarks>,
    /// How far the blind marks are apart; `null` until both sides gave theirs.
    pub spread: Option<Spread>,
    /// Marks that are worth a talk.
    pub talk_about: Vec<String>,
}

/// The blind marks of one person.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SideMarks {
    pub by: String,
    pub side: Option<Side>,
    pub marks: Marks,
}

/// The largest blind mark less the smallest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Spread {
    pub risk: u8,
    pub impact: u8,
    pub business: u8,
    pub scale: u8,
}

/// A spread from here on is a talking point. Ours.
const TALK_FROM: u8 = 2;
const HIGHEST: f64 = 5.0;
const LOWEST: f64 = 1.0;

/// The weighted mean of the marks, 1 to 5; risk counts against, so a risk of 5 counts as 1. `None`
/// where the weights add up to nothing.
pub(super) fn mean(marks: Marks, weights: RibsWeights) -> Option<f64> {
    let parts = [
        (HIGHEST + LOWEST - f64::from(marks.risk), weights.risk),
        (f64::from(marks.impact), weights.impact),
        (f64::from(marks.business), weights.business),
        (f64::from(marks.scale), weights.scale),
    ];
    let sum: f64 = parts.iter().map(|(mark, weight)| mark * weight).sum();
    let all: f64 = parts.iter().map(|(_, weight)| weight).sum();
    (all > 0.0).then(|| sum / all)
}

pub(super) fn ribs(roadmap: &Roadmap, bet: &Bet) -> Option<Ribs> {
    let score = bet.score.as_ref()?;
    let blind = score.blind.iter().map(|blind| SideMarks {
        by: blind.by.value.clone(),
        side: roadmap.side(&blind.by.value),
        marks: blind.marks,
    });
    let blind: Vec<SideMarks> = blind.collect();
    let spread = spread(&blind);
    Some(Ribs {
        id: bet.id.value.clone(),
        title: bet.title.value.clone(),
        agreed: score.agreed,
        pays: score.value.as_ref().map(|value| value.value),
        mean: mean(score.agreed, roadmap.policy.ribs),
        talk_about: spread.map(talking_points).unwrap_or_default(),
        blind,
        spread,
    })
}

fn spread(blind: &[SideMarks]) -> Option<Spread> {
    let gave = |side| blind.iter().any(|marks| marks.side == Some(side));
    let between = |mark: fn(&Marks) -> u8| {
        let marks = || blind.iter().map(|blind| mark(&blind.marks));
        Some(marks().max()? - marks().min()?)
    };
    if !gave(Side::Product) || !gave(Side::Rd) {
        return None;
    }
    Some(Spread {
        risk: between(|marks| marks.risk)?,
        impact: between(|marks| marks.impact)?,
        business: between(|marks| marks.business)?,
        scale: between(|marks| marks.scale)?,
    })
}

fn talking_points(spread: Spread) -> Vec<String> {
    let marks = [
        ("risk", spread.risk),
        ("impact", spread.impact),
        ("business", spread.business),
        ("scale", spread.scale),
    ];
    let far = marks.into_iter().filter(|(_, spread)| *spread >= TALK_FROM);
    far.map(|(name, _)| name.to_owned()).collect()
}

/// Adds the marks of all bets, and what to talk about.
pub(super) fn on(page: Page, bets: &[Ribs]) -> Page {
    if bets.is_empty() {
        return page;
    }
    let page = page.heading(2, "RIBS: risk, impact, business, scale").table(table(bets));
    let points = bets.iter().filter(|bet| !bet.talk_about.is_empty());
    let points = points.map(|bet| {
        format!(
            "talk about {} of `{}`: the sides are 2 or more apart",
            bet.talk_about.join(", "),
            bet.id
        )
    });
    page.list(points.collect())
}

fn table(bets: &[Ribs]) -> Table {
    let row = |bet: &Ribs| {
        let spread = bet.spread.map(|s| in_short([s.risk, s.impact, s.business, s.scale]));
        vec![
            bet.id.clone(),
            marks(bet.agreed),
            bet.mean.map_or("-".to_owned(), |mean| number::value(mean, "")),
            side(bet, Side::Product),
            side(bet, Side::Rd),
            spread.unwrap_or_else(|| "needs both".to_owned()),
            bet.pays.map_or("-", ValueKind::name).to_owned(),
        ]
    };
    Table::new(&["bet", "agreed", "mean", "product, blind", "R&D, blind", "spread", "pays by"])
        .numbers(&[2])
        .rows(bets.iter().map(row))
}

/// What the people of one side gave.
fn side(bet: &Ribs, side: Side) -> String {
    let own = bet.blind.iter().filter(|blind| blind.side == Some(side));
    let own: Vec<String> =
        own.map(|blind| format!("{} {}", marks(blind.marks), blind.by)).collect();
    if own.is_empty() { "not given".to_owned() } else { own.join(", ") }
}

fn marks(marks: Marks) -> String {
    in_short([marks.risk, marks.impact, marks.business, marks.scale])
}

/// `2·4·5·3`.
fn in_short(marks: [u8; 4]) -> String {
    marks.map(|mark| mark.to_string()).join("·")
}
