//! What stays of an erasure: that it happened, when, and how much went; not who it was.
//!
//! It is kept while the erasure goes on, so that one that was cut short ends with the numbers of both
//! runs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Erased, Erasure, Proof, Touched};
use crate::disk::Disk;
use crate::error::Error;
use crate::store::Snapshot;

const FOLDER: &str = "receipts";
const PENDING: &str = ".pending.json";

/// An erasure that goes on.
pub struct Receipt {
    disk: Disk,
    /// Relative to the store, without its ending.
    name: String,
    written: Written,
}

/// The file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Written {
    /// A random text that stands before the name in what was hashed.
    salt: String,
    /// BLAKE3 of salt and name: whoever knows the name can tell that the receipt is theirs.
    person: String,
    started: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<String>,
    tables: BTreeMap<String, Vec<Removed>>,
    old_files_deleted: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<Proven>,
}

/// What went from one table with one commit.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Removed {
    version: u64,
    rows: u64,
    values: u64,
    files_rewritten: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Proven {
    files_read: u64,
    bytes_read: u64,
    rows_read: u64,
    found: u64,
    /// Rows that arrived while the erasure ran: they are new.
    arrived_since: u64,
}

impl Receipt {
    /// Goes on with a receipt of the same person that was not finished, or begins one.
    pub async fn begin(disk: &Disk, erasure: &Erasure) -> Result<Receipt, Error> {
        for found in disk.list(FOLDER).await? {
            let Some(name) = found.path.strip_suffix(PENDING) else { continue };
            let Some(bytes) = disk.get(&found.path).await? else { continue };
            let written: Written = serde_json::from_slice(&bytes)
                .map_err(|why| Error::unreadable(&disk.path(&found.path), why))?;
            if written.person == hash(&written.salt, &erasure.unit) {
                return Ok(Receipt { disk: disk.clone(), name: name.to_owned(), written });
            }
        }
        let salt = Uuid::now_v7().simple().to_string();
        let person = hash(&salt, &erasure.unit);
        let time = erasure.now.strftime("%Y%m%dT%H%M%SZ");
        let name = format!("{FOLDER}/{time}-{}", &person[..16]);
        let started = erasure.now.to_string();
        let written = Written { salt, person, started, ..Written::default() };
        Ok(Receipt { disk: disk.clone(), name, written })
    }

    /// Notes what is about to go from a table, before it goes.
    pub(super) async fn take(
        &mut self,
        snapshot: &Snapshot,
        touched: &Touched,
        erasure: &Erasure,
    ) -> Result<(), Error> {
        if touched.files.is_empty() {
            return Ok(());
        }
        let version = crate::store::commit::next_version(snapshot);
        let removed = self.written.tables.entry(snapshot.layout.name.to_owned()).or_default();
        // The same version again: what was announced did not come to pass.
        removed.retain(|removed| removed.version != version);
        removed.push(Removed {
            version,
            rows: touched.rows,
            values: touched.values,
            files_rewritten: touched.files.len() as u64,
        });
        if erasure.dry_run { Ok(()) } else { self.put().await }
    }

    pub fn deleted(&mut self, files: u64) {
        self.written.old_files_deleted += files;
    }

    /// Makes the receipt final.
    pub async fn finish(mut self, proof: Proof, now: Timestamp) -> Result<Erased, Error> {
        self.written.finished = Some(now.to_string());
        self.written.proof = Some(Proven {
            files_read: proof.files,
            bytes_read: proof.bytes,
            rows_read: proof.rows,
            found: 0,
            arrived_since: proof.arrived_since,
        });
        let path = format!("{}.json", self.name);
        self.disk.put(&path, self.text()).await?;
        self.disk.delete(vec![format!("{}{PENDING}", self.name)]).await?;
        let erased = self.counted();
        Ok(Erased { proof: Some(proof), receipt: Some(path), ..erased })
    }

    /// What went, in numbers.
    pub fn counted(&self) -> Erased {
        let mut erased = Erased { deleted: self.written.old_files_deleted, ..Erased::default() };
        for (table, steps) in &self.written.tables {
            let sum = |of: fn(&Removed) -> u64| steps.iter().map(of).sum::<u64>();
            erased.rows.insert(table.clone(), sum(|step| step.rows));
            if sum(|step| step.values) > 0 {
                erased.values.insert(table.clone(), sum(|step| step.values));
            }
            erased.files += sum(|step| step.files_rewritten);
        }
        erased
    }

    async fn put(&self) -> Result<(), Error> {
        self.disk.put(&format!("{}{PENDING}", self.name), self.text()).await
    }

    fn text(&self) -> String {
        serde_json::to_string_pretty(&self.written).expect("plain fields become JSON") + "\n"
    }
}

fn hash(salt: &str, unit: &str) -> String {
    blake3::hash(format!("{salt} {unit}").as_bytes()).to_hex().to_string()
}
