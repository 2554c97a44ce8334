//! A running server, what it stores, and a client that sends exactly what it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::CONTENT_TYPE;
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;
use trueup_evidence::{Event, Table};
use trueup_server::intake::{BadLine, Export, Lines, Malformed, NoFeedback};
use trueup_server::{
    Access, Encoding, Intake, Limits, Receiver, Refused, Signal, State, Store, grpc_router,
    otlp_router, router, serve,
};

/// A store in memory that refuses and waits as it is told.
#[derive(Clone)]
pub struct Memory {
    pub events: Arc<Mutex<Vec<Event>>>,
    pub refuses: Arc<Mutex<Option<Refused>>>,
    pub state: Arc<Mutex<State>>,
    /// One permit for each append: all there are, unless [`Memory::waits`].
    pub gate: Arc<Semaphore>,
    /// One permit for each append that has begun.
    pub begun: Arc<Semaphore>,
}

impl Memory {
    pub fn new() -> Memory {
        Memory {
            events: Arc::default(),
            refuses: Arc::default(),
            state: Arc::default(),
            gate: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            begun: Arc::new(Semaphore::new(0)),
        }
    }

    /// A store whose appends end when the gate is given permits.
    pub fn waits() -> Memory {
        Memory { gate: Arc::new(Semaphore::new(0)), ..Memory::new() }
    }

    pub fn refuse(&self, refused: Option<Refused>) {
        *self.refuses.lock().expect("no test panics here") = refused;
    }

    pub fn len(&self) -> usize {
        self.events.lock().expect("no test panics here").len()
    }
}

impl Store for Memory {
    async fn append(&self, events: Vec<Event>) -> Result<(), Refused> {
        self.begun.add_permits(1);
        self.gate.acquire().await.expect("the gate stays").forget();
        if let Some(refused) = self.refuses.lock().expect("no test panics here").clone() {
            return Err(refused);
        }
        self.events.lock().expect("no test panics here").extend(events);
        Ok(())
    }

    fn state(&self) -> State {
        self.state.lock().expect("no test panics here").clone()
    }
}

/// Understands plainly: a span is an interaction, one without an id is rejected; a line is its id.
pub struct Plain;

impl Intake for Plain {
    fn export(
        &self,
        _: Signal,
        encoding: Encoding,
        body: &[u8],
        _: Timestamp,
    ) -> Result<Export, Malformed> {
        let request = match encoding {
            Encoding::Protobuf => {
                ExportTraceServiceRequest::decode(body).map_err(|e| Malformed(e.to_string()))?
            }
            Encoding::Json => {
                serde_json::from_slice(body).map_err(|error| Malformed(error.to_string()))?
            }
        };
        let mut export = Export::default();
        let scopes = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
        for span in scopes.flat_map(|scope| &scope.spans) {
            assert_ne!(span.name, "mistake", "a mistake of ours");
            if span.span_id.is_empty() {
                export.rejected += 1;
                "a span has no id".clone_into(&mut export.message);
            } else {
                export.events.push(interaction(&span.name));
            }
        }
        Ok(export)
    }

    fn events(&self, body: &[u8], tokens: bool, _: Timestamp) -> Lines {
        let mut lines = Lines::default();
        let text = String::from_utf8_lossy(body).into_owned();
        for (number, line) in text.lines().enumerate() {
            match serde_json::from_str::<Value>(line) {
                Ok(value) => {
                    let id = value["id"].as_str().expect("tests name ids");
                    lines.events.push(interaction(id));
                    if tokens {
                        lines.tokens.push((id.to_owned(), format!("token-{id}")));
                    }
                }
                Err(error) => {
                    lines.rejected.push(BadLine { line: number + 1, error: error.to_string() });
                }
            }
        }
        lines
    }

    fn feedback(&self, body: &[u8], _: Timestamp) -> Result<Event, NoFeedback> {
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| NoFeedback::Malformed(error.to_string()))?;
        match value["token"].as_str() {
            Some("good") => Ok(interaction("feedback")),
            _ => Err(NoFeedback::Token("the token is forged".to_owned())),
        }
    }
}

fn interaction(id: &str) -> Event {
    let mut event = Event::new(Table::Interactions);
    event.set("id", id);
    event
}

/// An export of spans with these names.
pub fn spans(names: &[&str]) -> ExportTraceServiceRequest {
    let span = |name: &&str| Span {
        name: (*name).to_owned(),
        trace_id: vec![1; 16],
        span_id: if name.is_empty() { Vec::new() } else { vec![2; 8] },
        ..Span::default()
    };
    let scope = ScopeSpans { spans: names.iter().map(span).collect(), ..ScopeSpans::default() };
    let resource = ResourceSpans { scope_spans: vec![scope], ..ResourceSpans::default() };
    ExportTraceServiceRequest { resource_spans: vec![resource] }
}

/// An export of one span whose name is that long.
pub fn long_span(bytes: usize) -> Vec<u8> {
    spans(&["x".repeat(bytes).as_str()]).encode_to_vec()
}

/// A server on a port of its own, until it is stopped.
pub struct Running {
    pub port: u16,
    stop: oneshot::Sender<()>,
    served: JoinHandle<bool>,
}

/// Which paths a server has.
#[derive(Clone, Copy)]
pub enum Paths {
    All,
    Otlp,
    Grpc,
}

impl Running {
    pub async fn new(store: &Memory, limits: Limits) -> Running {
        Running::start(Receiver::new(store.clone(), Plain, Access::open(), limits), Paths::All)
            .await
    }

    pub async fn start<I: Intake>(receiver: Receiver<Memory, I>, paths: Paths) -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a port");
        let port = listener.local_addr().expect("it is bound").port();
        let receiver = Arc::new(receiver);
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(async move {
            let paths: Router = match paths {
                Paths::All => router(&receiver),
                Paths::Otlp => otlp_router(&receiver),
                Paths::Grpc => grpc_router(&receiver),
            };
            let stopped = async {
                let _ = stopped.await;
            };
            serve(&receiver, vec![(listener, paths)], stopped).await
        });
        Running { port, stop, served }
    }

    /// Tells it to stop; what it returns is whether every request was answered.
    pub fn stop(self) -> JoinHandle<bool> {
        let _ = self.stop.send(());
        self.served
    }

    pub async fn socket(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.expect("it listens")
    }

    pub async fn client(&self) -> Client {
        let (sender, connection) =
            handshake(TokioIo::new(self.socket().await)).await.expect("it speaks HTTP");
        tokio::spawn(connection);
        Client { sender }
    }

    pub async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        self.client().await.post(path, headers, body).await
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.client().await.send("GET", path, headers, Bytes::new()).await
    }
}

/// One connection.
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Client {
    pub async fn post(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        self.send("POST", path, headers, body.into()).await
    }

    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Answer {
        self.sender.ready().await.expect("the connection is open");
        let mut request = Request::builder().method(method).uri(path).header("host", "test");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body)).expect("a test sends what can be sent");
        let response = self.sender.send_request(request).await.expect("there is an answer");
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("the answer is whole").to_bytes();
        Answer { status: head.status, headers: head.headers, body }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        assert_eq!(self.header(CONTENT_TYPE.as_str()), "application/json", "{self:?}");
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("it is text"))
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("it is text")
    }
}

/// Limits whose time-outs a test can wait for.
pub fn impatient() -> Limits {
    let brief = Duration::from_millis(60);
    Limits { idle: brief, body_pause: brief, ..Limits::default() }
}
