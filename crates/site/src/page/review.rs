//! Review: the agenda since a day, and its minutes.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use trueup_pages::page::review::Since;
use trueup_pages::page::{NewNotePage, ReviewPage};

use super::off_thread;
use crate::answer;
use crate::paths::{Named, Paths};
use crate::site::Site;
use crate::visit::{MayEdit, Visit};
use crate::workspace::Workspace;

const SINCE: &[Named] =
    &[("since", "a day, such as 2026-11-21; that of the last review if absent")];

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths
        .page::<ReviewPage, _>(
            "/review",
            "The agenda of the next joint meeting: what changed since the last one, and what is due.",
            SINCE,
            review::<W>,
        )
        .page::<NewNotePage, _>(
            "/review/minutes",
            "The form of a new note that holds the agenda, with room for what is decided.",
            SINCE,
            minutes::<W>,
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
    answer::page(&visit.headers, &agenda(site, &visit, &back).await)
}

async fn minutes<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    MayEdit(visit): MayEdit,
    Query(back): Query<Back>,
) -> Response {
    let agenda = agenda(site, &visit, &back).await;
    let minutes = &agenda.review.minutes;
    answer::page(&visit.headers, &NewNotePage::of_minutes(&visit.snapshot, visit.frame(), minutes))
}

async fn agenda<W: Workspace>(site: Arc<Site<W>>, visit: &Visit, back: &Back) -> ReviewPage {
    let since = Since::new(&visit.snapshot, back.since.as_deref());
    let day = since.day;
    let before = off_thread(site, move |workspace| day.and_then(|day| workspace.checked_on(day)));
    let before = before.await;
    ReviewPage::new(&visit.snapshot, visit.frame(), since, before.as_deref())
}
