//! H: does a bet stand where it has proved to stand, and is only promised what is known?

use super::super::Case;
use super::lint;
use super::outcome::demand;
use super::phrase::{is_one_of, length, words};
use crate::bet::delivery::Risk;
use crate::bet::economics::SourcingKind;
use crate::bet::{Bet, Stage, Track};
use crate::diagnostic::{Diagnostic, as_text, counted};
use crate::gate::{Criterion, Gate, Role};
use crate::horizon::{Horizon, Need, Proof};
use crate::metric::MetricSide;
use crate::name::shown;
use crate::note::{Note, NoteKind};
use crate::source::Spanned;
use crate::{Roadmap, duration};

const HEAD: &str = "roadmap.toml";

/// What becomes of an output.
const OUTPUTS: [&str; 21] = [
    "ready",
    "done",
    "finished",
    "live",
    "launch",
    "launched",
    "ship",
    "shipped",
    "shipping",
    "deliver",
    "delivered",
    "release",
    "released",
    "available",
    "complete",
    "completed",
    "deploy",
    "deployed",
    "rolled out",
    "in production",
    "ga",
];

/// Words that put a day on it.
const UNTIL: [&str; 3] = ["by", "until", "before"];

/// How many words may stand between the two: "live for everyone by".
const BETWEEN_AT_MOST: usize = 2;

/// Words before the name of a month, a quarter or a year.
const QUALIFIERS: [&str; 13] = [
    "the",
    "end",
    "of",
    "start",
    "beginning",
    "middle",
    "mid",
    "early",
    "late",
    "next",
    "this",
    "spring",
    "autumn",
];

const MONTHS: [&str; 23] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
];

/// What carries a date by right.
const EVALUATIONS: [&str; 11] = [
    "evaluation",
    "evaluate",
    "evaluated",
    "decision",
    "decide",
    "decided",
    "measure",
    "measured",
    "experiment",
    "review",
    "study",
];

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for bet in case.bets() {
        found.extend(horizon_entry(case, bet));
        found.extend(bare_risks(bet));
        found.extend(explore_as_product(case, bet));
        found.extend(dated_outputs(case, bet));
    }
    found
}

/// H01.
fn horizon_entry(case: &Case<'_>, bet: &Bet) -> Option<Diagnostic> {
    let claims = (Stage::Framed..=Stage::Pilot).contains(&bet.stage.value);
    let unknown = case.unreadable.is_incomplete(HEAD)
        || case.unreadable.any_in("notes/")
        || case.unreadable.dangles(&bet.place.path);
    if !claims || unknown {
        return None;
    }
    let id = &bet.horizon.value;
    let horizon = case.roadmap.horizons.get(id)?;
    let missing = unproved(case.roadmap, bet, horizon);
    if missing.is_empty() || is_overridden(case.roadmap, bet) {
        return None;
    }
    let message = format!("`{id}` needs {}", missing.join(", "));
    let fitting = fitting(case.roadmap, bet, horizon);
    let found = lint("H01", &bet.horizon.place, message, entry_help(id, fitting));
    let same = fitting.filter(|(_, other)| other.result == horizon.result);
    Some(Diagnostic { patch: same.map(|(id, _)| as_text(id)), ..found })
}

fn entry_help(id: &str, fitting: Option<(&str, &Horizon)>) -> String {
    let over = format!(
        "a decision note about the bet that names horizon `{id}` overrides this; `trueup explain H01` \
         lists what proves each"
    );
    match fitting {
        Some((fits, other)) if other.is_learning() => format!(
            "prove it, or explore first: the bet fits `{fits}`, which ends in a learning; {over}"
        ),
        Some((fits, _)) => format!("prove it, or move the bet to `{fits}`, which it fits; {over}"),
        None => format!("prove it; {over}"),
    }
}

/// The needs of a horizon that nothing in the text proves, each with what is missing.
fn unproved(roadmap: &Roadmap, bet: &Bet, horizon: &Horizon) -> Vec<String> {
    let one = |need: &Spanned<Need>| {
        let why = match &need.value {
            Need::Proof(proof) => missing(roadmap, bet, *proof),
            Need::Sourcing(kinds) => other_source(bet, kinds),
        };
        why.map(|why| format!("`{}` ({why})", need.value))
    };
    horizon.needs.iter().filter_map(one).collect()
}

/// The nearest later horizon whose needs are all proved.
fn fitting<'a>(
    roadmap: &'a Roadmap,
    bet: &Bet,
    horizon: &Horizon,
) -> Option<(&'a str, &'a Horizon)> {
    let later = roadmap.horizons.iter().filter(|(_, other)| starts(other) > starts(horizon));
    later
        .filter(|(_, other)| unproved(roadmap, bet, other).is_empty())
        .min_by(|(_, a), (_, b)| starts(a).total_cmp(&starts(b)))
        .map(|(id, other)| (id.as_str(), other))
}

/// The start of a horizon's span, in hours.
pub(super) fn starts(horizon: &Horizon) -> f64 {
    let start = horizon.span.split("..").next().unwrap_or_default();
    duration::hours(start).unwrap_or_default()
}

