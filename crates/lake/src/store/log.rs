//! What a table's Delta log says: read from its newest checkpoint on, entry by entry, and from then
//! on only what is new.
//!
//! Not the Delta library's own reader, which keeps nothing between two questions:
//! `docs/decisions/0007-disk.md`.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use futures::{StreamExt, TryStreamExt};
use serde::Deserialize;
use serde_json::Value;

use super::DataFile;
use super::action::{Action, Protocol, Remove};
use super::checkpoint;
use crate::disk::Disk;
use crate::error::Error;

/// Entries that are read at the same time.
const AT_ONCE: usize = 16;
/// How often reading begins anew when the log was cleaned up meanwhile.
const ATTEMPTS: usize = 5;

/// One table's log up to one version.
#[derive(Debug, Clone, Default)]
pub struct Log {
    pub version: u64,
    /// By path.
    pub files: BTreeMap<String, DataFile>,
    /// Files that are no longer part of the table; a reader may still be at them.
    pub removed: BTreeMap<String, Remove>,
    /// How far each writer is.
    pub txns: BTreeMap<String, i64>,
    pub metadata: Option<Value>,
    pub protocol: Option<Protocol>,
}

/// The logs as they were last read, by table.
#[derive(Debug, Default)]
pub struct Logs(Mutex<HashMap<String, Arc<Log>>>);

/// `_last_checkpoint`.
#[derive(Debug, Deserialize)]
struct LastCheckpoint {
    version: u64,
    parts: Option<u64>,
}

/// The log was cleaned up between two looks at it.
struct Gone;

impl Log {
    /// Reads the newest version; `None` if the table was never written.
    pub async fn read(disk: &Disk, table: &str) -> Result<Option<Arc<Log>>, Error> {
        let known = disk.logs().known(table);
        let mut from = known.clone();
        for _ in 0..ATTEMPTS {
            if let Ok(log) = Log::read_on(disk, table, from.take()).await? {
                disk.logs().keep(table, log.clone());
                return Ok(log);
            }
        }
        Err(Error::unreadable(&disk.path(table), "entries of its log are missing"))
    }

    /// Reads what came after what is known.
    async fn read_on(
        disk: &Disk,
        table: &str,
        known: Option<Arc<Log>>,
    ) -> Result<Result<Option<Arc<Log>>, Gone>, Error> {
        let start = match known {
            Some(known) => Some(known),
            None => checkpoint::newest(disk, table).await?.map(Arc::new),
        };
        let next = start.as_ref().map_or(0, |log| log.version + 1);
        let Some(entries) = entries_from(disk, table, next).await? else { return Ok(Err(Gone)) };
        if entries.is_empty() {
            return Ok(Ok(start));
        }
        let mut log = start.map(Arc::unwrap_or_clone).unwrap_or_default();
        for (version, actions) in (next..).zip(entries) {
            log.version = version;
            log.apply(actions).map_err(|why| Error::unreadable(&disk.path(table), why))?;
        }
        log.readable().map_err(|why| Error::unreadable(&disk.path(table), why))?;
        Ok(Ok(Some(Arc::new(log))))
    }

    /// Takes in the actions of one entry, or of a checkpoint.
    pub fn apply(&mut self, actions: Vec<Action>) -> Result<(), String> {
        // In one entry a path may be taken away and added again, in any order of lines.
        let (adds, others): (Vec<_>, Vec<_>) =
            actions.into_iter().partition(|action| action.add.is_some());
        for action in others {
            if let Some(remove) = action.remove {
                self.files.remove(&remove.path);
                self.removed.insert(remove.path.clone(), remove);
            }
            if let Some(txn) = action.txn {
                self.txns.insert(txn.app_id, txn.version);
            }
            self.metadata = action.meta_data.or(self.metadata.take());
            self.protocol = action.protocol.or(self.protocol.take());
        }
        for add in adds.into_iter().filter_map(|action| action.add) {
            let file = add.file()?;
            self.removed.remove(&file.path);
            self.files.insert(file.path.clone(), file);
        }
        Ok(())
    }

