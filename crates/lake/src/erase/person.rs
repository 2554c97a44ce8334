//! Which rows are somebody's, and which values name them in rows of others.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray};
use datafusion::arrow::compute::{filter_record_batch, not, nullif};
use datafusion::arrow::datatypes::DataType;
use serde_json::Value;

use super::Erasure;
use crate::error::Error;
use crate::store::{Snapshot, read};

/// A shorter name may mean something else in another column, for example the variant `A`.
const TELLING_FROM: usize = 12;
/// Columns of which a row cannot lack the value.
const NEEDED: [&str; 8] =
    ["id", "interaction", "target", "kind", "name", "signal", "text", "table"];

/// A person, and the names of what is theirs.
pub struct Person {
    unit: String,
    user_id: Option<String>,
    interactions: HashSet<String>,
    actions: HashSet<String>,
    /// The provider's ids of answers to them.
    answers: HashSet<String>,
    /// Traces in which there is nobody else.
    traces: HashSet<String>,
}

impl Person {
    /// Looks for what is theirs; the tables as in [`trueup_evidence::Table::STORED`].
    pub async fn find(tables: &[Snapshot], erasure: &Erasure) -> Result<Person, Error> {
        let mut person = Person {
            unit: erasure.unit.clone(),
            user_id: erasure.user_id.clone(),
            interactions: HashSet::new(),
            actions: HashSet::new(),
            answers: HashSet::new(),
            traces: HashSet::new(),
        };
        let [interactions, actions, ..] = tables else { unreachable!("there are six tables") };
        let mut shared = HashSet::new();
        each(interactions, &["id", "unit", "trace", "response_id"], |row| {
            let [id, unit, trace, answer] = row else {
                unreachable!("four columns were asked for")
            };
            if *unit == Some(person.unit.as_str()) {
                person.interactions.extend(id.map(str::to_owned));
                person.traces.extend(trace.map(str::to_owned));
                person.answers.extend(answer.map(str::to_owned));
            } else if unit.is_some() {
                shared.extend(trace.map(str::to_owned));
            }
        })
        .await?;
        person.traces.retain(|trace| !shared.contains(trace));
        // Parts that say nothing of the person are theirs with their use.
        let uses = person.interactions.clone();
        each(interactions, &["id", "unit", "part_of", "response_id"], |row| {
            let [id, unit, part_of, answer] = row else { unreachable!("four columns") };
            if unit.is_none() && part_of.is_some_and(|part_of| uses.contains(part_of)) {
                person.interactions.extend(id.map(str::to_owned));
                person.answers.extend(answer.map(str::to_owned));
            }
        })
        .await?;
        let mut theirs = HashSet::new();
        each(actions, &["id", "unit", "interaction"], |row| {
            let [id, unit, interaction] = row else { unreachable!("three columns") };
            if *unit == Some(person.unit.as_str()) || person.has(*interaction) {
                theirs.extend(id.map(str::to_owned));
            }
        })
        .await?;
        person.actions = theirs;
        Ok(person)
    }

    /// The rows without theirs, and without their name in those of others; `None` if nothing changes.
    pub fn cleaned(&self, table: &str, rows: &RecordBatch) -> Option<RecordBatch> {
        let theirs = self.theirs(table, rows);
        let kept = not(&theirs).expect("a mask");
        let kept = filter_record_batch(rows, &kept).expect("the mask is as long as the rows");
        let named = self.named(table, &kept);
        if theirs.true_count() == 0 && named.is_empty() {
            return None;
        }
        let mut columns = kept.columns().to_vec();
        for (column, mask) in named {
            columns[column] = nullif(&columns[column], &mask).expect("text can be empty");
        }
        Some(RecordBatch::try_new(kept.schema(), columns).expect("the same columns"))
    }

    /// How many rows are theirs, and how many values in others name them.
    pub fn count(&self, table: &str, rows: &RecordBatch) -> (u64, u64) {
        let theirs = self.theirs(table, rows);
        let kept = not(&theirs).expect("a mask");
        let kept = filter_record_batch(rows, &kept).expect("the mask is as long as the rows");
        let values =
            self.named(table, &kept).iter().map(|(_, mask)| mask.true_count()).sum::<usize>();
        (theirs.true_count() as u64, values as u64)
    }

    /// True for each row that goes.
    fn theirs(&self, table: &str, rows: &RecordBatch) -> BooleanArray {
        let column = |name: &str| rows.column_by_name(name).map(|it| it.as_string::<i32>().clone());
        let (unit, author, target) = (column("unit"), column("author"), column("target"));
        let (kind, id, interaction) = (column("target_kind"), column("id"), column("interaction"));
        let (trace, refused) = (column("trace"), column("row"));
        let theirs = |row: usize| {
            is(unit.as_ref(), row, &self.unit)
                || is(author.as_ref(), row, &self.unit)
                || (table == "interactions" && self.has(at(id.as_ref(), row)))
                || self.has(at(interaction.as_ref(), row))
                || at(target.as_ref(), row)
                    .is_some_and(|target| self.is_target(target, at(kind.as_ref(), row)))
                || (table == "telemetry"
                    && at(trace.as_ref(), row).is_some_and(|it| self.traces.contains(it)))
                || at(refused.as_ref(), row).is_some_and(|row| self.is_in(row))
                || self.is_needed_name(rows, row)
        };
        (0..rows.num_rows()).map(|row| Some(theirs(row))).collect()
    }

