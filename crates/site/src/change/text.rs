//! The whole text of a file: saved as it is typed, brought together with what others wrote meanwhile.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use trueup_pages::Snapshot;
use trueup_pages::consequence::{Consequences, after, unreadable};
use trueup_pages::form::Typed;
use trueup_pages::form::merge_lines::{has_marks, merge_lines};
use trueup_pages::page::{CheckPage, TextPage};
use trueup_roadmap::Source;

use super::edit::checked;
use super::save::{self, save, status, typed};
use super::target::{Target, missing};
use crate::answer;
use crate::paths::Paths;
use crate::site::Site;
use crate::visit::{Checking, Editing, MayEdit, Visit};
use crate::workspace::{NotSaved, Workspace};

pub fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    let shown = "The whole text of a file.";
    let sent = "Writes the `text` of a file; `was` is the text that was seen.";
    let looked = "What the text would do, without writing it.";
    paths
        .page::<TextPage, _>("/files/{file}/text", shown, &[], head)
        .post("/files/{file}/text", sent, save_head::<W>)
        .post("/files/{file}/text/check", looked, check_head)
        .page::<TextPage, _>("/files/{folder}/{file}/text", shown, &[], file)
        .post("/files/{folder}/{file}/text", sent, save_file::<W>)
        .post("/files/{folder}/{file}/text/check", looked, check_file)
}

async fn head(Path(file): Path<String>, MayEdit(visit): MayEdit) -> Response {
    show(&visit, &file)
}

async fn file(Path((folder, file)): Path<(String, String)>, MayEdit(visit): MayEdit) -> Response {
    show(&visit, &format!("{folder}/{file}"))
}

fn show(visit: &Visit, path: &str) -> Response {
    let Some(target) = Target::file(&visit.snapshot, path) else { return missing(visit, path) };
    let page = page(visit, &visit.snapshot, &target, &Typed::default(), None);
    answer::page(&visit.headers, &page)
}

fn page(
    visit: &Visit,
    snapshot: &Snapshot,
    target: &Target,
    typed: &Typed,
    error: Option<String>,
) -> TextPage {
    let file = (target.source.path.as_str(), &target.home);
    TextPage::new(snapshot, visit.frame(), file, typed, error)
}

async fn save_head<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Path(file): Path<String>,
    editing: Editing,
) -> Response {
    send(&site, &file, editing).await
}

async fn save_file<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Path((folder, file)): Path<(String, String)>,
    editing: Editing,
) -> Response {
    send(&site, &format!("{folder}/{file}"), editing).await
}

async fn check_head(Path(file): Path<String>, checking: Checking) -> Response {
    look(&checking, &file)
}

async fn check_file(Path((folder, file)): Path<(String, String)>, checking: Checking) -> Response {
    look(&checking, &format!("{folder}/{file}"))
}

/// A text as it was typed, over the one that was seen.
#[derive(Debug, Clone)]
struct Sent {
    path: String,
    was: String,
    text: String,
}

fn sent(path: &str, typed: &Typed) -> Option<Sent> {
    // A browser ends every line with CRLF.
    let text = |name: &str| typed.get(name).map(|text| text.replace("\r\n", "\n"));
    Some(Sent { path: path.to_owned(), was: text("was")?, text: text("text")? })
}

impl Sent {
    /// What the file becomes: what was typed, with what others wrote elsewhere meanwhile.
    fn over(&self, there: &str) -> Result<String, (String, usize)> {
        let plain = there.replace("\r\n", "\n");
        let merged = merge_lines(&self.was, &plain, &self.text);
        if merged.conflicts > 0 {
            return Err((merged.text, merged.conflicts));
        }
        let crlf = there.contains("\r\n");
        Ok(if crlf { merged.text.replace('\n', "\r\n") } else { merged.text })
    }
}

