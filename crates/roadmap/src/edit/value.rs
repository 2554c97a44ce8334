//! A TOML value as it is written. Two values are equal when they mean the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};
use toml_writer::{ToTomlKey, ToTomlValue, TomlStringBuilder};

use super::EditError;
use crate::syntax::{self, Node, StatementKind};

/// A value as it is, or is to be, written: `0.70`, `"pilot"`, `["ana", "bo"]`.
///
/// Equal to another when both mean the same: `0.70` is `0.7`, and `1` is `1.0`.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    meaning: Meaning,
    written: Written,
}

/// The sorts of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Flag,
    /// A date or a time.
    Moment,
    List,
    Table,
}

/// A spelling, which is of no matter when values are compared.
#[derive(Debug, Clone)]
struct Written(String);

impl PartialEq for Written {
    fn eq(&self, _: &Written) -> bool {
        true
    }
}

/// What a value says.
#[derive(Debug, Clone)]
pub(super) enum Meaning {
    Text(String),
    Whole(i64),
    Number(f64),
    Flag(bool),
    Moment(String),
    List(Vec<Meaning>),
    Table(BTreeMap<String, Meaning>),
}

impl PartialEq for Meaning {
    fn eq(&self, other: &Meaning) -> bool {
        use Meaning::{Flag, List, Moment, Number, Table, Text, Whole};
        match (self, other) {
            (Text(a), Text(b)) | (Moment(a), Moment(b)) => a == b,
            (Whole(a), Whole(b)) => a == b,
            (Number(a), Number(b)) => same(*a, *b),
            (Whole(whole), Number(number)) | (Number(number), Whole(whole)) => {
                same(*whole as f64, *number)
            }
            (Flag(a), Flag(b)) => a == b,
            (List(a), List(b)) => a == b,
            (Table(a), Table(b)) => a == b,
            _ => false,
        }
    }
}

fn same(a: f64, b: f64) -> bool {
    a.total_cmp(&b).is_eq() || (a == 0.0 && b == 0.0)
}

impl Value {
    /// Reads a value as TOML spells it.
    pub fn parse(written: &str) -> Result<Value, EditError> {
        let written = written.trim();
        let not_a_value = || EditError::NotAValue { text: written.to_owned() };
        let text = format!("{KEY}{written}");
        let table = DeTable::parse(&text).map_err(|_| not_a_value())?;
        let node = node(&text).filter(|node| node.span == (KEY.len()..text.len()));
        match (node, table.get_ref().get("v")) {
            (Some(_), Some(value)) => Ok(Value::new(value.get_ref(), written)),
            _ => Err(not_a_value()),
        }
    }

    pub(super) fn new(value: &DeValue<'_>, written: &str) -> Value {
        Value { meaning: Meaning::of(value), written: Written(written.to_owned()) }
    }

    /// The value in TOML.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written.0
    }

    /// The text, of a text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.meaning {
            Meaning::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What sort of value it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.meaning {
            Meaning::Text(_) => Kind::Text,
            Meaning::Whole(_) | Meaning::Number(_) => Kind::Number,
            Meaning::Flag(_) => Kind::Flag,
            Meaning::Moment(_) => Kind::Moment,
            Meaning::List(_) => Kind::List,
            Meaning::Table(_) => Kind::Table,
        }
    }

    /// The elements as they are written, of a list.
    #[must_use]
    pub fn items(&self) -> Option<Vec<Value>> {
        if self.kind() != Kind::List {
            return None;
        }
        let text = format!("{KEY}{}", self.written());
        let node = node(&text)?;
        node.items().map(|item| Value::parse(&text[item.value.span.clone()]).ok()).collect()
    }

    /// True unless it is a list or a table.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        !matches!(self.meaning, Meaning::List(_) | Meaning::Table(_))
    }

    pub(super) fn is_table(&self) -> bool {
        matches!(self.meaning, Meaning::Table(_))
    }

    pub(super) fn means(&self, meaning: &Meaning) -> bool {
        self.meaning == *meaning
    }

    /// Each key of a table with its value, as written.
    pub(super) fn entries(&self) -> Vec<String> {
        let text = format!("{KEY}{}", self.written());
        let Some(table) = node(&text).filter(Node::is_table) else { return Vec::new() };
        let entry = |item: &syntax::Entry| {
            let keys: Vec<&str> = item.keys.iter().map(|key| &text[key.clone()]).collect();
            format!("{} = {}", keys.join("."), &text[item.value.span.clone()])
        };
        table.items().map(entry).collect()
    }
}

