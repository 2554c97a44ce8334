//! The board: horizons × stage, each bet with its verdict and what is left of its time-box.

mod card;
mod milestone;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::Bet;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::note::NoteKind;

use crate::page::{Page, Table, View};
use crate::seen::Seen;
pub use card::Card;
pub use milestone::{Milestone, Standing};

/// Every bet, by horizon.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Board {
    pub today: Date,
    /// True when verdicts rest on evidence.
    pub has_evidence: bool,
    /// Nearest first.
    pub horizons: Vec<Column>,
    /// Bets that stand in no known horizon.
    pub elsewhere: Vec<Card>,
    /// Bets that are over.
    pub ended: Vec<Ended>,
}

/// A horizon and its bets, furthest along first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Column {
    pub id: String,
    pub name: String,
    /// As written, for example `0w..6w`.
    pub span: String,
    /// True when what comes out is learning, so that nothing ships from here.
    pub is_learning: bool,
    pub bets: Vec<Card>,
}

/// A bet that is over.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Ended {
    pub id: String,
    pub title: String,
    pub stage: Stage,
    /// True for a bet that taught what it should: that is what it was for.
    pub is_success: bool,
    /// The newest learning about it.
    pub learned: Option<String>,
    /// The bets that came from it.
    pub followed_by: Vec<String>,
}

/// Shows every bet where it stands.
#[must_use]
pub fn board(seen: &Seen<'_>) -> Board {
    let roadmap = seen.roadmap;
    let (running, over): (Vec<&Bet>, Vec<&Bet>) =
        roadmap.bets.iter().partition(|bet| bet.stage.value <= Stage::Live);
    let (placed, elsewhere): (Vec<&Bet>, Vec<&Bet>) =
        running.into_iter().partition(|bet| roadmap.horizons.contains_key(&bet.horizon.value));
    let horizons = roadmap.nearest_horizons().into_iter().map(|(id, horizon)| Column {
        id: id.to_owned(),
        name: horizon.name.clone(),
        span: horizon.span.clone(),
        is_learning: horizon.is_learning(),
        bets: cards(seen, placed.iter().copied().filter(|bet| bet.horizon.value == id)),
    });
    Board {
        today: seen.today,
        has_evidence: seen.report.is_some(),
        horizons: horizons.collect(),
        elsewhere: cards(seen, elsewhere),
        ended: over.into_iter().map(|bet| ended(seen, bet)).collect(),
    }
}

/// Furthest along first.
fn cards<'a>(seen: &Seen<'_>, bets: impl IntoIterator<Item = &'a Bet>) -> Vec<Card> {
    let mut bets: Vec<&Bet> = bets.into_iter().collect();
    bets.sort_by(|a, b| b.stage.value.cmp(&a.stage.value).then(a.id.value.cmp(&b.id.value)));
    bets.into_iter().map(|bet| card::card(seen, bet)).collect()
}

fn ended(seen: &Seen<'_>, bet: &Bet) -> Ended {
    let id = bet.id.value.as_str();
    let learned = seen.roadmap.notes_about(id).filter(|note| note.kind.value == NoteKind::Learning);
    let came_from = |later: &&Bet| later.from.as_ref().is_some_and(|from| from.value == id);
    let followers = seen.roadmap.bets.iter().filter(came_from);
    Ended {
        id: id.to_owned(),
        title: bet.title.value.clone(),
        stage: bet.stage.value,
        is_success: bet.stage.value == Stage::Learned,
        learned: learned.last().map(|note| note.headline().to_owned()),
        followed_by: followers.map(|bet| bet.id.value.clone()).collect(),
    }
}

impl View for Board {
    fn page(&self) -> Page {
        let mut page = Page::default().heading(1, format!("Board on {}", self.today));
        if !self.has_evidence {
            page = page.paragraph("No evidence has been read, so no bet has a verdict here.");
        }
        for column in &self.horizons {
            page = column.on(page);
        }
        if !self.elsewhere.is_empty() {
            page = page.heading(2, "in no known horizon").table(card::table(&self.elsewhere));
        }
        if !self.ended.is_empty() {
            page = page.heading(2, "over").table(over(&self.ended));
        }
        page.paragraph(LEGEND)
    }
}

const LEGEND: &str = "Gates: ✔ passed, ● signed, ◐ changed since it was signed, ○ not signed. \
                      Check: ✖ errors, ▲ warnings.";

impl Column {
    fn on(&self, page: Page) -> Page {
        let result = if self.is_learning { ", for learning: nothing ships from here" } else { "" };
        let page = page.heading(2, format!("{} {}, {}{result}", self.id, self.name, self.span));
        match self.bets.as_slice() {
            [] => page.paragraph("no bets"),
            bets => page.table(card::table(bets)),
        }
    }
}

fn over(bets: &[Ended]) -> Table {
    let row = |bet: &Ended| {
        let followed: Vec<String> = bet.followed_by.iter().map(|id| format!("`{id}`")).collect();
        vec![
            bet.id.clone(),
            end(bet.stage).to_owned(),
            bet.learned.clone().unwrap_or_else(|| "-".to_owned()),
            if followed.is_empty() { "-".to_owned() } else { followed.join(" ") },
            bet.title.clone(),
        ]
    };
    Table::new(&["bet", "how it ended", "learning", "followed by", "title"])
        .rows(bets.iter().map(row))
}

fn end(stage: Stage) -> &'static str {
    match stage {
        Stage::Learned => "learned: a success",
        Stage::Pivoted => "pivoted",
        Stage::Retired => "retired",
        _ => "killed",
    }
}
