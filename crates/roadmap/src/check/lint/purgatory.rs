//! P: pilots that never end.

use jiff::civil::Date;

use super::super::Case;
use super::{explores, lint, stands};
use crate::bet::delivery::Deployment;
use crate::bet::{Bet, Stage, TimeBox};
use crate::canonical;
use crate::diagnostic::{Diagnostic, as_text, counted};
use crate::gate::{Criterion, Gate, differences};
use crate::history::{History, Move, Version};
use crate::name::nearest;
use crate::source::Place;

mod demo;
mod done;

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let each = |bet: &Bet| {
        let mut found = Vec::new();
        found.extend(no_gate(bet));
        found.extend(ungated(bet));
        found.extend(moved_goalposts(case, bet));
        found.extend(overdue(case, bet).or_else(|| postponed(case, bet)));
        found.extend(demo::check(case, bet));
        found.extend(done::check(case, bet));
        found
    };
    let mut found: Vec<Diagnostic> = case.bets().flat_map(each).collect();
    found.extend(demo::notes(case));
    found
}

/// True while it is under way and not yet in production: only then can it be stuck.
fn can_be_stuck(bet: &Bet) -> bool {
    (Stage::Framed..=Stage::Pilot).contains(&bet.stage.value)
}

fn measures(gate: &Gate) -> bool {
    gate.criteria.iter().any(|criterion| matches!(criterion, Criterion::Measured(_)))
}

/// P01. Criteria that nobody has signed are S02.
fn no_gate(bet: &Bet) -> Option<Diagnostic> {
    if !bet.has_reached(Stage::Pilot) {
        return None;
    }
    let id = &bet.id.value;
    match bet.graduation() {
        Some(gate) if measures(gate) => None,
        Some(gate) => {
            let message = format!("`{}` measures nothing, so nothing can refute `{id}`", gate.name);
            let help = "add a criterion about a metric: `{ metric, at_least, role = \"goal\" }`";
            Some(lint("P01", &gate.name.place, message, help))
        }
        None if bet.gates.is_empty() => {
            let message = format!("`{id}` is {} without a gate: nothing could end it", stands(bet));
            let help = "add `[gate.graduate]` with `criteria`, and have both sides sign it";
            Some(lint("P01", &bet.stage.place, message, help))
        }
        None => {
            let gates = bet.gates.len();
            let message = format!("`{id}` has {gates} gates and none is called `graduate`");
            let help = "call the gate that decides `[gate.graduate]`";
            Some(lint("P01", &bet.gates[0].name.place, message, help))
        }
    }
}

/// P01: somebody uses it, and no gate says what for.
fn ungated(bet: &Bet) -> Vec<Diagnostic> {
    // Without any gate the bet as a whole is reported.
    if !bet.has_reached(Stage::Discovery) || bet.gates.is_empty() {
        return Vec::new();
    }
    let names = || bet.gates.iter().map(|gate| gate.name.value.as_str());
    let one = |deployment: &Deployment| {
        let to = &deployment.to;
        let Some(gate) = &deployment.gate else {
            let message = format!("the deployment to `{to}` has no gate: it is no experiment");
            let help = "add `gate = \"...\"`, the name of a gate of this bet";
            return Some(lint("P01", &to.place, message, help));
        };
        if names().any(|name| name == gate.value) {
            return None;
        }
        let message =
            format!("the deployment to `{to}` is under the gate `{gate}`, which is not there");
        let found = Diagnostic { help: None, ..lint("P01", &gate.place, message, "") };
        let add = || format!("add `[gate.{gate}]` with `criteria`");
        Some(found.meant(nearest(&gate.value, names()), as_text, add))
    };
    bet.deployments.iter().filter_map(one).collect()
}

/// P02. Every move is named: when, by whom, from what to what.
fn moved_goalposts(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let (history, time_box) = (case.history?, bet.time_box.as_ref()?);
    let gate = bet.graduation().filter(|_| can_be_stuck(bet))?;
    let mut moves: Vec<String> = history.moves(bet).iter().map(told).collect();
    moves.extend(not_committed(case, history, bet, gate));
    if moves.is_empty() {
        return None;
    }
    let times = counted(moves.len(), "time");
    let message =
        format!("the criteria moved {times} since {}: {}", time_box.starts, moves.join("; "));
    let mut help =
        "end this bet by its first criteria and start a new time-box with the new ones; \
                    or undo the change"
            .to_owned();
    if history.shallow {
        help.push_str("; this clone is shallow, and there may be earlier moves");
    }
    Some(lint("P02", &first_moved(history, bet, gate, time_box), message, help))
}

fn told(moved: &Move) -> String {
    format!("on {} by {}: {}", moved.on, moved.by, moved.what)
}

