//! What is counted of one column, row by row; parts add up to the whole in any order.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::Timestamp;
use trueup_evidence::profile::{Class, Column, Holds, Value};

use super::cells::{Cell, Cells};
use super::code::ByCode;
use super::distinct::{KEPT, Smallest};
use super::sentinel::Suspects;

/// Beyond so many different values they are not listed.
pub const MOST_VALUES: usize = 1_000;
/// A label with more values has no classes.
pub const MOST_CLASSES: usize = 50;
/// A longer value is cut where it is shown.
const LONGEST_SHOWN: usize = 60;

/// Rows by the label's code.
#[derive(Debug, Clone, Default)]
pub struct ByClass(Vec<(u64, u64)>);

/// The counts of a column so far.
#[derive(Debug)]
pub struct Tally {
    pub name: String,
    pub is_typed: bool,
    nulls: u64,
    empty: u64,
    nan: u64,
    infinite: u64,
    /// What the other values are.
    numbers: u64,
    whole: u64,
    truths: u64,
    times: u64,
    /// Words that stand for a missing value, and all others.
    suspected: u64,
    words: u64,
    /// Of these, texts of several words.
    prose: u64,
    nested: u64,
    is_text: bool,
    suspects: Suspects,
    distinct: Smallest,
    values: Option<ByCode<Seen>>,
    missing_by_class: ByClass,
}

#[derive(Debug)]
struct Seen {
    text: String,
    rows: u64,
    by_class: ByClass,
}

impl ByClass {
    /// One more class than a label may have is enough to know that it has too many.
    fn add(&mut self, class: u64, rows: u64) {
        if let Some((_, count)) = self.0.iter_mut().find(|(known, _)| *known == class) {
            *count += rows;
        } else if self.0.len() <= MOST_CLASSES {
            self.0.push((class, rows));
        }
    }

    /// One row.
    fn take(&mut self, label: Option<u64>) {
        if let Some(class) = label {
            self.add(class, 1);
        }
    }

    fn merge(&mut self, other: &ByClass) {
        other.0.iter().for_each(|(class, rows)| self.add(*class, *rows));
    }

    fn in_order(&self, classes: &[u64]) -> Vec<u64> {
        let rows = |class: &u64| self.0.iter().find(|(known, _)| known == class);
        classes.iter().map(|class| rows(class).map_or(0, |(_, rows)| *rows)).collect()
    }
}

impl Tally {
    pub fn new(name: &str, is_typed: bool) -> Tally {
        Tally {
            name: name.to_owned(),
            is_typed,
            nulls: 0,
            empty: 0,
            nan: 0,
            infinite: 0,
            numbers: 0,
            whole: 0,
            truths: 0,
            times: 0,
            suspected: 0,
            words: 0,
            prose: 0,
            nested: 0,
            is_text: false,
            suspects: Suspects::default(),
            distinct: Smallest::new(KEPT),
            values: Some(ByCode::default()),
            missing_by_class: ByClass::default(),
        }
    }

    /// Counts some rows. `labels` are the codes of their labels.
    pub fn take(
        &mut self,
        column: &ArrayRef,
        cells: &Cells,
        codes: &[u64],
        labels: &[Option<u64>],
    ) {
        self.is_text |= cells.is_text();
        for (row, (code, label)) in codes.iter().zip(labels).enumerate() {
            let cell = cells.get(row);
            self.count(cell);
            if cell.is_missing() {
                self.missing_by_class.take(*label);
                continue;
            }
            self.distinct.add(*code);
            self.keep(*code, *label, || shown(column, row));
        }
    }

    fn count(&mut self, cell: Cell<'_>) {
        let suspected = self.suspects.take(cell);
        match cell {
            Cell::Null => self.nulls += 1,
            Cell::Empty => self.empty += 1,
            Cell::Nan => self.nan += 1,
            Cell::Infinite => self.infinite += 1,
            Cell::Number(_, whole) => {
                self.numbers += 1;
                self.whole += u64::from(whole);
            }
            Cell::Truth(_) => self.truths += 1,
            Cell::Time(_) => self.times += 1,
            Cell::Word(_) if suspected => self.suspected += 1,
            Cell::Word(text) => {
                self.words += 1;
                self.prose += u64::from(text.trim().contains(char::is_whitespace));
            }
            Cell::Nested => self.nested += 1,
        }
    }

    fn keep(&mut self, code: u64, label: Option<u64>, text: impl FnOnce() -> String) {
        let Some(values) = &mut self.values else { return };
        let seen = values.entry(code).or_insert_with(|| Seen {
            text: text(),
            rows: 0,
            by_class: ByClass::default(),
        });
        seen.rows += 1;
        seen.by_class.take(label);
        if values.len() > MOST_VALUES {
            self.values = None;
        }
    }

