//! Connections: so many at a time, none that only waits, and an end that loses nothing.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::intake::Intake;
use crate::limits::Limits;
use crate::router::Receiver;
use crate::store::Store;

/// How long no connection is taken after the system could give none, for example for lack of files.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `stop`; then takes no new connection, and ends when the requests in flight are
/// answered, or after [`Limits::drain`].
///
/// Returns whether all were answered.
pub async fn serve<S: Store, I: Intake>(
    receiver: &Receiver<S, I>,
    listeners: Vec<(TcpListener, Router)>,
    stop: impl Future<Output = ()>,
) -> bool {
    let (stopping, stopped) = watch::channel(false);
    let graceful = Arc::new(GracefulShutdown::new());
    let mut accepting = JoinSet::new();
    for (listener, router) in listeners {
        let connections = Connections {
            slots: Arc::clone(&receiver.connections),
            builder: builder(&receiver.limits),
            idle: receiver.limits.idle,
            graceful: Arc::clone(&graceful),
            router,
        };
        accepting.spawn(connections.accept(listener, stopped.clone()));
    }
    stop.await;
    let _ = stopping.send(true);
    // The listeners are closed before anything else ends.
    while accepting.join_next().await.is_some() {}
    let graceful = Arc::into_inner(graceful).expect("nobody accepts any more");
    tokio::time::timeout(receiver.limits.drain, graceful.shutdown()).await.is_ok()
}

fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.idle).keep_alive(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20))
        .max_concurrent_streams(100)
        // OTLP sends large bodies: windows as wide as gRPC servers have them.
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(4 << 20);
    builder
}

#[derive(Clone)]
struct Connections {
    slots: Arc<Semaphore>,
    builder: Builder<TokioExecutor>,
    idle: Duration,
    graceful: Arc<GracefulShutdown>,
    router: Router,
}

impl Connections {
    async fn accept(self, listener: TcpListener, mut stopped: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                _ = stopped.changed() => return,
                (stream, slot) = self.next(&listener) => {
                    let watcher = self.graceful.watcher();
                    let (builder, router) = (self.builder.clone(), self.router.clone());
                    let idle = self.idle;
                    tokio::spawn(async move {
                        let _slot = slot;
                        converse(stream, &builder, router, watcher, idle).await;
                    });
                }
            }
        }
    }

    /// The next connection, once there is a place for it: those beyond the limit wait.
    async fn next(&self, listener: &TcpListener) -> (TcpStream, OwnedSemaphorePermit) {
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        let slot = slot.expect("the semaphore is never closed");
        loop {
            match listener.accept().await {
                Ok((stream, _)) => return (stream, slot),
                Err(error) => {
                    tracing::warn!(%error, "no connection could be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    }
}

/// Answers the requests of one connection.
async fn converse(
    stream: TcpStream,
    builder: &Builder<TokioExecutor>,
    router: Router,
    watcher: Watcher,
    idle: Duration,
) {
    // Answers are small and somebody waits for them.
    let _ = stream.set_nodelay(true);
    let spoke = Arc::new(AtomicBool::new(false));
    let peer = stream.peer_addr().ok();
    let service = service_fn(|mut request: hyper::Request<Incoming>| {
        spoke.store(true, Ordering::Relaxed);
        // Who asks too often is told by it, and the pages' audit log names it.
        if let Some(peer) = peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        answer(router.clone(), request)
    });
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(watcher.watch(connection));
    tokio::select! {
        _ = &mut connection => return,
        () = tokio::time::sleep(idle) => {}
    }
    // Time-outs of heads begin with the first byte; this one is for who sends none, or no request.
    if spoke.load(Ordering::Relaxed) {
        let _ = connection.await;
    }
}

async fn answer(router: Router, request: hyper::Request<Incoming>) -> Result<Response, Infallible> {
    router.oneshot(request.map(Body::new)).await
}
