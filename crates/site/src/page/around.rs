//! What bets stand on: capabilities of the model, and the work of the people that they serve.

use axum::extract::Path;
use axum::response::{Redirect, Response};
use axum::routing::get;
use trueup_pages::link::Links;
use trueup_pages::page::{CapabilitiesPage, WorkflowsPage};

use crate::answer;
use crate::paths::Paths;
use crate::visit::Visit;
use crate::workspace::Workspace;

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths
        .page::<CapabilitiesPage, _>(
            "/capabilities",
            "What the product gains beside the training it asks for, and the harness in their place.",
            &[],
            capabilities,
        )
        .page::<WorkflowsPage, _>(
            "/workflows",
            "Each profession's work stage by stage, and which bets serve it.",
            &[],
            workflows,
        )
        .plain("/capabilities/{id}", get(async |Path(id): Path<String>| at("/capabilities", &id)))
        .plain("/workflows/{id}", get(async |Path(id): Path<String>| at("/workflows", &id)))
}

/// One of many on a page has its place there.
fn at(page: &'static str, id: &str) -> Redirect {
    Redirect::to(&Links::Server.at(page, id))
}

async fn capabilities(visit: Visit) -> Response {
    answer::page(&visit.headers, &CapabilitiesPage::new(&visit.snapshot, visit.frame()))
}

async fn workflows(visit: Visit) -> Response {
    answer::page(&visit.headers, &WorkflowsPage::new(&visit.snapshot, visit.frame()))
}
