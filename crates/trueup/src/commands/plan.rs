//! `trueup plan`: what a change to the roadmap does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use trueup_roadmap::effect::Reordered;
use trueup_roadmap::history::{self, FileChange, Revision};
use trueup_roadmap::{Circumstances, Diagnostic, Parsed, Source, effect};

use trueup_views::Seen;

use super::Said;
use super::document::today;
use crate::args::{Plan, Printed};
use crate::folder;
use crate::git::{Commit, History, Until};

pub fn run(args: &Plan) -> Result<Said> {
    let folder = folder::locate(args.roadmap.roadmap.as_deref())?;
    let git = History::open(&folder)?;
    let range = git.range(&args.range)?;
    let today = today()?;
    let from = Version::committed(&git, &range.from, today)?;
    let until = match &range.until {
        Until::Commit(commit) => Version::committed(&git, commit, today)?,
        Until::WorkTree => Version::on_disk(&git, &folder, today)?,
    };
    let mut effect = effect(&from.view(), &until.view());
    effect.order = reordered(&from.places(today), &until.places(today));
    let text = match args.format {
        Printed::Text => effect.text(),
        Printed::Json => effect.json(),
        Printed::Markdown => effect.markdown(),
    };
    Ok(Said { text, bad_news: effect.bad_news })
}

/// The bets whose place differs, in the order of the places after.
fn reordered(before: &Places, after: &Places) -> Vec<Reordered> {
    let bets: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let place = |places: &Places, bet: &String| places.get(bet).copied();
    let both = bets.into_iter().map(|bet| Reordered {
        bet: bet.clone(),
        before: place(before, bet),
        after: place(after, bet),
    });
    let mut moved: Vec<Reordered> = both.filter(|bet| bet.before != bet.after).collect();
    moved.sort_by_key(|bet| (bet.after.is_none(), bet.after));
    moved
}

/// The place of each bet that has a score, from 1.
type Places = BTreeMap<String, usize>;

/// The roadmap at one end of the range.
struct Version {
    name: String,
    sources: Vec<Source>,
    parsed: Parsed,
    diagnostics: Vec<Diagnostic>,
    known_from: Option<Date>,
}

impl Version {
    fn committed(git: &History, commit: &Commit, today: Date) -> Result<Version> {
        let (sources, history) = (git.sources(commit)?, git.versions_of(commit)?);
        Ok(Version::new(commit.id.clone(), sources, &history, today))
    }

    /// The files as they are, as if they were committed today.
    fn on_disk(git: &History, folder: &Path, today: Date) -> Result<Version> {
        let sources = folder::read(folder)?;
        let committed = git.sources(&git.resolve("HEAD")?)?;
        let mut history = git.versions(None)?;
        let changes = differences(&committed, &sources);
        if !changes.is_empty() {
            history.append(Revision::uncommitted(today), changes);
        }
        Ok(Version::new(Until::WorkTree.to_string(), sources, &history, today))
    }

    fn new(name: String, sources: Vec<Source>, history: &history::History, today: Date) -> Version {
        let parsed = trueup_roadmap::parse(&sources);
        let circumstances = Circumstances { today, history: Some(history) };
        let diagnostics = trueup_roadmap::check(&parsed, &circumstances);
        Version { name, sources, parsed, diagnostics, known_from: history.known_from() }
    }

    /// The order by the text alone: a plan reads no evidence.
    fn places(&self, today: Date) -> Places {
        let seen = Seen {
            roadmap: &self.parsed.roadmap,
            today,
            diagnostics: &self.diagnostics,
            history: None,
            report: None,
        };
        let ranked = trueup_views::order::order(&seen).ranked.into_iter();
        ranked.filter_map(|bet| Some((bet.id, bet.rank?))).collect()
    }

    fn view(&self) -> effect::Version<'_> {
        effect::Version {
            name: &self.name,
            sources: &self.sources,
            parsed: &self.parsed,
            diagnostics: &self.diagnostics,
            known_from: self.known_from,
        }
    }
}

fn differences(old: &[Source], new: &[Source]) -> Vec<FileChange> {
    let change = |path: &str, text: Option<&str>| FileChange {
        path: path.to_owned(),
        text: text.map(str::to_owned),
        found: false,
    };
    let written = new.iter().filter(|source| !old.contains(source));
    let written = written.map(|source| change(&source.path, Some(&source.text)));
    let is_gone = |source: &&Source| new.iter().all(|other| other.path != source.path);
    let deleted = old.iter().filter(is_gone).map(|source| change(&source.path, None));
    deleted.chain(written).collect()
}
