//! The harness: what stands for something that the model cannot do yet, how thin the product layer is
//! without it, and what of it can go now.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::bet::delivery::{Component, ComponentKind, GoesWhen};
use trueup_roadmap::capability::{Capability, InvestmentKind};
use trueup_roadmap::gate::Bound;
use trueup_roadmap::note::NoteKind;
use trueup_roadmap::{Bet, Length, Measured, Note};
use trueup_verdict::report::{CriterionReport, State};

use crate::seen::Seen;

const HOURS_A_WEEK: f64 = 168.0;

/// Every harness of bets that are not over, and how thin the layer is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Inventory {
    pub parts: Vec<Part>,
    /// Of all bets together.
    pub whole: Thinness,
    pub by_bet: Vec<OfBet>,
    /// As of each note on a model's release, oldest first.
    pub releases: Vec<Release>,
    /// False where no history tells what earlier releases found.
    pub has_history: bool,
    /// What the parts that can go now took to build and take to keep.
    pub freed_weeks: f64,
    /// Where that effort helps most: the largest data work that waits.
    pub move_to: Option<DataWork>,
}

/// One harness.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Part {
    pub bet: String,
    pub id: String,
    /// A capability's id.
    pub stands_for: Option<String>,
    /// As written, for example `3w`.
    pub effort: Option<String>,
    pub goes_when: Option<String>,
    pub exit: Exit,
    /// Why so, or whom to ask what.
    pub why: String,
}

/// Whether a harness can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Exit {
    /// Its criterion is met.
    CanGo,
    /// Its criterion is refuted.
    Stays,
    /// The evidence does not decide yet.
    Undecided,
    /// A person has to say.
    Ask,
}

/// One minus harness ÷ all components; product, controls and baselines do not count against it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Thinness {
    pub harness: usize,
    pub components: usize,
    /// `null` where no component is written down.
    pub share: Option<f64>,
}

/// The thinness of a bet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OfBet {
    pub bet: String,
    pub thinness: Thinness,
}

/// How thin the layer was when a model came out.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Release {
    pub on: Date,
    pub note: String,
    pub model: Option<String>,
    /// `null` where the history does not reach back so far.
    pub thinness: Option<Thinness>,
    /// Against the release before.
    pub trend: Option<Trend>,
}

/// How thinness moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Trend {
    Rising,
    Level,
    Falling,
}

/// Data work that waits.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DataWork {
    pub capability: String,
    pub weeks: f64,
    /// The chance that the next run closes the gap, as R&D states it.
    pub chance: Option<f64>,
}

/// Counts every harness and asks of each whether it can go.
#[must_use]
pub fn inventory(seen: &Seen<'_>) -> Inventory {
    let bets: Vec<&Bet> = running(&seen.roadmap.bets).collect();
    let parts = bets.iter().flat_map(|bet| harnesses(bet).map(|part| (*bet, part)));
    let parts: Vec<(Part, f64)> =
        parts.map(|(bet, part)| (judged(seen, bet, part), weeks(part.effort.as_ref()))).collect();
    let freed = parts.iter().filter(|(part, _)| part.exit == Exit::CanGo);
    Inventory {
        freed_weeks: freed.fold(0.0, |sum, (_, weeks)| sum + weeks),
        parts: parts.into_iter().map(|(part, _)| part).collect(),
        whole: thinness(bets.iter().copied()),
        by_bet: bets
            .iter()
            .filter(|bet| !bet.components.is_empty())
            .map(|bet| OfBet { bet: bet.id.value.clone(), thinness: thinness([*bet]) })
            .collect(),
        releases: releases(seen),
        has_history: seen.history.is_some(),
        move_to: waiting(seen),
    }
}

/// The thinness of some bets together.
pub(crate) fn thinness<'a>(bets: impl IntoIterator<Item = &'a Bet>) -> Thinness {
    let (mut harness, mut components) = (0, 0);
    for bet in bets {
        harness += harnesses(bet).count();
        components += bet.components.len();
    }
    let share = (components > 0).then(|| 1.0 - harness as f64 / components as f64);
    Thinness { harness, components, share }
}

/// The bets that are not over.
pub fn running(bets: &[Bet]) -> impl Iterator<Item = &Bet> {
    bets.iter().filter(|bet| bet.stage.value <= Stage::Live)
}

/// A length in weeks; nothing where it is not written.
pub(crate) fn weeks(length: Option<&Length>) -> f64 {
    length.map_or(0.0, |length| length.hours / HOURS_A_WEEK)
}

pub(crate) fn harnesses(bet: &Bet) -> impl Iterator<Item = &Component> {
    bet.components.iter().filter(|part| part.kind.value == ComponentKind::Harness)
}

fn judged(seen: &Seen<'_>, bet: &Bet, part: &Component) -> Part {
    let (exit, why) = exit(seen, bet, part);
    Part {
        bet: bet.id.value.clone(),
        id: part.id.value.clone(),
        stands_for: part.stands_for.as_ref().map(|id| id.value.clone()),
        effort: part.effort.as_ref().map(|effort| effort.text.clone()),
        goes_when: part.goes_when.as_ref().map(in_words),
        exit,
        why,
    }
}

fn in_words(goes_when: &GoesWhen) -> String {
    match goes_when {
        GoesWhen::Words(words) => words.clone(),
        GoesWhen::Criterion(measured) => criterion(measured),
    }
}

