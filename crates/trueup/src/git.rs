//! The history of the roadmap's text: what it said at a commit, and who changed which version.
//!
//! The only place that knows git.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use gix::bstr::ByteSlice;
use jiff::Timestamp;

use crate::folder::{FOLDERS, ROOT, belongs};

/// A roadmap folder inside a git work tree.
pub struct History {
    repository: gix::Repository,
    /// The roadmap's folder within the work tree, with `/`; empty for the work tree itself.
    folder: String,
}

/// One commit on the first-parent line from HEAD.
pub struct Commit {
    pub id: String,
    pub at: Timestamp,
    pub author: String,
    tree: Option<gix::ObjectId>,
}

/// The text of one file of the roadmap at a commit, and the id of that text.
pub struct Blob {
    pub id: gix::ObjectId,
    pub path: String,
}

/// What a folder of a commit holds under one name.
struct Entry {
    id: gix::ObjectId,
    is_tree: bool,
    is_blob: bool,
}

impl History {
    /// Finds the repository that holds `folder`; `None` if there is none or it has no commit.
    pub fn discover(folder: &Path) -> Result<Option<History>> {
        let folder = folder
            .canonicalize()
            .with_context(|| format!("cannot resolve `{}`", folder.display()))?;
        let Ok(repository) = gix::discover(&folder) else { return Ok(None) };
        let Some(top) = repository.workdir().map(Path::canonicalize).transpose()? else {
            return Ok(None);
        };
        let Ok(within) = folder.strip_prefix(&top) else { return Ok(None) };
        if repository.head_id().is_err() {
            return Ok(None);
        }
        let folder = with_slashes(within);
        Ok(Some(History { repository, folder }))
    }

    /// The commits that changed the roadmap's folder, newest first, along first parents.
    /// In a shallow clone the line ends where the clone does.
    pub fn commits(&self) -> Result<Vec<Commit>> {
        let mut all = Vec::new();
        let mut next = Some(self.repository.head_id()?.detach());
        while let Some(id) = next {
            let Ok(commit) = self.repository.find_commit(id) else { break };
            next = commit.parent_ids().next().map(gix::Id::detach);
            all.push(self.commit(&commit)?);
        }
        let mut changed: Vec<Commit> = Vec::new();
        for commit in all.into_iter().rev() {
            if changed.last().map(|last| last.tree) != Some(commit.tree) {
                changed.push(commit);
            }
        }
        changed.reverse();
        Ok(changed)
    }

    fn commit(&self, commit: &gix::Commit<'_>) -> Result<Commit> {
        let seconds = commit.time()?.seconds;
        let tree = commit.tree()?;
        let tree = if self.folder.is_empty() {
            Some(tree.id)
        } else {
            tree.lookup_entry_by_path(&self.folder)?.map(|entry| entry.object_id())
        };
        Ok(Commit {
            id: commit.id.to_hex().to_string(),
            at: Timestamp::from_second(seconds).context("a commit's time is out of range")?,
            author: commit.author()?.name.to_str_lossy().into_owned(),
            tree,
        })
    }

    /// The files of the roadmap at a commit, sorted by path. What else lies there is not looked at.
    pub fn blobs(&self, commit: &Commit) -> Result<Vec<Blob>> {
        let Some(tree) = commit.tree else { return Ok(Vec::new()) };
        let mut blobs = Vec::new();
        for (path, entry) in self.entries(tree, "")? {
            if entry.is_tree && FOLDERS.contains(&path.as_str()) {
                let below = self.entries(entry.id, &format!("{path}/"))?;
                let files = below.into_iter().filter(|(path, file)| file.is_blob && belongs(path));
                blobs.extend(files.map(|(path, file)| Blob { id: file.id, path }));
            } else if entry.is_blob && path == ROOT {
                blobs.push(Blob { id: entry.id, path });
            }
        }
        blobs.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(blobs)
    }

