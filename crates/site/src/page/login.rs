//! Logging in and out.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use trueup_pages::page::{OutsidePage, Way};

use crate::answer;
use crate::paths::Paths;
use crate::people::cookies::Kind;
use crate::people::guard::Stopped;
use crate::people::login::{Back, Login, local_path};
use crate::people::provider::{Identity, Unknown};
use crate::people::who::known;
use crate::people::{Done, Event, Means};
use crate::site::Site;
use crate::visit::{Visit, WithForm, outside};
use crate::workspace::Workspace;

/// Adds the ways in and out.
pub fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths
        .plain("/login", get(begin::<W>))
        .plain("/login/back", get(end::<W>))
        .live_page::<OutsidePage, _>("/logout", "Where a session has ended.", &[], gone::<W>)
        .post("/logout", "Ends the session of the browser that sends it.", out::<W>)
}

#[derive(Debug, Deserialize)]
struct Going {
    to: Option<String>,
}

async fn begin<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Query(going): Query<Going>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let to = going.to.as_deref().and_then(local_path).unwrap_or("/board");
    let Some(login) = site.people.login() else { return Redirect::to(to).into_response() };
    if let Err(stopped) = try_again(&site, &headers, &extensions) {
        return stopped;
    }
    match login.begin(to, site.people.now()).await {
        Ok((url, cookie)) => {
            let cookie = Kind::Login.set(&cookie, site.people.is_secure());
            with_cookies(Redirect::to(&url).into_response(), [cookie])
        }
        Err(unknown) => refused(&headers, &unknown),
    }
}

/// What a provider adds to the way back.
#[derive(Debug, Deserialize)]
struct CameBack {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

async fn end<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Query(came): Query<CameBack>,
    parts: Parts,
) -> Response {
    let headers = &parts.headers;
    let Some(login) = site.people.login() else { return Redirect::to("/board").into_response() };
    if let Err(stopped) = try_again(&site, headers, &parts.extensions) {
        return stopped;
    }
    let back = Back { state: came.state, code: came.code, error: came.error, issuer: came.iss };
    let cookie = Kind::Login.read(headers, site.people.is_secure());
    let from = site.people.address(headers, &parts.extensions);
    match login.end(back, cookie.as_ref(), site.people.now()).await {
        Ok((identity, to)) => let_in(&site, login, identity, &to, headers, from).await,
        Err(unknown) => {
            let done = Done {
                who: "nobody known".to_owned(),
                from,
                what: unknown.to_string(),
                commit: None,
            };
            let _ = site.people.note(Event::SignInRefused, done).await;
            refused(headers, &unknown)
        }
    }
}

/// Begins a session for somebody whom the provider knows, if they may come in.
async fn let_in<W: Workspace>(
    site: &Site<W>,
    login: &Login,
    identity: Identity,
    to: &str,
    headers: &HeaderMap,
    from: Option<String>,
) -> Response {
    let people = &site.people;
    let done =
        |what: String| Done { who: identity.email.clone(), from: from.clone(), what, commit: None };
    let role = match known(login, &identity.email, &site.workspace.snapshot()) {
        Ok((_, role)) => role,
        Err(said) => {
            let _ = people.note(Event::SignInRefused, done(said.clone())).await;
            return outside(headers, StatusCode::FORBIDDEN, "You may not look here", &said);
        }
    };
    // Nobody comes in unnoticed.
    if people.note(Event::SignedIn, done(format!("as {}", role.spoken()))).await.is_err() {
        return not_written(headers);
    }
    let secure = people.is_secure();
    if let Some(old) = Kind::Session.read(headers, secure) {
        let _ = login.sessions.end(&old.digest());
    }
    match login.sessions.begin(&identity.email, identity.name.clone(), people.now()) {
        Ok(session) => {
            let cookies = [Kind::Session.set(&session, secure), Kind::Login.clear(secure)];
            with_cookies(Redirect::to(to).into_response(), cookies)
        }
        Err(error) => {
            tracing::error!(%error, "sessions cannot be written");
            not_written(headers)
        }
    }
}

async fn out<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    WithForm(visit): WithForm,
) -> Response {
    let Visit { who, headers, .. } = visit;
    if let (Means::Session(digest), Some(login)) = (&who.means, site.people.login()) {
        if let Err(error) = login.sessions.end(digest) {
            tracing::error!(%error, "sessions cannot be written");
            return not_written(&headers);
        }
        let done = Done { who: who.label(), from: who.from.clone(), ..Done::default() };
        let _ = site.people.note(Event::SignedOut, done).await;
    }
    let gone = Redirect::to("/logout").into_response();
    with_cookies(gone, [Kind::Session.clear(site.people.is_secure())])
}

/// For those who have logged out. The provider's session is another: they follow a link to end it, since a page may not
/// send a form on to another site, and no token of theirs is kept with which it could be ended for them.
async fn gone<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let mut said =
        "This browser no longer shows the roadmap to anybody who does not log in.".to_owned();
    let mut ways = vec![Way { label: "Log in".to_owned(), path: "/login".to_owned() }];
    if let Some(login) = site.people.login() {
        // Whoever makes us ask the provider counts as one who logs in.
        if !login.knows_provider()
            && let Err(stopped) = try_again(&site, &headers, &extensions)
        {
            return stopped;
        }
        let _ = write!(
            said,
            " `{}` may still let in whoever uses it next without asking who they are; on a shared machine, log out \
             there too.",
            login.host()
        );
        let end = login.end_session().await;
        let label = "Log out at the provider too".to_owned();
        ways.extend(end.map(|path| Way { label, path }));
    }
    answer::page(&headers, &OutsidePage::new(200, "You are logged out", &said, ways))
}

/// Stops who tries to log in too often.
fn try_again<W: Workspace>(
    site: &Site<W>,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<(), Response> {
    let from = site.people.address(headers, extensions).unwrap_or_default();
    let tried = site.people.limits().attempt(&from);
    tried.map_err(|wait| Stopped::too_often(wait).answer(headers))
}

fn refused(headers: &HeaderMap, unknown: &Unknown) -> Response {
    tracing::warn!(reason = %unknown, "somebody could not log in");
    let (status, title) = match unknown {
        Unknown::Provider(_) => (StatusCode::BAD_GATEWAY, "The identity provider does not answer"),
        Unknown::Invalid(_) => (StatusCode::FORBIDDEN, "You could not be logged in"),
        Unknown::NoEmail => (StatusCode::FORBIDDEN, "Your e-mail is not verified"),
    };
    outside(headers, status, title, &unknown.to_string())
}

fn not_written(headers: &HeaderMap) -> Response {
    let said =
        "The state folder cannot be written; whoever runs this server finds the reason in its log.";
    outside(headers, StatusCode::SERVICE_UNAVAILABLE, "Nobody can log in now", said)
}

/// Nobody but the browser that asked keeps what bears cookies.
fn with_cookies<const N: usize>(mut answer: Response, cookies: [HeaderValue; N]) -> Response {
    for cookie in cookies {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
