//! Metrics: all definitions, and each in full. `/metrics` is where Prometheus looks.

use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use trueup_pages::page::definitions::Of;
use trueup_pages::page::{DefinitionPage, DefinitionsPage};
use trueup_roadmap::nearest;

use super::not_found;
use crate::answer;
use crate::paths::Paths;
use crate::visit::Visit;
use crate::workspace::Workspace;

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths
        .page::<DefinitionsPage, _>(
            "/definitions",
            "Every metric: what it counts, in which unit, and where it is used.",
            &[("of", "`used` for those that the roadmap rests on, `own` for the team's own")],
            definitions,
        )
        .page::<DefinitionPage, _>(
            "/definitions/{id}",
            "One metric: its definition, what rests on it, and what it says today.",
            &[],
            definition,
        )
}

#[derive(Deserialize)]
struct Which {
    of: Option<String>,
}

async fn definitions(visit: Visit, Query(which): Query<Which>) -> Response {
    let of = Of::new(which.of.as_deref());
    answer::page(&visit.headers, &DefinitionsPage::new(&visit.snapshot, visit.frame(), of))
}

async fn definition(visit: Visit, Path(id): Path<String>) -> Response {
    match DefinitionPage::new(&visit.snapshot, visit.frame(), &id) {
        Some(page) => answer::page(&visit.headers, &page),
        None => not_found(&visit, &unknown(&visit, &id)),
    }
}

fn unknown(visit: &Visit, id: &str) -> String {
    let known = visit.snapshot.roadmap().metrics.iter().map(|metric| metric.id.value.as_str());
    match nearest(id, known) {
        Some(near) => format!("no metric `{id}`; did you mean `{near}`?"),
        None => format!("no metric `{id}`; the page Metrics lists all of them"),
    }
}
