//! One snapshot: the text, what is wrong with it, how it came to be, and the verdicts.

use std::path::Path;

use anyhow::{Error, Result};
use trueup_lake::Lake;
use trueup_pages::Snapshot;

use crate::commands::document::Document;
use crate::commands::remembered::Remembered;
use crate::git::History;

/// The roadmap as it is now. Evidence that cannot be read leaves the rest as it is, and is told.
pub fn snapshot(
    folder: &Path,
    lake: &Lake,
    read_only: Option<&String>,
    remembered: &mut Remembered,
) -> Result<Snapshot> {
    let mut document = Document::read(Some(folder), None)?;
    document.now = remembered.now().unwrap_or(document.now);
    let report = lake.exists().then(|| document.dashboard_again(lake, remembered)).transpose();
    let mut snapshot = without_evidence(document, read_only);
    match report {
        Ok(report) => snapshot.report = report,
        Err(error) => {
            tracing::warn!("{error:#}");
            snapshot.notices.push(format!("The evidence cannot be read: {error:#}."));
        }
    }
    Ok(snapshot)
}

/// All that stands in the text and in git.
pub fn without_evidence(document: Document, read_only: Option<&String>) -> Snapshot {
    let diagnostics = document.check();
    let Document { folder, sources, parsed, history, now, notice, .. } = document;
    Snapshot {
        id: String::new(),
        name: name(&folder),
        sources,
        parsed,
        diagnostics,
        history,
        report: None,
        now,
        read_only: read_only.cloned().or_else(|| closed(&folder)),
        notices: notice.into_iter().collect(),
    }
}

/// A snapshot that says why there is no newer one.
pub fn kept(last: &Snapshot, error: &Error) -> Snapshot {
    let mut kept = last.clone();
    let why = format!("The roadmap cannot be read; this is how it was before: {error:#}.");
    let id = blake3::hash(format!("{}\n{why}", last.id).as_bytes()).to_hex();
    id[..16].clone_into(&mut kept.id);
    kept.notices.retain(|notice| !notice.starts_with("The roadmap cannot be read"));
    kept.notices.push(why);
    kept
}

/// Why nothing can be committed here.
fn closed(folder: &Path) -> Option<String> {
    match History::open(folder) {
        Ok(history) => history.closed().map(|why| why.to_string()),
        Err(why) => Some(why.to_string()),
    }
}

/// The name of the folder; of the one above it, where the folder is just called `roadmap`.
fn name(folder: &Path) -> String {
    let named = if folder.ends_with("roadmap") { folder.parent() } else { Some(folder) };
    let name = named.and_then(Path::file_name).or_else(|| folder.file_name());
    name.map_or_else(|| "Roadmap".to_owned(), |name| name.to_string_lossy().into_owned())
}
