//! The evidence store, from files to summaries.

mod answer;
mod arrivals;
mod asked;
mod browse;
mod cells;
mod disk;
mod documents;
mod erase;
mod export;
mod fold;
mod fold_pairs;
mod frail;
mod import;
mod many;
mod measures;
mod profile;
mod reality;
mod refused;
mod rules;
mod stream;
mod upkeep;
mod world;
mod written;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tempfile::TempDir;
use trueup_lake::{Error, Import, Imported, Lake, block_on};

/// After everything in these tests.
const NOW: &str = "2026-11-21T00:00:00Z";

/// A folder with files to import and a store.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("the folder is ours");
        path
    }

    fn store(&self) -> PathBuf {
        self.path("nested/store")
    }

    fn lake(&self) -> Lake {
        Lake::open(&self.store()).expect("a folder")
    }

    fn import(&self, files: &[PathBuf], sql: &str) -> Result<Imported, Error> {
        self.import_at(files, sql, NOW)
    }

    fn import_at(&self, files: &[PathBuf], sql: &str, now: &str) -> Result<Imported, Error> {
        let import = Import { files: files.to_vec(), ..Desk::import_sql(sql, now) };
        block_on(self.lake().import(&import, &mut |_| ()))
    }

    fn import_of(&self, file: &Path, sql: &str, now: &str) -> Import {
        assert!(file.starts_with(self.folder.path()), "a file of this desk");
        Import { files: vec![file.to_owned()], ..Desk::import_sql(sql, now) }
    }

    fn import_sql(sql: &str, now: &str) -> Import {
        let (sql, sql_name) = (sql.to_owned(), "import.sql".to_owned());
        Import { files: Vec::new(), sql, sql_name, now: at(now) }
    }

    /// Imports one file of rows into one table.
    fn add(&self, name: &str, text: &str, sql: &str) -> Imported {
        self.import(&[self.file(name, text)], sql).expect("the import holds")
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

/// Real data beside the repository, if it is there.
fn shared(path: &str) -> Option<PathBuf> {
    let beside = "../../../shared";
    let shared = std::env::var("TRUEUP_SHARED").unwrap_or_else(|_| beside.to_owned());
    let path = Path::new(&shared).join(path);
    if !path.exists() {
        eprintln!("skipped: there is no `{}`", path.display());
        return None;
    }
    Some(path)
}
