//! Who asks: a program by its key, a person by their session, or whoever sits at this machine.

use std::time::Duration;

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use trueup_pages::Snapshot;
use trueup_roadmap::Person;

use super::config::Viewers;
use super::cookies::Kind;
use super::key::{Key, KeyError};
use super::login::Login;
use super::{Action, Audit, Deed, Event, People, Role};
use crate::visit::has_left;

/// Somebody who was let in.
#[derive(Debug, Clone)]
pub struct Who {
    pub name: Option<String>,
    /// As the provider has verified it, or as the roadmap has it for a key's person.
    pub email: Option<String>,
    /// Who they are in the roadmap.
    pub person: Option<Person>,
    pub role: Role,
    pub means: Means,
    /// What their forms carry.
    pub token: String,
    /// The address of their machine.
    pub from: Option<String>,
}

/// How they were let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// Nobody logs in here.
    Machine,
    /// A browser that has logged in, by the digest of its cookie.
    Session(String),
    /// A program.
    Key(Key),
}

/// Why somebody is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotLetIn {
    LogIn,
    /// Their key does not open anything.
    Key(String),
    /// They are known and nevertheless not wanted.
    NotListed(String),
    TooOften(Duration),
}

impl Who {
    /// True if both their role and their key allow it. What only looks, or administers, a key may for its own sake; what
    /// changes the roadmap, only as its person may.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        match (&self.means, action) {
            (Means::Key(key), Action::See | Action::ReadTexts | Action::Administer) => {
                key.allows(action)
            }
            (Means::Key(key), _) => key.allows(action) && self.role.may(action),
            _ => self.role.may(action),
        }
    }

    /// As the audit log calls them.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.means {
            Means::Machine => "this machine".to_owned(),
            Means::Session(_) => self.email.clone().unwrap_or_default(),
            Means::Key(key) => format!("key {} ({})", key.id, key.name),
        }
    }
}

impl People {
    /// Who asks.
    pub(crate) fn who(&self, parts: &Parts, snapshot: &Snapshot) -> Result<Who, NotLetIn> {
        let from = self.address(&parts.headers, &parts.extensions);
        if let Some(sent) = parts.headers.get(AUTHORIZATION) {
            return self.program(sent.to_str().unwrap_or_default(), from, snapshot);
        }
        match &self.login {
            Some(login) => self.browser(login, parts, from, snapshot),
            None => Ok(Who {
                name: None,
                email: None,
                person: None,
                role: Role::Local,
                means: Means::Machine,
                token: self.secret.form_token(),
                from,
            }),
        }
    }

    fn program(
        &self,
        sent: &str,
        from: Option<String>,
        snapshot: &Snapshot,
    ) -> Result<Who, NotLetIn> {
        let found = sent
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .zip(self.keys.as_ref())
            .ok_or(KeyError::NoKey)
            .and_then(|((_, text), keys)| keys.find(text.trim(), self.now()));
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                let tried = self.limits.attempt(from.as_deref().unwrap_or_default());
                tried.map_err(NotLetIn::TooOften)?;
                return Err(NotLetIn::Key(error.to_string()));
            }
        };
        self.limits.page(&found.key.id).map_err(NotLetIn::TooOften)?;
        if found.first {
            self.first_use(&found.key, from.clone());
        }
        let today = snapshot.today();
        let named = found.key.person.as_ref().and_then(|id| snapshot.roadmap().people.get(id));
        let person = named.filter(|person| !has_left(person, today)).cloned();
        Ok(Who {
            name: Some(person.as_ref().map_or(&found.key.name, |person| &person.name).clone()),
            email: person.as_ref().and_then(|person| person.email.clone()),
            role: person.as_ref().map_or(Role::Viewer, |person| Role::Of(person.side)),
            person,
            means: Means::Key(found.key),
            token: String::new(),
            from,
        })
    }

    /// Once in the life of a key: whoever asks waits for it.
    fn first_use(&self, key: &Key, from: Option<String>) {
        let noted = self.audit.as_ref().map(|audit: &Audit| {
            audit.append(Deed {
                at: self.now(),
                event: Event::KeyFirstUsed,
                who: format!("key {} ({})", key.id, key.name),
                from,
                what: String::new(),
                commit: None,
            })
        });
        if let Some(Err(error)) = noted {
            tracing::error!(%error, "the audit log cannot be written");
        }
    }

    fn browser(
        &self,
        login: &Login,
        parts: &Parts,
        from: Option<String>,
        snapshot: &Snapshot,
    ) -> Result<Who, NotLetIn> {
        let cookie = Kind::Session.read(&parts.headers, self.is_secure()).ok_or(NotLetIn::LogIn)?;
        let session = login.sessions.find(&cookie, self.now()).ok_or(NotLetIn::LogIn)?;
        let known = known(login, &session.email, snapshot);
        let (person, role) = known.map_err(NotLetIn::NotListed)?;
        Ok(Who {
            name: person.as_ref().map(|person| person.name.clone()).or(session.name),
            email: Some(session.email),
            person,
            role,
            means: Means::Session(cookie.digest()),
            token: cookie.form_token(),
            from,
        })
    }
}

/// Whom an e-mail stands for now: the roadmap and the access file may have changed since they logged in.
pub(crate) fn known(
    login: &Login,
    email: &str,
    snapshot: &Snapshot,
) -> Result<(Option<Person>, Role), String> {
    let access = &login.access;
    if !access.admits(email) {
        return Err(format!("`{email}` is of no domain that may log in here"));
    }
    let theirs =
        |person: &&Person| person.email.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(email));
    let here = |person: &&Person| !has_left(person, snapshot.today());
    let person = snapshot.roadmap().people.values().filter(theirs).find(here).cloned();
    let role = match &person {
        _ if access.is_admin(email) => Role::Admin(person.as_ref().map(|person| person.side)),
        Some(person) => Role::Of(person.side),
        None => Role::Viewer,
    };
    if role == Role::Viewer && access.viewers == Viewers::Listed {
        return Err(format!(
            "`{email}` is neither in the roadmap's `[people]` nor an admin; ask an admin to let you in"
        ));
    }
    Ok((person, role))
}
