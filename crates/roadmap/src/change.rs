//! How bets and outcomes moved: what was promised, old to new, who, when, in which commit.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::gate::{Criterion, Signature, changed_parts, moved};
use crate::history::Version;
use crate::word::words;
use crate::{Bet, Gate, History, KeyResult, Outcome};

mod render;

words! {
    /// What moved.
    pub enum What {
        /// The bet or outcome itself came or went.
        Entity = "entity",
        Stage = "stage",
        Horizon = "horizon",
        Date = "date",
        Scope = "scope",
        /// What an interaction may cost.
        Budget = "budget",
        /// Where an outcome, or a key result, should get to; or which of them a bet serves.
        KeyResult = "key-result",
        Criterion = "criterion",
        Signature = "signature",
        /// Any other field.
        Field = "field",
    }
}

/// One thing that differs between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Moved {
    pub what: What,
    /// Which one: a key, or a gate's name and what stands in it.
    pub name: String,
    /// `null` where it was added.
    pub old: Option<String>,
    /// `null` where it was taken away.
    pub new: Option<String>,
}

/// One thing that a commit moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    #[serde(serialize_with = "as_text")]
    pub on: Date,
    /// The commit's author.
    pub by: String,
    /// The commit's id.
    pub commit: String,
    /// The first line of its message.
    pub message: String,
    /// A bet's id, or `outcome:ID`.
    pub subject: String,
    #[serde(flatten)]
    pub moved: Moved,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn as_text<S: Serializer>(date: &Date, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(date)
}

/// How the bets and outcomes moved, newest first; of one bet, or of one `outcome:ID`.
///
/// What was there already at the edge of a shallow clone is no change: nobody knows whose it was.
#[must_use]
pub fn changes(history: &History, only: Option<&str>) -> Vec<Change> {
    let mut found = Vec::new();
    for (id, versions) in &history.bets {
        if only.is_none_or(|only| only == id) {
            steps(id, versions, bet_moves, &mut found);
        }
    }
    for (id, versions) in &history.outcomes {
        let subject = format!("outcome:{id}");
        if only.is_none_or(|only| only == subject) {
            steps(&subject, versions, outcome_moves, &mut found);
        }
    }
    // Newest first; within a commit as found.
    found.sort_by(|(a, ..), (b, ..)| b.cmp(a));
    let change = |(revision, subject, moved): (usize, String, Moved)| {
        let revision = &history.revisions[revision];
        Change {
            on: revision.on,
            by: revision.by.clone(),
            commit: revision.commit.clone(),
            message: revision.subject.clone(),
            subject,
            moved,
        }
    };
    found.into_iter().map(change).collect()
}

fn steps<T>(
    subject: &str,
    versions: &[Version<T>],
    moves: fn(Option<&T>, Option<&T>) -> Vec<Moved>,
    found: &mut Vec<(usize, String, Moved)>,
) {
    let mut before = None;
    for version in versions {
        let now = version.entity.as_ref();
        if !version.found {
            let moves = moves(before, now).into_iter();
            found.extend(moves.map(|moved| (version.revision, subject.to_owned(), moved)));
        }
        before = now;
    }
}

/// What moved between two versions of a bet; with one of them absent, that it came or went.
#[must_use]
pub fn bet_moves(old: Option<&Bet>, new: Option<&Bet>) -> Vec<Moved> {
    let about = |bet: &Bet| format!("{}, {}, {}", bet.title.value, bet.horizon.value, bet.stage);
    match (old, new) {
        (Some(old), Some(new)) => {
            let mut moves = compare(&bet_facts(old), &bet_facts(new));
            moves.extend(gate_moves(&old.gates, &new.gates));
            moves
        }
        (old, new) => came_or_went("bet", old.map(about), new.map(about)),
    }
}

/// What moved between two versions of an outcome; with one of them absent, that it came or went.
#[must_use]
pub fn outcome_moves(old: Option<&Outcome>, new: Option<&Outcome>) -> Vec<Moved> {
    match (old, new) {
        (Some(old), Some(new)) => compare(&outcome_facts(old), &outcome_facts(new)),
        (old, new) => {
            let about = |outcome: &Outcome| outcome.title.clone();
            came_or_went("outcome", old.map(about), new.map(about))
        }
    }
}

