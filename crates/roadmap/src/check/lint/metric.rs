//! M: do the numbers that a bet is judged by lead to the business, and does each mean one thing?

use std::collections::{BTreeMap, BTreeSet};

use super::super::Case;
use super::phrase::words;
use super::{explores, lint};
use crate::bet::economics::{Baseline, SourcingKind};
use crate::bet::{Bet, Score, Stage, ValueKind};
use crate::diagnostic::Diagnostic;
use crate::gate::{Criterion, Gate, Measured, Role, Versus};
use crate::metric::{Metric, MetricSide};
use crate::roadmap::Roadmap;
use crate::source::Spanned;

/// The sides whose metrics are a reason in themselves.
const IMPACT: [MetricSide; 3] = [MetricSide::Product, MetricSide::Business, MetricSide::Cost];

/// The sides that say how good the model is.
const QUALITY: [MetricSide; 2] = [MetricSide::Model, MetricSide::Trust];

/// Where each kind of value shows.
const FAMILIES: [(ValueKind, &[MetricSide]); 3] = [
    (ValueKind::Automation, &[MetricSide::Cost, MetricSide::Product]),
    (ValueKind::Augmentation, &[MetricSide::Product, MetricSide::Trust, MetricSide::Business]),
    (ValueKind::Transformation, &[MetricSide::Business, MetricSide::Product]),
];

/// Words in the name of a metric of how well a model continues text.
const PERPLEXITIES: [&str; 3] = ["perplexity", "perplexities", "ppl"];

/// Shorter words of a definition say little about its meaning.
const MEANINGFUL_FROM: usize = 5;

/// A definition with fewer of them cannot be compared.
const WORDS_THAT_TELL: usize = 2;

pub(super) fn check(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for bet in case.bets() {
        if bet.has_reached(Stage::Framed) {
            found.extend(gates(case, bet));
        }
        found.extend(no_baseline(bet));
        found.extend(lopsided(bet));
        found.extend(nothing_to_compare(bet));
    }
    found.extend(perplexity_results(case));
    found.extend(two_words(case.roadmap));
    found.extend(word_and_metric(case.roadmap));
    found.extend(two_metrics(case.roadmap));
    found
}

/// M01 to M04.
fn gates(case: &Case<'_>, bet: &Bet) -> Vec<Diagnostic> {
    let mut found: Vec<_> =
        bet.gates.iter().flat_map(|gate| perplexity_goals(case, gate)).collect();
    let is_known = !case.unreadable.any_in("metrics/") && !case.unreadable.dangles(&bet.place.path);
    if explores(case, bet) || !is_known {
        return found;
    }
    found.extend(islands(case.roadmap, bet));
    let Some(gate) = bet.graduation() else { return found };
    found.extend(wrong_family(case.roadmap, bet, gate));
    let accuracy = accuracy_goal(case.roadmap, gate);
    let half = || one_sided(case.roadmap, bet, gate);
    found.extend(accuracy.or_else(half));
    found
}

fn measured(gate: &Gate) -> impl Iterator<Item = &Measured> {
    gate.criteria.iter().filter_map(|criterion| match criterion {
        Criterion::Measured(measured) => Some(measured),
        Criterion::Attested(_) => None,
    })
}

fn goals(gate: &Gate) -> impl Iterator<Item = &Measured> {
    measured(gate).filter(|measured| measured.role == Role::Goal)
}

fn side(roadmap: &Roadmap, measured: &Measured) -> Option<MetricSide> {
    roadmap.metric(&measured.metric.value).map(|metric| metric.side)
}

/// M01: goals that neither are a result in themselves nor measure what the bet serves. Without
/// anything served O01 has spoken.
fn islands(roadmap: &Roadmap, bet: &Bet) -> Vec<Diagnostic> {
    let Some(reached) = reached(roadmap, bet).filter(|_| !bet.serves.is_empty()) else {
        return Vec::new();
    };
    let one = |goal: &Measured| {
        let id = &goal.metric.value;
        let side = side(roadmap, goal)?;
        let leads = IMPACT.contains(&side) || reached.contains(id.as_str());
        if leads || is_perplexity(roadmap, id) {
            return None;
        }
        let message = format!("no path from `{id}` to any outcome that `{}` serves", bet.id.value);
        let help = format!(
            "`{id}` is a metric of side `{side}`: make it a guardrail, and the goal a metric of \
             side product, business or cost, or of a key result that the bet serves"
        );
        Some(lint("M01", &goal.metric.place, message, help))
    };
    bet.gates.iter().flat_map(goals).filter_map(one).collect()
}

