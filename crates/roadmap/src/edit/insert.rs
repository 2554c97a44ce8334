//! Writing a field that is not there yet, in the natural place of its table.

use super::layout::{Layout, Section, strip};
use super::path::{Key, Path, written};
use super::value::Value;
use super::{EditError, splice};
use crate::syntax::{Node, NodeKind, Piece, Span};

/// A table on a longer line becomes a block of its own.
const COLUMNS: usize = 100;

/// The text with a new field.
pub(super) fn insert(
    layout: &Layout<'_>,
    path: &Path,
    value: &Value,
    line_end: &str,
) -> Result<String, EditError> {
    let insertion = Insertion { layout, line_end };
    let no_place = || EditError::NoPlace { path: path.clone() };
    let (last, parent) = path.0.split_last().ok_or_else(no_place)?;
    if let Some(found) = layout.find(parent) {
        let holds = match (&found.node.kind, last) {
            (NodeKind::Array(_), Key::Index(index)) => *index == found.node.items().count(),
            (NodeKind::Table(_), Key::Name(_)) => true,
            _ => false,
        };
        let insert = || insertion.grown(found.node, &element(last, value));
        return holds.then(insert).ok_or_else(no_place);
    }
    match last {
        Key::Name(name) => insertion.named(parent, name, value),
        Key::Index(index) => insertion.element(parent, *index, value),
    }
    .ok_or_else(no_place)
}

/// What stands between the brackets for a new value.
fn element(key: &Key, value: &Value) -> String {
    match key {
        Key::Name(name) => entry(name, value),
        Key::Index(_) => value.to_string(),
    }
}

fn entry(name: &str, value: &Value) -> String {
    format!("{} = {value}", written(name))
}

struct Insertion<'l, 't> {
    layout: &'l Layout<'t>,
    line_end: &'l str,
}

impl Insertion<'_, '_> {
    /// A key in a table that has a header or dotted keys, or is not there yet.
    fn named(&self, parent: &[Key], name: &str, value: &Value) -> Option<String> {
        let path = || [parent, &[Key::Name(name.to_owned())]].concat();
        if let Some(section) = self.section(parent) {
            let line = entry(name, value);
            let is_block =
                value.is_table() && (parent.is_empty() || line.chars().count() > COLUMNS);
            return Some(if is_block {
                self.block(&path(), value)
            } else {
                self.line(section, &line)
            });
        }
        if let Some((section, end, rest)) = self.dotted(parent) {
            let keys = names(&[rest, &[Key::Name(name.to_owned())]].concat())?;
            return Some(self.new_line(section, end, &format!("{keys} = {value}")));
        }
        if let Some((depth, found)) = self.inline(parent) {
            return self.nested(found, &parent[depth..], name, value);
        }
        if !self.has_elements(parent) {
            return None;
        }
        Some(if value.is_table() {
            self.block(&path(), value)
        } else {
            self.block(parent, &Value::from_iter([(name, value.clone())]))
        })
    }

    /// True when the elements of `[[tables]]` that a path goes through are there.
    fn has_elements(&self, path: &[Key]) -> bool {
        let last = path.iter().rposition(|key| matches!(key, Key::Index(_)));
        last.is_none_or(|last| self.section(&path[..=last]).is_some())
    }

    /// The innermost value on a path, and how many keys lead to it.
    fn inline(&self, path: &[Key]) -> Option<(usize, &Node)> {
        (1..path.len())
            .rev()
            .find_map(|depth| Some((depth, self.layout.find(&path[..depth])?.node)))
    }

    /// A key below an inline table, with the tables between.
    fn nested(&self, node: &Node, between: &[Key], name: &str, value: &Value) -> Option<String> {
        let mut entry = entry(name, value);
        for key in between.iter().rev() {
            let Key::Name(name) = key else { return None };
            entry = format!("{} = {{ {entry} }}", written(name));
        }
        node.is_table().then(|| self.grown(node, &entry))
    }

    /// An element of `[[tables]]`, or of a list that is not there yet.
    fn element(&self, parent: &[Key], index: usize, value: &Value) -> Option<String> {
        let is_element = |section: &&Section| {
            strip(&section.path, parent).is_some_and(|rest| matches!(rest, [Key::Index(_)]))
        };
        let count = self.layout.sections.iter().filter(is_element).count();
        if index != count {
            return None;
        }
        if value.is_table() {
            return Some(self.block(&[parent, &[Key::Index(index)]].concat(), value));
        }
        let (key, above) = parent.split_last()?;
        let Key::Name(name) = key else { return None };
        let list = Value::from_iter([value.clone()]);
        match self.layout.find(above) {
            Some(found) => self.nested(found.node, &[], name, &list),
            None => self.named(above, name, &list),
        }
    }

    /// The table with this header; the file itself for no path.
    fn section(&self, path: &[Key]) -> Option<&Section> {
        self.layout.sections.iter().find(|section| section.path == path)
    }

