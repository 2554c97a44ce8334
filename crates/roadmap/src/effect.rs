//! What a change to the roadmap does: which entities, horizons, criteria, signatures and findings.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::change::{Fact, Moved, What, bet_moves, compare, outcome_moves};
use crate::diagnostic::{Diagnostic, Severity};
use crate::edit::{Key, Path, Value, fields};
use crate::word::words;
use crate::{Bet, FileKind, Gate, Parsed, Source};

mod render;

/// A roadmap before or after the change.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// As people call it: a commit's id, or `the work tree`.
    pub name: &'a str,
    pub sources: &'a [Source],
    pub parsed: &'a Parsed,
    /// What `check` says of it, on the same day on both sides.
    pub diagnostics: &'a [Diagnostic],
    /// The day before which its history is not known, in a shallow clone.
    pub known_from: Option<Date>,
}

/// What a change to the roadmap does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Effect {
    /// The version of this format.
    pub schema: &'static str,
    /// The revision before.
    pub from: String,
    /// The revision after.
    pub until: String,
    /// True when the exit code is 1: the change brings a finding that is denied.
    pub bad_news: bool,
    /// In a shallow clone, the day before which nothing is known: findings that rest on what was
    /// before may be missing.
    pub known_from: Option<String>,
    pub entities: Vec<EntityChange>,
    pub signatures: Vec<SignatureChange>,
    /// Bets whose place in the order of what comes next changed. Whoever knows the order fills it in.
    pub order: Vec<Reordered>,
    /// What `check` says after and did not say before.
    pub new: Vec<Finding>,
    /// What `check` said before and no longer says.
    pub gone: Vec<Finding>,
}

/// A bet's place in the order, from 1, before and after; `null` where it had or has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reordered {
    pub bet: String,
    pub before: Option<usize>,
    pub after: Option<usize>,
}

/// An entity that came, went or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntityChange {
    pub kind: FileKind,
    pub id: String,
    /// The file that holds it, or held it.
    pub path: String,
    pub how: How,
    /// What moved; of one that changed.
    pub moved: Vec<Moved>,
}

words! {
    /// What became of an entity.
    pub enum How {
        Added = "added",
        Removed = "removed",
        Changed = "changed",
    }
}

words! {
    /// How far a gate is signed.
    pub enum Signing {
        /// There is no gate.
        Absent = "absent",
        /// Nobody signed.
        Unsigned = "unsigned",
        /// One side signed these criteria.
        Half = "half-signed",
        /// Both sides signed these criteria.
        Fresh = "fresh",
        /// What was signed are other criteria.
        Stale = "stale",
    }
}

/// A gate whose signature became another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SignatureChange {
    pub bet: String,
    pub gate: String,
    pub old: Signing,
    pub new: Signing,
}

/// One thing that `check` says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Finding {
    pub severity: Severity,
    pub code: &'static str,
    pub path: String,
    pub message: String,
}

/// The name and version of this format.
const FORMAT: &str = "trueup/plan/1";

/// Compares two versions of a roadmap.
#[must_use]
pub fn effect(old: &Version<'_>, new: &Version<'_>) -> Effect {
    let found = only_in(new.diagnostics, old.diagnostics);
    Effect {
        schema: FORMAT,
        from: old.name.to_owned(),
        until: new.name.to_owned(),
        bad_news: found.iter().any(|found| found.severity == Severity::Deny),
        known_from: old.known_from.or(new.known_from).map(|day| day.to_string()),
        entities: entities(old, new),
        signatures: signatures(&old.parsed.roadmap.bets, &new.parsed.roadmap.bets),
        order: Vec::new(),
        new: found,
        gone: only_in(old.diagnostics, new.diagnostics),
    }
}

/// The JSON Schema (draft 2020-12) of `trueup plan --format json`.
#[must_use]
pub fn effect_schema() -> String {
    crate::schema::of_output::<Effect>()
}

/// What one side says and the other does not, the worst first. Lines do not count: what stands
/// elsewhere in its file is the same finding.
fn only_in(these: &[Diagnostic], others: &[Diagnostic]) -> Vec<Finding> {
    let mut counts: BTreeMap<Finding, usize> = BTreeMap::new();
    for other in others {
        *counts.entry(Finding::of(other)).or_default() += 1;
    }
    let mut only: Vec<Finding> = Vec::new();
    for found in these.iter().map(Finding::of) {
        match counts.get_mut(&found).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => only.push(found),
        }
    }
    only.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.cmp(b)));
    only
}

impl Finding {
    fn of(found: &Diagnostic) -> Finding {
        Finding {
            severity: found.severity,
            code: found.code,
            path: found.place.path.clone(),
            message: found.message.clone(),
        }
    }
}

/// The text of an entity: its file, and every field that is written in it.
struct Text<'a> {
    source: &'a Source,
    /// `None` where the file cannot be read.
    facts: Option<Vec<Fact>>,
}

type Texts<'a> = BTreeMap<(FileKind, String), Text<'a>>;

fn entities(old: &Version<'_>, new: &Version<'_>) -> Vec<EntityChange> {
    let (before, after) = (texts(old.sources), texts(new.sources));
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let one = |key: &(FileKind, String)| {
        let (was, is) = (before.get(key), after.get(key));
        let (how, moved) = match (was, is) {
            (None, _) => (How::Added, Vec::new()),
            (_, None) => (How::Removed, Vec::new()),
            (Some(was), Some(is)) => (How::Changed, moves(key, (old, was), (new, is))),
        };
        let is_change = how != How::Changed || !moved.is_empty();
        let path = is.or(was)?.source.path.clone();
        is_change.then(|| EntityChange { kind: key.0, id: key.1.clone(), path, how, moved })
    };
    keys.into_iter().filter_map(one).collect()
}

