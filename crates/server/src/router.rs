//! Every path, and what all of them share.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use tokio::sync::Semaphore;
use trueup_evidence::Event;

use crate::access::{Access, Purpose};
use crate::encoding::Signal;
use crate::intake::Intake;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::receive::{Arrived, Budget, Held, receive};
use crate::refusal::Refusal;
use crate::store::Store;
use crate::{events, feedback, grpc, health, otlp};

/// Takes in what arrives: the store, who understands it, and the limits.
pub struct Receiver<S, I> {
    pub(crate) store: S,
    pub(crate) intake: I,
    pub(crate) access: Access,
    pub(crate) limits: Limits,
    /// Origins of pages that may send feedback from a browser.
    pub(crate) feedback_origins: Vec<String>,
    pub(crate) budget: Budget,
    pub(crate) connections: Arc<Semaphore>,
    pub(crate) metrics: Metrics,
    decoders: Arc<Semaphore>,
}

impl<S: Store, I: Intake> Receiver<S, I> {
    #[must_use]
    pub fn new(store: S, intake: I, access: Access, limits: Limits) -> Receiver<S, I> {
        Receiver {
            store,
            intake,
            access,
            feedback_origins: Vec::new(),
            budget: Budget::new(limits.in_flight_bytes, limits.retry_after),
            connections: Arc::new(Semaphore::new(limits.connections)),
            metrics: Metrics::default(),
            decoders: Arc::new(Semaphore::new(limits.decoders)),
            limits,
        }
    }

    /// Lets pages of these origins send feedback from a browser.
    #[must_use]
    pub fn with_feedback_origins(self, feedback_origins: Vec<String>) -> Receiver<S, I> {
        Receiver { feedback_origins, ..self }
    }

    /// Reads a request that bears the key, where one is asked for, and whose head is accepted.
    pub(crate) async fn receive<T>(
        &self,
        request: Request,
        limit: usize,
        accept: impl FnOnce(&HeaderMap) -> Result<T, Refusal>,
    ) -> Result<Arrived<T>, Refusal> {
        let accept = |headers: &HeaderMap| {
            // Browsers add it to what a page sends; a page may reach a server of this machine that
            // asks for no key.
            if headers.contains_key(ORIGIN) {
                return Err(Refusal::forbidden("only `/v1/feedback` is for pages in a browser"));
            }
            self.access.check(headers, Purpose::Send)?;
            accept(headers)
        };
        receive(request, accept, limit, &self.limits, &self.budget).await
    }

    /// Runs what computes for long off the threads that serve connections, only so many at a time.
    pub(crate) async fn compute<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let slot = Arc::clone(&self.decoders).acquire_owned().await;
        let slot = slot.expect("the semaphore is never closed");
        let this = Arc::clone(self);
        let task = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            work(&this)
        });
        // It would fail in the same way again, so the client is not told to send it again.
        task.await.unwrap_or_else(|_| Err(Refusal::our_fault()))
    }

    /// Returns once the events are durable. Their bytes are held until then.
    pub(crate) async fn append(&self, events: Vec<Event>, held: Held) -> Result<(), Refusal> {
        if events.is_empty() {
            return Ok(());
        }
        let counts = Metrics::count(&events);
        let started = Instant::now();
        let appended = self.store.append(events).await;
        drop(held);
        self.metrics.appended(&counts, started.elapsed(), appended.is_ok());
        appended.map_err(|refused| {
            tracing::debug!(error = %refused, "the store took nothing");
            Refusal::of_store(&refused, self.limits.retry_after)
        })
    }
}

/// What it is now: the one clock of the server.
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Every path on one port, gRPC among them.
pub fn router<S: Store, I: Intake>(receiver: &Arc<Receiver<S, I>>) -> Router {
    let feedback = post(feedback::take::<S, I>).options(feedback::preflight::<S, I>);
    let paths = otlp_paths()
        .merge(grpc_paths())
        .route("/v1/events", post(events::take::<S, I>))
        .route("/v1/tokens", post(events::tokens::<S, I>))
        .route("/v1/feedback", feedback)
        .route("/metrics", get(health::metrics::<S, I>));
    with_rest(paths, receiver)
}

