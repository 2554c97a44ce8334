//! Search over everything that the roadmap says.

use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use trueup_pages::page::SearchPage;

use crate::answer;
use crate::paths::Paths;
use crate::visit::Visit;
use crate::workspace::Workspace;

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths.page::<SearchPage, _>(
        "/search",
        "Bets, outcomes, metrics, notes, people and codes that hold every word, best first.",
        &[
            ("q", "the words"),
            ("kind", "`bet`, `outcome`, `key-result`, `metric`, `capability`, `workflow`, `note`, `person` or `code`"),
        ],
        search,
    )
}

#[derive(Deserialize)]
struct Asked {
    q: Option<String>,
    kind: Option<String>,
}

async fn search(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let words = asked.q.unwrap_or_default();
    let page = SearchPage::new(&visit.snapshot, visit.frame(), &words, asked.kind.as_deref());
    answer::page(&visit.headers, &page)
}