fn missing(roadmap: &Roadmap, bet: &Bet, proof: Proof) -> Option<String> {
    match proof {
        Proof::ApproachProven => {
            unless(is_approach_proven(bet), || "no chosen option was tried".to_owned())
        }
        Proof::DataHave => missing_labels(bet),
        Proof::DataWillCollect => {
            let collects = bet.data.as_ref().is_some_and(|data| !data.will_collect.is_empty());
            unless(collects, || "`data.will_collect` names no labels".to_owned())
        }
        Proof::QualityThreshold => {
            unless(has_quality_bar(roadmap, bet), || "no guardrail on quality".to_owned())
        }
        Proof::DemandNamed => {
            let is_named = demand(roadmap, bet).any(|note| note.account.is_some());
            unless(is_named, || "no account asked for it".to_owned())
        }
        Proof::PriorValidated => {
            unless(is_prior_validated(roadmap, bet), || "nothing was validated before".to_owned())
        }
        Proof::RisksMitigated => unmitigated(bet),
    }
}

fn unless(holds: bool, why: impl FnOnce() -> String) -> Option<String> {
    (!holds).then(why)
}

fn is_approach_proven(bet: &Bet) -> bool {
    let is_ready_made = |kind| matches!(kind, SourcingKind::Rules | SourcingKind::Buy);
    bet.options.iter().any(|option| option.chosen && option.tried)
        || bet.sourcing.as_ref().is_some_and(|sourcing| is_ready_made(sourcing.kind.value))
}

fn missing_labels(bet: &Bet) -> Option<String> {
    let Some(labels) = bet.data.as_ref().and_then(|data| data.labels.as_ref()) else {
        return Some("no `data.labels`".to_owned());
    };
    let (have, need) = (grouped(labels.have), grouped(labels.need));
    (!labels.is_enough()).then(|| format!("labels: {have} of {need}"))
}

/// True when some gate says how good the model must be; also when a metric is not known.
fn has_quality_bar(roadmap: &Roadmap, bet: &Bet) -> bool {
    let mut criteria = bet.gates.iter().flat_map(|gate| &gate.criteria);
    criteria.any(|criterion| {
        let Criterion::Measured(measured) = criterion else { return false };
        let side = roadmap.metric(&measured.metric.value).map(|metric| metric.side);
        let is_of_quality =
            side.is_none_or(|side| !matches!(side, MetricSide::Ops | MetricSide::Cost));
        measured.role == Role::Guardrail && is_of_quality
    })
}

fn is_prior_validated(roadmap: &Roadmap, bet: &Bet) -> bool {
    let validated = |bet: &Bet| bet.artifact.as_ref().is_some_and(|it| it.validated.is_some());
    let showed = |earlier: &Bet| {
        matches!(earlier.stage.value, Stage::Live | Stage::Retired | Stage::Learned)
            || validated(earlier)
    };
    let earlier = bet.from.as_ref().and_then(|from| roadmap.bet(&from.value));
    let mut notes = roadmap.notes_about(&bet.id.value);
    validated(bet)
        || earlier.is_some_and(showed)
        || notes.any(|note| note.kind.value == NoteKind::Learning)
}

fn unmitigated(bet: &Bet) -> Option<String> {
    let all = bet.risks.len();
    match bet.risks.iter().filter(|risk| lacks(risk).is_some()).count() {
        0 if all == 0 => Some("no `[[risk]]` is written down".to_owned()),
        0 => None,
        bare => {
            Some(format!("{bare} of {} without a mitigation or its owner", counted(all, "risk")))
        }
    }
}

fn other_source(bet: &Bet, kinds: &[SourcingKind]) -> Option<String> {
    match &bet.sourcing {
        None => Some("`[sourcing]` is absent".to_owned()),
        Some(sourcing) if kinds.contains(&sourcing.kind.value) => None,
        Some(sourcing) => Some(format!("`sourcing.kind` is `{}`", sourcing.kind.value)),
    }
}

/// True when a decision that still stands put the bet there: it names the word and the horizon.
fn is_overridden(roadmap: &Roadmap, bet: &Bet) -> bool {
    let horizon = words(&bet.horizon.value).join(" ");
    let names = |note: &Note| {
        let said = words(&format!("{} {}", note.headline(), note.body));
        let says = |phrase: &str| (0..said.len()).any(|at| length(&said[at..], phrase) > 0);
        says("horizon") && says(&horizon)
    };
    let stands = |note: &Note| {
        let replaces =
            |other: &Note| other.supersedes.as_ref().is_some_and(|old| old.value == note.id.value);
        !roadmap.notes.iter().any(replaces)
    };
    let mut decisions =
        roadmap.notes_about(&bet.id.value).filter(|note| note.kind.value == NoteKind::Decision);
    decisions.any(|note| names(note) && stands(note))
}

/// H02.
fn bare_risks(bet: &Bet) -> Vec<Diagnostic> {
    if !bet.has_reached(Stage::Framed) {
        return Vec::new();
    }
    let one = |risk: &Risk| {
        let message = format!("the risk `{}` has {}", shown(&risk.what.value), lacks(risk)?);
        let help = "say what is done about it (`mitigate`) and who does it (`owner`)";
        Some(lint("H02", &risk.what.place, message, help))
    };
    bet.risks.iter().filter_map(one).collect()
}

