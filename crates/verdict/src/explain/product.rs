//! The verdict for the product manager: what it means for the outcome and its people, what to do next
//! and when. No symbols, no terms of statistics.

use trueup_roadmap::{Bet, code_name};

use super::frequency::{Writing, chance};
use super::{Part, Reading, Told};
use crate::number;
use crate::report::{CriterionReport, Reason, State, Word};

pub(super) fn parts(told: &Told) -> Vec<Part> {
    vec![
        Part::new("In short", in_short(told)),
        Part::new("What it is for", purpose(told)),
        Part::new("What people get today", found(told)),
        Part::new("What goes wrong beside it", wrong(told)),
        Part::new("What to do next, and when", next(told)),
    ]
}

pub(super) fn in_short(told: &Told) -> Vec<String> {
    let mut short = vec![headline(told)];
    if !told.has_store() && told.is_judged() {
        short.push(
            "Nothing has been measured yet, so nothing is known about how it works.".to_owned(),
        );
    }
    if told.judged.purgatory.level >= 2 {
        short.push(
            "It is stuck: a pilot that neither ends nor goes out. That is a decision that nobody takes."
                .to_owned(),
        );
    }
    short
}

fn headline(told: &Told) -> String {
    let judged = told.judged;
    let word = match (judged.verdict, judged.rule) {
        (None, _) => return format!("There is no verdict: {}.", judged.because),
        (Some(Word::Ship), 3) if told.is_live() => "Keep it: everything that was asked still holds",
        (Some(Word::Ship), 3) => {
            "Ship it: everything that was asked is there, and both sides agreed to what was asked"
        }
        (Some(Word::Learned), _) => {
            "It has taught what it was made to teach, and that is a success"
        }
        (Some(Word::Continue), 1) => {
            "Go on, but first mend how it is measured: what is recorded cannot carry a decision"
        }
        (Some(Word::Continue), _) if is_everything_met(told) => {
            "Go on: what was asked is there, but something has to be done before it can go out"
        }
        (Some(Word::Continue), _) => "Go on: it is not settled yet",
        (Some(word), 2) => return stops(word, "a line was crossed that was not to be crossed"),
        (Some(word), 4) => {
            return stops(word, "what it was made for is not reached, or hardly can be in time");
        }
        (Some(Word::Ship), _) => {
            "Time is up without an answer, and what was agreed for that case is to ship what there is without it"
        }
        (Some(word), _) => {
            return stops(word, "time is up without an answer, and this was agreed for that case");
        }
    };
    format!("{word}.")
}

fn stops(word: Word, why: &str) -> String {
    let what = match word {
        Word::Pivot => "Turn to another way",
        _ => "Stop it",
    };
    format!("{what}: {why}.")
}

fn is_everything_met(told: &Told) -> bool {
    let criteria = told.criteria();
    !criteria.is_empty() && criteria.iter().all(|reading| reading.found.state == State::Met)
}

/// The problem in numbers, and the results that it serves.
fn purpose(told: &Told) -> Vec<String> {
    let Some(bet) = told.bet else { return Vec::new() };
    let mut purpose: Vec<String> = bet
        .problem
        .iter()
        .map(|problem| {
            let unit = &problem.unit;
            format!(
                "For: {}. What should improve: {}, from {} to {}.",
                problem.who.value,
                problem.improve,
                number::limit(problem.from, unit),
                number::limit(problem.to, unit)
            )
        })
        .collect();
    purpose.extend(outcomes(told, bet));
    purpose
}

fn outcomes(told: &Told, bet: &Bet) -> Vec<String> {
    let mut named: Vec<&str> = Vec::new();
    for served in &bet.serves {
        let id = served.value.split('/').next().unwrap_or_default();
        if !named.contains(&id) {
            named.push(id);
        }
    }
    let outcomes = named.into_iter().filter_map(|id| told.roadmap.outcome(id));
    let said = outcomes.map(|outcome| {
        format!("It serves “{}”, for {}, by {}.", outcome.title, outcome.population, outcome.by)
    });
    said.collect()
}

