//! The folder of `trueup report --html`: everything that a page leads to is there, and nothing needs a server.

mod world;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use trueup_pages::Snapshot;
use trueup_pages::asset::ASSETS;
use trueup_pages::folder::{Beside, files, overseen};
use trueup_verdict::oversight::{Asked, oversee};

fn beside(snapshot: &Snapshot) -> Beside {
    let report = |id: &str| {
        let bet = snapshot.roadmap().bet(id).expect("it is overseen");
        let from = date(2025, 12, 1);
        let (roadmap, history) = (snapshot.roadmap(), snapshot.history.as_ref());
        let asked = Asked { roadmap, history, bet, now: snapshot.now, from };
        (id.to_owned(), oversee(&asked, None))
    };
    Beside {
        spending: Err("not read".to_owned()),
        oversight: overseen(snapshot).map(report).collect(),
        before: None,
    }
}

fn pages(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let beside = beside(snapshot);
    let files = files(snapshot, &beside);
    files
        .iter()
        .filter_map(|file| Some((file.path.clone(), file.html(snapshot, &beside)?)))
        .collect()
}

/// The values of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    let values = html.split(&start).skip(1);
    values.filter_map(|rest| Some(rest.split_once('"')?.0)).collect()
}

/// Where a link of a page leads to, within the folder.
fn target(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('#').next().unwrap_or_default().split('/') {
        match part {
            ".." => drop(parts.pop().expect("it leads no further than to the top")),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn no_link_is_dead_and_nothing_is_sent() {
    let snapshot = world::demo();
    let pages = pages(&snapshot);
    let assets = ASSETS.iter().map(|asset| asset.path.trim_start_matches('/').to_owned());
    let known: BTreeSet<String> = pages.keys().cloned().chain(assets).collect();
    assert!(known.contains("index.html") && pages.len() > 60, "{known:?}");
    let mut dead = BTreeSet::new();
    for (path, html) in &pages {
        assert!(!html.contains("<form") && !html.contains("<script"), "{path}");
        for link in values(html, "href").into_iter().chain(values(html, "src")) {
            let within =
                !link.starts_with('#') && !link.contains("://") && !link.starts_with("mailto:");
            if within && !known.contains(&target(path, link)) {
                dead.insert(format!("{path} -> {link}"));
            }
        }
    }
    assert_eq!(dead, BTreeSet::new());
}

#[test]
fn what_has_no_plain_name_leads_nowhere_else() {
    let bet = "id = \"../../x\"\ntitle = \"Out\"\nhorizon = \"h1\"\nstage = \"proposed\"\n";
    let sources =
        [world::source("roadmap.toml", "edition = 1\n"), world::source("bets/a.toml", bet)];
    let snapshot = world::of_files(&sources);
    for path in pages(&snapshot).keys() {
        assert!(!path.contains("..") && !path.starts_with('/'), "{path}");
    }
}
