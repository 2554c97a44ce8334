//! Where the tables and values of a text stand.

use std::collections::BTreeMap;

use super::path::{Key, Path};
use crate::syntax::{self, Entry, Header, Node, Span, Statement, StatementKind};

/// A text and its tables.
pub(super) struct Layout<'t> {
    pub text: &'t str,
    pub statements: Vec<Statement>,
    /// The first is the file itself, without a header.
    pub sections: Vec<Section>,
}

/// A header and what stands below it, up to the next one.
pub(super) struct Section {
    pub path: Vec<Key>,
    /// Where its header stands among the statements.
    pub header: Option<usize>,
    /// Where its first statement stands, and where those of the next section begin.
    pub body: (usize, usize),
}

/// A value and what holds it.
pub(super) struct Found<'l> {
    pub node: &'l Node,
    /// The line or lines of the entry that it is, or is within.
    pub line: Span,
    /// The list or inline table that it is a part of, and its place there.
    pub holder: Option<(&'l Node, usize)>,
}

impl<'t> Layout<'t> {
    pub(super) fn new(text: &'t str) -> Layout<'t> {
        let statements = syntax::statements(text);
        let mut sections = vec![Section { path: Vec::new(), header: None, body: (0, 0) }];
        let mut counts = BTreeMap::new();
        for (at, statement) in statements.iter().enumerate() {
            if let StatementKind::Header(header) = &statement.kind {
                let path = header_path(text, header, &mut counts);
                sections.push(Section { path, header: Some(at), body: (at + 1, 0) });
            }
        }
        let ends: Vec<usize> = sections[1..].iter().filter_map(|section| section.header).collect();
        for (at, section) in sections.iter_mut().enumerate() {
            section.body.1 = ends.get(at).copied().unwrap_or(statements.len());
        }
        Layout { text, statements, sections }
    }

    /// The entries of a section, each with its lines.
    pub(super) fn entries(&self, section: &Section) -> impl Iterator<Item = (&Span, &Entry)> {
        let (start, end) = section.body;
        self.statements[start..end].iter().filter_map(|statement| match &statement.kind {
            StatementKind::Entry(entry) => Some((&statement.line, entry)),
            _ => None,
        })
    }

    pub(super) fn names(&self, keys: &[Span]) -> Vec<Key> {
        keys.iter().map(|key| Key::Name(syntax::name(&self.text[key.clone()]))).collect()
    }

    /// Every value with its path, each before what it holds.
    pub(super) fn values(&self) -> Vec<(Path, Span)> {
        let mut values = Vec::new();
        for section in &self.sections {
            for (_, entry) in self.entries(section) {
                let path = [section.path.clone(), self.names(&entry.keys)].concat();
                self.within(&entry.value, &path, &mut values);
            }
        }
        values
    }

    fn within(&self, node: &Node, path: &[Key], values: &mut Vec<(Path, Span)>) {
        values.push((Path(path.to_owned()), node.span.clone()));
        for (at, item) in node.items().enumerate() {
            let step = if node.is_table() { self.names(&item.keys) } else { vec![Key::Index(at)] };
            self.within(&item.value, &[path, &step].concat(), values);
        }
    }

    /// The entry whose lines a place is in, else the table.
    pub(super) fn path_at(&self, at: usize) -> Option<Path> {
        self.sections.iter().rev().find_map(|section| {
            let entry = self.entries(section).find(|(line, _)| line.contains(&at));
            if let Some((_, entry)) = entry {
                return Some(Path([section.path.clone(), self.names(&entry.keys)].concat()));
            }
            let header = &self.statements[section.header?].line;
            (header.start <= at).then(|| Path(section.path.clone()))
        })
    }

    /// The value at a path; `None` also for tables that have a header or dotted keys.
    pub(super) fn find(&self, path: &[Key]) -> Option<Found<'_>> {
        let sections = self.sections.iter().filter(|section| path.starts_with(&section.path));
        sections.rev().find_map(|section| {
            let rest = &path[section.path.len()..];
            self.entries(section).find_map(|(line, entry)| {
                let rest = strip(rest, &self.names(&entry.keys))?;
                self.descend(&entry.value, None, rest, line)
            })
        })
    }

    fn descend<'l>(
        &'l self,
        node: &'l Node,
        holder: Option<(&'l Node, usize)>,
        path: &[Key],
        line: &Span,
    ) -> Option<Found<'l>> {
        let Some(first) = path.first() else {
            return Some(Found { node, line: line.clone(), holder });
        };
        node.items().enumerate().find_map(|(at, item)| {
            let rest = match first {
                Key::Index(index) => (!node.is_table() && *index == at).then_some(&path[1..]),
                Key::Name(_) if node.is_table() => strip(path, &self.names(&item.keys)),
                Key::Name(_) => None,
            };
            self.descend(&item.value, Some((node, at)), rest?, line)
        })
    }

    pub(super) fn written(&self, found: &Found<'_>) -> String {
        self.text[found.node.span.clone()].to_owned()
    }

    /// The end of a section's last line that is not blank nor a comment on what follows.
    pub(super) fn end(&self, section: &Section) -> usize {
        let (start, end) = section.body;
        let mut body = &self.statements[start..end];
        if end < self.statements.len() {
            body = without_last(body, |kind| matches!(kind, StatementKind::Comment(_)));
        }
        body = without_last(body, |kind| matches!(kind, StatementKind::Blank));
        let last = body.last().or(section.header.map(|at| &self.statements[at]));
        last.map_or(self.start(), |statement| statement.line.end)
    }

    /// The end of a section's last entry, or of its header if it has none.
    pub(super) fn end_of_entries(&self, section: &Section) -> Option<usize> {
        let entry = self.entries(section).last().map(|(line, _)| line.end);
        entry.or(section.header.map(|at| self.statements[at].line.end))
    }

    /// Where the text begins, behind a byte order mark.
    pub(super) fn start(&self) -> usize {
        self.text.len() - self.text.trim_start_matches('\u{feff}').len()
    }
}

fn without_last(body: &[Statement], is_last: fn(&StatementKind) -> bool) -> &[Statement] {
    let kept = body.iter().rposition(|statement| !is_last(&statement.kind));
    &body[..kept.map_or(0, |at| at + 1)]
}

/// What remains of a path behind its first keys, if it begins with them.
pub(super) fn strip<'p>(path: &'p [Key], first: &[Key]) -> Option<&'p [Key]> {
    path.strip_prefix(first)
}

/// The path of a header's table: each `[[table]]` on the way is its newest element.
fn header_path(text: &str, header: &Header, counts: &mut BTreeMap<Vec<Key>, usize>) -> Vec<Key> {
    let mut path = Vec::new();
    for (at, key) in header.keys.iter().enumerate() {
        path.push(Key::Name(syntax::name(&text[key.clone()])));
        if header.is_array && at + 1 == header.keys.len() {
            *counts.entry(path.clone()).or_default() += 1;
        }
        if let Some(count) = counts.get(&path) {
            path.push(Key::Index(count - 1));
        }
    }
    path
}
