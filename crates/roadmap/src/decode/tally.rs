//! `{ table = "actions", where = { kind = "accept" } }`: rows to count or a field to sum.

use trueup_evidence::schema::ACTION_KINDS;
use trueup_evidence::{Condition, Field, Kind, Table, Tally, Test};

use super::{Fields, Value};
use crate::diagnostic::{Diagnostic, as_key, as_text};
use crate::name::{LONGEST, listed, nearest};
use crate::source::Spanned;

const TABLES: [(&str, Table); 3] = [
    (Table::Interactions.name(), Table::Interactions),
    (Table::Actions.name(), Table::Actions),
    (Table::Scores.name(), Table::Scores),
];

/// One tally or an array of tallies, which are added. `None` if any of them is wrong.
pub(crate) fn tallies(value: &Value<'_>) -> Option<Vec<Tally>> {
    let items = value.one_or_more();
    if items.is_empty() && value.is_list() {
        return value.complain("there is nothing to count in an empty list".to_owned(), None);
    }
    // Read all of them before giving up, so that all complaints are made at once.
    let tallies: Vec<Option<Tally>> = items.iter().map(tally).collect();
    tallies.into_iter().collect()
}

pub(crate) fn tally(value: &Value<'_>) -> Option<Tally> {
    let fields = value.fields("a tally")?;
    let table = fields.required("table").and_then(|value| value.choice(&TABLES));
    let (conditions, sum) = (fields.optional("where"), fields.optional("sum"));
    fields.finish();
    let table = table?;
    let conditions = match conditions {
        Some(value) => conditions_of(table, &value.fields("`where`")?),
        None => Some(Vec::new()),
    };
    let sum = match sum {
        Some(value) => Some(summed(table, &value)?),
        None => None,
    };
    Some(Tally { table, conditions: conditions?, sum })
}

/// Scores, without what is to be summed.
pub(super) fn scores(value: &Value<'_>) -> Option<Tally> {
    rows(value, &[(Table::Scores.name(), Table::Scores)])
}

/// Rows that are counted, never summed.
pub(super) fn counted(value: &Value<'_>) -> Option<Tally> {
    rows(value, &TABLES)
}

fn rows(value: &Value<'_>, tables: &[(&'static str, Table)]) -> Option<Tally> {
    let fields = value.fields("a tally")?;
    let table = fields.required("table").and_then(|value| value.choice(tables));
    let conditions = fields.optional("where");
    fields.finish();
    let conditions = match conditions {
        Some(value) => conditions_of(table?, &value.fields("`where`")?),
        None => Some(Vec::new()),
    };
    Some(Tally { table: table?, conditions: conditions?, sum: None })
}

fn summed(table: Table, value: &Value<'_>) -> Option<&'static Field> {
    let field = field(table, &value.spanned_text()?, value, as_text)?;
    if is_number(field) {
        return Some(field);
    }
    let numbers = table.fields().iter().filter(|field| is_number(field)).map(|field| field.name);
    let numbers: Vec<&str> = numbers.collect();
    value.complain(
        format!("`{}` of `{}` is not a number, so it has no sum", field.name, table.name()),
        Some(format!("numbers are {}", listed(numbers))),
    )
}

fn is_number(field: &Field) -> bool {
    matches!(field.kind, Kind::Number | Kind::Integer)
}

/// Finds a field of a table, or reports F04 with the nearest.
pub(super) fn field(
    table: Table,
    name: &Spanned<String>,
    value: &Value<'_>,
    write: fn(&str) -> String,
) -> Option<&'static Field> {
    if let Some(field) = table.field(&name.value) {
        return Some(field);
    }
    let names = || table.fields().iter().map(|field| field.name);
    let shown: String = name.value.chars().take(LONGEST).collect();
    let message = format!("table `{}` has no field `{shown}`", table.name());
    let diagnostic = Diagnostic::deny("F04", name.place.clone(), message);
    let all = || format!("it has {}", names().collect::<Vec<_>>().join(", "));
    value.file.report(diagnostic.meant(nearest(&name.value, names()), write, all));
    None
}

