//! A disk that fails at some operation, as if the process died there: for good, or as long as it is
//! full.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use trueup_lake::disk::files::{Files, Local, Unfinished};

/// Does so many more operations, then none.
#[derive(Debug, Clone)]
pub struct Frail {
    left: Arc<AtomicI64>,
    kind: io::ErrorKind,
}

impl Frail {
    pub fn new(left: Arc<AtomicI64>) -> Frail {
        Frail { left, kind: io::ErrorKind::Other }
    }

    pub fn full(left: Arc<AtomicI64>) -> Frail {
        Frail { left, kind: io::ErrorKind::StorageFull }
    }

    fn step(&self) -> io::Result<()> {
        if self.left.fetch_sub(1, Ordering::Relaxed) > 0 {
            return Ok(());
        }
        self.left.store(0, Ordering::Relaxed);
        Err(io::Error::new(self.kind, "the disk is gone"))
    }
}

impl Files for Frail {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Unfinished>> {
        self.step()?;
        Ok(Box::new(Half { file: Local.create(path)?, frail: self.clone() }))
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        Local.link(from, to)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        Local.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Local.remove(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Local.make_folder(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Local.remove_folder(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Local.sync_folder(path)
    }
}

#[derive(Debug)]
struct Half {
    file: Box<dyn Unfinished>,
    frail: Frail,
}

impl Unfinished for Half {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.frail.step().is_err() {
            self.file.append(&bytes[..bytes.len() / 2])?;
            return self.frail.step();
        }
        self.file.append(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.frail.step()?;
        self.file.sync()
    }
}
