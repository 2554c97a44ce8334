//! The ways in which the evidence store can fail.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use datafusion::error::DataFusionError;

/// What went wrong, what it went wrong with, and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "cannot read the store's table `{path}`: {why}; restore it from a copy, or import anew"
    )]
    Unreadable { path: PathBuf, why: String },
    #[error("cannot write `{path}`: {source}")]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("there is no room left to write `{path}`; make room: nothing acknowledged is lost")]
    NoRoom { path: PathBuf },
    #[error("another import, merge, upkeep or erasure holds `{path}`; wait until it is done")]
    Busy { path: PathBuf },
    #[error(
        "version {version} of `{path}` was written by somebody else meanwhile; import again: \
         what is already stored is not stored twice"
    )]
    Overtaken { path: PathBuf, version: u64 },
    #[error("`{path}` holds a store already; name an empty place")]
    Taken { path: PathBuf },
    #[error("cannot read `{path}`: {why}")]
    Source { path: PathBuf, why: String },
    #[error("`{name}` line {line}: {message}")]
    Statement { name: String, line: u64, message: String },
    #[error("`{name}`: {message}")]
    Script { name: String, message: String },
    #[error("cannot count the evidence: {0}")]
    Query(String),
    #[error("the query{place}: {message}")]
    Sql { place: String, message: String },
    #[error(
        "the query was stopped: it took longer than {longest:?}; ask for less, for example fewer days, \
         or allow more with `--timeout`"
    )]
    TooLong { longest: Duration },
    #[error(
        "the query needs more memory than {} MB; ask for less, for example fewer days, or allow more \
         with `--memory`",
        most >> 20
    )]
    TooLarge { most: usize },
    #[error(
        "`{path}` still holds something of the person, or cannot be told from what does; erase again: \
         what is done stays done"
    )]
    Remains { path: PathBuf },
    #[error("cannot write what was found: {0}")]
    Unwritten(io::Error),
}

impl Error {
    pub(crate) fn unreadable(path: &Path, why: impl Display) -> Error {
        Error::Unreadable { path: path.to_owned(), why: why.to_string() }
    }

    /// An object could not be written.
    pub(crate) fn unwritten(path: &Path, why: &(dyn std::error::Error + 'static)) -> Error {
        let mut cause = Some(why);
        let mut last = why;
        while let Some(error) = cause {
            if error.downcast_ref::<io::Error>().is_some_and(is_full) {
                return Error::NoRoom { path: path.to_owned() };
            }
            last = error;
            cause = error.source();
        }
        Error::Unwritable { path: path.to_owned(), source: io::Error::other(last.to_string()) }
    }

    /// For `map_err` on a file operation.
    pub(crate) fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
        let path = path.to_owned();
        move |source| Error::Unwritable { path, source }
    }

    pub(crate) fn source(path: &Path, why: impl Display) -> Error {
        Error::Source { path: path.to_owned(), why: why.to_string() }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// The engine's error in one line, without its wrapping.
pub(crate) fn short(error: &DataFusionError) -> String {
    const LONGEST: usize = 400;
    let text = error.find_root().strip_backtrace();
    let line = text.lines().next().unwrap_or_default();
    let line = [
        "Error during planning: ",
        "Schema error: ",
        "Execution error: ",
        "SQL error: ",
        "Arrow error: ",
    ]
    .iter()
    .fold(line, |line, prefix| line.strip_prefix(prefix).unwrap_or(line));
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line.to_owned(),
    }
}
