//! Economics, with what the store says of spending.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use trueup_pages::page::EconomicsPage;

use super::off_thread;
use crate::answer;
use crate::paths::Paths;
use crate::site::Site;
use crate::visit::Visit;
use crate::workspace::Workspace;

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths.page::<EconomicsPage, _>(
        "/economics",
        "What a use costs by bet, model and tier, against budgets, and what is left as use grows.",
        &[],
        economics::<W>,
    )
}

async fn economics<W: Workspace>(State(site): State<Arc<Site<W>>>, visit: Visit) -> Response {
    let spending = off_thread(site, W::spending).await;
    let spending = spending.map_err(|why| why.to_string());
    answer::page(&visit.headers, &EconomicsPage::new(&visit.snapshot, visit.frame(), spending))
}
