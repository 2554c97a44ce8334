//! What a single value is, whatever its column's type: a number in a text is a number.

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, StringViewArray,
    TimestampMicrosecondArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::arrow::error::ArrowError;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, date};

/// A text that is longer is no time.
const LONGEST_TIME: usize = 40;
/// A text that is longer is no number either.
const LONGEST_NUMBER: usize = 40;

/// One value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    Null,
    /// A text without a letter.
    Empty,
    Nan,
    Infinite,
    /// And whether it is whole.
    Number(f64, bool),
    Truth(bool),
    /// Microseconds since 1970.
    Time(i64),
    Word(&'a str),
    Nested,
}

/// A column by what its values are.
pub enum Cells {
    Texts(StringViewArray),
    Numbers(Float64Array, bool),
    Truths(BooleanArray),
    Times(TimestampMicrosecondArray),
    Nested(ArrayRef),
}

impl Cells {
    pub fn of(column: &ArrayRef) -> Result<Cells, ArrowError> {
        Ok(match column.data_type() {
            DataType::Dictionary(_, values) => return Cells::of(&cast(column, values)?),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                Cells::Texts(cast(column, &DataType::Utf8View)?.as_string_view().clone())
            }
            DataType::Boolean => Cells::Truths(column.as_boolean().clone()),
            DataType::Timestamp(_, zone) => {
                let times =
                    cast(column, &DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))?;
                Cells::Times(times.as_primitive::<TimestampMicrosecondType>().clone())
            }
            DataType::Date32 | DataType::Date64 => {
                let times = cast(column, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
                Cells::Times(times.as_primitive::<TimestampMicrosecondType>().clone())
            }
            kind if kind.is_numeric() => {
                let numbers = cast(column, &DataType::Float64)?;
                let numbers = numbers.as_primitive::<Float64Type>().clone();
                Cells::Numbers(numbers, kind.is_integer())
            }
            _ => Cells::Nested(column.clone()),
        })
    }

    pub fn is_text(&self) -> bool {
        matches!(self, Cells::Texts(_))
    }

    pub fn get(&self, row: usize) -> Cell<'_> {
        if self.is_null(row) {
            return Cell::Null;
        }
        match self {
            Cells::Texts(texts) => read(texts.value(row)),
            Cells::Numbers(numbers, whole) => number(numbers.value(row), *whole),
            Cells::Truths(truths) => Cell::Truth(truths.value(row)),
            Cells::Times(times) => Cell::Time(times.value(row)),
            Cells::Nested(_) => Cell::Nested,
        }
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            Cells::Texts(texts) => texts.is_null(row),
            Cells::Numbers(numbers, _) => numbers.is_null(row),
            Cells::Truths(truths) => truths.is_null(row),
            Cells::Times(times) => times.is_null(row),
            Cells::Nested(parts) => parts.is_null(row) || parts.data_type() == &DataType::Null,
        }
    }
}

impl Cell<'_> {
    /// NULL, an empty text, not a number.
    pub fn is_missing(self) -> bool {
        matches!(self, Cell::Null | Cell::Empty | Cell::Nan)
    }

    /// What it is ordered by.
    #[expect(clippy::cast_precision_loss, reason = "an order to the microsecond is not needed")]
    pub fn size(self) -> Option<f64> {
        match self {
            Cell::Number(number, _) => Some(number),
            Cell::Truth(truth) => Some(f64::from(u8::from(truth))),
            Cell::Time(time) => Some(time as f64),
            _ => None,
        }
    }
}

fn number(number: f64, whole: bool) -> Cell<'static> {
    if number.is_nan() {
        Cell::Nan
    } else if number.is_infinite() {
        Cell::Infinite
    } else {
        Cell::Number(number, whole || number.fract() == 0.0)
    }
}

/// What a text says.
pub fn read(text: &str) -> Cell<'_> {
    let trimmed = text.trim();
    let Some(&first) = trimmed.as_bytes().first() else { return Cell::Empty };
    let may_be_number =
        trimmed.len() <= LONGEST_NUMBER && (first.is_ascii_digit() || b"+-.iInN".contains(&first));
    if may_be_number && let Ok(found) = trimmed.parse::<f64>() {
        let written_whole = !trimmed.bytes().any(|byte| b".eE".contains(&byte));
        return number(found, written_whole);
    }
    if trimmed.eq_ignore_ascii_case("true") || trimmed.eq_ignore_ascii_case("false") {
        return Cell::Truth(trimmed.len() == 4);
    }
    time(trimmed).map_or(Cell::Word(text), Cell::Time)
}

/// Microseconds since 1970 of a text such as `2026-03-01`, `2026-03-01 10:00` or
/// `2026-03-01T10:00:00Z`; without a zone it is UTC.
pub fn time(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let may_be_time = (8..=LONGEST_TIME).contains(&bytes.len())
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-';
    if !may_be_time {
        return None;
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.as_microsecond());
    }
    let civil = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(DateTime::from));
    let since = civil.ok()?.duration_since(date(1970, 1, 1).to_datetime(Time::midnight()));
    i64::try_from(since.as_micros()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_what_they_say() {
        for (text, cell) in [
            ("", Cell::Empty),
            ("  ", Cell::Empty),
            ("NaN", Cell::Nan),
            ("-inf", Cell::Infinite),
            ("-1", Cell::Number(-1.0, true)),
            (" 2.5 ", Cell::Number(2.5, false)),
            ("1e3", Cell::Number(1000.0, true)),
            ("True", Cell::Truth(true)),
            ("1970-01-01", Cell::Time(0)),
            ("1970-01-01T00:00:01Z", Cell::Time(1_000_000)),
            ("1970-01-01 00:00:01", Cell::Time(1_000_000)),
            ("9999-12-31", Cell::Time(253_402_214_400_000_000)),
            ("1970-13-01", Cell::Word("1970-13-01")),
            ("nobody", Cell::Word("nobody")),
            ("N/A", Cell::Word("N/A")),
        ] {
            assert_eq!(read(text), cell, "{text}");
        }
    }
}
