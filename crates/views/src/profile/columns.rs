//! What is wrong with columns and rows as such: gaps, stand-ins, mixed types, repeats.

use schemars::JsonSchema;
use serde::Serialize;
use trueup_evidence::profile::{Column, Counts, Holds};
use trueup_verdict::number::count;

use super::say::{listed, percent};
use super::{About, Finding, Kind, Level, Question};

/// From this share of rows on, what is missing or repeated is a concern.
pub const MUCH_MISSING: f64 = 0.2;
pub const MUCH_REPEATED: f64 = 0.01;
/// An id with so many rows each is no row's.
pub const MANY_ROWS: f64 = 2.0;
/// A column with so many different values for its rows tells nearly every row apart.
pub const NEAR_KEY: f64 = 0.98;

/// With fewer rows different values are no sign of an id.
const LEAST_ROWS: u64 = 20;

/// A column as it is told.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ColumnLine {
    pub name: String,
    /// `text`, `number`, `whole`, `truth`, `time`, `nested` or `nothing`.
    pub holds: String,
    /// The source names the type; of CSV it is what all values look like.
    pub typed: bool,
    pub rows: u64,
    pub nulls: u64,
    pub empty: u64,
    pub nan: u64,
    pub infinite: u64,
    /// Values that often stand for a missing one, with their rows; they count as values here.
    pub sentinels: std::collections::BTreeMap<String, u64>,
    /// Of a column of texts: values that read as numbers.
    pub numbers_in_text: u64,
    pub distinct: u64,
    /// `distinct` is estimated, with a standard error of 0.8 %.
    pub distinct_is_estimate: bool,
    pub least: Option<String>,
    pub most: Option<String>,
    /// The most frequent values with their rows, where there are at most 1,000 different ones.
    pub frequent: Vec<(String, u64)>,
}

pub fn line(column: &Column, rows: u64) -> ColumnLine {
    let frequent = column.values.iter().flatten().take(10);
    ColumnLine {
        name: column.name.clone(),
        holds: holds(column.holds).to_owned(),
        typed: column.is_typed,
        rows,
        nulls: column.nulls,
        empty: column.empty,
        nan: column.nan,
        infinite: column.infinite,
        sentinels: column.sentinels.clone(),
        numbers_in_text: column.numbers_in_text,
        distinct: column.distinct.values,
        distinct_is_estimate: !column.distinct.is_exact,
        least: column.range.as_ref().map(|(least, _)| least.clone()),
        most: column.range.as_ref().map(|(_, most)| most.clone()),
        frequent: frequent.map(|value| (value.text.clone(), value.rows)).collect(),
    }
}

fn holds(holds: Holds) -> &'static str {
    match holds {
        Holds::Text => "text",
        Holds::Number => "number",
        Holds::Whole => "whole",
        Holds::Truth => "truth",
        Holds::Time => "time",
        Holds::Nested => "nested",
        Holds::Nothing => "nothing",
    }
}

pub fn columns(question: &Question<'_>, findings: &mut Vec<Finding>) {
    let counts = question.counts;
    if counts.rows == 0 {
        let about = About {
            level: Level::Blocks,
            kind: Kind::NoRows,
            column: None,
            short: "there are no rows".to_owned(),
            rows: 0,
            of: 0,
        };
        let columns = counts.columns.len();
        findings.push(about.say(format!("there are {columns} columns and no rows")));
        return;
    }
    findings.extend(duplicates(counts));
    findings.extend(ids(question));
    for column in &counts.columns {
        let is_label = question.roles.label.as_ref() == Some(&column.name);
        if !is_label && column.holds != Holds::Nothing {
            findings.extend(missing(column, counts.rows));
        }
        findings.extend(sentinels(column, counts.rows));
        findings.extend(mixed(column, counts.rows));
        findings.extend(infinite(column, counts.rows).filter(|_| column.holds != Holds::Text));
        findings.extend(constant(column, counts.rows).filter(|_| !is_label));
        let roles = [&question.roles.id, &question.roles.time, &question.roles.label];
        let has_role = roles.into_iter().flatten().any(|role| *role == column.name);
        findings.extend(near_key(column, counts.rows).filter(|_| !has_role));
    }
    findings.extend(without_values(question));
    findings.extend(numbers_as_text(counts));
}

