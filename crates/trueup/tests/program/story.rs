//! A roadmap in a git repository of its own, written commit by commit.

use std::fs;
use std::ops::Deref;
use std::path::Path;

use gix::objs::tree::EntryKind;

use crate::run::Place;

/// A place whose `roadmap` folder is committed day by day.
pub struct Story {
    place: Place,
    repository: gix::Repository,
}

impl Deref for Story {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}

/// The bet that every story is about, in discovery and ready for a pilot but for signatures.
pub const BET: &str = r#"id = "drafts"
title = "Drafted replies"
horizon = "h1"
stage = "discovery"
serves = ["growth/kr1"]

[scope]
does = ["drafts"]

[problem]
who = "agents"
improve = "decision time"
from = 9
to = 4
unit = "min/reply"

[mode]
kind = "augment"
decides = "the agent"

[data]
reviewed = { on = 2026-05-01, by = ["ana", "bo"] }
bias = "few calls at night"
sparsity = "two products have none"
labels = { have = 200, need = 100 }
fresh = "of this year"
gathers = ["edit"]

[path]
what = "behind the help desk"

[baseline]
kind = "today"
what = "by hand"

[cost]
per_interaction_at_most = 0.02
currency = "USD"

[box]
starts = 2026-06-01
decide_by = 2036-08-01
if_undecided = "kill"

[gate.graduate]
criteria = [
  { metric = "acceptance", at_least = 0.6, role = "goal" }, # the bar
  { metric = "error_rate", at_most = 0.02, role = "guardrail" },
]
"#;

const ROADMAP: &str = r#"edition = 1
[people]
ana = { name = "Ana", side = "product" }
cy = { name = "Cy", side = "product", left = 2026-02-01 }
bo = { name = "Bo", side = "rd" }
[horizons]
h1 = { name = "now", span = "0w..6w" }
h2 = { name = "next", span = "6w..3mo" }
"#;

const OUTCOME: &str = r#"id = "growth"
title = "Growth"
for = "all"
metric = "active_users"
from = 1
to = 2
by = 2037-01-01
[[key_result]]
id = "kr1"
metric = "acceptance"
from = 0.1
to = 0.6
by = 2037-01-01
owners = ["ana", "bo"]
"#;

impl Story {
    /// A repository whose first commit, on the first of May, holds a roadmap with one bet.
    pub fn new() -> Story {
        let place = Place::new();
        let repository = gix::init(place.path()).expect("a repository can be made");
        let story = Story { place, repository };
        story.write("roadmap/roadmap.toml", ROADMAP);
        story.write("roadmap/outcomes/growth.toml", OUTCOME);
        story.write("roadmap/bets/drafts.toml", BET);
        story.commit("2026-05-01", "Ana", "Start");
        story
    }

    pub fn bet(&self) -> String {
        let path = self.path().join("roadmap/bets/drafts.toml");
        fs::read_to_string(path).expect("the bet is there")
    }

    /// Replaces a part of the bet's text that stands in it once.
    pub fn change(&self, old: &str, new: &str) -> &Story {
        let text = self.bet();
        assert_eq!(text.matches(old).count(), 1, "`{old}` in\n{text}");
        self.write("roadmap/bets/drafts.toml", &text.replace(old, new));
        self
    }

    /// Commits the roadmap as it is on disk.
    pub fn commit(&self, day: &str, by: &str, message: &str) -> gix::ObjectId {
        let mut tree = self.repository.empty_tree().edit().expect("a tree can be edited");
        for path in files(&self.path().join("roadmap")) {
            let bytes = fs::read(self.path().join(&path)).expect("a file can be read");
            let blob = self.repository.write_blob(bytes).expect("a blob can be written");
            tree.upsert(path, EntryKind::Blob, blob).expect("a path");
        }
        let tree = tree.write().expect("a tree can be written");
        let noon = format!("{day}T12:00:00Z").parse::<jiff::Timestamp>().expect("a day");
        let time = format!("{} +0000", noon.as_second());
        let who = gix::actor::SignatureRef {
            name: by.into(),
            email: "someone@example.com".into(),
            time: &time,
        };
        let head = self.repository.head_id().ok().map(gix::Id::detach);
        let id = self.repository.commit_as(who, who, "HEAD", message, tree, head);
        id.expect("a commit can be written").detach()
    }

    /// Makes the repository as shallow as a clone that begins with the commit.
    pub fn cut_before(&self, commit: gix::ObjectId) {
        let shallow = self.path().join(".git/shallow");
        fs::write(shallow, format!("{commit}\n")).expect("a file can be written");
    }
}

/// The files of a roadmap, by path from the top of the repository.
fn files(folder: &Path) -> Vec<String> {
    let mut paths = vec!["roadmap/roadmap.toml".to_owned()];
    for name in ["bets", "notes", "outcomes"] {
        let Ok(entries) = fs::read_dir(folder.join(name)) else { continue };
        for entry in entries {
            let file = entry.expect("a folder can be listed").file_name();
            paths.push(format!("roadmap/{name}/{}", file.to_string_lossy()));
        }
    }
    paths
}
