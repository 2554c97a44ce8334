//! One bet: where it stands and why, what to do next, what it costs, and all that was agreed, measured and said of it.

mod change;
mod fact;
mod finding;
mod gate;
mod glance;
mod picture;
mod reading;
mod reason;
mod said;
mod stuck;
mod trial;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::note::Decision;
use trueup_roadmap::{Bet, Roadmap, stage};
use trueup_verdict::explain;
use trueup_verdict::number;
use trueup_verdict::render::words;
use trueup_verdict::report::{BetReport, State};
use trueup_views::Unknown;
use trueup_views::sourcing::{self, BetSourcing};
use trueup_views::trace::{self, Kind, Line, Trace};

use super::Page;
use super::note::{NoteLine, notes_about};
use crate::chart::{self, Figure};
use crate::filters;
use crate::frame::{Frame, Section};
use crate::snapshot::Snapshot;

pub use change::Moves;
pub use fact::Fact;
pub(super) use fact::is_web;
pub use finding::Finding;
pub(super) use gate::name_of;
pub use gate::{GateState, Signed};
pub use glance::Glance;
pub(super) use glance::{COST, cost as cost_each, time_left};
pub use picture::Small;
pub use reading::{Column, Reading};
pub use reason::Cause;
pub use said::Said;
pub use stuck::Code;
pub use trial::Trial;

/// All there is to know of one bet.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "bet.html")]
pub struct BetPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub id: String,
    pub title: String,
    /// The file that says it; `null` where no file goes by its name.
    pub path: Option<String>,
    /// What somebody sees who has no minute.
    pub glance: Vec<Glance>,
    /// The verdict in a sentence or two.
    pub in_short: Vec<String>,
    /// What to do next, and when.
    pub to_do: Vec<String>,
    /// The stage above and what the bet lacks to enter it; `null` where there is none.
    pub next_stage: Option<NextStage>,
    /// The verdict with all its numbers; `null` where there is no evidence.
    pub judged: Option<BetReport>,
    /// The codes by which it is stuck, explained.
    pub stuck: Vec<Code>,
    /// What it is for, and how that is known; `null` where its text could not be read.
    pub trace: Option<Trace>,
    /// The stage of work that it serves: the workflow's id, and what people do.
    pub work: Option<(String, String)>,
    /// The gates and who signed them.
    pub gates: Vec<Signed>,
    /// Who answers for it.
    pub people: Vec<Fact>,
    /// How what was promised moved; `null` where no git repository holds the roadmap.
    pub moves: Option<Moves>,
    /// What it may cost and what it brings.
    pub cost: Vec<Fact>,
    /// Where its model comes from and what that costs at the loads; `null` where it does not say.
    pub sourcing: Option<BetSourcing>,
    /// What else its text says, by subject.
    pub said: Vec<Said>,
    /// Notes about it, newest first.
    pub notes: Vec<NoteLine>,
    /// What `check` found in its file, worst first.
    pub findings: Vec<Finding>,
}

/// The stage above, and what is missing on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NextStage {
    pub stage: String,
    /// What to write, one line each; empty where nothing is missing.
    pub lacks: Vec<String>,
}

impl BetPage {
    /// Finds the bet: in the roadmap, or else what is known of a text that could not be read.
    pub fn new(snapshot: &Snapshot, frame: Frame, id: &str) -> Result<BetPage, Unknown> {
        let bet = snapshot.roadmap().bet(id);
        let judged = snapshot.judged(id);
        let path = bet.map_or_else(|| format!("bets/{id}.toml"), |bet| bet.place.path.clone());
        let is_written = snapshot.source(&path).is_some();
        if bet.is_none() && judged.is_none() && !is_written {
            snapshot.seen().bet(id)?;
        }
        let findings = finding::of_file(snapshot, &path);
        let mut page = BetPage {
            frame,
            id: id.to_owned(),
            title: id.to_owned(),
            path: is_written.then_some(path),
            glance: Vec::new(),
            in_short: Vec::new(),
            to_do: Vec::new(),
            next_stage: None,
            judged: judged.cloned(),
            stuck: stuck::codes(judged, &findings),
            trace: None,
            work: None,
            gates: Vec::new(),
            people: Vec::new(),
            moves: None,
            cost: Vec::new(),
            sourcing: None,
            said: Vec::new(),
            notes: notes_about(snapshot.roadmap(), id),
            findings,
        };
        page.tell(snapshot);
        if let Some(bet) = bet {
            page.read(snapshot, bet);
        }
        page.glance = glance::glance(snapshot, bet, &page);
        Ok(page)
    }

