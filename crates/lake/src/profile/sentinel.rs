//! Values that often stand for a missing one.
//!
//! A text is one by what it says. A number or a day is one only where it lies outside of everything
//! else in its column: 999 is a usual amount and an unusual age.

use std::collections::BTreeMap;

use super::cells::Cell;
use crate::columns::MICROSECONDS_PER_DAY;

const WORDS: [&str; 23] = [
    "n/a",
    "na",
    "#n/a",
    "null",
    "none",
    "nil",
    "unknown",
    "undefined",
    "missing",
    "-",
    "--",
    "?",
    "??",
    ".",
    "...",
    "tbd",
    "not available",
    "not applicable",
    "no answer",
    "no data",
    "(blank)",
    "(null)",
    "<na>",
];
const LONGEST_WORD: usize = 14;
const NUMBERS: [f64; 13] = [
    -1.0,
    -9.0,
    -99.0,
    -999.0,
    -9999.0,
    -99999.0,
    99.0,
    999.0,
    9999.0,
    99999.0,
    999_999.0,
    2_147_483_647.0,
    -2_147_483_648.0,
];
/// Days since 1970, and how they are written.
const DAYS: [(i64, &str); 4] = [
    (0, "1970-01-01"),
    (-25_567, "1900-01-01"),
    (-719_162, "0001-01-01"),
    (2_932_896, "9999-12-31"),
];
/// With fewer other values a -1 is a class as good as any.
const LEAST_OTHERS: u64 = 3;

/// Suspects among the values of a column, and the range of everything else.
#[derive(Debug, Clone, Default)]
pub struct Suspects {
    words: BTreeMap<String, u64>,
    numbers: [u64; NUMBERS.len()],
    days: [u64; DAYS.len()],
    /// Of the other numbers.
    pub range: Option<(f64, f64)>,
    /// Of the other times.
    pub times: Option<(i64, i64)>,
}

impl Suspects {
    /// Whether it is one by what it says.
    pub fn take(&mut self, cell: Cell<'_>) -> bool {
        match cell {
            Cell::Word(text) => return self.take_word(text.trim()),
            Cell::Number(number, _) => {
                match NUMBERS.iter().position(|known| number.total_cmp(known).is_eq()) {
                    Some(at) => self.numbers[at] += 1,
                    None => wider(&mut self.range, number, f64::min, f64::max),
                }
            }
            Cell::Time(time) => {
                match DAYS.iter().position(|(day, _)| day * MICROSECONDS_PER_DAY == time) {
                    Some(at) => self.days[at] += 1,
                    None => wider(&mut self.times, time, i64::min, i64::max),
                }
            }
            _ => {}
        }
        false
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_one = word.len() <= LONGEST_WORD
            && WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
        if is_one {
            *self.words.entry(word.to_owned()).or_default() += 1;
        }
        is_one
    }

    pub fn merge(&mut self, other: Suspects) {
        for (word, rows) in other.words {
            *self.words.entry(word).or_default() += rows;
        }
        self.numbers.iter_mut().zip(other.numbers).for_each(|(rows, more)| *rows += more);
        self.days.iter_mut().zip(other.days).for_each(|(rows, more)| *rows += more);
        if let Some((low, high)) = other.range {
            wider(&mut self.range, low, f64::min, f64::max);
            wider(&mut self.range, high, f64::min, f64::max);
        }
        if let Some((low, high)) = other.times {
            wider(&mut self.times, low, i64::min, i64::max);
            wider(&mut self.times, high, i64::min, i64::max);
        }
    }

    /// Those that are outside of everything else, among so many different values; the others are values,
    /// and so part of the range.
    pub fn settle(mut self, distinct: u64) -> Suspects {
        let (numbers, days) = (self.numbers, self.days);
        let kinds = numbers.iter().chain(&days).filter(|rows| **rows > 0).count() as u64;
        let few = distinct < kinds + LEAST_OTHERS;
        let (range, times) = (self.range, self.times);
        for (at, number) in NUMBERS.into_iter().enumerate().filter(|(at, _)| numbers[*at] > 0) {
            if few || range.is_none_or(|(low, high)| (low..=high).contains(&number)) {
                self.numbers[at] = 0;
                wider(&mut self.range, number, f64::min, f64::max);
            }
        }
        for (at, (day, _)) in DAYS.into_iter().enumerate().filter(|(at, _)| days[*at] > 0) {
            let time = day * MICROSECONDS_PER_DAY;
            if few || times.is_none_or(|(low, high)| (low..=high).contains(&time)) {
                self.days[at] = 0;
                wider(&mut self.times, time, i64::min, i64::max);
            }
        }
        self
    }

    /// Each with its rows.
    pub fn found(&self) -> BTreeMap<String, u64> {
        let numbers = NUMBERS.iter().map(f64::to_string).zip(self.numbers);
        let days = DAYS.iter().map(|(_, day)| (*day).to_owned()).zip(self.days);
        let mut found = self.words.clone();
        found.extend(numbers.chain(days).filter(|(_, rows)| *rows > 0));
        found
    }
}

fn wider<T: Copy>(
    range: &mut Option<(T, T)>,
    value: T,
    low: impl Fn(T, T) -> T,
    high: impl Fn(T, T) -> T,
) {
    *range = Some(range.map_or((value, value), |(from, to)| (low(from, value), high(to, value))));
}

#[cfg(test)]
mod tests {
    use super::super::cells::read;
    use super::*;

    #[track_caller]
    fn check(values: &[&str], expected: &[(&str, u64)]) {
        let mut suspects = Suspects::default();
        for value in values {
            suspects.take(read(value));
        }
        let distinct = values.iter().collect::<std::collections::BTreeSet<_>>().len();
        let found = suspects.settle(distinct as u64).found();
        let expected = expected.iter().map(|(value, rows)| ((*value).to_owned(), *rows)).collect();
        assert_eq!(found, expected, "{values:?}");
    }

    #[test]
    fn a_number_is_suspected_outside_of_the_others_alone() {
        check(&["31", "42", "18", "-1", "-1", "999"], &[("-1", 2), ("999", 1)]);
        check(&["31", "5000", "18", "999"], &[]);
        check(&["-1", "1", "-1"], &[]);
        check(&["-2", "-1", "0", "1"], &[]);
        check(&["-1", "-1"], &[]);
    }

    #[test]
    fn words_and_days_are_suspected() {
        check(&["N/A", "unknown", "Ann", "Bo", "N/A"], &[("N/A", 2), ("unknown", 1)]);
        check(&["2026-01-01", "2026-01-02", "2026-02-01", "1970-01-01"], &[("1970-01-01", 1)]);
        check(&["1960-05-01", "1980-03-02", "1972-02-01", "1970-01-01"], &[]);
    }
}