/// What moved since the last commit.
fn not_committed(case: &Case<'_>, history: &History, bet: &Bet, gate: &Gate) -> Vec<String> {
    let has_started = bet.time_box.as_ref().is_some_and(|time_box| time_box.starts <= case.today);
    let committed = history.bet(&bet.id.value).last().and_then(graduation);
    let Some(old) = committed.filter(|old| has_started && old.digest != gate.digest) else {
        return Vec::new();
    };
    let told = |what| format!("not committed yet: {what}");
    differences(old, gate).into_iter().map(told).collect()
}

fn graduation(version: &Version<Bet>) -> Option<&Gate> {
    version.entity.as_ref()?.graduation()
}

/// The first criterion that is not as it was when the time-box started; the gate's name if each is.
fn first_moved(history: &History, bet: &Bet, gate: &Gate, time_box: &TimeBox) -> Place {
    let versions = history.bet(&bet.id.value);
    let at_start = |version: &&Version<Bet>| history.revision(version).on < time_box.starts;
    let before = versions.iter().rev().filter(at_start).find_map(graduation);
    let old = before.or_else(|| versions.iter().find_map(graduation));
    let is_old = |criterion: &Criterion| {
        let same = |old: &Criterion| canonical::criterion(old) == canonical::criterion(criterion);
        old.is_none_or(|old| old.criteria.iter().any(same))
    };
    let moved = gate.criteria.iter().find(|criterion| !is_old(criterion));
    moved.map_or_else(|| gate.name.place.clone(), |criterion| place(criterion).clone())
}

fn place(criterion: &Criterion) -> &Place {
    match criterion {
        Criterion::Measured(measured) => &measured.place,
        Criterion::Attested(attested) => &attested.place,
    }
}

/// P03. On the day itself the evidence may still decide.
fn overdue(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let time_box = bet.time_box.as_ref().filter(|_| can_be_stuck(bet))?;
    let decide_by = &time_box.decide_by;
    let late = days_between(decide_by.value, case.today).filter(|late| *late > 0)?;
    let message = format!(
        "`{}` is {} past {decide_by}, its day of decision",
        bet.id.value,
        counted(late, "day")
    );
    Some(lint("P03", &decide_by.place, message, decide_now(time_box)))
}

fn decide_now(time_box: &TimeBox) -> String {
    format!(
        "do what was chosen beforehand, `{}`; more time is a new time-box that both sides sign",
        time_box.if_undecided
    )
}

fn days_between(from: Date, to: Date) -> Option<usize> {
    usize::try_from((to - from).get_days()).ok()
}

/// P03: the day of decision was put off within the same time-box, and the first one has passed.
fn postponed(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let (history, time_box) = (case.history?, bet.time_box.as_ref()?);
    let now = &time_box.decide_by;
    let first = first_day(history, bet, time_box)?;
    if !can_be_stuck(bet) || first >= case.today || now.value <= first {
        return None;
    }
    let (when, by) = put_off(history, bet, time_box, first);
    let signed = bet.graduation().and_then(|gate| gate.signature.as_ref());
    if signed.zip(when).is_some_and(|(signed, when)| signed.on >= when) {
        return None;
    }
    let message = format!("the day of decision, {first}, was put off to {now}{by}");
    Some(lint("P03", &now.place, message, decide_now(time_box)))
}

/// The versions of the same time-box, oldest first.
fn boxes<'a>(
    history: &'a History,
    bet: &'a Bet,
    time_box: &'a TimeBox,
) -> impl Iterator<Item = (Date, &'a Version<Bet>)> {
    history.bet(&bet.id.value).iter().filter_map(|version| {
        let then = version.entity.as_ref()?.time_box.as_ref()?;
        (then.starts == time_box.starts).then_some((then.decide_by.value, version))
    })
}

/// The day of decision when the time-box started, as far as it is known.
fn first_day(history: &History, bet: &Bet, time_box: &TimeBox) -> Option<Date> {
    let at_start = |version: &Version<Bet>| history.revision(version).on <= time_box.starts;
    let before = boxes(history, bet, time_box).filter(|(_, version)| at_start(version)).last();
    before.or_else(|| boxes(history, bet, time_box).next()).map(|(day, _)| day)
}

/// When and by whom the day was put off; not known before it is committed.
fn put_off(
    history: &History,
    bet: &Bet,
    time_box: &TimeBox,
    first: Date,
) -> (Option<Date>, String) {
    let later = boxes(history, bet, time_box).find(|(day, version)| {
        let revision = history.revision(version);
        *day > first && revision.on > time_box.starts
    });
    let Some((_, version)) = later else { return (None, String::new()) };
    let revision = history.revision(version);
    (Some(revision.on), format!(" on {} by {}", revision.on, revision.by))
}