fn came_or_went(name: &str, old: Option<String>, new: Option<String>) -> Vec<Moved> {
    let nothing = old.is_none() && new.is_none();
    let moved = Moved { what: What::Entity, name: name.to_owned(), old, new };
    if nothing { Vec::new() } else { vec![moved] }
}

/// One thing that an entity says. Of a list there are several of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    pub what: What,
    pub name: String,
    pub value: String,
}

fn fact(what: What, name: &str, value: impl fmt::Display) -> Fact {
    Fact { what, name: name.to_owned(), value: value.to_string() }
}

fn bet_facts(bet: &Bet) -> Vec<Fact> {
    let mut facts = vec![
        fact(What::Stage, "stage", bet.stage.value),
        fact(What::Horizon, "horizon", &bet.horizon.value),
    ];
    if let Some(time_box) = &bet.time_box {
        facts.push(fact(What::Date, "box.starts", time_box.starts));
        facts.push(fact(What::Date, "box.decide_by", time_box.decide_by.value));
        facts.push(fact(What::Date, "box.if_undecided", time_box.if_undecided));
    }
    let promised = bet.promise.as_ref().and_then(|promise| promise.by);
    facts.extend(promised.map(|by| fact(What::Date, "promise.by", by)));
    if let Some(scope) = &bet.scope {
        facts.extend(scope.does.iter().map(|text| fact(What::Scope, "scope.does", text)));
        facts.extend(scope.does_not.iter().map(|text| fact(What::Scope, "scope.does_not", text)));
    }
    if let Some(cost) = &bet.cost {
        let money = |amount: f64| match &cost.currency {
            Some(currency) => format!("{amount} {currency}"),
            None => amount.to_string(),
        };
        let caps = [
            ("cost.per_interaction_at_most", cost.per_interaction_at_most),
            ("cost.proven_at_most", cost.proven_at_most),
        ];
        let caps = caps.into_iter().filter_map(|(name, cap)| Some((name, cap?)));
        facts.extend(caps.map(|(name, cap)| fact(What::Budget, name, money(cap))));
    }
    facts.extend(bet.serves.iter().map(|id| fact(What::KeyResult, "serves", id)));
    facts
}

fn outcome_facts(outcome: &Outcome) -> Vec<Fact> {
    let Outcome { metric, from, to, by, .. } = outcome;
    let mut facts = vec![
        fact(What::KeyResult, "target", format!("`{metric}` from {from} to {to}")),
        fact(What::Date, "by", by),
    ];
    for KeyResult { id, metric, from, to, by, owners } in &outcome.key_results {
        let target = format!("`{metric}` from {from} to {to}");
        facts.push(fact(What::KeyResult, id, target));
        facts.push(fact(What::Date, &format!("{id}.by"), by));
        let owner = |owner| fact(What::KeyResult, &format!("{id}.owners"), owner);
        facts.extend(owners.iter().map(owner));
    }
    facts
}

/// What differs between two lists of facts, in the order of the old one. A name with one value on
/// each side changed; else its values went and came.
pub(crate) fn compare(old: &[Fact], new: &[Fact]) -> Vec<Moved> {
    let mut names: Vec<(What, &str)> = Vec::new();
    let mut sides: BTreeMap<(What, &str), Values<'_>> = BTreeMap::new();
    for (is_new, fact) in
        old.iter().map(|fact| (false, fact)).chain(new.iter().map(|fact| (true, fact)))
    {
        let key = (fact.what, fact.name.as_str());
        let values = sides.entry(key).or_insert_with(|| {
            names.push(key);
            Values::default()
        });
        values.take(is_new, &fact.value);
    }
    names.into_iter().flat_map(|key| values_moved(key, &sides[&key])).collect()
}

/// The values of one name that are on one side alone.
#[derive(Default)]
struct Values<'a> {
    gone: Vec<&'a str>,
    come: Vec<&'a str>,
}

impl<'a> Values<'a> {
    fn take(&mut self, is_new: bool, value: &'a str) {
        if !is_new {
            self.gone.push(value);
        } else if let Some(index) = self.gone.iter().position(|old| *old == value) {
            self.gone.remove(index);
        } else {
            self.come.push(value);
        }
    }
}