fn conditions_of(table: Table, fields: &Fields<'_>) -> Option<Vec<Condition>> {
    let read = |(name, value): &(Spanned<String>, Value<'_>)| {
        let field = field(table, name, value, as_key)?;
        let test = test(table, field, value)?;
        Some(Condition { field, test })
    };
    let conditions: Vec<Option<Condition>> = fields.entries().iter().map(read).collect();
    conditions.into_iter().collect()
}

fn test(table: Table, field: &'static Field, value: &Value<'_>) -> Option<Test> {
    if value.is_table() {
        return written_out(table, field, &value.fields(format!("the test of `{}`", field.name))?);
    }
    if value.is_text() || value.is_list() {
        return Some(Test::In(texts(table, field, value)?));
    }
    let number = value.number()?;
    fits(field, is_number(field), value, "compared with a number")?;
    Some(Test::Between { at_least: Some(number), at_most: Some(number) })
}

/// `{ not = ... }`, `{ present = true }`, `{ at_least = 1, at_most = 2 }` or `{ same_as = "..." }`.
fn written_out(table: Table, field: &'static Field, fields: &Fields<'_>) -> Option<Test> {
    let not = fields.optional("not").map(|value| value.called(field.name));
    let present = fields.optional("present");
    let (at_least, at_most) = (fields.optional("at_least"), fields.optional("at_most"));
    let same_as = fields.optional("same_as");
    fields.finish();
    let between = at_least.is_some() || at_most.is_some();
    match (not, present, between, same_as) {
        (Some(value), None, false, None) => Some(Test::NotIn(texts(table, field, &value)?)),
        (None, Some(value), false, None) => {
            Some(if value.flag()? { Test::Present } else { Test::Absent })
        }
        (None, None, true, None) => limits(field, at_least.as_ref(), at_most.as_ref(), fields),
        (None, None, false, Some(value)) => same_as_field(table, field, &value),
        _ => {
            fields.complain(
                format!("the test of `{}` must be exactly one", field.name),
                Some("write `not`, `present`, `same_as`, or `at_least` and `at_most`".to_owned()),
            );
            None
        }
    }
}

fn limits(
    field: &'static Field,
    at_least: Option<&Value<'_>>,
    at_most: Option<&Value<'_>>,
    fields: &Fields<'_>,
) -> Option<Test> {
    let read = |value: Option<&Value<'_>>| match value {
        Some(value) => {
            fits(field, is_number(field), value, "compared with a number")?;
            Some(Some(value.number()?))
        }
        None => Some(None),
    };
    let (at_least, at_most) = (read(at_least), read(at_most));
    let (at_least, at_most) = (at_least?, at_most?);
    if at_least.zip(at_most).is_some_and(|(low, high)| low > high) {
        fields
            .complain(format!("no `{}` can pass: `at_least` is above `at_most`", field.name), None);
        return None;
    }
    Some(Test::Between { at_least, at_most })
}

fn same_as_field(table: Table, of: &'static Field, value: &Value<'_>) -> Option<Test> {
    fits(of, of.kind == Kind::Text, value, "compared with a text field")?;
    let other = field(table, &value.spanned_text()?, value, as_text)?;
    fits(other, other.kind == Kind::Text, value, "compared with a text field")?;
    Some(Test::SameAs(other))
}

fn texts(table: Table, field: &'static Field, value: &Value<'_>) -> Option<Vec<String>> {
    fits(field, field.kind == Kind::Text, value, "compared with a text")?;
    let items = value.one_or_more();
    if items.is_empty() {
        return value.complain(format!("no `{}` can pass an empty list", field.name), None);
    }
    let is_kind = table == Table::Actions && field.name == "kind";
    let text = |item: &Value<'_>| {
        let text = item.text()?;
        if is_kind && !ACTION_KINDS.contains(&text.as_str()) {
            return item.one_of(&ACTION_KINDS);
        }
        Some(text)
    };
    let texts: Vec<Option<String>> = items.iter().map(text).collect();
    texts.into_iter().collect()
}

fn fits(field: &Field, holds: bool, value: &Value<'_>, what: &str) -> Option<()> {
    if holds {
        return Some(());
    }
    let kind = match field.kind {
        Kind::Text => "a text",
        Kind::Texts => "a list of texts",
        Kind::Number => "a number",
        Kind::Integer => "a whole number",
        Kind::Time => "a time",
    };
    value.complain(format!("`{}` is {kind} and cannot be {what}", field.name), None)
}
