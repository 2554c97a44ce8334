//! A change to the roadmap as one commit on the branch that is checked out.
//!
//! It holds the index's lock from the first reading to the end, as git does, so that no `git pull`, `git commit` or other
//! Trueup comes between. Hooks are not run and commits are not signed.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice};
use gix::index::entry::{Flags, Mode, Stage, Stat};
use gix::lock::acquire::Fail;
use gix::objs::tree::EntryKind;
use thiserror::Error;
use trueup_roadmap::Source;

use super::{Commit, History, Signature};

/// How long another git command may be at work before somebody is told to try again.
const PATIENCE: Duration = Duration::from_secs(5);

/// A turn at the repository: until it ends, nobody else commits, stages or checks out.
pub struct Turn<'a> {
    history: &'a History,
    lock: gix::lock::File,
    index: gix::index::File,
    head: Commit,
}

/// A file of the roadmap as a commit holds it.
pub struct Committed {
    pub path: String,
    pub text: String,
    /// What is staged instead, where somebody staged a part of their work; it has the change too.
    pub staged: Option<String>,
}

/// Why nothing can be committed, and what to do.
#[derive(Debug, Error)]
pub enum NotCommitted {
    #[error(
        "a {0} is under way in the git repository; finish it, or give it up with `git {0} --abort`"
    )]
    UnderWay(&'static str),
    #[error("no branch is checked out, so a commit would be lost; `git switch BRANCH` first")]
    NoBranch,
    #[error(
        "another git command is at work; try again. If there is none, remove `{0}`, which one left behind"
    )]
    Busy(String),
    #[error("`{0}` is in conflict in git; resolve it and `git add` it first")]
    Unmerged(String),
    #[error("somebody else committed in this moment; try again")]
    Moved,
    #[error("{0:#}")]
    Failed(#[from] anyhow::Error),
}

impl From<gix::Error> for NotCommitted {
    fn from(error: gix::Error) -> NotCommitted {
        NotCommitted::Failed(error.into())
    }
}

impl History {
    /// Why nothing could be committed now, whatever it is.
    pub fn closed(&self) -> Option<NotCommitted> {
        if let Some(what) = self.repository.state().as_ref().and_then(under_way) {
            return Some(NotCommitted::UnderWay(what));
        }
        match self.repository.head() {
            Ok(head) if head.is_detached() => Some(NotCommitted::NoBranch),
            Ok(_) => None,
            Err(error) => Some(error.into()),
        }
    }

    /// The newest commit.
    pub fn head(&self) -> Result<String> {
        Ok(self.repository.head_id()?.detach().to_hex().to_string())
    }

    /// Takes a turn, once others have ended theirs.
    pub fn turn(&self) -> Result<Turn<'_>, NotCommitted> {
        let path = self.repository.index_path();
        let waiting = Fail::AfterDurationWithBackoff(PATIENCE);
        let lock = gix::lock::File::acquire_to_update_resource(&path, waiting, None, 0);
        let lock = lock.map_err(|_| NotCommitted::Busy(format!("{}.lock", path.display())))?;
        if let Some(why) = self.closed() {
            return Err(why);
        }
        let index = self.index(&path)?;
        let head = self.resolve("HEAD")?;
        Ok(Turn { history: self, lock, index, head })
    }

    fn index(&self, path: &Path) -> Result<gix::index::File> {
        let index = if path.exists() {
            self.repository.open_index()?
        } else {
            self.repository.index_from_tree(&self.repository.head_tree_id()?)?
        };
        ensure!(
            !index.is_sparse(),
            "the index of the git repository is sparse; `git sparse-checkout disable` first"
        );
        Ok(index)
    }
}

