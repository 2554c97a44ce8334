//! How files become part of a table: one entry in its Delta log, never torn, never lost.
//!
//! The entry is written under a temporary name, synced, and linked to its number. The link fails
//! when the number is taken; so no reader ever sees half an entry, and no two writers one number.
//! The library's own commit does not sync (`object_store` has no call for it), so that a power cut
//! could leave an empty entry behind, after which the whole table is unreadable.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use datafusion::arrow::datatypes::Schema;
use deltalake_core::kernel::StructType;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{DataFile, Snapshot};
use crate::columns::DAY;
use crate::error::Error;

/// Adds synced files to the table, as its next version. Blocks.
pub fn commit(snapshot: &Snapshot, files: &[DataFile], now: Timestamp) -> Result<u64, Error> {
    let version = next_version(snapshot);
    let log = snapshot.folder.join("_delta_log");
    fs::create_dir_all(&log).map_err(Error::unwritable(&log))?;
    let entry = log.join(format!("{version:020}.json"));
    let temporary = log.join(format!(".{version:020}.json.tmp"));
    let text = entry_text(snapshot, files, now)?;
    write_synced(&temporary, text.as_bytes())?;
    let linked = fs::hard_link(&temporary, &entry);
    fs::remove_file(&temporary).map_err(Error::unwritable(&temporary))?;
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Error::Overtaken { path: snapshot.folder.clone(), version });
        }
        other => other.map_err(Error::unwritable(&entry))?,
    }
    for folder in [log.as_path(), snapshot.folder.as_path()] {
        sync(folder)?;
    }
    snapshot.folder.parent().map_or(Ok(()), sync)?;
    Ok(version)
}

/// The version that the next commit makes.
pub fn next_version(snapshot: &Snapshot) -> u64 {
    snapshot.version.map_or(0, |version| version + 1)
}

/// Waits until a file, or a folder's list of names, is on disk. Blocks.
pub fn sync(path: &Path) -> Result<(), Error> {
    let file = File::open(path).map_err(Error::unwritable(path))?;
    file.sync_all().map_err(Error::unwritable(path))
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = File::create(path).map_err(Error::unwritable(path))?;
    file.write_all(bytes).map_err(Error::unwritable(path))?;
    file.sync_all().map_err(Error::unwritable(path))
}

/// The actions of one entry, one on each line.
///
/// Source: Delta transaction log protocol, sections "Protocol Evolution", "Change Metadata",
/// "Add File" and "Commit Provenance Information".
fn entry_text(snapshot: &Snapshot, files: &[DataFile], now: Timestamp) -> Result<String, Error> {
    let at = now.as_millisecond();
    let mut actions = vec![json!({"commitInfo": {
        "timestamp": at,
        "operation": "WRITE",
        "operationParameters": {"mode": "Append", "partitionBy": format!("[\"{DAY}\"]")},
        "engineInfo": concat!("trueup/", env!("CARGO_PKG_VERSION")),
    }})];
    if snapshot.version.is_none() {
        actions.push(json!({"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}}));
        actions.push(metadata(snapshot, at)?);
    }
    actions.extend(files.iter().map(|file| add(file, at)));
    let lines: Vec<String> = actions.iter().map(Value::to_string).collect();
    Ok(lines.join("\n") + "\n")
}

fn metadata(snapshot: &Snapshot, at: i64) -> Result<Value, Error> {
    let columns: &Schema = &snapshot.layout.with_day();
    let columns: StructType =
        columns.try_into_kernel().map_err(|why| Error::unreadable(&snapshot.folder, why))?;
    let columns =
        serde_json::to_string(&columns).map_err(|why| Error::unreadable(&snapshot.folder, why))?;
    Ok(json!({"metaData": {
        "id": table_id(snapshot, at),
        "name": snapshot.layout.name,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": columns,
        "partitionColumns": [DAY],
        "configuration": {},
        "createdTime": at,
    }}))
}

/// Tells this table from every other: a UUID made of where and when it was created.
fn table_id(snapshot: &Snapshot, at: i64) -> String {
    let seed = format!("{} {at} {}", snapshot.folder.display(), std::process::id());
    let hex = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(seed.as_bytes()));
    // Version 8: "custom" in RFC 9562.
    format!("{}-{}-8{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

fn add(file: &DataFile, at: i64) -> Value {
    // The day is the name of the file's folder, `day=2026-11-21`.
    let day = file.path.split(['=', '/']).nth(1);
    json!({"add": {
        "path": file.path,
        "partitionValues": {DAY: day},
        "size": file.bytes,
        "modificationTime": at,
        "dataChange": true,
        "stats": format!("{{\"numRecords\":{}}}", file.rows),
    }})
}
