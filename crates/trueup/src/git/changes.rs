//! Which commit changed which files of the roadmap, from the ids of folders and files alone.

use std::cmp::Ordering;

use anyhow::{Context, Result};
use gix::ObjectId;
use gix::bstr::{BStr, ByteSlice};
use gix::objs::tree::{EntryRef, name_order};
use gix::objs::{CommitRefIter, TreeRefIter};
use gix::prelude::FindExt;

use super::{Commit, FOLDERS, History, ROOT, belongs};

/// The roadmap's history along first parents.
pub struct Changes {
    /// Oldest first; only commits that changed a file of the roadmap.
    pub all: Vec<Change>,
    /// True when there were earlier commits that this clone does not hold.
    pub shallow: bool,
}

/// What one commit did to the roadmap.
pub struct Change {
    pub commit: Commit,
    /// Sorted by path.
    pub files: Vec<FileChange>,
}

/// A file of the roadmap before and after a commit.
pub struct FileChange {
    /// The path within the roadmap's folder.
    pub path: String,
    pub what: What,
    /// The text before it, for [`History::text`].
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests ask what a rename keeps"))]
    pub before: Option<ObjectId>,
    /// The text after it.
    pub now: Option<ObjectId>,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It was there at the oldest commit of a shallow clone; who wrote it is not known.
    Found,
    Added,
    Changed,
    Deleted,
}

/// A first-parent line, newest first.
pub(super) struct Line {
    all: Vec<Step>,
    shallow: bool,
}

/// A commit and the roadmap's folder at it.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub commit: ObjectId,
    pub folder: Option<ObjectId>,
}

impl Line {
    /// The commits that changed the folder, newest first, each with the folder before it.
    pub fn steps(&self) -> impl Iterator<Item = (&Step, Option<ObjectId>)> {
        let before = self.all.iter().skip(1).map(|step| step.folder).chain([None]);
        self.all.iter().zip(before).filter(|(step, before)| step.folder != *before)
    }

    /// True for the commit before which a shallow clone knows nothing.
    fn is_edge(&self, step: &Step) -> bool {
        self.shallow && self.all.last().is_some_and(|last| last.commit == step.commit)
    }
}

impl History {
    /// What each commit from HEAD along first parents did to the files of the roadmap.
    ///
    /// Folders whose id stayed the same are not read, and files never.
    pub fn changes(&self) -> Result<Changes> {
        self.changes_of(self.repository.head_id()?.detach())
    }

    /// The same, from another commit.
    pub(super) fn changes_of(&self, newest: ObjectId) -> Result<Changes> {
        let line = self.line(newest)?;
        let mut all = Vec::new();
        // Newest first, as git packs them: an older version is stored as a change of a newer one.
        for (step, before) in line.steps() {
            let mut files = self.differences(before, step.folder)?;
            if line.is_edge(step) {
                for file in &mut files {
                    file.what = What::Found;
                }
            }
            if !files.is_empty() {
                all.push(Change { commit: self.commit(step.commit, step.folder)?, files });
            }
        }
        all.reverse();
        Ok(Changes { all, shallow: line.shallow })
    }

    pub(super) fn line(&self, newest: ObjectId) -> Result<Line> {
        let edges = self.repository.shallow_commits()?;
        let is_edge = |id: &ObjectId| edges.as_ref().is_some_and(|edges| edges.contains(id));
        let mut line = Line { all: Vec::new(), shallow: false };
        let mut next = Some(newest);
        let mut last: Option<(ObjectId, Option<ObjectId>)> = None;
        while let Some(id) = next {
            let Some((top, parent)) = self.top_and_parent(id)? else {
                line.shallow = true;
                break;
            };
            let folder = match last {
                Some((same, folder)) if same == top => folder,
                _ => self.folder_in(top)?,
            };
            last = Some((top, folder));
            line.all.push(Step { commit: id, folder });
            line.shallow = parent.is_some() && is_edge(&id);
            next = parent.filter(|_| !line.shallow);
        }
        Ok(line)
    }

    /// The top folder and the first parent of a commit; `None` if the clone does not hold it.
    fn top_and_parent(&self, id: ObjectId) -> Result<Option<(ObjectId, Option<ObjectId>)>> {
        let Some(commit) = self.repository.try_find_object(id)? else { return Ok(None) };
        let broken = || format!("cannot read the commit `{id}`");
        let mut fields = CommitRefIter::from_bytes(&commit.data, id.kind());
        let top = fields.tree_id().with_context(broken)?;
        Ok(Some((top, fields.parent_ids().next())))
    }

