//! Economics, with what the store says of spending.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use trueup_pages::evidence::{SPAN, span};
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
        &[("days", "Over how many days spending is added up: `7`, `30` or `90`; 30 if absent.")],
        economics::<W>,
    )
}

async fn economics<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    Query(asked): Query<HashMap<String, String>>,
    visit: Visit,
) -> Response {
    let (status, days, spending) = match span(asked.get("days").map(String::as_str)) {
        Ok(days) => {
            let spending = off_thread(site, move |workspace| workspace.spending(days)).await;
            (StatusCode::OK, days, spending.map_err(|why| why.to_string()))
        }
        Err(why) => (StatusCode::BAD_REQUEST, SPAN, Err(why)),
    };
    let is_lacking = spending.is_err();
    let page = EconomicsPage::new(&visit.snapshot, visit.frame(), (days, spending));
    answer::lacking_if(is_lacking, answer::with_status(status, &visit.headers, &page))
}
