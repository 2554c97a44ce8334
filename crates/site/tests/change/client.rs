//! A browser without scripts, and a program that sends JSON, at the real router.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use trueup_site::{Site, router};

use crate::memory::Memory;

pub struct Client {
    router: Router,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub body: String,
}

/// Fields of a form.
pub type Fields = Vec<(String, String)>;

impl Client {
    pub fn new(memory: Memory) -> Client {
        Client { router: router(&Arc::new(Site::new(memory))) }
    }

    /// The page of a path.
    pub async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::ACCEPT, "text/html");
        self.send(request.body(Body::empty()).expect("it is a request")).await
    }

    /// What stands before the page of a path.
    pub async fn head(&self, path: &str) -> Answer {
        let request = Request::head(path).header(header::ACCEPT, "text/html");
        self.send(request.body(Body::empty()).expect("it is a request")).await
    }

    /// What a program gets of the same path.
    pub async fn data(&self, path: &str) -> (StatusCode, Value) {
        let request = Request::get(path).body(Body::empty()).expect("it is a request");
        let answer = self.send(request).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap_or(Value::Null))
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &[(String, String)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).expect("it is a request")).await
    }

    /// Sends the same as JSON.
    pub async fn json(&self, path: &str, fields: &Value) -> (StatusCode, Value) {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        let request = request.body(Body::from(fields.to_string())).expect("it is a request");
        let answer = self.send(request).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap_or(Value::Null))
    }

    /// Every field of the form on a page as a browser would send it, in the name of somebody.
    pub async fn form(&self, path: &str, person: &str) -> Fields {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        let mut fields = sent(&answer.body);
        set(&mut fields, "person", person);
        fields
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let status = response.status();
        let location = response.headers().get(header::LOCATION);
        let location = location.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = response.into_body().collect().await.expect("it has a body").to_bytes();
        Answer { status, location, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

/// Sets a field that a form has, or adds it.
pub fn set(fields: &mut Fields, name: &str, value: &str) {
    match fields.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => value.clone_into(known),
        None => fields.push((name.to_owned(), value.to_owned())),
    }
}

pub fn value(fields: &Fields, name: &str) -> Option<String> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// What a browser sends of the forms within `main`: hidden and text inputs, areas, choices; boxes that are not ticked and
/// buttons are left out. It reads what our templates write, no other HTML.
pub fn sent(html: &str) -> Fields {
    let main = html.split_once("<main").map_or(html, |(_, main)| main);
    let mut fields = Vec::new();
    let mut rest = main;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').unwrap_or(rest.len());
        let tag = &rest[..end];
        let Some(name) = attribute(tag, "name") else { continue };
        if tag.starts_with("input ") {
            let kind = attribute(tag, "type");
            let ticked = tag.contains(" checked");
            if !matches!(kind.as_deref(), Some("checkbox" | "radio")) || ticked {
                fields.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        } else if tag.starts_with("textarea ") {
            let text = &rest[end + 1..];
            let text = &text[..text.find("</textarea>").unwrap_or(text.len())];
            let text = text.strip_prefix('\n').unwrap_or(text);
            fields.push((name, unescaped(text).replace('\n', "\r\n")));
        } else if tag.starts_with("select ") {
            let options = &rest[..rest.find("</select>").unwrap_or(rest.len())];
            fields.push((name, chosen(options)));
        }
    }
    fields
}

fn chosen(options: &str) -> String {
    let chosen = options
        .split("<option")
        .skip(1)
        .find(|option| option.split_once('>').is_some_and(|(tag, _)| tag.ends_with(" selected")));
    let Some((tag, text)) = chosen.and_then(|option| option.split_once('>')) else {
        return String::new();
    };
    let text = text.split('<').next().unwrap_or_default().trim();
    attribute(tag, "value").unwrap_or_else(|| unescaped(text))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescaped(rest.split('"').next()?))
}

fn unescaped(text: &str) -> String {
    let mut plain = text.to_owned();
    for (written, letter) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        plain = plain.replace(written, letter);
    }
    plain
}