    /// What the verdict says to somebody in a hurry.
    fn tell(&mut self, snapshot: &Snapshot) {
        if let (Some(report), Some(judged)) = (&snapshot.report, &self.judged) {
            self.in_short = explain::in_short(report, snapshot.roadmap(), judged);
            self.to_do = explain::to_do(report, snapshot.roadmap(), judged);
        }
    }

    /// What its text and history say.
    fn read(&mut self, snapshot: &Snapshot, bet: &Bet) {
        let (roadmap, seen) = (snapshot.roadmap(), snapshot.seen());
        self.title.clone_from(&bet.title.value);
        self.next_stage = next_stage(snapshot, bet);
        // An id may also be that of something else.
        self.trace = trace::trace(&seen, &format!("bet:{}", bet.id)).ok();
        self.work = bet.workflow.as_ref().map(|stage| work(roadmap, stage));
        self.gates = gate::gates(snapshot, bet);
        self.people = said::people(roadmap, bet);
        self.moves = snapshot.history.as_ref().map(|history| change::moves(history, bet));
        self.cost = said::cost(roadmap, bet);
        let sourcings = sourcing::sourcing(&seen, Some(&bet.id.value)).ok();
        self.sourcing = sourcings.and_then(|found| found.bets.into_iter().next());
        self.said = said::said(roadmap, bet);
    }

    fn section(&self) -> Section {
        Section::Board
    }

