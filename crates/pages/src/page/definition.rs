//! One metric: its definition with the denominator, where the roadmap rests on it, and its data today.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::delivery::GoesWhen;
use trueup_roadmap::metric::{Better, MetricSide};
use trueup_roadmap::{Bet, Criterion, Metric, Outcome, Roadmap, standard_text};
use trueup_verdict::report::{BetReport, CriterionReport};

use super::Page;
use super::definitions::title;
use crate::chart::{Figure, Measured, forest};
use crate::filters;
use crate::frame::{Frame, Section};
use crate::said;
use crate::snapshot::Snapshot;

/// Bets in the picture; the table has all.
const SHOWN: usize = 30;

/// What a metric is, what rests on it and what it says.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "definition.html")]
pub struct DefinitionPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub metric: Definition,
    /// Where the roadmap rests on it.
    pub uses: Vec<Use>,
    /// What it says of each bet today; of those where something is recorded or a criterion asks.
    pub data: Vec<Datum>,
    /// True where there is evidence at all.
    pub has_evidence: bool,
}

/// A metric in full.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Definition {
    pub id: String,
    pub title: String,
    pub definition: String,
    pub side: MetricSide,
    pub unit: String,
    pub better: Better,
    /// The unit of inference.
    pub per: String,
    /// How old an interaction must be before what followed counts, hours.
    pub window_hours: f64,
    /// Fewer units of inference than this decide nothing.
    pub units_at_least: u32,
    /// What is counted, denominator included, in words.
    pub counts: String,
    /// The values that are possible; `null` where there is no end.
    pub lowest: Option<f64>,
    pub highest: Option<f64>,
    /// True when every roadmap has it.
    pub standard: bool,
    /// Tells this definition from any other.
    pub digest: String,
    /// The file of a team's own.
    pub path: Option<String>,
    /// As it is written in the language.
    pub text: String,
}

/// A place of the roadmap that rests on a metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Use {
    pub kind: UseKind,
    /// The id of the bet, outcome or capability.
    pub id: String,
    pub title: String,
    /// How: "`acceptance` at least 0.6, goal" of gate `graduate`.
    pub what: String,
}

/// What rests on a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UseKind {
    Outcome,
    KeyResult,
    /// A criterion of a gate.
    Criterion,
    Watched,
    Baseline,
    /// When a harness can go.
    Harness,
    Capability,
}

/// What a metric says of a bet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Datum {
    pub bet: String,
    pub title: String,
    pub row: CriterionReport,
}

impl UseKind {
    fn spoken(self) -> &'static str {
        match self {
            UseKind::Outcome => "outcome",
            UseKind::KeyResult => "key result",
            UseKind::Criterion => "criterion",
            UseKind::Watched => "watched",
            UseKind::Baseline => "baseline",
            UseKind::Harness => "harness",
            UseKind::Capability => "capability",
        }
    }
}

impl DefinitionPage {
    /// `None` where no metric goes by that name.
    #[must_use]
    pub fn new(snapshot: &Snapshot, frame: Frame, id: &str) -> Option<DefinitionPage> {
        let metric = snapshot.roadmap().metric(id)?;
        Some(DefinitionPage {
            frame,
            metric: definition(snapshot, metric),
            uses: uses(snapshot.roadmap(), id),
            data: rows(snapshot, id).map(datum).collect(),
            has_evidence: snapshot.report.is_some(),
        })
    }

    fn section(&self) -> Section {
        Section::Metrics
    }

    /// Each bet's interval against what is asked of it; differences are no values and stand in the table alone.
    fn figure(&self) -> Figure {
        let known = self.data.iter().filter(|datum| datum.row.compared.is_none());
        let unit = known.clone().map(|datum| &datum.row.measured_in).next();
        let alike = known.filter(|datum| Some(&datum.row.measured_in) == unit);
        let measured = |datum: &Datum| {
            let among = datum.row.among.as_ref().map(|among| format!(" ({among})"));
            let title = format!("{}{}", datum.title, among.unwrap_or_default());
            Measured { title, ..Measured::from(&datum.row) }
        };
        let all: Vec<Measured> = alike.take(SHOWN).map(measured).collect();
        forest("bets", "Each bet with its interval", &all)
    }

    fn side_title(&self) -> &'static str {
        title(self.metric.side)
    }

    /// As it is written: `1 h`, `2 d`.
    fn window(&self) -> String {
        match self.metric.window_hours {
            hours if hours <= 0.0 => "at once".to_owned(),
            hours if hours % 24.0 == 0.0 => format!("after {} d", hours / 24.0),
            hours => format!("after {hours} h"),
        }
    }

    /// The link to what a use is in.
    fn to(&self, of: &Use) -> String {
        match of.kind {
            UseKind::Outcome | UseKind::KeyResult => self.frame.about("outcomes", &of.id),
            UseKind::Capability => self.frame.at("/capabilities", &of.id),
            _ => self.frame.about("bets", &of.id),
        }
    }
}