impl Turn<'_> {
    /// The roadmap as the newest commit holds it.
    pub fn committed(&self) -> Result<Vec<Source>> {
        self.history.sources(&self.head)
    }

    /// The same with what is staged; `None` where nothing of the roadmap is.
    pub fn staged(&self, committed: &[Source]) -> Result<Option<Vec<Source>>> {
        let mut staged = committed.to_vec();
        for source in &mut staged {
            let path = self.path(&source.path);
            let Some(entry) = self.index.entry_by_path(path.as_ref()) else { continue };
            let was = gix::objs::compute_hash(
                self.history.repository.object_hash(),
                gix::objs::Kind::Blob,
                source.text.as_bytes(),
            )?;
            if entry.id != was && entry.mode.contains(Mode::FILE) {
                source.text = self.history.text(entry.id)?;
            }
        }
        Ok((staged != committed).then_some(staged))
    }

    /// Commits these files, and stages them so that nothing of them is left to commit. Returns the id.
    pub fn commit(
        mut self,
        by: &Signature<'_>,
        message: &str,
        files: &[Committed],
    ) -> Result<String, NotCommitted> {
        let tree = self.tree(files)?;
        for file in files {
            self.stage(file)?;
        }
        self.doubt();
        let mut lock = BufWriter::with_capacity(1 << 16, self.lock);
        let written = self.index.write_to(&mut lock, gix::index::write::Options::default());
        written.context("cannot write the git index")?;
        lock.flush().context("cannot write the git index")?;
        let lock = lock.into_inner().map_err(|_| anyhow!("cannot write the git index"))?;
        let commit = commit(self.history, &self.head, by, message, tree)?;
        lock.commit().context("cannot replace the git index; `git reset` makes it anew")?;
        Ok(commit.to_hex().to_string())
    }

    /// Lets git look again where the index alone could not tell: it is about to be newer than all that it holds.
    fn doubt(&mut self) {
        // A cached tree would be taken for what the entries say.
        self.index.remove_tree();
        let written = self.index.timestamp();
        for entry in self.index.entries_mut() {
            if entry.stat.is_racy(written, gix::index::entry::stat::Options::default()) {
                entry.stat.size = 0;
            }
        }
    }

    /// The whole work tree of the newest commit with these files in it.
    fn tree(&self, files: &[Committed]) -> Result<ObjectId> {
        let repository = &self.history.repository;
        let head = repository.head_tree()?;
        let mut editor = head.edit()?;
        for Committed { path, text, .. } in files {
            let path = self.path(path);
            let kind = match head.lookup_entry_by_path(path.to_str_lossy().as_ref())? {
                Some(entry) => entry.mode().kind(),
                None => EntryKind::Blob,
            };
            ensure!(
                matches!(kind, EntryKind::Blob | EntryKind::BlobExecutable),
                "`{path}` is no file in git; edit what it stands for in an editor"
            );
            editor.upsert(path.as_bstr(), kind, repository.write_blob(text)?.detach())?;
        }
        Ok(editor.write()?.detach())
    }

    fn stage(&mut self, file: &Committed) -> Result<(), NotCommitted> {
        let path = self.path(&file.path);
        let path: &BStr = path.as_ref();
        let conflicts = [Stage::Base, Stage::Ours, Stage::Theirs];
        if conflicts.iter().any(|stage| self.index.entry_by_path_and_stage(path, *stage).is_some())
        {
            return Err(NotCommitted::Unmerged(file.path.clone()));
        }
        let repository = &self.history.repository;
        let text = file.staged.as_ref().unwrap_or(&file.text);
        let id = repository.write_blob(text)?.detach();
        let stat = self.stat(&file.path, text);
        if let Some(entry) = self.index.entry_mut_by_path_and_stage(path, Stage::Unconflicted) {
            (entry.id, entry.stat) = (id, stat);
            entry.flags.remove(Flags::INTENT_TO_ADD);
        } else {
            self.index.dangerously_push_entry(stat, id, Flags::empty(), Mode::FILE, path);
            self.index.sort_entries();
        }
        Ok(())
    }

    /// What tells git that the file on disk is the one that is staged. Nothing, where it is another.
    fn stat(&self, path: &str, text: &str) -> Stat {
        let top = self.history.repository.workdir().expect("a bare repository has no history here");
        let path = top.join(&self.history.folder).join(path);
        let is_same = std::fs::read(&path).is_ok_and(|bytes| bytes == text.as_bytes());
        let about = gix::index::fs::Metadata::from_path_no_follow(&path).ok().filter(|_| is_same);
        about.and_then(|about| Stat::from_fs(&about).ok()).unwrap_or_default()
    }

    /// Within the repository.
    fn path(&self, path: &str) -> BString {
        match self.history.folder.as_str() {
            "" => path.into(),
            folder => format!("{folder}/{path}").into(),
        }
    }
}

/// Moves the branch, if it is still where it was.
fn commit(
    history: &History,
    head: &Commit,
    by: &Signature<'_>,
    message: &str,
    tree: ObjectId,
) -> Result<ObjectId, NotCommitted> {
    let parent = ObjectId::from_hex(head.id.as_bytes()).context("a commit has an id")?;
    let time = format!("{} +0000", by.at.as_second());
    let (name, email) = (plain(by.name), plain(by.email));
    let actor = gix::actor::SignatureRef {
        name: name.as_str().into(),
        email: email.as_str().into(),
        time: &time,
    };
    let message = message.replace('\0', "");
    let message = message.trim();
    match history.repository.commit_as(actor, actor, "HEAD", message, tree, [parent]) {
        Ok(id) => Ok(id.detach()),
        Err(error) => match history.repository.head_id() {
            Ok(now) if now != parent => Err(NotCommitted::Moved),
            _ => Err(error.into()),
        },
    }
}

/// What git can hold of a name or an address.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|letter| !letter.is_control() && !"<>".contains(*letter));
    let kept = kept.collect::<String>().trim().to_owned();
    if kept.is_empty() { "unknown".to_owned() } else { kept }
}

/// What keeps a commit from being only what its author meant; a bisection does not.
fn under_way(state: &gix::state::InProgress) -> Option<&'static str> {
    use gix::state::InProgress;
    match state {
        InProgress::ApplyMailbox | InProgress::ApplyMailboxRebase => Some("am"),
        InProgress::Bisect => None,
        InProgress::CherryPick | InProgress::CherryPickSequence => Some("cherry-pick"),
        InProgress::Merge => Some("merge"),
        InProgress::Rebase | InProgress::RebaseInteractive => Some("rebase"),
        InProgress::Revert | InProgress::RevertSequence => Some("revert"),
    }
}

#[cfg(test)]
mod tests;