    fn has(&self, interaction: Option<&str>) -> bool {
        interaction.is_some_and(|id| self.interactions.contains(id))
    }

    fn is_target(&self, target: &str, kind: Option<&str>) -> bool {
        match kind {
            None | Some("interaction") => self.interactions.contains(target),
            Some("action") => self.actions.contains(target),
            Some("response") => self.answers.contains(target),
            Some("trace") => self.traces.contains(target),
            Some("unit") => target == self.unit,
            Some(_) => false,
        }
    }

    /// True when a row that was refused is about them.
    fn is_in(&self, row: &str) -> bool {
        let Ok(row) = serde_json::from_str::<Value>(row) else { return row.contains(&self.unit) };
        self.names_value(&row, false)
    }

    fn names_value(&self, value: &Value, of_person: bool) -> bool {
        match value {
            Value::String(text) => self.is_name(text, of_person) || self.has(Some(text)),
            Value::Number(number) => of_person && self.is_name(&number.to_string(), true),
            Value::Array(values) => values.iter().any(|value| self.names_value(value, of_person)),
            Value::Object(values) => values.iter().any(|(key, value)| {
                self.names_value(value, of_person || ["unit", "author"].contains(&key.as_str()))
            }),
            Value::Null | Value::Bool(_) => false,
        }
    }

    fn is_name(&self, text: &str, of_person: bool) -> bool {
        let is = |name: &str| text == name && (of_person || name.len() >= TELLING_FROM);
        is(&self.unit) || self.user_id.as_deref().is_some_and(is)
    }

    /// True when a column that cannot be emptied holds the name.
    fn is_needed_name(&self, rows: &RecordBatch, row: usize) -> bool {
        self.is_telling()
            && NEEDED.iter().any(|name| {
                let column = rows.column_by_name(name).and_then(|it| it.as_string_opt::<i32>());
                column.is_some_and(|it| it.is_valid(row) && it.value(row) == self.unit)
            })
    }

    fn is_telling(&self) -> bool {
        self.unit.len() >= TELLING_FROM
    }

    /// Columns in which a value names them, with the rows.
    fn named(&self, table: &str, rows: &RecordBatch) -> Vec<(usize, BooleanArray)> {
        if !self.is_telling() || table == "quarantine" {
            return Vec::new();
        }
        let quoted = format!("{}", Value::from(self.unit.as_str()));
        let mut named = Vec::new();
        for (column, values) in rows.columns().iter().enumerate() {
            let mask = match values.data_type() {
                DataType::Utf8 => self.named_texts(values.as_string::<i32>(), &quoted),
                DataType::List(_) => self.named_lists(values),
                _ => continue,
            };
            if mask.true_count() > 0 {
                named.push((column, mask));
            }
        }
        named
    }

    /// Text that is the name, or JSON in which it is a value or a key.
    fn named_texts(&self, texts: &StringArray, quoted: &str) -> BooleanArray {
        let is = |text: &str| text == self.unit || (text.starts_with('{') && text.contains(quoted));
        texts.iter().map(|text| Some(text.is_some_and(is))).collect()
    }

    fn named_lists(&self, lists: &ArrayRef) -> BooleanArray {
        let has = |list: ArrayRef| {
            let texts: Option<StringArray> = list.as_string_opt::<i32>().cloned();
            texts.is_some_and(|texts| texts.iter().flatten().any(|text| text == self.unit))
        };
        lists.as_list::<i32>().iter().map(|list| Some(list.is_some_and(has))).collect()
    }
}

fn at(column: Option<&StringArray>, row: usize) -> Option<&str> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
}

fn is(column: Option<&StringArray>, row: usize, name: &str) -> bool {
    at(column, row) == Some(name)
}

/// Hands each row's values of some text columns to `see`.
async fn each(
    snapshot: &Snapshot,
    columns: &[&str],
    mut see: impl FnMut(&[Option<&str>]) + Send,
) -> Result<(), Error> {
    for file in &snapshot.files {
        let mut batch = |rows: &RecordBatch| {
            let columns: Vec<Arc<StringArray>> =
                rows.columns().iter().map(|it| Arc::new(it.as_string::<i32>().clone())).collect();
            for row in 0..rows.num_rows() {
                let value = |column: &'_ Arc<StringArray>| column.is_valid(row);
                let values: Vec<Option<&str>> =
                    columns.iter().map(|it| value(it).then(|| it.value(row))).collect();
                see(&values);
            }
        };
        read::read_columns(snapshot, file, columns, &mut batch).await?;
    }
    Ok(())
}
