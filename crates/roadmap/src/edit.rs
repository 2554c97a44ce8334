//! Field patches: change one value of a roadmap's text and leave every other byte as it is.

use thiserror::Error;
use toml::de::{DeTable, DeValue};

mod insert;
mod layout;
mod path;
mod remove;
mod reorder;
mod value;

pub use path::{Key, Path};
pub use reorder::reorder;
pub use value::{Kind, Value};

use crate::syntax::{self, Span};
use layout::{Found, Layout};
use value::Meaning;

/// A change to one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    pub path: Path,
    /// What the editor saw there; `None` for nothing.
    pub old: Option<Value>,
    /// What to write; `None` takes the field away.
    pub new: Option<Value>,
}

/// Why a text was not edited.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum EditError {
    #[error("the text is not TOML: {message}; mend it first, `trueup check` shows where")]
    Unreadable { message: String },
    #[error("`{path}` is {} now, not {}; look at it again before you change it", shown(found.as_deref()), shown(expected.as_ref().map(Value::written)))]
    Conflict { path: Path, expected: Option<Value>, found: Option<String> },
    #[error("`{path}` is a table of several lines; change its keys one by one")]
    Spread { path: Path },
    #[error(
        "there is no place for `{path}`; what stands above it is no table or list, or is shorter"
    )]
    NoPlace { path: Path },
    #[error(
        "rows of `{path}` share lines with comments, so it is not clear what belongs to which; move them in the text"
    )]
    Mingled { path: Path },
    #[error("`{text}` is not a path; write for example `gate.graduate.criteria[2].at_least`")]
    NotAPath { text: String },
    #[error("`{text}` is not a TOML value; write for example `0.5`, `\"text\"` or `2026-12-11`")]
    NotAValue { text: String },
}

fn shown(value: Option<&str>) -> String {
    value.map_or_else(|| "absent".to_owned(), |value| format!("`{value}`"))
}

/// Makes the edits one after the other; either all of them or, with an error, none.
///
/// A value is replaced where it stands. A new key goes behind the last one of its table; a table
/// that is not there yet becomes a block `[a.b]`, or goes inline where its parent is inline or its
/// line is short. With a key goes the comment on its line. In a note, the header between the `+++`
/// lines is edited.
pub fn edit(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let span = syntax::toml_within(text);
    let mut toml = text[span.clone()].to_owned();
    let line_end = syntax::line_end(text);
    for edit in edits {
        let changed = edited(&toml, edit, line_end)?;
        let is_done =
            read(&changed).is_ok_and(|table| match (&edit.new, at(&table, &edit.path.0)) {
                (Some(new), Some(there)) => new.means(&Meaning::of(there)),
                (new, _) => new.is_none(),
            });
        if !is_done {
            return Err(EditError::NoPlace { path: edit.path.clone() });
        }
        toml = changed;
    }
    Ok(format!("{}{toml}{}", &text[..span.start], &text[span.end..]))
}

/// Lists every value that is written in a text, in its order, each before what it holds.
pub fn fields(text: &str) -> Result<Vec<(Path, Value)>, EditError> {
    let text = &text[syntax::toml_within(text)];
    let table = read(text)?;
    let layout = Layout::new(text);
    let value = |(path, span): (Path, Span)| {
        let value = Value::new(at(&table, &path.0)?, &text[span]);
        Some((path, value))
    };
    Ok(layout.values().into_iter().filter_map(value).collect())
}

/// The value at a path, also where it is a table of several lines; such a one is written in one.
pub fn value_at(text: &str, path: &Path) -> Result<Option<Value>, EditError> {
    let text = &text[syntax::toml_within(text)];
    let table = read(text)?;
    let layout = Layout::new(text);
    let Some(there) = at(&table, &path.0) else { return Ok(None) };
    Ok(Some(match layout.find(&path.0) {
        Some(found) => Value::new(there, &layout.written(&found)),
        None => Meaning::of(there).value(),
    }))
}

/// The path of what stands at a place of a text: the innermost value, else the entry or the table.
#[must_use]
pub fn path_at(text: &str, place: &Span) -> Option<Path> {
    let within = syntax::toml_within(text);
    let at = place.start.checked_sub(within.start)?;
    let layout = Layout::new(&text[within]);
    let values = layout.values().into_iter().rev();
    let value = |(path, span): (Path, Span)| span.contains(&at).then_some(path);
    values.into_iter().find_map(value).or_else(|| layout.path_at(at))
}

fn edited(text: &str, edit: &Edit, line_end: &str) -> Result<String, EditError> {
    if edit.path.0.is_empty() {
        return Err(EditError::NoPlace { path: edit.path.clone() });
    }
    let table = read(text)?;
    let layout = Layout::new(text);
    let found = layout.find(&edit.path.0);
    let there = at(&table, &edit.path.0);
    let meaning = there.map(Meaning::of);
    let is_as_expected = match (&edit.old, &meaning) {
        (Some(old), Some(meaning)) => old.means(meaning),
        (old, meaning) => old.is_none() && meaning.is_none(),
    };
    if !is_as_expected {
        return Err(EditError::Conflict {
            path: edit.path.clone(),
            expected: edit.old.clone(),
            found: meaning
                .map(|_| found.map_or("{ ... }".to_owned(), |found| layout.written(&found))),
        });
    }
    match (&edit.new, there, found) {
        (None, None, _) => Ok(text.to_owned()),
        (None, Some(_), found) => Ok(remove::remove(&layout, &edit.path.0, found)),
        (Some(new), Some(_), Some(Found { node, .. })) => {
            Ok(splice(text, vec![(node.span.clone(), new.written().to_owned())]))
        }
        (Some(_), Some(_), None) => Err(EditError::Spread { path: edit.path.clone() }),
        (Some(new), None, _) => insert::insert(&layout, &edit.path, new, line_end),
    }
}

fn read(text: &str) -> Result<DeValue<'_>, EditError> {
    DeTable::parse(text)
        .map(|table| DeValue::Table(table.into_inner()))
        .map_err(|error| EditError::Unreadable { message: error.message().to_owned() })
}

fn at<'a, 'd>(value: &'a DeValue<'d>, path: &[Key]) -> Option<&'a DeValue<'d>> {
    path.iter().try_fold(value, |value, key| match key {
        Key::Name(name) => value.get(name.as_str()).map(toml::Spanned::get_ref),
        Key::Index(index) => value.get(*index).map(toml::Spanned::get_ref),
    })
}

/// Replaces places of a text, given in its order.
fn splice(text: &str, changes: Vec<(Span, String)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for (span, new) in changes {
        out.push_str(&text[end..span.start]);
        out.push_str(&new);
        end = span.end;
    }
    out.push_str(&text[end..]);
    out
}
