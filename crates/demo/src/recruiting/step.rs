//! One commit of `history.md`: who, how long before the end, what was added and what changed.

use std::collections::BTreeMap;

use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use trueup_roadmap::Source;

use super::shift::shifted;
use crate::{Author, Snapshot};

/// One commit.
pub struct Step {
    days_before: i64,
    /// Hour and minute, UTC.
    time: (i8, i8),
    pub author: Author,
    message: String,
    adds: Vec<String>,
    changes: Vec<Change>,
}

/// Whole lines of a file, before and after.
struct Change {
    path: String,
    old: String,
    new: String,
}

/// All commits, oldest first. Each begins with a heading `## 180 days before, 09:12, NAME <EMAIL>`;
/// then come its message, the files that it adds, and under each other file's name a diff.
pub fn steps(history: &str) -> Vec<Step> {
    history.split("\n## ").skip(1).map(step).collect()
}

fn step(text: &str) -> Step {
    let (head, body) = text.split_once('\n').expect("a heading has a line of its own");
    let mut parts = head.splitn(3, ", ");
    let mut part = || parts.next().expect("a heading has three parts");
    let days = part().strip_suffix(" days before").expect("a heading counts days");
    let (hour, minute) = part().split_once(':').expect("a time has a colon");
    let (name, email) = part().split_once(" <").expect("an author has an email");
    let mut lines = body.lines().filter(|line| !line.is_empty());
    Step {
        days_before: days.parse().expect("days are a number"),
        time: (hour.parse().expect("an hour"), minute.parse().expect("a minute")),
        author: Author { name: name.to_owned(), email: email.trim_end_matches('>').to_owned() },
        message: lines.next().expect("a commit has a message").to_owned(),
        adds: lines.filter(|line| line.starts_with("Adds ")).flat_map(quoted).collect(),
        changes: changes(body),
    }
}

/// What stands between backticks.
fn quoted(line: &str) -> impl Iterator<Item = String> {
    line.split('`').skip(1).step_by(2).map(str::to_owned)
}

fn changes(body: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("\n```diff\n") {
        let path = before.trim_end().lines().last().expect("a diff is of a file").trim_matches('`');
        let (hunks, behind) = after.split_once("\n```").expect("a diff has an end");
        changes.extend(hunks.split("\n@@\n").map(|hunk| change(path, hunk)));
        rest = behind;
    }
    changes
}

fn change(path: &str, hunk: &str) -> Change {
    let without = |mark: char| {
        let lines = hunk.lines().filter(|line| !line.starts_with(mark));
        lines.flat_map(|line| [line.get(1..).unwrap_or_default(), "\n"]).collect()
    };
    Change { path: path.to_owned(), old: without('+'), new: without('-') }
}

impl Step {
    /// The folder as this commit leaves it, with days moved.
    pub fn snapshot(&self, files: &BTreeMap<String, String>, today: Date, days: i64) -> Snapshot {
        let (hour, minute) = self.time;
        let day = today.saturating_sub(Span::new().days(self.days_before));
        let on = day.at(hour, minute, 0, 0).to_zoned(TimeZone::UTC);
        let source = |(path, text): (&String, &String)| Source {
            path: path.clone(),
            text: shifted(text, days),
        };
        Snapshot {
            on: on.expect("every moment of a day exists in UTC").timestamp(),
            author: self.author.clone(),
            message: self.message.clone(),
            files: files.iter().map(source).collect(),
        }
    }

    /// Takes the commit back.
    pub fn undo(&self, files: &mut BTreeMap<String, String>) {
        for change in self.changes.iter().rev() {
            let text = files.get_mut(&change.path).expect("a file that changes is there");
            change.undo(text);
        }
        for path in &self.adds {
            files.remove(path).expect("a file that is added is there");
        }
    }
}

impl Change {
    fn undo(&self, text: &mut String) {
        let starts_line = |at: &usize| *at == 0 || text.as_bytes()[at - 1] == b'\n';
        let places = text.match_indices(&self.new).map(|(at, _)| at).filter(starts_line);
        let places: Vec<usize> = places.collect();
        let [at] = places[..] else {
            panic!("`{}` holds these lines {} times:\n{}", self.path, places.len(), self.new)
        };
        text.replace_range(at..at + self.new.len(), &self.old);
    }
}
