//! A note.

use axum::extract::Path;
use axum::response::Response;
use trueup_pages::page::NotePage;

use super::unknown;
use crate::answer;
use crate::paths::Paths;
use crate::visit::Visit;
use crate::workspace::Workspace;

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths.page::<NotePage, _>(
        "/notes/{id}",
        "One note: what was decided, seen or learned, by whom and when.",
        &[],
        note,
    )
}

async fn note(visit: Visit, Path(id): Path<String>) -> Response {
    match NotePage::new(&visit.snapshot, visit.frame(), &id) {
        Ok(page) => answer::page(&visit.headers, &page),
        Err(none) => unknown(&visit, &none),
    }
}
