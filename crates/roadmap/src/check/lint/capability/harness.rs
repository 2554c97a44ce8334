//! K03 to K06: what stands for something that the model cannot do yet.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::super::super::Case;
use super::super::lint;
use super::{has_ended, quoted, whole};
use crate::bet::Bet;
use crate::bet::delivery::{Component, ComponentKind};
use crate::capability::Capability;
use crate::diagnostic::Diagnostic;
use crate::history::History;
use crate::note::{Note, NoteKind, Subject};

/// What closing a gap takes, in weeks, where nobody says so. Ours, until enough own cases are known.
const USUAL_WEEKS: f64 = 3.0;
/// Gaps closed before the own middle takes its place.
const CASES_AT_LEAST: usize = 5;
const HOURS_PER_WEEK: f64 = 168.0;

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let running = case.bets().filter(|bet| !has_ended(bet));
    let mut found: Vec<Diagnostic> = running.flat_map(no_exit).collect();
    if case.unreadable.any_in("bets/") {
        return found;
    }
    let usual = Usual::new(case);
    let hours = hours(case);
    let dear = |capability: &Capability| {
        dear(case, capability, *hours.get(capability.id.value.as_str())?, &usual)
    };
    found.extend(whole(case).filter_map(dear));
    if !case.unreadable.any_in("notes/") {
        found.extend(case.history.and_then(|history| thickening(case, history)));
        found.extend(audits_due(case));
    }
    found
}

fn harness(bet: &Bet) -> impl Iterator<Item = &Component> {
    bet.components.iter().filter(|component| component.kind.value == ComponentKind::Harness)
}

/// K03.
fn no_exit(bet: &Bet) -> Vec<Diagnostic> {
    let one = |component: &Component| {
        let (gap, exit) = (&component.stands_for, &component.goes_when);
        let (what, help) = match (gap.is_none(), exit.is_none()) {
            (true, true) => (
                "for which gap of the model it stands, nor when it goes",
                "add `stands_for`, a capability, and `goes_when`, best a criterion on its evaluation",
            ),
            (true, false) => {
                ("for which gap of the model it stands", "add `stands_for = \"...\"`, a capability")
            }
            (false, true) => {
                ("when it goes", "add `goes_when`, best a criterion on the capability's evaluation")
            }
            (false, false) => return None,
        };
        let message = format!("the harness `{}` does not say {what}", component.id.value);
        Some(lint("K03", &component.id.place, message, help))
    };
    harness(bet).filter_map(one).collect()
}

/// What closing a gap usually takes.
struct Usual {
    weeks: f64,
    why: String,
}

impl Usual {
    fn new(case: &Case<'_>) -> Usual {
        let mut efforts: Vec<f64> = case
            .history
            .map(|history| closed(case, history))
            .unwrap_or_default()
            .iter()
            .filter_map(|id| invested_weeks(case.roadmap.capability(id)?))
            .collect();
        efforts.sort_by(f64::total_cmp);
        if efforts.len() < CASES_AT_LEAST {
            return Usual { weeks: USUAL_WEEKS, why: "our assumption".to_owned() };
        }
        let why = format!("the middle of your {} closed gaps", efforts.len());
        Usual { weeks: efforts[efforts.len() / 2], why }
    }
}

/// Capabilities for which a harness stood once and stands no more, while its bet goes on.
fn closed(case: &Case<'_>, history: &History) -> BTreeSet<String> {
    let stands_for = |bet: &Bet| -> Vec<String> {
        harness(bet).filter_map(|it| Some(it.stands_for.as_ref()?.value.clone())).collect()
    };
    let today: BTreeSet<String> = case.roadmap.bets.iter().flat_map(stands_for).collect();
    let running = case.roadmap.bets.iter().filter(|bet| !has_ended(bet));
    let versions = running.flat_map(|bet| history.bet(&bet.id.value));
    let once = versions.filter_map(|version| version.entity.as_ref()).flat_map(stands_for);
    once.filter(|id| !today.contains(id)).collect()
}

