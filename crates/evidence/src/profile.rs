//! What may be asked of a table before a bet is framed, and the counts that come back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

/// What the columns of a table are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    /// What a model would have to say.
    pub label: Option<String>,
    /// Whom it must serve alike.
    pub groups: Vec<String>,
    /// When a row happened.
    pub time: Option<String>,
    /// What a row is told from others by.
    pub id: Option<String>,
    /// Times after this are in the future.
    pub as_of: Timestamp,
}

/// Everything that is counted of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    pub rows: u64,
    pub columns: Vec<Column>,
    /// The label's values, most frequent first; `None` without a label, or where they are too many to
    /// be classes.
    pub classes: Option<Vec<Class>>,
    /// Rows by all their columns.
    pub whole_rows: Repeats,
    /// Rows by their id; those without one are left out.
    pub ids: Option<Repeats>,
    /// Rows by what a model may see.
    pub features: Option<Features>,
    pub times: Option<Times>,
    /// What [`Column::order`] rests on.
    pub sample: Sample,
}

impl Counts {
    /// A column by its name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Text,
    Number,
    Whole,
    Truth,
    Time,
    /// Lists, objects, bytes and whatever else has parts.
    Nested,
    /// No value at all.
    Nothing,
}

/// One column, counted over all rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub holds: Holds,
    /// The source names a type. Of CSV it does not: there `holds` is what the values look like.
    pub is_typed: bool,
    /// Most of its texts are of several words.
    pub is_prose: bool,
    pub nulls: u64,
    /// Texts without a letter.
    pub empty: u64,
    /// Not a number, also written out in a text.
    pub nan: u64,
    pub infinite: u64,
    /// Values that often stand for a missing one, with their rows.
    pub sentinels: BTreeMap<String, u64>,
    /// Of a column of texts: values that read as numbers.
    pub numbers_in_text: u64,
    /// The smallest and the largest number or time, without sentinels.
    pub range: Option<(String, String)>,
    pub distinct: Distinct,
    /// Each value with its rows, most frequent first; `None` where there are too many.
    pub values: Option<Vec<Value>>,
    /// Rows without a value, by the label's class.
    pub missing_by_class: Vec<u64>,
    /// How numbers or times are ordered by each class, in the order of the classes; empty where the
    /// column has no order or the label no classes.
    pub order: Vec<Order>,
}

impl Column {
    /// Rows without a value: NULL, an empty text, not a number.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.nulls + self.empty + self.nan
    }
}

/// How many different values there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distinct {
    pub values: u64,
    /// Counted, and not estimated.
    pub is_exact: bool,
}

/// One value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    pub text: String,
    pub rows: u64,
    /// Rows with a label, in the order of the classes.
    pub by_class: Vec<u64>,
}

impl Value {
    /// Rows that have a label.
    #[must_use]
    pub fn labelled(&self) -> u64 {
        self.by_class.iter().sum()
    }
}

/// One value of the label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    pub value: String,
    pub rows: u64,
}

/// Rows under keys, told apart by 64-bit hashes of the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repeats {
    pub rows: u64,
    pub keys: u64,
    /// Keys with more than one row.
    pub repeated_keys: u64,
    /// Keys whose rows have different labels.
    pub conflicting_keys: u64,
    /// Rows under those keys.
    pub conflicting_rows: u64,
}

impl Repeats {
    /// Rows beyond the first of their key.
    #[must_use]
    pub fn extra(&self) -> u64 {
        self.rows - self.keys
    }
}

/// Rows by what a model may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Features {
    /// All columns but the label, the id, the time and those that name nearly every row; prose may.
    pub columns: Vec<String>,
    pub repeats: Repeats,
}

/// Rows in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    pub missing: u64,
    /// Values that read as no time.
    pub unread: u64,
    /// Rows later than the moment asked about.
    pub future: u64,
    pub first: Option<Timestamp>,
    pub last: Option<Timestamp>,
    /// Rows by the Monday of their week, UTC.
    pub weeks: BTreeMap<Date, u64>,
}

/// The rows that order was looked at in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sample {
    pub rows: u64,
    /// They are all rows.
    pub is_whole: bool,
}

/// How a column orders the rows of one class among the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// Rows of the class that have a number.
    pub of_class: u64,
    /// Rows of other classes that have one.
    pub of_others: u64,
    /// Pairs of the two in which that of the class is larger; a tie is half a pair.
    pub above: f64,
}
