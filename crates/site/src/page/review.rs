//! Review: the agenda since a day.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use trueup_pages::page::ReviewPage;
use trueup_pages::page::review::Since;

use super::off_thread;
use crate::answer;
use crate::paths::Paths;
use crate::site::Site;
use crate::visit::Visit;
use crate::workspace::Workspace;

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths.page::<ReviewPage, _>(
        "/review",
        "The agenda of the next joint meeting: what changed since the last one, and what is due.",
        &[("since", "a day, such as 2026-11-21; that of the last review if absent")],
        review::<W>,
    )
}

#[derive(Deserialize)]
struct Back {
    since: Option<String>,
}

async fn review<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    visit: Visit,
    Query(back): Query<Back>,
) -> Response {
    let since = Since::new(&visit.snapshot, back.since.as_deref());
    let day = since.day;
    let before = off_thread(site, move |workspace| day.and_then(|day| workspace.checked_on(day)));
    let before = before.await;
    let page = ReviewPage::new(&visit.snapshot, visit.frame(), since, before.as_deref());
    answer::page(&visit.headers, &page)
}
