//! From what was typed to changes of a text: each field that differs from what the person saw, and nothing else.

mod wish;

use std::collections::BTreeMap;

use trueup_roadmap::edit::{Edit, EditError, Key, Path, Value, edit, value_at};
use trueup_roadmap::{FileKind, fields};

use super::Typed;
use super::input::Input;
use super::shape::Node;
use super::tree::Tree;
use wish::Wish;

/// What somebody wants of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    /// The text as they want it; the same as before where nothing is changed.
    pub text: String,
    /// What was changed.
    pub edits: Vec<Edit>,
    /// Lists whose rows were put into another order.
    pub reordered: Vec<Path>,
}

/// Why a file cannot be as it is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// By path: how to write it.
    Wrong(BTreeMap<String, String>),
    /// Fields that are not what the person saw any more.
    Conflicts(Vec<Conflict>),
    /// The text cannot be edited by fields.
    Unreadable(EditError),
}

/// A field that somebody else changed meanwhile.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// As the person's form has it.
    pub path: String,
    /// Where it is now; `None` if its row is gone.
    pub place: Option<Path>,
    pub saw: Option<Value>,
    pub now: Option<Value>,
    pub wants: Option<Value>,
}

/// Reads what was typed over a text as changes to it, and makes them: all of them, or none.
pub fn wanted(text: &str, kind: FileKind, typed: &Typed) -> Result<Wanted, Problem> {
    let written = fields(text).map_err(Problem::Unreadable)?;
    let mut reading = Reading {
        kind,
        typed,
        tree: Tree::new(written),
        steps: Vec::new(),
        orders: Vec::new(),
        wrong: BTreeMap::new(),
        conflicts: Vec::new(),
    };
    reading.fields(text);
    reading.removals(text);
    reading.additions(text);
    reading.orders();
    reading.any();
    if !reading.wrong.is_empty() {
        return Err(Problem::Wrong(reading.wrong));
    }
    reading.make(text)
}

struct Reading<'t> {
    kind: FileKind,
    typed: &'t Typed,
    /// What is written now.
    tree: Tree,
    /// Changes in the order in which they are made, each with its path in the form.
    steps: Vec<(String, Edit)>,
    /// Lists in another order, once the other changes are made.
    orders: Vec<Wish>,
    wrong: BTreeMap<String, String>,
    conflicts: Vec<Conflict>,
}

