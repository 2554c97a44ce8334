//! From a file's text to its form.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::edit::{EditError, Key, Path, Value};
use trueup_roadmap::{FileKind, Roadmap, Source, fields};

use super::input::Input;
use super::shape::{Node, Shape};
use super::suggest::{self, said};
use super::tree::Tree;
use super::{Field, Group, Moves, Names, Order, Row, Typed};

/// Every value of a file, and every key that the language allows beside them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FileForm {
    pub groups: Vec<Group>,
    pub lists: Vec<Names>,
    /// Lists whose rows are to stand in another order.
    pub orders: Vec<Order>,
}

impl FileForm {
    /// Its parts, each by where it is and what it is called.
    #[must_use]
    pub fn parts(&self) -> Vec<(String, &str)> {
        let parts = self.groups.iter().filter(|group| group.moves().is_none());
        parts.filter_map(|group| Some((group.anchor()?, group.heading.as_str()))).collect()
    }

    /// The form of a file as it is, with what was typed over it, and what is wrong by path.
    pub fn new(
        source: &Source,
        kind: FileKind,
        roadmap: &Roadmap,
        typed: &Typed,
        errors: &BTreeMap<String, String>,
    ) -> Result<FileForm, EditError> {
        let tree = Tree::new(fields(&source.text)?);
        let mut builder = Builder {
            kind,
            typed,
            errors,
            groups: Vec::new(),
            orders: Vec::new(),
            count: 0,
            rows: 0,
        };
        let heading = match kind {
            FileKind::Roadmap => "The roadmap".to_owned(),
            kind => format!("The {} itself", kind.name()),
        };
        builder.group("", heading, 2, String::new());
        builder.table(Place { path: "", label: "", level: 2 }, Some(&tree), &Node::of(kind), 0);
        builder.groups.retain(|group| !group.is_empty());
        let all = builder.groups.iter().flat_map(|group| group.fields.iter().chain(&group.absent));
        let used: BTreeSet<&'static str> = all.filter_map(|field| field.names).collect();
        let lists = suggest::lists(roadmap, &used);
        Ok(FileForm { lists, groups: builder.groups, orders: builder.orders })
    }

    /// Every field.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.groups.iter().flat_map(|group| group.fields.iter().chain(&group.absent))
    }

    /// Fields that are wrong.
    pub fn wrong(&self) -> impl Iterator<Item = &Field> {
        self.fields().filter(|field| field.error.is_some())
    }
}

impl Group {
    fn is_empty(&self) -> bool {
        self.fields.is_empty()
            && self.absent.is_empty()
            && self.row.is_none()
            && self.name.is_none()
            && self.help.is_empty()
    }
}

struct Builder<'a> {
    kind: FileKind,
    typed: &'a Typed,
    errors: &'a BTreeMap<String, String>,
    groups: Vec<Group>,
    orders: Vec<Order>,
    /// Fields so far.
    count: usize,
    /// Rows so far.
    rows: usize,
}

/// Where the builder is: the path, what goes before labels, and the level of headings.
#[derive(Clone, Copy)]
struct Place<'p> {
    path: &'p str,
    label: &'p str,
    level: u8,
}

impl Place<'_> {
    fn below(&self, name: &str) -> String {
        below(self.path, name)
    }
}

fn below(path: &str, name: &str) -> String {
    let name = Path(vec![Key::Name(name.to_owned())]);
    if path.is_empty() { name.to_string() } else { format!("{path}.{name}") }
}

