//! Where a command writes that may have much to say: standard output, or a file that is there whole or
//! not at all.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use trueup_lake::{Error, Lake};

use super::judged;
use crate::args::{RoadmapFolder, Store};
use crate::folder;

/// The store that is named, or that of the roadmap; there must be one.
pub fn store(store: &Store, roadmap: &RoadmapFolder) -> Result<Lake> {
    there(store.store.as_deref(), roadmap.roadmap.as_deref())
}

/// The same, of folders.
pub fn there(store: Option<&Path>, roadmap: Option<&Path>) -> Result<Lake> {
    let lake = place(store, roadmap)?;
    anyhow::ensure!(
        lake.exists(),
        "there is no store at `{}`; `trueup import` or `trueup serve` makes one, `--store` names \
         another",
        lake.disk().path("").display()
    );
    Ok(lake)
}

/// The same, but there need not be one yet.
pub fn place(store: Option<&Path>, roadmap: Option<&Path>) -> Result<Lake> {
    let place = match store {
        Some(named) => named.to_owned(),
        None => judged::store(None, &folder::locate(roadmap)?),
    };
    Ok(Lake::open(&place)?)
}

/// Lets `write` write to a file, or to standard output if none is named.
pub fn write<T>(
    output: Option<&Path>,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, Error>,
) -> Result<Option<T>> {
    match output {
        Some(path) => to_file(path, write).map(Some),
        None => to_standard_output(write),
    }
}

fn to_file<T>(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, Error>,
) -> Result<T> {
    let failed = || format!("cannot write `{}`", path.display());
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut builder = tempfile::Builder::new();
    // As any file that a program writes: the person's mask decides who reads it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder).with_context(failed)?;
    let mut file = BufWriter::new(file);
    let told = write(&mut file)?;
    let file =
        file.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(failed)?;
    file.as_file().sync_all().with_context(failed)?;
    file.persist(path).with_context(failed)?;
    Ok(told)
}

/// A reader that has seen enough (`| head`) is no failure: then there is nothing more to say.
fn to_standard_output<T>(
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, Error>,
) -> Result<Option<T>> {
    let mut out = BufWriter::new(io::stdout());
    let told = match write(&mut out) {
        Err(Error::Unwritten(why)) if why.kind() == io::ErrorKind::BrokenPipe => return Ok(None),
        told => told?,
    };
    match out.flush() {
        Err(why) if why.kind() == io::ErrorKind::BrokenPipe => Ok(None),
        flushed => flushed.map(|()| Some(told)).context("cannot write to standard output"),
    }
}