fn definition(snapshot: &Snapshot, metric: &Metric) -> Definition {
    let (low, high) = metric.measure.range();
    let finite = |end: f64| end.is_finite().then_some(end);
    let own = (!metric.standard).then(|| metric.id.place.path.clone());
    let source = own.as_deref().and_then(|path| snapshot.source(path));
    let text = source.map(|source| source.text.as_str());
    Definition {
        id: metric.id.value.clone(),
        title: metric.title.clone(),
        definition: metric.definition.clone(),
        side: metric.side,
        unit: metric.unit.clone(),
        better: metric.better,
        per: metric.per.clone(),
        window_hours: metric.window_hours,
        units_at_least: metric.units_at_least.unwrap_or(snapshot.roadmap().policy.units_at_least),
        counts: metric.measure.in_words(),
        lowest: finite(low),
        highest: finite(high),
        standard: metric.standard,
        digest: metric.digest.clone(),
        text: text.or_else(|| standard_text(&metric.id.value)).unwrap_or_default().to_owned(),
        path: own,
    }
}

/// What a metric says of each bet: criteria first, each bet's rows as its dashboard has them.
pub(crate) fn rows<'a>(
    snapshot: &'a Snapshot,
    id: &'a str,
) -> impl Iterator<Item = (&'a BetReport, &'a CriterionReport)> {
    let bets = snapshot.report.iter().flat_map(|report| &report.bets);
    bets.flat_map(move |bet| {
        let own = bet.criteria.iter().chain(&bet.watched);
        let panels = bet.dashboard.iter().flat_map(|dashboard| &dashboard.panels);
        // The dashboard repeats criteria and what is watched.
        let has = own.clone().any(|row| row.metric == id);
        let others = panels.flat_map(|panel| &panel.rows).filter(move |_| !has);
        own.chain(others).filter(move |row| row.metric == id).map(move |row| (bet, row))
    })
}

fn datum((bet, row): (&BetReport, &CriterionReport)) -> Datum {
    Datum { bet: bet.id.clone(), title: bet.title.clone(), row: row.clone() }
}

/// Every place of the roadmap that rests on a metric.
pub(crate) fn uses(roadmap: &Roadmap, id: &str) -> Vec<Use> {
    let outcomes = roadmap.outcomes.iter().flat_map(|outcome| of_outcome(outcome, id));
    let bets = roadmap.bets.iter().flat_map(|bet| of_bet(bet, id));
    let capabilities = roadmap.capabilities.iter().filter_map(|capability| {
        let criterion = capability.criterion.as_ref()?;
        (criterion.metric.value == id).then(|| Use {
            kind: UseKind::Capability,
            id: capability.id.value.clone(),
            title: capability.title.clone(),
            what: format!("it is there when {}", criterion.bound),
        })
    });
    outcomes.chain(bets).chain(capabilities).collect()
}

fn of_outcome(outcome: &Outcome, id: &str) -> Vec<Use> {
    let of =
        |kind, what| Use { kind, id: outcome.id.value.clone(), title: outcome.title.clone(), what };
    let whole = (outcome.metric.value == id).then(|| {
        of(UseKind::Outcome, format!("{} → {} by {}", outcome.from, outcome.to, outcome.by))
    });
    let steps = outcome.key_results.iter().filter(|result| result.metric.value == id);
    let step = |result: &trueup_roadmap::KeyResult| {
        let what = format!("`{}`: {} → {} by {}", result.id, result.from, result.to, result.by);
        of(UseKind::KeyResult, what)
    };
    whole.into_iter().chain(steps.map(step)).collect()
}

fn of_bet(bet: &Bet, id: &str) -> Vec<Use> {
    let of =
        |kind, what| Use { kind, id: bet.id.value.clone(), title: bet.title.value.clone(), what };
    let mut uses = Vec::new();
    for gate in &bet.gates {
        let asks = |criterion: &&Criterion| matches!(criterion, Criterion::Measured(measured) if measured.metric.value == id);
        uses.extend(
            gate.criteria.iter().filter(asks).map(|criterion| {
                of(UseKind::Criterion, format!("gate `{}`: {criterion}", gate.name))
            }),
        );
    }
    if bet.watch.iter().any(|watched| watched.value == id) {
        uses.push(of(UseKind::Watched, "shown beside the criteria; decides nothing".to_owned()));
    }
    let baseline = bet.baseline.as_ref();
    let baseline =
        baseline.filter(|one| one.metric.as_ref().is_some_and(|named| named.value == id));
    uses.extend(baseline.map(|one| {
        let value = one.value.map(|value| format!(" at {value}")).unwrap_or_default();
        of(UseKind::Baseline, format!("{}{value}", one.what))
    }));
    for part in &bet.components {
        if let Some(GoesWhen::Criterion(measured)) = &part.goes_when
            && measured.metric.value == id
        {
            uses.push(of(
                UseKind::Harness,
                format!("`{}` can go when {}", part.id, measured.bound),
            ));
        }
    }
    uses
}

impl Page for DefinitionPage {}
