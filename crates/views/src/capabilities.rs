//! The two columns: what the product gains, and which training investment it asks for.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::{Stage, ValueKind};
use trueup_roadmap::capability::{Investment, InvestmentKind};
use trueup_roadmap::{Bet, Capability};

use crate::harness::{self, Exit, Inventory, Part, Thinness, Trend, harnesses, running, weeks};
use crate::page::{Page, Table, View};
use crate::seen::Seen;

/// Capabilities beside the bets that they enable, and the harness in their place.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Capabilities {
    pub today: Date,
    pub capabilities: Vec<Row>,
    /// Bets that ask for no capability.
    pub need_nothing: Vec<Gain>,
    /// Capabilities that enable no bet.
    pub orphans: Vec<String>,
    pub harness: Inventory,
}

/// A capability: the training column, and what the product gains by it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Row {
    pub id: String,
    pub title: String,
    pub gap: String,
    /// When the gap is closed, as a criterion on the capability's own evaluation.
    pub milestone: Option<String>,
    pub enables: Vec<Gain>,
    pub investment: Option<Asked>,
    pub labels: Option<Labels>,
    pub yields: Option<String>,
    /// The effort of all harness that stands for it.
    pub harness_weeks: f64,
}

/// A bet that is enabled.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Gain {
    pub bet: String,
    pub title: String,
    pub stage: Stage,
    pub value: Option<ValueKind>,
    /// The problem in numbers: `decision time 42 → 25 min/shortlist`.
    pub improves: Option<String>,
}

/// What closes the gap.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Asked {
    pub kind: InvestmentKind,
    /// As written, for example `3w`.
    pub effort: Option<String>,
    pub cost: Option<f64>,
    pub currency: String,
    /// That the next run closes the gap, as R&D states it.
    pub chance: Option<f64>,
    pub because: Option<String>,
    pub by: Option<String>,
}

/// Labels that there are and that are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Labels {
    pub have: u64,
    pub need: u64,
}

/// Joins the two columns over `needs` of the bets that are not over.
#[must_use]
pub fn capabilities(seen: &Seen<'_>) -> Capabilities {
    let rows: Vec<Row> = seen.roadmap.capabilities.iter().map(|one| row(seen, one)).collect();
    let orphans = rows.iter().filter(|row| row.enables.is_empty()).map(|row| row.id.clone());
    let bets = running(&seen.roadmap.bets);
    Capabilities {
        today: seen.today,
        orphans: orphans.collect(),
        need_nothing: bets.filter(|bet| bet.needs.is_empty()).map(gain).collect(),
        harness: harness::inventory(seen),
        capabilities: rows,
    }
}

fn row(seen: &Seen<'_>, capability: &Capability) -> Row {
    let id = &capability.id.value;
    let needs = |bet: &&Bet| bet.needs.iter().any(|need| need.value == *id);
    let bets = || running(&seen.roadmap.bets);
    let in_its_place = bets()
        .flat_map(harnesses)
        .filter(|part| part.stands_for.as_ref().is_some_and(|stands_for| stands_for.value == *id));
    let asked = |investment| asked(investment, &seen.roadmap.policy.currency);
    Row {
        id: id.clone(),
        title: capability.title.clone(),
        gap: capability.gap.clone(),
        milestone: capability.criterion.as_ref().map(harness::criterion),
        enables: bets().filter(needs).map(gain).collect(),
        investment: capability.investment.as_ref().map(asked),
        labels: capability.labels.as_ref().map(|l| Labels { have: l.have, need: l.need }),
        yields: capability.yields.clone(),
        harness_weeks: in_its_place.fold(0.0, |sum, part| sum + weeks(part.effort.as_ref())),
    }
}

fn gain(bet: &Bet) -> Gain {
    let improves = bet.problem.as_ref().map(|problem| {
        format!("{} {} → {} {}", problem.improve, problem.from, problem.to, problem.unit)
    });
    let value = bet.score.as_ref().and_then(|score| score.value.as_ref());
    Gain {
        bet: bet.id.value.clone(),
        title: bet.title.value.clone(),
        stage: bet.stage.value,
        value: value.map(|value| value.value),
        improves,
    }
}

fn asked(investment: &Investment, currency: &str) -> Asked {
    Asked {
        kind: investment.kind.value,
        effort: investment.effort.as_ref().map(|effort| effort.text.clone()),
        cost: investment.cost,
        currency: investment.currency.clone().unwrap_or_else(|| currency.to_owned()),
        chance: investment.chance,
        because: investment.because.clone(),
        by: investment.by.as_ref().map(|by| by.value.clone()),
    }
}