/// A sentence for each criterion and each watched metric.
fn found(told: &Told) -> Vec<String> {
    let measured = told.criteria();
    let measured = measured.iter().map(criterion);
    let attested = told.attested().map(attested);
    let watched = told.watched();
    let watched = watched.iter().filter_map(watched_metric);
    measured.chain(attested).chain(watched).collect()
}

/// What one number says, and what it still needs.
pub(super) fn one(reading: &Reading) -> Vec<String> {
    let says = match reading.criterion {
        Some(_) => Some(criterion(reading)),
        None => watched_metric(reading),
    };
    let nothing = || format!("{}: {}.", reading.found.title, unknown(reading.found));
    let says = says.unwrap_or_else(nothing);
    let needs = reading.criterion.and_then(|_| to_reach(reading));
    std::iter::once(says).chain(needs).collect()
}

fn criterion(reading: &Reading) -> String {
    let found = reading.found;
    let writing = Writing::of(found, reading.metric);
    let among = among(found);
    let asked = format!("{} was asked", writing.bounds(found));
    let title = &found.title;
    let meaning = format!("({})", reading.metric.definition);
    let Some(value) = found.estimate.map(|value| writing.value(value)) else {
        return format!("{title}{among}: {}; {asked}. {meaning}", unknown(found));
    };
    let range = writing.range(found.low, found.high);
    let says = match found.state {
        State::Met if found.low == found.high => "Reached.".to_owned(),
        State::Met => {
            format!("Reached, also at the worse end of what is still possible ({range}).")
        }
        State::Refuted if found.low == found.high => "Missed.".to_owned(),
        State::Refuted => {
            format!(
                "Missed, and not by bad luck: all that is still possible ({range}) is on the wrong side."
            )
        }
        State::Invalid => format!("It cannot be relied on: {}.", found.text),
        _ => undecided(found, &range),
    };
    format!("{title}{among}: {value}, where {asked}. {says} {meaning}")
}

fn undecided(found: &CriterionReport, range: &str) -> String {
    let more = found.more_units.map(|more| {
        format!(" About {} would settle it.", crate::criterion::more_units(more, &found.per))
    });
    format!("Not settled: the truth may lie anywhere {range}.{}", more.unwrap_or_default())
}

fn unknown(found: &CriterionReport) -> String {
    match found.state {
        State::NoData => "nothing is recorded yet, so nobody knows".to_owned(),
        State::Invalid => format!("it cannot be told, because {}", found.text),
        _ => format!("too little to tell: {}", found.text),
    }
}

fn attested(found: &CriterionReport) -> String {
    format!("{}: {}.", found.title, found.text)
}

fn watched_metric(reading: &Reading) -> Option<String> {
    let found = reading.found;
    let writing = Writing::of(found, reading.metric);
    let value = writing.value(found.estimate?);
    let range = if found.low == found.high {
        String::new()
    } else {
        format!(" ({})", writing.range(found.low, found.high))
    };
    Some(format!(
        "Beside it, deciding nothing: {} {value}{range}. ({})",
        found.title, reading.metric.definition
    ))
}

/// Of whom, and what it is a difference to.
fn among(found: &CriterionReport) -> String {
    let among = found.among.as_ref();
    let among = among.map_or_else(String::new, |among| format!(" among {among}"));
    let against = crate::criterion::against(found).replace('`', "");
    if against.is_empty() { among } else { format!("{among}, the difference{against}") }
}

/// Reasons that are not about a criterion, by the names of their codes.
fn wrong(told: &Told) -> Vec<String> {
    let said = told.judged.reasons.iter().filter_map(|reason: &Reason| {
        let name = code_name(&reason.code)?;
        let text = without_digests(&reason.text);
        Some(format!("{}: {text}.", capitalised(&name.replace('-', " "))))
    });
    let unreadable = told.judged.experiment.as_ref().and_then(|it| it.unreadable.as_ref());
    let unreadable =
        unreadable.map(|why| format!("The comparison of variants cannot be used: {why}."));
    said.chain(unreadable).collect()
}