/// The metrics of the key results that a bet serves and of their outcomes; `None` if one of them is
/// not known.
fn reached<'a>(roadmap: &'a Roadmap, bet: &Bet) -> Option<BTreeSet<&'a str>> {
    let mut reached = BTreeSet::new();
    for served in &bet.serves {
        let (outcome, key_result) = served.value.split_once('/')?;
        let outcome = roadmap.outcome(outcome)?;
        let key_result = outcome.key_results.iter().find(|it| it.id.value == key_result)?;
        reached.extend([outcome.metric.value.as_str(), key_result.metric.value.as_str()]);
    }
    Some(reached)
}

/// M01: no goal shows the kind of value that the bet is to have.
fn wrong_family(roadmap: &Roadmap, bet: &Bet, gate: &Gate) -> Option<Diagnostic> {
    let Score { value: Some(value), .. } = bet.score.as_ref()? else { return None };
    let (_, family) = FAMILIES.iter().find(|(kind, _)| *kind == value.value)?;
    let reached = reached(roadmap, bet)?;
    let shows = |goal: &Measured| {
        reached.contains(goal.metric.value.as_str())
            || side(roadmap, goal).is_none_or(|side| family.contains(&side))
    };
    let leads = |goal: &Measured| side(roadmap, goal).is_some_and(|side| IMPACT.contains(&side));
    // Without a goal that leads anywhere the islands have been named already.
    if !goals(gate).any(leads) || goals(gate).any(shows) {
        return None;
    }
    let sides: Vec<&str> = family.iter().map(|side| side.name()).collect();
    let message =
        format!("no goal of `{}` shows the value of kind `{}`", gate.name.value, value.value);
    let help = format!(
        "add a goal of side {}, or say in `score.value` why it pays in truth",
        sides.join(" or ")
    );
    Some(lint("M01", &value.place, message, help))
}

/// M02: half of what makes it a success is not looked at.
fn one_sided(roadmap: &Roadmap, bet: &Bet, gate: &Gate) -> Option<Diagnostic> {
    let sides: Vec<MetricSide> =
        measured(gate).filter_map(|measured| side(roadmap, measured)).collect();
    let has = |family: &[MetricSide]| sides.iter().any(|side| family.contains(side));
    let name = &gate.name.value;
    let (message, help) = if sides.is_empty() {
        return None;
    } else if !has(&IMPACT) {
        let message = format!("`{name}` measures the model and not what it is good for");
        (message, "add a goal of side product, business or cost")
    } else if !has(&QUALITY) && has_model(bet) {
        let message = format!("`{name}` measures the business and not how good the model is");
        (message, "add a guardrail of side model or trust, for example `precision` or `catch_rate`")
    } else {
        return None;
    };
    Some(lint("M02", &gate.name.place, message, help))
}

fn has_model(bet: &Bet) -> bool {
    bet.sourcing.as_ref().is_none_or(|sourcing| sourcing.kind.value != SourcingKind::Rules)
}

/// M03: the gate can be passed by a good model alone.
fn accuracy_goal(roadmap: &Roadmap, gate: &Gate) -> Option<Diagnostic> {
    let name = &gate.name.value;
    let Some(first) = goals(gate).next() else {
        measured(gate).next()?;
        let message = format!("`{name}` has no goal: nothing in it says why we do this");
        let help = "give one criterion of side product, business or cost `role = \"goal\"`";
        return Some(lint("M03", &gate.name.place, message, help));
    };
    let is_of_model = |goal: &Measured| side(roadmap, goal) == Some(MetricSide::Model);
    let is_perplexity = |goal: &Measured| is_perplexity(roadmap, &goal.metric.value);
    if !goals(gate).all(is_of_model) || goals(gate).any(is_perplexity) {
        return None;
    }
    let id = &first.metric.value;
    let message = format!("`{id}` says how good the model is, not what it is good for");
    let help = format!(
        "make `{id}` a guardrail and add a goal that users or the business feel: a weaker model \
         that moves it is worth more"
    );
    Some(lint("M03", &first.metric.place, message, help))
}