/// How the server is, and nothing else: for one that takes nothing in.
pub fn status_router<S: Store, I: Intake>(receiver: &Arc<Receiver<S, I>>) -> Router {
    with_rest(Router::new().route("/metrics", get(health::metrics::<S, I>)), receiver)
}

/// OTLP over HTTP alone, for its standard port.
pub fn otlp_router<S: Store, I: Intake>(receiver: &Arc<Receiver<S, I>>) -> Router {
    with_rest(otlp_paths(), receiver)
}

/// OTLP over gRPC alone, for its standard port.
pub fn grpc_router<S: Store, I: Intake>(receiver: &Arc<Receiver<S, I>>) -> Router {
    with_rest(grpc_paths(), receiver)
}

type Paths<S, I> = Router<Arc<Receiver<S, I>>>;

fn otlp_paths<S: Store, I: Intake>() -> Paths<S, I> {
    let export =
        |signal| post(move |State(receiver), request| otlp::take(receiver, signal, request));
    Router::new()
        .route("/v1/traces", export(Signal::Traces))
        .route("/v1/logs", export(Signal::Logs))
        .route("/v1/metrics", export(Signal::Metrics))
}

fn grpc_paths<S: Store, I: Intake>() -> Paths<S, I> {
    let export =
        |signal| post(move |State(receiver), request| grpc::take(receiver, signal, request));
    Router::new()
        .route(grpc::TRACES, export(Signal::Traces))
        .route(grpc::LOGS, export(Signal::Logs))
        .route(grpc::METRICS, export(Signal::Metrics))
}

fn with_rest<S: Store, I: Intake>(paths: Paths<S, I>, receiver: &Arc<Receiver<S, I>>) -> Router {
    paths
        .route("/health", get(health::health::<S, I>))
        .fallback(nothing_here)
        .method_not_allowed_fallback(other_method)
        .layer(from_fn_with_state(Arc::clone(receiver), observe))
        // Bodies are read within our own limits.
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::clone(receiver))
}

async fn nothing_here(request: Request) -> Response {
    if grpc::is_grpc(request.headers()) {
        return tonic::Status::unimplemented("there is no such method here").into_http();
    }
    let message =
        format!("there is nothing at `{}`; OTLP goes to /v1/traces", request.uri().path());
    Refusal::not_here(StatusCode::NOT_FOUND, message).to_json()
}

async fn other_method(request: Request) -> Response {
    let message = format!("`{}` does not take {}", request.uri().path(), request.method());
    Refusal::not_here(StatusCode::METHOD_NOT_ALLOWED, message).to_json()
}

/// Counts and logs each request: its path and status, never what it carries.
async fn observe<S: Store, I: Intake>(
    State(receiver): State<Arc<Receiver<S, I>>>,
    request: Request,
    next: Next,
) -> Response {
    let path = known(request.uri().path());
    let started = Instant::now();
    let response = next.run(request).await.into_response();
    let status = grpc::status(&response).unwrap_or_else(|| response.status().as_u16().to_string());
    receiver.metrics.answered(path, &status);
    let ms = started.elapsed().as_millis();
    // One line each, so not by default: clients that are told to come again do.
    tracing::debug!(path, status, ms, "answered");
    response
}

/// The path as a label: one of ours, or "other", so that nobody can make labels without end.
fn known(path: &str) -> &'static str {
    const PATHS: [&str; 11] = [
        "/v1/traces",
        "/v1/logs",
        "/v1/metrics",
        "/v1/events",
        "/v1/tokens",
        "/v1/feedback",
        "/health",
        "/metrics",
        grpc::TRACES,
        grpc::LOGS,
        grpc::METRICS,
    ];
    PATHS.into_iter().find(|known| *known == path).unwrap_or("other")
}
