//! What the tables should hold, by a plain reading of the rules, one row at a time.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use trueup_evidence::Table;

use super::at;
use super::stream::Row;

/// Rows by table and id.
pub type Rows = BTreeMap<(Table, String), Row>;

const INHERITED: [&str; 5] = ["bet", "variant", "unit", "session", "tenant"];
const USAGE: [&str; 3] = ["cost", "currency", "tokens_in"];
const COPIED: [&str; 6] = ["bet", "variant", "unit", "segments", "prediction", "confidence"];

/// The tables after all of these rows, in whatever order.
pub fn applied(sent: &[(Table, Row)]) -> Rows {
    let spans: Vec<&(Table, Row)> =
        sent.iter().filter(|(_, row)| row.contains_key("trace")).collect();
    let mut rows = Rows::new();
    for (table, row) in sent {
        let mut row = row.clone();
        if *table == Table::Interactions {
            settle_span(&spans, &mut row);
        }
        rows.insert((*table, text(&row, "id")), row);
    }
    for table in [Table::Actions, Table::Payloads, Table::Scores] {
        let known = rows.clone();
        for ((_, _), row) in rows.iter_mut().filter(|((of, _), _)| *of == table) {
            copy(&known, table, row);
        }
    }
    for row in rows.values_mut() {
        tidy(row);
    }
    rows
}

/// Brings a row to the form in which rows are compared.
pub fn tidy(row: &mut Row) {
    row.remove("copied");
    row.retain(|_, value| !value.is_null());
    for name in ["at", "interaction_at"] {
        if let Some(time) = row.get(name).and_then(Value::as_str) {
            row.insert(name.to_owned(), json!(at(time).to_string()));
        }
    }
    if let Some(attributes) = row.get("attributes").and_then(Value::as_str) {
        let parsed = serde_json::from_str(attributes).expect("attributes are JSON");
        row.insert("attributes".to_owned(), parsed);
    }
}

fn text(row: &Row, name: &str) -> String {
    row[name].as_str().expect("text").to_owned()
}

fn parent<'a>(spans: &[&'a (Table, Row)], row: &Row) -> Option<&'a (Table, Row)> {
    let parent = row.get("parent")?;
    let same =
        |it: &&&(Table, Row)| it.1.get("span") == Some(parent) && it.1["trace"] == row["trace"];
    spans.iter().find(same).copied()
}

fn above<'a>(spans: &[&'a (Table, Row)], row: &Row) -> Vec<&'a (Table, Row)> {
    let mut way = Vec::new();
    let mut next = parent(spans, row);
    while let Some(span) = next {
        way.push(span);
        next = parent(spans, &span.1);
    }
    way
}

fn settle_span(spans: &[&(Table, Row)], row: &mut Row) {
    let ancestors = above(spans, row);
    let mut trace: Vec<&(Table, Row)> =
        spans.iter().copied().filter(|it| it.1["trace"] == row["trace"]).collect();
    trace.sort_by_key(|it| (at(&text(&it.1, "at")), text(&it.1, "span")));
    let composed = trace.iter().any(|it| {
        it.0 == Table::Interactions
            && ["chat", "embeddings"].contains(&text(&it.1, "op").as_str())
            && above(spans, &it.1).iter().any(|it| it.1["id"] == row["id"])
    });
    let mut inherited = Vec::new();
    for name in INHERITED {
        if row.contains_key(name) {
            continue;
        }
        let source = ancestors.iter().chain(&trace).find(|it| it.1.contains_key(name));
        if let Some((_, source)) = source {
            row.insert(name.to_owned(), source[name].clone());
            inherited.push(name);
            if name == "bet" && source.contains_key("criteria_digest") {
                row.insert("criteria_digest".to_owned(), source["criteria_digest"].clone());
            }
        }
    }
    if !inherited.is_empty() {
        row.insert("inherited".to_owned(), json!(inherited));
    }
    if let Some(of) = ancestors.iter().rev().find(|it| it.0 == Table::Interactions) {
        row.insert("part_of".to_owned(), of.1["id"].clone());
    }
    if composed {
        row.insert("composed".to_owned(), json!(1));
        let said: Map<String, Value> = USAGE
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), row.remove(*name)?)))
            .collect();
        if !said.is_empty() {
            let before = row.get("attributes").and_then(Value::as_str).unwrap_or("{}");
            let mut attributes: Value = serde_json::from_str(before).expect("JSON");
            attributes["usage_reported"] = Value::Object(said);
            row.insert("attributes".to_owned(), json!(attributes.to_string()));
        }
    }
}

/// Fills what a row does not say from what it is about.
fn copy(known: &Rows, table: Table, row: &mut Row) {
    if !(row.contains_key("bet") && row.contains_key("interaction_at")) {
        let target = target(known, table, row);
        for name in COPIED.into_iter().filter(|name| table.field(name).is_some()) {
            if let Some(value) = target.as_ref().and_then(|it| it.get(name)) {
                row.entry(name).or_insert_with(|| value.clone());
            }
        }
        let time = target.as_ref().and_then(|it| it.get("interaction_at").or(it.get("at")));
        if let Some(time) = time {
            row.entry("interaction_at").or_insert_with(|| time.clone());
        }
    }
    let orphan = !row.contains_key("interaction_at");
    row.insert("orphan".to_owned(), json!(orphan));
}

/// What is known of a row's target.
fn target(known: &Rows, table: Table, row: &Row) -> Option<Row> {
    let name = text(row, if table == Table::Scores { "target" } else { "interaction" });
    let kind = row.get("target_kind").and_then(Value::as_str).unwrap_or("interaction");
    let interactions = || known.iter().filter(|((table, _), _)| *table == Table::Interactions);
    match kind {
        "interaction" => known.get(&(Table::Interactions, name)).cloned(),
        "action" => {
            let action = known.get(&(Table::Actions, name))?;
            action.contains_key("interaction_at").then(|| {
                let mut action = action.clone();
                action.remove("at");
                action
            })
        }
        "response" => {
            let found =
                interactions().find(|(_, row)| row.get("response_id") == Some(&json!(name)));
            found.map(|(_, row)| row.clone())
        }
        "trace" => {
            let mut uses: Vec<&Row> = interactions()
                .map(|(_, row)| row)
                .filter(|row| {
                    row.get("trace") == Some(&json!(name)) && !row.contains_key("part_of")
                })
                .collect();
            uses.sort_by_key(|row| (at(&text(row, "at")), text(row, "span")));
            uses.first().map(|row| (*row).clone())
        }
        "unit" => {
            let own = json!({"unit": name, "interaction_at": row["at"]});
            own.as_object().cloned()
        }
        _ => None,
    }
}
