//! What is written in a file, as a tree of its paths.

use trueup_roadmap::edit::{Key, Path, Value};

/// A table, a list or a value, and what it holds in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// As it is written; `None` for a table of several lines.
    pub value: Option<Value>,
    pub children: Vec<(Key, Tree)>,
}

/// What tells the rows of a list from one another, the first of them that is there; the following go with `metric`.
const TELLING: [&str; 10] =
    ["metric", "attest", "id", "what", "to", "code", "since", "for", "kind", "by"];
const BESIDE_METRIC: [&str; 3] = ["among", "arm", "versus"];

impl Tree {
    pub(super) fn new(fields: Vec<(Path, Value)>) -> Tree {
        let mut tree = Tree::default();
        for (path, value) in fields {
            tree.reach(&path.0).value = Some(value);
        }
        tree
    }

    fn reach(&mut self, path: &[Key]) -> &mut Tree {
        let Some((first, rest)) = path.split_first() else { return self };
        let at = self.children.iter().position(|(key, _)| key == first).unwrap_or_else(|| {
            self.children.push((first.clone(), Tree::default()));
            self.children.len() - 1
        });
        self.children[at].1.reach(rest)
    }

    pub(super) fn at(&self, path: &[Key]) -> Option<&Tree> {
        path.iter().try_fold(self, |tree, key| {
            tree.children.iter().find(|(known, _)| known == key).map(|(_, child)| child)
        })
    }

    pub(super) fn named(&self, name: &str) -> Option<&Tree> {
        self.at(&[Key::Name(name.to_owned())])
    }

    /// True for a list of tables.
    pub(super) fn is_rows(&self) -> bool {
        let is_table =
            |(key, child): &(Key, Tree)| matches!(key, Key::Index(_)) && child.is_table();
        !self.children.is_empty() && self.children.iter().all(is_table)
    }

    fn is_table(&self) -> bool {
        self.children.iter().any(|(key, _)| matches!(key, Key::Name(_)))
    }

    /// What tells a row from the others of its list, in TOML.
    pub(super) fn telling(&self) -> String {
        let written = |name: &str| Some(self.named(name)?.value.as_ref()?.written().to_owned());
        let Some(first) = TELLING.into_iter().find(|name| self.named(name).is_some()) else {
            return self.value.as_ref().map(|value| value.written().to_owned()).unwrap_or_default();
        };
        let beside = if first == "metric" { &BESIDE_METRIC[..] } else { &[] };
        let names = [first].into_iter().chain(beside.iter().copied());
        names.filter_map(written).collect::<Vec<_>>().join(" ")
    }

    /// The same as people say it.
    pub(super) fn called(&self) -> String {
        let text = |name: &str| Some(self.named(name)?.value.as_ref()?.as_text()?.to_owned());
        TELLING.into_iter().find_map(text).unwrap_or_default()
    }
}
