//! Diagnostics: what `check` says of the roadmap, and what each code means.

use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use trueup_pages::page::diagnostics::Asked;
use trueup_pages::page::{DiagnosticsPage, ExplanationPage};
use trueup_roadmap::{codes, nearest};

use super::not_found;
use crate::answer;
use crate::paths::Paths;
use crate::visit::Visit;
use crate::workspace::Workspace;

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths
        .page::<DiagnosticsPage, _>(
            "/diagnostics",
            "Everything that `check` says, file by file, each with its place and the way out.",
            &[
                ("severity", "`deny`, `warn` or `note`"),
                ("code", "one code, such as `P02`"),
                ("from", "the first finding to show, from 0"),
            ],
            diagnostics,
        )
        .page::<ExplanationPage, _>(
            "/diagnostics/{code}",
            "What a code means, the way out, and where it is found.",
            &[],
            explanation,
        )
}

#[derive(Deserialize)]
struct Which {
    severity: Option<String>,
    code: Option<String>,
    from: Option<String>,
}

async fn diagnostics(visit: Visit, Query(which): Query<Which>) -> Response {
    let from = which.from.and_then(|from| from.parse().ok()).unwrap_or_default();
    let asked = Asked::new(which.severity.as_deref(), which.code.as_deref(), from);
    answer::page(&visit.headers, &DiagnosticsPage::new(&visit.snapshot, visit.frame(), asked))
}

async fn explanation(visit: Visit, Path(code): Path<String>) -> Response {
    match ExplanationPage::new(&visit.snapshot, visit.frame(), &code) {
        Some(page) => answer::page(&visit.headers, &page),
        None => not_found(&visit, &unknown(&code)),
    }
}

fn unknown(code: &str) -> String {
    match nearest(code, codes().iter().flat_map(|(code, name)| [*code, *name])) {
        Some(near) => format!("no code `{code}`; did you mean `{near}`?"),
        None => format!("no code `{code}`; `trueup explain` lists all of them"),
    }
}
