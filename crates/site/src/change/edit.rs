//! The form of a file: shown, looked at, saved.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use trueup_pages::consequence::{Consequences, after, unreadable};
use trueup_pages::form::{self, Problem, Typed, Wanted, wanted};
use trueup_pages::page::edit::Wrong;
use trueup_pages::page::{CheckPage, EditPage, MergePage};
use trueup_pages::{Page, Snapshot};
use trueup_roadmap::Source;
use trueup_roadmap::edit::path_at;

use super::guard::{Editor, forbidden};
use super::save::{self, save, typed};
use super::target::{Target, missing};
use crate::answer::{self, Form};
use crate::paths::Paths;
use crate::site::Site;
use crate::visit::{Checking, MayEdit, Visit};
use crate::workspace::{NotSaved, Workspace};

/// Every way to name a file: by its path, and by what it holds.
pub fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    let shown = "A form with every field of a file, and those it could have.";
    let sent = "Changes fields of a file: `set:PATH` with what was seen in `was:PATH`, as TOML.";
    let checked = "What the same fields would do, without doing it.";
    let paths = paths
        .page::<EditPage, _>("/files/{file}/edit", shown, &[], head)
        .post("/files/{file}/edit", sent, save_head::<W>)
        .post("/files/{file}/edit/check", checked, check_head)
        .page::<EditPage, _>("/files/{folder}/{file}/edit", shown, &[], file)
        .post("/files/{folder}/{file}/edit", sent, save_file::<W>)
        .post("/files/{folder}/{file}/edit/check", checked, check_file);
    let about = [
        ("bets", "/bets/{id}/edit", "/bets/{id}/check"),
        ("outcomes", "/outcomes/{id}/edit", "/outcomes/{id}/check"),
        ("definitions", "/definitions/{id}/edit", "/definitions/{id}/check"),
        ("capabilities", "/capabilities/{id}/edit", "/capabilities/{id}/check"),
        ("workflows", "/workflows/{id}/edit", "/workflows/{id}/check"),
        ("notes", "/notes/{id}/edit", "/notes/{id}/check"),
    ];
    about.into_iter().fold(paths, |paths, (folder, edit, check)| {
        paths
            .page::<EditPage, _>(
                edit,
                shown,
                &[],
                move |Path(id): Path<String>, visit| async move { show_about(folder, &id, visit) },
            )
            .post(
                edit,
                sent,
                move |State(site): State<Arc<Site<W>>>,
                      Path(id): Path<String>,
                      sent: Checking| {
                    async move {
                        let target = Target::about(&sent.visit.snapshot, folder, &id);
                        change(&site, target, &id, sent).await
                    }
                },
            )
            .post(check, checked, move |Path(id): Path<String>, checking: Checking| async move {
                let target = Target::about(&checking.visit.snapshot, folder, &id);
                look(target, &id, &checking)
            })
    })
}

async fn head(Path(file): Path<String>, MayEdit(visit): MayEdit) -> Response {
    show(Target::file(&visit.snapshot, &file), &file, &visit)
}

async fn file(Path((folder, file)): Path<(String, String)>, MayEdit(visit): MayEdit) -> Response {
    let path = format!("{folder}/{file}");
    show(Target::file(&visit.snapshot, &path), &path, &visit)
}

fn show_about(folder: &str, id: &str, MayEdit(visit): MayEdit) -> Response {
    show(Target::about(&visit.snapshot, folder, id), id, &visit)
}

fn show(target: Option<Target>, named: &str, visit: &Visit) -> Response {
    let Some(target) = target else { return missing(visit, named) };
    let page = page(visit, &visit.snapshot, &target, &Typed::default(), &Wrong::default());
    answer::page(&visit.headers, &page)
}

fn page(
    visit: &Visit,
    snapshot: &Snapshot,
    target: &Target,
    typed: &Typed,
    wrong: &Wrong,
) -> EditPage {
    let file = (&target.source, &target.home);
    EditPage::new(snapshot, visit.frame(), file, typed, wrong)
}

async fn save_head<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Path(file): Path<String>,
    sent: Checking,
) -> Response {
    let target = Target::file(&sent.visit.snapshot, &file);
    change(&site, target, &file, sent).await
}

