//! What no request gets past: other hosts and other sites, too many, too long. It also notes every write that is refused.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use trueup_pages::page::OutsidePage;

use super::config::is_this_machine;
use super::{Done, Event, People};
use crate::answer;
use crate::site::Site;
use crate::workspace::Workspace;

/// How long a page or a change may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Who was refused, on the answer that says so.
#[derive(Debug, Clone)]
pub(crate) struct Refused(pub String);

/// Stands before every path.
pub(crate) async fn guard<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    request: Request,
    next: Next,
) -> Response {
    let people = &site.people;
    let headers = request.headers().clone();
    let from = people.address(&headers, request.extensions());
    let (writes, path) = (writes(request.method()), request.uri().path().to_owned());
    let answered = match people.admit(&request, from.as_deref()) {
        Err(stopped) => stopped.answer(&headers),
        Ok(()) => match tokio::time::timeout(PATIENCE, next.run(request)).await {
            Ok(answered) => answered,
            Err(_) => Stopped::too_long().answer(&headers),
        },
    };
    if writes && is_refusal(answered.status()) {
        let who = answered.extensions().get::<Refused>().map(|refused| refused.0.clone());
        // Nobody fills the disk with what they are refused.
        if who.is_some() || people.limits.attempt(from.as_deref().unwrap_or_default()).is_ok() {
            let who = who.unwrap_or_else(|| "nobody known".to_owned());
            let what = format!("{path}: {}", answered.status());
            // If it fails, the program's log says so; the refusal stands.
            let _ = people.note(Event::Refused, Done { who, from, what, commit: None }).await;
        }
    }
    answered
}

/// A request that goes no further.
#[derive(Debug)]
pub(crate) struct Stopped {
    status: StatusCode,
    title: &'static str,
    said: String,
    wait: Option<Duration>,
}

impl Stopped {
    fn new(status: StatusCode, title: &'static str, said: &str) -> Stopped {
        Stopped { status, title, said: said.to_owned(), wait: None }
    }

    pub(crate) fn too_often(wait: Duration) -> Stopped {
        let said = format!("Wait {} s, then try again.", seconds(wait));
        let status = StatusCode::TOO_MANY_REQUESTS;
        Stopped { status, title: "Too many requests", said, wait: Some(wait) }
    }

    fn too_long() -> Stopped {
        let said = "This took longer than a minute and was given up; ask for less, or try again.";
        Stopped::new(StatusCode::SERVICE_UNAVAILABLE, "This took too long", said)
    }

    pub(crate) fn answer(self, headers: &HeaderMap) -> Response {
        let page = OutsidePage::new(self.status.as_u16(), self.title, &self.said, None);
        let mut answer = answer::with_status(self.status, headers, &page);
        if let Some(wait) = self.wait {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds(wait)));
        }
        answer
    }
}

impl People {
    fn admit(&self, request: &Request, from: Option<&str>) -> Result<(), Stopped> {
        let headers = request.headers();
        if self.login.is_some() {
            self.limits.page(from.unwrap_or_default()).map_err(Stopped::too_often)?;
        } else if let Some(host) = host(request).filter(|host| !is_this_machine(host)) {
            // A page of elsewhere whose name was turned to this machine.
            let said = format!("`{host}` is not this machine; open http://localhost instead.");
            return Err(Stopped::new(StatusCode::FORBIDDEN, "Another host", &said));
        }
        if writes(request.method()) && !headers.contains_key(AUTHORIZATION) {
            return self.own_page(request);
        }
        Ok(())
    }

    /// Forms are sent by pages of our own.
    fn own_page(&self, request: &Request) -> Result<(), Stopped> {
        let site = request.headers().get("sec-fetch-site").map(HeaderValue::as_bytes);
        let own_site = site.is_none_or(|site| site == b"same-origin" || site == b"none");
        let origin = request.headers().get(ORIGIN).map(|origin| origin.to_str().unwrap_or("null"));
        if own_site && origin.is_none_or(|origin| self.is_own(origin, request)) {
            return Ok(());
        }
        let said = "This was sent by a page of another site; send it from a page of this one.";
        Err(Stopped::new(StatusCode::FORBIDDEN, "Another site", said))
    }

    fn is_own(&self, origin: &str, request: &Request) -> bool {
        if let Some(login) = &self.login {
            return origin == login.access.origin();
        }
        // The port matters too: other programs of this machine serve pages.
        authority(request).is_some_and(|own| origin.strip_prefix("http://") == Some(own))
    }
}

fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_refusal(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + 1
}

/// The host and port that were asked for.
fn authority(request: &Request) -> Option<&str> {
    let sent = request.headers().get(HOST).map(|host| host.to_str().unwrap_or_default());
    request.uri().authority().map(axum::http::uri::Authority::as_str).or(sent)
}

fn host(request: &Request) -> Option<&str> {
    let authority = authority(request)?;
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(host),
        _ => Some(authority),
    }
}
