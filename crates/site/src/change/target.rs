//! Which file a path of the site means.

use axum::http::StatusCode;
use axum::response::Response;
use trueup_pages::Snapshot;
use trueup_pages::page::edit::Home;
use trueup_roadmap::Source;

use crate::visit::Visit;

/// A file of the roadmap, and where it is edited and shown.
pub struct Target {
    pub source: Source,
    pub home: Home,
}

impl Target {
    /// By its path within the roadmap's folder, and nothing outside of it: a file that is not there is not found.
    pub fn file(snapshot: &Snapshot, path: &str) -> Option<Target> {
        let source = snapshot.source(path)?.clone();
        Some(Target { home: Home::of(snapshot, path)?, source })
    }

    /// By what it holds.
    pub fn about(snapshot: &Snapshot, folder: &str, id: &str) -> Option<Target> {
        let roadmap = snapshot.roadmap();
        let place = match folder {
            "bets" => &roadmap.bet(id)?.id.place,
            "outcomes" => &roadmap.outcome(id)?.id.place,
            "definitions" => &roadmap.metric(id)?.id.place,
            "capabilities" => &roadmap.capability(id)?.id.place,
            "workflows" => &roadmap.workflow(id)?.id.place,
            "notes" => &roadmap.note(id)?.id.place,
            _ => return None,
        };
        Target::file(snapshot, &place.path)
    }
}

/// What is said where there is no such file.
pub fn missing(visit: &Visit, named: &str) -> Response {
    let said = format!("The roadmap has no `{named}` that can be changed here.");
    visit.refused(StatusCode::NOT_FOUND, "There is no such file", &said)
}
