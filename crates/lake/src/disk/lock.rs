//! One merger, importer, maintainer or eraser at a time: they would not see each other's ids.
//!
//! Only where the store is a folder of this machine. In a bucket the commit decides, which fails
//! when the version is taken, and the loser begins anew.

use std::fs::{File, TryLockError};

use super::Disk;
use crate::error::Error;

/// Held as long as it is kept; free again when dropped, and when the process dies.
#[derive(Debug)]
pub struct Lock {
    _file: Option<File>,
}

impl Disk {
    /// Takes the lock, or says at once that somebody else holds it.
    pub async fn lock(&self) -> Result<Lock, Error> {
        const NAME: &str = "merge.lock";
        let Some(folder) = self.folder().map(std::path::Path::to_owned) else {
            return Ok(Lock { _file: None });
        };
        let path = folder.join(NAME);
        let shown = self.path(NAME);
        if !path.exists() {
            self.create(NAME, "").await?;
        }
        let file = File::options().write(true).open(&path).map_err(Error::unwritable(&shown))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(Error::Busy { path: shown }),
            Err(TryLockError::Error(error)) => Err(Error::unwritable(&shown)(error)),
        }
    }
}
