//! Answers: the same page as HTML or as JSON, and the headers that every answer bears.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{
    ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use trueup_pages::Page;

use crate::site::Site;
use crate::visit::Visit;
use crate::workspace::Workspace;

/// Nothing is loaded but what this server serves, nothing runs that stands in a page, nobody frames it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The longest refusal that is read to make a page of it.
const LONGEST: usize = 1 << 16;

/// A page in the form that is asked for.
pub fn page(headers: &HeaderMap, page: &impl Page) -> Response {
    with_status(StatusCode::OK, headers, page)
}

/// The same with a status other than 200.
pub fn with_status(status: StatusCode, headers: &HeaderMap, page: &impl Page) -> Response {
    let (kind, body) = match Form::asked(headers) {
        Form::Html => ("text/html; charset=utf-8", page.html()),
        Form::Json => ("application/json", page.json()),
    };
    let headers = [(CONTENT_TYPE, kind), (VARY, "Accept, Cookie"), (CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

/// On a page that lacks what could not be read just now, so that it is made anew the next time.
#[derive(Debug, Clone)]
pub struct Lacking;

/// A page, which may lack something.
pub fn lacking_if(is_lacking: bool, mut page: Response) -> Response {
    if is_lacking {
        page.extensions_mut().insert(Lacking);
    }
    page
}

/// What an answer is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    Html,
    Json,
}

impl Form {
    /// Browsers name HTML; everybody else gets JSON.
    pub fn asked(headers: &HeaderMap) -> Form {
        let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        let names_html = accepted.is_some_and(|kinds| kinds.contains("text/html"));
        if names_html { Form::Html } else { Form::Json }
    }
}

/// Adds what keeps browsers from being used against those who look.
pub async fn secure(request: Request, next: Next) -> Response {
    let mut response = in_json(next.run(request).await).await;
    protect(&mut response);
    response
}

/// Says in JSON, as every refusal, what is said in plain text of a request that could not be taken apart.
async fn in_json(response: Response) -> Response {
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_plain = kind.is_none_or(|kind| kind.starts_with(b"text/plain"));
    if !(is_plain && response.status().is_client_error()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let said = to_bytes(body, LONGEST).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let said = if said.is_empty() { "nothing more is known about it" } else { said.as_ref() };
    let mut answer = refusal(parts.status, said);
    if let Some(allowed) = parts.headers.get(ALLOW) {
        answer.headers_mut().insert(ALLOW, allowed.clone());
    }
    answer
}

/// What programs are told, in the form of a page that refuses.
fn refusal(status: StatusCode, said: &str) -> Response {
    let said =
        serde_json::json!({ "status": status.as_u16(), "title": title(status), "error": said });
    (status, [(CONTENT_TYPE, "application/json")], said.to_string()).into_response()
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "There is nothing here",
        StatusCode::METHOD_NOT_ALLOWED => "This is not done this way",
        _ => "This did not work",
    }
}

fn protect(response: &mut Response) {
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
}

/// Says that a path does not take a method.
pub async fn other_method(request: Request) -> Response {
    let said = format!("`{}` does not take {}", request.uri().path(), request.method());
    refusal(StatusCode::METHOD_NOT_ALLOWED, &said)
}

/// Makes a page of what is said to programs alone, where a browser asks: of all that the site is merged with.
pub async fn explain<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    if Form::asked(&parts.headers) == Form::Json {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let response = next.run(Request::from_parts(parts.clone(), body)).await;
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_page = kind.is_some_and(|kind| kind.starts_with(b"text/html"));
    if is_page || !(response.status().is_client_error() || response.status().is_server_error()) {
        return response;
    }
    let visit = match Visit::from_request_parts(&mut parts, &site).await {
        Ok(visit) => visit,
        Err(elsewhere) => return elsewhere,
    };
    refused(&visit, response).await
}

async fn refused(visit: &Visit, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let said = to_bytes(body, LONGEST).await.unwrap_or_default();
    let said: serde_json::Value = serde_json::from_slice(&said).unwrap_or_default();
    let said = said["error"].as_str().unwrap_or("Nothing more is known about it.");
    let mut page = visit.refused(parts.status, title(parts.status), said);
    protect(&mut page);
    page
}
