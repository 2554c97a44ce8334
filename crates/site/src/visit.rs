//! Who asks, and what they may: each handler names what it needs, and those who may not never reach it.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use trueup_pages::link::Links;
use trueup_pages::page::{OutsidePage, RefusedPage, Way};
use trueup_pages::{Frame, Snapshot, Viewer};
use trueup_roadmap::Person;

use crate::answer;
use crate::form::Fields;
use crate::people::guard::{Refused, Stopped};
use crate::people::who::NotLetIn;
use crate::people::{Action, Means, Role, Who, secret};
use crate::site::Site;
use crate::workspace::{Author, Workspace};

pub use crate::editing::{Checking, Editing, MayEdit};

/// The header in which a script of ours sends what forms carry in `token`.
const TOKEN: &str = "x-trueup-token";

/// One request of somebody: who it is, what is shown to them, and in which form.
#[derive(Clone)]
pub struct Visit {
    pub who: Who,
    pub viewer: Viewer,
    pub snapshot: Arc<Snapshot>,
    pub headers: HeaderMap,
    /// The commit that was just made, as the address of the page says.
    pub saved: Option<String>,
}

/// A form that changes nothing of the roadmap, of whoever is let in.
pub struct WithForm(pub Visit);

/// A form of an admin.
pub struct Administering {
    pub visit: Visit,
    pub fields: Fields,
}

impl Visit {
    /// What stands around a page.
    pub fn frame(&self) -> Frame {
        let mut frame = Frame::new(&self.snapshot, Links::Server, self.viewer.clone());
        frame.done = self.saved.as_ref().map(|commit| format!("Saved, committed as `{commit}`."));
        frame
    }

    pub fn may(&self, action: Action) -> bool {
        self.who.may(action)
    }

    /// The page that says that they may not, and who may.
    pub fn refuse(&self, action: Action) -> Response {
        let said = format!("You are here as {}; {}.", self.who.role.spoken(), action.who_may());
        self.refused(StatusCode::FORBIDDEN, "You may not do this", &said)
    }

    /// A page that says why something is not done.
    pub fn refused(&self, status: StatusCode, title: &str, said: &str) -> Response {
        let way = Way { label: "Back to the board".to_owned(), path: "/board".to_owned() };
        let page = RefusedPage::new(self.frame(), status.as_u16(), title, said, Some(way));
        let mut answer = answer::with_status(status, &self.headers, &page);
        answer.extensions_mut().insert(Refused(self.who.label()));
        answer
    }

    fn of(who: Who, snapshot: Arc<Snapshot>, headers: &HeaderMap) -> Visit {
        let viewer = Viewer {
            name: who.name.clone().or_else(|| who.email.clone()),
            person: who.person.as_ref().map(|person| person.id.value.clone()),
            role: who.role.spoken().to_owned(),
            may_edit: who.may(Action::Edit) && snapshot.read_only.is_none(),
            may_administer: who.may(Action::Administer),
            has_login: matches!(who.means, Means::Session(_)),
            token: who.token.clone(),
        };
        Visit { who, viewer, snapshot, headers: headers.clone(), saved: None }
    }

    /// Refuses a form that was not made for who sends it. Browsers send JSON to us from no other site's page unasked, and
    /// programs with a key are no browsers.
    fn check_token(&self, fields: &Fields, is_json: bool) -> Result<(), Response> {
        let header = self.headers.get(TOKEN).and_then(|value| value.to_str().ok());
        let sent = header.or_else(|| fields.get("token")).unwrap_or_default();
        let needs_none = match self.who.means {
            Means::Key(_) => true,
            Means::Machine => is_json,
            Means::Session(_) => false,
        };
        if needs_none || secret::same(sent, &self.who.token) {
            return Ok(());
        }
        let said = "This form was not made for you, or you have logged in anew since it was opened. Open its page \
                    again; programs send a key.";
        Err(self.refused(StatusCode::FORBIDDEN, "This form is out of date", said))
    }

    pub(crate) async fn fields(&self, request: Request) -> Result<Fields, Response> {
        let (parts, body) = request.into_parts();
        let read = Fields::read(&parts.headers, body).await;
        let (fields, is_json) = read.map_err(|not_read| {
            self.refused(not_read.status(), "This could not be read", &not_read.to_string())
        })?;
        self.check_token(&fields, is_json)?;
        Ok(fields)
    }
}

