//! Saving: the change in the workspace, and the answer to whoever made it.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use trueup_pages::consequence::{Consequences, Told};
use trueup_pages::form::Typed;
use trueup_roadmap::Source;

use crate::answer::Form;
use crate::change::guard::{Editor, forbidden};
use crate::form::Fields;
use crate::people::Action;
use crate::site::Site;
use crate::visit::{Editing, Visit};
use crate::workspace::{NotSaved, Saved, Workspace};

/// A change that was made, for programs.
#[derive(Debug, Serialize)]
struct Done {
    /// `null` where nothing was changed.
    commit: Option<String>,
    /// What the compiler says that it did not say before.
    diagnostics: Vec<Told>,
    /// The page about it.
    page: String,
}

/// The fields as the pages read them.
pub fn typed(fields: &Fields) -> Typed {
    Typed(fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// Who changes something.
pub fn editor(editing: &Editing) -> Editor {
    Editor {
        person: editing.person.as_ref().map(|person| person.id.value.clone()),
        may_decide: editing.visit.may(Action::Decide),
        may_administer: editing.visit.may(Action::Administer),
    }
}

/// Makes a change that any form may make: nothing that nobody can read, and nothing that is another page's.
pub async fn save<W: Workspace>(
    site: &Arc<Site<W>>,
    editing: &Editing,
    message: String,
    change: impl Fn(&[Source]) -> Result<Vec<Source>, NotSaved> + Send + Sync + 'static,
) -> Result<Saved, NotSaved> {
    let editor = editor(editing);
    let checked = move |files: &[Source]| {
        let changed = change(files)?;
        sound(files, &changed, &editor)?;
        Ok(changed)
    };
    editing.write(site, message, checked).await
}

/// Refuses what keeps the roadmap from being read, and what is not the editor's to do.
pub fn sound(files: &[Source], changed: &[Source], editor: &Editor) -> Result<(), NotSaved> {
    let after = trueup_pages::consequence::after(files, changed);
    if let Some(found) = trueup_pages::consequence::unreadable(files, &after).first() {
        let (message, path) = (&found.message, &found.place.path);
        return Err(NotSaved::Refused(format!("{message} in `{path}`")));
    }
    match forbidden(files, &after, editor) {
        Some(why) => Err(NotSaved::Refused(why)),
        None => Ok(()),
    }
}

/// The answer to a change that was made: for people the page about it.
pub fn saved(visit: &Visit, saved: &Saved, page: &str) -> Response {
    let commit: String = saved.commit.chars().take(12).collect();
    match Form::asked(&visit.headers) {
        Form::Html => Redirect::to(&format!("{page}?saved={commit}")).into_response(),
        Form::Json => {
            let found = Consequences::of(&visit.snapshot, &saved.snapshot.sources);
            let commit = Some(saved.commit.clone());
            let page = page.to_owned();
            Json(Done { commit, diagnostics: found.new, page }).into_response()
        }
    }
}

/// The answer where nothing was to be changed.
pub fn unchanged(visit: &Visit, page: &str) -> Response {
    match Form::asked(&visit.headers) {
        Form::Html => Redirect::to(page).into_response(),
        Form::Json => {
            let page = page.to_owned();
            Json(Done { commit: None, diagnostics: Vec::new(), page }).into_response()
        }
    }
}

/// The status of what was not saved.
pub fn status(error: &NotSaved) -> StatusCode {
    match error {
        NotSaved::Conflict(_) => StatusCode::CONFLICT,
        NotSaved::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        NotSaved::ReadOnly(_) => StatusCode::FORBIDDEN,
        NotSaved::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The answer where a change was not made, and no form can be shown again.
pub fn not_saved(visit: &Visit, error: &NotSaved) -> Response {
    visit.refused(status(error), "Nothing was saved", &error.to_string())
}