fn values_moved((what, name): (What, &str), values: &Values<'_>) -> Vec<Moved> {
    let moved = |old: Option<&str>, new: Option<&str>| Moved {
        what,
        name: name.to_owned(),
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
    };
    match (values.gone.as_slice(), values.come.as_slice()) {
        ([old], [new]) => vec![moved(Some(old), Some(new))],
        (gone, come) => {
            let gone = gone.iter().map(|old| moved(Some(old), None));
            gone.chain(come.iter().map(|new| moved(None, Some(new)))).collect()
        }
    }
}

fn gate_moves(old: &[Gate], new: &[Gate]) -> Vec<Moved> {
    let mut names: Vec<&str> = Vec::new();
    for Gate { name, .. } in old.iter().chain(new) {
        if !names.contains(&name.value.as_str()) {
            names.push(&name.value);
        }
    }
    let one = |name: &str| named_gate_moves(name, gate(old, name), gate(new, name));
    names.into_iter().flat_map(one).collect()
}

fn gate<'a>(gates: &'a [Gate], name: &str) -> Option<&'a Gate> {
    gates.iter().find(|gate| gate.name.value == name)
}

fn named_gate_moves(name: &str, old: Option<&Gate>, new: Option<&Gate>) -> Vec<Moved> {
    let criteria = |gate: Option<&'_ Gate>| gate.map_or(Vec::new(), |gate| gate.criteria.clone());
    let (before, after) = (criteria(old), criteria(new));
    let pairs = moved(&before, &after).into_iter();
    let mut moves: Vec<Moved> = pairs.map(|pair| criterion_moved(name, pair)).collect();
    let signed = |gate: Option<&Gate>| {
        let signature = gate.and_then(|gate| gate.signature.as_ref());
        signature.map(|signature| fact(What::Signature, name, signers(signature)))
    };
    moves.extend(compare(signed(old).as_slice(), signed(new).as_slice()));
    moves
}

fn criterion_moved(gate: &str, pair: (Option<&Criterion>, Option<&Criterion>)) -> Moved {
    let subject = |criterion: &Criterion| match criterion {
        Criterion::Measured(measured) => format!("`{}`", measured.metric.value),
        Criterion::Attested(_) => criterion.to_string(),
    };
    let one = pair.0.or(pair.1).map(subject).unwrap_or_default();
    let (old, new) = match pair {
        (Some(Criterion::Measured(before)), Some(Criterion::Measured(after))) => {
            let (old, new): (Vec<_>, Vec<_>) = changed_parts(before, after).into_iter().unzip();
            (Some(old.join(", ")), Some(new.join(", ")))
        }
        (old, new) => (old.map(Criterion::to_string), new.map(Criterion::to_string)),
    };
    Moved { what: What::Criterion, name: format!("{gate}: {one}"), old, new }
}

/// "ana and bo on 2026-08-03, b3:5d1c0e2f".
fn signers(signature: &Signature) -> String {
    let people = [&signature.product, &signature.rd].into_iter().flatten();
    let people: Vec<&str> = people.map(|person| person.value.as_str()).collect();
    format!("{} on {}, {}", people.join(" and "), signature.on, signature.digest.value)
}

/// How a roadmap moved, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Log {
    /// The version of this format.
    pub schema: &'static str,
    /// The bet, or `outcome:ID`, that was asked about; `null` for all.
    pub subject: Option<String>,
    /// In a shallow clone, the day before which nothing is known.
    pub known_from: Option<String>,
    /// Newest first.
    pub changes: Vec<Change>,
}

/// The name and version of the format of a [`Log`].
const FORMAT: &str = "trueup/log/1";

impl Log {
    /// Reads how the roadmap moved, or one bet, or one `outcome:ID`.
    #[must_use]
    pub fn of(history: &History, subject: Option<&str>) -> Log {
        Log {
            schema: FORMAT,
            subject: subject.map(str::to_owned),
            known_from: history.known_from().map(|day| day.to_string()),
            changes: changes(history, subject),
        }
    }

    /// The log as JSON; [`log_schema`] describes it.
    #[must_use]
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(self);
        text.expect("the format holds only texts") + "\n"
    }
}

/// The JSON Schema (draft 2020-12) of `trueup log --format json`.
#[must_use]
pub fn log_schema() -> String {
    crate::schema::of_output::<Log>()
}