    /// Fails when the table uses what this store does not understand.
    fn readable(&self) -> Result<(), String> {
        const KNOWN: [&str; 3] = ["deletionVectors", "timestampNtz", "vacuumProtocolCheck"];
        let protocol = self.protocol.as_ref().ok_or("its log has no protocol")?;
        let features = protocol.reader_features.iter().flatten();
        if let Some(feature) = features.into_iter().find(|name| !KNOWN.contains(&name.as_str())) {
            return Err(format!("it uses `{feature}`, which is not supported"));
        }
        let metadata = self.metadata.as_ref().ok_or("its log has no schema")?;
        let mapping = &metadata["configuration"]["delta.columnMapping.mode"];
        if mapping.as_str().is_some_and(|mode| mode != "none") {
            return Err("it maps the names of columns, which is not supported".to_owned());
        }
        Ok(())
    }
}

impl Logs {
    fn known(&self, table: &str) -> Option<Arc<Log>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(table).cloned()
    }

    pub fn keep(&self, table: &str, log: Option<Arc<Log>>) {
        let mut logs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match log {
            Some(log) => logs.insert(table.to_owned(), log),
            None => logs.remove(table),
        };
    }
}

/// The folder of a table's log.
#[must_use]
pub fn folder(table: &str) -> String {
    format!("{table}/_delta_log")
}

/// The path of one entry.
#[must_use]
pub fn entry(table: &str, version: u64) -> String {
    format!("{}/{version:020}.json", folder(table))
}

/// The version that an entry's path names.
#[must_use]
pub fn version_of(path: &str) -> Option<u64> {
    path.rsplit('/').next()?.strip_suffix(".json")?.parse().ok()
}

/// All entries from a version on, without a gap; `None` when there is one.
async fn entries_from(
    disk: &Disk,
    table: &str,
    next: u64,
) -> Result<Option<Vec<Vec<Action>>>, Error> {
    let folder = folder(table);
    let found = match next.checked_sub(1) {
        // Everything of that version but its temporary names sorts before the next entry.
        Some(last) => disk.list_after(&folder, &entry(table, last)).await?,
        None => disk.list(&folder).await?,
    };
    let versions = found.iter().filter_map(|found| version_of(&found.path));
    let versions: Vec<u64> = versions.filter(|version| *version >= next).collect();
    let gap = (next..).zip(&versions).any(|(expected, version)| expected != *version);
    if gap {
        return Ok(None);
    }
    let entries = futures::stream::iter(versions)
        .map(|version| async move { actions(disk, table, version).await });
    let entries: Vec<Option<Vec<Action>>> = entries.buffered(AT_ONCE).try_collect().await?;
    Ok(entries.into_iter().collect())
}

/// The lines of an entry; `None` when it is gone.
async fn actions(disk: &Disk, table: &str, version: u64) -> Result<Option<Vec<Action>>, Error> {
    let path = entry(table, version);
    let Some(bytes) = disk.get(&path).await? else { return Ok(None) };
    parse(&bytes).map(Some).map_err(|why| {
        Error::unreadable(&disk.path(table), format!("entry {version} of its log: {why}"))
    })
}

/// Lines of JSON become actions.
pub fn parse(bytes: &[u8]) -> serde_json::Result<Vec<Action>> {
    serde_json::Deserializer::from_slice(bytes).into_iter().collect()
}

/// Version and number of parts of the newest checkpoint.
pub async fn last_checkpoint(
    disk: &Disk,
    table: &str,
) -> Result<Option<(u64, Option<u64>)>, Error> {
    let path = format!("{}/_last_checkpoint", folder(table));
    let Some(bytes) = disk.get(&path).await? else { return Ok(None) };
    let last: LastCheckpoint =
        serde_json::from_slice(&bytes).map_err(|why| Error::unreadable(&disk.path(&path), why))?;
    Ok(Some((last.version, last.parts)))
}
