//! Text in, a roadmap and everything that is wrong with it out.

use std::collections::BTreeSet;

use crate::check::criteria::{self, Bounds};
use crate::check::lint;
use crate::check::reference::{Kind, Names, Reference};
use crate::decode::{self, Decoded, bet, metric, outcome, policy};
use crate::diagnostic::Diagnostic;
use crate::name::nearest;
use crate::roadmap::Roadmap;
use crate::source::{Place, Source, Spanned};
use crate::{Bet, Metric, Outcome, standard_metrics};

/// What the text says, and what is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    pub roadmap: Roadmap,
    /// Sorted by path, then by place.
    pub diagnostics: Vec<Diagnostic>,
}

const HEAD: &str = "roadmap.toml";
/// Folders that are read by a later edition of this crate, accepted and not looked at.
const LATER: [&str; 3] = ["capabilities", "workflows", "notes"];
const FOLDERS: [&str; 6] = ["outcomes", "metrics", "bets", "capabilities", "workflows", "notes"];

/// Reads all files of a roadmap. Never panics, whatever the text; says everything at once.
///
/// What `needs`, `workflow` and `note:` refer to is not checked yet, and `capabilities/`,
/// `workflows/` and `notes/` are accepted unread.
#[must_use]
pub fn parse(sources: &[Source]) -> Parsed {
    let mut sources: Vec<&Source> = sources.iter().collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let mut reading = Reading::default();
    for metric in standard_metrics() {
        reading.names.define_standard(Kind::Metric, &metric.id.value);
    }
    for source in sources {
        reading.file(source);
    }
    reading.finish()
}

/// A roadmap half read.
#[derive(Default)]
struct Reading {
    roadmap: Roadmap,
    has_head: bool,
    names: Names,
    references: Vec<Reference>,
    bounds: Vec<Spanned<f64>>,
    diagnostics: Vec<Diagnostic>,
}

impl Reading {
    fn file(&mut self, source: &Source) {
        match home(&source.path) {
            Home::Head => self.head(source),
            Home::Folder("outcomes") => self.outcome(source),
            Home::Folder("metrics") => self.metric(source),
            Home::Folder("bets") => self.bet(source),
            Home::Folder(_) | Home::Foreign => {}
            Home::Unknown(diagnostic) => self.diagnostics.push(*diagnostic),
        }
    }

    fn head(&mut self, source: &Source) {
        if std::mem::replace(&mut self.has_head, true) {
            self.diagnostics.push(second_head(&source.path));
            return;
        }
        let decoded = decode::file(source, policy::head);
        if decoded.diagnostics.iter().any(|found| found.code == "F01") {
            self.names.miss(Kind::Horizon);
            self.names.miss(Kind::Person);
        }
        let Some(head) = self.take(decoded) else { return };
        for (kind, id) in &head.defined {
            // A name given twice within one table is a syntax error already.
            let _ = self.names.define(*kind, id);
        }
        self.roadmap.policy = head.policy;
        self.roadmap.words = head.words;
        self.roadmap.people =
            head.people.into_iter().map(|person| (person.id.value.clone(), person)).collect();
        self.roadmap.horizons =
            head.horizons.into_iter().map(|(id, horizon)| (id.value, horizon)).collect();
    }

    fn outcome(&mut self, source: &Source) {
        let decoded = decode::file(source, outcome::outcome);
        let is_first = self.define(Kind::Outcome, decoded.id.as_ref());
        if !decoded.diagnostics.is_empty() {
            // Some of its key results may not be known.
            self.names.miss(Kind::KeyResult);
        }
        let Some(outcome) = self.take(decoded).filter(|_| is_first) else { return };
        self.key_results(&outcome);
        self.roadmap.outcomes.push(outcome);
    }

    fn key_results(&mut self, outcome: &Outcome) {
        for key_result in &outcome.key_results {
            let value = format!("{}/{}", outcome.id.value, key_result.id.value);
            let id = Spanned { value, place: key_result.id.place.clone() };
            self.define(Kind::KeyResult, Some(&id));
        }
    }

    fn metric(&mut self, source: &Source) {
        let decoded = decode::file(source, metric::metric);
        let is_first = self.define(Kind::Metric, decoded.id.as_ref());
        let metric: Option<Metric> = self.take(decoded);
        self.roadmap.metrics.extend(metric.filter(|_| is_first));
    }

    fn bet(&mut self, source: &Source) {
        let decoded = decode::file(source, bet::bet);
        let is_first = self.define(Kind::Bet, decoded.id.as_ref());
        let bet: Option<Bet> = self.take(decoded);
        self.roadmap.bets.extend(bet.filter(|_| is_first));
    }

