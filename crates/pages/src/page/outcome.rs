//! Outcomes: what was promised to the business beside what the evidence shows, and the bets that are to bring it.

use askama::Template;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{KeyResult, Outcome, nearest};
use trueup_verdict::render::words;
use trueup_verdict::report::CriterionReport;
use trueup_verdict::{currency, number};
use trueup_views::Unknown;

use super::Page;
use super::bet::name_of;
use crate::chart::{Figure, Measured, forest};
use crate::filters;
use crate::frame::{Frame, Section};
use crate::said;
use crate::snapshot::{Snapshot, measured};

/// Every outcome.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "outcomes.html")]
pub struct OutcomesPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub outcomes: Vec<Promised>,
    /// Bets that serve none: id and title.
    pub astray: Vec<Serving>,
}

/// One outcome.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "outcome.html")]
pub struct OutcomePage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    pub outcome: Promised,
}

/// What was promised, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Promised {
    pub id: String,
    pub title: String,
    /// For whom.
    pub population: String,
    pub goal: Goal,
    pub key_results: Vec<Step>,
    /// All bets below it.
    pub bets: Vec<Serving>,
}

/// A number that is to move.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Goal {
    pub metric: String,
    /// What people call the metric.
    pub name: String,
    /// With their unit.
    pub from: String,
    pub to: String,
    pub by: Date,
    /// `12 days left`.
    pub time: String,
    /// What the bets that measure this metric show today.
    pub measured: Vec<Delivered>,
    #[serde(skip)]
    #[schemars(skip)]
    pub picture: Figure,
}

impl Goal {
    /// What a bet shows of it.
    #[must_use]
    pub fn of(&self, bet: &str) -> Option<&Delivered> {
        self.measured.iter().find(|measured| measured.bet == bet)
    }
}

/// A key result, the people of both sides who answer for it, and its bets.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Step {
    pub id: String,
    pub goal: Goal,
    /// Names, each with the side.
    pub owners: Vec<String>,
    pub bets: Vec<Serving>,
}

/// What one bet's evidence shows of the metric.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Delivered {
    pub bet: String,
    /// With its interval.
    pub today: String,
    /// `n = 4,813 from 120 people`
    pub sample: String,
    /// How much of the way from `from` to `to` is gone, in words.
    pub progress: String,
}

/// A bet that serves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Serving {
    pub id: String,
    pub title: String,
    pub stage: String,
    /// As spoken: `no verdict`.
    pub verdict: String,
}

impl OutcomesPage {
    #[must_use]
    pub fn new(snapshot: &Snapshot, frame: Frame) -> OutcomesPage {
        let roadmap = snapshot.roadmap();
        let outcomes: Vec<Promised> =
            roadmap.outcomes.iter().map(|outcome| promised(snapshot, outcome)).collect();
        let serves =
            |id: &str| outcomes.iter().any(|outcome| outcome.bets.iter().any(|bet| bet.id == id));
        let astray = roadmap.bets.iter().filter(|bet| !serves(&bet.id.value));
        let astray = astray.map(|bet| serving(snapshot, &bet.id.value)).collect();
        OutcomesPage { frame, outcomes, astray }
    }

    fn section(&self) -> Section {
        Section::Outcomes
    }
}

impl OutcomePage {
    /// Fails with the nearest name where there is no such outcome.
    pub fn new(snapshot: &Snapshot, frame: Frame, id: &str) -> Result<OutcomePage, Unknown> {
        let outcomes = &snapshot.roadmap().outcomes;
        let Some(outcome) = snapshot.roadmap().outcome(id) else {
            let known = outcomes.iter().map(|outcome| outcome.id.value.as_str());
            let hint = match nearest(id, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`/outcomes` lists them".to_owned(),
            };
            return Err(Unknown(format!("no outcome `{id}`; {hint}")));
        };
        Ok(OutcomePage { frame, outcome: promised(snapshot, outcome) })
    }

    fn section(&self) -> Section {
        Section::Outcomes
    }
}

impl Page for OutcomesPage {}
impl Page for OutcomePage {}

fn promised(snapshot: &Snapshot, outcome: &Outcome) -> Promised {
    let Outcome { id, title, population, metric, from, to, by, key_results, .. } = outcome;
    let id = id.value.as_str();
    let steps: Vec<Step> = key_results.iter().map(|result| step(snapshot, id, result)).collect();
    // Written `outcome/key-result`.
    let bets = serving_of(snapshot, |served| served.split('/').next() == Some(id));
    Promised {
        id: id.to_owned(),
        title: title.clone(),
        population: population.clone(),
        goal: goal(snapshot, &format!("goal-{id}"), (&metric.value, *from, *to, *by), &bets),
        key_results: steps,
        bets,
    }
}