/// What a value is written behind, to be read.
const KEY: &str = "v = ";

/// The value of a text that is one entry and nothing else.
fn node(text: &str) -> Option<Node> {
    let statement = syntax::statements(text).pop()?;
    match statement.kind {
        StatementKind::Entry(entry) if statement.line == (0..text.len()) => Some(entry.value),
        _ => None,
    }
}

impl Meaning {
    pub(super) fn of(value: &DeValue<'_>) -> Meaning {
        match value {
            DeValue::String(text) => Meaning::Text(text.to_string()),
            DeValue::Integer(whole) => i64::from_str_radix(whole.as_str(), whole.radix())
                .map_or_else(|_| Meaning::Moment(whole.to_string()), Meaning::Whole),
            DeValue::Float(number) => number
                .as_str()
                .parse()
                .map_or_else(|_| Meaning::Moment(number.to_string()), Meaning::Number),
            DeValue::Boolean(flag) => Meaning::Flag(*flag),
            DeValue::Datetime(moment) => Meaning::Moment(moment.to_string()),
            DeValue::Array(items) => {
                Meaning::List(items.iter().map(|item| Meaning::of(item.get_ref())).collect())
            }
            DeValue::Table(table) => Meaning::table(table),
        }
    }

    /// As we write it, in one line.
    pub(super) fn value(&self) -> Value {
        match self {
            Meaning::Text(text) => Value::from(text.as_str()),
            Meaning::Whole(whole) => Value::from(*whole),
            Meaning::Number(number) => Value::from(*number),
            Meaning::Flag(flag) => Value::from(*flag),
            Meaning::Moment(moment) => ours(moment),
            Meaning::List(items) => items.iter().map(Meaning::value).collect(),
            Meaning::Table(entries) => {
                entries.iter().map(|(key, value)| (key.as_str(), value.value())).collect()
            }
        }
    }

    fn table(table: &DeTable<'_>) -> Meaning {
        let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
            let name: &std::borrow::Cow<'_, str> = key.get_ref();
            (name.to_string(), Meaning::of(value.get_ref()))
        };
        Meaning::Table(table.iter().map(entry).collect())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.written())
    }
}

/// A value that was written by us.
fn ours(written: &str) -> Value {
    Value::parse(written).expect("what we write is TOML")
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        ours(&TomlStringBuilder::new(text).as_basic().to_toml_value())
    }
}

impl From<i64> for Value {
    fn from(whole: i64) -> Value {
        ours(&whole.to_string())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        ours(&number.to_toml_value())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        ours(&flag.to_string())
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Value {
        ours(&date.to_string())
    }
}

/// A list.
impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Value {
        let items: Vec<String> = items.into_iter().map(|item| item.written.0).collect();
        ours(&format!("[{}]", items.join(", ")))
    }
}

/// A table; of two entries with one key the first counts.
impl<'k> FromIterator<(&'k str, Value)> for Value {
    fn from_iter<I: IntoIterator<Item = (&'k str, Value)>>(entries: I) -> Value {
        let mut seen = BTreeSet::new();
        let entries = entries.into_iter().filter(|(key, _)| seen.insert(*key));
        let entry = |(key, value): (&str, Value)| format!("{} = {value}", key.to_toml_key());
        let entries: Vec<String> = entries.map(entry).collect();
        let entries = entries.join(", ");
        ours(&if entries.is_empty() { "{}".to_owned() } else { format!("{{ {entries} }}") })
    }
}
