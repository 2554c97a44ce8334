//! A bet.

use axum::extract::Path;
use axum::response::Response;
use trueup_pages::page::BetPage;

use super::unknown;
use crate::answer;
use crate::paths::Paths;
use crate::visit::Visit;
use crate::workspace::Workspace;

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths.page::<BetPage, _>(
        "/bets/{id}",
        "One bet: where it stands and why, what is next, what it costs, and all that was agreed and said of it.",
        &[],
        bet,
    )
}

async fn bet(visit: Visit, Path(id): Path<String>) -> Response {
    match BetPage::new(&visit.snapshot, visit.frame(), &id) {
        Ok(page) => answer::page(&visit.headers, &page),
        Err(none) => unknown(&visit, &none),
    }
}
