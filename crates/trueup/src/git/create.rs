//! A new repository, written commit by commit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::Timestamp;

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
