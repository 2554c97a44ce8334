//! Oversight: who decides on every bet, and the report on one.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use trueup_pages::page::{OversightPage, OversightsPage};

use super::{not_shown, off_thread};
use crate::answer;
use crate::paths::Paths;
use crate::site::Site;
use crate::visit::Visit;
use crate::workspace::Workspace;

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths
        .page::<OversightsPage, _>(
            "/oversight",
            "Who decides, bet by bet, by which controls, and the signs that nobody looks.",
            &[],
            oversights,
        )
        .page::<OversightPage, _>(
            "/oversight/{bet}",
            "Who decided on a bet's suggestions, how they looked, and who stopped it when.",
            &[],
            oversight::<W>,
        )
}

async fn oversights(visit: Visit) -> Response {
    answer::page(&visit.headers, &OversightsPage::new(&visit.snapshot, visit.frame()))
}

async fn oversight<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    visit: Visit,
    Path(bet): Path<String>,
) -> Response {
    match off_thread(site, move |workspace| workspace.oversight(&bet)).await {
        Ok(report) => answer::page(&visit.headers, &OversightPage::new(visit.frame(), report)),
        Err(why) => not_shown(&visit, &why),
    }
}