async fn save_file<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Path((folder, file)): Path<(String, String)>,
    sent: Checking,
) -> Response {
    let path = format!("{folder}/{file}");
    let target = Target::file(&sent.visit.snapshot, &path);
    change(&site, target, &path, sent).await
}

async fn check_head(Path(file): Path<String>, checking: Checking) -> Response {
    look(Target::file(&checking.visit.snapshot, &file), &file, &checking)
}

async fn check_file(Path((folder, file)): Path<(String, String)>, checking: Checking) -> Response {
    let path = format!("{folder}/{file}");
    look(Target::file(&checking.visit.snapshot, &path), &path, &checking)
}

/// Saves what was typed, or shows the form again. Only saving is done in somebody's name.
async fn change<W: Workspace>(
    site: &Arc<Site<W>>,
    target: Option<Target>,
    named: &str,
    sent: Checking,
) -> Response {
    let Some(target) = target else { return missing(&sent.visit, named) };
    let typed = typed(&sent.fields);
    if typed.get("check").is_some() {
        return looked_at(&sent.visit, &target, &typed);
    }
    if let Some(button) = typed.get("move") {
        let typed = typed.clone().moved(button);
        let visit = &sent.visit;
        let page = page(visit, &visit.snapshot, &target, &typed, &Wrong::default());
        return answer::page(&visit.headers, &page);
    }
    let editing = match sent.editing() {
        Ok(editing) => editing,
        Err(refused) => return refused,
    };
    let visit = &editing.visit;
    let editor = save::editor(&editing);
    let wanted = match ready(&visit.snapshot, &target, &typed, &editor) {
        Ok(wanted) => wanted,
        Err(not_ready) => return again(visit, &visit.snapshot, &target, &typed, not_ready),
    };
    if wanted.text == target.source.text {
        return save::unchanged(visit, &target.home.page);
    }
    let message = form::say::message(&target.home.id, &target.source.text, &wanted);
    let (path, kind, sent) = (target.source.path.clone(), target.home.kind, typed.clone());
    let apply = move |files: &[Source]| {
        let file = files.iter().find(|file| file.path == path);
        let file = file.ok_or_else(|| NotSaved::Conflict(format!("`{path}` is gone")))?;
        let wanted = wanted_of(&file.text, kind, &sent)?;
        Ok(vec![Source { path: path.clone(), text: wanted.text }])
    };
    match save(site, &editing, message, apply).await {
        Ok(saved) => save::saved(visit, &saved, &target.home.page),
        Err(NotSaved::Conflict(why)) => {
            // What is there now is not what was looked at above.
            let now = site.workspace.snapshot();
            let Some(source) = now.source(&target.source.path).cloned() else {
                return save::not_saved(visit, &NotSaved::Conflict(why));
            };
            let target = Target { source, home: target.home };
            let not_ready = match ready(&now, &target, &typed, &editor) {
                Ok(_) => NotReady::Refused(why),
                Err(not_ready) => not_ready,
            };
            again(visit, &now, &target, &typed, not_ready)
        }
        Err(NotSaved::Refused(why)) => {
            again(visit, &visit.snapshot, &target, &typed, NotReady::Refused(why))
        }
        Err(error) => save::not_saved(visit, &error),
    }
}

fn wanted_of(
    text: &str,
    kind: trueup_roadmap::FileKind,
    typed: &Typed,
) -> Result<Wanted, NotSaved> {
    wanted(text, kind, typed).map_err(|problem| match problem {
        Problem::Conflicts(_) => {
            NotSaved::Conflict("somebody else changed these fields".to_owned())
        }
        Problem::Wrong(wrong) => {
            let each = wrong.into_iter().map(|(path, why)| format!("`{path}`: {why}"));
            NotSaved::Refused(each.collect::<Vec<_>>().join("; "))
        }
        Problem::Unreadable(error) => NotSaved::Refused(error.to_string()),
    })
}

/// Why a form cannot be saved as it is.
enum NotReady {
    Problem(Problem),
    /// By path: what keeps the text from being read.
    Unreadable(BTreeMap<String, String>),
    Refused(String),
}

