//! A disk that forgets at a power cut what was not synced: bytes of files, and names in folders.
//!
//! What is written is also written for real, so that it can be read while the power is on.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rand::{Rng, RngExt};
use trueup_lake::disk::files::{Files, Local, Unfinished};

#[derive(Debug, Clone)]
pub struct Forgetful(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Operations until the power is cut.
    left: usize,
    files: Vec<Bytes>,
    /// What the names stand for while the power is on.
    live: BTreeMap<PathBuf, Entry>,
    /// The names on disk.
    durable: BTreeMap<PathBuf, Entry>,
    /// Changes of names that are not synced, oldest first.
    pending: Vec<(PathBuf, Option<Entry>)>,
}

#[derive(Debug, Default)]
struct Bytes {
    written: Vec<u8>,
    synced: usize,
}

#[derive(Debug, Clone, Copy)]
enum Entry {
    File(usize),
    Folder,
}

#[derive(Debug)]
struct Open {
    disk: Forgetful,
    file: usize,
    real: Box<dyn Unfinished>,
}

impl Forgetful {
    /// The power is cut after so many operations.
    pub fn cut_after(operations: usize) -> Forgetful {
        Forgetful(Arc::new(Mutex::new(State { left: operations, ..State::default() })))
    }

    fn step(&self) -> io::Result<std::sync::MutexGuard<'_, State>> {
        let mut state = self.0.lock().expect("one thread at a time");
        if state.left == 0 {
            return Err(io::Error::other("the power is off"));
        }
        state.left -= 1;
        Ok(state)
    }

    /// True when the power was cut.
    pub fn is_off(&self) -> bool {
        self.0.lock().expect("one thread at a time").left == 0
    }

    /// What is found in a folder when the power is back: of what was not synced, any part.
    pub fn found(&self, root: &Path, at: &Path, rng: &mut impl Rng) {
        let state = self.0.lock().expect("one thread at a time");
        let mut names = state.durable.clone();
        for (path, entry) in &state.pending {
            if rng.random_bool(0.5) {
                match entry {
                    Some(entry) => names.insert(path.clone(), *entry),
                    None => names.remove(path),
                };
            }
        }
        // Sorted, so that a folder comes before what is in it; what lies in none is lost.
        for (path, entry) in &names {
            let to = at.join(path.strip_prefix(root).expect("all is below the root"));
            if !to.parent().is_some_and(Path::is_dir) {
                continue;
            }
            match entry {
                Entry::Folder => fs::create_dir_all(to).expect("the folder is ours"),
                Entry::File(file) => {
                    let bytes = &state.files[*file];
                    let kept = rng.random_range(bytes.synced..=bytes.written.len());
                    fs::write(to, &bytes.written[..kept]).expect("the folder is ours");
                }
            }
        }
    }
}

impl State {
    fn name(&mut self, path: &Path, entry: Option<Entry>) {
        match entry {
            Some(entry) => self.live.insert(path.to_owned(), entry),
            None => self.live.remove(path),
        };
        self.pending.push((path.to_owned(), entry));
    }
}

impl Files for Forgetful {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Unfinished>> {
        let mut state = self.step()?;
        let real = Local.create(path)?;
        let file = state.files.len();
        state.files.push(Bytes::default());
        state.name(path, Some(Entry::File(file)));
        Ok(Box::new(Open { disk: self.clone(), file, real }))
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.step()?;
        Local.link(from, to)?;
        let entry = state.live.get(from).copied();
        state.name(to, entry);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.step()?;
        Local.rename(from, to)?;
        let entry = state.live.get(from).copied();
        state.name(to, entry);
        state.name(from, None);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.step()?;
        Local.remove(path)?;
        state.name(path, None);
        Ok(())
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.step()?;
        let new = !path.is_dir();
        Local.make_folder(path)?;
        if new {
            state.name(path, Some(Entry::Folder));
        }
        Ok(())
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.step()?;
        Local.remove_folder(path)?;
        state.name(path, None);
        Ok(())
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.step()?;
        let (synced, pending) = std::mem::take(&mut state.pending)
            .into_iter()
            .partition(|(name, _)| name.parent() == Some(path));
        state.pending = pending;
        let synced: Vec<(PathBuf, Option<Entry>)> = synced;
        for (name, entry) in synced {
            match entry {
                Some(entry) => state.durable.insert(name, entry),
                None => state.durable.remove(&name),
            };
        }
        Ok(())
    }
}

impl Unfinished for Open {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.step()?;
        state.files[self.file].written.extend(bytes);
        self.real.append(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.step()?;
        let file = &mut state.files[self.file];
        file.synced = file.written.len();
        Ok(())
    }
}
