//! Why a number is what it is.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use trueup_pages::evidence::Sample;
use trueup_pages::page::WhyPage;
use trueup_pages::page::why::Meant;

use super::unknown;
use crate::answer;
use crate::paths::Paths;
use crate::site::Site;
use crate::visit::Visit;
use crate::workspace::Workspace;

pub(super) fn paths<W: Workspace>(paths: Paths<W>) -> Paths<W> {
    paths.page::<WhyPage, _>(
        "/bets/{id}/why/{metric}",
        "One number of a bet: what it means, what is counted, how sure it is, and the rows behind it.",
        &[
            ("among", "the segment that it is looked at in; everybody where absent"),
            ("role", "`goal`, `guardrail` or `budget` of a criterion"),
        ],
        why::<W>,
    )
}

/// Which number is meant.
#[derive(Debug, Clone, Deserialize)]
struct Asked {
    among: Option<String>,
    role: Option<String>,
}

async fn why<W: Workspace>(
    State(site): State<Arc<Site<W>>>,
    visit: Visit,
    Path((bet, metric)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    let roadmap = visit.snapshot.roadmap();
    let is_known = roadmap.metric(&metric).is_some() && roadmap.bet(&bet).is_some();
    let sample = if is_known {
        sample(site, &bet, &metric, asked.among.clone()).await
    } else {
        Err("there is no such number".to_owned())
    };
    let meant = Meant { among: asked.among.as_deref(), role: asked.role.as_deref() };
    let is_lacking = sample.is_err();
    match WhyPage::new(&visit.snapshot, visit.frame(), (&bet, &metric), meant, sample) {
        Ok(page) => answer::lacking_if(is_lacking, answer::page(&visit.headers, &page)),
        Err(none) => unknown(&visit, &none),
    }
}

/// Asks the store, off the threads that serve connections. That it does not answer keeps nobody from the rest of the page.
async fn sample<W: Workspace>(
    site: Arc<Site<W>>,
    bet: &str,
    metric: &str,
    among: Option<String>,
) -> Result<Sample, String> {
    let (bet, metric) = (bet.to_owned(), metric.to_owned());
    let ask = move || site.workspace.sample(&bet, &metric, among.as_deref());
    match tokio::task::spawn_blocking(ask).await {
        Ok(sample) => sample.map_err(|why| why.to_string()),
        Err(error) => Err(error.to_string()),
    }
}