pub(super) fn next(told: &Told) -> Vec<String> {
    let judged = told.judged;
    let mut next: Vec<String> = Vec::new();
    if !judged.action.is_empty() {
        next.push(format!("{}.", capitalised(&judged.action)));
    }
    next.extend(told.criteria().iter().filter_map(to_reach));
    next.extend(steps(told));
    next.extend(expected(told));
    next.extend(deadline(told));
    next
}

/// What a criterion still needs, while something can still be done about it.
fn to_reach(reading: &Reading) -> Option<String> {
    let found = reading.found;
    let writing = Writing::of(found, reading.metric);
    let verb = match (found.state, crate::criterion::is_on_allowed_side(found)) {
        (State::Refuted, _) | (State::Undecided, false) => "has to come to",
        (State::Undecided, true) => "has to show that it is",
        (State::NoData | State::Invalid, _) => "has to be measured, to show",
        (State::Met | State::Watched, _) => return None,
    };
    Some(format!("{}{} {verb} {}.", found.title, among(found), writing.bounds(found)))
}

/// Steps that are about no criterion: signatures, attestations, looks.
fn steps(told: &Told) -> Vec<String> {
    let is_about_criterion = |step: &String| {
        told.judged.criteria.iter().any(|found| {
            let named = format!("`{}` ", found.metric);
            step.starts_with(&format!("{named}has to"))
                || step.starts_with(&format!("{named}is no"))
        })
    };
    let steps = told.judged.would_change.iter().filter(|step| !is_about_criterion(step));
    let said = |step: &String| {
        if step.starts_with("people look before they approve") {
            // What they do instead stands above.
            return "People have to look before they approve.".to_owned();
        }
        format!("{}.", capitalised(without_digests(step)))
    };
    steps.map(said).collect()
}

fn expected(told: &Told) -> Option<String> {
    let forecast = told.judged.forecast.as_ref()?;
    let by = told.judged.time_box.as_ref()?.decide_by.as_str();
    let date = forecast.date.as_ref().map(|date| format!(" The answer is likely around {date}."));
    Some(format!(
        "As it goes now, {} such bets would have reached everything by {by}.{}",
        chance(forecast.chance),
        date.unwrap_or_default()
    ))
}

/// When it has to be decided; at once where the verdict is clear.
fn deadline(told: &Told) -> Option<String> {
    let judged = told.judged;
    let word = judged.verdict?;
    let time_box = judged.time_box.as_ref().filter(|_| !told.is_live());
    let Some(time_box) = time_box.filter(|_| word == Word::Continue || judged.rule == 5) else {
        let write =
            format!("Write the decision down with `trueup decide {} {}`", judged.id, word.name());
        return (word != Word::Continue && !told.is_live()).then(|| format!("Now. {write}."));
    };
    let then = match time_box.if_undecided.as_str() {
        "ship-baseline" => "what there is without it goes out",
        "pivot" => "another way is tried",
        _ => "it ends",
    };
    let by = &time_box.decide_by;
    let days = number::counted(time_box.days_left.unsigned_abs(), "day", "days");
    let agreed = "that was agreed beforehand";
    Some(match time_box.days_left {
        left if left > 0 => {
            format!("Decide by {by}, {days} from now. If it is not settled then, {then}: {agreed}.")
        }
        0 => format!("Decide today ({by}). If it is not settled, {then}: {agreed}."),
        _ => format!("The day of decision was {by}, {days} ago. Then {then}: {agreed}."),
    })
}

/// What was signed is told apart by digests, which say nothing to people.
fn without_digests(text: &str) -> &str {
    let text = text.split(": signed b3:").next().unwrap_or(text);
    text.split(" (b3:").next().unwrap_or(text)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}