/// M04 in a gate.
fn perplexity_goals(case: &Case<'_>, gate: &Gate) -> Vec<Diagnostic> {
    let goals = goals(gate).filter(|goal| is_perplexity(case.roadmap, &goal.metric.value));
    goals.map(|goal| perplexity(&goal.metric, "goal")).collect()
}

/// M04 in an outcome.
fn perplexity_results(case: &Case<'_>) -> Vec<Diagnostic> {
    let whole = |outcome: &&crate::Outcome| !case.unreadable.is_incomplete(&outcome.id.place.path);
    let outcomes = case.roadmap.outcomes.iter().filter(whole);
    let metrics = outcomes.flat_map(|outcome| {
        [&outcome.metric].into_iter().chain(outcome.key_results.iter().map(|it| &it.metric))
    });
    let found = metrics.filter(|metric| is_perplexity(case.roadmap, &metric.value));
    found.map(|metric| perplexity(metric, "result")).collect()
}

fn perplexity(metric: &Spanned<String>, what: &str) -> Diagnostic {
    let id = &metric.value;
    let message =
        format!("`{id}` is no {what}: nobody feels how well a model guesses the next word");
    let help =
        format!("leave `{id}` to the model's own dashboard (`watch`), and aim at what users do");
    lint("M04", &metric.place, message, help)
}

fn is_perplexity(roadmap: &Roadmap, id: &str) -> bool {
    let title = roadmap.metric(id).map(|metric| metric.title.as_str());
    let mut said = words(id).into_iter().chain(words(title.unwrap_or_default()));
    said.any(|word| PERPLEXITIES.contains(&word.as_str()))
}

/// M05: one word in `[words]` under two spellings.
fn two_words(roadmap: &Roadmap) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<String, (&str, &Spanned<String>)> = BTreeMap::new();
    let mut found = Vec::new();
    let mut in_order: Vec<_> = roadmap.words.iter().collect();
    in_order.sort_by_key(|(_, meaning)| meaning.place.span.start);
    for (word, meaning) in in_order {
        let Some((first, other)) = seen.get(&name(word)) else {
            seen.insert(name(word), (word, meaning));
            continue;
        };
        if words(meaning) != words(other) {
            let message = format!("`{first}` and `{word}` are one word with two meanings");
            let help = "keep one of the two, or rename what means something else";
            found.push(lint("M05", &meaning.place, message, help));
        }
    }
    found
}

/// M05: a word that a metric is called too, and that speaks of something else.
fn word_and_metric(roadmap: &Roadmap) -> Vec<Diagnostic> {
    let mut metrics: BTreeMap<String, &Metric> = BTreeMap::new();
    for metric in &roadmap.metrics {
        for name in [name(&metric.title), name(&metric.id.value)] {
            metrics.entry(name).or_insert(metric);
        }
    }
    let one = |(word, meaning): (&String, &Spanned<String>)| {
        let metric = metrics.get(&name(word))?;
        if is_alike(meaning, &metric.definition) {
            return None;
        }
        let message =
            format!("`{word}` means one thing here and another in metric `{}`", metric.id.value);
        let help = format!(
            "the metric says: {}; rename one of the two",
            metric.definition.trim_end_matches('.')
        );
        Some(lint("M05", &meaning.place, message, help))
    };
    roadmap.words.iter().filter_map(one).collect()
}

/// M05: two metrics of one name. The team's own come first, the standard ones last.
fn two_metrics(roadmap: &Roadmap) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<String, &Metric> = BTreeMap::new();
    let mut found = Vec::new();
    for metric in roadmap.metrics.iter().rev() {
        let names = BTreeSet::from([name(&metric.title), name(&metric.id.value)]);
        let other = names.iter().find_map(|name| seen.get(name));
        if let Some(other) = other.filter(|other| other.digest != metric.digest && !metric.standard)
        {
            let (id, taken) = (&metric.id.value, &other.id.value);
            let message =
                format!("`{id}` and `{taken}` are called the same and measured differently");
            let help = format!("use `{taken}`, or give `{id}` an id and a title of its own");
            found.push(lint("M05", &metric.id.place, message, help));
        }
        for name in names {
            seen.entry(name).or_insert(metric);
        }
    }
    found
}

