//! Files of the state folder: replaced as a whole or not at all, readable for nobody else.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Replaces a file, so that a reader sees the old text or the new one, also after a crash.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().expect("a file of the state folder lies in it");
    // It is made for its owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// The text of a file; `None` if there is none yet.
pub fn read(path: &Path) -> io::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A file that only its owner reads, opened to write at its end.
pub fn append(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
