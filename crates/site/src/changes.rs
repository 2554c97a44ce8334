//! `/changes`: pages that are open learn that there is a newer snapshot, as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::Stream;
use futures::stream::unfold;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, sleep_until};

use crate::paths::Paths;
use crate::site::Site;
use crate::visit::Visit;
use crate::workspace::Workspace;

/// Pages that listen at the same time. Others are told to come again; they work all the same.
const MOST: usize = 256;
/// How long one listens. Browsers ask again by themselves, and those who may no longer look are refused then.
const LONGEST: Duration = Duration::from_mins(10);
/// How often it is said that nothing has happened, so that nobody between takes the connection for dead.
const ALIVE: Duration = Duration::from_secs(20);

/// The pages that listen.
pub struct Listeners {
    places: Arc<Semaphore>,
    closed: watch::Sender<bool>,
}

impl Default for Listeners {
    fn default() -> Listeners {
        Listeners { places: Arc::new(Semaphore::new(MOST)), closed: watch::Sender::new(false) }
    }
}

impl Listeners {
    pub fn close(&self) {
        self.closed.send_replace(true);
    }
}

/// Adds the path.
pub fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths.plain("/changes", get(listen::<W>))
}

async fn listen<W: Workspace>(State(site): State<Arc<Site<W>>>, _: Visit) -> Response {
    let Ok(place) = Arc::clone(&site.listeners.places).try_acquire_owned() else {
        let said = r#"{"error":"too many pages listen at the moment"}"#;
        let headers = [(RETRY_AFTER, "60"), (axum::http::header::CONTENT_TYPE, "application/json")];
        return (StatusCode::SERVICE_UNAVAILABLE, headers, said).into_response();
    };
    let mut changes = site.workspace.changes();
    // The newest is told at once: it may be newer than the page.
    changes.mark_changed();
    let listener = Listener {
        changes,
        closed: site.listeners.closed.subscribe(),
        until: Instant::now() + LONGEST,
        _place: place,
    };
    Sse::new(events(listener)).keep_alive(KeepAlive::new().interval(ALIVE)).into_response()
}

struct Listener {
    changes: watch::Receiver<String>,
    closed: watch::Receiver<bool>,
    until: Instant,
    _place: OwnedSemaphorePermit,
}

/// The id of the snapshot, whenever it changes.
fn events(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(listener, |mut listener| async {
        tokio::select! {
            changed = listener.changes.changed() => changed.ok()?,
            _ = listener.closed.wait_for(|closed| *closed) => return None,
            () = sleep_until(listener.until) => return None,
        }
        let id = listener.changes.borrow_and_update().clone();
        Some((Ok(Event::default().data(id)), listener))
    })
}
