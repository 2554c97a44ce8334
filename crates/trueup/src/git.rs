//! The history of the roadmap's text: what it said at a commit, and who changed which version.
//!
//! The only place that knows git. Reading order: [`History`] (the repository around a folder), its
//! `changes`, the `revision`s that people name; `author` is who writes; `commit` adds a change of the roadmap to it, `create` writes a
//! repository for the demo.

#[cfg(feature = "evidence")]
mod author;
mod changes;
#[cfg(feature = "evidence")]
mod commit;
mod create;
mod revision;
#[cfg(test)]
mod tests;
mod versions;

use std::path::Path;

use anyhow::{Context, Result};
use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::odb::pack::cache::lru::MemoryCappedHashmap;
use jiff::Timestamp;
use thiserror::Error;
use trueup_roadmap::Source;

#[cfg(feature = "evidence")]
pub use author::Author;
pub use changes::{Change, Changes, FileChange, What};
#[cfg(feature = "evidence")]
pub use commit::{Committed, NotCommitted, Turn};
pub use create::{NewRepository, Signature};
pub use revision::Until;

use crate::folder::{FOLDERS, ROOT, belongs};

/// Bytes of packed objects that others are built upon. Each version of a folder is packed as a change
/// of the next, so that without them every tree costs its whole chain. More is slower: it leaves the
/// processor's own cache.
const PACK_CACHE: usize = 8 << 20;
/// Bytes of trees: each is looked at twice, as the version after and as the version before.
const TREE_CACHE: usize = 2 << 20;

/// A roadmap folder inside a git work tree.
pub struct History {
    repository: gix::Repository,
    /// The roadmap's folder within the work tree, with `/`; empty for the work tree itself.
    folder: String,
}

/// Why a folder has no history, and what to do.
#[derive(Debug, Error)]
pub enum NoHistory {
    #[error("`{0}` is in no git repository; start one with `git init` and commit the roadmap")]
    NoRepository(String),
    #[error("`{0}` is in a bare repository, which has no files; clone it and name that folder")]
    Bare(String),
    #[error("the git repository of `{0}` has no commit yet; commit the roadmap first")]
    NoCommit(String),
    #[error(
        "the newest commit does not hold `{0}`; add it with `git add` and commit it, \
         and if git ignores it, take it out of `.gitignore`"
    )]
    NotCommitted(String),
    #[error("cannot read the git repository of `{0}`: {1}")]
    Unreadable(String, String),
}

/// One commit on the first-parent line from HEAD.
pub struct Commit {
    pub id: String,
    /// When it was committed, which may be later than when it was written.
    pub at: Timestamp,
    pub author: String,
    pub email: String,
    /// The first line of its message.
    pub subject: String,
    /// The roadmap's folder at that commit.
    tree: Option<ObjectId>,
}

/// The text of one file of the roadmap at a commit, and the id of that text.
pub struct Blob {
    pub id: ObjectId,
    pub path: String,
}

impl History {
    /// Opens the repository that holds `folder`, in which HEAD holds that folder.
    pub fn open(folder: &Path) -> Result<History, NoHistory> {
        let name = folder.display().to_string();
        let unreadable = |why: &dyn std::fmt::Display| {
            NoHistory::Unreadable(folder.display().to_string(), why.to_string())
        };
        let folder = folder.canonicalize().map_err(|error| unreadable(&error))?;
        let mut repository = match gix::discover(&folder) {
            Ok(repository) => repository,
            Err(error) if error.is_not_found() => return Err(NoHistory::NoRepository(name)),
            Err(error) => return Err(unreadable(&error)),
        };
        let Some(top) = repository.workdir() else { return Err(NoHistory::Bare(name)) };
        let top = top.canonicalize().map_err(|error| unreadable(&error))?;
        let Ok(within) = folder.strip_prefix(&top) else {
            return Err(NoHistory::NoRepository(name));
        };
        repository.object_cache_size(TREE_CACHE);
        repository.objects.set_pack_cache(|| Box::new(MemoryCappedHashmap::new(PACK_CACHE)));
        let history = History { repository, folder: with_slashes(within) };
        let unreadable = |error: gix::Error| unreadable(&error);
        if history.repository.head().map_err(unreadable)?.is_unborn() {
            return Err(NoHistory::NoCommit(name));
        }
        let top = history.repository.head_tree_id().map_err(unreadable)?.detach();
        match history.folder_in(top).map_err(unreadable)? {
            Some(_) => Ok(history),
            None => Err(NoHistory::NotCommitted(name)),
        }
    }

    /// Opens the repository that holds `folder`; `None` if there is no history to read.
    pub fn discover(folder: &Path) -> Option<History> {
        History::open(folder).ok()
    }

    /// The roadmap's folder below the top folder of a commit.
    fn folder_in(&self, top: ObjectId) -> gix::Result<Option<ObjectId>> {
        if self.folder.is_empty() {
            return Ok(Some(top));
        }
        let entry = self.repository.find_tree(top)?.lookup_entry_by_path(&self.folder)?;
        Ok(entry.filter(|entry| entry.mode().is_tree()).map(|entry| entry.object_id()))
    }

    /// The commits that changed the roadmap's folder, newest first, along first parents.
    /// In a shallow clone the line ends where the clone does.
    pub fn commits(&self) -> Result<Vec<Commit>> {
        let line = self.line(self.repository.head_id()?.detach())?;
        line.steps().map(|(step, _)| self.commit(step.commit, step.folder)).collect()
    }

    fn commit(&self, id: ObjectId, folder: Option<ObjectId>) -> Result<Commit> {
        let commit = self.repository.find_commit(id)?;
        let read = || -> gix::Result<_> {
            let author = commit.author()?;
            Ok((commit.time()?.seconds, lossy(author.name), lossy(author.email)))
        };
        let (seconds, author, email) =
            read().with_context(|| format!("cannot read the commit `{id}`"))?;
        let at = Timestamp::from_second(seconds)
            .with_context(|| format!("the time of the commit `{id}` is out of range"))?;
        let subject = lossy(commit.message_raw_sloppy().lines().next().unwrap_or_default());
        Ok(Commit { id: id.to_hex().to_string(), at, author, email, subject, tree: folder })
    }

    /// The files of the roadmap at a commit, sorted by path. What else lies there is not looked at.
    pub fn blobs(&self, commit: &Commit) -> Result<Vec<Blob>> {
        let mut blobs = Vec::new();
        for change in self.differences(None, commit.tree)? {
            let id = change.now.expect("beside nothing, every file is there");
            blobs.push(Blob { id, path: change.path });
        }
        Ok(blobs)
    }

    /// The text of a file as it was; bytes that are not UTF-8 are replaced.
    pub fn text(&self, id: ObjectId) -> Result<String> {
        let blob = self.repository.try_find_object(id)?.with_context(|| {
            format!("this clone lacks the text `{id}`; `git fetch --refetch` brings all of them")
        })?;
        Ok(String::from_utf8_lossy(&blob.data).into_owned())
    }

    /// The roadmap as it was at a commit.
    pub fn sources(&self, commit: &Commit) -> Result<Vec<Source>> {
        let blobs = self.blobs(commit)?.into_iter();
        blobs.map(|blob| Ok(Source { text: self.text(blob.id)?, path: blob.path })).collect()
    }
}

fn lossy(bytes: &[u8]) -> String {
    bytes.to_str_lossy().trim().to_owned()
}

fn with_slashes(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
