//! `trueup report --html`: the pages as a folder that any host can serve.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use trueup_lake::Lake;
use trueup_pages::Snapshot;
use trueup_pages::asset::ASSETS;
use trueup_pages::evidence::SPAN;
use trueup_pages::folder::{Beside, files, overseen};
use trueup_views::review::last_review;

use super::document::Document;
use super::judged::store;
use super::remembered::Remembered;
use super::serve::workspace::build;
use super::serve::{MONTHS, evidence_for_pages};
use super::{Said, oversight, progress};
use crate::args::Report;
use crate::folder;

/// Marks a folder that holds a report, which the next one replaces.
const MARK: &str = ".trueup-report";

pub fn run(args: &Report) -> Result<Said> {
    let place = folder::locate(args.roadmap.roadmap.as_deref())?;
    let lake = Lake::open(&store(args.store.store.as_deref(), &place))?;
    make_room(&args.html)?;
    eprintln!("reading the evidence ...");
    let reason = "this is a folder";
    let snapshot =
        build::snapshot(&place, &lake, Some(&reason.to_owned()), &mut Remembered::default())?;
    let beside = beside(&place, &lake, &snapshot)?;
    let written = write(&args.html, &snapshot, &beside)?;
    let index = args.html.join("index.html");
    Ok(Said::good(format!("wrote {written} pages; the first is {}\n", index.display())))
}

/// An empty folder, or one that holds an earlier report, which goes away. What others put there is not touched.
fn make_room(folder: &Path) -> Result<()> {
    let shown = folder.display();
    fs::create_dir_all(folder).with_context(|| format!("cannot create `{shown}`"))?;
    let context = || format!("cannot read `{shown}`");
    let is_empty = fs::read_dir(folder).with_context(context)?.next().is_none();
    let mark = folder.join(MARK);
    if !is_empty && !mark.is_file() {
        bail!(
            "`{shown}` holds files that are no report of Trueup; name an empty folder, or a new one"
        );
    }
    let earlier = fs::read_to_string(&mark).unwrap_or_default();
    for path in earlier.lines().filter(|path| !path.contains("..") && !path.starts_with('/')) {
        // Somebody may have removed it.
        let _ = fs::remove_file(folder.join(path));
    }
    fs::write(&mark, "").with_context(|| format!("cannot write into `{shown}`"))
}

/// What is read from the store beside the report; that some of it cannot be read keeps nobody from the rest.
fn beside(place: &Path, lake: &Lake, snapshot: &Snapshot) -> Result<Beside> {
    let spending = evidence_for_pages::spending(lake, snapshot.today(), SPAN);
    let document = Document::read(Some(place), None)?;
    let mut reports = BTreeMap::new();
    for bet in overseen(snapshot) {
        reports.insert(bet.to_owned(), oversight::of(&document, lake, bet, MONTHS)?);
    }
    let since = last_review(snapshot.roadmap(), snapshot.today());
    let then = since.filter(|_| snapshot.history.is_some()).map(|day| day.to_string());
    let then = then.map(|day| Document::read(Some(place), Some(&day))).transpose()?;
    Ok(Beside {
        spending: spending.map_err(|error| format!("{error:#}")),
        oversight: reports,
        before: then.filter(|then| then.notice.is_none()).map(|then| then.check()),
    })
}

fn write(folder: &Path, snapshot: &Snapshot, beside: &Beside) -> Result<usize> {
    let files = files(snapshot, beside);
    let bar = progress::bar("write:", "pages");
    let (mut paths, total) = (Vec::new(), files.len() as u64);
    for file in &files {
        if let Some(html) = file.html(snapshot, beside) {
            put(folder, &file.path, html.as_bytes())?;
            paths.push(file.path.clone());
            progress::advance(&bar, paths.len() as u64, Some(total));
        }
    }
    bar.finish_and_clear();
    let pages = paths.len();
    for asset in ASSETS.iter() {
        let path = asset.path.trim_start_matches('/');
        put(folder, path, asset.bytes)?;
        paths.push(path.to_owned());
    }
    put(folder, MARK, paths.join("\n").as_bytes())?;
    Ok(pages)
}

fn put(folder: &Path, path: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(path);
    let parent = path.parent().expect("a file is in a folder");
    fs::create_dir_all(parent).with_context(|| format!("cannot create `{}`", parent.display()))?;
    fs::write(&path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}
