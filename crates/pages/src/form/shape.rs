//! What the language allows at a place of a file, from its JSON Schema.

use std::sync::OnceLock;

use serde_json::Value as Json;
use trueup_roadmap::{FileKind, schema};

/// A place in a schema: everything that may stand there.
#[derive(Debug, Clone)]
pub(super) struct Node {
    root: &'static Json,
    about: Option<&'static str>,
    /// References followed, alternatives side by side.
    choices: Vec<&'static Json>,
}

/// What may stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Number,
    Whole,
    Date,
    Flag,
    Choice(Vec<String>),
    Texts,
    Numbers,
    /// A list of tables.
    Rows,
    /// A table with keys of the language.
    Table,
    /// A table with keys of the team.
    Named,
    /// Anything, or nothing that the language knows.
    Free,
}

/// More keys than these are a vocabulary of their own, not a form.
const MANY: usize = 25;

/// What says what something is comes first.
const FIRST: [&str; 17] = [
    "id", "title", "name", "what", "attest", "metric", "at_least", "at_most", "between", "role",
    "kind", "code", "because", "from", "to", "until", "by",
];

impl Node {
    pub(super) fn of(kind: FileKind) -> Node {
        let root = parsed(kind);
        Node::at(root, root)
    }

    fn at(root: &'static Json, here: &'static Json) -> Node {
        let mut choices = Vec::new();
        flatten(root, here, &mut choices);
        let mut about = std::iter::once(here).chain(choices.iter().copied());
        let about = about.find_map(|json| json["description"].as_str());
        Node { root, about, choices }
    }

    /// What a key of this table may be; nothing where it may not be there.
    pub(super) fn child(&self, name: &str) -> Node {
        let known = self.choices.iter().filter_map(|choice| choice["properties"].get(name));
        let named = || self.choices.iter().filter_map(|choice| any_name(choice));
        self.joined(known.collect::<Vec<_>>().into_iter().chain(named()).take(MANY).collect())
    }

    /// What an element of this list may be.
    pub(super) fn item(&self) -> Node {
        self.joined(self.choices.iter().filter_map(|choice| choice.get("items")).collect())
    }

    fn joined(&self, parts: Vec<&'static Json>) -> Node {
        let nodes: Vec<Node> = parts.into_iter().map(|part| Node::at(self.root, part)).collect();
        Node {
            root: self.root,
            about: nodes.iter().find_map(|node| node.about),
            choices: nodes.into_iter().flat_map(|node| node.choices).collect(),
        }
    }

    /// The keys of the language in the order in which people fill them in.
    pub(super) fn keys(&self) -> Vec<&'static str> {
        let mut keys: Vec<&str> = Vec::new();
        for choice in &self.choices {
            let known = choice["properties"].as_object();
            let known = known.into_iter().flat_map(|known| known.keys().map(String::as_str));
            keys.extend(known.filter(|key| !keys.contains(key)).collect::<Vec<_>>());
        }
        let place = |key: &str| FIRST.iter().position(|first| *first == key).unwrap_or(FIRST.len());
        keys.sort_by_key(|key| (place(key), !self.requires(key)));
        keys
    }

    /// True where there are too many keys to offer each.
    pub(super) fn is_vast(&self) -> bool {
        self.keys().len() > MANY
    }

    /// True when every alternative must have the key.
    pub(super) fn requires(&self, key: &str) -> bool {
        let tables = || self.choices.iter().filter(|choice| choice["type"] == "object");
        let requires = |choice: &Json| {
            choice["required"].as_array().is_some_and(|keys| keys.iter().any(|known| known == key))
        };
        tables().count() > 0 && tables().all(|choice| requires(choice))
    }

    /// What the place is for: the first lines of its description.
    pub(super) fn help(&self) -> String {
        let about = self.about.unwrap_or_default();
        let first = about.split("\n\n").next().unwrap_or_default();
        first.replace('\n', " ")
    }

    /// What stands there when nothing is written yet: a list rather than a single value.
    pub(super) fn shape(&self) -> Shape {
        let is = |kind: &str| self.choices.iter().any(|choice| choice["type"] == kind);
        if is("array") {
            return self.list();
        }
        if is("object") {
            return if self.keys().is_empty() { Shape::Named } else { Shape::Table };
        }
        self.scalar()
    }

    fn list(&self) -> Shape {
        let item = self.item();
        match item.shape() {
            Shape::Table if item.choices.iter().any(|choice| choice["type"] == "string") => {
                Shape::Texts
            }
            Shape::Table => Shape::Rows,
            Shape::Number | Shape::Whole => Shape::Numbers,
            Shape::Text | Shape::Choice(_) => Shape::Texts,
            _ => Shape::Free,
        }
    }

    /// What a single value may be.
    pub(super) fn scalar(&self) -> Shape {
        let mut words: Vec<String> = Vec::new();
        for word in self.choices.iter().flat_map(|choice| texts_of(choice)) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        let texts: Vec<_> =
            self.choices.iter().filter(|choice| choice["type"] == "string").collect();
        if !words.is_empty() && texts.iter().all(|choice| choice.get("enum").is_some()) {
            return Shape::Choice(words);
        }
        if texts.iter().any(|choice| choice["format"] == "date") {
            return Shape::Date;
        }
        if !texts.is_empty() {
            return Shape::Text;
        }
        let is = |kind: &str| self.choices.iter().any(|choice| choice["type"] == kind);
        match () {
            () if is("number") => Shape::Number,
            () if is("integer") => Shape::Whole,
            () if is("boolean") => Shape::Flag,
            () => Shape::Free,
        }
    }
}

fn texts_of(choice: &Json) -> Vec<String> {
    let words = choice["enum"].as_array().into_iter().flatten();
    words.filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

fn any_name(choice: &'static Json) -> Option<&'static Json> {
    let by_pattern = choice["patternProperties"].as_object().and_then(|all| all.values().next());
    by_pattern.or_else(|| choice.get("additionalProperties").filter(|any| any.is_object()))
}

fn flatten(root: &'static Json, here: &'static Json, into: &mut Vec<&'static Json>) {
    if let Some(reference) = here["$ref"].as_str() {
        if let Some(there) = root.pointer(reference.trim_start_matches('#')) {
            flatten(root, there, into);
        }
        return;
    }
    let several = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| here[key].as_array());
    let several: Vec<&Json> = several.flatten().collect();
    if several.is_empty() || here.get("properties").is_some() {
        into.push(here);
    }
    for choice in several {
        flatten(root, choice, into);
    }
}

/// Schemas are large and never change.
fn parsed(kind: FileKind) -> &'static Json {
    static SCHEMAS: [OnceLock<Json>; 7] = [const { OnceLock::new() }; 7];
    SCHEMAS[kind as usize]
        .get_or_init(|| serde_json::from_str(&schema(kind)).expect("a schema is JSON"))
}
