//! How the roadmap's text came to be what it is: its revisions, and every version of each entity.

mod field;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::bet::Stage;
use crate::canonical::note_digest;
use crate::decode::{self, Decoded, bet, metric, note, outcome};
use crate::source::Source;
use crate::{Bet, Gate, Metric, Outcome, differences};

/// One commit that changed the roadmap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The commit's id.
    pub commit: String,
    pub on: Date,
    /// The author's name and address, as git knows them.
    pub by: String,
    pub email: String,
    /// The first line of the message.
    pub subject: String,
}

impl Revision {
    /// What is on disk and in no commit yet.
    #[must_use]
    pub fn uncommitted(today: Date) -> Revision {
        Revision {
            commit: String::new(),
            on: today,
            by: "nobody yet".to_owned(),
            email: String::new(),
            subject: "not committed yet".to_owned(),
        }
    }
}

/// What a revision did to one file of the roadmap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The path within the roadmap's folder, with `/`.
    pub path: String,
    /// The text from then on; `None` when the file was deleted.
    pub text: Option<String>,
    /// True when it was there already at the edge of a shallow clone: who wrote it is not known.
    pub found: bool,
}

/// An entity as it was from one revision on.
#[derive(Debug, Clone, PartialEq)]
pub struct Version<T> {
    /// Index into [`History::revisions`].
    pub revision: usize,
    /// True when it was there already at the edge of a shallow clone.
    pub found: bool,
    /// `None` from the revision on that deleted it.
    pub entity: Option<T>,
}

/// All revisions, oldest first, and what they made of each entity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    pub revisions: Vec<Revision>,
    /// True when earlier revisions may exist that are not here: a shallow clone.
    pub shallow: bool,
    /// By id. Versions whose text could not be read are left out, since a criterion that was mistyped
    /// for a day is no moved goalpost.
    pub bets: BTreeMap<String, Vec<Version<Bet>>>,
    /// By id.
    pub outcomes: BTreeMap<String, Vec<Version<Outcome>>>,
    /// By id: the digest of what a note said.
    pub notes: BTreeMap<String, Vec<Version<String>>>,
    /// By id: the digest of how the team's own metrics were computed.
    pub metrics: BTreeMap<String, Vec<Version<String>>>,
    /// Texts by path, also those that could not be read. A note that was written once may stand here without its text.
    files: BTreeMap<String, Vec<Version<Arc<str>>>>,
    /// The id in each file, by path: what is gone when the file is deleted.
    ids: BTreeMap<String, String>,
}

impl History {
    /// Reads revisions, oldest first, each with what it changed.
    #[must_use]
    pub fn read(
        revisions: impl IntoIterator<Item = (Revision, Vec<FileChange>)>,
        shallow: bool,
    ) -> History {
        let mut history = History { shallow, ..History::default() };
        for (revision, changes) in revisions {
            history.append(revision, changes);
        }
        history
    }

    /// Reads one more revision, newer than all others.
    pub fn append(&mut self, revision: Revision, changes: Vec<FileChange>) {
        let at = self.revisions.len();
        self.revisions.push(revision);
        // Deletions first, so that a file with another name is the same entity still.
        let (deleted, written): (Vec<_>, Vec<_>) =
            changes.into_iter().partition(|change| change.text.is_none());
        for change in deleted.into_iter().chain(written) {
            self.file(at, change);
        }
    }

    fn file(&mut self, revision: usize, change: FileChange) {
        let FileChange { path, text, found } = change;
        let version = Version { revision, found, entity: text.as_deref().map(Arc::from) };
        self.files.entry(path.clone()).or_default().push(version);
        match path.split('/').next() {
            Some("bets") => {
                let read = read(&path, text, bet::bet, &mut self.ids);
                record(&mut self.bets, revision, found, read);
            }
            Some("outcomes") => {
                let read = read(&path, text, outcome::outcome, &mut self.ids);
                record(&mut self.outcomes, revision, found, read);
            }
            Some("metrics") => {
                let read = read(&path, text, metric::metric, &mut self.ids);
                let read =
                    read.map(|(id, metric)| (id, metric.map(|metric: Metric| metric.digest)));
                record(&mut self.metrics, revision, found, read);
            }
            Some("notes") => {
                let stem = path.trim_start_matches("notes/").trim_end_matches(".md").to_owned();
                let said = text.map(|text| said(&path, text));
                record(&mut self.notes, revision, found, Some((stem, said)));
            }
            _ => {}
        }
    }

