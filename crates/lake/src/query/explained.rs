//! What is said of a query that cannot be planned or run: where, what, and what was probably meant.

use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;

use super::session::{LEFT_OUT, Session};
use crate::columns::Layout;
use crate::error::{Error, short};

/// The parser's error, which says where in its text: `... at Line: 3, Column: 7`.
pub fn unparsed(why: &DataFusionError) -> Error {
    let message = short(why);
    let message = message.strip_prefix("sql parser error: ").unwrap_or(&message);
    let message = message.trim_start_matches("ParserError(\"").trim_end_matches("\")");
    let (what, place) = match message.rsplit_once(" at Line: ") {
        Some((what, place)) => (what, place.split_once(", Column: ")),
        None => (message, None),
    };
    let place = place.map(|(line, column)| at(line, column)).unwrap_or_default();
    Error::Sql { place, message: what.to_owned() }
}

/// The engine's error, with the place in the SQL and the nearest name.
pub fn explained(session: &Session, most_memory: usize, why: &DataFusionError) -> Error {
    let span = why.diagnostic().and_then(|diagnostic| diagnostic.span);
    let place = span.map(|span| at(span.start.line, span.start.column)).unwrap_or_default();
    let message = match why.find_root() {
        DataFusionError::SchemaError(error, _) => match error.as_ref() {
            SchemaError::FieldNotFound { field, valid_fields } => {
                let known: Vec<&str> = valid_fields.iter().map(|it| it.name.as_str()).collect();
                missing_column(&field.name, &known)
            }
            _ => short(why),
        },
        DataFusionError::ResourcesExhausted(_) => {
            return Error::TooLarge { most: most_memory };
        }
        root => missing_name(session, &root.strip_backtrace()).unwrap_or_else(|| short(why)),
    };
    Error::Sql { place, message }
}

fn at(line: impl std::fmt::Display, column: impl std::fmt::Display) -> String {
    format!(", line {line}, column {column}")
}

fn missing_column(name: &str, known: &[&str]) -> String {
    let hint = match nearest(name, known.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None if known.is_empty() => "nothing is read that has columns".to_owned(),
        None => "`DESCRIBE table` lists those that there are".to_owned(),
    };
    format!("there is no column `{name}`; {hint}")
}

/// Tables and functions that are not there, which the engine tells in words alone.
fn missing_name(session: &Session, message: &str) -> Option<String> {
    let message = message.strip_prefix("Error during planning: ").unwrap_or(message);
    if let Some(name) = quoted(message, "table function '") {
        return Some(format!(
            "there is no table function `{name}`; a query reads the tables of the store, no files and \
             no addresses"
        ));
    }
    if let Some(name) = quoted(message, "table '") {
        let name = name.strip_prefix("datafusion.public.").unwrap_or(name);
        return Some(missing_table(name));
    }
    let name = quoted(message, "Invalid function '")?;
    if LEFT_OUT.contains(&name) {
        return Some(format!("the function `{name}` is left out: it could fill the memory"));
    }
    let state = session.context.state();
    let functions = state.scalar_functions().keys().chain(state.aggregate_functions().keys());
    let functions = functions.chain(state.window_functions().keys()).map(String::as_str);
    let hint = match nearest(name, functions) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`SHOW FUNCTIONS` lists those that there are".to_owned(),
    };
    Some(format!("there is no function `{name}`; {hint}"))
}

fn missing_table(name: &str) -> String {
    let names: Vec<&str> = Layout::all().map(|layout| layout.name).collect();
    let hint = match nearest(name, names.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("there are: `{}`; no files and no addresses are read", names.join("`, `")),
    };
    format!("there is no table `{name}`; {hint}")
}

/// What stands between a beginning and the next quote.
fn quoted<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    let (name, _) = message.strip_prefix(before)?.split_once('\'')?;
    Some(name)
}

/// The one name with the fewest slips of the finger, if they are few.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 128;
    if name.len() > LONGEST {
        return None;
    }
    let name = name.to_lowercase();
    let slips = |known: &'a str| (strsim::damerau_levenshtein(&name, known), known);
    let (fewest, nearest) = known.map(slips).min()?;
    (fewest <= name.chars().count().div_ceil(3)).then_some(nearest)
}