fn duplicates(counts: &Counts) -> Option<Finding> {
    let extra = counts.whole_rows.extra();
    let share = extra as f64 / counts.rows as f64;
    (extra > 0).then(|| {
        let about = About {
            level: if share >= MUCH_REPEATED { Level::Concern } else { Level::Note },
            kind: Kind::Duplicates,
            column: None,
            short: format!(
                "{} duplicate {}",
                count(extra),
                if extra == 1 { "row" } else { "rows" }
            ),
            rows: extra,
            of: counts.rows,
        };
        about.say(format!(
            "{} of {} rows ({}) repeat another row in every column; a split into training and test \
             would share them",
            count(extra),
            count(counts.rows),
            percent(share)
        ))
    })
}

fn ids(question: &Question<'_>) -> Option<Finding> {
    let id = question.roles.id.as_deref()?;
    let ids = question.counts.ids.filter(|ids| ids.repeated_keys > 0)?;
    let each = ids.rows as f64 / ids.keys as f64;
    let about = |short| About {
        level: Level::Concern,
        kind: Kind::Ids,
        column: Some(id),
        short,
        rows: ids.extra(),
        of: ids.rows,
    };
    if each >= MANY_ROWS {
        let text = format!(
            "`{id}` has {each:.1} rows each, {} in all: it names whom rows are of, and no row. Rows of one \
             are alike, so intervals here are too narrow and more labels are needed; split training and \
             test by it",
            count(ids.keys)
        );
        return Some(about(format!("`{id}` has {each:.1} rows each")).say(text));
    }
    Some(about(format!("{} ids of `{id}` repeat", count(ids.repeated_keys))).say(format!(
        "`{id}`: {} of {} ids have more than one row, {} rows beyond the first",
        count(ids.repeated_keys),
        count(ids.keys),
        count(ids.extra())
    )))
}

fn missing(column: &Column, rows: u64) -> Option<Finding> {
    let missing = column.missing();
    let share = missing as f64 / rows as f64;
    let name = &column.name;
    let parts = [(column.nulls, "NULL"), (column.empty, "empty"), (column.nan, "not a number")];
    let parts = parts.into_iter().filter(|(rows, _)| *rows > 0);
    let parts = parts.map(|(rows, what)| format!("{} {what}", count(rows))).collect::<Vec<_>>();
    (missing > 0).then(|| {
        let level = if share >= MUCH_MISSING { Level::Concern } else { Level::Note };
        let short = format!("`{name}` is missing in {} of rows", percent(share));
        let about = About {
            level,
            kind: Kind::Missing,
            column: Some(name),
            short,
            rows: missing,
            of: rows,
        };
        about.say(format!(
            "`{name}`: {} of {} rows ({}) have no value: {}",
            count(missing),
            count(rows),
            percent(share),
            listed(&parts)
        ))
    })
}

/// All columns that have no value at all.
fn without_values(question: &Question<'_>) -> Option<Finding> {
    let counts = question.counts;
    let label = question.roles.label.as_ref();
    let is_one = |column: &&Column| column.holds == Holds::Nothing && Some(&column.name) != label;
    let found: Vec<&Column> = counts.columns.iter().filter(is_one).collect();
    let names: Vec<String> = found.iter().map(|column| format!("`{}`", column.name)).collect();
    let (short, text) = match names.as_slice() {
        [] => return None,
        [only] => (format!("{only} has no values"), format!("{only} has no value in any row")),
        names => (
            format!("{} columns have no values", names.len()),
            format!("{} columns have no value in any row: {}", names.len(), listed(names)),
        ),
    };
    let about = About {
        level: Level::Concern,
        kind: Kind::Missing,
        column: found.first().filter(|_| found.len() == 1).map(|column| column.name.as_str()),
        short,
        rows: counts.rows,
        of: counts.rows,
    };
    Some(about.say(text))
}