/// A name without case, dashes, blanks and plural.
fn name(text: &str) -> String {
    let singular = |word: String| word.strip_suffix('s').map_or(word.clone(), str::to_owned);
    words(text).into_iter().map(singular).collect()
}

/// True when two texts may well mean the same: they share a word, or have too few to tell.
fn is_alike(one: &str, other: &str) -> bool {
    let meaning = |text: &str| -> BTreeSet<String> {
        let long = |word: &String| word.chars().count() >= MEANINGFUL_FROM;
        words(text).into_iter().filter(long).map(|word| name(&word)).collect()
    };
    let (one, other) = (meaning(one), meaning(other));
    one.len().min(other.len()) < WORDS_THAT_TELL || !one.is_disjoint(&other)
}

/// M06: an experiment has control and another arm, and somebody in each.
fn lopsided(bet: &Bet) -> Option<Diagnostic> {
    let experiment = bet.experiment.as_ref()?;
    let control = &experiment.control.value;
    let empty = experiment.arms.iter().find(|arm| arm.weight == 0.0);
    let message = match empty {
        Some(arm) => format!("nobody gets the arm `{}`: its weight is 0", arm.name.value),
        None if experiment.arms.iter().all(|arm| arm.name.value != *control) => {
            format!("control, `{control}`, is none of the arms")
        }
        None if experiment.treatments().next().is_none() => {
            "the experiment has no arm beside control".to_owned()
        }
        None => return None,
    };
    let help = "write for example `control = \"current\"`, `arms = { current = 1, suggest = 1 }`";
    Some(lint("M06", &experiment.place, message, help))
}

/// M06: a criterion that is compared with control needs an experiment, one that is compared with what
/// was before needs a day before which.
fn nothing_to_compare(bet: &Bet) -> Vec<Diagnostic> {
    let criteria = bet.gates.iter().flat_map(|gate| &gate.criteria);
    let one = |criterion: &Criterion| {
        let Criterion::Measured(measured) = criterion else { return None };
        let metric = &measured.metric.value;
        let (message, help) = match measured.versus? {
            Versus::Control => (
                control_missing(bet, measured)?,
                "say who gets what: `[experiment]` with `control` and `arms`, and `arm` where several \
                 are compared with control",
            ),
            Versus::Before if bet.time_box.is_none() => (
                format!(
                    "`{metric}` is compared with before, and there is no time-box to be before"
                ),
                "add `[box]`, or compare with `control`",
            ),
            Versus::Before => return None,
        };
        Some(lint("M06", &measured.place, message, help))
    };
    criteria.filter_map(one).collect()
}

fn control_missing(bet: &Bet, measured: &Measured) -> Option<String> {
    let metric = &measured.metric.value;
    let Some(experiment) = &bet.experiment else {
        return Some(format!("`{metric}` is compared with control, and there is no experiment"));
    };
    let treatments: Vec<&str> =
        experiment.treatments().map(|arm| arm.name.value.as_str()).collect();
    match &measured.arm {
        Some(arm) if treatments.contains(&arm.value.as_str()) => None,
        Some(arm) => Some(format!("`{}` is no arm beside control", arm.value)),
        None if treatments.len() == 1 => None,
        None => Some(format!(
            "`{metric}` is compared with control, and {} could be meant",
            treatments.iter().map(|arm| format!("`{arm}`")).collect::<Vec<_>>().join(" or ")
        )),
    }
}

/// M06: from discovery on there is something to beat, from pilot on it has a value.
fn no_baseline(bet: &Bet) -> Option<Diagnostic> {
    let id = &bet.id.value;
    let (place, message) = match &bet.baseline {
        None if bet.has_reached(Stage::Discovery) => {
            (&bet.id.place, format!("`{id}` is compared with nothing"))
        }
        Some(Baseline { what, metric, value, place, .. })
            if bet.has_reached(Stage::Pilot) && (metric.is_none() || value.is_none()) =>
        {
            let what = crate::name::shown(what);
            (place, format!("the baseline `{what}` has no value to beat"))
        }
        _ => return None,
    };
    let help =
        "measure the simplest thing that could do: `[baseline]` with kind, what, metric, value";
    Some(lint("M06", place, message, help))
}
