//! A form for any file of the roadmap: what is written in it and what could be, and what people typed, as changes.
//!
//! A field's name in a form is what it is about: `was:PATH` is what the person saw there, in TOML; `set:PATH` what they
//! want, as people type it; `pick:PATH` is `theirs` where they give way to somebody else; `row:PATH` says which row of a
//! list they saw, `drop:PATH` takes it away, `order:LIST` is the order in which they want the rows; `[new]` in a path stands for a row that is not there yet, and `name:PATH` is
//! what a new one is called where names are the team's own.
//!
//! Reading order: [`Typed`] (what arrives), `shape` (what the language allows at a place), [`input`] (values as people type
//! them), `build` (text to form), [`wanted`] (what arrived to changes), [`say`] (the change in a sentence).

mod build;
pub mod input;
pub mod merge_lines;
mod order;
pub mod say;
mod shape;
pub(crate) mod suggest;
mod tree;
pub mod wanted;
pub mod whose;

use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::FileKind;

pub use build::FileForm;
pub(crate) use build::without_places;
pub use input::Input;
pub use order::{Moves, Order};
pub use wanted::{Conflict, Problem, Wanted, wanted};

/// The fields of a form that somebody sent, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed(pub Vec<(String, String)>);

impl Typed {
    /// What was typed under a name; `None` where the form had no such field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What stands under a name, without spaces around it, if there is anything.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// Everything under names that begin so: the rest of the name, and the value.
    pub fn under<'t>(&'t self, start: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
        let one = move |(name, value): &'t (String, String)| {
            Some((name.strip_prefix(start)?, value.as_str()))
        };
        self.0.iter().filter_map(one)
    }
}

/// Fields that belong together: a table of the file, or one row of a list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Group {
    /// The table's path; empty for the file itself.
    pub path: String,
    pub heading: String,
    /// 2 or 3.
    pub level: u8,
    pub help: String,
    /// What is written.
    pub fields: Vec<Field>,
    /// What could be.
    pub absent: Vec<Field>,
    /// The row as it is seen here, of a row that can be taken away.
    pub row: Option<Row>,
    /// True for what is not there yet.
    pub is_new: bool,
    /// Where the new one is named by people: what they typed.
    pub name: Option<String>,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Row {
    /// Tells it from the others.
    pub seen: String,
    /// True when it is to go.
    pub dropped: bool,
    /// Of a row in a list of several.
    pub moves: Option<Moves>,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Field {
    /// Within the page.
    pub id: String,
    pub path: String,
    pub label: String,
    pub help: String,
    pub input: Input,
    /// What is there, in TOML; empty for nothing.
    pub was: String,
    /// What the input holds.
    pub value: String,
    pub required: bool,
    /// What is wrong with it.
    pub error: Option<String>,
    /// The list of names that may stand here.
    pub names: Option<&'static str>,
}

/// Names that may stand in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Names {
    pub id: &'static str,
    pub names: Vec<String>,
}

impl Group {
    /// What opens a group that is not there yet.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.heading.starts_with("Add") {
            return self.heading.clone();
        }
        format!("Add: {}", self.heading)
    }

    /// True for the heading of a list, whose rows are groups of their own.
    #[must_use]
    pub fn is_heading(&self) -> bool {
        self.fields.is_empty() && self.absent.is_empty() && !self.is_new && self.row.is_none()
    }

    /// True where somebody typed something, or something is wrong: that is not hidden.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let is_told = |field: &Field| !field.value.is_empty() || field.error.is_some();
        self.fields.iter().any(is_told) || self.name.as_ref().is_some_and(|name| !name.is_empty())
    }

    /// Where it is within the page, of a part that is gone to.
    #[must_use]
    pub fn anchor(&self) -> Option<String> {
        if let Some(moves) = self.moves() {
            return Some(moves.anchor.clone());
        }
        let name = if self.path.is_empty() { "itself" } else { &self.path };
        (self.level == 2 && !self.is_new).then(|| format!("part-{name}"))
    }

    /// How a row can move.
    #[must_use]
    pub fn moves(&self) -> Option<&Moves> {
        self.row.as_ref()?.moves.as_ref()
    }

    /// The labels of what is not written.
    #[must_use]
    pub fn names(&self) -> String {
        let labels: Vec<String> =
            self.absent.iter().map(|field| field.label.to_lowercase()).collect();
        labels.join(", ")
    }
}

impl Field {
    /// What ties the input to its help and its error, and to the names that may stand there.
    #[must_use]
    pub fn attributes(&self) -> String {
        let mut described = Vec::new();
        if self.has_help() {
            described.push(format!("{}-help", self.id));
        }
        let mut attributes = Vec::new();
        if self.error.is_some() {
            described.push(format!("{}-error", self.id));
            attributes.push(r#" aria-invalid="true""#.to_owned());
        }
        if !described.is_empty() {
            attributes.push(format!(r#" aria-describedby="{}""#, described.join(" ")));
        }
        attributes.extend(self.names.map(|names| format!(r#" list="names-{names}""#)));
        attributes.concat()
    }

    #[must_use]
    pub fn has_help(&self) -> bool {
        let says_how = matches!(self.input, Input::Texts | Input::Numbers | Input::Toml);
        says_how || !self.help.is_empty()
    }

    /// The lines that a text takes.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.value.lines().count().clamp(2, 12)
    }

    /// True for a choice that is made.
    #[must_use]
    pub fn is(&self, choice: &str) -> bool {
        self.value == choice
    }

    /// True when the choice that is made is none of those that are known, so that it is kept all the same.
    #[must_use]
    pub fn is_foreign(&self, choices: &[String]) -> bool {
        !self.value.is_empty() && !choices.contains(&self.value)
    }
}

/// The file that a path within the roadmap's folder names, by its folder; `None` for what is no part of a roadmap.
#[must_use]
pub fn kind(path: &str) -> Option<FileKind> {
    let (folder, file) = path.split_once('/').unwrap_or(("", path));
    let is_name = !file.is_empty()
        && !file.starts_with('.')
        && file.chars().all(|c| !c.is_control() && !matches!(c, '/' | '\\' | ':'));
    let ending = if folder == "notes" { ".md" } else { ".toml" };
    if !is_name || !file.ends_with(ending) {
        return None;
    }
    match folder {
        "" => (file == "roadmap.toml").then_some(FileKind::Roadmap),
        "outcomes" => Some(FileKind::Outcome),
        "metrics" => Some(FileKind::Metric),
        "capabilities" => Some(FileKind::Capability),
        "workflows" => Some(FileKind::Workflow),
        "bets" => Some(FileKind::Bet),
        "notes" => Some(FileKind::Note),
        _ => None,
    }
}