fn sentinels(column: &Column, rows: u64) -> Option<Finding> {
    let suspected: u64 = column.sentinels.values().sum();
    let share = suspected as f64 / rows as f64;
    let name = &column.name;
    let each = column.sentinels.iter();
    let each = each.map(|(value, rows)| format!("`{value}` {} times", count(*rows)));
    let each = each.collect::<Vec<_>>();
    (suspected > 0).then(|| {
        let about = About {
            level: if share >= MUCH_REPEATED { Level::Concern } else { Level::Note },
            kind: Kind::Sentinels,
            column: Some(name),
            short: format!("`{name}` may have stand-ins for missing values"),
            rows: suspected,
            of: rows,
        };
        about.say(format!(
            "`{name}` has {} ({} of rows), which often stands for a missing value; counted as a value \
             here",
            listed(&each),
            percent(share)
        ))
    })
}

/// Rows with a value that stands for itself.
fn values(column: &Column, rows: u64) -> u64 {
    (rows - column.missing()).saturating_sub(column.sentinels.values().sum())
}

fn mixed(column: &Column, rows: u64) -> Option<Finding> {
    let (values, numbers) = (values(column, rows), column.numbers_in_text);
    let others = values.saturating_sub(numbers);
    if column.holds != Holds::Text || numbers == 0 || others == 0 {
        return None;
    }
    let name = &column.name;
    let about = About {
        level: if others <= numbers { Level::Concern } else { Level::Note },
        kind: Kind::MixedTypes,
        column: Some(name),
        short: format!("`{name}` mixes numbers and texts"),
        rows: others.min(numbers),
        of: values,
    };
    Some(about.say(format!(
        "`{name}`: of {} values {} are numbers and {} are not",
        count(values),
        count(numbers),
        count(others)
    )))
}

/// All columns that are typed as text and hold only numbers.
fn numbers_as_text(counts: &Counts) -> Option<Finding> {
    let is_one = |column: &&Column| {
        let numbers = column.numbers_in_text;
        column.holds == Holds::Text && numbers > 0 && values(column, counts.rows) <= numbers
    };
    let found: Vec<&Column> = counts.columns.iter().filter(is_one).collect();
    let names: Vec<String> = found.iter().map(|column| format!("`{}`", column.name)).collect();
    (!found.is_empty()).then(|| {
        let about = About {
            level: Level::Note,
            kind: Kind::MixedTypes,
            column: None,
            short: format!("{} columns hold numbers as text", found.len()),
            rows: found.iter().map(|column| column.numbers_in_text).sum(),
            of: counts.rows * found.len() as u64,
        };
        about.say(format!("stored as text, all values are numbers: {}", listed(&names)))
    })
}

fn infinite(column: &Column, rows: u64) -> Option<Finding> {
    let name = &column.name;
    (column.infinite > 0).then(|| {
        let about = About {
            level: Level::Concern,
            kind: Kind::Infinite,
            column: Some(name),
            short: format!("`{name}` has infinite values"),
            rows: column.infinite,
            of: rows,
        };
        about.say(format!("`{name}`: {} values are infinite", count(column.infinite)))
    })
}

fn constant(column: &Column, rows: u64) -> Option<Finding> {
    let name = &column.name;
    let is_constant = column.distinct.values == 1 && column.distinct.is_exact && rows > 1;
    is_constant.then(|| {
        let value = column.values.iter().flatten().next();
        let value = value.map_or_else(String::new, |value| format!(": `{}`", value.text));
        let about = About {
            level: Level::Note,
            kind: Kind::Constant,
            column: Some(name),
            short: format!("`{name}` is constant"),
            rows,
            of: rows,
        };
        about.say(format!("`{name}` has one value{value}; it tells nothing"))
    })
}

fn near_key(column: &Column, rows: u64) -> Option<Finding> {
    let name = &column.name;
    let share = column.distinct.values as f64 / rows as f64;
    let about = if column.distinct.is_exact { "" } else { "about " };
    let can_name = matches!(column.holds, Holds::Text | Holds::Whole) && !column.is_prose;
    (rows >= LEAST_ROWS && share >= NEAR_KEY && can_name).then(|| {
        let about_it = About {
            level: Level::Note,
            kind: Kind::NearKey,
            column: Some(name),
            short: format!("`{name}` tells nearly every row apart"),
            rows: column.distinct.values.min(rows),
            of: rows,
        };
        about_it.say(format!(
            "`{name}` has {about}{} different values in {} rows: an id and no feature; `--id {name}` \
             looks for repeats",
            count(column.distinct.values),
            count(rows)
        ))
    })
}