impl Reading<'_> {
    /// Fields whose input does not say what was seen.
    fn fields(&mut self, text: &str) {
        let dropped: Vec<String> =
            self.typed.under("drop:").map(|(path, _)| path.to_owned()).collect();
        let typed = self.typed;
        for (path, set) in typed.under("set:") {
            let gone = |row: &String| path.starts_with(&format!("{row}."));
            let is_theirs = typed.get(&format!("pick:{path}")) == Some("theirs");
            if path.contains("[new]") || is_theirs || dropped.iter().any(gone) {
                continue;
            }
            if let Err(message) = self.field(text, path, set) {
                self.wrong.insert(path.to_owned(), message);
            }
        }
    }

    fn field(&mut self, text: &str, named: &str, set: &str) -> Result<(), String> {
        let path: Path = named.parse().map_err(|error: EditError| error.to_string())?;
        let was = self.typed.filled(&format!("was:{named}"));
        let was = was.map(Value::parse).transpose().map_err(|error| error.to_string())?;
        let input = Input::of(&self.shape(&path, was.as_ref()), was.as_ref());
        let spoken = was.as_ref().map(|was| input.spoken(was)).unwrap_or_default();
        if same(&spoken, set) {
            return Ok(());
        }
        let new = input.read(set)?;
        if new == was {
            return Ok(());
        }
        let Some(path) = self.row_of(&path) else {
            let now = value_at(text, &path).ok().flatten();
            self.conflicts.push(Conflict {
                path: named.to_owned(),
                place: None,
                saw: was,
                now,
                wants: new,
            });
            return Ok(());
        };
        self.steps.push((named.to_owned(), Edit { path, old: was, new }));
        Ok(())
    }

    fn shape(&self, path: &Path, there: Option<&Value>) -> super::shape::Shape {
        let node = node(self.kind, path);
        if there.is_some_and(Value::is_scalar) { node.scalar() } else { node.shape() }
    }

    /// Where the row that a path goes through is now; `None` where there is no such row any more.
    fn row_of(&self, path: &Path) -> Option<Path> {
        let mut path = path.clone();
        for at in 0..path.0.len() {
            if !matches!(path.0[at], Key::Index(_)) {
                continue;
            }
            let row = Path(path.0[..=at].to_vec());
            let Some(seen) = self.typed.get(&format!("row:{row}")) else { continue };
            let place = self.place(&row, seen).or_else(|| self.rewritten(&row));
            path.0[at] = Key::Index(place?);
        }
        Some(path)
    }

    /// The place of the row that was seen: where it was, or the one other place that holds it.
    fn place(&self, row: &Path, seen: &str) -> Option<usize> {
        let (last, list) = row.0.split_last()?;
        let Key::Index(was) = last else { return None };
        let rows = &self.tree.at(list)?.children;
        let is_it = |at: &usize| same(&rows[*at].1.telling(), seen);
        if *was < rows.len() && is_it(was) {
            return Some(*was);
        }
        let mut others = (0..rows.len()).filter(is_it);
        match (others.next(), others.next()) {
            (Some(other), None) => Some(other),
            _ => None,
        }
    }

    /// The place of a row that reads otherwise now, if it stands where it stood.
    fn rewritten(&self, row: &Path) -> Option<usize> {
        let (last, list) = row.0.split_last()?;
        let Key::Index(was) = last else { return None };
        let count = self.tree.at(list)?.children.len();
        (*was < count && self.stand_still(list, count)).then_some(*was)
    }

    /// True when no row of a list came, went or moved, so that one which reads otherwise now was rewritten where it stands.
    fn stand_still(&self, list: &[Key], count: usize) -> bool {
        let Some(tree) = self.tree.at(list) else { return false };
        let seen: Vec<Option<&str>> = (0..count)
            .map(|at| {
                let row = Path([list, &[Key::Index(at)]].concat());
                self.typed.get(&format!("row:{row}"))
            })
            .collect();
        let after = Path([list, &[Key::Index(count)]].concat());
        let is_whole =
            seen.iter().all(Option::is_some) && self.typed.get(&format!("row:{after}")).is_none();
        let tells = |at: usize, seen: &str| same(&tree.children[at].1.telling(), seen);
        let stands = |(at, seen): (usize, Option<&str>)| {
            seen.is_some_and(|seen| tells(at, seen) || !(0..count).any(|other| tells(other, seen)))
        };
        is_whole && seen.into_iter().enumerate().all(stands)
    }

    /// Rows that are to go, the last of a list first, so that the places of the others stay.
    fn removals(&mut self, text: &str) {
        let mut paths = Vec::new();
        for (named, seen) in self.typed.under("drop:") {
            let Ok(path) = named.parse::<Path>() else {
                self.wrong.insert(named.to_owned(), format!("`{named}` is no path"));
                continue;
            };
            let there = match path.0.last() {
                Some(Key::Index(_)) => self.place(&path, seen).map(|place| {
                    let mut path = path.clone();
                    path.0.pop();
                    path.0.push(Key::Index(place));
                    path
                }),
                _ => Some(path.clone()),
            };
            let Some(there) = there else {
                self.gone(text, named, &path, seen);
                continue;
            };
            if let Ok(Some(old)) = value_at(text, &there) {
                paths.push((named.to_owned(), there, old));
            }
        }
        paths.sort_by(|a, b| b.1.cmp(&a.1));
        paths.dedup_by(|a, b| a.1 == b.1);
        let removal = |(named, path, old)| (named, Edit { path, old: Some(old), new: None });
        // Fields first: they are found by places that removals shift.
        self.steps.extend(paths.into_iter().map(removal));
    }

    /// A row that is to go and is not what was seen: rewritten, it is a choice; gone already, there is nothing to do.
    fn gone(&mut self, text: &str, named: &str, path: &Path, seen: &str) {
        if self.rewritten(path).is_some() {
            let (saw, now) = (Some(Value::from(seen)), value_at(text, path).ok().flatten());
            let (place, path) = (Some(path.clone()), named.to_owned());
            self.conflicts.push(Conflict { path, place, saw, now, wants: None });
        }
    }

    /// Rows that are not there yet.
    fn additions(&mut self, text: &str) {
        let mut lists: Vec<&str> = Vec::new();
        let typed = self.typed;
        for (path, set) in typed.under("set:") {
            let Some((list, _)) = path.split_once("[new]") else { continue };
            if !set.trim().is_empty() && !lists.contains(&list) {
                lists.push(list);
            }
        }
        for (list, name) in typed.under("name:") {
            let list = list.trim_end_matches("[new]");
            if !name.trim().is_empty() && !lists.contains(&list) {
                lists.push(list);
            }
        }
        for list in lists {
            if let Err((path, message)) = self.addition(text, list) {
                self.wrong.insert(path, message);
            }
        }
    }

    fn addition(&mut self, text: &str, list: &str) -> Result<(), (String, String)> {
        let blank = format!("{list}[new]");
        let wrong = |error: EditError| (blank.clone(), error.to_string());
        let mut path: Path = list.parse().map_err(wrong)?;
        if let Some(row) = self.row_of(&path) {
            path = row;
        }
        let value = self.row(&path, &blank)?;
        let named = self.typed.get(&format!("name:{blank}")).map(str::trim);
        let last = match named {
            Some("") => return Err((blank, "what is it called?".to_owned())),
            Some(name) => Key::Name(name.to_owned()),
            None => {
                let count = self.tree.at(&path.0).map_or(0, |tree| tree.children.len());
                let within = |step: &&(String, Edit)| {
                    step.1.new.is_none()
                        && step.1.path.0.split_last().is_some_and(|(_, up)| up == path.0)
                };
                let gone = self.steps.iter().filter(within);
                let gone =
                    gone.filter(|step| matches!(step.1.path.0.last(), Some(Key::Index(_)))).count();
                Key::Index(count - gone.min(count))
            }
        };
        path.0.push(last);
        if named.is_some() && value_at(text, &path).map_err(wrong)?.is_some() {
            return Err((blank, format!("`{path}` is there already; choose another name")));
        }
        // An emptied list, or one that is written as such, takes its first row as a list.
        self.steps.push((blank, Edit { path, old: None, new: Some(value) }));
        Ok(())
    }

    /// What was typed for a new row: a table, or a single value.
    fn row(&self, list: &Path, blank: &str) -> Result<Value, (String, String)> {
        let item = match self.typed.get(&format!("name:{blank}")) {
            Some(_) => node(self.kind, list).child("any"),
            None => node(self.kind, list).item(),
        };
        let mut entries: Vec<(Vec<String>, Value)> = Vec::new();
        for (rest, set) in self.typed.under(&format!("set:{blank}")) {
            let wrong = |message: String| (format!("{blank}{rest}"), message);
            let Some(rest) = rest.strip_prefix('.') else {
                let value = Input::of(&item.shape(), None).read(set).map_err(wrong)?;
                return value.ok_or_else(|| wrong("a value is missing".to_owned()));
            };
            let path: Path = rest.parse().map_err(|error: EditError| wrong(error.to_string()))?;
            let keys: Option<Vec<String>> = path.0.iter().map(name).collect();
            let Some(keys) = keys else { continue };
            let node = keys.iter().fold(item.clone(), |node, key| node.child(key));
            let value = Input::of(&node.shape(), None).read(set).map_err(wrong)?;
            entries.extend(value.map(|value| (keys, value)));
        }
        Ok(nested(&entries))
    }

    /// A key that the form does not offer.
    fn any(&mut self) {
        let Some(named) = self.typed.filled("any:path") else { return };
        let value = self.typed.filled("any:value").unwrap_or_default();
        match (named.parse::<Path>(), Value::parse(value)) {
            (Ok(path), Ok(value)) => {
                let edit = Edit { path, old: None, new: Some(value) };
                self.steps.push((named.to_owned(), edit));
            }
            (Err(error), _) => drop(self.wrong.insert("any:path".to_owned(), error.to_string())),
            (_, Err(error)) => drop(self.wrong.insert("any:value".to_owned(), error.to_string())),
        }
    }

    fn make(mut self, text: &str) -> Result<Wanted, Problem> {
        let mut changed = text.to_owned();
        let mut edits = Vec::new();
        let steps = std::mem::take(&mut self.steps);
        let mut orders = std::mem::take(&mut self.orders);
        for wish in &mut orders {
            wish.shift(&steps);
        }
        for (named, step) in steps {
            let now = value_at(&changed, &step.path).map_err(Problem::Unreadable)?;
            if now == step.new {
                continue;
            }
            match edit(&changed, std::slice::from_ref(&step)) {
                Ok(text) => {
                    changed = text;
                    edits.push(step);
                }
                Err(EditError::Conflict { .. }) => self.conflicts.push(Conflict {
                    path: named,
                    place: Some(step.path),
                    saw: step.old,
                    now,
                    wants: step.new,
                }),
                Err(error @ EditError::Unreadable { .. }) => {
                    return Err(Problem::Unreadable(error));
                }
                Err(error) => drop(self.wrong.insert(named, error.to_string())),
            }
        }
        let mut reordered = Vec::new();
        for wish in orders {
            match wish.make(&changed) {
                Ok(text) if text == changed => {}
                Ok(text) => {
                    changed = text;
                    reordered.push(wish.list);
                }
                Err(error) => drop(self.wrong.insert(wish.list.to_string(), error.to_string())),
            }
        }
        match () {
            () if !self.wrong.is_empty() => Err(Problem::Wrong(self.wrong)),
            () if !self.conflicts.is_empty() => Err(Problem::Conflicts(self.conflicts)),
            () => Ok(Wanted { text: changed, edits, reordered }),
        }
    }
}