    /// The last dotted key of a table that only such keys make: where its line ends, and the keys
    /// that lead from the header to the table.
    fn dotted<'p>(&self, path: &'p [Key]) -> Option<(&Section, usize, &'p [Key])> {
        self.layout.sections.iter().find_map(|section| {
            let rest = strip(path, &section.path).filter(|rest| !rest.is_empty())?;
            let entries = self.layout.entries(section);
            let is_inside = |entry| self.layout.names(entry).starts_with(rest);
            let (line, _) = entries.filter(|(_, entry)| is_inside(&entry.keys)).last()?;
            Some((section, line.end, rest))
        })
    }

    /// A line behind the last key of a section.
    fn line(&self, section: &Section, line: &str) -> String {
        let end = self.layout.end_of_entries(section);
        self.new_line(section, end.unwrap_or(self.layout.end(section)), line)
    }

    /// A line of its own; the first of the file's own keys has a blank line below it.
    fn new_line(&self, section: &Section, at: usize, line: &str) -> String {
        let is_first = section.header.is_none() && self.layout.entries(section).next().is_none();
        let blank = if is_first && self.is_followed(at) { self.line_end } else { "" };
        self.put(at, &format!("{line}{}{blank}", self.line_end))
    }

    /// True when something stands on the next line.
    fn is_followed(&self, at: usize) -> bool {
        self.layout.text[at..].lines().next().is_some_and(|line| !line.trim().is_empty())
    }

    /// A table of several lines, behind the last one that belongs with it.
    fn block(&self, path: &[Key], value: &Value) -> String {
        let (open, close) = match path.last() {
            Some(Key::Index(_)) => ("[[", "]]"),
            _ => ("[", "]"),
        };
        let mut block = format!("{open}{}{close}{}", header(path), self.line_end);
        for entry in value.entries() {
            block += &entry;
            block += self.line_end;
        }
        let at = self.after(path);
        if at > self.layout.start() {
            block.insert_str(0, self.line_end);
        }
        if self.is_followed(at) {
            block += self.line_end;
        }
        self.put(at, &block)
    }

    /// The end of the last section that shares the most of a path's beginning.
    fn after(&self, path: &[Key]) -> usize {
        let longest = (1..path.len()).rev().find_map(|length| {
            let belongs = |section: &&Section| section.path.starts_with(&path[..length]);
            self.layout.sections.iter().rfind(belongs)
        });
        let last = || self.layout.sections.last().expect("a file has at least itself");
        self.layout.end(longest.unwrap_or_else(last))
    }

    /// Puts whole lines into the text; one without an end of line keeps having none.
    fn put(&self, at: usize, lines: &str) -> String {
        let text = self.layout.text;
        let is_open = at == text.len() && at > self.layout.start() && !text.ends_with('\n');
        let lines = if is_open {
            format!("{}{}", self.line_end, lines.trim_end_matches(['\r', '\n']))
        } else {
            lines.to_owned()
        };
        splice(text, vec![(at..at, lines)])
    }

    /// A list or an inline table with one more element.
    fn grown(&self, node: &Node, new: &str) -> String {
        let pieces = node.pieces();
        let last = pieces.iter().enumerate().rev().find_map(|(at, piece)| match piece {
            Piece::Item(item) => Some((at, item.value.span.end)),
            _ => None,
        });
        let Some((last, end)) = last else { return self.filled(node, new) };
        match (indent(self.layout.text, &pieces[..last]), first_break(&pieces[last..])) {
            (Some(indent), Some(line)) => {
                self.as_row(&pieces[last..], end, line, &format!("{indent}{new}"))
            }
            _ => splice(self.layout.text, vec![(end..end, format!(", {new}"))]),
        }
    }

    fn filled(&self, node: &Node, new: &str) -> String {
        let Span { start, end } = node.span;
        if !node.pieces().iter().all(|piece| matches!(piece, Piece::Space(_) | Piece::Newline(_))) {
            return splice(self.layout.text, vec![(end - 1..end - 1, new.to_owned())]);
        }
        let new = if node.is_table() { format!("{{ {new} }}") } else { format!("[{new}]") };
        splice(self.layout.text, vec![(start..end, new)])
    }

    /// One more line of a list that has one for each element.
    fn as_row(&self, tail: &[Piece], end: usize, line: usize, row: &str) -> String {
        let has_comma = tail.iter().any(|piece| matches!(piece, Piece::Comma(_)));
        let (before, after) = if has_comma { ("", ",") } else { (",", "") };
        let row = format!("{}{row}{after}", self.line_end);
        splice(self.layout.text, vec![(end..end, before.to_owned()), (line..line, row)])
    }
}

/// The spaces before the last element, if it begins a line.
fn indent<'t>(text: &'t str, before: &[Piece]) -> Option<&'t str> {
    match before {
        [.., Piece::Newline(_), Piece::Space(span)] => Some(&text[span.clone()]),
        [.., Piece::Newline(_)] => Some(""),
        _ => None,
    }
}

/// Where the line of the last element ends.
fn first_break(after: &[Piece]) -> Option<usize> {
    after.iter().find_map(|piece| match piece {
        Piece::Newline(Span { start, .. }) => Some(*start),
        _ => None,
    })
}

/// The names of a path that has no places in lists, with dots.
fn names(path: &[Key]) -> Option<String> {
    let name = |key: &Key| match key {
        Key::Name(name) => Some(written(name)),
        Key::Index(_) => None,
    };
    Some(path.iter().map(name).collect::<Option<Vec<_>>>()?.join("."))
}

/// A path as a header has it, where a place among `[[tables]]` is understood.
fn header(path: &[Key]) -> String {
    let is_name = |key: &&Key| matches!(key, Key::Name(_));
    let keys: Vec<Key> = path.iter().filter(is_name).cloned().collect();
    names(&keys).unwrap_or_default()
}
