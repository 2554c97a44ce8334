//! What is wrong with what the text says: names that lead nowhere, numbers that cannot be, and lints.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::history::History;
use crate::parse::{Parsed, sort};
use crate::policy::Policy;
use crate::roadmap::Roadmap;
use crate::suppression::Suppression;

pub(crate) mod criteria;
mod lint;
pub(crate) mod reference;

/// What the text alone does not say.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    pub today: Date,
    /// How the text came to be; `None` where it is not known, and then lints that need it are silent.
    pub history: Option<&'a History>,
}

/// Says everything that is wrong: what [`crate::parse()`] found, and every lint that text, calendar
/// and history decide. Levels and suppressions are applied. Sorted by path, then by place.
#[must_use]
pub fn check(parsed: &Parsed, circumstances: &Circumstances<'_>) -> Vec<Diagnostic> {
    let Circumstances { today, history } = *circumstances;
    let unreadable = Unreadable::new(&parsed.diagnostics);
    let case = Case { roadmap: &parsed.roadmap, today, history, unreadable };
    let mut diagnostics = lint::all(&case);
    level(&mut diagnostics, &parsed.roadmap.policy, today);
    suppress(&mut diagnostics, &parsed.suppressions, today);
    diagnostics.extend(parsed.diagnostics.iter().cloned());
    sort(&mut diagnostics);
    diagnostics
}

/// What a lint may look at.
pub(crate) struct Case<'a> {
    pub roadmap: &'a Roadmap,
    pub today: Date,
    pub history: Option<&'a History>,
    pub unreadable: Unreadable,
}

impl<'a> Case<'a> {
    /// The bets whose every key was understood.
    pub(crate) fn bets(&self) -> impl Iterator<Item = &'a crate::Bet> {
        let whole = |bet: &&crate::Bet| !self.unreadable.is_incomplete(&bet.place.path);
        self.roadmap.bets.iter().filter(whole)
    }
}

/// Files whose text is not wholly understood: what a lint would say of them may be a consequence.
pub(crate) struct Unreadable {
    files: BTreeSet<String>,
    dangling: BTreeSet<String>,
}

impl Unreadable {
    fn new(diagnostics: &[Diagnostic]) -> Unreadable {
        let paths = |is: fn(&str) -> bool| {
            let found = diagnostics.iter().filter(|diagnostic| is(diagnostic.code));
            found.map(|diagnostic| diagnostic.place.path.clone()).collect()
        };
        Unreadable {
            files: paths(|code| matches!(code, "F01" | "F02" | "F03")),
            dangling: paths(|code| code == "F04"),
        }
    }

    /// True when keys may have been lost.
    pub(crate) fn is_incomplete(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// True when a name in it leads nowhere.
    pub(crate) fn dangles(&self, path: &str) -> bool {
        self.dangling.contains(path)
    }

    /// True when some file below the folder could not be read, so that what is absent is not known.
    pub(crate) fn any_in(&self, folder: &str) -> bool {
        self.files.iter().any(|path| path.starts_with(folder))
    }
}

/// Applies the levels that policy sets.
fn level(diagnostics: &mut Vec<Diagnostic>, policy: &Policy, today: Date) {
    diagnostics.retain_mut(|found| {
        let Some(severity) = policy.severity(found.code, today) else { return false };
        found.severity = severity;
        if let Some(from) = policy.denied_later(found.code, today) {
            let when = from.map_or_else(|| "some day".to_owned(), |from| format!("from {from} on"));
            found.add_help(&format!("this will be denied {when}"));
        }
        true
    });
}

/// Leaves out what its file suppresses, as long as it does.
fn suppress(diagnostics: &mut Vec<Diagnostic>, suppressions: &[Suppression], today: Date) {
    diagnostics.retain_mut(|found| {
        let fits = |allow: &&Suppression| {
            allow.code.value == found.code && allow.code.place.path == found.place.path
        };
        let mut fitting = suppressions.iter().filter(fits);
        let Some(last) = fitting.by_ref().max_by_key(|allow| allow.until.value) else {
            return true;
        };
        if today <= last.until.value {
            return false;
        }
        found.add_help(&format!(
            "it was allowed until {}; mend it or allow it anew",
            last.until.value
        ));
        true
    });
}