fn texts(sources: &[Source]) -> Texts<'_> {
    let text = |source| {
        let kind = kind(source)?;
        let fields = fields(&source.text).ok();
        let named = |(path, value): &(Path, Value)| {
            (path.to_string() == "id").then(|| value.as_text().map(str::to_owned)).flatten()
        };
        let id = fields.iter().flatten().find_map(named).unwrap_or_else(|| stem(source).to_owned());
        Some(((kind, id), Text { source, facts: fields.map(|fields| facts(&fields)) }))
    };
    sources.iter().filter_map(text).collect()
}

fn facts(fields: &[(Path, Value)]) -> Vec<Fact> {
    let fact = |(path, value): &(Path, Value)| Fact {
        what: What::Field,
        name: without_places(path),
        value: value.written().to_owned(),
    };
    fields.iter().filter(|(_, value)| value.is_scalar()).map(fact).collect()
}

fn kind(source: &Source) -> Option<FileKind> {
    match source.path.split_once('/') {
        None => Some(FileKind::Roadmap),
        Some(("outcomes", _)) => Some(FileKind::Outcome),
        Some(("metrics", _)) => Some(FileKind::Metric),
        Some(("capabilities", _)) => Some(FileKind::Capability),
        Some(("workflows", _)) => Some(FileKind::Workflow),
        Some(("bets", _)) => Some(FileKind::Bet),
        Some(("notes", _)) => Some(FileKind::Note),
        Some(_) => None,
    }
}

fn stem(source: &Source) -> &str {
    let name = source.path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// `risk[2].what` as `risk.what`: an entry that moved within its list is the same.
fn without_places(path: &Path) -> String {
    let names = path.0.iter().filter(|key| matches!(key, Key::Name(_)));
    Path(names.cloned().collect()).to_string()
}

/// What moved in an entity that is on both sides.
fn moves(
    (kind, id): &(FileKind, String),
    (old, was): (&Version<'_>, &Text<'_>),
    (new, is): (&Version<'_>, &Text<'_>),
) -> Vec<Moved> {
    let text_changed = Moved { what: What::Field, name: "text".to_owned(), old: None, new: None };
    let (Some(facts_before), Some(facts_after)) = (&was.facts, &is.facts) else {
        return if was.source == is.source { Vec::new() } else { vec![text_changed] };
    };
    let (before, after) = (&old.parsed.roadmap, &new.parsed.roadmap);
    let mut moves = Vec::new();
    let mut is_told: fn(&str) -> bool = |_| false;
    match kind {
        FileKind::Bet => {
            if let (Some(old), Some(new)) = (before.bet(id), after.bet(id)) {
                (moves, is_told) = (bet_moves(Some(old), Some(new)), tells_bet);
            }
        }
        FileKind::Outcome => {
            if let (Some(old), Some(new)) = (before.outcome(id), after.outcome(id)) {
                (moves, is_told) = (outcome_moves(Some(old), Some(new)), tells_outcome);
            }
        }
        _ => {}
    }
    let rest = |facts: &[Fact]| -> Vec<Fact> {
        facts.iter().filter(|fact| !is_told(&fact.name)).cloned().collect()
    };
    moves.extend(compare(&rest(facts_before), &rest(facts_after)));
    if *kind == FileKind::Note && body(was.source) != body(is.source) {
        moves.push(text_changed);
    }
    moves
}

/// True for the fields that [`bet_moves`] tells of.
fn tells_bet(name: &str) -> bool {
    if let Some(gate) = name.strip_prefix("gate.") {
        // Who vouched for readiness is how a gate is passed, not how it is moved.
        return gate.contains(".signed.")
            || ![".by", ".on", ".link"].iter().any(|key| gate.ends_with(key));
    }
    matches!(
        name,
        "stage"
            | "horizon"
            | "serves"
            | "box.starts"
            | "box.decide_by"
            | "box.if_undecided"
            | "promise.by"
            | "scope.does"
            | "scope.does_not"
            | "cost.per_interaction_at_most"
            | "cost.proven_at_most"
            | "cost.currency"
    )
}

/// True for the fields that [`outcome_moves`] tells of.
fn tells_outcome(name: &str) -> bool {
    let name = name.strip_prefix("key_result.").unwrap_or(name);
    matches!(name, "metric" | "from" | "to" | "by" | "owners") || name == "id"
}

fn body(note: &Source) -> &str {
    note.text.splitn(3, "+++").last().unwrap_or_default().trim()
}

fn signatures(old: &[Bet], new: &[Bet]) -> Vec<SignatureChange> {
    let (old, new) = (signings(old), signings(new));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    let one = |(bet, gate): (&str, &str)| {
        let state = |side: &Signings<'_>| *side.get(&(bet, gate)).unwrap_or(&Signing::Absent);
        let (old, new) = (state(&old), state(&new));
        let (bet, gate) = (bet.to_owned(), gate.to_owned());
        (old != new).then_some(SignatureChange { bet, gate, old, new })
    };
    keys.into_iter().filter_map(one).collect()
}

/// How far each gate of each bet is signed.
type Signings<'a> = BTreeMap<(&'a str, &'a str), Signing>;

fn signings(bets: &[Bet]) -> Signings<'_> {
    let mut signings = Signings::new();
    for bet in bets {
        let gates = bet.gates.iter();
        signings.extend(gates.map(|gate| ((bet.id.as_str(), gate.name.as_str()), signing(gate))));
    }
    signings
}

fn signing(gate: &Gate) -> Signing {
    match &gate.signature {
        None => Signing::Unsigned,
        Some(_) if gate.is_stale() => Signing::Stale,
        Some(_) if gate.is_signed() => Signing::Fresh,
        Some(_) => Signing::Half,
    }
}