    /// The day before which nothing is known; `None` where the history is whole.
    #[must_use]
    pub fn known_from(&self) -> Option<Date> {
        self.revisions.first().filter(|_| self.shallow).map(|revision| revision.on)
    }

    /// The revision of a version.
    #[must_use]
    pub fn revision<T>(&self, version: &Version<T>) -> &Revision {
        &self.revisions[version.revision]
    }

    /// The versions of a bet, oldest first.
    #[must_use]
    pub fn bet(&self, id: &str) -> &[Version<Bet>] {
        self.bets.get(id).map_or(&[], Vec::as_slice)
    }

    /// The newest version of a bet that was written on or before the day.
    #[must_use]
    pub fn bet_on(&self, id: &str, day: Date) -> Option<&Version<Bet>> {
        self.bet(id).iter().rev().find(|version| self.revision(version).on <= day)
    }

    /// The day on which a bet came from an earlier stage to the one where it stands; `None` where
    /// that is not known, as of a bet that was written down when it already stood there.
    #[must_use]
    pub fn stands_since(&self, bet: &Bet) -> Option<Date> {
        let versions = self.bet(&bet.id.value);
        let is_there = |stage: Stage| stage == bet.stage.value;
        let before = versions.iter().rposition(|version| !version.is_bet_where(is_there))?;
        versions.get(before + 1).map(|version| self.revision(version).on)
    }

    /// The day on which a bet first reached a stage; `None` where that is not known.
    #[must_use]
    pub fn reached(&self, bet: &Bet, stage: Stage) -> Option<Date> {
        let versions = self.bet(&bet.id.value);
        let is_there = |at: Stage| (stage..=Stage::Live).contains(&at);
        let first = versions.iter().position(|version| version.is_bet_where(is_there))?;
        (first > 0).then(|| self.revision(&versions[first]).on)
    }
}

impl Version<Bet> {
    fn is_bet_where(&self, is: impl FnOnce(Stage) -> bool) -> bool {
        self.entity.as_ref().is_some_and(|bet| is(bet.stage.value))
    }
}

/// A criterion that was changed after the time-box started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub on: Date,
    pub by: String,
    /// What moved, old to new: "`acceptance` at least 0.6 → at least 0.5".
    pub what: String,
}

impl History {
    /// How the criteria of a bet's graduation moved since its time-box started, oldest first.
    #[must_use]
    pub fn moves(&self, bet: &Bet) -> Vec<Move> {
        let Some(time_box) = &bet.time_box else { return Vec::new() };
        let mut moves = Vec::new();
        let mut before: Option<&Gate> = None;
        for version in self.bet(&bet.id.value) {
            let Some(gate) = version.entity.as_ref().and_then(Bet::graduation) else { continue };
            let revision = self.revision(version);
            let old = before.replace(gate).filter(|old| old.digest != gate.digest);
            let Some(old) = old.filter(|_| time_box.starts <= revision.on) else { continue };
            let step = |what| Move { on: revision.on, by: revision.by.clone(), what };
            moves.extend(differences(old, gate).into_iter().map(step));
        }
        moves
    }
}

/// The digest of a note's text, or of the file where it is none.
fn said(path: &str, text: String) -> String {
    let source = Source { path: path.to_owned(), text };
    note::file(&source).entity.map_or_else(|| crate::digest(&[source]), |note| note_digest(&note))
}

type Read<T> = Option<(String, Option<T>)>;

/// The entity that a file holds, or held when it was deleted, by id. `None` if it cannot be read.
fn read<T>(
    path: &str,
    text: Option<String>,
    decode: impl FnOnce(&decode::Fields<'_>) -> Option<T>,
    ids: &mut BTreeMap<String, String>,
) -> Read<T> {
    let Some(text) = text else { return ids.remove(path).map(|id| (id, None)) };
    let source = Source { path: path.to_owned(), text };
    let Decoded { entity, diagnostics, id, .. } = decode::file(&source, decode);
    let id = id?.value;
    ids.insert(path.to_owned(), id.clone());
    let unread = diagnostics.iter().any(|found| matches!(found.code, "F01" | "F02" | "F03"));
    entity.filter(|_| !unread).map(|entity| (id, Some(entity)))
}

fn record<T>(
    all: &mut BTreeMap<String, Vec<Version<T>>>,
    revision: usize,
    found: bool,
    read: Read<T>,
) {
    let Some((id, entity)) = read else { return };
    let versions = all.entry(id).or_default();
    // A file that was renamed is deleted and written in the same revision.
    if versions.last().is_some_and(|last| last.revision == revision && last.entity.is_none()) {
        versions.pop();
    }
    versions.push(Version { revision, found, entity });
}
