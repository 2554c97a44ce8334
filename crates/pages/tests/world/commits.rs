//! The commits of a made-up company as the history of its roadmap.

use std::collections::BTreeMap;

use trueup_roadmap::History;
use trueup_roadmap::history::{FileChange, Revision};

/// Reads each commit as what it did to files.
pub fn read(commits: Vec<trueup_demo::Snapshot>) -> History {
    let mut before: BTreeMap<String, String> = BTreeMap::new();
    let revisions = commits.into_iter().map(|commit| {
        let after: BTreeMap<String, String> =
            commit.files.into_iter().map(|file| (file.path, file.text)).collect();
        let gone = before.keys().filter(|path| !after.contains_key(*path));
        let gone = gone.map(|path| change(path, None));
        let moved = after.iter().filter(|(path, text)| before.get(*path) != Some(text));
        let moved = moved.map(|(path, text)| change(path, Some(text)));
        let changes = gone.chain(moved).collect();
        before = after;
        let revision = Revision {
            commit: format!("{:x}", commit.on.as_second()),
            on: trueup_verdict::today(commit.on),
            by: commit.author.name,
            email: commit.author.email,
            subject: commit.message,
        };
        (revision, changes)
    });
    History::read(revisions, false)
}

fn change(path: &str, text: Option<&String>) -> FileChange {
    FileChange { path: path.to_owned(), text: text.cloned(), found: false }
}
