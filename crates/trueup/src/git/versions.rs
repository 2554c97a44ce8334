//! Every version of every entity: the changes of the files, with their texts, for the language.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use gix::ObjectId;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use trueup_roadmap::history;

use super::{Change, Changes, Commit, FileChange, History, What};

impl History {
    /// Reads what each commit before a moment made of each entity.
    pub fn versions(&self, before: Option<Timestamp>) -> Result<history::History> {
        self.read_versions(self.changes()?, before)
    }

    /// Reads what each commit up to this one made of each entity.
    pub fn versions_of(&self, newest: &Commit) -> Result<history::History> {
        let id = ObjectId::from_hex(newest.id.as_bytes()).context("that is no commit's id")?;
        self.read_versions(self.changes_of(id)?, None)
    }

    fn read_versions(
        &self,
        changes: Changes,
        before: Option<Timestamp>,
    ) -> Result<history::History> {
        let rewritten = rewritten(&changes.all);
        let mut revisions = Vec::new();
        for Change { commit, files } in changes.all {
            if before.is_some_and(|before| before <= commit.at) {
                break;
            }
            let files: Result<Vec<_>> =
                files.into_iter().map(|file| self.read(file, &rewritten)).collect();
            revisions.push((revision(commit), files?));
        }
        Ok(history::History::read(revisions, changes.shallow))
    }

    fn read(&self, file: FileChange, rewritten: &BTreeSet<String>) -> Result<history::FileChange> {
        let FileChange { path, what, now, .. } = file;
        let text = |id: ObjectId| {
            // What a note said counts only beside what it said before.
            let is_needed = !is_note(&path) || rewritten.contains(&path);
            if is_needed { self.text(id) } else { Ok(String::new()) }
        };
        let text = now.map(text).transpose()?;
        Ok(history::FileChange { path, text, found: what == What::Found })
    }
}

/// Notes that were written more than once.
fn rewritten(changes: &[Change]) -> BTreeSet<String> {
    let mut once = BTreeSet::new();
    let notes = changes.iter().flat_map(|change| &change.files).map(|file| &file.path);
    notes.filter(|path| is_note(path) && !once.insert(path.as_str())).cloned().collect()
}

fn is_note(path: &str) -> bool {
    path.starts_with("notes/")
}

fn revision(commit: Commit) -> history::Revision {
    history::Revision {
        on: commit.at.to_zoned(TimeZone::UTC).date(),
        commit: commit.id,
        by: commit.author,
        email: commit.email,
        subject: commit.subject,
    }
}
