//! The site on a port of its own, and a browser: it keeps cookies, and goes where it is sent only when it is told to.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, StatusCode};
use trueup_site::people::Access;
use trueup_site::{People, Site, router};

use crate::memory::Memory;
use crate::provider::{CLIENT, Provider, SECRET};

/// The site with its people and what lies behind it.
pub struct Served {
    pub url: String,
    pub memory: Memory,
    pub state: Arc<tempfile::TempDir>,
    address: SocketAddr,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// Serves at this machine alone.
pub async fn local() -> Served {
    let state = Arc::new(tempfile::tempdir().expect("a folder of its own"));
    let listener = listen().await;
    let people = People::at_this_machine(state.path()).expect("it can be made");
    serve(listener, people, Memory::demo(), state)
}

/// Serves to those whom a provider knows; `more` goes into the access file.
pub async fn with_login(provider: &Provider, more: &str) -> Served {
    let state = Arc::new(tempfile::tempdir().expect("a folder of its own"));
    let listener = listen().await;
    let address = listener.local_addr().expect("it is bound");
    let access = access(provider, address, state.path(), more);
    let people = People::with_login(access, state.path()).expect("it can be made");
    serve(listener, people, Memory::demo(), state)
}

/// The same by another clock.
pub async fn with_clock(provider: &Provider, now: fn() -> Timestamp) -> Served {
    let state = Arc::new(tempfile::tempdir().expect("a folder of its own"));
    let listener = listen().await;
    let address = listener.local_addr().expect("it is bound");
    let access = access(provider, address, state.path(), "");
    let people = People::with_login(access, state.path()).expect("it can be made");
    serve(listener, people.with_clock(now), Memory::demo(), state)
}

/// Serves the same people again, as after a restart.
pub async fn again(served: &Served, provider: &Provider, more: &str) -> Served {
    let listener = listen().await;
    // Browsers reach it at the same address as before; only the test knows that the port is another.
    let access = access(provider, served.address, served.state.path(), more);
    let people = People::with_login(access, served.state.path()).expect("it can be made");
    serve(listener, people, served.memory.clone(), Arc::clone(&served.state))
}

fn access(provider: &Provider, address: SocketAddr, state: &Path, more: &str) -> Access {
    let secret = state.join("client-secret");
    std::fs::write(&secret, format!("{SECRET}\n")).expect("the folder is ours");
    let text = format!(
        "public_url = \"http://{address}\"\nissuer = \"{}\"\nclient_id = \"{CLIENT}\"\n\
         client_secret_file = '{}'\nadmins = [\"admin@example.com\"]\n{more}",
        provider.issuer,
        secret.display(),
    );
    Access::parse("access.toml", &text).expect("it is right")
}

async fn listen() -> tokio::net::TcpListener {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free")
}

fn serve(
    listener: tokio::net::TcpListener,
    people: People,
    memory: Memory,
    state: Arc<tempfile::TempDir>,
) -> Served {
    let address = listener.local_addr().expect("it is bound");
    let site = Arc::new(Site::with_people(memory.clone(), people));
    let paths = router(&site).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, paths).await });
    Served { url: format!("http://{address}"), memory, state, address }
}

impl Served {
    /// Lines of the audit log, oldest first.
    pub fn audit(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.state.path().join("audit.jsonl"));
        let lines = text.unwrap_or_default();
        lines.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect()
    }

    /// What was done, in a few words each.
    pub fn deeds(&self) -> Vec<String> {
        let said = |line: &serde_json::Value| {
            let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            format!("{}: {}", text("who"), text("event"))
        };
        self.audit().iter().map(said).collect()
    }
}

/// A browser of somebody.
pub struct Browser {
    pub url: String,
    client: Client,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn new(served: &Served) -> Browser {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        Browser {
            url: served.url.clone(),
            client: client.build().expect("it needs nothing"),
            cookies: BTreeMap::new(),
        }
    }

    /// Logs somebody in, the whole way, and says where it ends.
    pub async fn log_in(&mut self, provider: &Provider, email: &str, to: &str) -> Answer {
        provider.is(email);
        let back = self.way_back(to).await;
        self.get(&back).await
    }

    /// Goes to the provider, and says by which path it sends one back.
    pub async fn way_back(&mut self, to: &str) -> String {
        let sent = self.get(&format!("/login?to={to}")).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let asked = self.client.get(sent.location()).send().await.expect("it answers");
        let back = asked.headers()[LOCATION].to_str().expect("it is plain").to_owned();
        let path = back.find("/login/back").expect("it comes back");
        back[path..].to_owned()
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.client.get(format!("{}{path}", self.url)).header("accept", "text/html");
        self.send(request).await
    }

    /// Sends a form with the token of its page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let fields = [&[("token", token.as_str())], fields].concat();
        self.post_as_it_is(path, &fields, &[]).await
    }

    pub async fn post_as_it_is(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_body(path, body, headers).await
    }

    pub async fn post_body(
        &mut self,
        path: &str,
        body: String,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self
            .client
            .post(format!("{}{path}", self.url))
            .header("accept", "text/html")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body)).await
    }

    /// What forms carry, as a page says.
    pub async fn token(&mut self) -> String {
        let page = self.get("/bets/auto-close/edit").await;
        let page = if page.status == StatusCode::OK { page } else { self.get("/board").await };
        let start = page.body.find("name=\"token\" value=\"").map(|at| at + 20);
        let rest = start.map_or("", |start| &page.body[start..]);
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    pub async fn send(&mut self, request: RequestBuilder) -> Answer {
        let cookies: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request =
            if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) };
        let response = request.send().await.expect("it answers");
        let (status, headers) = (response.status(), response.headers().clone());
        for set in headers.get_all(SET_COOKIE) {
            let set = set.to_str().expect("it is plain");
            let (name, rest) = set.split_once('=').expect("it has a name");
            let value = rest.split(';').next().unwrap_or_default();
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = response.text().await.expect("it is text");
        Answer { status, headers, body }
    }

    /// A request of a program with a key.
    pub async fn program(
        &mut self,
        key: &str,
        method: reqwest::Method,
        path: &str,
        body: &str,
    ) -> Answer {
        let request = self.client.request(method, format!("{}{path}", self.url));
        let request = request.header("authorization", format!("Bearer {key}"));
        self.send(request.header(CONTENT_TYPE, "application/json").body(body.to_owned())).await
    }
}

impl Answer {
    pub fn location(&self) -> &str {
        let location = self.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        location.unwrap_or_default()
    }
}
