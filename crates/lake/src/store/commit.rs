//! How files become part of a table, and stop to be: one entry in its Delta log, never torn, never
//! lost.
//!
//! The entry is put under its number, which fails when the number is taken. So no reader ever sees
//! half an entry, and no two writers share a number.

use datafusion::arrow::datatypes::{DataType, Field as Column};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::action::{Action, Add, Protocol, Remove, Txn, provenance};
use super::{DataFile, Snapshot, log};
use crate::columns::DAY;
use crate::error::Error;

/// What one entry says.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Files that are durable already.
    pub adds: Vec<DataFile>,
    /// Files of the snapshot.
    pub removes: Vec<DataFile>,
    /// Which writer is how far.
    pub txns: Vec<(String, i64)>,
    /// False when the rows are the same as before, in other files.
    pub data_change: bool,
    /// What to call it in the table's history, for example `MERGE`.
    pub operation: &'static str,
}

impl Commit {
    /// Rows become part of the table.
    #[must_use]
    pub fn adding(adds: Vec<DataFile>) -> Commit {
        Commit {
            adds,
            removes: Vec::new(),
            txns: Vec::new(),
            data_change: true,
            operation: "WRITE",
        }
    }
}

impl Snapshot {
    /// Makes a commit the table's next version. Fails with [`Error::Overtaken`] when another made
    /// one since this snapshot: read it again, and decide again.
    pub async fn commit(&self, commit: &Commit, now: Timestamp) -> Result<u64, Error> {
        let version = next_version(self);
        let path = log::entry(self.layout.name, version);
        let text = entry_text(self, commit, now)?;
        if self.disk.create(&path, text.clone()).await? {
            return Ok(version);
        }
        // A put that was repeated after its answer got lost finds itself.
        let there = self.disk.get(&path).await?;
        if there.is_some_and(|there| there == text) {
            return Ok(version);
        }
        Err(Error::Overtaken { path: self.disk.path(self.layout.name), version })
    }
}

/// The version that the next commit makes.
#[must_use]
pub fn next_version(snapshot: &Snapshot) -> u64 {
    snapshot.version.map_or(0, |version| version + 1)
}

/// The actions of one entry, one on each line.
fn entry_text(snapshot: &Snapshot, commit: &Commit, now: Timestamp) -> Result<String, Error> {
    let at = now.as_millisecond();
    let id = Uuid::now_v7().to_string();
    let mut text = provenance(commit.operation, at, &id).to_string();
    let mut say = |action: Action| {
        text.push('\n');
        text += &serde_json::to_string(&action).expect("plain fields become JSON");
    };
    if snapshot.version.is_none() {
        say(Action { protocol: Some(protocol()), ..Action::default() });
    }
    if let Some(metadata) = metadata(snapshot, &id, at)? {
        say(Action { meta_data: Some(metadata), ..Action::default() });
    }
    for (writer, version) in &commit.txns {
        let txn = Txn { app_id: writer.clone(), version: *version, last_updated: Some(at) };
        say(Action { txn: Some(txn), ..Action::default() });
    }
    for file in &commit.removes {
        let remove = Remove::of(file, commit.data_change, at);
        say(Action { remove: Some(remove), ..Action::default() });
    }
    for file in &commit.adds {
        let add = Add { modification_time: at, ..Add::of(file, commit.data_change) };
        say(Action { add: Some(add), ..Action::default() });
    }
    Ok(text + "\n")
}

fn protocol() -> Protocol {
    Protocol {
        min_reader_version: 1,
        min_writer_version: 2,
        reader_features: None,
        writer_features: None,
    }
}

/// What the log must be told of the columns: nothing when it knows all of them.
fn metadata(snapshot: &Snapshot, id: &str, at: i64) -> Result<Option<Value>, Error> {
    let columns = snapshot.layout.with_day();
    let wanted = columns.fields().iter().map(|column| delta_column(column));
    let Some(known) = &snapshot.log.metadata else {
        let columns: Vec<Value> = wanted.collect();
        return Ok(Some(json!({
            "id": id,
            "name": snapshot.layout.name,
            "format": {"provider": "parquet", "options": {}},
            "schemaString": json!({"type": "struct", "fields": columns}).to_string(),
            "partitionColumns": [DAY],
            "configuration": {},
            "createdTime": at,
        })));
    };
    let unreadable =
        |why: String| Error::unreadable(&snapshot.disk.path(snapshot.layout.name), why);
    let mut schema: Value = known["schemaString"]
        .as_str()
        .and_then(|text| serde_json::from_str(text).ok())
        .ok_or_else(|| unreadable("its log names no columns".to_owned()))?;
    let fields = schema["fields"].as_array_mut();
    let fields = fields.ok_or_else(|| unreadable("its log names no columns".to_owned()))?;
    let before = fields.len();
    for column in wanted {
        match fields.iter().find(|field| field["name"] == column["name"]) {
            None => fields.push(column),
            Some(field) if field["type"] == column["type"] => {}
            Some(field) => {
                return Err(unreadable(format!(
                    "its column {} is {} and should be {}",
                    column["name"], field["type"], column["type"]
                )));
            }
        }
    }
    if fields.len() == before {
        return Ok(None);
    }
    let mut grown = known.clone();
    grown["schemaString"] = schema.to_string().into();
    Ok(Some(grown))
}

fn delta_column(column: &Column) -> Value {
    json!({
        "name": column.name(),
        "type": delta_type(column.data_type()),
        "nullable": true,
        "metadata": {},
    })
}

/// Source: Delta transaction log protocol, section "Schema Serialization Format".
fn delta_type(kind: &DataType) -> Value {
    match kind {
        DataType::Utf8 => "string".into(),
        DataType::Float64 => "double".into(),
        DataType::Int64 => "long".into(),
        DataType::Boolean => "boolean".into(),
        DataType::Date32 => "date".into(),
        DataType::Timestamp(..) => "timestamp".into(),
        DataType::List(element) => json!({
            "type": "array",
            "elementType": delta_type(element.data_type()),
            "containsNull": true,
        }),
        other => unreachable!("no layout has a column of type {other}"),
    }
}