    /// True unless the name was given before.
    fn define(&mut self, kind: Kind, id: Option<&Spanned<String>>) -> bool {
        let Some(id) = id else {
            self.names.miss(kind);
            return true;
        };
        let defined = self.names.define(kind, id);
        let is_first = defined.is_none();
        self.diagnostics.extend(defined);
        is_first
    }

    fn take<T>(&mut self, decoded: Decoded<T>) -> Option<T> {
        self.references.extend(decoded.references);
        self.bounds.extend(decoded.bounds);
        self.diagnostics.extend(decoded.diagnostics);
        decoded.entity
    }

    fn finish(mut self) -> Parsed {
        if !self.has_head {
            self.diagnostics.push(missing_head());
            self.names.miss(Kind::Horizon);
            self.names.miss(Kind::Person);
        }
        if self.roadmap.horizons.is_empty() {
            self.roadmap.horizons = policy::confidence_preset();
        }
        for horizon in self.roadmap.horizons.keys() {
            self.names.define_standard(Kind::Horizon, horizon);
        }
        self.roadmap.metrics.extend(standard_metrics().iter().cloned());
        let dangling = self.references.iter().filter_map(|reference| self.names.follow(reference));
        self.diagnostics.extend(dangling.collect::<Vec<_>>());
        self.diagnostics.extend(lint::sides(&self.roadmap, &self.references));
        self.diagnostics.extend(criteria::check(&self.roadmap, &Bounds::new(self.bounds)));
        let unreadable = Unreadable::new(&self.diagnostics);
        self.diagnostics.extend(lint::check(&self.roadmap, &unreadable));
        lint::level(&mut self.diagnostics, &self.roadmap.policy);
        self.diagnostics.sort_by(|a, b| order(a).cmp(&order(b)));
        Parsed { roadmap: self.roadmap, diagnostics: self.diagnostics }
    }
}

fn order(diagnostic: &Diagnostic) -> (&str, usize, usize, &str, &str) {
    let Place { path, span } = &diagnostic.place;
    (path, span.start, span.end, diagnostic.code, &diagnostic.message)
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
}

/// What a path says about the file.
enum Home {
    Head,
    Folder(&'static str),
    /// Not part of the language.
    Foreign,
    Unknown(Box<Diagnostic>),
}

fn home(path: &str) -> Home {
    if path == HEAD {
        return Home::Head;
    }
    let (folder, file) = path.split_once('/').unwrap_or(("", path));
    let known = FOLDERS.iter().find(|known| **known == folder);
    match known {
        Some(later) if LATER.contains(later) => Home::Folder(later),
        _ if !is_toml(path) || path.starts_with('.') => Home::Foreign,
        _ if file == HEAD || file.ends_with("/roadmap.toml") => {
            Home::Unknown(Box::new(second_head(path)))
        }
        Some(folder) if !file.contains('/') => Home::Folder(folder),
        Some(folder) => Home::Unknown(Box::new(Diagnostic {
            help: Some(format!("move it to `{folder}/`")),
            ..misplaced(path, format!("`{path}` lies too deep to be read"))
        })),
        None => Home::Unknown(Box::new(unknown_folder(path, folder))),
    }
}

fn is_toml(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "toml")
}

fn misplaced(path: &str, message: String) -> Diagnostic {
    Diagnostic::deny("F02", Place { path: path.to_owned(), span: 0..0 }, message)
}

fn unknown_folder(path: &str, folder: &str) -> Diagnostic {
    let folders = FOLDERS.map(|folder| format!("`{folder}/`")).join(", ");
    let help = Some(format!("a roadmap has `roadmap.toml`, {folders}"));
    let message = match nearest(folder, FOLDERS) {
        _ if folder.is_empty() => format!("`{path}` is no part of a roadmap"),
        Some(meant) => format!("unknown folder `{folder}`; did you mean `{meant}`?"),
        None => format!("unknown folder `{folder}`"),
    };
    Diagnostic { help, ..misplaced(path, message) }
}

fn second_head(path: &str) -> Diagnostic {
    Diagnostic {
        help: Some("keep the one in the roadmap's own folder".to_owned()),
        ..Diagnostic::deny(
            "F05",
            Place { path: path.to_owned(), span: 0..0 },
            "a roadmap has one `roadmap.toml`; this is a second one",
        )
    }
}

fn missing_head() -> Diagnostic {
    Diagnostic {
        help: Some("write one with at least `edition = 1`; `trueup init` makes one".to_owned()),
        ..Diagnostic::deny(
            "F03",
            Place { path: HEAD.to_owned(), span: 0..0 },
            "there is no `roadmap.toml`, so edition, people and policy are not known",
        )
    }
}
