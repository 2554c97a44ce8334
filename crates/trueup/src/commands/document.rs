//! The roadmap as of a moment: its text, what the text means, how it came to be.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{RoundMode, Timestamp, TimestampRound, ToSpan, Unit};
use trueup_roadmap::history::{FileChange, Revision};
use trueup_roadmap::{Bet, Circumstances, Diagnostic, Parsed, Source};
use trueup_verdict::report::RoadmapVersion;

use crate::folder;
use crate::git::{Commit, History};

/// The roadmap's text as of a moment, parsed.
pub struct Document {
    pub folder: PathBuf,
    pub sources: Vec<Source>,
    pub parsed: Parsed,
    pub version: RoadmapVersion,
    /// `None` where no git repository holds the folder.
    pub history: Option<trueup_roadmap::History>,
    /// Now, or the moment asked about.
    pub now: Timestamp,
    /// What must be said of the text: it is not that of the moment asked about.
    pub notice: Option<String>,
}

impl Document {
    /// Reads the files as they are, or, for an earlier moment, as they were committed then.
    pub fn read(named: Option<&Path>, as_of: Option<&str>) -> Result<Document> {
        let folder = folder::locate(named)?;
        let as_of = as_of.map(moment).transpose()?;
        let now = as_of.map_or_else(this_second, Ok)?;
        let git = History::discover(&folder);
        let commits = git.as_ref().map(History::commits).transpose()?.unwrap_or_default();
        let newest = commits.into_iter().find(|commit| as_of.is_none_or(|now| commit.at < now));
        let sources = match (&git, as_of, &newest) {
            (Some(git), Some(_), Some(commit)) => git.sources(commit)?,
            _ => folder::read(&folder)?,
        };
        let late = as_of.is_some() && git.is_some() && newest.is_none();
        let notice = late.then(|| {
            "the roadmap was first committed after that day; it is read as it is now".to_owned()
        });
        let parsed = trueup_roadmap::parse(&sources);
        let history = git.as_ref().map(|git| git.versions(as_of)).transpose()?;
        let version = version(git.as_ref(), newest.as_ref(), &sources)?;
        Ok(Document { folder, sources, parsed, version, history, now, notice })
    }

    /// Tells, where a report does not, that the text is not that of the moment asked about.
    pub fn say_notice(&self) {
        if let Some(notice) = &self.notice {
            eprintln!("note: {notice}");
        }
    }

    /// The day that answers are for.
    pub fn today(&self) -> Date {
        trueup_verdict::today(self.now)
    }

    /// Everything that is wrong with it.
    pub fn check(&self) -> Vec<Diagnostic> {
        let circumstances = Circumstances { today: self.today(), history: self.history.as_ref() };
        trueup_roadmap::check(&self.parsed, &circumstances)
    }

    /// Everything that would be wrong with a text that takes the place of this one today.
    pub fn check_next(&self, parsed: &Parsed) -> Vec<Diagnostic> {
        let mut history = self.history.clone();
        if let Some(history) = &mut history {
            // What stands there now comes before it, committed or not.
            let change = |source: &Source| FileChange {
                path: source.path.clone(),
                text: Some(source.text.clone()),
                found: false,
            };
            // Of a note that was written once, history keeps no text: beside it this one would look like another.
            let files = self.sources.iter().filter(|source| !source.path.starts_with("notes/"));
            let files = files.map(change).collect();
            history.append(Revision::uncommitted(self.today()), files);
        }
        let circumstances = Circumstances { today: self.today(), history: history.as_ref() };
        trueup_roadmap::check(parsed, &circumstances)
    }

    /// The day that somebody names for what they do; today if they name none.
    pub fn day(&self, named: Option<Date>) -> Result<Date> {
        match named {
            Some(day) if day > self.today() => bail!("{day} lies ahead; name a day up to today"),
            named => Ok(named.unwrap_or_else(|| self.today())),
        }
    }

    /// A file that was read.
    pub fn source(&self, path: &str) -> &Source {
        let source = self.sources.iter().find(|source| source.path == path);
        source.expect("what was read stands in a file")
    }

    /// Finds a bet whose every key was understood, to write to its file.
    pub fn sound_bet(&self, id: &str) -> Result<&Bet> {
        let named = format!("bets/{id}.toml");
        let path = self.parsed.roadmap.bet(id).map_or(&named, |bet| &bet.place.path);
        let is_broken = |found: &&Diagnostic| {
            [path.as_str(), folder::ROOT].contains(&found.place.path.as_str())
        };
        match self.parsed.diagnostics.iter().find(is_broken) {
            Some(found) => bail!(
                "{} in `{}`; mend it first, `trueup check` shows where",
                found.message,
                found.place.path
            ),
            None => self.bet(id),
        }
    }

    /// Finds a bet; fails with the nearest name when there is no such bet.
    pub fn bet(&self, id: &str) -> Result<&Bet> {
        let roadmap = &self.parsed.roadmap;
        if let Some(bet) = roadmap.bet(id) {
            return Ok(bet);
        }
        let known: Vec<&str> = roadmap.bets.iter().map(|bet| bet.id.value.as_str()).collect();
        match trueup_roadmap::nearest(id, known.iter().copied()) {
            Some(nearest) => bail!("no bet `{id}`; did you mean `{nearest}`?"),
            None if known.is_empty() => {
                bail!("no bet `{id}`; there is none in `bets/` that can be read")
            }
            None => bail!("no bet `{id}`; there are: {}", known.join(", ")),
        }
    }
}

/// The digest of the text, and the commit that holds this very text.
fn version(
    history: Option<&History>,
    newest: Option<&Commit>,
    sources: &[Source],
) -> Result<RoadmapVersion> {
    let digest = trueup_roadmap::digest(sources);
    let mut commit = None;
    if let Some((history, newest)) = history.zip(newest) {
        let is_committed = trueup_roadmap::digest(&history.sources(newest)?) == digest;
        commit = is_committed.then(|| newest.id.clone());
    }
    Ok(RoadmapVersion { digest, commit })
}

/// Now, to the second that has begun: a report need not be finer.
fn this_second() -> Result<Timestamp> {
    let whole = TimestampRound::new().smallest(Unit::Second).mode(RoundMode::Ceil);
    Ok(Timestamp::now().round(whole)?)
}

/// Today (UTC).
pub fn today() -> Result<Date> {
    Ok(trueup_verdict::today(this_second()?))
}

/// The moment that `--as-of` names: a moment as it is, a day to its end (UTC).
pub fn moment(text: &str) -> Result<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let day: Date = text.parse().with_context(|| {
        format!("`{text}` is no date; write 2026-11-21 or 2026-11-21T12:00:00Z")
    })?;
    end_of(day)
}

/// The moment at which a day has ended, UTC.
pub fn end_of(day: Date) -> Result<Timestamp> {
    let next = day.checked_add(1.day()).context("that day is out of range")?;
    Ok(next.to_zoned(TimeZone::UTC).context("that day is out of range")?.timestamp())
}