/// What is wanted, if it can be.
fn ready(
    snapshot: &Snapshot,
    target: &Target,
    typed: &Typed,
    editor: &Editor,
) -> Result<Wanted, NotReady> {
    let wanted = wanted(&target.source.text, target.home.kind, typed).map_err(NotReady::Problem)?;
    let path = target.source.path.clone();
    let changed = Source { path, text: wanted.text.clone() };
    let after = after(&snapshot.sources, std::slice::from_ref(&changed));
    let mut wrong = BTreeMap::new();
    for found in unreadable(&snapshot.sources, &after) {
        let at = (found.place.path == changed.path && found.place.span != (0..0))
            .then(|| path_at(&changed.text, &found.place.span));
        let at = at.flatten().map_or_else(|| found.place.path.clone(), |path| path.to_string());
        let help = found.help.map(|help| format!("; {help}")).unwrap_or_default();
        wrong.insert(at, format!("{}{help}", found.message));
    }
    if !wrong.is_empty() {
        return Err(NotReady::Unreadable(wrong));
    }
    match forbidden(&snapshot.sources, &after, editor) {
        Some(why) => Err(NotReady::Refused(why)),
        None => Ok(wanted),
    }
}

/// The form again, with everything that was typed and what is to be mended, or chosen.
fn again(
    visit: &Visit,
    snapshot: &Snapshot,
    target: &Target,
    typed: &Typed,
    not_ready: NotReady,
) -> Response {
    let mend = "mend what is marked below; everything that you typed is still here".to_owned();
    let wrong = match not_ready {
        NotReady::Problem(Problem::Conflicts(conflicts)) => {
            let (home, path) = (&target.home, &target.source.path);
            let page = MergePage::new(snapshot, visit.frame(), home, path, typed, &conflicts);
            return answer::with_status(StatusCode::CONFLICT, &visit.headers, &page);
        }
        NotReady::Problem(Problem::Wrong(fields)) | NotReady::Unreadable(fields) => {
            Wrong { error: Some(mend), fields }
        }
        NotReady::Problem(Problem::Unreadable(error)) => {
            Wrong { error: Some(error.to_string()), ..Wrong::default() }
        }
        NotReady::Refused(why) => Wrong { error: Some(why), ..Wrong::default() },
    };
    let page = page(visit, snapshot, target, typed, &wrong);
    answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, &visit.headers, &page)
}

/// What the change would do, on its whole page, with everything that was typed.
fn looked_at(visit: &Visit, target: &Target, typed: &Typed) -> Response {
    match wanted(&target.source.text, target.home.kind, typed) {
        Ok(wanted) => {
            let changed = Source { path: target.source.path.clone(), text: wanted.text };
            let page = page(visit, &visit.snapshot, target, typed, &Wrong::default());
            answer::page(&visit.headers, &page.with_effect(&visit.snapshot, &[changed]))
        }
        Err(problem) => again(visit, &visit.snapshot, target, typed, NotReady::Problem(problem)),
    }
}

/// What the change would do, alone: a part of a page, or JSON.
fn look(target: Option<Target>, named: &str, checking: &Checking) -> Response {
    let visit = &checking.visit;
    let Some(target) = target else { return missing(visit, named) };
    let typed = typed(&checking.fields);
    let page = match wanted(&target.source.text, target.home.kind, &typed) {
        Ok(wanted) => {
            let changed = Source { path: target.source.path.clone(), text: wanted.text };
            let after = after(&visit.snapshot.sources, &[changed]);
            CheckPage::of(Consequences::of(&visit.snapshot, &after))
        }
        Err(Problem::Wrong(wrong)) => CheckPage::wrong(wrong),
        Err(Problem::Conflicts(conflicts)) => {
            let one = |conflict: form::Conflict| {
                (conflict.path, "somebody else changed it meanwhile; saving asks you".to_owned())
            };
            CheckPage::wrong(conflicts.into_iter().map(one).collect())
        }
        Err(Problem::Unreadable(error)) => {
            CheckPage::wrong([(target.source.path.clone(), error.to_string())].into())
        }
    };
    checked(visit, &page)
}

/// A part of a page has nothing around it.
pub fn checked(visit: &Visit, page: &CheckPage) -> Response {
    match Form::asked(&visit.headers) {
        Form::Html => {
            let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")];
            (headers, page.html()).into_response()
        }
        Form::Json => answer::page(&visit.headers, page),
    }
}
