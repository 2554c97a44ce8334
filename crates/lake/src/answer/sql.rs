//! What a plan becomes: one statement for each bet, table and shape of answer, that reads the bet's
//! rows once and counts for all requests together. The text is plain SQL that other engines run too.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use trueup_evidence::{Bin, Condition, Field, Kind, Table, Tally, Test, Window};

use super::items::{Item, Shape};
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
}

type Key<'a> = (&'a str, Table, Shape);

/// All statements that count some items.
pub fn statements(asks: &[Ask], reading: Reading) -> Vec<Statement> {
    let mut drafts: BTreeMap<Key, Draft> = BTreeMap::new();
    for (index, ask) in asks.iter().enumerate().filter(|(_, ask)| !ask.windows.is_empty()) {
        let Item { bet, shape, .. } = ask.item;
        let draft = drafts.entry((bet, ask.item.table(), shape.clone())).or_default();
        let column = draft.place(&columns(ask));
        draft.parts.push(Part { item: index, column });
        draft.windows.extend(&ask.windows);
    }
    drafts.into_iter().map(|(key, draft)| finish(&key, draft, reading)).collect()
}

/// What is counted for an item: one column, or a calibration's three.
fn columns(ask: &Ask) -> Vec<String> {
    let filter = filter(ask);
    let sum = ask.item.tally.sum.map(number);
    match (&ask.item.shape, sum) {
        (Shape::Calibration { .. }, Some(outcome)) => vec![
            format!("count(*){filter}"),
            format!("sum(\"confidence\"){filter}"),
            format!("sum({outcome}){filter}"),
        ],
        (Shape::Sums, Some(field)) => vec![format!("sum({field}){filter}")],
        _ => vec![format!("count(*){filter}")],
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
    if *table == Table::Scores && reading.corrected {
        conditions.push(not_corrected(bet, &days, reading));
    }
    let places: Vec<String> = (1..=grouped.len()).map(|place| place.to_string()).collect();
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

/// The second thing to group by: the number of a bin.
fn bin(table: Table, shape: &Shape) -> Option<String> {
    match shape {
        Shape::Sums => None,
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

/// Rows without a value fall into no bin.
fn filled(table: Table, shape: &Shape) -> Vec<String> {
    let present =
        |name: &str| table.field(name).map(|field| format!("{} IS NOT NULL", value(field)));
    match shape {
        Shape::Sums => Vec::new(),
        Shape::Values { field } => present(field).into_iter().collect(),
        Shape::Calibration { outcome, .. } => {
            present("confidence").into_iter().chain(present(outcome)).collect()
        }
    }
}

fn filter(ask: &Ask) -> String {
    let Item { tally, among, .. } = ask.item;
    let mut conditions = vec![within_any(tally.table, &ask.windows)];
    if let Some(segment) = among {
        conditions.push(format!("array_has(\"segments\", {})", text(segment)));
    }
    conditions.extend(tally.conditions.iter().map(condition));
    if counts_uses(tally) {
        conditions.push(IS_USE.to_owned());
    }
    format!(" FILTER (WHERE {})", conditions.join(" AND "))
}

/// What was used is counted once, with all its parts; what adds up over the parts ranges over them.
fn counts_uses(tally: &Tally) -> bool {
    let tested = tally.conditions.iter().map(|condition| condition.field);
    tally.table == Table::Interactions && !tested.chain(tally.sum).any(|field| field.additive)
}

fn condition(condition: &Condition) -> String {
    let Condition { field, test } = condition;
    let name = value(field);
    match test {
        Test::Present => format!("{name} IS NOT NULL"),
        Test::Absent => format!("{name} IS NULL"),
        Test::In(texts) => one_of(field, texts),
        Test::NotIn(texts) if texts.is_empty() => format!("{name} IS NOT NULL"),
        Test::NotIn(texts) => format!("NOT ({})", one_of(field, texts)),
        Test::Between { at_least, at_most } => {
            let ends = [(">=", at_least), ("<=", at_most)];
            let ends = ends.iter().filter_map(|(sign, end)| {
                Some(format!(" AND {name} {sign} {}", literal((**end)?)))
            });
            format!("{name} IS NOT NULL{}", ends.collect::<String>())
        }
        Test::SameAs(other) => format!("{name} = {}", value(other)),
    }
}

fn one_of(field: &Field, texts: &[String]) -> String {
    if texts.is_empty() {
        return "false".to_owned();
    }
    let texts: Vec<String> = texts.iter().map(|it| text(it)).collect();
    let name = value(field);
    match field.kind {
        Kind::Texts => {
            let has: Vec<String> =
                texts.iter().map(|text| format!("array_has({name}, {text})")).collect();
            format!("({})", has.join(" OR "))
        }
        Kind::Text => format!("{name} IN ({})", texts.join(", ")),
        _ => format!("CAST({name} AS VARCHAR) IN ({})", texts.join(", ")),
    }
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

fn any(conditions: &[String]) -> String {
    match conditions {
        [only] => only.clone(),
        more => format!("(({}))", more.join(") OR (")),
    }
}

fn within_any(table: Table, windows: &[Window]) -> String {
    let within: Vec<String> = windows.iter().map(|window| within(table, *window)).collect();
    any(&within)
}

fn within(table: Table, window: Window) -> String {
    let time = table.target_time();
    format!("\"{time}\" >= {} AND \"{time}\" < {}", moment(window.from), moment(window.to))
}

/// Leaves out what had not happened yet.
pub fn until(now: Timestamp) -> String {
    format!("\"at\" <= {}", moment(now))
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

fn moment(at: Timestamp) -> String {
    format!("TIMESTAMPTZ '{at}'")
}

fn value(field: &Field) -> String {
    match field.formula {
        Some(formula) => format!("({formula})"),
        None => format!("\"{}\"", field.name),
    }
}

fn number(field: &Field) -> String {
    match field.kind {
        Kind::Integer => format!("CAST({} AS DOUBLE)", value(field)),
        _ => value(field),
    }
}

fn literal(number: f64) -> String {
    if number.is_finite() { format!("{number:?}") } else { format!("CAST('{number}' AS DOUBLE)") }
}

/// A text in quotes; a quote inside is doubled.
pub fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
