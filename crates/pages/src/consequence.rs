//! What a change would do before it is made: what the compiler would say, which signatures would no longer count.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::effect::{EntityChange, SignatureChange, Signing, Version, effect};
use trueup_roadmap::history::{FileChange, Revision};
use trueup_roadmap::{
    Circumstances, Diagnostic, Parsed, Severity, Source, blocks_verdict, check, code_name, parse,
};

use crate::snapshot::Snapshot;

/// What a change to the roadmap would do.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Consequences {
    /// What the compiler would say and does not say now, the worst first.
    pub new: Vec<Told>,
    /// What it says now and would not say.
    pub gone: Vec<Told>,
    /// What it would still say of the files that are changed.
    pub remaining: Vec<Told>,
    pub signatures: Vec<SignatureChange>,
    pub entities: Vec<EntityChange>,
}

/// One thing that the compiler says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Told {
    /// "error", "warning" or "note".
    pub weight: &'static str,
    pub code: &'static str,
    pub name: &'static str,
    pub message: String,
    pub path: String,
    /// The line, from 1; `null` for a file as a whole.
    pub line: Option<usize>,
    /// What to do next.
    pub help: Option<String>,
}

impl Consequences {
    /// Compares the roadmap with what it would be.
    #[must_use]
    pub fn of(snapshot: &Snapshot, after: &[Source]) -> Consequences {
        let parsed = parse(after);
        let diagnostics = next(snapshot, &parsed);
        let version = |name, sources, parsed, diagnostics| Version {
            name,
            sources,
            parsed,
            diagnostics,
            known_from: None,
        };
        let now = version("now", &snapshot.sources, &snapshot.parsed, &snapshot.diagnostics);
        let then = version("then", after, &parsed, &diagnostics);
        let effect = effect(&now, &then);
        let new = only_in(&diagnostics, &snapshot.diagnostics);
        let gone = only_in(&snapshot.diagnostics, &diagnostics);
        let changed = |found: &&Diagnostic| {
            let path = &found.place.path;
            let text = |sources: &[Source]| text(sources, path).map(str::to_owned);
            text(after) != text(&snapshot.sources) && !new.contains(found)
        };
        let told = |sources, found: Vec<&Diagnostic>| {
            found.into_iter().map(|found| Told::of(sources, found)).collect::<Vec<_>>()
        };
        Consequences {
            remaining: told(after, worst_first(diagnostics.iter().filter(changed).collect())),
            new: told(after, worst_first(new)),
            gone: told(&snapshot.sources, worst_first(gone)),
            signatures: effect.signatures,
            entities: effect.entities,
        }
    }

    /// What would be denied that is not denied now.
    pub fn denied(&self) -> impl Iterator<Item = &Told> {
        self.new.iter().filter(|told| told.weight == "error")
    }

    /// True when nothing comes, goes or changes.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.entities.is_empty() && self.new.is_empty() && self.gone.is_empty()
    }
}

impl Told {
    fn of(sources: &[Source], found: &Diagnostic) -> Told {
        let place = &found.place;
        let line = |text: &str| {
            let before = text.get(..place.span.start)?;
            (place.span != (0..0)).then(|| before.matches('\n').count() + 1)
        };
        Told {
            weight: match found.severity {
                Severity::Deny => "error",
                Severity::Warn => "warning",
                Severity::Note => "note",
            },
            code: found.code,
            name: code_name(found.code).unwrap_or_default(),
            message: found.message.clone(),
            path: place.path.clone(),
            line: text(sources, &place.path).and_then(line),
            help: found.help.clone(),
        }
    }
}

/// The words of a signature's state.
#[must_use]
pub fn signing(signing: Signing) -> &'static str {
    match signing {
        Signing::Absent => "not there",
        Signing::Unsigned => "not signed",
        Signing::Half => "signed by one side",
        Signing::Fresh => "signed by both sides",
        Signing::Stale => "stale: other criteria were signed",
    }
}

/// Everything that the compiler would say of a text that takes the place of this one today.
#[must_use]
pub fn next(snapshot: &Snapshot, parsed: &Parsed) -> Vec<Diagnostic> {
    let mut history = snapshot.history.clone();
    if let Some(history) = &mut history {
        // What stands there now comes before it, committed or not.
        let change = |source: &Source| FileChange {
            path: source.path.clone(),
            text: Some(source.text.clone()),
            found: false,
        };
        // Of a note that was written once, history keeps no text: beside it this one would look like another.
        let files = snapshot.sources.iter().filter(|source| !source.path.starts_with("notes/"));
        let files = files.map(change).collect();
        history.append(Revision::uncommitted(snapshot.today()), files);
    }
    check(parsed, &Circumstances { today: snapshot.today(), history: history.as_ref() })
}

/// The files with some of them anew.
#[must_use]
pub fn after(sources: &[Source], changed: &[Source]) -> Vec<Source> {
    let mut all: Vec<Source> = sources.to_vec();
    for source in changed {
        match all.iter_mut().find(|known| known.path == source.path) {
            Some(known) => known.text.clone_from(&source.text),
            None => all.push(source.clone()),
        }
    }
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all
}

/// What keeps the text from being understood that did not before: such a change is not saved.
#[must_use]
pub fn unreadable(before: &[Source], after: &[Source]) -> Vec<Diagnostic> {
    let (before, after) = (parse(before).diagnostics, parse(after).diagnostics);
    let new = only_in(&after, &before).into_iter();
    new.filter(|found| blocks_verdict(found.code)).cloned().collect()
}

/// What one side says and the other does not, wherever in its file.
fn only_in<'d>(these: &'d [Diagnostic], others: &[Diagnostic]) -> Vec<&'d Diagnostic> {
    let key = |found: &Diagnostic| {
        (found.code, found.severity, found.place.path.clone(), found.message.clone())
    };
    let mut others: Vec<_> = others.iter().map(key).collect();
    let mut only = Vec::new();
    for found in these {
        let this = key(found);
        match others.iter().position(|other| *other == this) {
            Some(at) => drop(others.swap_remove(at)),
            None => only.push(found),
        }
    }
    only
}

fn worst_first(mut found: Vec<&Diagnostic>) -> Vec<&Diagnostic> {
    found.sort_by_key(|found| std::cmp::Reverse(found.severity));
    found
}

fn text<'s>(sources: &'s [Source], path: &str) -> Option<&'s str> {
    sources.iter().find(|source| source.path == path).map(|source| source.text.as_str())
}