fn invested_weeks(capability: &Capability) -> Option<f64> {
    let effort = capability.investment.as_ref()?.effort.as_ref()?;
    (effort.hours > 0.0).then_some(effort.hours / HOURS_PER_WEEK)
}

/// What the harness for each gap takes, over all bets that run.
fn hours<'a>(case: &Case<'a>) -> BTreeMap<&'a str, f64> {
    let mut hours = BTreeMap::new();
    for bet in case.roadmap.bets.iter().filter(|bet| !has_ended(bet)) {
        for part in harness(bet) {
            if let (Some(gap), Some(effort)) = (&part.stands_for, &part.effort) {
                *hours.entry(gap.value.as_str()).or_default() += effort.hours;
            }
        }
    }
    hours
}

/// K04.
fn dear(case: &Case<'_>, capability: &Capability, hours: f64, usual: &Usual) -> Option<Diagnostic> {
    let id = &capability.id.value;
    let spent = hours / HOURS_PER_WEEK;
    let stated = invested_weeks(capability);
    let (closing, why) = match stated {
        Some(weeks) => (weeks, String::new()),
        None => (usual.weeks, format!(", {}", usual.why)),
    };
    let limit = case.roadmap.policy.harness_ratio;
    if spent <= closing * limit {
        return None;
    }
    let message = format!(
        "harness for `{id}` takes {} w, closing the gap {} w{why}: {} times as much, and policy \
         allows {limit}",
        rounded(spent),
        rounded(closing),
        rounded(spent / closing)
    );
    let help = if stated.is_some() {
        "move people from the harness to the gap; `harness_ratio` under `[policy]` is the limit, \
         and its default is ours"
    } else {
        "write the `effort` of `[investment]`, or move people from the harness to the gap; \
         `harness_ratio` under `[policy]` is the limit, and its default is ours"
    };
    Some(lint("K04", &capability.id.place, message, help))
}

fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

fn releases<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Note> + use<'a> {
    let today = case.today;
    let is_release =
        move |note: &&Note| note.kind.value == NoteKind::ModelRelease && note.on.value <= today;
    case.roadmap.notes.iter().filter(is_release)
}

/// K05: more harness after each of the last two releases.
fn thickening(case: &Case<'_>, history: &History) -> Option<Diagnostic> {
    let by_day: BTreeMap<Date, &Note> = releases(case).map(|note| (note.on.value, note)).collect();
    let mut newest = by_day.into_iter().rev();
    let (last, note) = newest.next()?;
    let (before, _) = newest.next()?;
    let first = &history.revisions.first()?;
    if before < first.on {
        // How many there were then is not known.
        return None;
    }
    let counts = [count_on(history, before), count_on(history, last), count_today(case)];
    if !counts.is_sorted_by(|a, b| a < b) {
        return None;
    }
    let message = format!(
        "harness grew after each of the last two model releases: {} on {before}, {} on {last}, {} \
         today",
        counts[0], counts[1], counts[2]
    );
    let help = "a better model needs less around it: run each `goes_when` against the new model, \
                take out what can go, and move that work to the capability's data";
    Some(lint("K05", &note.kind.place, message, help))
}

fn count_today(case: &Case<'_>) -> usize {
    count(case.roadmap.bets.iter())
}

fn count_on(history: &History, day: Date) -> usize {
    let on_day = |id: &String| history.bet_on(id, day)?.entity.as_ref();
    count(history.bets.keys().filter_map(on_day))
}

fn count<'a>(bets: impl Iterator<Item = &'a Bet>) -> usize {
    bets.filter(|bet| !has_ended(bet)).flat_map(harness).count()
}

/// K06.
fn audits_due(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut releases: Vec<&Note> = releases(case).collect();
    releases.sort_by_key(|note| std::cmp::Reverse(note.on.value));
    let audits = audits(case);
    let running = case.bets().filter(|bet| !has_ended(bet));
    let newest = |bet| {
        let last = last_audit(&audits, bet);
        let mut open =
            releases.iter().take_while(|note| last.is_none_or(|last| last < note.on.value));
        open.find_map(|note| audit_due(case, bet, note))
    };
    running.filter_map(newest).collect()
}

