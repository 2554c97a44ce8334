//! Interactions: pages of many, and one with its path.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use trueup_evidence::browse::Trail;
use trueup_pages::evidence::{Asked, asked};
use trueup_pages::page::interaction::Texts;
use trueup_pages::page::{InteractionPage, InteractionsPage};

use crate::answer;
use crate::paths::Paths;
use crate::people::Action;
use crate::site::Site;
use crate::visit::Visit;
use crate::workspace::{NotShown, Workspace};

/// Interactions on one page.
const ON_A_PAGE: usize = 50;

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths
        .live_page::<InteractionsPage, _>(
            "/interactions",
            "What was shown to people, what they did with it and how it turned out, newest first.",
            &asked::PARAMETERS,
            interactions::<W>,
        )
        .live_page::<InteractionPage, _>(
            "/interactions/{id}",
            "One interaction from the prompt over edits and decisions to the final text.",
            &[
                ("day", "the day (UTC) on which it happened, by which it is found sooner"),
                ("whole", "`yes`: texts are not cut, however long"),
            ],
            interaction::<W>,
        )
}

async fn interactions<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    visit: Visit,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Response {
    let mut asked = Asked::read(parameters);
    let may_read = visit.may(Action::ReadTexts);
    if !may_read {
        asked.refuse_text();
    }
    let mut status = StatusCode::OK;
    let mut listing = None;
    if asked.problems.is_empty() {
        let (filter, start) = (asked.filter.clone(), asked.start.clone());
        let found =
            off_thread(site, move |workspace| workspace.interactions(&filter, &start, ON_A_PAGE));
        let found = found.await.map_err(|why| why.to_string());
        if found.is_err() {
            status = StatusCode::SERVICE_UNAVAILABLE;
        }
        listing = Some(found);
    } else {
        status = StatusCode::BAD_REQUEST;
    }
    let page = InteractionsPage::new(&visit.snapshot, visit.frame(), asked, listing, may_read);
    answer::with_status(status, &visit.headers, &page)
}

async fn interaction<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    visit: Visit,
    Path(id): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Response {
    let written = |name: &str| {
        let found = parameters.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    };
    let near = match written("day").map(asked::day).transpose() {
        Ok(near) => near,
        Err(why) => {
            return visit.refused(StatusCode::BAD_REQUEST, "This cannot be asked", &why);
        }
    };
    let texts = match (visit.may(Action::ReadTexts), written("whole")) {
        (false, _) => Texts::Hidden,
        (true, Some("yes")) => Texts::Whole,
        (true, _) => Texts::Cut,
    };
    let asked_for = id.clone();
    let found: Result<Option<Trail>, NotShown> =
        off_thread(site, move |workspace| workspace.interaction(&asked_for, near)).await;
    match found {
        Ok(Some(trail)) => {
            let page = InteractionPage::new(&visit.snapshot, visit.frame(), trail, texts);
            answer::page(&visit.headers, &page)
        }
        Ok(None) => {
            let said = "No interaction goes by this id: it was never recorded, its time of retention is over, or \
                        its person was removed.";
            visit.refused(StatusCode::NOT_FOUND, "There is no such interaction", said)
        }
        Err(why) => {
            let title = "The evidence cannot be read";
            visit.refused(StatusCode::SERVICE_UNAVAILABLE, title, &why.to_string())
        }
    }
}

/// Asks the store off the threads that serve connections. A file may be broken in a way at which its reader panics: that
/// is said like any other failure.
async fn off_thread<W: Workspace, T: Send + 'static>(
    site: Arc<Site<W>>,
    ask: impl FnOnce(&W) -> Result<T, NotShown> + Send + 'static,
) -> Result<T, NotShown> {
    let asked = tokio::task::spawn_blocking(move || ask(&site.workspace)).await;
    asked.unwrap_or_else(|error| Err(NotShown::Failed(error.to_string())))
}
