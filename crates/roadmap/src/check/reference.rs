//! F04 and F05: every name that is used is defined once.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, as_text};
use crate::name::{listed, nearest, shown};
use crate::roadmap::{Roadmap, Side};
use crate::source::{Place, Spanned};

/// What a name may be the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Bet,
    Capability,
    Horizon,
    /// Written `outcome/key-result`.
    KeyResult,
    Metric,
    Model,
    Note,
    Outcome,
    Person,
    Workflow,
    /// Written `workflow/stage`.
    WorkStage,
}

/// A name used where something else is defined.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub kind: Kind,
    /// The side that a person must belong to.
    pub side: Option<Side>,
    pub id: Spanned<String>,
    /// What stands before the id in the text: `note:`.
    pub prefix: String,
}

/// Every name that is defined, and where.
#[derive(Debug, Default)]
pub(crate) struct Names {
    defined: BTreeMap<Kind, BTreeMap<String, Option<Place>>>,
    /// Kinds of which a file could not be read: there, what is missing is not known.
    unreadable: BTreeSet<Kind>,
}

/// How long the nearest of many names is looked for, in letters times names: a tenth of a second.
/// Enough for hundreds of different wrong names in a roadmap of a thousand bets.
const SEARCH_AT_MOST: usize = 5_000_000;

/// The nearest known name of each unknown one; each is looked for once.
#[derive(Default)]
struct Search<'a> {
    found: BTreeMap<(Kind, &'a str), Option<&'a str>>,
    work: usize,
}

impl<'a> Search<'a> {
    fn nearest(&mut self, names: &'a Names, kind: Kind, id: &'a str) -> Option<&'a str> {
        *self.found.entry((kind, id)).or_insert_with(|| {
            let known = names.ids(kind);
            let work = self.work + shown(id).len() * known.len();
            if work > SEARCH_AT_MOST {
                return None;
            }
            self.work = work;
            nearest(id, known)
        })
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Bet => "bet",
            Kind::Capability => "capability",
            Kind::Horizon => "horizon",
            Kind::KeyResult => "key result",
            Kind::Metric => "metric",
            Kind::Model => "model",
            Kind::Note => "note",
            Kind::Outcome => "outcome",
            Kind::Person => "person",
            Kind::Workflow => "workflow",
            Kind::WorkStage => "stage of a workflow",
        }
    }

    /// Where to define one.
    fn home(self) -> &'static str {
        match self {
            Kind::Bet => "in `bets/`",
            Kind::Capability => "in `capabilities/`",
            Kind::Horizon => "under `[horizons]` in `roadmap.toml`",
            Kind::KeyResult => "as `[[key_result]]` in `outcomes/`",
            Kind::Metric => "in `metrics/`",
            Kind::Model => "under `[models]` in `roadmap.toml`",
            Kind::Note => "in `notes/`",
            Kind::Outcome => "in `outcomes/`",
            Kind::Person => "under `[people]` in `roadmap.toml`",
            Kind::Workflow => "in `workflows/`",
            Kind::WorkStage => "as `[[stage]]` in `workflows/`",
        }
    }
}

impl Names {
    /// Defines what is built in.
    pub(crate) fn define_standard(&mut self, kind: Kind, id: &str) {
        self.defined.entry(kind).or_default().insert(id.to_owned(), None);
    }

    /// Defines a name; the second place is reported and does not count. A team's own metric takes the
    /// place of a standard one: standard ones are added with time, and no roadmap may break by that.
    pub(crate) fn define(&mut self, kind: Kind, id: &Spanned<String>) -> Option<Diagnostic> {
        let defined = self.defined.entry(kind).or_default();
        let known = defined.get(&id.value);
        let Some(first) = known.filter(|first| first.is_some() || kind != Kind::Metric) else {
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
        self.unreadable.insert(kind);
    }

    fn ids(&self, kind: Kind) -> impl ExactSizeIterator<Item = &str> {
        static NONE: BTreeMap<String, Option<Place>> = BTreeMap::new();
        self.defined.get(&kind).unwrap_or(&NONE).keys().map(String::as_str)
    }

    fn is_defined(&self, kind: Kind, id: &str) -> bool {
        self.defined.get(&kind).is_some_and(|ids| ids.contains_key(id))
    }

    /// Reports the references that lead nowhere.
    pub(crate) fn dangling<'a>(&'a self, references: &'a [Reference]) -> Vec<Diagnostic> {
        let mut search = Search::default();
        let dangles = |reference: &&Reference| {
            let Reference { kind, id, .. } = reference;
            !self.is_defined(*kind, &id.value) && !self.unreadable.contains(kind)
        };
        let report = |Reference { kind, id, prefix, .. }: &'a Reference| {
            let write = |name: &str| as_text(&format!("{prefix}{name}"));
            let message = format!("there is no {} `{}`", kind.name(), shown(&id.value));
            let nearest = search.nearest(self, *kind, &id.value);
            let diagnostic = Diagnostic::deny("F04", id.place.clone(), message);
            diagnostic.meant(nearest, write, || self.instead(*kind, &id.value))
        };
        references.iter().filter(dangles).map(report).collect()
    }

    fn instead(&self, kind: Kind, id: &str) -> String {
        if kind == Kind::KeyResult && !id.contains('/') {
            return "a key result is written `outcome/key-result`".to_owned();
        }
        if kind == Kind::WorkStage && !id.contains('/') {
            return "a stage is written `workflow/stage`".to_owned();
        }
        let home = kind.home();
        match kind {
            Kind::Metric => format!("define it {home}, or use one that `trueup metrics` lists"),
            _ if self.ids(kind).next().is_none() => format!("define it {home}"),
            _ => format!("define it {home}, or use {}", listed(self.ids(kind))),
        }
    }
}

/// F03 for a signature by somebody of the other side.
pub(crate) fn sides(roadmap: &Roadmap, references: &[Reference]) -> Vec<Diagnostic> {
    let one = |reference: &Reference| {
        let side = reference.side?;
        let person = roadmap.people.get(&reference.id.value)?;
        (person.side != side).then(|| wrong_side(&reference.id, side))
    };
    references.iter().filter_map(one).collect()
}

fn wrong_side(id: &Spanned<String>, side: Side) -> Diagnostic {
    let side = side.spoken();
    let place = id.place.clone();
    Diagnostic {
        help: Some("one person of each side signs; sides are set under `[people]`".to_owned()),
        ..Diagnostic::deny("F03", place, format!("`{}` cannot sign for {side}", id.value))
    }
}