fn audit_due(case: &Case<'_>, bet: &Bet, release: &Note) -> Option<Diagnostic> {
    let model = &release.model.as_ref()?.value;
    let on = release.on.value;
    let touched: Vec<&Component> = harness(bet)
        .filter(|part| stands_for_a_gap_of(case, bet, part, model))
        .filter(|part| !was_built_after(case, bet, part, on))
        .collect();
    let first = *touched.first()?;
    let names: Vec<String> = touched.iter().map(|part| quoted(&part.id.value)).collect();
    let message = format!(
        "`{model}` came out on {on}, and nobody has looked since whether {} of `{}` can go",
        names.join(", "),
        bet.id.value
    );
    let help = format!(
        "run each `goes_when` with `{model}`, take out what can go, and write a note of kind \
         `decision` or `review` about `{}`{}",
        bet.id.value,
        freed(case, &touched)
    );
    Some(lint("K06", &first.id.place, message, help))
}

/// What an audit may bring: work that becomes free, and the chance that R&D gives the next run.
fn freed(case: &Case<'_>, parts: &[&Component]) -> String {
    let hours: f64 = parts.iter().filter_map(|part| Some(part.effort.as_ref()?.hours)).sum();
    let gaps: BTreeSet<&str> =
        parts.iter().filter_map(|part| Some(part.stands_for.as_ref()?.value.as_str())).collect();
    let chances = gaps.into_iter().filter_map(|gap| {
        let chance = case.roadmap.capability(gap)?.investment.as_ref()?.chance?;
        Some(format!(
            "; R&D gives the next run for `{gap}` a chance of {} %",
            rounded(chance * 100.0)
        ))
    });
    let chances: String = chances.collect();
    if hours <= 0.0 {
        return chances;
    }
    format!("; up to {} w become free for data work{chances}", rounded(hours / HOURS_PER_WEEK))
}

/// The model that should get the capability, or else the one that the bet runs on.
fn stands_for_a_gap_of(case: &Case<'_>, bet: &Bet, part: &Component, model: &str) -> bool {
    let gap = part.stands_for.as_ref().and_then(|gap| case.roadmap.capability(&gap.value));
    let own = || bet.sourcing.as_ref().and_then(|sourcing| sourcing.model.as_ref());
    let Some(gap) = gap else { return false };
    gap.model.as_ref().or_else(own).is_some_and(|known| known.value == model)
}

fn was_built_after(case: &Case<'_>, bet: &Bet, part: &Component, day: Date) -> bool {
    let Some(history) = case.history else { return false };
    let has_it = |bet: &Bet| harness(bet).any(|known| known.id.value == part.id.value);
    let mut versions = history.bet(&bet.id.value).iter();
    let first = versions.find(|version| version.entity.as_ref().is_some_and(has_it));
    first.is_none_or(|first| !first.found && history.revision(first).on > day)
}

/// The last day on which each subject was decided about or reviewed.
fn audits<'a>(case: &Case<'a>) -> BTreeMap<&'a Subject, Date> {
    let is_audit = |note: &&Note| {
        matches!(note.kind.value, NoteKind::Decision | NoteKind::Review)
            && note.on.value <= case.today
    };
    // Notes are sorted by date: the last one stays.
    let audits = case.roadmap.notes.iter().filter(is_audit);
    let subjects =
        |note: &'a Note| note.about.iter().map(move |subject| (&subject.value, note.on.value));
    audits.flat_map(subjects).collect()
}

fn last_audit(audits: &BTreeMap<&Subject, Date>, bet: &Bet) -> Option<Date> {
    let wanted = bet.wants().into_iter().map(|want| Subject::Capability(want.to_owned()));
    let subjects = wanted.chain([Subject::Bet(bet.id.value.clone())]);
    subjects.filter_map(|subject| audits.get(&subject)).copied().max()
}