    pub fn merge(&mut self, other: Tally) {
        self.nulls += other.nulls;
        self.empty += other.empty;
        self.nan += other.nan;
        self.infinite += other.infinite;
        self.numbers += other.numbers;
        self.whole += other.whole;
        self.truths += other.truths;
        self.times += other.times;
        self.suspected += other.suspected;
        self.words += other.words;
        self.prose += other.prose;
        self.nested += other.nested;
        self.is_text |= other.is_text;
        self.suspects.merge(other.suspects);
        self.distinct.merge(other.distinct);
        self.missing_by_class.merge(&other.missing_by_class);
        self.values =
            self.values.take().zip(other.values).and_then(|(own, more)| together(own, more));
    }

    /// The column's values as classes with their codes, most frequent first.
    pub fn classes(&self) -> Option<Vec<(u64, Class)>> {
        let values = self.values.as_ref().filter(|values| values.len() <= MOST_CLASSES)?;
        let class = |seen: &Seen| Class { value: seen.text.clone(), rows: seen.rows };
        let mut classes: Vec<_> = values.iter().map(|(code, seen)| (*code, class(seen))).collect();
        classes.sort_by(|(_, one), (_, other)| {
            other.rows.cmp(&one.rows).then_with(|| one.value.cmp(&other.value))
        });
        Some(classes)
    }

    pub fn finish(self, classes: &[u64]) -> Column {
        let (holds, present) = (self.holds(), self.present());
        let mut distinct = self.distinct.count();
        // An estimate may go beyond what there can be.
        distinct.values = distinct.values.min(present);
        let suspects = self.suspects.settle(distinct.values);
        let value = |seen: Seen| Value {
            by_class: seen.by_class.in_order(classes),
            text: seen.text,
            rows: seen.rows,
        };
        let mut values: Option<Vec<Value>> =
            self.values.map(|values| values.into_values().map(value).collect());
        if let Some(values) = &mut values {
            values.sort_by(|one, other| {
                other.rows.cmp(&one.rows).then_with(|| one.text.cmp(&other.text))
            });
        }
        Column {
            name: self.name,
            holds,
            is_typed: self.is_typed,
            is_prose: 2 * self.prose > self.words,
            nulls: self.nulls,
            empty: self.empty,
            nan: self.nan,
            infinite: self.infinite,
            sentinels: suspects.found(),
            numbers_in_text: if self.is_text { self.numbers } else { 0 },
            range: if self.words == 0 { range(holds, &suspects) } else { None },
            distinct,
            values,
            missing_by_class: self.missing_by_class.in_order(classes),
            order: Vec::new(),
        }
    }

    /// Rows with a value.
    fn present(&self) -> u64 {
        self.infinite
            + self.numbers
            + self.truths
            + self.times
            + self.suspected
            + self.words
            + self.nested
    }

    /// By the type that the source names, or else by what all values look like.
    fn holds(&self) -> Holds {
        let numbers = self.numbers + self.infinite;
        let all = numbers + self.truths + self.times + self.words + self.nested;
        if all + self.suspected == 0 {
            return Holds::Nothing;
        }
        let is_plain_text =
            self.is_text && (self.is_typed || self.suspected == all + self.suspected);
        match all {
            _ if is_plain_text => Holds::Text,
            all if self.nested == all => Holds::Nested,
            all if numbers == all && self.whole == all => Holds::Whole,
            all if numbers == all => Holds::Number,
            all if self.truths == all => Holds::Truth,
            all if self.times == all => Holds::Time,
            _ => Holds::Text,
        }
    }
}

fn together(mut own: ByCode<Seen>, more: ByCode<Seen>) -> Option<ByCode<Seen>> {
    for (code, more) in more {
        match own.get_mut(&code) {
            Some(seen) => {
                seen.rows += more.rows;
                seen.by_class.merge(&more.by_class);
            }
            None => drop(own.insert(code, more)),
        }
    }
    (own.len() <= MOST_VALUES).then_some(own)
}

fn range(holds: Holds, suspects: &Suspects) -> Option<(String, String)> {
    let moment = |time: i64| {
        Timestamp::from_microsecond(time)
            .map_or_else(|_| format!("{time} µs"), |time| time.to_string())
    };
    if holds == Holds::Time {
        return suspects.times.map(|(low, high)| (moment(low), moment(high)));
    }
    suspects.range.map(|(low, high)| (low.to_string(), high.to_string()))
}

/// A value as it is shown.
fn shown(column: &ArrayRef, row: usize) -> String {
    let options = FormatOptions::default();
    // A value without a text is told by its type.
    let text = ArrayFormatter::try_new(column.as_ref(), &options)
        .and_then(|texts| texts.value(row).try_to_string())
        .unwrap_or_else(|_| column.data_type().to_string());
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