async fn send<W: Workspace>(site: &Arc<Site<W>>, path: &str, editing: Editing) -> Response {
    let visit = &editing.visit;
    let Some(target) = Target::file(&visit.snapshot, path) else { return missing(visit, path) };
    let typed = typed(&editing.fields);
    let again = |snapshot: &Snapshot, status: StatusCode, why: String| {
        answer::with_status(
            status,
            &visit.headers,
            &page(visit, snapshot, &target, &typed, Some(why)),
        )
    };
    let Some(sent) = sent(path, &typed) else {
        let why = "send `text`, and in `was` the text that you saw".to_owned();
        return again(&visit.snapshot, StatusCode::UNPROCESSABLE_ENTITY, why);
    };
    if has_marks(&sent.text) {
        let why = "there are still marks between two versions; keep what is right".to_owned();
        return again(&visit.snapshot, StatusCode::UNPROCESSABLE_ENTITY, why);
    }
    if typed.get("check").is_some() {
        let mut page = page(visit, &visit.snapshot, &target, &typed, None);
        let text = sent.over(&target.source.text).unwrap_or_else(|(text, _)| text);
        page.consequences = Some(effect(&visit.snapshot, path, text));
        return answer::page(&visit.headers, &page);
    }
    if sent.over(&target.source.text).is_ok_and(|text| text == target.source.text) {
        return save::unchanged(visit, &target.home.page);
    }
    let message = format!("Edit the text of `{}`", target.home.id);
    let change = {
        let sent = sent.clone();
        move |files: &[Source]| written(files, &sent)
    };
    match save(site, &editing, message, change).await {
        Ok(saved) => save::saved(visit, &saved, &target.home.page),
        Err(NotSaved::Conflict(why)) => choose(site, visit, &target, &typed, (&sent, why)),
        Err(error) => again(&visit.snapshot, status(&error), told(&visit.snapshot, &sent, &error)),
    }
}

/// What the roadmap cannot be read for, with its lines; or the reason as it is.
fn told(snapshot: &Snapshot, sent: &Sent, error: &NotSaved) -> String {
    let Some(there) = snapshot.source(&sent.path) else { return error.to_string() };
    let Ok(text) = sent.over(&there.text) else { return error.to_string() };
    let changed = Source { path: sent.path.clone(), text };
    let all = after(&snapshot.sources, std::slice::from_ref(&changed));
    let found = unreadable(&snapshot.sources, &all);
    let line = |found: &trueup_roadmap::Diagnostic| {
        let before = changed.text.get(..found.place.span.start).unwrap_or_default();
        format!("line {}: {}", before.matches('\n').count() + 1, found.message)
    };
    let own = found.iter().filter(|found| found.place.path == sent.path).map(line);
    let own: Vec<String> = own.collect();
    if own.is_empty() { error.to_string() } else { own.join("; ") }
}

fn written(files: &[Source], sent: &Sent) -> Result<Vec<Source>, NotSaved> {
    let file = files.iter().find(|file| file.path == sent.path);
    let file = file.ok_or_else(|| NotSaved::Conflict(format!("`{}` is gone", sent.path)))?;
    match sent.over(&file.text) {
        Ok(text) => Ok(vec![Source { path: sent.path.clone(), text }]),
        Err(_) => Err(NotSaved::Conflict(
            "somebody else changed the same lines after you opened this text".to_owned(),
        )),
    }
}

/// Both versions, to choose from.
fn choose<W: Workspace>(
    site: &Site<W>,
    visit: &Visit,
    target: &Target,
    typed: &Typed,
    (sent, why): (&Sent, String),
) -> Response {
    let now = site.workspace.snapshot();
    let Some(there) = now.source(&sent.path) else {
        return save::not_saved(visit, &NotSaved::Conflict(why));
    };
    let page = page(visit, &now, target, typed, Some(why));
    let (text, conflicts) = match sent.over(&there.text) {
        Ok(text) => (text, 0),
        Err(both) => both,
    };
    let page = page.to_choose(&now, text, conflicts);
    answer::with_status(StatusCode::CONFLICT, &visit.headers, &page)
}

fn look(checking: &Checking, path: &str) -> Response {
    let visit = &checking.visit;
    let Some(target) = Target::file(&visit.snapshot, path) else { return missing(visit, path) };
    let Some(sent) = sent(path, &typed(&checking.fields)) else { return missing(visit, "text") };
    let text = sent.over(&target.source.text).unwrap_or_else(|(text, _)| text);
    checked(visit, &CheckPage::of(effect(&visit.snapshot, path, text)))
}

fn effect(snapshot: &Snapshot, path: &str, text: String) -> Consequences {
    let changed = Source { path: path.to_owned(), text };
    Consequences::of(snapshot, &after(&snapshot.sources, &[changed]))
}
