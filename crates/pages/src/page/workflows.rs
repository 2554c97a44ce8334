//! Workflows: a profession's work from end to end, and which bets serve which stage of it.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::workflow::{Mark, WorkStage};
use trueup_roadmap::{Bet, Workflow};
use trueup_views::harness::running;
use trueup_views::professions::{Ranked, professions, serves};

use super::Page;
use crate::chart::{Bar, Figure, bars};
use crate::filters;
use crate::frame::{Frame, Section};
use crate::said;
use crate::snapshot::Snapshot;

/// Every workflow, the one that suits best to be served next first.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "workflows.html")]
pub struct WorkflowsPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub workflows: Vec<Work>,
    /// Bets that are not over and name no workflow.
    pub elsewhere: Vec<Served>,
}

/// A workflow, stage by stage.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Work {
    pub ranked: Ranked,
    /// How much of the working week it takes, hours; `null` while a stage does not say.
    pub hours: Option<f64>,
    pub stages: Vec<Step>,
    pub marks: Vec<Marked>,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Step {
    pub id: String,
    pub what: String,
    /// As written, for example `6h`.
    pub time: Option<String>,
    pub hours: Option<f64>,
    /// How it fails today.
    pub fails: Vec<String>,
    /// What would feel like magic.
    pub magic: Option<String>,
    pub state: Service,
    pub bets: Vec<Served>,
}

/// How far a stage is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// By a bet in pilot or live.
    InUse,
    /// By a bet that nobody uses yet.
    Planned,
    Free,
}

/// A bet that serves a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Served {
    pub bet: String,
    pub title: String,
    pub stage: Stage,
}

/// A mark from 1 to 5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Marked {
    pub name: String,
    /// What a high mark means.
    pub means: String,
    pub mark: Option<u8>,
    pub because: Option<String>,
}

impl Service {
    fn sign(self) -> &'static str {
        match self {
            Service::InUse => "●",
            Service::Planned => "◐",
            Service::Free => "○",
        }
    }

    fn spoken(self) -> &'static str {
        match self {
            Service::InUse => "in use",
            Service::Planned => "planned",
            Service::Free => "not served",
        }
    }
}

impl WorkflowsPage {
    #[must_use]
    pub fn new(snapshot: &Snapshot, frame: Frame) -> WorkflowsPage {
        let roadmap = snapshot.roadmap();
        let bets: Vec<&Bet> = running(&roadmap.bets).collect();
        let works = professions(&snapshot.seen()).workflows.into_iter().filter_map(|ranked| {
            let workflow = roadmap.workflow(&ranked.id)?;
            Some(work(ranked, workflow, &bets))
        });
        let elsewhere = bets.iter().filter(|bet| bet.workflow.is_none());
        WorkflowsPage {
            frame,
            workflows: works.collect(),
            elsewhere: elsewhere.map(|bet| served(bet)).collect(),
        }
    }

    fn section(&self) -> Section {
        Section::Workflows
    }

    /// How long each stage takes; those in use stand out.
    fn hours(&self, work: &Work) -> Figure {
        let bar = |step: &Step| Bar {
            name: step.id.clone(),
            value: step.hours,
            rests_on: step.state.spoken().to_owned(),
            is_marked: step.state == Service::InUse,
        };
        let all: Vec<Bar> = work.stages.iter().map(bar).collect();
        let title = format!("Hours a week of the {}; ▸ is in use", work.ranked.profession);
        bars(&format!("hours-{}", work.ranked.id), &title, "h", &all)
    }
}

fn work(ranked: Ranked, workflow: &Workflow, bets: &[&Bet]) -> Work {
    let stages: Vec<Step> =
        workflow.stages.iter().map(|stage| step(workflow, stage, bets)).collect();
    let hours: Option<Vec<f64>> = stages.iter().map(|stage| stage.hours).collect();
    Work {
        ranked,
        hours: hours.map(|hours| hours.iter().sum()),
        stages,
        marks: vec![
            marked("tolerance", "how well the work bears a mistake", workflow.tolerance.as_ref()),
            marked("boundaries", "how clear its start and end are", workflow.boundaries.as_ref()),
            marked("data", "how good its data is", workflow.data.as_ref()),
        ],
    }
}

fn marked(name: &str, means: &str, mark: Option<&Mark>) -> Marked {
    Marked {
        name: name.to_owned(),
        means: means.to_owned(),
        mark: mark.map(|mark| mark.mark),
        because: mark.and_then(|mark| mark.because.clone()),
    }
}

fn step(workflow: &Workflow, stage: &WorkStage, bets: &[&Bet]) -> Step {
    let serving = bets.iter().filter(|bet| serves(bet, workflow, Some(stage)));
    let bets: Vec<Served> = serving.map(|bet| served(bet)).collect();
    let state = match bets.as_slice() {
        [] => Service::Free,
        some if some.iter().any(|bet| bet.stage >= Stage::Pilot) => Service::InUse,
        _ => Service::Planned,
    };
    Step {
        id: stage.id.value.clone(),
        what: stage.what.clone(),
        time: stage.time.as_ref().map(|time| time.text.clone()),
        hours: stage.time.as_ref().map(|time| time.hours),
        fails: stage.fails.clone(),
        magic: stage.magic.clone(),
        state,
        bets,
    }
}

fn served(bet: &Bet) -> Served {
    Served { bet: bet.id.value.clone(), title: bet.title.value.clone(), stage: bet.stage.value }
}

impl Page for WorkflowsPage {}
