//! The roadmap's history: what was committed, when, and by whom.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};
use trueup_roadmap::{Source, parse};

use crate::calendar::last_day;
use crate::commits::{COMMITS, Commit, Edit};
use crate::template::{dated, template};

/// Who committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub name: String,
    pub email: String,
}

/// The whole roadmap folder at one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    pub on: Timestamp,
    pub author: Author,
    pub message: String,
    /// Sorted by path.
    pub files: Vec<Source>,
}

/// What stands in a gate until both sides sign it.
const UNSIGNED: &str = "# signed: by nobody yet";

/// All commits up to `today`, oldest first. A day before 1971 or after 9998 is taken as the nearest
/// one between.
#[must_use]
pub fn history(today: Date) -> Vec<Snapshot> {
    let today = last_day(today);
    let mut files = BTreeMap::new();
    COMMITS
        .iter()
        .map(|commit| {
            let day = today.saturating_sub(Span::new().days(commit.days_ago));
            for edit in commit.edits {
                apply(edit, &mut files, day, today);
            }
            snapshot(commit, &files, day)
        })
        .collect()
}

fn snapshot(commit: &Commit, files: &BTreeMap<String, String>, day: Date) -> Snapshot {
    let (hour, minute) = commit.time;
    let on = day.at(hour, minute, 0, 0).to_zoned(TimeZone::UTC);
    Snapshot {
        on: on.expect("every moment of a day exists in UTC").timestamp(),
        author: Author { name: commit.author.0.to_owned(), email: commit.author.1.to_owned() },
        message: commit.message.to_owned(),
        files: sources(files),
    }
}

fn sources(files: &BTreeMap<String, String>) -> Vec<Source> {
    files.iter().map(|(path, text)| Source { path: path.clone(), text: text.clone() }).collect()
}

fn apply(edit: &Edit, files: &mut BTreeMap<String, String>, day: Date, today: Date) {
    match *edit {
        Edit::Add(path) => {
            files.insert(path.to_owned(), dated(template(path), today));
        }
        Edit::Replace { path, old, new } => {
            replace(files, path, &dated(old, today), &dated(new, today));
        }
        Edit::Sign { bet, product, rd } => {
            let digest = digest(files, bet);
            let signature = format!(
                "signed = {{ product = \"{product}\", rd = \"{rd}\", on = {day}, digest = \"{digest}\" }}"
            );
            replace(files, &format!("bets/{bet}.toml"), UNSIGNED, &signature);
        }
    }
}

fn replace(files: &mut BTreeMap<String, String>, path: &str, old: &str, new: &str) {
    let text = files.get_mut(path).expect("a file is added before it is edited");
    assert!(text.contains(old), "`{path}` does not contain `{old}`");
    *text = text.replacen(old, new, 1);
}

/// The digest of the criteria as they stand, as both sides would sign them.
fn digest(files: &BTreeMap<String, String>, bet: &str) -> String {
    let roadmap = parse(&sources(files)).roadmap;
    let gate = roadmap.bet(bet).and_then(|bet| bet.graduation());
    gate.expect("a bet is written with its gate before that is signed").digest.clone()
}