    /// The word of the verdict.
    fn word(&self) -> &'static str {
        self.judged.as_ref().map_or("no evidence", |judged| words::verdict(judged.verdict))
    }

    fn causes(&self) -> Vec<Cause<'_>> {
        let criteria = self.criteria();
        let number = |code: &str| {
            let is_of = |one: &&Reading<'_>| one.found.metric == code && one.why().is_some();
            criteria.iter().find(is_of).map(|one| one.found.title.as_str())
        };
        let reasons = self.judged.iter().flat_map(|judged| &judged.reasons);
        let cause = |reason| Cause { reason, bet: &self.id, number: number(&reason.code) };
        reasons.map(cause).collect()
    }

    /// The criteria of the gate, and the watched metrics after them.
    fn criteria(&self) -> Vec<Reading<'_>> {
        let judged = self.judged.iter();
        let all = judged.flat_map(|judged| judged.criteria.iter().chain(&judged.watched));
        all.enumerate().map(|(place, found)| Reading { found, bet: &self.id, place }).collect()
    }

    /// Criteria over time: week by week or, where that is not known, the windows that must agree.
    fn trends(&self) -> Vec<Figure> {
        let criteria = self.criteria();
        criteria.iter().filter_map(|one| one.weeks().or_else(|| one.trend())).collect()
    }

    fn has_weeks(&self) -> bool {
        self.criteria().iter().any(|one| one.weeks().is_some())
    }

    /// Metrics that are looked at in more than one segment.
    fn slices(&self) -> Vec<Figure> {
        let slices = reading::slices(self.criteria());
        let pictures = slices.iter().enumerate();
        pictures.filter_map(|(place, slice)| picture::slices(place, slice)).collect()
    }

    /// The two columns of the double dashboard.
    fn columns(&self) -> Vec<Column<'_>> {
        let dashboard = self.judged.as_ref().and_then(|judged| judged.dashboard.as_ref());
        dashboard.map(|dashboard| reading::columns(dashboard, &self.id)).unwrap_or_default()
    }

    /// Where it stands by model and by impact, as a picture.
    fn quadrant(&self) -> Option<Figure> {
        let dashboard = self.judged.as_ref()?.dashboard.as_ref()?;
        Some(chart::quadrant("quadrant", "Model by impact", &dashboard.quadrant))
    }

    /// What the numbers of the dashboard are made of, in small.
    fn pictures(&self) -> Vec<Small<'_>> {
        picture::small(&self.columns())
    }

    fn loads(&self) -> Option<Figure> {
        picture::loads(self.sourcing.as_ref()?)
    }

    /// How its model and its impact stand, and what both together mean.
    fn standing(&self) -> Option<(&str, &str, &str)> {
        let quadrant = &self.judged.as_ref()?.dashboard.as_ref()?.quadrant;
        Some((&quadrant.model, &quadrant.impact, &quadrant.text))
    }

    fn trial(&self) -> Option<Trial<'_>> {
        let found = self.judged.as_ref()?.experiment.as_ref()?;
        Some(Trial { found, bet: &self.id })
    }

    /// True where nothing is left to reach, so that only an end can come.
    fn is_reached(&self) -> bool {
        let is_met = |judged: &BetReport| {
            judged.rule > 0 && judged.criteria.iter().all(|one| one.state == State::Met)
        };
        self.judged.as_ref().is_some_and(is_met)
    }

    /// What has to be known beside a criterion, unless a reason says it already.
    fn remarks<'a>(&'a self, one: &Reading<'a>) -> Vec<&'a str> {
        let is_said = |remark: &str| {
            let reasons = self.judged.iter().flat_map(|judged| &judged.reasons);
            reasons.into_iter().any(|reason| reason.text.contains(remark))
        };
        one.remarks().into_iter().filter(|remark| !is_said(remark)).collect()
    }

    fn unmeasured(&self) -> Option<&[String]> {
        let dashboard = self.judged.as_ref()?.dashboard.as_ref()?;
        Some(dashboard.unmeasured.as_slice()).filter(|metrics| !metrics.is_empty())
    }

    /// The outcomes that it serves, each once.
    fn outcomes(&self) -> Vec<&Line> {
        let keys = self.trace.iter().flat_map(|trace| &trace.why);
        let all = keys.flat_map(|key| &key.lines).filter(|line| line.kind == Kind::Outcome);
        let mut outcomes: Vec<&Line> = Vec::new();
        for outcome in all {
            if !outcomes.iter().any(|known| known.id == outcome.id) {
                outcomes.push(outcome);
            }
        }
        outcomes
    }

    /// The capabilities that it needs.
    fn needs(&self) -> Vec<&Line> {
        let how = self.trace.as_ref().map(|trace| trace.how.as_slice()).unwrap_or_default();
        how.iter().filter(|line| line.kind == Kind::Capability).collect()
    }

    /// Money, or that it is not known: never zero.
    fn money(&self, amount: &Option<f64>, currency: &str) -> String {
        amount.map_or_else(|| "unknown".to_owned(), |amount| number::value(amount, currency))
    }

    /// The parts of the page that are there.
    fn contents(&self) -> Vec<(&'static str, &'static str)> {
        let parts = [
            ("next", "Next", true),
            ("reasons", "Why", self.judged.is_some()),
            ("stuck", "Purgatory", !self.stuck.is_empty()),
            ("criteria", "Criteria", true),
            ("slices", "Slices", !self.slices().is_empty()),
            ("dashboard", "Dashboard", !self.columns().is_empty()),
            ("experiment", "Experiment", self.trial().is_some()),
            ("sight", "Line of sight", self.trace.is_some()),
            ("agreed", "Agreed", true),
            ("history", "History", true),
            ("cost", "Cost", !self.cost.is_empty() || self.sourcing.is_some()),
            ("details", "Details", !self.said.is_empty()),
            ("notes", "Notes", true),
            ("findings", "Check", true),
        ];
        let shown = parts.into_iter().filter(|(.., is_there)| *is_there);
        shown.map(|(id, name, _)| (id, name)).collect()
    }

    fn may_sign(&self) -> bool {
        self.frame.may_edit() && self.gates.iter().any(|gate| gate.state != GateState::Signed)
    }

    fn may_attest(&self) -> bool {
        self.frame.may_edit() && self.gates.iter().any(|gate| !gate.unattested.is_empty())
    }
}

/// The workflow of a stage `workflow/stage`, and what people do there.
fn work(roadmap: &Roadmap, named: &str) -> (String, String) {
    let (id, stage) = named.split_once('/').unwrap_or((named, ""));
    let found = roadmap.workflow(id).and_then(|workflow| {
        let stage = workflow.stages.iter().find(|known| known.id.value == stage)?;
        Some(format!("{}: {}", workflow.profession, stage.what))
    });
    (id.to_owned(), found.unwrap_or_else(|| named.to_owned()))
}

fn next_stage(snapshot: &Snapshot, bet: &Bet) -> Option<NextStage> {
    let step = if bet.stage.value == Stage::Pilot { Decision::Ship } else { Decision::Advance };
    let stage = stage::next(bet.stage.value, step).ok()?;
    let lacks = stage::lacks(snapshot.roadmap(), bet, stage);
    Some(NextStage { stage: stage.to_string(), lacks })
}

impl Page for BetPage {}
