//! The lines of a Delta log entry, as far as this store writes and reads them.
//!
//! Source: Delta transaction log protocol, section "Actions".

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::DataFile;
use crate::columns::DAY;

/// One line of an entry; one field of it is set.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Action {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_data: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub txn: Option<Txn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove: Option<Remove>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add: Option<Add>,
}

/// What a program must be able to do to read and write the table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Protocol {
    pub min_reader_version: i32,
    pub min_writer_version: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reader_features: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub writer_features: Option<Vec<String>>,
}

/// How far a writer is, so that it adds nothing twice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Txn {
    pub app_id: String,
    pub version: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_updated: Option<i64>,
}

/// A file becomes part of the table.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Add {
    pub path: String,
    pub partition_values: BTreeMap<String, Option<String>>,
    pub size: i64,
    pub modification_time: i64,
    pub data_change: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_vector: Option<Value>,
}

/// A file is no longer part of the table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Remove {
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_timestamp: Option<i64>,
    pub data_change: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_file_metadata: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_values: Option<BTreeMap<String, Option<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
}

impl Add {
    #[must_use]
    pub fn of(file: &DataFile, data_change: bool) -> Add {
        Add {
            path: file.path.clone(),
            partition_values: partition(file.day),
            size: file.bytes.cast_signed(),
            modification_time: file.modified,
            data_change,
            stats: Some(file.stats.to_string()),
            deletion_vector: None,
        }
    }

    /// The file, or why it cannot be read.
    pub fn file(self) -> Result<DataFile, String> {
        let path = self.path;
        if self.deletion_vector.is_some_and(|vector| !vector.is_null()) {
            return Err(format!("rows of `{path}` were marked as deleted"));
        }
        let day = self.partition_values.get(DAY).and_then(Option::as_deref);
        let day = day.and_then(days_since_1970);
        let day = day.ok_or_else(|| format!("`{path}` belongs to no day"))?;
        let stats: Arc<str> = self.stats.unwrap_or_default().into();
        let rows = serde_json::from_str::<Value>(&stats).ok();
        let rows = rows.and_then(|stats| stats.get("numRecords")?.as_u64()).unwrap_or(0);
        let bytes = u64::try_from(self.size).unwrap_or(0);
        Ok(DataFile { day, path, bytes, rows, modified: self.modification_time, stats })
    }
}

impl Remove {
    #[must_use]
    pub fn of(file: &DataFile, data_change: bool, at: i64) -> Remove {
        Remove {
            path: file.path.clone(),
            deletion_timestamp: Some(at),
            data_change,
            extended_file_metadata: Some(true),
            partition_values: Some(partition(file.day)),
            size: Some(file.bytes.cast_signed()),
        }
    }
}

/// The first line of an entry: who did what when. `id` tells this commit from every other.
#[must_use]
pub fn provenance(operation: &str, at: i64, id: &str) -> Value {
    json!({"commitInfo": {
        "timestamp": at,
        "operation": operation,
        "operationParameters": {"mode": "Append", "partitionBy": format!("[\"{DAY}\"]")},
        "engineInfo": concat!("trueup/", env!("CARGO_PKG_VERSION")),
        "txnId": id,
    }})
}

fn partition(day: i32) -> BTreeMap<String, Option<String>> {
    BTreeMap::from([(DAY.to_owned(), Some(date(day).to_string()))])
}

/// The date of a day since 1970.
#[must_use]
pub fn date(day: i32) -> Date {
    use jiff::ToSpan;
    let date = Date::constant(1970, 1, 1).checked_add(day.days());
    date.unwrap_or(if day < 0 { Date::MIN } else { Date::MAX })
}

fn days_since_1970(text: &str) -> Option<i32> {
    let day: Date = text.parse().ok()?;
    let epoch = Date::constant(1970, 1, 1);
    Some(day.duration_since(epoch).as_hours().div_euclid(24).try_into().expect("a Date is near"))
}
