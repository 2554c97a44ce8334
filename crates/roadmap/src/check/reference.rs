//! F04 and F05: every name that is used is defined once.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, as_text};
use crate::name::{listed, nearest};
use crate::roadmap::Side;
use crate::source::{Place, Spanned};

/// What a name may be the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Bet,
    Horizon,
    /// Written `outcome/key-result`.
    KeyResult,
    Metric,
    Outcome,
    Person,
}

/// A name used where something else is defined.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub kind: Kind,
    /// The side that a person must belong to.
    pub side: Option<Side>,
    pub id: Spanned<String>,
}

/// Every name that is defined, and where.
#[derive(Debug, Default)]
pub(crate) struct Names {
    defined: BTreeMap<Kind, BTreeMap<String, Option<Place>>>,
    /// Kinds of which a file could not be read: there, what is missing is not known.
    unreadable: Vec<Kind>,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Bet => "bet",
            Kind::Horizon => "horizon",
            Kind::KeyResult => "key result",
            Kind::Metric => "metric",
            Kind::Outcome => "outcome",
            Kind::Person => "person",
        }
    }

    /// Where to define one.
    fn home(self) -> &'static str {
        match self {
            Kind::Bet => "in `bets/`",
            Kind::Horizon => "under `[horizons]` in `roadmap.toml`",
            Kind::KeyResult => "as `[[key_result]]` in `outcomes/`",
            Kind::Metric => "in `metrics/`",
            Kind::Outcome => "in `outcomes/`",
            Kind::Person => "under `[people]` in `roadmap.toml`",
        }
    }
}

impl Names {
    /// Defines what is built in.
    pub(crate) fn define_standard(&mut self, kind: Kind, id: &str) {
        self.defined.entry(kind).or_default().insert(id.to_owned(), None);
    }

    /// Defines a name; the second place is reported and does not count.
    pub(crate) fn define(&mut self, kind: Kind, id: &Spanned<String>) -> Option<Diagnostic> {
        let defined = self.defined.entry(kind).or_default();
        let Some(first) = defined.get(&id.value) else {
            defined.insert(id.value.clone(), Some(id.place.clone()));
            return None;
        };
        let (kind, name) = (kind.name(), &id.value);
        let message = match first {
            Some(first) => format!("{kind} `{name}` is defined already, in `{}`", first.path),
            None => format!("{kind} `{name}` is built in"),
        };
        let help = Some("give this one another id".to_owned());
        Some(Diagnostic { help, ..Diagnostic::deny("F05", id.place.clone(), message) })
    }

    /// Remembers that a file of this kind did not say its name.
    pub(crate) fn miss(&mut self, kind: Kind) {
        self.unreadable.push(kind);
    }

    fn ids(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.defined.get(&kind).into_iter().flat_map(|ids| ids.keys().map(String::as_str))
    }

    fn is_defined(&self, kind: Kind, id: &str) -> bool {
        self.defined.get(&kind).is_some_and(|ids| ids.contains_key(id))
    }

    /// Reports the reference if it leads nowhere.
    pub(crate) fn follow(&self, reference: &Reference) -> Option<Diagnostic> {
        let Reference { kind, id, .. } = reference;
        if self.is_defined(*kind, &id.value) || self.unreadable.contains(kind) {
            return None;
        }
        let place = id.place.clone();
        let shown: String = id.value.chars().take(2 * crate::name::LONGEST).collect();
        let message = format!("there is no {} `{shown}`", kind.name());
        let diagnostic = Diagnostic::deny("F04", place, message);
        let nearest = nearest(&id.value, self.ids(*kind));
        Some(diagnostic.meant(nearest, as_text, || self.instead(*kind, &id.value)))
    }

    fn instead(&self, kind: Kind, id: &str) -> String {
        if kind == Kind::KeyResult && !id.contains('/') {
            return "a key result is written `outcome/key-result`".to_owned();
        }
        let home = kind.home();
        match kind {
            Kind::Metric => format!("define it {home}, or use one that `trueup metrics` lists"),
            _ if self.ids(kind).next().is_none() => format!("define it {home}"),
            _ => format!("define it {home}, or use {}", listed(self.ids(kind))),
        }
    }
}
