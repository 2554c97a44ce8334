//! Outcomes: all of them, and one.

use axum::extract::Path;
use axum::response::Response;
use trueup_pages::page::{OutcomePage, OutcomesPage};

use super::unknown;
use crate::answer;
use crate::paths::Paths;
use crate::visit::Visit;
use crate::workspace::Workspace;

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    let all = "What was promised to the business, beside what came of it.";
    let one = "One outcome, its key results and all its bets.";
    paths.page::<OutcomesPage, _>("/outcomes", all, &[], outcomes).page::<OutcomePage, _>(
        "/outcomes/{id}",
        one,
        &[],
        outcome,
    )
}

async fn outcomes(visit: Visit) -> Response {
    answer::page(&visit.headers, &OutcomesPage::new(&visit.snapshot, visit.frame()))
}

async fn outcome(visit: Visit, Path(id): Path<String>) -> Response {
    match OutcomePage::new(&visit.snapshot, visit.frame(), &id) {
        Ok(page) => answer::page(&visit.headers, &page),
        Err(none) => unknown(&visit, &none),
    }
}
