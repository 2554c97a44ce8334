//! Why each bet is there: a customer needed it, data supported it, economics carried it.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::note::NoteKind;
use trueup_roadmap::{Bet, Note, Roadmap};

use crate::capabilities::percent;
use crate::harness::running;
use crate::page::{Page, Table};

/// The three links of every bet that is not over.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Because {
    pub bets: Vec<Links>,
    /// Bets that hold all three.
    pub whole: usize,
    /// The share of those; `null` without bets.
    pub share: Option<f64>,
}

/// Where a bet comes from; `null` for a link that is missing.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Links {
    pub bet: String,
    /// The field or interview note.
    pub customer: Option<String>,
    /// The data review: its day and who reviewed.
    pub data: Option<String>,
    /// What one interaction costs at most and brings.
    pub economics: Option<String>,
}

/// Follows the three links.
#[must_use]
pub fn because(roadmap: &Roadmap) -> Because {
    let bets: Vec<Links> = running(&roadmap.bets).map(|bet| links(roadmap, bet)).collect();
    let whole = bets.iter().filter(|links| links.is_whole()).count();
    let share = (!bets.is_empty()).then(|| whole as f64 / bets.len() as f64);
    Because { bets, whole, share }
}

fn links(roadmap: &Roadmap, bet: &Bet) -> Links {
    let reviewed = bet.data.as_ref().and_then(|data| data.reviewed.as_ref());
    let data = reviewed.map(|reviewed| {
        let by: Vec<&str> = reviewed.by.iter().map(|by| by.value.as_str()).collect();
        format!("reviewed on {} by {}", reviewed.on.value, by.join(", "))
    });
    let customer = customer(roadmap, bet).map(|note| note.id.value.clone());
    Links { bet: bet.id.value.clone(), customer, data, economics: economics(roadmap, bet) }
}

/// A note that the problem names, or that is about the bet.
fn customer<'a>(roadmap: &'a Roadmap, bet: &'a Bet) -> Option<&'a Note> {
    let heard = |note: &&Note| matches!(note.kind.value, NoteKind::Field | NoteKind::Interview);
    let evidence = bet.problem.iter().flat_map(|problem| &problem.evidence);
    let named = evidence.filter_map(|named| roadmap.note(&named.value));
    named.chain(roadmap.notes_about(&bet.id.value)).find(heard)
}

/// Both halves: what it may cost, and what it brings.
fn economics(roadmap: &Roadmap, bet: &Bet) -> Option<String> {
    let cost = bet.cost.as_ref()?;
    let (most, brings) = (cost.per_interaction_at_most?, cost.revenue_per_interaction?);
    let currency = cost.currency.as_ref().unwrap_or(&roadmap.policy.currency);
    Some(format!("costs at most {most}, brings {brings} {currency}/interaction"))
}

impl Links {
    /// True when all three are there.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.customer.is_some() && self.data.is_some() && self.economics.is_some()
    }
}

impl Because {
    /// Adds what it says to a page.
    pub(crate) fn on(&self, page: Page) -> Page {
        let page = page.heading(2, "because");
        let Some(share) = self.share else { return page.paragraph("no bets") };
        let (whole, all) = (self.whole, self.bets.len());
        let said = format!("{whole} of {all} bets ({}) hold all three links.", percent(share));
        let cell = |link: &Option<String>| link.clone().unwrap_or_else(|| "missing".to_owned());
        let row = |links: &Links| {
            let (customer, data) = (cell(&links.customer), cell(&links.data));
            vec![links.bet.clone(), customer, data, cell(&links.economics)]
        };
        let columns = ["bet", "a customer needed it", "data supported it", "economics carried it"];
        page.paragraph(said).table(Table::new(&columns).rows(self.bets.iter().map(row)))
    }
}