/// True if they are gone on this day.
pub fn has_left(person: &Person, today: Date) -> bool {
    person.left.is_some_and(|left| left < today)
}

/// Whoever sits at this machine chooses a person of the roadmap for what they do; where there is none, git says who they
/// are, as it does for what they commit themselves.
fn named(who: Who, snapshot: &Snapshot, workspace: &impl Workspace) -> Who {
    if who.role != Role::Local || !trueup_pages::form::whose::here(snapshot).is_empty() {
        return who;
    }
    match workspace.author() {
        Some(Author { name, email }) => Who { name: Some(name), email: Some(email), ..who },
        None => who,
    }
}

impl<W: Workspace> FromRequestParts<Arc<Site<W>>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site<W>>) -> Result<Visit, Response> {
        if let Some(known) = parts.extensions.remove::<Visit>() {
            return Ok(known);
        }
        let snapshot = site.workspace.snapshot();
        match site.people.who(parts, &snapshot) {
            Ok(who) if !who.may(Action::See) => {
                let said = "This key is for sending alone; make one that may `read`.";
                let status = StatusCode::FORBIDDEN;
                Err(outside(&parts.headers, status, "Not with this key", said))
            }
            Ok(who) => {
                let who = named(who, &snapshot, &site.workspace);
                let saved = saved(&parts.uri);
                Ok(Visit { saved, ..Visit::of(who, snapshot, &parts.headers) })
            }
            Err(not_let_in) => Err(not_let_in.answer(parts)),
        }
    }
}

impl NotLetIn {
    fn answer(self, parts: &Parts) -> Response {
        let headers = &parts.headers;
        match self {
            NotLetIn::TooOften(wait) => Stopped::too_often(wait).answer(headers),
            NotLetIn::Key(said) => outside(headers, StatusCode::UNAUTHORIZED, "A wrong key", &said),
            NotLetIn::NotListed(said) => {
                outside(headers, StatusCode::FORBIDDEN, "You may not look here", &said)
            }
            NotLetIn::LogIn if parts.method == Method::GET && is_browser(headers) => {
                Redirect::to(&login_path(&parts.uri)).into_response()
            }
            NotLetIn::LogIn => {
                let said = "Nobody knows who you are: log in, or send a key in `Authorization: Bearer tru_...`.";
                outside(headers, StatusCode::UNAUTHORIZED, "Log in first", said)
            }
        }
    }
}

/// The commit in `?saved=`, and no other text that somebody could put into a link.
fn saved(uri: &Uri) -> Option<String> {
    let mut fields = form_urlencoded::parse(uri.query()?.as_bytes());
    let (_, commit) = fields.find(|(name, _)| name == "saved")?;
    let is_commit = (7..=64).contains(&commit.len())
        && commit.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_commit.then(|| commit.into_owned())
}

/// A page for somebody who is not let in, so it says nothing of the roadmap.
pub fn outside(headers: &HeaderMap, status: StatusCode, title: &str, said: &str) -> Response {
    let way = Way { label: "Log in".to_owned(), path: "/login".to_owned() };
    let page = OutsidePage::new(status.as_u16(), title, said, Some(way));
    let mut answer = answer::with_status(status, headers, &page);
    if status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}

fn is_browser(headers: &HeaderMap) -> bool {
    answer::Form::asked(headers) == answer::Form::Html
}

fn login_path(from: &Uri) -> String {
    let to = from.path_and_query().map_or("/", |path| path.as_str());
    format!("/login?to={}", trueup_pages::link::part(to))
}

impl<W: Workspace> FromRequest<Arc<Site<W>>> for WithForm {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site<W>>) -> Result<WithForm, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, site).await?;
        visit.fields(Request::from_parts(parts, body)).await?;
        Ok(WithForm(visit))
    }
}

impl<W: Workspace> FromRequest<Arc<Site<W>>> for Administering {
    type Rejection = Response;

    async fn from_request(
        request: Request,
        site: &Arc<Site<W>>,
    ) -> Result<Administering, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, site).await?;
        if !visit.may(Action::Administer) {
            return Err(visit.refuse(Action::Administer));
        }
        let fields = visit.fields(Request::from_parts(parts, body)).await?;
        Ok(Administering { visit, fields })
    }
}