    /// The files of the roadmap that differ between two versions of its folder, sorted by path.
    pub(super) fn differences(
        &self,
        before: Option<ObjectId>,
        now: Option<ObjectId>,
    ) -> Result<Vec<FileChange>> {
        let mut files = Vec::new();
        self.compare(before, now, &mut |name, old, new| {
            if name == ROOT {
                files.extend(change(ROOT.to_owned(), old.and_then(file), new.and_then(file)));
                return Ok(());
            }
            let Some(folder) = FOLDERS.into_iter().find(|folder| name == folder) else {
                return Ok(());
            };
            self.compare(old.and_then(tree), new.and_then(tree), &mut |name, old, new| {
                let path = format!("{folder}/{}", name.to_str_lossy());
                if belongs(&path) {
                    files.extend(change(path, old.and_then(file), new.and_then(file)));
                }
                Ok(())
            })
        })?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// Calls `on` with each name under which two folders hold different things.
    fn compare(&self, before: Option<ObjectId>, now: Option<ObjectId>, on: On<'_>) -> Result<()> {
        if before == now {
            return Ok(());
        }
        let (before, now) = (self.entries(before)?, self.entries(now)?);
        walk(&before, &now, self.repository.object_hash(), on)
    }

    /// The entries of a folder as git stores them.
    fn entries(&self, tree: Option<ObjectId>) -> Result<Vec<u8>> {
        let mut entries = Vec::new();
        if let Some(id) = tree {
            self.repository.objects.find_tree_iter(&id, &mut entries).with_context(|| {
                format!("this clone lacks the folder `{id}`; `git fetch --refetch` brings all")
            })?;
        }
        Ok(entries)
    }
}

type On<'a> = &'a mut dyn FnMut(&BStr, Option<EntryRef<'_>>, Option<EntryRef<'_>>) -> Result<()>;

fn file(entry: EntryRef<'_>) -> Option<ObjectId> {
    entry.mode.is_blob().then(|| entry.oid.to_owned())
}

fn tree(entry: EntryRef<'_>) -> Option<ObjectId> {
    entry.mode.is_tree().then(|| entry.oid.to_owned())
}

/// `None` where neither is a file, or only the rights of the file changed.
fn change(path: String, before: Option<ObjectId>, now: Option<ObjectId>) -> Option<FileChange> {
    let what = match (before, now) {
        (None, Some(_)) => What::Added,
        (Some(_), None) => What::Deleted,
        (Some(old), Some(new)) if old != new => What::Changed,
        _ => return None,
    };
    Some(FileChange { path, what, before, now })
}

/// Walks two folders' entries side by side, both in git's order.
fn walk(mut before: &[u8], mut now: &[u8], hash: gix::hash::Kind, on: On<'_>) -> Result<()> {
    while !(before.is_empty() && now.is_empty()) {
        if let Some(length) = common(before, now, hash.len_in_bytes()) {
            (before, now) = (&before[length..], &now[length..]);
            continue;
        }
        let (old, new) = (first(before, hash)?, first(now, hash)?);
        let order = match (&old, &new) {
            (Some(old), Some(new)) => order(&old.entry, &new.entry),
            (None, _) => Ordering::Greater,
            (_, None) => Ordering::Less,
        };
        let (old, new) = (old.filter(|_| order.is_le()), new.filter(|_| order.is_ge()));
        before = &before[old.as_ref().map_or(0, |old| old.length)..];
        now = &now[new.as_ref().map_or(0, |new| new.length)..];
        let (old, new) = (old.map(|old| old.entry), new.map(|new| new.entry));
        let name = old.or(new).expect("one of them is not at its end").filename;
        on(name, old, new)?;
    }
    Ok(())
}

/// The length of the first entry if both start with the same: mode, name, NUL and id.
fn common(before: &[u8], now: &[u8], hash: usize) -> Option<usize> {
    let length = before.find_byte(0)? + 1 + hash;
    let same = before.get(..length)? == now.get(..length)?;
    same.then_some(length)
}

/// An entry and the bytes that it takes.
struct First<'a> {
    entry: EntryRef<'a>,
    length: usize,
}

fn first(entries: &[u8], hash: gix::hash::Kind) -> Result<Option<First<'_>>> {
    let mut rest = TreeRefIter::from_bytes(entries, hash);
    let Some(entry) = rest.next() else { return Ok(None) };
    let entry = entry.context("a folder in git is damaged; `git fsck` says more")?;
    Ok(Some(First { entry, length: rest.offset_to_next_entry(entries) }))
}

fn order(a: &EntryRef<'_>, b: &EntryRef<'_>) -> Ordering {
    name_order(a.filename, a.mode.is_tree(), b.filename, b.mode.is_tree())
}