impl Builder<'_> {
    fn group(&mut self, path: &str, heading: String, level: u8, help: String) -> usize {
        self.groups.push(Group {
            path: path.to_owned(),
            heading,
            level,
            help,
            fields: Vec::new(),
            absent: Vec::new(),
            row: None,
            is_new: false,
            name: None,
        });
        self.groups.len() - 1
    }

    /// Adds what a table holds to a group, and what is a group of its own behind it.
    fn table(&mut self, at: Place<'_>, tree: Option<&Tree>, node: &Node, group: usize) {
        let mut later = Vec::new();
        let written = tree.map(|tree| tree.children.as_slice()).unwrap_or_default();
        for (key, child) in written {
            let Key::Name(name) = key else { continue };
            self.entry(at, name, Some(child), node, group, &mut later);
        }
        if !node.is_vast() {
            for name in node.keys() {
                if tree.is_none_or(|tree| tree.named(name).is_none()) {
                    self.entry(at, name, None, node, group, &mut later);
                }
            }
        }
        // What is silenced comes last, whatever is missing before it.
        later.sort_by_key(|part: &Part<'_>| (part.name == "allow", part.tree.is_none()));
        for part in later {
            self.part(&part, at);
        }
    }

    fn entry<'t>(
        &mut self,
        at: Place<'_>,
        name: &str,
        tree: Option<&'t Tree>,
        of: &Node,
        group: usize,
        later: &mut Vec<Part<'t>>,
    ) {
        let node = of.child(name);
        let path = at.below(name);
        let is_table = tree.is_some_and(|tree| {
            tree.children.iter().any(|(key, _)| matches!(key, Key::Name(_))) || tree.value.is_none()
        });
        let is_rows = tree.is_some_and(Tree::is_rows);
        let shape = match tree {
            _ if is_rows => Shape::Rows,
            Some(_) if is_table && node.keys().is_empty() => Shape::Named,
            Some(_) if is_table => Shape::Table,
            Some(_) => Shape::Free,
            None => node.shape(),
        };
        match shape {
            Shape::Table if !at.path.is_empty() => {
                let label = format!("{}{}: ", at.label, said(name));
                let place = Place { path: &path, label: &label, level: at.level };
                self.table(place, tree, &node, group);
            }
            Shape::Rows | Shape::Named | Shape::Table => {
                later.push(Part { path, name: name.to_owned(), tree, node, shape });
            }
            _ => {
                let label = format!("{}{}", at.label, said(name));
                let required = of.requires(name);
                self.field(path, label, tree, &node, required, group);
            }
        }
    }

    fn field(
        &mut self,
        path: String,
        label: String,
        tree: Option<&Tree>,
        node: &Node,
        required: bool,
        group: usize,
    ) {
        let there = tree.and_then(|tree| tree.value.as_ref());
        let shape = if there.is_some_and(Value::is_scalar) { node.scalar() } else { node.shape() };
        let input = Input::of(&shape, there);
        let spoken = there.map(|value| input.spoken(value)).unwrap_or_default();
        let written = there.map(|value| value.written().to_owned()).unwrap_or_default();
        let typed = |kind: &str, or: String| {
            self.typed.get(&format!("{kind}:{path}")).map_or(or, str::to_owned)
        };
        let (value, was) = (typed("set", spoken), typed("was", written));
        let plain = without_places(&path);
        let takes_names = matches!(input, Input::Line);
        self.count += 1;
        let field = Field {
            id: format!("f{}", self.count),
            label,
            help: node.help(),
            was,
            value,
            required,
            error: self.errors.get(&path).cloned(),
            names: suggest::names(self.kind, &plain).filter(|_| takes_names),
            input,
            path,
        };
        let group = &mut self.groups[group];
        // What somebody typed, or what is wrong, is not hidden.
        let shown = there.is_some() || !field.value.is_empty() || field.error.is_some();
        if shown || (required && group.is_new) {
            group.fields.push(field);
        } else {
            group.absent.push(field);
        }
    }

    fn part(&mut self, part: &Part<'_>, at: Place<'_>) {
        let Part { path, name, tree, node, shape } = part;
        let heading = format!("{}{}", at.label, suggest::heading(name));
        match shape {
            Shape::Rows => self.rows(part, heading, at.level),
            Shape::Named => self.named(part, &heading, at.level),
            _ => {
                let group = self.group(path, heading, 2, node.help());
                self.groups[group].is_new = tree.is_none();
                self.table(Place { path, label: "", level: 2 }, *tree, node, group);
            }
        }
    }

    /// A list of tables: a group for each row, and one for a new row.
    fn rows(&mut self, part: &Part<'_>, heading: String, level: u8) {
        let Part { path, name, tree, node, .. } = part;
        if !path.contains('.') {
            self.group(path, heading, level, node.help());
        }
        let (row, item) = (suggest::row(name), node.item());
        let rows = tree.map(|tree| tree.children.as_slice()).unwrap_or_default();
        let first = self.rows + 1;
        self.rows += rows.len();
        for (at, place) in self.order(path, rows.len()).into_iter().enumerate() {
            let tree = &rows[place].1;
            let can_move = rows.len() > 1 && !path.contains('[');
            let moves = can_move.then(|| Moves {
                called: format!("{} {}", row.to_lowercase(), at + 1),
                anchor: format!("row-{}", first + place),
                up: at > 0,
                down: at + 1 < rows.len(),
            });
            let path = format!("{path}[{place}]");
            let group = self.group(&path, numbered(&row, at, &tree.called()), 3, String::new());
            let seen = format!("row:{path}");
            let seen = self.typed.get(&seen).map_or_else(|| tree.telling(), str::to_owned);
            let dropped = self.typed.get(&format!("drop:{path}")).is_some();
            self.groups[group].row = Some(Row { seen, dropped, moves });
            self.table(Place { path: &path, label: "", level: 3 }, Some(tree), &item, group);
            if at > 0 {
                self.without_help(group);
            }
        }
        if !path.contains("[new]") {
            self.blank(&format!("{path}[new]"), &row, &item, false);
        }
    }

    /// Where the rows are, in the order in which they are shown.
    fn order(&mut self, list: &str, count: usize) -> Vec<usize> {
        let order = self.typed.order(list, count);
        if !order.is_sorted() {
            let rows = order.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            self.orders.push(Order { list: list.to_owned(), rows });
        }
        order
    }

    /// The first row of a list says what each field means.
    fn without_help(&mut self, group: usize) {
        let group = &mut self.groups[group];
        for field in group.fields.iter_mut().chain(&mut group.absent) {
            field.help.clear();
        }
    }

    /// A table by the team's own names: a group for each, and one for a new one.
    fn named(&mut self, part: &Part<'_>, heading: &str, level: u8) {
        let Part { path, name, tree, node, .. } = part;
        // Any name has the same shape.
        let item = node.child("any");
        let holds_tables = item.shape() == Shape::Table;
        let row = suggest::row(name);
        let group = self.group(path, heading.to_owned(), level, node.help());
        for (key, tree) in tree.iter().flat_map(|tree| &tree.children) {
            let Key::Name(key) = key else { continue };
            let path = below(path, key);
            if tree.children.iter().all(|(key, _)| matches!(key, Key::Index(_))) {
                self.field(path, key.clone(), Some(tree), &item, false, group);
                continue;
            }
            let group = self.group(&path, format!("{row} {key}"), 3, String::new());
            self.groups[group].row = Some(Row {
                seen: key.clone(),
                dropped: self.typed.get(&format!("drop:{path}")).is_some(),
                moves: None,
            });
            self.table(Place { path: &path, label: "", level: 3 }, Some(tree), &item, group);
        }
        let path = format!("{path}[new]");
        if path.matches("[new]").count() > 1 {
            return;
        }
        if holds_tables {
            self.blank(&path, &row, &item, true);
        } else {
            let heading = format!("Add: {}", row.to_lowercase());
            let group = self.group(&path, heading, 3, String::new());
            self.groups[group].is_new = true;
            self.groups[group].name = Some(self.name(&path));
            self.field(path, "Value".to_owned(), None, &item, true, group);
        }
    }

    /// What is filled in for one more row.
    fn blank(&mut self, path: &str, row: &str, item: &Node, is_named: bool) {
        let heading = format!("Add: {}", row.to_lowercase());
        let group = self.group(path, heading, 3, item.help());
        self.groups[group].is_new = true;
        self.groups[group].name = is_named.then(|| self.name(path));
        self.table(Place { path, label: "", level: 3 }, None, item, group);
    }

    fn name(&self, path: &str) -> String {
        self.typed.get(&format!("name:{path}")).unwrap_or_default().to_owned()
    }
}

/// The heading of a row at a place of its list.
fn numbered(row: &str, at: usize, called: &str) -> String {
    match called {
        "" => format!("{row} {}", at + 1),
        called => format!("{row} {}: {called}", at + 1),
    }
}

/// What becomes groups of its own.
struct Part<'t> {
    path: String,
    name: String,
    tree: Option<&'t Tree>,
    node: Node,
    shape: Shape,
}

/// `risk[2].what` as `risk.what`.
pub(crate) fn without_places(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut within = false;
    for letter in path.chars() {
        match letter {
            '[' => within = true,
            ']' => within = false,
            letter if !within => plain.push(letter),
            _ => {}
        }
    }
    plain
}
