//! W: whose work is it, all of it, in which order do people get it, and what is learned from them?

use super::super::Case;
use super::horizon::starts;
use super::phrase::{is_only, length, words};
use super::{explores, lint};
use crate::bet::{Audience, Bet, Stage};
use crate::diagnostic::Diagnostic;
use crate::history::History;
use crate::name::shown;
use crate::source::Spanned;
use crate::{Roadmap, Workflow};

/// Industries: each has many professions, and each profession many of them.
const INDUSTRIES: [&str; 46] = [
    "aerospace",
    "agriculture",
    "automotive",
    "aviation",
    "banking",
    "biotech",
    "chemicals",
    "construction",
    "defence",
    "defense",
    "e commerce",
    "ecommerce",
    "education",
    "energy",
    "entertainment",
    "fashion",
    "finance",
    "financial services",
    "fintech",
    "food",
    "government",
    "health care",
    "healthcare",
    "health",
    "hospitality",
    "insurance",
    "legal",
    "life sciences",
    "logistics",
    "manufacturing",
    "media",
    "mining",
    "oil",
    "gas",
    "pharma",
    "pharmaceuticals",
    "public sector",
    "real estate",
    "retail",
    "supply chain",
    "telecom",
    "telecommunications",
    "tourism",
    "travel",
    "transport",
    "utilities",
];

/// Words beside the name of an industry that still name nobody who works.
const BESIDE_AN_INDUSTRY: [&str; 33] = [
    "industry",
    "industries",
    "sector",
    "vertical",
    "market",
    "segment",
    "space",
    "company",
    "companies",
    "enterprise",
    "business",
    "businesses",
    "firm",
    "organisation",
    "organization",
    "corporation",
    "customer",
    "client",
    "account",
    "provider",
    "large",
    "small",
    "mid",
    "sized",
    "global",
    "european",
    "the",
    "and",
    "in",
    "of",
    "for",
    "our",
    "all",
];

/// The gate that consumers wait for.
const CONSUMER_GATE: &str = "consumer";

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for workflow in &case.roadmap.workflows {
        if !case.unreadable.is_incomplete(&workflow.place.path) {
            found.extend(vertical(case.roadmap, &workflow.profession));
        }
    }
    for bet in case.bets() {
        found.extend(at_work(bet).and_then(|who| vertical(case.roadmap, who)));
        found.extend(spot_work(case, bet));
        found.extend(consumer_gate(bet));
        found.extend(consumers_first(case, bet));
        found.extend(no_process_data(case, bet));
    }
    found
}

/// Who has the problem at work; consumers have no profession.
fn at_work(bet: &Bet) -> Option<&Spanned<String>> {
    let is_private = bet.audience.as_ref().is_some_and(|it| it.value == Audience::Consumer);
    let problem = bet.problem.as_ref().filter(|_| bet.has_reached(Stage::Framed) && !is_private)?;
    Some(&problem.who)
}

/// W01: an industry, and nobody in it.
fn vertical(roadmap: &Roadmap, who: &Spanned<String>) -> Option<Diagnostic> {
    let own: Vec<String> =
        roadmap.policy.industries.iter().map(|industry| words(industry).join(" ")).collect();
    let own = own.iter().map(String::as_str).filter(|industry| !industry.is_empty());
    let industries: Vec<&str> = INDUSTRIES.into_iter().chain(own).collect();
    let said = words(&who.value);
    let names_one =
        (0..said.len()).any(|at| industries.iter().any(|name| length(&said[at..], name) > 0));
    if !names_one || !is_only(&said, &[&industries[..], &BESIDE_AN_INDUSTRY[..]].concat()) {
        return None;
    }
    let message = format!("`{}` is not a profession", shown(&who.value));
    let help = "name who does the work, for example nurses or claims adjusters; an industry is a \
                segment to look at with `among`";
    Some(lint("W01", &who.place, message, help))
}

/// W02: one stage of the work, nothing before it, nothing after it, nothing learned from it.
fn spot_work(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let unknown = case.unreadable.any_in("bets/") || case.unreadable.any_in("workflows/");
    if !bet.has_reached(Stage::Discovery) || unknown || explores(case, bet) || gathers(bet) {
        return None;
    }
    let served = bet.workflow.as_ref()?;
    let (workflow, at) = work_stage(case.roadmap, &served.value)?;
    let neighbours = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
    let neighbours: Vec<String> = neighbours
        .filter_map(|at| workflow.stages.get(at))
        .map(|stage| format!("{}/{}", workflow.id.value, stage.id.value))
        .collect();
    let continues = |other: &Bet| {
        let place = other.workflow.as_ref().map(|served| &served.value);
        other.has_reached(Stage::Proposed) && place.is_some_and(|place| neighbours.contains(place))
    };
    if case.roadmap.bets.iter().any(continues) {
        return None;
    }
    let message = format!(
        "`{}` is one of {} stages, no bet serves its neighbours, and nothing is learned from its use",
        served.value,
        workflow.stages.len()
    );
    let help = "serve the stage before or after it too, or name the steps that are logged in \
                `data.gathers`; a task alone is soon copied";
    Some(lint("W02", &served.place, message, help))
}

