//! Signing a gate: one side's word that these are the criteria, as a change to one line.

use jiff::civil::Date;
use thiserror::Error;

use crate::edit::{Edit, EditError, Value, edit, fields};
use crate::{Bet, Gate, History, Person, Roadmap, Side, Source, differences, nearest};

/// Why nothing was signed, and what to do.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NotSigned {
    #[error("nobody is called `{0}`; {1}")]
    Unknown(String, String),
    #[error("`{person}` left on {left} and cannot sign; {side} has: {others}")]
    Left { person: String, left: Date, side: &'static str, others: String },
    #[error("`{bet}` has no gate `{gate}`; {hint}")]
    NoGate { bet: String, gate: String, hint: String },
    #[error("{side} signed `{gate}` already: `{by}` on {on}; {next}")]
    Already { side: &'static str, gate: String, by: String, on: Date, next: String },
    #[error(transparent)]
    Edit(#[from] EditError),
}

/// A signature that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Signed {
    /// The bet's file with the signature.
    pub source: Source,
    /// The side that signed.
    pub side: Side,
    /// The side that is still to sign.
    pub missing: Option<Side>,
    /// Who signed other criteria before, whose word no longer counts.
    pub void: Vec<String>,
    /// The digest of the criteria that were signed.
    pub digest: String,
}

/// Finds somebody who may still speak on a day.
pub fn speaker<'a>(roadmap: &'a Roadmap, id: &str, on: Date) -> Result<&'a Person, NotSigned> {
    let Some(person) = roadmap.people.get(id) else {
        let known = roadmap.people.keys().map(String::as_str);
        let hint = match nearest(id, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add them under `[people]`, or name one of: {}", listed(known)),
        };
        return Err(NotSigned::Unknown(id.to_owned(), hint));
    };
    match person.left {
        Some(left) if left < on => {
            let others = here(roadmap, person.side, on);
            let (person, side) = (id.to_owned(), person.side.spoken());
            Err(NotSigned::Left { person, left, side, others })
        }
        _ => Ok(person),
    }
}

/// The people of a side who have not left: "`ana`, `cy`".
#[must_use]
pub fn here(roadmap: &Roadmap, side: Side, on: Date) -> String {
    let people = roadmap
        .people
        .iter()
        .filter(|(_, person)| person.side == side && person.left.is_none_or(|left| on <= left));
    listed(people.map(|(id, _)| id.as_str()))
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "nobody yet".to_owned() } else { names.join(", ") }
}

/// Finds a gate of a bet by name.
pub fn gate<'a>(bet: &'a Bet, name: &str) -> Result<&'a Gate, NotSigned> {
    if let Some(gate) = bet.gates.iter().find(|gate| gate.name.value == name) {
        return Ok(gate);
    }
    let known = bet.gates.iter().map(|gate| gate.name.value.as_str());
    let hint = match nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if bet.gates.is_empty() => format!("write `[gate.{name}]` with criteria first"),
        None => format!("it has: {}", listed(known)),
    };
    let (bet, gate) = (bet.id.value.clone(), name.to_owned());
    Err(NotSigned::NoGate { bet, gate, hint })
}

/// Writes a person's signature under a gate, for their side.
///
/// The first signature stands alone until the other side signs the same criteria. Where the criteria
/// are no longer those that were signed, signing starts anew.
pub fn sign(source: &Source, gate: &Gate, person: &Person, on: Date) -> Result<Signed, NotSigned> {
    let side = person.side;
    let signature = gate.signature.as_ref();
    let standing = signature.filter(|_| !gate.is_stale());
    if let Some(by) = standing.and_then(|signature| signature.by(side)) {
        return Err(already(gate, side, &by.value));
    }
    let other =
        standing.and_then(|signature| signature.by(side.other())).map(|by| by.value.as_str());
    let id = person.id.value.as_str();
    let (product, rd) = match side {
        Side::Product => (Some(id), other),
        Side::Rd => (other, Some(id)),
    };
    let on = standing.map_or(on, |signature| on.max(signature.on));
    let text = write(source, gate, product, rd, on)?;
    let void = signature.filter(|_| gate.is_stale());
    let void = void.into_iter().flat_map(|old| [&old.product, &old.rd]).flatten();
    Ok(Signed {
        source: Source { path: source.path.clone(), text },
        side,
        missing: if other.is_some() { None } else { Some(side.other()) },
        void: void.map(|by| by.value.clone()).collect(),
        digest: gate.digest.clone(),
    })
}

fn already(gate: &Gate, side: Side, by: &str) -> NotSigned {
    let signature = gate.signature.as_ref().expect("somebody signed it");
    let next = match signature.missing() {
        Some(missing) => format!("{} is still to sign", missing.spoken()),
        None => "both sides did, and the criteria are the same".to_owned(),
    };
    NotSigned::Already {
        side: side.spoken(),
        gate: gate.name.value.clone(),
        by: by.to_owned(),
        on: signature.on,
        next,
    }
}

/// `signed = { ... }` in one line, or key by key where it is a table of its own.
fn write(
    source: &Source,
    gate: &Gate,
    product: Option<&str>,
    rd: Option<&str>,
    on: Date,
) -> Result<String, EditError> {
    let path = |key: &str| format!("gate.{}.signed{key}", gate.name.value);
    let written = fields(&source.text)?;
    let at = |path: &str| {
        written.iter().find(|(known, _)| known.to_string() == path).map(|(_, value)| value.clone())
    };
    let entries = [
        ("product", product.map(Value::from)),
        ("rd", rd.map(Value::from)),
        ("on", Some(Value::from(on))),
        ("digest", Some(Value::from(gate.digest.as_str()))),
    ];
    let whole = at(&path(""));
    let is_block = whole.is_none() && gate.signature.is_some();
    if !is_block {
        let new = entries.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        return edit(&source.text, &[Edit { path: path("").parse()?, old: whole, new: Some(new) }]);
    }
    let one = |(key, new): (&str, Option<Value>)| {
        let path = path(&format!(".{key}"));
        let old = at(&path);
        Ok(Edit { path: path.parse()?, old, new })
    };
    let edits: Result<Vec<Edit>, EditError> = entries.into_iter().map(one).collect();
    edit(&source.text, &edits?)
}

/// What the criteria of a gate have become since they were signed, one sentence each; `None` where
/// no version that this history knows holds the criteria that were signed.
#[must_use]
pub fn since_signed(history: &History, bet: &str, gate: &Gate) -> Option<Vec<String>> {
    let signed = &gate.signature.as_ref()?.digest.value;
    let gates = history.bet(bet).iter().rev().filter_map(|version| version.entity.as_ref());
    let mut gates = gates.flat_map(|bet| &bet.gates);
    let then = gates.find(|then| then.name.value == gate.name.value && then.digest == *signed)?;
    Some(differences(then, gate))
}
