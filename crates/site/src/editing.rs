//! Changing the roadmap: who may, in whose name, and that it is written down who did.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use trueup_roadmap::{Person, Source};

use crate::form::Fields;
use crate::people::{Action, Done, Event, Role};
use crate::site::Site;
use crate::visit::{Visit, has_left};
use crate::workspace::{Author, NotSaved, Saved, Workspace};

/// A page with a form that changes the roadmap, for somebody who may.
pub struct MayEdit(pub Visit);

/// A change of the roadmap that somebody sends who may: its fields, and in whose name it is made.
pub struct Editing {
    pub visit: Visit,
    pub author: Author,
    /// Who they are in the roadmap; `None` for somebody who is not in it, who signs for nobody.
    pub person: Option<Person>,
    pub fields: Fields,
}

/// A change that somebody who may make it looks at first: in whose name does not matter yet.
pub struct Checking {
    pub visit: Visit,
    pub fields: Fields,
}

impl Editing {
    /// Changes files of the roadmap and commits them in the author's name, off the threads that serve connections; the audit
    /// log says so.
    pub async fn write<W: Workspace>(
        &self,
        site: &Arc<Site<W>>,
        message: String,
        change: impl Fn(&[Source]) -> Result<Vec<Source>, NotSaved> + Send + Sync + 'static,
    ) -> Result<Saved, NotSaved> {
        let (workspace, author) = (Arc::clone(site), self.author.clone());
        let writing = tokio::task::spawn_blocking(move || {
            let changed = Mutex::new(BTreeSet::new());
            let noting = |sources: &[Source]| {
                let made = change(sources)?;
                let paths = made.iter().map(|source| source.path.clone());
                changed.lock().unwrap_or_else(PoisonError::into_inner).extend(paths);
                Ok(made)
            };
            let saved = workspace.workspace.write(&author, &message, &noting)?;
            Ok((saved, changed.into_inner().unwrap_or_else(PoisonError::into_inner)))
        });
        let (saved, files) =
            writing.await.unwrap_or_else(|error| Err(NotSaved::Failed(error.to_string())))?;
        let done = Done {
            who: self.doer(),
            from: self.visit.who.from.clone(),
            what: Vec::from_iter(files).join(", "),
            commit: Some(saved.commit.clone()),
        };
        // It is committed: if the log cannot be written, git knows it still.
        let _ = site.people.note(Event::Changed, done).await;
        Ok(saved)
    }

    /// As the audit log calls whoever changes something: also in whose name, where it is not their own.
    fn doer(&self) -> String {
        let label = self.visit.who.label();
        match &self.person {
            Some(person) if self.visit.who.email.as_deref() != Some(&label) => {
                format!("{label} as {}", person.id.value)
            }
            _ => label,
        }
    }

    /// In whose name a change is made at this machine where no person of the roadmap could be chosen: they sign for nobody.
    fn name_of_git(visit: &Visit) -> Result<Author, String> {
        let (name, email) = (visit.who.name.clone(), visit.who.email.clone());
        if let Some(name) = name {
            return Ok(Author { name, email: email.unwrap_or_default() });
        }
        let somebody = !trueup_pages::form::whose::here(&visit.snapshot).is_empty();
        Err(if somebody {
            "Say in whose name: choose a person."
        } else {
            "Say in whose name: `[people]` in `roadmap.toml` names nobody who is here, and git knows no author. Set \
             `git config user.name` and `user.email`, or add a person."
        }
        .to_owned())
    }

    /// In whose name a change is made: of those who are known, in their own; at this machine, where nobody is, in that of
    /// the person whom the form names.
    fn name(visit: &Visit, fields: &Fields) -> Result<(Author, Option<Person>), String> {
        if visit.who.role != Role::Local {
            let email = visit.who.email.clone().unwrap_or_default();
            let name = visit.viewer.name.clone().unwrap_or_else(|| email.clone());
            return Ok((Author { name, email }, visit.who.person.clone()));
        }
        let people = &visit.snapshot.roadmap().people;
        let Some(named) = fields.text("person") else {
            return Editing::name_of_git(visit).map(|author| (author, None));
        };
        let Some(person) = people.get(named) else {
            return Err(format!("`{named}` is nobody of the roadmap's `[people]`."));
        };
        if has_left(person, visit.snapshot.today()) {
            return Err(format!("{} has left; choose somebody else.", person.name));
        }
        let email = person.email.clone().unwrap_or_default();
        Ok((Author { name: person.name.clone(), email }, Some(person.clone())))
    }
}

impl<W: Workspace> FromRequestParts<Arc<Site<W>>> for MayEdit {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        site: &Arc<Site<W>>,
    ) -> Result<MayEdit, Response> {
        let visit = Visit::from_request_parts(parts, site).await?;
        may_edit(&visit).map(|()| MayEdit(visit))
    }
}

fn may_edit(visit: &Visit) -> Result<(), Response> {
    if !visit.may(Action::Edit) {
        return Err(visit.refuse(Action::Edit));
    }
    match &visit.snapshot.read_only {
        Some(why) => Err(visit.refused(StatusCode::FORBIDDEN, "Nothing can be changed here", why)),
        None => Ok(()),
    }
}

impl<W: Workspace> FromRequest<Arc<Site<W>>> for Editing {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site<W>>) -> Result<Editing, Response> {
        Checking::from_request(request, site).await?.editing()
    }
}

impl Checking {
    /// The same as a change, which is somebody's.
    pub fn editing(self) -> Result<Editing, Response> {
        let Checking { visit, fields } = self;
        let named = Editing::name(&visit, &fields);
        let (author, person) = named.map_err(|said| {
            visit.refused(StatusCode::UNPROCESSABLE_ENTITY, "In whose name?", &said)
        })?;
        Ok(Editing { visit, author, person, fields })
    }
}

impl<W: Workspace> FromRequest<Arc<Site<W>>> for Checking {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site<W>>) -> Result<Checking, Response> {
        let (mut parts, body) = request.into_parts();
        let MayEdit(visit) = MayEdit::from_request_parts(&mut parts, site).await?;
        let fields = visit.fields(Request::from_parts(parts, body)).await?;
        Ok(Checking { visit, fields })
    }
}