/// A workflow and the position of a stage, written `workflow/stage`.
fn work_stage<'a>(roadmap: &'a Roadmap, written: &str) -> Option<(&'a Workflow, usize)> {
    let (workflow, stage) = written.split_once('/')?;
    let workflow = roadmap.workflow(workflow)?;
    let at = workflow.stages.iter().position(|known| known.id.value == stage)?;
    Some((workflow, at))
}

fn gathers(bet: &Bet) -> bool {
    bet.data.as_ref().is_some_and(|data| !data.gathers.is_empty())
}

/// The audience of a bet that consumers use.
fn consumers(bet: &Bet) -> Option<&Spanned<Audience>> {
    let audience = bet.audience.as_ref().filter(|_| bet.has_reached(Stage::Pilot))?;
    (audience.value == Audience::Consumer).then_some(audience)
}

/// W03: a stale signature is S03's.
fn consumer_gate(bet: &Bet) -> Option<Diagnostic> {
    let audience = consumers(bet)?;
    let gate = bet.gates.iter().find(|gate| gate.name.value == CONSUMER_GATE);
    let (place, message) = match gate {
        None => (&audience.place, "consumers use it and there is no `gate.consumer`"),
        Some(gate) if gate.signature.is_none() => {
            (&gate.name.place, "consumers use it and `gate.consumer` is not signed")
        }
        Some(_) => return None,
    };
    let help = "agree how well it must understand context, tone and local matters as blind raters \
                see it, write that in `[gate.consumer]`, and have both sides sign";
    Some(lint("W03", place, message, help))
}

/// W03: nobody used it for work before. Without the whole history that is not known.
fn consumers_first(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let audience = consumers(bet)?;
    let history = case.history.filter(|history| !history.shallow)?;
    if case.unreadable.any_in("bets/") || worked_before(case.roadmap, history, bet) {
        return None;
    }
    let message = "consumers get it before anybody used it for work";
    let help = "give it to our own people or to professionals first: a `pilot` for `internal` or \
                `enterprise`, or `from` a bet that had one";
    Some(lint("W03", &audience.place, message, help))
}

/// True when this bet, or one that it follows, was used for work.
fn worked_before(roadmap: &Roadmap, history: &History, bet: &Bet) -> bool {
    let was_at_work = |bet: &Bet| {
        let audience = bet.audience.as_ref().map(|audience| audience.value);
        matches!(bet.stage.value, Stage::Pilot | Stage::Live)
            && matches!(audience, Some(Audience::Internal | Audience::Enterprise))
    };
    let mut next = Some(bet);
    // A circle of `from` ends after as many steps as there are bets.
    for _ in 0..=roadmap.bets.len() {
        let Some(bet) = next else { return false };
        let mut versions = history.bet(&bet.id.value).iter();
        if was_at_work(bet)
            || versions.any(|version| version.entity.as_ref().is_some_and(was_at_work))
        {
            return true;
        }
        next = bet.from.as_ref().and_then(|from| roadmap.bet(&from.value));
    }
    false
}

/// W04: from pilot on, and in the nearest horizon from discovery on.
fn no_process_data(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let is_due = bet.has_reached(Stage::Pilot)
        || (bet.has_reached(Stage::Discovery) && is_in_nearest(case, bet));
    if !is_due || gathers(bet) {
        return None;
    }
    let place = bet.data.as_ref().map_or(&bet.id.place, |data| &data.place);
    let message = format!("`{}` does not say what is logged of the work", bet.id.value);
    let help = "name the steps in `data.gathers`, from the first prompt to what was handed in, for \
                example [\"prompt\", \"edit\", \"accept\", \"submit\"]";
    Some(lint("W04", place, message, help))
}

fn is_in_nearest(case: &Case<'_>, bet: &Bet) -> bool {
    let Some(own) = case.roadmap.horizons.get(&bet.horizon.value) else { return false };
    let mut others = case.roadmap.horizons.values();
    !case.unreadable.is_incomplete("roadmap.toml")
        && others.all(|other| starts(own) <= starts(other))
}