/// The fields whose input does not say what was seen, and what it says.
#[must_use]
pub fn changed(kind: FileKind, typed: &Typed) -> Vec<(&str, &str)> {
    let differs = |(path, set): &(&str, &str)| {
        let was = typed.filled(&format!("was:{path}")).and_then(|was| Value::parse(was).ok());
        let Ok(path) = path.parse::<Path>() else { return !set.trim().is_empty() };
        let node = node(kind, &path);
        let is_scalar = was.as_ref().is_some_and(Value::is_scalar);
        let shape = if is_scalar { node.scalar() } else { node.shape() };
        let input = Input::of(&shape, was.as_ref());
        !same(&was.map(|was| input.spoken(&was)).unwrap_or_default(), set)
    };
    typed.under("set:").filter(differs).collect()
}

/// Reads what was typed for a key that is not there yet.
pub(crate) fn read(kind: FileKind, path: &str, typed: &str) -> Result<Option<Value>, String> {
    let path: Path = path.parse().map_err(|error: EditError| error.to_string())?;
    Input::of(&node(kind, &path).shape(), None).read(typed)
}

/// What the language allows at a path.
pub(super) fn node(kind: FileKind, path: &Path) -> Node {
    path.0.iter().fold(Node::of(kind), |node, key| match key {
        Key::Name(name) => node.child(name),
        Key::Index(_) => node.item(),
    })
}

fn name(key: &Key) -> Option<String> {
    match key {
        Key::Name(name) => Some(name.clone()),
        Key::Index(_) => None,
    }
}

/// A table of keys, some of which lie in tables within it.
fn nested(entries: &[(Vec<String>, Value)]) -> Value {
    let mut names: Vec<&str> = Vec::new();
    for (keys, _) in entries {
        if !names.contains(&keys[0].as_str()) {
            names.push(&keys[0]);
        }
    }
    let one = |name| {
        let (mut within, mut own) = (Vec::new(), None);
        for (keys, value) in entries.iter().filter(|(keys, _)| keys[0] == name) {
            match &keys[1..] {
                [] => own = Some(value.clone()),
                rest => within.push((rest.to_vec(), value.clone())),
            }
        }
        (name, own.unwrap_or_else(|| nested(&within)))
    };
    names.into_iter().map(one).collect()
}

/// The same text, however a browser ends its lines.
fn same(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    plain(a) == plain(b)
}
