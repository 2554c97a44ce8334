//! The form of one file, its fields in groups, with what a change would do.

use std::collections::BTreeMap;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::{FileKind, Source};

use super::Page;
use crate::consequence::{self, Consequences};
use crate::filters;
use crate::form::whose::Whose;
use crate::form::{FileForm, Input, Typed, kind};
use crate::frame::{Frame, Section};
use crate::snapshot::Snapshot;

/// A form with every field of one file.
#[derive(Debug, Template, Serialize, JsonSchema)]
#[template(path = "edit.html")]
pub struct EditPage {
    #[serde(skip)]
    #[schemars(skip)]
    pub frame: Frame,
    /// Within the roadmap's folder.
    pub path: String,
    pub id: String,
    /// What sort of file it is: "bet".
    pub what: &'static str,
    /// Where the form is sent.
    pub action: String,
    /// The page of what is edited.
    pub back: String,
    /// `null` where the text is not TOML.
    pub form: Option<FileForm>,
    /// Why nothing was saved.
    pub error: Option<String>,
    /// What is wrong with fields that the form does not show, by path.
    pub elsewhere: BTreeMap<String, String>,
    /// What the change would do, where that was asked.
    pub consequences: Option<Consequences>,
    pub any_path: String,
    pub any_value: String,
    #[serde(skip)]
    #[schemars(skip)]
    whose: Whose,
}

/// Where a file is edited, and where it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    pub kind: FileKind,
    pub id: String,
    /// The page about it.
    pub page: String,
    /// Its form.
    pub edit: String,
    /// Its whole text.
    pub text: String,
}

impl Home {
    /// Of a file by its path; `None` for what is no part of a roadmap.
    #[must_use]
    pub fn of(snapshot: &Snapshot, path: &str) -> Option<Home> {
        let kind = kind(path)?;
        let id = named(snapshot, kind, path).unwrap_or_else(|| stem(path));
        let part = crate::link::part(&id);
        let page = match kind {
            FileKind::Roadmap => "/board".to_owned(),
            FileKind::Outcome => format!("/outcomes/{part}"),
            FileKind::Metric => format!("/definitions/{part}"),
            FileKind::Capability => "/capabilities".to_owned(),
            FileKind::Workflow => "/workflows".to_owned(),
            FileKind::Bet => format!("/bets/{part}"),
            FileKind::Note => format!("/notes/{part}"),
        };
        let parts: Vec<String> = path.split('/').map(crate::link::part).collect();
        let file = format!("/files/{}", parts.join("/"));
        Some(Home { kind, id, page, edit: format!("{file}/edit"), text: format!("{file}/text") })
    }
}

/// The id of what a file holds.
fn named(snapshot: &Snapshot, kind: FileKind, path: &str) -> Option<String> {
    let roadmap = snapshot.roadmap();
    macro_rules! id {
        ($all:expr) => {
            $all.iter().find(|one| one.id.place.path == path).map(|one| one.id.value.clone())
        };
    }
    match kind {
        FileKind::Roadmap => None,
        FileKind::Outcome => id!(roadmap.outcomes),
        FileKind::Metric => id!(roadmap.metrics),
        FileKind::Capability => id!(roadmap.capabilities),
        FileKind::Workflow => id!(roadmap.workflows),
        FileKind::Bet => id!(roadmap.bets),
        FileKind::Note => id!(roadmap.notes),
    }
}

fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

/// What is wrong with a form that was sent: in a sentence, and by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrong {
    pub error: Option<String>,
    pub fields: BTreeMap<String, String>,
}

impl EditPage {
    /// The form with what was typed and what is wrong with it; `asked` is the text whose effect is asked for.
    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        frame: Frame,
        (source, home): (&Source, &Home),
        typed: &Typed,
        wrong: &Wrong,
    ) -> EditPage {
        let roadmap = snapshot.roadmap();
        let form = FileForm::new(source, home.kind, roadmap, typed, &wrong.fields);
        let (form, broken) = match form {
            Ok(form) => (Some(form), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let shown = |path: &String| {
            form.as_ref().is_some_and(|form| form.wrong().any(|field| field.path == *path))
        };
        let elsewhere = wrong.fields.clone().into_iter().filter(|(path, _)| !shown(path)).collect();
        EditPage {
            whose: Whose::new(snapshot, &frame, typed),
            frame,
            path: source.path.clone(),
            id: home.id.clone(),
            what: home.kind.name(),
            action: home.edit.clone(),
            back: home.page.clone(),
            form,
            error: wrong.error.clone().or(broken),
            elsewhere,
            consequences: None,
            any_path: typed.get("any:path").unwrap_or_default().to_owned(),
            any_value: typed.get("any:value").unwrap_or_default().to_owned(),
        }
    }

    /// The same with what the change would do.
    #[must_use]
    pub fn with_effect(mut self, snapshot: &Snapshot, changed: &[Source]) -> EditPage {
        let after = consequence::after(&snapshot.sources, changed);
        self.consequences = Some(Consequences::of(snapshot, &after));
        self
    }

    fn section(&self) -> Section {
        section(self.what)
    }

    fn text_path(&self) -> String {
        self.action.replace("/edit", "/text")
    }
}

/// The part of the navigation that a kind of file belongs to.
pub(super) fn section(what: &str) -> Section {
    match what {
        "outcome" => Section::Outcomes,
        "metric" => Section::Metrics,
        "capability" => Section::Capabilities,
        "workflow" => Section::Workflows,
        _ => Section::Board,
    }
}

impl Page for EditPage {}
