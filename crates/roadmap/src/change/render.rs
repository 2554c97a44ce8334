//! A log in words: the newest commit first, a line for each thing that moved.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::{Change, Log, Moved, What};
use crate::diagnostic::counted;
use crate::render::{escaped, harmless};

/// Digits of a commit's id that people compare by eye.
const SHORT: usize = 8;

impl Log {
    /// The log for people: counts for each bet, or, of one bet, everything that moved.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.summary());
        text.extend(self.gap().map(|gap| format!("{gap}\n")));
        if self.subject.is_none() {
            text.push_str(&self.counts());
            return text;
        }
        let mut commit = "";
        for change in &self.changes {
            if change.commit != commit {
                commit = &change.commit;
                let _ = writeln!(text, "\n{}", heading(change));
            }
            let _ = writeln!(text, "  {}", change.moved.sentence());
        }
        harmless(&text)
    }

    /// The log as Markdown: a row for each thing that moved.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!("### {}\n", escaped(&self.summary()));
        text.extend(self.gap().map(|gap| format!("\n{}\n", escaped(&gap))));
        if self.changes.is_empty() {
            return text;
        }
        text.push_str("\n| on | by | commit | about | what moved |\n|---|---|---|---|---|\n");
        for change in &self.changes {
            let Change { on, by, subject, .. } = change;
            let (by, subject, commit) = (escaped(by), escaped(subject), short(&change.commit));
            let what = escaped(&change.moved.sentence());
            let _ = writeln!(text, "| {on} | {by} | {commit} | {subject} | {what} |");
        }
        text
    }

    fn summary(&self) -> String {
        let about = self.subject.as_deref().unwrap_or("the roadmap");
        let (Some(last), Some(first)) = (self.changes.first(), self.changes.last()) else {
            let since = self.known_from.as_ref().map(|day| format!(" since {day}"));
            return format!("{about}: nothing moved{}", since.unwrap_or_default());
        };
        let commits: BTreeSet<&str> = self.changes.iter().map(|c| c.commit.as_str()).collect();
        let goalposts = self.changes.iter().filter(|change| change.moved.is_goalpost()).count();
        format!(
            "{about}: {} in {}, {}; {} moved",
            counted(self.changes.len(), "change"),
            counted(commits.len(), "commit"),
            if first.on == last.on {
                format!("on {}", last.on)
            } else {
                format!("{} to {}", first.on, last.on)
            },
            match goalposts {
                1 => "1 criterion".to_owned(),
                count => format!("{count} criteria"),
            }
        )
    }

    fn gap(&self) -> Option<String> {
        let day = self.known_from.as_ref()?;
        Some(format!(
            "this clone is shallow: what stood there on {day} is taken as found, and what moved \
             before, and by whom, is not known; `git fetch --unshallow` brings it"
        ))
    }

    /// A line for each bet and outcome, most changes first.
    fn counts(&self) -> String {
        let mut subjects: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
        for change in &self.changes {
            subjects.entry(&change.subject).or_default().push(change);
        }
        let width = subjects.keys().map(|subject| subject.len()).max().unwrap_or_default();
        let mut rows: Vec<_> = subjects.into_iter().collect();
        // Bets before outcomes where both moved as often.
        rows.sort_by_key(|(subject, changes)| (Reverse(changes.len()), subject.contains(':')));
        let mut text = String::new();
        for (subject, changes) in &rows {
            let last = changes[0];
            let _ = writeln!(
                text,
                "  {subject:width$}  {}; last on {} by {}",
                kinds(changes),
                last.on,
                last.by
            );
        }
        if let Some((subject, _)) = rows.first() {
            let _ = writeln!(text, "`trueup log {subject}` shows what moved, old → new");
        }
        text
    }
}

/// "date 2, criterion 4", in the order of [`What`].
fn kinds(changes: &[&Change]) -> String {
    let mut counts: BTreeMap<What, usize> = BTreeMap::new();
    for change in changes {
        *counts.entry(change.moved.what).or_default() += 1;
    }
    let one = |(what, count): (What, usize)| format!("{what} {count}");
    counts.into_iter().map(one).collect::<Vec<_>>().join(", ")
}

fn heading(change: &Change) -> String {
    let Change { on, by, commit, message, .. } = change;
    format!("{on}  {by}  {}  {message}", short(commit))
}

fn short(commit: &str) -> &str {
    commit.get(..SHORT).unwrap_or(commit)
}

impl Moved {
    /// One line: "criterion graduate: `acceptance`: at least 0.6 → at least 0.5".
    #[must_use]
    pub fn sentence(&self) -> String {
        let about = self.about();
        let said = match (&self.old, &self.new) {
            (Some(old), Some(new)) => format!("{about}: {old} → {new}"),
            (Some(old), None) => format!("{about}: removed {}", self.once(old)),
            (None, Some(new)) => format!("{about}: added {}", self.once(new)),
            (None, None) => format!("{about}: changed"),
        };
        said.trim_end().to_owned()
    }

    /// "stage", "date `box.starts`", "criterion graduate: `acceptance`".
    fn about(&self) -> String {
        let Moved { what, name, .. } = self;
        match what {
            What::Entity => name.clone(),
            _ if what.name() == name => name.clone(),
            _ if name.contains('`') => format!("{what} {name}"),
            _ => format!("{what} `{name}`"),
        }
    }

    /// True for a criterion that was changed, added or removed.
    #[must_use]
    pub fn is_goalpost(&self) -> bool {
        self.what == What::Criterion
    }

    /// A criterion names its metric already.
    fn once<'a>(&self, value: &'a str) -> &'a str {
        let Some((_, subject)) = self.name.split_once(": ") else { return value };
        value.strip_prefix(subject).map_or(value, |rest| rest.trim_start())
    }
}
