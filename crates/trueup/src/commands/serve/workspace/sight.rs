//! What a snapshot rests on, seen from outside: as long as it stays the same, so does the snapshot.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use trueup_lake::{Lake, block_on};
use trueup_pages::Snapshot;

use super::super::watch::{Look, looks};
use crate::git::History;

/// Files, history, evidence and day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sight {
    files: Vec<Look>,
    head: Option<String>,
    /// Why nothing could be committed.
    closed: Option<String>,
    pub day: Option<Date>,
    /// The versions of the store's tables and of what is not merged yet.
    pub evidence: Vec<String>,
}

impl Sight {
    /// All but the evidence, which costs more to look at.
    pub fn of_text(folder: &Path, now: Timestamp) -> Sight {
        let history = History::discover(folder);
        Sight {
            files: looks(folder),
            head: history.as_ref().and_then(|history| history.head().ok()),
            closed: history.and_then(|history| Some(history.closed()?.to_string())),
            day: Some(trueup_verdict::today(now)),
            evidence: Vec::new(),
        }
    }

    /// True if a text that was looked at then is still the one that is there.
    pub fn is_of_same_text(&self, then: &Sight) -> bool {
        (&self.files, &self.head, &self.closed) == (&then.files, &then.head, &then.closed)
    }

    /// Tells a snapshot from others: its text, the commit, what it says of itself, the evidence and the day.
    pub fn id(&self, snapshot: &Snapshot) -> String {
        let digest = trueup_roadmap::digest(&snapshot.sources);
        let parts = [
            digest,
            self.head.clone().unwrap_or_default(),
            self.evidence.join(" "),
            format!("{:?} {:?} {:?}", self.day, snapshot.read_only, snapshot.notices),
        ];
        blake3::hash(parts.join("\n").as_bytes()).to_hex()[..16].to_owned()
    }
}

/// How far a store is: where that is the same, so is every answer. Of a store that cannot be read, why.
pub fn evidence(lake: &Lake) -> Vec<String> {
    if !lake.exists() {
        return Vec::new();
    }
    match block_on(lake.versions()) {
        Ok(versions) => {
            versions.iter().map(|table| format!("{}@{}", table.table, table.version)).collect()
        }
        Err(error) => vec![error.to_string()],
    }
}
