//! One object on its way: written under a name that no reader sees, synced, then given its name.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::files::{Files, Unfinished};

/// Where objects are put, and which of its folders are known to be on disk.
#[derive(Debug)]
pub struct Place {
    files: Arc<dyn Files>,
    /// What is at or below it is ours alone.
    base: PathBuf,
    /// Folders whose own names this process has synced. That a folder is there is not enough:
    /// another process may have made it a moment ago and not synced it yet.
    synced: Mutex<BTreeSet<PathBuf>>,
}

/// An object under its temporary name. Dropped before it is published, it is gone.
#[derive(Debug)]
pub struct Staged {
    place: Arc<Place>,
    file: Option<Box<dyn Unfinished>>,
    temporary: PathBuf,
    path: PathBuf,
}

/// What to do when the name is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Replace,
    Refuse,
}

impl Place {
    pub fn new(files: Arc<dyn Files>, base: PathBuf) -> Place {
        Place { files, base, synced: Mutex::default() }
    }

    /// Begins an object. Makes its folders.
    pub fn stage(self: &Arc<Self>, path: &Path) -> io::Result<Staged> {
        let temporary = temporary_name(path);
        self.make_folders(folder_of(path))?;
        let file = match self.files.create(&temporary) {
            // Somebody swept the empty folder away.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.forget();
                self.make_folders(folder_of(path))?;
                self.files.create(&temporary)?
            }
            made => made?,
        };
        let place = Arc::clone(self);
        Ok(Staged { place, file: Some(file), temporary, path: path.to_owned() })
    }

    /// Gives a whole, synced object a second name.
    pub fn copy(self: &Arc<Self>, from: &Path, to: &Path, taken: Taken) -> io::Result<()> {
        let temporary = temporary_name(to);
        self.make_folders(folder_of(to))?;
        self.files.link(from, &temporary)?;
        let place = Arc::clone(self);
        Staged { place, file: None, temporary, path: to.to_owned() }.publish(taken)
    }

    /// Waits until the names in a folder are on disk.
    pub fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.files.sync_folder(folder)
    }

    pub fn remove(&self, path: &Path) -> io::Result<()> {
        self.files.remove(path)
    }

    pub fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.forget();
        self.files.remove_folder(path)
    }

    fn forget(&self) {
        self.synced.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn knows(&self, folder: &Path) -> bool {
        self.synced.lock().unwrap_or_else(PoisonError::into_inner).contains(folder)
    }

    /// Makes a folder and those above it that are missing, and syncs the names of all that are new
    /// to this process.
    fn make_folders(&self, folder: &Path) -> io::Result<()> {
        let ours = folder.starts_with(&self.base);
        if self.knows(folder) || (!ours && folder.is_dir()) {
            return Ok(());
        }
        let Some(above) = folder.parent() else { return Ok(()) };
        self.make_folders(above)?;
        self.files.make_folder(folder)?;
        self.files.sync_folder(above)?;
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        synced.insert(folder.to_owned());
        Ok(())
    }
}

impl Staged {
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.as_mut().expect("open until it is published").append(bytes)
    }

    /// Makes the object whole and visible; returns when it would outlast a power cut.
    pub fn publish(mut self, taken: Taken) -> io::Result<()> {
        if let Some(mut file) = self.file.take() {
            file.sync()?;
        }
        let files = &self.place.files;
        match taken {
            Taken::Replace => files.rename(&self.temporary, &self.path)?,
            Taken::Refuse => files.link(&self.temporary, &self.path)?,
        }
        if taken == Taken::Refuse {
            // The object is there; a second name that stays is swept away later.
            let _ = files.remove(&self.temporary);
        }
        self.temporary = PathBuf::new();
        files.sync_folder(folder_of(&self.path))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.temporary.as_os_str().is_empty() {
            // A name that stays is swept away later.
            let _ = self.place.files.remove(&self.temporary);
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().expect("an object has a name below a folder")
}

/// A name that ends in `#` and digits is no object: listings leave it out and nobody can ask for it.
fn temporary_name(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!("#{}", Uuid::now_v7().as_u128()));
    PathBuf::from(name)
}

/// True for the name of an object that was never published.
#[must_use]
pub fn is_temporary(name: &str) -> bool {
    let digits = name.split_once('#').map(|(_, digits)| digits);
    digits.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
}
