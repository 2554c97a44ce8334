//! Parts of a statement: values, moments and conditions as plain SQL.

use jiff::Timestamp;
use trueup_evidence::{Condition, Field, Kind, Table, Test, Window};

pub fn condition(condition: &Condition) -> String {
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

pub fn any(conditions: &[String]) -> String {
    match conditions {
        [only] => only.clone(),
        more => format!("(({}))", more.join(") OR (")),
    }
}

pub fn within_any(table: Table, windows: &[Window]) -> String {
    let within: Vec<String> = windows.iter().map(|window| within(table, *window)).collect();
    any(&within)
}

pub fn within(table: Table, window: Window) -> String {
    let time = table.target_time();
    format!("\"{time}\" >= {} AND \"{time}\" < {}", moment(window.from), moment(window.to))
}

/// Leaves out what had not happened yet.
pub fn until(now: Timestamp) -> String {
    format!("\"at\" <= {}", moment(now))
}

fn moment(at: Timestamp) -> String {
    format!("TIMESTAMPTZ '{at}'")
}

pub fn value(field: &Field) -> String {
    match field.formula {
        Some(formula) => format!("({formula})"),
        None => format!("\"{}\"", field.name),
    }
}

pub fn number(field: &Field) -> String {
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
