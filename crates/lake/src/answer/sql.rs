//! What a plan becomes: one statement for each bet, table and shape of answer, that reads the bet's
//! rows once and counts for all requests together. The text is plain SQL that other engines run too.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use trueup_evidence::{Bin, Table, Tally, Window};

use super::expression::{any, condition, number, text, until, value, within, within_any};
use super::items::{Compared, Item, Shape};
use crate::columns::DAY;

/// True of a use, and not of its parts.
pub const IS_USE: &str = "\"part_of\" IS NULL";

/// One statement and what its columns mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub table: Table,
    pub shape: Shape,
    pub sql: String,
    pub parts: Vec<Part>,
}

/// Which column answers which item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The item's place among those asked.
    pub item: usize,
    /// Counted from the first column that is not grouped by.
    pub column: usize,
}

/// An item, and the stretches of time of which its rows are to be read.
pub struct Ask<'a> {
    pub item: &'a Item<'a>,
    /// Sorted and apart.
    pub windows: Vec<Window>,
}

/// Which rows are read, and how they are grouped.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading<'a> {
    /// What is added to a table's name: a part of its files.
    pub of: &'a str,
    /// Leaves out what had not happened yet.
    pub now: Option<Timestamp>,
    /// Some score is superseded by another.
    pub corrected: bool,
    /// Groups by day before all else.
    pub by_day: bool,
}

/// A statement in the making.
#[derive(Default)]
struct Draft<'a> {
    columns: Vec<String>,
    parts: Vec<Part>,
    windows: BTreeSet<&'a Window>,
    /// If only rows are to be read of which something is counted: the conditions of each column.
    any_of: Vec<String>,
}

type Key<'a> = (&'a str, Table, Shape);

/// All statements that count some items.
pub fn statements(asks: &[Ask], reading: Reading) -> Vec<Statement> {
    let mut drafts: BTreeMap<Key, Draft> = BTreeMap::new();
    for (index, ask) in asks.iter().enumerate().filter(|(_, ask)| !ask.windows.is_empty()) {
        let Item { bet, shape, .. } = ask.item;
        let draft = drafts.entry((bet, ask.item.table(), shape.clone())).or_default();
        if let (Shape::Pairs { .. }, Some(beside)) = (shape, ask.item.beside) {
            draft.any_of.extend([ask.item.tally, beside].map(|tally| filter(ask, tally)));
        }
        let column = draft.place(&columns(ask));
        draft.parts.push(Part { item: index, column });
        draft.windows.extend(&ask.windows);
    }
    drafts.into_iter().map(|(key, draft)| finish(&key, draft, reading)).collect()
}

/// What is counted for an item: one column, a calibration's three, or what each of two judges says.
fn columns(ask: &Ask) -> Vec<String> {
    let Item { tally, beside, shape, .. } = ask.item;
    let count = |what: &str, tally: &Tally| format!("{what} FILTER (WHERE {})", filter(ask, tally));
    let sum = tally.sum.map(number);
    match (shape, sum) {
        (Shape::Calibration { .. }, Some(outcome)) => vec![
            count("count(*)", tally),
            count("sum(\"confidence\")", tally),
            count(&format!("sum({outcome})"), tally),
        ],
        (Shape::Sums | Shape::Days, Some(field)) => vec![count(&format!("sum({field})"), tally)],
        (Shape::Pairs { by }, _) => {
            let both = [*tally, beside.unwrap_or(tally)];
            both.map(|tally| count(&said(*by, tally), tally)).into()
        }
        _ => vec![count("count(*)", tally)],
    }
}

/// What a judge says of one target: the mean of its numbers, or all of its labels.
fn said(by: Compared, tally: &Tally) -> String {
    match (by, tally.sum) {
        (Compared::Numbers, Some(field)) => format!("avg({})", number(field)),
        _ => "array_agg(\"label\")".to_owned(),
    }
}

impl Draft<'_> {
    /// The place of these columns, which are added unless they are there already.
    fn place(&mut self, columns: &[String]) -> usize {
        let found = self.columns.windows(columns.len()).position(|there| there == columns);
        found.unwrap_or_else(|| {
            self.columns.extend_from_slice(columns);
            self.columns.len() - columns.len()
        })
    }
}

fn finish(key: &Key, draft: Draft, reading: Reading) -> Statement {
    let (bet, table, shape) = key;
    let mut grouped: Vec<String> =
        reading.by_day.then(|| format!("\"{DAY}\"")).into_iter().collect();
    grouped.push("\"unit\"".to_owned());
    grouped.extend(bin(*table, shape));
    let mut selected = grouped.clone();
    let named = |(at, column)| format!("{column} AS c{at}");
    selected.extend(draft.columns.iter().enumerate().map(named));
    let windows: Vec<Window> = draft.windows.into_iter().copied().collect();
    let days = days(&windows);
    let mut conditions =
        vec![format!("\"bet\" = {}", text(bet)), days.clone(), within(*table, hull(&windows))];
    conditions.extend(reading.now.map(until));
    conditions.extend(filled(*table, shape));
    if !draft.any_of.is_empty() {
        conditions.push(any(&draft.any_of));
    }
    if *table == Table::Scores && reading.corrected {
        conditions.push(not_corrected(bet, &days, reading));
    }
    let mut places: Vec<String> = (1..=grouped.len()).map(|place| place.to_string()).collect();
    places.extend(target(shape).map(str::to_owned));
    let name = table.name();
    let from = if reading.of.is_empty() {
        name.to_owned()
    } else {
        format!("{name}{} AS {name}", reading.of)
    };
    let sql = format!(
        "SELECT {}\nFROM {from}\nWHERE {}\nGROUP BY {}",
        selected.join(",\n  "),
        conditions.join("\n  AND "),
        places.join(", "),
    );
    Statement { table: *table, shape: shape.clone(), sql, parts: draft.parts }
}

