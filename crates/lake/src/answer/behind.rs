//! The rows behind an answer, as SQL that a person can run: those that are counted, and what of each is
//! looked at.

use jiff::Timestamp;
use trueup_evidence::{Condition, Measure, Request, Table, Tally};

use super::expression::{any, condition, text, until, value, within};
use super::sql::{IS_USE, counts_uses, days};

/// The rows of one table that a request ranges over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsBehind {
    /// The rows, newest first.
    pub sql: String,
    /// What each column of a row is called, in their order.
    pub columns: Vec<String>,
    /// How many there are, under the name `n`.
    pub count: String,
}

/// The rows over which a measure is taken: those of its denominator. Where its numerator is counted in
/// the same table, each row says whether it is.
#[must_use]
pub fn rows_behind(request: &Request, now: Timestamp) -> RowsBehind {
    let (of, counted) = parts(&request.measure);
    let table = of.first().map_or(Table::Interactions, |tally| tally.table);
    let of: Vec<&Tally> = of.into_iter().filter(|tally| tally.table == table).collect();
    let rows: Vec<String> = of.iter().map(|tally| held(tally)).collect();
    let mut all = vec![
        format!("bet = {}", text(&request.bet)),
        days(&[request.window]),
        within(table, request.window),
        until(now),
    ];
    all.extend(request.among.as_ref().map(|it| format!("array_has(segments, {})", text(it))));
    all.push(any(&rows));
    let conditions = all.join("\n  AND ");
    let counted: Vec<&Tally> = counted.into_iter().filter(|it| it.table == table).collect();
    let columns = columns(table, &of, &counted);
    let selected: Vec<&str> = columns.iter().map(|(selected, _)| selected.as_str()).collect();
    let name = table.name();
    let time = table.target_time();
    RowsBehind {
        sql: format!(
            "SELECT {}\nFROM {name}\nWHERE {conditions}\nORDER BY {time} DESC, {}",
            selected.join(", "),
            named(table)
        ),
        columns: columns.into_iter().map(|(_, name)| name).collect(),
        count: format!("SELECT count(*) AS n FROM {name} WHERE {conditions}"),
    }
}

/// What a measure ranges over, and what of it is counted.
fn parts(measure: &Measure) -> (Vec<&Tally>, Vec<&Tally>) {
    match measure {
        Measure::Sums { numerator, denominator } | Measure::Days { numerator, denominator } => {
            (denominator.iter().collect(), numerator.iter().collect())
        }
        Measure::Values { tally }
        | Measure::Calibration { tally, .. }
        | Measure::Classes { tally, .. } => (vec![tally], Vec::new()),
        Measure::Pairs { judge, person } => (vec![judge, person], Vec::new()),
    }
}

/// What a row is for a tally to hold it.
fn held(tally: &Tally) -> String {
    let mut all: Vec<String> = tally.conditions.iter().map(condition).collect();
    all.extend(tally.sum.map(|field| format!("{} IS NOT NULL", value(field))));
    if counts_uses(tally) {
        all.push(IS_USE.to_owned());
    }
    if all.is_empty() { "true".to_owned() } else { all.join(" AND ") }
}

/// Which column names the interaction, or what else a row is about.
fn named(table: Table) -> &'static str {
    match table {
        Table::Actions | Table::Payloads => "interaction",
        Table::Scores => "target",
        Table::Interactions | Table::Telemetry => "id",
    }
}

/// What is shown of a row: whose it is, what is tested and summed, and whether it counts. Each as SQL and
/// by its name.
fn columns(table: Table, of: &[&Tally], counted: &[&Tally]) -> Vec<(String, String)> {
    let (name, time) = (named(table), table.target_time());
    let id = if name == "id" { name.to_owned() } else { format!("{name} AS id") };
    let mut columns = vec![(id, "id".to_owned())];
    columns.extend([time, "unit"].map(|name| (name.to_owned(), name.to_owned())));
    let tallies = || of.iter().chain(counted);
    let tested =
        tallies().flat_map(|tally| &tally.conditions).map(|Condition { field, .. }| *field);
    let summed = tallies().filter_map(|tally| tally.sum);
    for field in tested.chain(summed) {
        let is_shown = field.name == name || columns.iter().any(|(_, known)| known == field.name);
        if !is_shown {
            let selected = match field.formula {
                Some(_) => format!("{} AS \"{}\"", value(field), field.name),
                None => value(field),
            };
            columns.push((selected, field.name.to_owned()));
        }
    }
    let counts: Vec<String> = counted.iter().map(|tally| held(tally)).collect();
    if !counts.is_empty() && counted != of {
        let counts = format!("CASE WHEN {} THEN 'yes' ELSE 'no' END AS counts", any(&counts));
        columns.push((counts, "counts".to_owned()));
    }
    columns
}
