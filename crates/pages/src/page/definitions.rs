//! Metrics: each definition, standard and own, by whose dashboard it belongs on.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::Metric;
use trueup_roadmap::metric::{Better, MetricSide};

use super::Page;
use super::definition::{rows, uses};
use super::diagnostics::Choice;
use crate::filters;
use crate::frame::{Frame, Section};
use crate::said;
use crate::snapshot::Snapshot;

/// The metrics that bets can be measured by.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "definitions.html")]
pub struct DefinitionsPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub of: Of,
    pub metrics: usize,
    pub used: usize,
    pub own: usize,
    /// In the order of the double dashboard.
    pub sides: Vec<Side>,
}

/// Which metrics are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    #[default]
    All,
    /// Those that the roadmap rests on.
    Used,
    /// The team's own.
    Own,
}

/// The metrics of one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Side {
    pub side: MetricSide,
    pub title: String,
    pub metrics: Vec<Row>,
}

/// A metric in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Row {
    pub id: String,
    pub title: String,
    pub definition: String,
    pub unit: String,
    pub better: Better,
    pub per: String,
    pub standard: bool,
    /// In how many places of the roadmap it stands.
    pub uses: usize,
    /// For how many bets there is a number today.
    pub measured: usize,
}

impl Of {
    /// Reads what the address asks for.
    #[must_use]
    pub fn new(word: Option<&str>) -> Of {
        match word {
            Some("used") => Of::Used,
            Some("own") => Of::Own,
            _ => Of::All,
        }
    }

    fn holds(self, row: &Row) -> bool {
        match self {
            Of::All => true,
            Of::Used => row.uses > 0,
            Of::Own => !row.standard,
        }
    }
}

/// The sides as the double dashboard calls them.
const SIDES: [(MetricSide, &str); 6] = [
    (MetricSide::Product, "What people do with it"),
    (MetricSide::Business, "What the business gets"),
    (MetricSide::Cost, "What it costs"),
    (MetricSide::Trust, "Whether people rely on it as they should"),
    (MetricSide::Model, "How good the model is"),
    (MetricSide::Ops, "Whether it runs"),
];

/// What a side is about.
pub(crate) fn title(side: MetricSide) -> &'static str {
    SIDES.iter().find(|(known, _)| *known == side).map_or("", |(_, title)| title)
}

impl DefinitionsPage {
    #[must_use]
    pub fn new(snapshot: &Snapshot, frame: Frame, of: Of) -> DefinitionsPage {
        let all: Vec<(MetricSide, Row)> =
            snapshot.roadmap().metrics.iter().map(|metric| row(snapshot, metric)).collect();
        let count = |of: Of| all.iter().filter(|(_, row)| of.holds(row)).count();
        let side = |(side, title): (MetricSide, &str)| Side {
            side,
            title: title.to_owned(),
            metrics: all
                .iter()
                .filter(|(own, row)| *own == side && of.holds(row))
                .map(|(_, row)| row.clone())
                .collect(),
        };
        DefinitionsPage {
            frame,
            of,
            metrics: all.len(),
            used: count(Of::Used),
            own: count(Of::Own),
            sides: SIDES.into_iter().map(side).filter(|side| !side.metrics.is_empty()).collect(),
        }
    }

    fn section(&self) -> Section {
        Section::Metrics
    }

    fn choices(&self) -> [Choice; 3] {
        [
            (Of::All, "all", self.metrics, "/definitions"),
            (Of::Used, "used here", self.used, "/definitions?of=used"),
            (Of::Own, "our own", self.own, "/definitions?of=own"),
        ]
        .map(|(of, text, count, to)| Choice {
            text: text.to_owned(),
            count,
            to: self.frame.to(to),
            is_chosen: self.of == of,
        })
    }
}

fn row(snapshot: &Snapshot, metric: &Metric) -> (MetricSide, Row) {
    let id = &metric.id.value;
    let row = Row {
        id: id.clone(),
        title: metric.title.clone(),
        definition: metric.definition.clone(),
        unit: metric.unit.clone(),
        better: metric.better,
        per: metric.per.clone(),
        standard: metric.standard,
        uses: uses(snapshot.roadmap(), id).len(),
        measured: rows(snapshot, id).filter(|(_, row)| row.estimate.is_some()).count(),
    };
    (metric.side, row)
}

impl Page for DefinitionsPage {}
