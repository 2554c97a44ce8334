//! The roadmap's files while the server runs: they are read again when one of them has changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Result;
use trueup_intake::{Rules, Settings};

use super::rules;
use crate::folder::{self, FOLDERS, ROOT};

/// A roadmap and what its files looked like when they were read.
pub struct Watched {
    folder: PathBuf,
    seen: Vec<Look>,
}

/// What tells one state of a file from another.
pub type Look = (PathBuf, u64, Option<SystemTime>);

impl Watched {
    pub fn new(folder: PathBuf) -> Watched {
        Watched { folder, seen: Vec::new() }
    }

    /// The rules, if the files are not those that were read last.
    pub fn changed(&mut self, settings: &Settings) -> Result<Option<Rules>> {
        let looks = looks(&self.folder);
        if looks == self.seen {
            return Ok(None);
        }
        // Remembered before they are read: what changes meanwhile is seen the next time, and what
        // cannot be read is told once.
        self.seen = looks;
        read(&self.folder, settings.clone()).map(Some)
    }
}

/// The rules of a roadmap; bets that cannot be read are left out, as everywhere.
fn read(folder: &Path, mut settings: Settings) -> Result<Rules> {
    let parsed = trueup_roadmap::parse(&folder::read(folder)?);
    for found in &parsed.diagnostics {
        let place = &found.place.path;
        tracing::warn!(code = found.code, place, "{}; `trueup check` shows where", found.message);
    }
    rules::apply(&parsed.roadmap, &mut settings)?;
    tracing::info!(bets = parsed.roadmap.bets.len(), "the roadmap is in force");
    Ok(Rules::new(settings))
}

/// What the files of a roadmap look like now.
pub fn looks(folder: &Path) -> Vec<Look> {
    let mut looks = vec![look(folder.join(ROOT))];
    for name in FOLDERS {
        let Ok(entries) = fs::read_dir(folder.join(name)) else { continue };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        looks.extend(paths.filter(|path| folder::belongs(&path.to_string_lossy())).map(look));
    }
    looks.sort();
    looks
}

fn look(path: PathBuf) -> Look {
    let about = fs::metadata(&path).ok();
    let length = about.as_ref().map_or(0, fs::Metadata::len);
    let modified = about.and_then(|about| about.modified().ok());
    (path, length, modified)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use trueup_intake::{Secret, Settings};

    use super::Watched;

    #[test]
    fn it_is_read_when_a_file_changes_and_only_then() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let write = |path: &str, text: &str| {
            let path = place.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        write("roadmap.toml", "edition = 1\n");
        let settings = Settings::new(Secret::new(&[1; 32]).expect("long enough"));
        let mut watched = Watched::new(place.path().to_owned());
        let mut changes = || watched.changed(&settings).expect("it can be read").is_some();
        assert!(changes());
        assert!(!changes());
        write("bets/a.toml", "id = \"a\"\n");
        assert!(changes());
        assert!(!changes());
        fs::remove_file(place.path().join("bets/a.toml")).expect("a file");
        assert!(changes());
        write("bets/.a.toml.swp", "an editor's own");
        write("other/a.toml", "not ours");
        assert!(!changes());
    }
}
