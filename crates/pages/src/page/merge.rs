//! Two people changed the same field: what each saw, what is there, what is wanted, to choose from.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::FileKind;
use trueup_roadmap::edit::{Path, Value};
use trueup_roadmap::history::Revision;

use super::Page;
use super::edit::{Home, section};
use crate::filters;
use crate::form::wanted::changed;
use crate::form::whose::Whose;
use crate::form::{Conflict, Typed};
use crate::frame::{Frame, Section};
use crate::snapshot::Snapshot;

/// What somebody else changed meanwhile, field by field.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "merge.html")]
pub struct MergePage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    /// What happened, in a sentence.
    pub error: String,
    pub path: String,
    pub id: String,
    pub what: &'static str,
    pub action: String,
    pub back: String,
    /// The newest commit of the file.
    pub last: Option<Last>,
    pub conflicts: Vec<Choice>,
    /// What else the person changed: it is saved with what they choose.
    pub others: Vec<Kept>,
    /// Everything else as it was sent.
    pub kept: Vec<Kept>,
    #[serde(skip)]
    #[schemars(skip)]
    whose: Whose,
}

/// Who changed something last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Last {
    pub by: String,
    pub on: String,
    pub message: String,
    pub commit: String,
}

/// One field to choose for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Choice {
    pub id: String,
    pub path: String,
    /// In TOML; `null` for nothing.
    pub saw: Option<String>,
    pub now: Option<String>,
    pub wants: Option<String>,
    /// As it was typed.
    pub typed: String,
    /// Who changed it last; `null` where history does not tell.
    pub last: Option<Last>,
    /// True for the order of rows, which nobody types.
    pub is_order: bool,
}

/// A field of the form as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Kept {
    pub name: String,
    pub value: String,
}

impl MergePage {
    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        home: &Home,
        path: &str,
        typed: &Typed,
        conflicts: &[Conflict],
    ) -> MergePage {
        let written =
            |value: &Option<Value>| value.as_ref().map(|value| value.written().to_owned());
        let choice = |(at, conflict): (usize, &Conflict)| Choice {
            id: format!("c{}", at + 1),
            path: conflict.path.clone(),
            saw: written(&conflict.saw),
            now: written(&conflict.now),
            wants: written(&conflict.wants),
            typed: typed.get(&format!("set:{}", conflict.path)).unwrap_or_default().to_owned(),
            last: conflict.place.as_ref().and_then(|place| last_of(snapshot, path, place)),
            is_order: typed.get(&format!("order:{}", conflict.path)).is_some(),
        };
        let conflicts: Vec<Choice> = conflicts.iter().enumerate().map(choice).collect();
        MergePage {
            whose: Whose::new(snapshot, &frame, typed),
            frame,
            error: "Somebody else changed what you changed, after you opened the form. Nothing is saved \
                    yet, and nothing that you typed is lost: choose for each field."
                .to_owned(),
            path: path.to_owned(),
            id: home.id.clone(),
            what: home.kind.name(),
            action: home.edit.clone(),
            back: home.page.clone(),
            last: last(snapshot, path),
            others: others(home.kind, typed, &conflicts),
            kept: kept(typed, &conflicts),
            conflicts,
        }
    }

    /// True where the file's last change stands in for that of a field.
    fn has_unknown(&self) -> bool {
        self.conflicts.iter().any(|choice| choice.last.is_none())
    }

    fn section(&self) -> Section {
        section(self.what)
    }
}

fn others(kind: FileKind, typed: &Typed, conflicts: &[Choice]) -> Vec<Kept> {
    let other = |(path, _): &(&str, &str)| conflicts.iter().all(|conflict| conflict.path != *path);
    let kept = |(path, set): (&str, &str)| Kept { name: path.to_owned(), value: set.to_owned() };
    changed(kind, typed).into_iter().filter(other).map(kept).collect()
}

/// Everything that was sent, but for what this page asks anew.
fn kept(typed: &Typed, conflicts: &[Choice]) -> Vec<Kept> {
    let asked = |name: &str| {
        ["token", "person", "check"].contains(&name)
            || conflicts.iter().any(|conflict| {
                ["was:", "set:", "pick:", "drop:"].iter().any(|start| {
                    name.strip_prefix(start).is_some_and(|path| path == conflict.path)
                })
            })
            // Rows are where they are now.
            || (name.starts_with("row:") && !conflicts.is_empty()
                && conflicts.iter().any(|conflict| {
                    name.strip_prefix("row:").is_some_and(|row| conflict.path.starts_with(row))
                }))
    };
    let fields = typed.0.iter().filter(|(name, _)| !asked(name));
    fields.map(|(name, value)| Kept { name: name.clone(), value: value.clone() }).collect()
}

/// Who changed a file last, where history tells.
#[must_use]
pub fn last(snapshot: &Snapshot, path: &str) -> Option<Last> {
    snapshot.history.as_ref()?.last_change(path).map(Last::of)
}

/// Who changed what is at a place of a file last.
fn last_of(snapshot: &Snapshot, path: &str, place: &Path) -> Option<Last> {
    let text = &snapshot.source(path)?.text;
    snapshot.history.as_ref()?.last_change_of(path, text, place).map(Last::of)
}

impl Last {
    fn of(revision: &Revision) -> Last {
        Last {
            by: revision.by.clone(),
            on: revision.on.to_string(),
            message: revision.subject.clone(),
            commit: revision.commit.chars().take(7).collect(),
        }
    }
}

impl Page for MergePage {}
