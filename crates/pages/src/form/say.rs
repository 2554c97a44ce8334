//! A change in one sentence, as the message of its commit.

use trueup_roadmap::edit::{Edit, Key, Kind, Path, Value};
use trueup_roadmap::fields;

use super::build::without_places;
use super::tree::Tree;
use super::wanted::Wanted;

/// Longer values are not repeated in a message.
const SHORT: usize = 40;

/// What the changes of a text do: "Raise `acceptance` of `skill-match` from 0.5 to 0.6".
#[must_use]
pub fn message(id: &str, text: &str, wanted: &Wanted) -> String {
    let tree = Tree::new(fields(text).unwrap_or_default());
    match (wanted.edits.as_slice(), wanted.reordered.as_slice()) {
        ([], []) => format!("Leave `{id}` as it is"),
        ([one], []) => said(id, &tree, one),
        ([], [list]) => format!("Put `{list}` of `{id}` into another order"),
        (edits, lists) => format!("Edit {} fields of `{id}`", edits.len() + lists.len()),
    }
}

fn said(id: &str, tree: &Tree, edit: &Edit) -> String {
    let what = called(tree, &edit.path);
    match (&edit.old, &edit.new) {
        (Some(old), Some(new)) => {
            let verb = verb(&edit.path, old, new);
            match (short(old), short(new)) {
                (Some(old), Some(new)) => format!("{verb} `{what}` of `{id}` from {old} to {new}"),
                _ => format!("Change `{what}` of `{id}`"),
            }
        }
        (None, Some(new)) if new.kind() == Kind::Table => {
            let row = super::suggest::row(list(&edit.path)).to_lowercase();
            format!("Add {row} to `{id}`")
        }
        (None, Some(new)) => match short(new) {
            Some(new) => format!("Set `{what}` of `{id}` to {new}"),
            None => format!("Set `{what}` of `{id}`"),
        },
        (Some(_), None) => format!("Remove `{what}` of `{id}`"),
        (None, None) => format!("Leave `{what}` of `{id}` as it is"),
    }
}

fn verb(path: &Path, old: &Value, new: &Value) -> &'static str {
    let number = |value: &Value| value.written().replace('_', "").parse::<f64>().ok();
    match number(old).zip(number(new)) {
        Some((old, new)) if old < new => "Raise",
        Some(_) => "Lower",
        None if path.to_string() == "stage" || path.to_string() == "horizon" => "Move",
        None => "Change",
    }
}

/// A bound goes by its metric, a row by what tells it, anything else by its keys.
fn called(tree: &Tree, path: &Path) -> String {
    let Some((last, above)) = path.0.split_last() else { return String::new() };
    let row = tree.at(above).filter(|_| matches!(above.last(), Some(Key::Index(_))));
    match (last, row) {
        (Key::Name(key), Some(row)) => {
            let called = row.called();
            match key.as_str() {
                _ if called.is_empty() => plain(&without_places(&path.to_string())),
                "at_least" | "at_most" | "between" => plain(&called),
                key => format!("{} {}", plain(&called), plain(key)),
            }
        }
        (Key::Index(_), _) => {
            let called = tree.at(&path.0).map(Tree::called).filter(|called| !called.is_empty());
            plain(&called.unwrap_or_else(|| without_places(&path.to_string())))
        }
        _ => plain(&without_places(&path.to_string())),
    }
}

fn list(path: &Path) -> &str {
    let is_name = |key: &Key| matches!(key, Key::Name(_));
    // A new one by name: what it is called comes last.
    let names: Vec<&Key> = path.0.iter().filter(|key| is_name(key)).collect();
    let by_place = matches!(path.0.last(), Some(Key::Index(_)));
    let at = names.len().checked_sub(if by_place { 1 } else { 2 });
    match at.and_then(|at| names.get(at)) {
        Some(Key::Name(name)) => name,
        _ => match names.last() {
            Some(Key::Name(name)) => name,
            _ => "",
        },
    }
}

fn short(value: &Value) -> Option<String> {
    let written = value.as_text().unwrap_or(value.written());
    let is_short = value.is_scalar() && written.chars().count() <= SHORT;
    let quoted =
        if value.kind() == Kind::Text { format!("`{}`", plain(written)) } else { plain(written) };
    is_short.then_some(quoted)
}

/// In a message there is one line, and quotes of ours alone.
fn plain(text: &str) -> String {
    let one = |c: char| if c.is_control() || c == '`' { ' ' } else { c };
    let text: String = text.chars().map(one).collect();
    let short: String = text.chars().take(60).collect();
    short.trim().to_owned()
}
