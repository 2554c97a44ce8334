//! The revisions that people name: `HEAD~3`, a branch, a tag, an id, and ranges of them.

use std::fmt;

use anyhow::{Context, Result, anyhow, bail};
use gix::ObjectId;

use super::{Commit, History};

/// From a commit until a commit or the files on disk.
pub struct Range {
    pub from: Commit,
    pub until: Until,
}

/// Where a range ends.
pub enum Until {
    Commit(Box<Commit>),
    /// The files on disk, whether committed or not.
    WorkTree,
}

impl fmt::Display for Until {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Until::Commit(commit) => to.write_str(&commit.id),
            Until::WorkTree => to.write_str("the work tree"),
        }
    }
}

impl History {
    /// The commit that a revision names.
    pub fn resolve(&self, revision: &str) -> Result<Commit> {
        let id = self.commit_id(revision)?;
        let top = self.repository.find_commit(id)?.tree_id()?.detach();
        self.commit(id, self.folder_in(top)?)
    }

    /// Reads `A..B`, `A...B` (from where the two parted), or `A`; HEAD if A is left out, the files on
    /// disk if B is.
    pub fn range(&self, text: &str) -> Result<Range> {
        let (from, until, parted) = match (text.split_once("..."), text.split_once("..")) {
            (Some((from, until)), _) => (from, until, true),
            (None, Some((from, until))) => (from, until, false),
            (None, None) => (text, "", false),
        };
        let from = if from.is_empty() { "HEAD" } else { from };
        let parting = if until.is_empty() { "HEAD" } else { until };
        let from = if parted { self.parting(from, parting)? } else { self.resolve(from)? };
        let until = match until {
            "" => Until::WorkTree,
            revision => Until::Commit(Box::new(self.resolve(revision)?)),
        };
        Ok(Range { from, until })
    }

    /// The newest commit that two revisions share.
    fn parting(&self, one: &str, other: &str) -> Result<Commit> {
        let (a, b) = (self.commit_id(one)?, self.commit_id(other)?);
        let Some(base) = self.repository.merge_base(a, b)? else {
            bail!("`{one}` and `{other}` share no commit{}", self.shallow_hint());
        };
        self.resolve(&base.to_hex().to_string())
    }

    fn commit_id(&self, revision: &str) -> Result<ObjectId> {
        if revision.trim().is_empty() {
            bail!("a revision is missing; name a branch, a tag, an id or `HEAD~3`");
        }
        let found = self.repository.rev_parse_single(revision);
        let found = found.map_err(|error| self.no_such(revision, &error))?;
        let commit = found.object().and_then(gix::Object::peel_to_commit);
        let commit = commit.with_context(|| format!("`{revision}` names no commit"))?;
        Ok(commit.id)
    }

    fn no_such(&self, revision: &str, error: &gix::Error) -> anyhow::Error {
        let hint = self.shallow_hint();
        let cause = match error.probable_cause().to_string() {
            _ if error.is_not_found() => String::new(),
            cause => format!(" ({cause})"),
        };
        anyhow!(
            "`{revision}` names no commit{cause}; name a branch, a tag, an id or `HEAD~3`{hint}"
        )
    }

    /// What to do when the commit may lie beyond what a shallow clone holds.
    fn shallow_hint(&self) -> &'static str {
        if self.repository.is_shallow().unwrap_or(false) {
            "; this clone is shallow: `git fetch --unshallow` brings its whole history"
        } else {
            ""
        }
    }
}
