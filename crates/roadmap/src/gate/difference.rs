//! What moved between two versions of a gate.

use std::collections::BTreeMap;

use super::{Criterion, Gate, Measured};
use crate::canonical;

/// A criterion before and after: one of them is absent where it was added or removed.
pub type Pair<'a> = (Option<&'a Criterion>, Option<&'a Criterion>);

/// The criteria that differ: those that changed, then those that went, then those that came. Who
/// vouched for readiness, when and where is no move.
#[must_use]
pub fn moved<'a>(old: &'a [Criterion], new: &'a [Criterion]) -> Vec<Pair<'a>> {
    let (mut gone, mut come) = (unmatched(old, new), unmatched(new, old));
    let mut pairs: Vec<Pair<'a>> = Vec::new();
    gone.retain(|before| {
        let after = successor(before, &mut come);
        pairs.extend(after.map(|after| (Some(*before), Some(after))));
        after.is_none()
    });
    pairs.extend(gone.into_iter().map(|criterion| (Some(criterion), None)));
    pairs.extend(come.into_iter().map(|criterion| (None, Some(criterion))));
    pairs
}

/// What moved between two versions of a gate, one sentence each: "`acceptance` at least 0.6 → at
/// least 0.5".
#[must_use]
pub fn differences(old: &Gate, new: &Gate) -> Vec<String> {
    moved(&old.criteria, &new.criteria).into_iter().filter_map(sentence).collect()
}

fn sentence(pair: Pair<'_>) -> Option<String> {
    let in_words = |criterion: &Criterion| match criterion {
        Criterion::Measured(measured) => format!("`{}` {}", measured.metric.value, measured.bound),
        Criterion::Attested(_) => criterion.to_string(),
    };
    match pair {
        (Some(Criterion::Measured(before)), Some(Criterion::Measured(after))) => {
            let parts = changed_parts(before, after);
            let parts: Vec<_> = parts.iter().map(|(old, new)| format!("{old} → {new}")).collect();
            Some(format!("`{}` {}", before.metric.value, parts.join(", ")))
        }
        (Some(gone), _) => Some(format!("{} removed", in_words(gone))),
        (None, Some(come)) => Some(format!("{} added", in_words(come))),
        (None, None) => None,
    }
}

/// The criteria that have no equal among the others, one for one.
fn unmatched<'a>(criteria: &'a [Criterion], others: &[Criterion]) -> Vec<&'a Criterion> {
    let mut equals: BTreeMap<String, usize> = BTreeMap::new();
    for other in others {
        *equals.entry(canonical::criterion(other)).or_default() += 1;
    }
    let is_unmatched =
        |criterion: &&Criterion| match equals.get_mut(&canonical::criterion(criterion)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        };
    criteria.iter().filter(is_unmatched).collect()
}

/// Takes the criterion that a changed one has become: about the same metric, best with the same
/// role and the same segment.
fn successor<'a>(before: &Criterion, come: &mut Vec<&'a Criterion>) -> Option<&'a Criterion> {
    let Criterion::Measured(before) = before else { return None };
    let likeness = |criterion: &&Criterion| match criterion {
        Criterion::Measured(after) if after.metric.value == before.metric.value => {
            1 + usize::from(after.among == before.among) + usize::from(after.role == before.role)
        }
        _ => 0,
    };
    // The most alike first: most often that is the very next one.
    let like = |best: usize| come.iter().position(|criterion| likeness(criterion) == best);
    let index = (1..=3).rev().find_map(like)?;
    Some(come.remove(index))
}

/// Bound, role, segment and windows where they differ: before and after.
pub(crate) fn changed_parts(before: &Measured, after: &Measured) -> Vec<(String, String)> {
    let parts = [
        (before.bound.to_string(), after.bound.to_string()),
        (before.role.name().to_owned(), after.role.name().to_owned()),
        (among(before), among(after)),
        (versus(before), versus(after)),
        (windows(before), windows(after)),
    ];
    parts.into_iter().filter(|(before, after)| before != after).collect()
}

fn among(measured: &Measured) -> String {
    let among = measured.among.as_ref();
    among.map_or_else(|| "everyone".to_owned(), |among| format!("among `{among}`"))
}

fn versus(measured: &Measured) -> String {
    let arm = measured.arm.as_ref().map_or_else(String::new, |arm| format!(" in `{}`", arm.value));
    measured.versus.map_or_else(
        || "the value itself".to_owned(),
        |versus| format!("more than {}{arm}", versus.spoken()),
    )
}

fn windows(measured: &Measured) -> String {
    match (measured.windows, measured.every_days) {
        (_, None) => "the whole time-box".to_owned(),
        (1, Some(days)) => format!("1 window of {days} days"),
        (windows, Some(days)) => format!("{windows} windows of {days} days"),
    }
}
