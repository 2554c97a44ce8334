//! One thing that happened, on its way into the store: a row of one of the tables.

use jiff::Timestamp;

use crate::schema::{Field, Kind, Table};

/// A row that is not stored yet. Fields that nothing is known of are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub table: Table,
    /// Each field once, in any order.
    values: Vec<(&'static Field, Value)>,
}

/// What a field of an [`Event`] holds; its [`Kind`] is that of the field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    Texts(Vec<String>),
    Number(f64),
    Integer(i64),
    Time(Timestamp),
}

impl Event {
    /// A row of which nothing is known yet.
    #[must_use]
    pub fn new(table: Table) -> Event {
        Event { table, values: Vec::with_capacity(16) }
    }

    /// Sets a field, or replaces what it held. Empty text is no value.
    ///
    /// # Panics
    /// If the table stores no such field, or the value is of another kind.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        let field = self.table.field(name).filter(|field| field.formula.is_none());
        let field = field.expect("only fields of the table are set");
        assert_eq!(field.kind, value.kind(), "`{name}` takes another kind of value");
        if value == Value::Text(String::new()) {
            return;
        }
        match self.values.iter_mut().find(|(known, _)| known.name == name) {
            Some((_, known)) => *known = value,
            None => self.values.push((field, value)),
        }
    }

    /// Sets a field if there is a value.
    ///
    /// # Panics
    /// As [`Event::set`].
    pub fn set_some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// What a field holds.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(field, _)| field.name == name).map(|(_, value)| value)
    }

    /// The text that a field holds.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The time that a field holds.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        match self.get(name) {
            Some(Value::Time(time)) => Some(*time),
            _ => None,
        }
    }

    /// The fields that hold something.
    pub fn values(&self) -> impl Iterator<Item = (&'static Field, &Value)> {
        self.values.iter().map(|(field, value)| (*field, value))
    }
}

impl Value {
    /// The kind of field that takes this value.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Value::Text(_) => Kind::Text,
            Value::Texts(_) => Kind::Texts,
            Value::Number(_) => Kind::Number,
            Value::Integer(_) => Kind::Integer,
            Value::Time(_) => Kind::Time,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Value {
        Value::Texts(texts)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value::Number(number)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Value {
        Value::Integer(integer)
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Value {
        Value::Time(time)
    }
}