fn step(snapshot: &Snapshot, outcome: &str, result: &KeyResult) -> Step {
    let roadmap = snapshot.roadmap();
    let KeyResult { id, metric, from, to, by, owners, .. } = result;
    let written = format!("{outcome}/{}", id.value);
    let bets = serving_of(snapshot, |served| served == written);
    let place = format!("goal-{outcome}-{}", id.value);
    let owner = |id: &str| match roadmap.side(id) {
        Some(side) => format!("{} ({})", name_of(roadmap, id), side.spoken()),
        None => id.to_owned(),
    };
    Step {
        id: id.value.clone(),
        goal: goal(snapshot, &place, (&metric.value, *from, *to, *by), &bets),
        owners: owners.iter().map(|id| owner(&id.value)).collect(),
        bets,
    }
}

fn goal(
    snapshot: &Snapshot,
    place: &str,
    (id, from, to, by): (&str, f64, f64, Date),
    bets: &[Serving],
) -> Goal {
    let roadmap = snapshot.roadmap();
    let metric = roadmap.metric(id);
    let unit = metric.map(|metric| currency::unit(metric, &roadmap.policy.currency));
    let unit = unit.unwrap_or_default();
    let name = metric.map_or(id, |metric| metric.title.as_str()).to_owned();
    let found: Vec<(&Serving, &CriterionReport)> = bets
        .iter()
        .filter_map(|bet| Some((bet, measured(snapshot.judged(&bet.id)?, id)?)))
        .collect();
    let beside: Vec<Measured> =
        found.iter().map(|(bet, found)| beside(bet, found, (from, to))).collect();
    Goal {
        metric: id.to_owned(),
        from: number::limit(from, &unit),
        to: number::limit(to, &unit),
        by,
        time: said::days_left(snapshot.today(), by),
        measured: found.iter().map(|(bet, found)| delivered(bet, found, (from, to))).collect(),
        picture: forest(place, &format!("{name}: each bet beside what was promised"), &beside),
        name,
    }
}

/// What a bet's evidence shows, held against the goal in the place of the bet's own threshold.
fn beside(bet: &Serving, found: &CriterionReport, (from, to): (f64, f64)) -> Measured {
    let goes_up = to >= from;
    let mut measured = Measured::from(found);
    measured.title.clone_from(&bet.title);
    measured.at_least = goes_up.then_some(to);
    measured.at_most = (!goes_up).then_some(to);
    let is =
        |bound: Option<f64>, holds: fn(&f64, &f64) -> bool| bound.is_some_and(|at| holds(&at, &to));
    let (reached, missed) = if goes_up {
        (is(found.low, f64::ge), is(found.high, f64::lt))
    } else {
        (is(found.high, f64::le), is(found.low, f64::gt))
    };
    let state = match (reached, missed) {
        (true, _) => "reached",
        (_, true) => "not reached",
        _ => "not settled",
    };
    Measured { state: state.to_owned(), ..measured }
}

fn delivered(bet: &Serving, found: &CriterionReport, goal: (f64, f64)) -> Delivered {
    Delivered {
        bet: bet.id.clone(),
        today: words::estimate(found),
        sample: said::sample(found),
        progress: found.estimate.map(|estimate| progress(estimate, goal)).unwrap_or_default(),
    }
}

/// How far it has come, which an estimate alone does not prove.
fn progress(today: f64, (from, to): (f64, f64)) -> String {
    let way = (today - from) / (to - from);
    match way {
        way if !way.is_finite() => "no way to go was set".to_owned(),
        way if way >= 1.0 => "the goal is reached, by the estimate".to_owned(),
        way if way < 0.0 => "it moved away from the goal, by the estimate".to_owned(),
        way => format!("{:.0} % of the way, by the estimate", way * 100.0),
    }
}

fn serving_of(snapshot: &Snapshot, is_it: impl Fn(&str) -> bool) -> Vec<Serving> {
    let bets = snapshot.roadmap().bets.iter();
    let serves = bets.filter(|bet| bet.serves.iter().any(|served| is_it(&served.value)));
    serves.map(|bet| serving(snapshot, &bet.id.value)).collect()
}

fn serving(snapshot: &Snapshot, id: &str) -> Serving {
    let bet = snapshot.roadmap().bet(id);
    let verdict = snapshot.judged(id).and_then(|judged| judged.verdict);
    Serving {
        id: id.to_owned(),
        title: bet.map_or(id, |bet| &bet.title.value).to_owned(),
        stage: bet.map(|bet| bet.stage.value.to_string()).unwrap_or_default(),
        verdict: words::verdict(verdict).to_owned(),
    }
}