fn lacks(risk: &Risk) -> Option<&'static str> {
    match (&risk.mitigate, &risk.owner) {
        (None, None) => Some("no mitigation and no owner"),
        (None, Some(_)) => Some("an owner and no mitigation"),
        (Some(_), None) => Some("a mitigation and no owner"),
        (Some(_), Some(_)) => None,
    }
}

/// H03: signs of a product where only a learning comes out.
fn explore_as_product(case: &Case<'_>, bet: &Bet) -> Vec<Diagnostic> {
    let id = &bet.horizon.value;
    let horizon = case.roadmap.horizons.get(id);
    let explores = horizon.is_some_and(Horizon::is_learning);
    if !explores || case.unreadable.is_incomplete(HEAD) || !bet.has_reached(Stage::Proposed) {
        return Vec::new();
    }
    let ready = bet.gates.iter().find(|gate| asks_to_be_ready(gate));
    let live = Some(&bet.stage).filter(|stage| stage.value == Stage::Live);
    let delivery = bet.track.as_ref().filter(|track| track.value == Track::Delivery);
    let signs = [
        ready.map(|gate| {
            let what = format!("gate `{}` asks for readiness, as if it shipped", gate.name.value);
            (&gate.name.place, what)
        }),
        live.map(|stage| (&stage.place, "the stage is `live`".to_owned())),
        delivery.map(|track| (&track.place, "the track is `delivery`".to_owned())),
        bet.promise
            .as_ref()
            .map(|promise| (&promise.what.place, "customers were promised an outcome".to_owned())),
    ];
    let one = |(place, what)| {
        let message = format!("`{id}` ends in a learning, and {what}");
        let help = "let the gate ask what is to be learned; what can ship belongs to a nearer \
                    horizon, as a new bet with `from`";
        lint("H03", place, message, help)
    };
    signs.into_iter().flatten().map(one).collect()
}

fn asks_to_be_ready(gate: &Gate) -> bool {
    gate.criteria.iter().any(|criterion| match criterion {
        Criterion::Attested(_) => true,
        Criterion::Measured(measured) => measured.role == Role::Readiness,
    })
}

/// H04.
fn dated_outputs(case: &Case<'_>, bet: &Bet) -> Vec<Diagnostic> {
    if !(Stage::Proposed..=Stage::Pilot).contains(&bet.stage.value) {
        return Vec::new();
    }
    let scope = bet.scope.iter().flat_map(|scope| &scope.does);
    let promise = bet.promise.iter().map(|promise| &promise.what);
    let done = bet.done.iter().map(|done| &done.what);
    let texts = [&bet.title].into_iter().chain(scope).chain(promise).chain(done);
    let one = |text: &Spanned<String>| {
        let output = dated_output(&words(&text.value), case.today.year())?;
        let message = format!("`{output}` puts a date on the result");
        let help = "promise the evaluation, not the result: `box.decide_by` is the one date a bet \
                    commits to";
        Some(lint("H04", &text.place, message, help))
    };
    texts.filter_map(one).collect()
}

/// "ready by the end of March".
fn dated_output(words: &[String], this_year: i16) -> Option<String> {
    if words.iter().any(|word| is_one_of(word, &EVALUATIONS)) {
        return None;
    }
    (0..words.len()).find_map(|at| {
        let output = OUTPUTS.iter().map(|output| length(&words[at..], output)).max()?;
        let until = (at + output..words.len()).take(BETWEEN_AT_MOST + 1);
        let mut until = until.filter(|until| output > 0 && UNTIL.contains(&words[*until].as_str()));
        let end =
            until.find_map(|until| Some(until + 1 + date(&words[until + 1..], this_year)?))?;
        Some(words[at..end].join(" "))
    })
}

/// How many words a day, a month, a quarter or a year takes, if it is not past.
fn date(words: &[String], this_year: i16) -> Option<usize> {
    let leads = |word: &&String| QUALIFIERS.contains(&word.as_str()) || is_day(word);
    let skipped = words.iter().take_while(leads).count();
    let at = words.get(skipped)?;
    let next = words.get(skipped + 1);
    let year = |word: &String| word.parse::<i16>().ok().filter(|year| (1900..2200).contains(year));
    match year(at) {
        Some(year) => (year >= this_year).then_some(skipped + 1),
        None if !is_month_or_quarter(at) => None,
        None => match next.and_then(year) {
            Some(year) => (year >= this_year).then_some(skipped + 2),
            None => Some(skipped + 1),
        },
    }
}

fn is_day(word: &str) -> bool {
    let number = word.trim_end_matches(char::is_alphabetic);
    number.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day))
}

fn is_month_or_quarter(word: &str) -> bool {
    MONTHS.contains(&word) || matches!(word, "q1" | "q2" | "q3" | "q4")
}

/// A number with commas: 6,200.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let start = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits
        .char_indices()
        .flat_map(|(at, digit)| start(at).then_some(',').into_iter().chain([digit]))
        .collect()
}