/// The second thing to group by: the number of a bin, a class, a day.
fn bin(table: Table, shape: &Shape) -> Option<String> {
    match shape {
        Shape::Sums | Shape::Pairs { .. } => None,
        Shape::Classes { by } => Some(format!("{} AS class", value(table.field(by)?))),
        Shape::Days => Some(format!("\"{DAY}\" AS on_day")),
        Shape::Values { field } => {
            let value = number(table.field(field)?);
            Some(format!(
                "CASE WHEN {value} <= {:?} THEN {} \
                 ELSE CAST(floor(ln({value}) / {:?}) AS BIGINT) END AS bin",
                Bin::SMALLEST,
                Bin::ZERO,
                Bin::RATIO.ln(),
            ))
        }
        // The last bin includes its upper end, 1.
        Shape::Calibration { bins, .. } => Some(format!(
            "CAST(least(floor(\"confidence\" * {bins}), {}) AS BIGINT) AS bin",
            bins - 1,
        )),
    }
}

/// What else pairs are grouped by: what is judged. Each target counts for one moment, so that pairs
/// of one stretch of time and of the next add up.
fn target(shape: &Shape) -> impl Iterator<Item = &'static str> {
    let target = ["coalesce(\"target_kind\", 'interaction')", "\"target\"", "\"interaction_at\""];
    target.into_iter().filter(|_| matches!(shape, Shape::Pairs { .. }))
}

/// Rows without a value fall into no bin.
fn filled(table: Table, shape: &Shape) -> Vec<String> {
    let present =
        |name: &str| table.field(name).map(|field| format!("{} IS NOT NULL", value(field)));
    match shape {
        Shape::Sums | Shape::Days | Shape::Pairs { .. } => Vec::new(),
        Shape::Values { field } | Shape::Classes { by: field } => {
            present(field).into_iter().collect()
        }
        Shape::Calibration { outcome, .. } => {
            present("confidence").into_iter().chain(present(outcome)).collect()
        }
    }
}

fn filter(ask: &Ask, tally: &Tally) -> String {
    let mut conditions = vec![within_any(tally.table, &ask.windows)];
    if let Some(segment) = ask.item.among {
        conditions.push(format!("array_has(\"segments\", {})", text(segment)));
    }
    conditions.extend(tally.conditions.iter().map(condition));
    if counts_uses(tally) {
        conditions.push(IS_USE.to_owned());
    }
    if matches!(ask.item.shape, Shape::Pairs { by: Compared::Labels }) {
        conditions.push("\"label\" IS NOT NULL".to_owned());
    }
    conditions.join(" AND ")
}

/// What was used is counted once, with all its parts; what adds up over the parts ranges over them.
pub fn counts_uses(tally: &Tally) -> bool {
    let tested = tally.conditions.iter().map(|condition| condition.field);
    tally.table == Table::Interactions && !tested.chain(tally.sum).any(|field| field.additive)
}

/// The days that windows touch, by which files are left unopened.
pub fn days(windows: &[Window]) -> String {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let mut stretches: Vec<(Date, Date)> = Vec::new();
    for window in windows {
        // `to` is excluded: a window that ends at midnight does not touch the day that begins.
        let last = day(window.to.checked_sub(1.nanosecond()).unwrap_or(window.to));
        let first = day(window.from);
        match stretches.last_mut() {
            Some((_, until)) if first <= until.tomorrow().unwrap_or(*until) => {
                *until = last.max(*until);
            }
            _ => stretches.push((first, last)),
        }
    }
    let stretch =
        |(first, last)| format!("\"{DAY}\" >= DATE '{first}' AND \"{DAY}\" <= DATE '{last}'");
    any(&stretches.into_iter().map(stretch).collect::<Vec<_>>())
}

/// From the first moment of windows to their last.
fn hull(windows: &[Window]) -> Window {
    let from = windows.iter().map(|window| window.from).min().unwrap_or_default();
    let to = windows.iter().map(|window| window.to).max().unwrap_or_default();
    Window { from, to }
}

/// A correction is about the same target, and so of the same bet and day.
fn not_corrected(bet: &str, days: &str, reading: Reading) -> String {
    let until = reading.now.map_or_else(String::new, |now| format!(" AND {}", until(now)));
    format!(
        "NOT EXISTS (SELECT 1 FROM scores AS later WHERE \"bet\" = {} AND {days}{until} \
         AND later.\"supersedes\" = scores.\"id\" AND later.\"{DAY}\" = scores.\"{DAY}\")",
        text(bet),
    )
}

/// Finds out whether some score of these days corrects another.
pub fn corrections(windows: &[Window], now: Option<Timestamp>) -> String {
    let until = now.map_or_else(String::new, |now| format!(" AND {}", until(now)));
    format!(
        "SELECT 1 FROM scores WHERE \"supersedes\" IS NOT NULL AND {}{until} LIMIT 1",
        days(windows)
    )
}