impl View for Capabilities {
    fn page(&self) -> Page {
        let mut page = Page::default().heading(1, format!("Capabilities on {}", self.today));
        page = match self.capabilities.as_slice() {
            [] => page.paragraph("No capabilities yet: add `capabilities/ID.toml`."),
            rows => page.table(columns(rows)),
        };
        if !self.orphans.is_empty() {
            let orphans = self.orphans.iter().map(|id| format!("`{id}`")).collect();
            page = page.heading(2, "capabilities that enable no bet").list(orphans);
        }
        if !self.need_nothing.is_empty() {
            let bets = self.need_nothing.iter().map(gained).collect();
            page = page.heading(2, "bets that need no capability").list(bets);
        }
        harness_page(&self.harness, page)
    }
}

fn columns(rows: &[Row]) -> Table {
    let names =
        ["product gains", "capability", "gap", "milestone", "training", "labels", "harness now"];
    let row = |row: &Row| {
        let enables = row.enables.iter().map(gained).collect::<Vec<_>>().join("; ");
        vec![
            if enables.is_empty() { "nothing".to_owned() } else { enables },
            row.id.clone(),
            row.gap.clone(),
            row.milestone.clone().unwrap_or_else(|| "-".to_owned()),
            row.investment.as_ref().map_or("no investment".to_owned(), training),
            row.labels.map_or("-".to_owned(), |l| format!("{} of {}", l.have, l.need)),
            format!("{:.1}w", row.harness_weeks),
        ]
    };
    Table::new(&names).rows(rows.iter().map(row)).numbers(&[6])
}

fn gained(gain: &Gain) -> String {
    let parts = [
        Some(gain.stage.to_string()),
        gain.value.map(|value| value.to_string()),
        gain.improves.clone(),
    ];
    format!("{} ({})", gain.bet, parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn training(asked: &Asked) -> String {
    let parts = [
        Some(asked.kind.to_string()),
        asked.effort.clone(),
        asked.cost.map(|cost| format!("{cost} {}", asked.currency)),
        asked.chance.map(|chance| format!("{} to close it", percent(chance))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A share in percent.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn thin(thinness: Thinness) -> String {
    let Thinness { harness, components, share } = thinness;
    share.map_or("no components".to_owned(), |share| {
        format!("{} thin ({harness} harness of {components})", percent(share))
    })
}

fn harness_page(harness: &Inventory, page: Page) -> Page {
    let page = page.heading(2, "harness").paragraph(format!("All bets: {}.", thin(harness.whole)));
    let page = page.table(parts(&harness.parts));
    let of_bet = |of: &harness::OfBet| format!("{}: {}", of.bet, thin(of.thinness));
    let page = page.heading(2, "thinness").list(harness.by_bet.iter().map(of_bet).collect());
    let page = if harness.has_history {
        page.list(harness.releases.iter().map(release).collect())
    } else {
        page.paragraph("Thinness at each model release needs the history of a git repository.")
    };
    page.heading(2, "what can go now").list(going(harness))
}

fn parts(parts: &[Part]) -> Table {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let row = |part: &Part| {
        let place = format!("{}/{}", part.bet, part.id);
        vec![place, or_dash(&part.stands_for), or_dash(&part.effort), or_dash(&part.goes_when)]
    };
    Table::new(&["harness", "stands for", "effort", "goes when"]).rows(parts.iter().map(row))
}

fn release(release: &harness::Release) -> String {
    let trend = match release.trend {
        Some(Trend::Rising) => ", rising",
        Some(Trend::Level) => ", as before",
        Some(Trend::Falling) => ", falling",
        None => "",
    };
    let known = release.thinness.map_or("before the history that is known".to_owned(), thin);
    let model = release.model.as_deref().unwrap_or(&release.note);
    format!("{} on {}: {known}{trend}", model, release.on)
}

fn going(harness: &Inventory) -> Vec<String> {
    let says = |exit| match exit {
        Exit::CanGo => "can go",
        Exit::Stays => "stays",
        Exit::Undecided => "undecided",
        Exit::Ask => "?",
    };
    let part = |part: &Part| format!("{}/{}: {}; {}", part.bet, part.id, says(part.exit), part.why);
    let mut lines: Vec<String> = harness.parts.iter().map(part).collect();
    lines.push(match &harness.move_to {
        Some(work) => {
            let chance = work.chance.map(|chance| format!(", {} to close it", percent(chance)));
            format!(
                "freed: {:.1}w; the largest data work that waits: `{}` ({:.1}w{})",
                harness.freed_weeks,
                work.capability,
                work.weeks,
                chance.unwrap_or_default()
            )
        }
        None => format!("freed: {:.1}w; no data work waits", harness.freed_weeks),
    });
    lines
}