    fn entries(&self, tree: gix::ObjectId, prefix: &str) -> Result<Vec<(String, Entry)>> {
        let tree = self.repository.find_tree(tree)?;
        let mut entries = Vec::new();
        for entry in tree.iter() {
            let entry = entry?;
            let path = format!("{prefix}{}", entry.filename().to_str_lossy());
            let (is_tree, is_blob) = (entry.mode().is_tree(), entry.mode().is_blob());
            entries.push((path, Entry { id: entry.object_id(), is_tree, is_blob }));
        }
        Ok(entries)
    }

    /// The text of a file as it was; bytes that are not UTF-8 are replaced.
    pub fn text(&self, id: gix::ObjectId) -> Result<String> {
        let blob = self.repository.find_blob(id)?;
        Ok(String::from_utf8_lossy(&blob.data).into_owned())
    }
}

fn with_slashes(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Who commits, and when.
pub struct Signature<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub at: Timestamp,
}

/// A new repository that the demo fills commit by commit.
pub struct NewRepository {
    repository: gix::Repository,
    folder: PathBuf,
    head: Option<gix::ObjectId>,
}

impl NewRepository {
    pub fn create(folder: &Path) -> Result<NewRepository> {
        let repository = gix::init(folder)
            .with_context(|| format!("cannot start a git repository in `{}`", folder.display()))?;
        Ok(NewRepository { repository, folder: folder.to_owned(), head: None })
    }

    /// Commits these files, by path within the repository, as the whole of the work tree.
    pub fn commit(
        &mut self,
        signature: &Signature<'_>,
        message: &str,
        files: &BTreeMap<String, String>,
    ) -> Result<()> {
        let mut editor = self.repository.empty_tree().edit()?;
        for (path, text) in files {
            let blob = self.repository.write_blob(text)?.detach();
            editor.upsert(path.as_str(), gix::object::tree::EntryKind::Blob, blob)?;
        }
        let tree = editor.write()?.detach();
        let time = format!("{} +0000", signature.at.as_second());
        let actor = gix::actor::SignatureRef {
            name: signature.name.into(),
            email: signature.email.into(),
            time: &time,
        };
        let commit =
            self.repository.commit_as(actor, actor, "HEAD", message, tree, self.head)?.detach();
        self.head = Some(commit);
        Ok(())
    }

    /// Writes the files of the last commit to the work tree, and the index that goes with them.
    pub fn check_out(&self, files: &BTreeMap<String, String>) -> Result<()> {
        for (path, text) in files {
            let path = self.folder.join(path);
            let parent = path.parent().expect("a file in a folder has a parent");
            std::fs::create_dir_all(parent)?;
            std::fs::write(&path, text)
                .with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        let tree = self.repository.head_tree_id()?;
        let mut index = self.repository.index_from_tree(&tree)?;
        index.write(gix::index::write::Options::default())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, History, NewRepository, Signature, Timestamp};
    use crate::folder;

    #[test]
    fn a_commit_holds_the_same_files_as_the_folder_does() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let names = [
            "roadmap.toml",
            "bets/a.toml",
            "notes/n.md",
            "bets/.hidden.toml",
            "bets/a.txt",
            "bets/deeper/b.toml",
            "docs/page.md",
            "src/bets/c.toml",
        ];
        let files: BTreeMap<String, String> =
            names.iter().map(|name| ((*name).to_owned(), format!("# {name}"))).collect();
        let mut repository = NewRepository::create(place.path()).expect("a new repository");
        let signature =
            Signature { name: "Ana", email: "ana@example.com", at: Timestamp::UNIX_EPOCH };
        repository.commit(&signature, "all", &files).expect("a commit");
        repository.check_out(&files).expect("a work tree");
        let history = History::discover(place.path()).expect("git").expect("a repository");
        let commits = history.commits().expect("a history");
        let blobs = history.blobs(&commits[0]).expect("its files");
        let committed: Vec<&str> = blobs.iter().map(|blob| blob.path.as_str()).collect();
        assert_eq!(committed, ["bets/a.toml", "notes/n.md", "roadmap.toml"]);
        let read = folder::read(place.path()).expect("the folder");
        let read: Vec<&str> = read.iter().map(|source| source.path.as_str()).collect();
        assert_eq!(read, committed);
    }
}
