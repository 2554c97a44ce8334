//! The rows of a trace, each below its parent.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_evidence::browse::Trail;
use trueup_evidence::{Event, Table};
use trueup_verdict::number;

use super::super::interactions::{link_to, number_of};
use crate::text::short;

/// Characters of a name.
const SHOWN: usize = 60;
/// Deeper rows are not set in further.
const DEEPEST: usize = 8;

/// One row of the trace.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Span {
    pub id: String,
    /// How far below the first of its trace.
    pub depth: usize,
    /// What it is: the operation, the tool, or the name of the span.
    pub name: String,
    pub model: Option<String>,
    #[schemars(with = "String")]
    pub at: Timestamp,
    pub duration_ms: Option<f64>,
    pub cost: Option<f64>,
    pub currency: Option<String>,
    pub error: Option<String>,
    /// True for the interaction that the page is about.
    pub is_this: bool,
    /// The path of its own page, if it is an interaction.
    pub link: Option<String>,
}

/// All rows, parents first; none if there is but the interaction itself.
pub fn spans(trail: &Trail) -> Vec<Span> {
    if trail.spans.is_empty() {
        return Vec::new();
    }
    let this = &trail.entry.interaction;
    let mut rows: Vec<&Event> = trail.spans.iter().chain([this]).collect();
    rows.sort_by_key(|row| row.time("at"));
    let mut children: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut tops = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        match parent(row).filter(|parent| rows.iter().any(|it| is_named(it, parent))) {
            Some(parent) => children.entry(parent).or_default().push(place),
            None => tops.push(place),
        }
    }
    let mut walk =
        Walk { rows: &rows, children: &children, seen: BTreeSet::new(), spans: Vec::new() };
    // What only has parents below itself comes last.
    for top in tops.into_iter().chain(0..rows.len()) {
        walk.down(top);
    }
    let mut spans = walk.spans;
    for span in &mut spans {
        span.is_this = Some(span.id.as_str()) == this.text("id");
    }
    spans
}

/// What names the row above: the span, or the use that it is a part of.
fn parent(row: &Event) -> Option<&str> {
    row.text("parent").or(row.text("part_of"))
}

fn is_named(row: &Event, name: &str) -> bool {
    row.text("span") == Some(name) || row.text("id") == Some(name)
}

struct Walk<'a> {
    rows: &'a [&'a Event],
    children: &'a BTreeMap<&'a str, Vec<usize>>,
    seen: BTreeSet<usize>,
    spans: Vec<Span>,
}

impl Walk<'_> {
    /// Goes down from a row, each row once: telemetry may go round in circles.
    fn down(&mut self, top: usize) {
        let mut open = vec![(top, 0)];
        while let Some((place, depth)) = open.pop() {
            if !self.seen.insert(place) {
                continue;
            }
            let row = self.rows[place];
            self.spans.push(span(row, depth));
            let names = [row.text("span"), row.text("id")].into_iter().flatten();
            let below = names.filter_map(|name| self.children.get(name)).flatten();
            let mut below: Vec<usize> = below.copied().collect();
            below.sort_unstable();
            open.extend(below.into_iter().rev().map(|place| (place, depth + 1)));
        }
    }
}

fn span(row: &Event, depth: usize) -> Span {
    let text = |name| row.text(name).map(str::to_owned);
    let id = text("id").unwrap_or_default();
    let at = row.time("at").unwrap_or_default();
    let name = ["tool", "agent", "op", "name", "feature"].into_iter().find_map(|it| row.text(it));
    let link = (row.table == Table::Interactions).then(|| link_to(&id, Some(at))).flatten();
    Span {
        id,
        depth,
        name: name.unwrap_or("interaction").to_owned(),
        model: text("model_answered").or_else(|| text("model_requested")),
        at,
        duration_ms: number_of(row, "duration_ms").or_else(|| number_of(row, "latency_ms")),
        cost: number_of(row, "cost"),
        currency: text("currency"),
        error: text("error"),
        is_this: false,
        link,
    }
}

impl Span {
    pub(super) fn class(&self) -> String {
        format!("depth-{}", self.depth.min(DEEPEST))
    }

    pub(super) fn level(&self) -> usize {
        self.depth + 1
    }

    pub(super) fn said(&self) -> String {
        short(&self.name, SHOWN)
    }

    pub(super) fn model(&self) -> String {
        self.model.as_deref().map(|model| short(model, SHOWN)).unwrap_or_default()
    }

    pub(super) fn error(&self) -> String {
        self.error.as_deref().map(|error| short(error, SHOWN)).unwrap_or_default()
    }

    pub(super) fn duration(&self) -> String {
        self.duration_ms.map(|ms| number::value(ms, "ms")).unwrap_or_default()
    }

    pub(super) fn cost(&self) -> String {
        let currency = short(self.currency.as_deref().unwrap_or("USD"), SHOWN);
        self.cost.map(|cost| number::value(cost, &currency)).unwrap_or_default()
    }
}