/// For example "`f1` at least 0.7".
pub(crate) fn criterion(measured: &Measured) -> String {
    format!("`{}` {}", measured.metric.value, measured.bound)
}

/// A criterion is answered where the verdict measured its metric; all else is a question.
fn exit(seen: &Seen<'_>, bet: &Bet, part: &Component) -> (Exit, String) {
    let owner = bet.owners.as_ref().and_then(|owners| owners.model.as_ref());
    let owner = owner.map_or("the model's owner", |owner| owner.value.as_str());
    match &part.goes_when {
        None => (Exit::Ask, format!("ask {owner}: when can it go? write `goes_when`")),
        Some(GoesWhen::Words(words)) => (Exit::Ask, format!("ask {owner}: {words}?")),
        Some(GoesWhen::Criterion(criterion)) => {
            let (metric, bound) = (&criterion.metric.value, criterion.bound);
            let unknown = || {
                (Exit::Ask, format!("ask {owner}: is `{metric}` {bound}? it is not measured here"))
            };
            measured(seen, bet, criterion)
                .map_or_else(unknown, |found| (compared(bound, found), value(found)))
        }
    }
}

fn measured<'a>(seen: &Seen<'a>, bet: &Bet, criterion: &Measured) -> Option<&'a CriterionReport> {
    let judged = seen.judged(&bet.id.value)?;
    let mut known = judged.criteria.iter().chain(&judged.watched);
    known.find(|found| {
        let same = found.metric == criterion.metric.value && found.among == criterion.among;
        same && found.estimate.is_some() && found.state != State::Invalid
    })
}

/// The interval lies inside the allowed side, outside, or across its edge.
fn compared(bound: Bound, found: &CriterionReport) -> Exit {
    let (low, high) = (found.low, found.high);
    let above = |edge: f64| low.is_some_and(|low| low >= edge);
    let below = |edge: f64| high.is_some_and(|high| high <= edge);
    let (met, refuted) = match bound {
        Bound::AtLeast(least) => (above(least), high.is_some_and(|high| high < least)),
        Bound::AtMost(most) => (below(most), low.is_some_and(|low| low > most)),
        Bound::Between(least, most) => (
            above(least) && below(most),
            high.is_some_and(|high| high < least) || low.is_some_and(|low| low > most),
        ),
    };
    match (met, refuted) {
        (true, _) => Exit::CanGo,
        (_, true) => Exit::Stays,
        _ => Exit::Undecided,
    }
}

fn value(found: &CriterionReport) -> String {
    let number = |value: Option<f64>| value.map_or("?".to_owned(), |value| format!("{value:.3}"));
    let (estimate, low, high) = (number(found.estimate), number(found.low), number(found.high));
    let units = found.units.map_or(String::new(), |units| format!(", {units} × {}", found.per));
    format!("`{}` is {estimate} ({low} to {high}{units})", found.metric)
}

fn releases(seen: &Seen<'_>) -> Vec<Release> {
    let notes = seen.roadmap.notes.iter();
    let notes = notes.filter(|note| note.kind.value == NoteKind::ModelRelease);
    let mut before: Option<f64> = None;
    let release = |note: &Note| {
        let thinness = thinness_on(seen, note.on.value);
        let share = thinness.and_then(|thinness| thinness.share);
        let trend = before.zip(share).map(|(before, now)| trend(before, now));
        before = share.or(before);
        let model = note.model.as_ref().map(|model| model.value.clone());
        Release { on: note.on.value, note: note.id.value.clone(), model, thinness, trend }
    };
    notes.map(release).collect()
}

/// `None` before the first revision that is known.
fn thinness_on(seen: &Seen<'_>, day: Date) -> Option<Thinness> {
    let history = seen.history?;
    history.revisions.first().filter(|first| first.on <= day)?;
    let then = history.bets.keys().filter_map(|id| history.bet_on(id, day)?.entity.as_ref());
    Some(thinness(then.filter(|bet| bet.stage.value <= Stage::Live)))
}

fn trend(before: f64, now: f64) -> Trend {
    match now.total_cmp(&before) {
        std::cmp::Ordering::Greater => Trend::Rising,
        std::cmp::Ordering::Equal => Trend::Level,
        std::cmp::Ordering::Less => Trend::Falling,
    }
}

/// The largest investment in data that still lacks labels and that a bet waits for.
fn waiting(seen: &Seen<'_>) -> Option<DataWork> {
    let work = |capability: &Capability| {
        let investment = capability.investment.as_ref()?;
        let of_data =
            matches!(investment.kind.value, InvestmentKind::Collect | InvestmentKind::Label);
        let wanted = running(&seen.roadmap.bets)
            .any(|bet| bet.needs.iter().any(|need| need.value == capability.id.value));
        let waits = capability.labels.as_ref().is_none_or(|labels| !labels.is_enough());
        (of_data && wanted && waits && investment.effort.is_some()).then(|| DataWork {
            capability: capability.id.value.clone(),
            weeks: weeks(investment.effort.as_ref()),
            chance: investment.chance,
        })
    };
    let waiting = seen.roadmap.capabilities.iter().filter_map(work);
    waiting.reduce(|most, next| if next.weeks > most.weeks { next } else { most })
}
