//! A change of the roadmap: on disk, and as a commit of its author that holds this change alone.
//!
//! The repository's index is locked from the first reading to the end, so that neither git nor another server comes
//! between. Files are replaced as a whole; what an editor wrote in the meantime is never written over.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use trueup_roadmap::Source;
use trueup_site::{Author, Change, NotSaved};

use super::{OnDisk, lock};
use crate::folder::{self, FOLDERS, ROOT, belongs};
use crate::git::{Committed, History, NotCommitted, Signature, Turn};

/// How often a change is tried on a branch that others move at the same time.
const TRIES: usize = 5;

impl OnDisk {
    /// Applies a change to the files on disk, and commits it. Returns the commit.
    pub(super) fn save(
        &self,
        author: &Author,
        message: &str,
        change: &Change<'_>,
    ) -> Result<String, NotSaved> {
        if let Some(why) = &self.read_only {
            return Err(NotSaved::ReadOnly(why.clone()));
        }
        let _alone = lock(&self.writing);
        let mut tries = 1;
        loop {
            let history = History::open(&self.folder);
            let history = history.map_err(|why| NotSaved::ReadOnly(why.to_string()))?;
            let turn = history.turn().map_err(not_committed)?;
            match self.save_once(turn, author, message, change) {
                Err(Trouble::Moved) if tries < TRIES => tries += 1,
                Err(Trouble::Moved) => return Err(not_committed(NotCommitted::Moved)),
                Err(Trouble::Other(why)) => return Err(why),
                Ok(commit) => return Ok(commit),
            }
        }
    }

    fn save_once(
        &self,
        turn: Turn<'_>,
        author: &Author,
        message: &str,
        change: &Change<'_>,
    ) -> Result<String, Trouble> {
        let on_disk = folder::read(&self.folder).map_err(failed)?;
        let wanted = changed(&on_disk, change)?;
        let Some(first) = wanted.first() else {
            let why = "nothing is different from what is there, so nothing was saved";
            return Err(NotSaved::Refused(why.to_owned()).into());
        };
        let files = committed(&turn, &on_disk, &wanted, change)?;
        tracing::debug!(file = first.path, files = wanted.len(), "a change is written");
        let mut written = Written { folder: &self.folder, files: Vec::new() };
        for file in &wanted {
            written.put(&on_disk, file)?;
        }
        let (name, email) = (author.name.as_str(), author.email.as_str());
        let by = Signature { name, email, at: Timestamp::now() };
        turn.commit(&by, message, &files).map_err(|why| {
            written.take_back();
            match why {
                NotCommitted::Moved => Trouble::Moved,
                why => not_committed(why).into(),
            }
        })
    }
}

/// Why a change did not get through.
enum Trouble {
    /// The branch moved; it may be tried again.
    Moved,
    Other(NotSaved),
}

impl From<NotSaved> for Trouble {
    fn from(why: NotSaved) -> Trouble {
        Trouble::Other(why)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn failed(error: anyhow::Error) -> NotSaved {
    NotSaved::Failed(format!("{error:#}"))
}

fn not_committed(why: NotCommitted) -> NotSaved {
    match why {
        NotCommitted::UnderWay(_) | NotCommitted::NoBranch => NotSaved::ReadOnly(why.to_string()),
        NotCommitted::Unmerged(_) => NotSaved::Conflict(why.to_string()),
        NotCommitted::Busy(_) | NotCommitted::Moved => NotSaved::Failed(why.to_string()),
        NotCommitted::Failed(error) => failed(error.context("nothing was saved")),
    }
}

/// The files that a change makes anew or otherwise.
fn changed(sources: &[Source], change: &Change<'_>) -> Result<Vec<Source>, NotSaved> {
    let mut wanted = change(sources)?;
    wanted.retain(|file| !sources.contains(file));
    match wanted.iter().find(|file| !is_ours(&file.path)) {
        Some(file) => Err(NotSaved::Refused(format!("`{}` is no file of a roadmap", file.path))),
        None => Ok(wanted),
    }
}

/// True for paths of the roadmap's files: nothing leads elsewhere.
fn is_ours(path: &str) -> bool {
    let in_folder = |(folder, name): (&str, &str)| {
        FOLDERS.contains(&folder) && belongs(name) && !name.contains(['/', '\\', '\0', '\n'])
    };
    path == ROOT || path.split_once('/').is_some_and(in_folder)
}

/// What the commit holds of a change. Where others left something uncommitted on disk, or staged a part of it, the same
/// change is made to what is committed, and to what is staged.
fn committed(
    turn: &Turn<'_>,
    on_disk: &[Source],
    wanted: &[Source],
    change: &Change<'_>,
) -> Result<Vec<Committed>, NotSaved> {
    let head = turn.committed().map_err(failed)?;
    let staged = turn.staged(&head).map_err(failed)?;
    let of_head =
        if head == on_disk { wanted.to_vec() } else { again(&head, wanted, "committed", change)? };
    let mut of_staged = match &staged {
        Some(staged) => texts(again(staged, wanted, "staged", change)?),
        None => BTreeMap::new(),
    };
    let files = of_head.into_iter().map(|Source { path, text }| {
        let staged = of_staged.remove(&path).filter(|staged| *staged != text);
        Committed { path, text, staged }
    });
    Ok(files.collect())
}

/// Makes a change once more, to other texts of the same files.
fn again(
    sources: &[Source],
    wanted: &[Source],
    what: &str,
    change: &Change<'_>,
) -> Result<Vec<Source>, NotSaved> {
    let paths = |files: &[Source]| {
        let mut paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
        paths.sort();
        paths
    };
    let mend = "commit or undo them first, and save again";
    let made = changed(sources, change).map_err(|why| {
        NotSaved::Conflict(format!(
            "somebody left changes on disk that are not committed, and this one cannot be made to what is {what} \
             ({why}); {mend}"
        ))
    })?;
    if paths(&made) == paths(wanted) {
        return Ok(made);
    }
    Err(NotSaved::Conflict(format!(
        "somebody left changes in {} that are not committed, and with what is {what} this one is another; {mend}",
        paths(wanted).iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(" and ")
    )))
}

fn texts(files: Vec<Source>) -> BTreeMap<String, String> {
    files.into_iter().map(|file| (file.path, file.text)).collect()
}

/// Files that were written, so that they can be taken back: all of a change is there or nothing of it.
struct Written<'a> {
    folder: &'a Path,
    /// As it was, where it was there, and as it is.
    files: Vec<(Option<Source>, Source)>,
}

impl Written<'_> {
    fn put(&mut self, on_disk: &[Source], file: &Source) -> Result<(), NotSaved> {
        let before = on_disk.iter().find(|source| source.path == file.path);
        let done = match before {
            Some(before) => folder::replace(self.folder, before, &file.text),
            None => folder::create(self.folder, file),
        };
        match done {
            Ok(()) => {
                self.files.push((before.cloned(), file.clone()));
                Ok(())
            }
            Err(error) => {
                self.take_back();
                Err(failed(error))
            }
        }
    }

    /// What was changed meanwhile by somebody else stays.
    fn take_back(&mut self) {
        for (before, now) in self.files.drain(..) {
            let undone = match before {
                Some(before) => folder::replace(self.folder, &now, &before.text),
                None => fs::remove_file(self.folder.join(&now.path)).map_err(Into::into),
            };
            if let Err(error) = undone {
                tracing::error!(file = now.path, "a change that is not committed stays: {error:#}");
            }
        }
    }
}
