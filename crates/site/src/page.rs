//! Reading: each page by its path.

pub(crate) mod access;
mod around;
mod bet;
mod board;
mod definitions;
mod diagnostics;
mod economics;
mod interactions;
pub(crate) mod login;
mod note;
mod outcome;
mod oversight;
mod review;
mod search;
mod why;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use trueup_pages::asset;
use trueup_views::Unknown;

use crate::paths::Paths;
use crate::site::Site;
use crate::visit::Visit;
use crate::workspace::{NotShown, Workspace};

/// Adds every page.
pub fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    let paths = board::paths(outcome::paths(bet::paths(why::paths(note::paths(paths)))));
    let paths = around::paths(definitions::paths(diagnostics::paths(economics::paths(paths))));
    let paths = interactions::paths(oversight::paths(review::paths(search::paths(paths))));
    paths.plain("/", get(|| async { Redirect::to("/board") })).plain("/assets/{name}", get(asset))
}

/// There is no such page; the text says what there is.
fn not_found(visit: &Visit, said: &str) -> Response {
    visit.refused(StatusCode::NOT_FOUND, "There is no such page", said)
}

/// Nothing goes by that name; says the nearest.
fn unknown(visit: &Visit, none: &Unknown) -> Response {
    not_found(visit, &none.to_string())
}

/// The page that says why something is not there to be shown.
fn not_shown(visit: &Visit, why: &NotShown) -> Response {
    match why {
        NotShown::Unknown(said) => not_found(visit, said),
        NotShown::Failed(said) => {
            visit.refused(StatusCode::SERVICE_UNAVAILABLE, "This cannot be shown now", said)
        }
    }
}

/// Asks the workspace for what may take long, off the threads that serve connections.
async fn off_thread<W: Workspace, T: Send + 'static>(
    site: Arc<Site<W>>,
    ask: impl FnOnce(&W) -> T + Send + 'static,
) -> T {
    let asked = tokio::task::spawn_blocking(move || ask(&site.workspace)).await;
    asked.expect("a workspace says what went wrong, and does not panic")
}

/// A name changes with its content, so that it may be kept for ever.
async fn asset(uri: Uri) -> Response {
    match asset::find(uri.path()) {
        Some(asset) => {
            let keep = "public, max-age=31536000, immutable";
            ([(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, keep)], asset.bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
