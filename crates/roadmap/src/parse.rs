//! Text in, a roadmap and everything that is wrong with it out.

use std::collections::BTreeSet;

use crate::check::criteria::{self, Bounds};
use crate::check::reference::{Kind, Names, Reference, sides};
use crate::decode::{self, Decoded, bet, capability, metric, note, outcome, policy, workflow};
use crate::diagnostic::Diagnostic;
use crate::horizon::Preset;
use crate::name::nearest;
use crate::roadmap::Roadmap;
use crate::source::{Place, Source, Spanned};
use crate::suppression::Suppression;
use crate::{Bet, Capability, Metric, Note, Outcome, Workflow, standard_metrics};

/// What the text says, and what is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    pub roadmap: Roadmap,
    /// Sorted by path, then by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Lints that files suppress.
    pub suppressions: Vec<Suppression>,
}

const HEAD: &str = "roadmap.toml";
/// What only the head defines.
const HEAD_KINDS: [Kind; 3] = [Kind::Horizon, Kind::Person, Kind::Model];
const FOLDERS: [&str; 6] = ["outcomes", "metrics", "bets", "capabilities", "workflows", "notes"];

/// Reads all files of a roadmap. Never panics, whatever the text; says everything at once that keeps
/// the text from being understood (F). What is wrong with what it says is for [`crate::check()`].
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
    suppressions: Vec<Suppression>,
}

impl Reading {
    fn file(&mut self, source: &Source) {
        match home(&source.path) {
            Home::Head => self.head(source),
            Home::Folder("outcomes") => self.outcome(source),
            Home::Folder("metrics") => self.metric(source),
            Home::Folder("bets") => self.bet(source),
            Home::Folder("capabilities") => self.capability(source),
            Home::Folder("workflows") => self.workflow(source),
            Home::Folder(_) => self.note(source),
            Home::Foreign => {}
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
            self.miss_head();
        }
        let Some(head) = self.take(decoded) else { return };
        for (kind, id) in &head.defined {
            // A name given twice within one table is a syntax error already.
            let _ = self.names.define(*kind, id);
        }
        self.roadmap.policy = head.policy;
        self.roadmap.words = head.words;
        self.roadmap.models = head.models;
        self.roadmap.people =
            head.people.into_iter().map(|person| (person.id.value.clone(), person)).collect();
        self.roadmap.horizons =
            head.horizons.into_iter().map(|(id, horizon)| (id.value, horizon)).collect();
    }

    /// Remembers that what only the head defines is not known.
    fn miss_head(&mut self) {
        for kind in HEAD_KINDS {
            self.names.miss(kind);
        }
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

    fn capability(&mut self, source: &Source) {
        let decoded = decode::file(source, capability::capability);
        let is_first = self.define(Kind::Capability, decoded.id.as_ref());
        let capability: Option<Capability> = self.take(decoded);
        self.roadmap.capabilities.extend(capability.filter(|_| is_first));
    }

    fn workflow(&mut self, source: &Source) {
        let decoded = decode::file(source, workflow::workflow);
        let is_first = self.define(Kind::Workflow, decoded.id.as_ref());
        if !decoded.diagnostics.is_empty() {
            // Some of its stages may not be known.
            self.names.miss(Kind::WorkStage);
        }
        let Some(workflow) = self.take(decoded).filter(|_| is_first) else { return };
        self.work_stages(&workflow);
        self.roadmap.workflows.push(workflow);
    }

    fn work_stages(&mut self, workflow: &Workflow) {
        for stage in &workflow.stages {
            let value = format!("{}/{}", workflow.id.value, stage.id.value);
            let id = Spanned { value, place: stage.id.place.clone() };
            self.define(Kind::WorkStage, Some(&id));
        }
    }

    fn note(&mut self, source: &Source) {
        let decoded = note::file(source);
        self.define(Kind::Note, decoded.id.as_ref());
        let note: Option<Note> = self.take(decoded);
        self.roadmap.notes.extend(note);
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
        self.suppressions.extend(decoded.suppressions);
        self.diagnostics.extend(decoded.diagnostics);
        decoded.entity
    }

    /// Those whose name the team has not given to a metric of its own.
    fn add_standard_metrics(&mut self) {
        let own: BTreeSet<String> =
            self.roadmap.metrics.iter().map(|metric| metric.id.value.clone()).collect();
        let others = standard_metrics().iter().filter(|metric| !own.contains(&metric.id.value));
        self.roadmap.metrics.extend(others.cloned());
    }

    fn finish(mut self) -> Parsed {
        if !self.has_head {
            self.diagnostics.push(missing_head());
            self.miss_head();
        }
        if self.roadmap.horizons.is_empty() {
            self.roadmap.horizons = policy::preset(Preset::Confidence).into_iter().collect();
        }
        for horizon in self.roadmap.horizons.keys() {
            self.names.define_standard(Kind::Horizon, horizon);
        }
        self.add_standard_metrics();
        self.roadmap
            .notes
            .sort_by(|a, b| (a.on.value, &a.id.value).cmp(&(b.on.value, &b.id.value)));
        self.diagnostics.extend(self.names.dangling(&self.references));
        self.diagnostics.extend(sides(&self.roadmap, &self.references));
        self.diagnostics.extend(criteria::check(&self.roadmap, &Bounds::new(self.bounds)));
        sort(&mut self.diagnostics);
        let Reading { roadmap, diagnostics, suppressions, .. } = self;
        Parsed { roadmap, diagnostics, suppressions }
    }
}

/// Sorts by path, then by place.
pub(crate) fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| order(a).cmp(&order(b)));
}

fn order(diagnostic: &Diagnostic) -> (&str, usize, usize, &str, &str) {
    let Place { path, span } = &diagnostic.place;
    (path, span.start, span.end, diagnostic.code, &diagnostic.message)
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
        Some(&"notes") if ends_in(path, "md") && !file.contains('/') => Home::Folder("notes"),
        _ if !ends_in(path, "toml") || path.starts_with('.') => Home::Foreign,
        Some(&"notes") => Home::Unknown(Box::new(Diagnostic {
            help: Some("write it as Markdown, `.md`, under a `+++` header".to_owned()),
            ..misplaced(path, format!("`{path}` is no note"))
        })),
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

fn ends_in(path: &str, ending: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == ending)
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
