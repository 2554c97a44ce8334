//! Rows for people: aligned columns, numbers to the right, long text cut.

use std::fmt::Write;

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::datatypes::Schema;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::form::as_texts;
use crate::error::Error;

/// A value that is wider ends in `…`.
const WIDEST: usize = 64;
const BETWEEN: &str = "  ";

/// The rows so far.
pub struct Lines {
    columns: Vec<Head>,
    rows: Vec<Vec<String>>,
}

struct Head {
    name: String,
    is_number: bool,
    width: usize,
}

impl Lines {
    pub fn new(columns: &Schema) -> Lines {
        let head = |name: &str, is_number| {
            let name = shown(name);
            Head { width: name.width(), name, is_number }
        };
        let columns = columns.fields().iter();
        let columns = columns.map(|it| head(it.name(), it.data_type().is_numeric())).collect();
        Lines { columns, rows: Vec::new() }
    }

    pub fn take(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let columns: Result<Vec<_>, Error> = batch.columns().iter().map(as_texts).collect();
        let columns = columns?;
        for row in 0..batch.num_rows() {
            let value = |column: &datafusion::arrow::array::StringArray| {
                if column.is_valid(row) { shown(column.value(row)) } else { String::new() }
            };
            let values: Vec<String> = columns.iter().map(value).collect();
            for (head, value) in self.columns.iter_mut().zip(&values) {
                head.width = head.width.max(value.width());
            }
            self.rows.push(values);
        }
        Ok(())
    }

    pub fn text(&self) -> String {
        let mut text = self.line(self.columns.iter().map(|head| head.name.as_str()));
        let rules: Vec<String> = self.columns.iter().map(|head| "─".repeat(head.width)).collect();
        text += &self.line(rules.iter().map(String::as_str));
        for row in &self.rows {
            text += &self.line(row.iter().map(String::as_str));
        }
        text
    }

    fn line<'a>(&self, values: impl Iterator<Item = &'a str>) -> String {
        let mut line = String::new();
        for (head, value) in self.columns.iter().zip(values) {
            let gap = " ".repeat(head.width - value.width());
            let (before, after) =
                if head.is_number { (gap, String::new()) } else { (String::new(), gap) };
            let _ = write!(line, "{before}{value}{after}{BETWEEN}");
        }
        line.truncate(line.trim_end().len());
        line + "\n"
    }
}

/// A value on one line, that can command no terminal.
fn shown(value: &str) -> String {
    let mut shown = String::new();
    let mut width = 0;
    for letter in value.chars() {
        let letter = if is_plain(letter) { letter } else { '\u{fffd}' };
        width += letter.width().unwrap_or(0);
        if width > WIDEST {
            shown.push('…');
            break;
        }
        shown.push(letter);
    }
    shown
}

/// True for what shows itself: no control, and nothing that turns the direction of writing.
fn is_plain(letter: char) -> bool {
    let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !letter.is_control() && !turns
}
