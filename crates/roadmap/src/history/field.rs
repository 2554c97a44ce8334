//! Who changed a single field last: the versions of its file are gone through from the newest.

use std::sync::Arc;

use super::{History, Revision, Version};
use crate::edit::{Key, Path, Value, fields};

/// What is written in one version of a file.
struct Written(Vec<(Path, Value)>);

/// Where something of a newer version was in the one before it.
enum Place {
    At(Path),
    /// Its row came with the newer one.
    Nowhere,
    /// Rows came, went and changed at once.
    Unknown,
}

impl History {
    /// The newest revision of a file; `None` where who wrote it is not known.
    #[must_use]
    pub fn last_change(&self, file: &str) -> Option<&Revision> {
        let newest = self.files.get(file)?.last()?;
        (!newest.found).then(|| self.revision(newest))
    }

    /// The revision that gave a field of a file the value that it has in the text as it is now. `None` where that is not
    /// known: in no revision yet, before the edge of a shallow clone, or where it cannot be told which row is which.
    #[must_use]
    pub fn last_change_of(&self, file: &str, text: &str, field: &Path) -> Option<&Revision> {
        let mut newer: Option<&Version<Arc<str>>> = None;
        let (mut now, mut field) = (Written::of(text)?, field.clone());
        for older in self.files.get(file)?.iter().rev() {
            // Nobody could read it, so nobody changed a field in it.
            let text = older.entity.as_deref().unwrap_or_default();
            let Some(before) = Written::of(text) else { continue };
            match before.place(&now, &field) {
                Place::At(was) if before.at(&was.0) == now.at(&field.0) => field = was,
                Place::At(_) | Place::Nowhere => break,
                Place::Unknown => return None,
            }
            (newer, now) = (Some(older), before);
        }
        newer.filter(|version| !version.found).map(|version| self.revision(version))
    }
}

impl Written {
    fn of(text: &str) -> Option<Written> {
        fields(text).ok().map(Written)
    }

    /// Everything at a path, by where it is within.
    fn at(&self, path: &[Key]) -> Vec<(&[Key], &Value)> {
        self.0.iter().filter_map(|(at, value)| Some((at.0.strip_prefix(path)?, value))).collect()
    }

    /// The rows of a list.
    fn rows(&self, list: &[Key]) -> Vec<Vec<(&[Key], &Value)>> {
        let row = |at| self.at(&[list, &[Key::Index(at)]].concat());
        (0..).map_while(|at| Some(row(at)).filter(|row| !row.is_empty())).collect()
    }

    /// Where what is at a path of a newer version was in this one. A row that reads as it did is the same, wherever it
    /// stands; one that stands where another was which is gone is that one, rewritten.
    fn place(&self, newer: &Written, path: &Path) -> Place {
        let mut was = path.0.clone();
        for at in 0..was.len() {
            let Key::Index(index) = path.0[at] else { continue };
            let (rows, before) = (newer.rows(&path.0[..at]), self.rows(&was[..at]));
            let Some(row) = rows.get(index) else { return Place::Unknown };
            if before.get(index) == Some(row) {
                continue;
            }
            let mut same = (0..before.len()).filter(|other| before[*other] == *row);
            let is_gone = |other: &Vec<_>| !rows.contains(other);
            was[at] = match (same.next(), same.next()) {
                (Some(moved), None) => Key::Index(moved),
                (None, _) if before.get(index).is_some_and(is_gone) => Key::Index(index),
                (None, _) if !before.iter().any(is_gone) => return Place::Nowhere,
                _ => return Place::Unknown,
            };
        }
        Place::At(Path(was))
    }
}
