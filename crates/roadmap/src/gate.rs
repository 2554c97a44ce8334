//! A gate: criteria that both sides signed.

use std::fmt;

use jiff::civil::Date;

use crate::{Place, Spanned};

/// Criteria and who agreed to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// For example `graduate`.
    pub name: Spanned<String>,
    pub criteria: Vec<Criterion>,
    pub signature: Option<Signature>,
    /// `b3:` and 8 hex digits of the BLAKE3 hash of the canonical criteria.
    pub digest: String,
}

/// Both sides' word that these are the criteria.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    pub product: Spanned<String>,
    pub rd: Spanned<String>,
    pub on: Date,
    pub digest: Spanned<String>,
}

/// One line of a gate.
#[derive(Debug, Clone, PartialEq)]
pub enum Criterion {
    Measured(Measured),
    Attested(Attested),
}

/// A bound on a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    pub metric: Spanned<String>,
    pub bound: Bound,
    pub role: Role,
    /// Only interactions that carry this segment.
    pub among: Option<String>,
    /// How many windows of `every` days must not refute it. 1 and no `every`: the whole time-box.
    pub windows: u32,
    pub every_days: Option<u32>,
    pub place: Place,
}

/// What only a person can vouch for.
#[derive(Debug, Clone, PartialEq)]
pub struct Attested {
    pub attest: Spanned<String>,
    /// Who vouched; nobody yet if absent.
    pub by: Option<Spanned<String>>,
    pub link: Option<String>,
    pub on: Option<Date>,
    pub place: Place,
}

/// The allowed side, ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
    Between(f64, f64),
}

/// Why a criterion stands in the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Why we do it: product, business or cost.
    Goal,
    /// What must not break; model quality lives here.
    Guardrail,
    Budget,
    Readiness,
}

impl Gate {
    /// True when both sides signed these very criteria.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.signature.as_ref().is_some_and(|signature| signature.digest.value == self.digest)
    }
}

/// What moved between two versions of a gate, one sentence each: "`acceptance` at least 0.6 → at
/// least 0.5". Who vouched for readiness, when and where is no move.
#[must_use]
pub fn differences(old: &Gate, new: &Gate) -> Vec<String> {
    let (mut gone, mut come) = (Vec::from_iter(&old.criteria), Vec::from_iter(&new.criteria));
    gone.retain(|criterion| !strike_out(&mut come, |other| same(criterion, other)));
    let mut moves = Vec::new();
    gone.retain(|before| {
        let Criterion::Measured(before) = before else { return true };
        let Some(after) = successor(before, &mut come) else { return true };
        moves.push(format!("`{}` {}", before.metric.value, change(before, after)));
        false
    });
    moves.extend(gone.into_iter().map(|criterion| format!("{} removed", in_words(criterion))));
    moves.extend(come.into_iter().map(|criterion| format!("{} added", in_words(criterion))));
    moves
}

fn same(one: &Criterion, other: &Criterion) -> bool {
    crate::canonical::criterion(one) == crate::canonical::criterion(other)
}

/// Removes the first that fits; false if none does.
fn strike_out<T>(from: &mut Vec<T>, fits: impl Fn(&T) -> bool) -> bool {
    let found = from.iter().position(fits);
    found.map(|index| from.remove(index)).is_some()
}

/// Takes the criterion that a changed one has become: about the same metric, best with the same
/// role and the same segment.
fn successor<'a>(before: &Measured, come: &mut Vec<&'a Criterion>) -> Option<&'a Measured> {
    let likeness = |criterion: &&Criterion| match criterion {
        Criterion::Measured(after) if after.metric.value == before.metric.value => {
            1 + usize::from(after.among == before.among) + usize::from(after.role == before.role)
        }
        _ => 0,
    };
    let best = come.iter().map(likeness).max().filter(|likeness| *likeness > 0)?;
    let index = come.iter().position(|criterion| likeness(criterion) == best)?;
    match come.remove(index) {
        Criterion::Measured(after) => Some(after),
        Criterion::Attested(_) => None,
    }
}

fn change(before: &Measured, after: &Measured) -> String {
    let parts = [
        (before.bound.to_string(), after.bound.to_string()),
        (before.role.name().to_owned(), after.role.name().to_owned()),
        (among(before), among(after)),
        (windows(before), windows(after)),
    ];
    let changed = parts.into_iter().filter(|(before, after)| before != after);
    changed.map(|(before, after)| format!("{before} → {after}")).collect::<Vec<_>>().join(", ")
}

fn in_words(criterion: &Criterion) -> String {
    match criterion {
        Criterion::Measured(measured) => format!("`{}` {}", measured.metric.value, measured.bound),
        Criterion::Attested(attested) => format!("attestation `{}`", attested.attest.value),
    }
}

fn among(measured: &Measured) -> String {
    measured
        .among
        .as_ref()
        .map_or_else(|| "everyone".to_owned(), |among| format!("among `{among}`"))
}

fn windows(measured: &Measured) -> String {
    match (measured.windows, measured.every_days) {
        (_, None) => "the whole time-box".to_owned(),
        (1, Some(days)) => format!("1 window of {days} days"),
        (windows, Some(days)) => format!("{windows} windows of {days} days"),
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bound::AtLeast(low) => write!(f, "at least {low}"),
            Bound::AtMost(high) => write!(f, "at most {high}"),
            Bound::Between(low, high) => write!(f, "between {low} and {high}"),
        }
    }
}

impl Role {
    /// The word in the language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Role::Goal => "goal",
            Role::Guardrail => "guardrail",
            Role::Budget => "budget",
            Role::Readiness => "readiness",
        }
    }
}
