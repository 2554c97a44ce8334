//! Everything a verdict rests on, read at the edge: the text in force, its history, the evidence.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use trueup_lake::{Lake, block_on};
use trueup_roadmap::{Bet, Gate, Parsed, Source};
use trueup_verdict::report::RoadmapVersion;
use trueup_verdict::{Move, Question, Report};

use crate::folder;
use crate::git::{Commit, History};

/// The roadmap's text as of a moment, parsed.
pub struct Document {
    pub sources: Vec<Source>,
    pub parsed: Parsed,
    version: RoadmapVersion,
    history: BTreeMap<String, Vec<Move>>,
    /// Said on the report: the text is not that of the moment asked about.
    notice: Option<String>,
}

impl Document {
    /// Reads the files as they are, or, for an earlier moment, as they were committed then.
    pub fn read(folder: &Path, as_of: Option<Timestamp>) -> Result<Document> {
        let history = History::discover(folder);
        let commits = history.as_ref().map(History::commits).transpose()?.unwrap_or_default();
        let commits: Vec<Commit> =
            commits.into_iter().filter(|commit| as_of.is_none_or(|now| commit.at < now)).collect();
        let sources = match (&history, as_of, commits.first()) {
            (Some(history), Some(_), Some(commit)) => history.sources(commit)?,
            _ => folder::read(folder)?,
        };
        let late = as_of.is_some() && history.is_some() && commits.is_empty();
        let notice = late.then(|| {
            "the roadmap was first committed after that day; it is read as it is now".to_owned()
        });
        let parsed = trueup_roadmap::parse(&sources);
        let moves = match &history {
            Some(history) => moves(history, &commits, &parsed)?,
            None => BTreeMap::new(),
        };
        let version = version(history.as_ref(), commits.first(), &sources)?;
        Ok(Document { sources, parsed, version, history: moves, notice })
    }

    /// Bets whose text cannot be judged, and why. One without a readable id goes by its file's name.
    fn denied(&self) -> BTreeMap<String, String> {
        let bets = &self.parsed.roadmap.bets;
        let mut denied = BTreeMap::new();
        for source in self.sources.iter().filter(|source| source.path.starts_with("bets/")) {
            let Some(why) = self.blocked(&source.path) else { continue };
            let named = bets.iter().find(|bet| bet.place.path == source.path);
            let stem = source.path.trim_start_matches("bets/").trim_end_matches(".toml");
            let id = named.map_or(stem, |bet| &bet.id.value);
            denied.insert(id.to_owned(), why);
        }
        denied
    }

    /// The first thing in a bet's file, or in the policy over all of them, that keeps it from being
    /// judged.
    fn blocked(&self, path: &str) -> Option<String> {
        let mut blocking = self.parsed.diagnostics.iter().filter(|diagnostic| {
            let place = diagnostic.place.path.as_str();
            trueup_roadmap::blocks_verdict(diagnostic.code)
                && (place == path || place == "roadmap.toml")
        });
        let first = blocking.next()?;
        Some(format!("{} in {}", first.message, first.place.path))
    }

    /// Asks the store and judges.
    pub fn judge(&self, lake: &Lake, now: Timestamp, only: Option<&str>) -> Result<Report> {
        let denied = self.denied();
        let question = self.question(&denied, now, only);
        let asked = trueup_verdict::ask(&question);
        let answer = if lake.exists() {
            Some(block_on(lake.answer(&asked.plan)).context("cannot read the evidence")?)
        } else {
            None
        };
        let mut report = trueup_verdict::judge(&question, &asked, answer.as_ref());
        report.notices.extend(self.notice.clone());
        if answer.is_some() {
            let bets = self.parsed.roadmap.bets.iter().map(|bet| bet.id.value.as_str());
            let strays = block_on(lake.strays(&bets.collect::<Vec<_>>(), now));
            let strays = strays.context("cannot count what belongs to no bet")?;
            report.unattributed = Some(strays.unattributed);
            report.orphans = Some(strays.orphans);
        }
        Ok(report)
    }

    /// The plan that `judge` would ask.
    pub fn plan(&self, now: Timestamp, only: Option<&str>) -> trueup_verdict::Asked {
        let denied = self.denied();
        trueup_verdict::ask(&self.question(&denied, now, only))
    }

    fn question<'a>(
        &'a self,
        denied: &'a BTreeMap<String, String>,
        now: Timestamp,
        only: Option<&'a str>,
    ) -> Question<'a> {
        Question {
            roadmap: &self.parsed.roadmap,
            version: self.version.clone(),
            denied,
            history: &self.history,
            now,
            only,
        }
    }

    /// Fails with the nearest name when there is no such bet.
    pub fn expect_bet(&self, id: &str) -> Result<()> {
        if self.parsed.roadmap.bet(id).is_some() {
            return Ok(());
        }
        let known: Vec<&str> =
            self.parsed.roadmap.bets.iter().map(|bet| bet.id.value.as_str()).collect();
        match trueup_roadmap::nearest(id, known.iter().copied()) {
            Some(nearest) => bail!("no bet `{id}`; did you mean `{nearest}`?"),
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

/// How the criteria of each bet moved since its time-box started, oldest first.
fn moves(
    history: &History,
    commits: &[Commit],
    now: &Parsed,
) -> Result<BTreeMap<String, Vec<Move>>> {
    let mut read = BTreeMap::new();
    let mut moves: BTreeMap<String, Vec<Move>> = BTreeMap::new();
    let mut before: BTreeMap<String, Gate> = BTreeMap::new();
    for commit in commits.iter().rev() {
        let day = commit.at.to_zoned(TimeZone::UTC).date();
        for bet in bets(history, commit, &mut read)? {
            let Some(gate) = bet.graduation().cloned() else { continue };
            let id = bet.id.value;
            let old = before.insert(id.clone(), gate.clone());
            let started = now
                .roadmap
                .bet(&id)
                .and_then(|bet| bet.time_box.as_ref())
                .is_some_and(|time_box| time_box.starts <= day);
            let Some(old) = old.filter(|old| started && old.digest != gate.digest) else {
                continue;
            };
            for what in trueup_roadmap::gate::differences(&old, &gate) {
                let by = commit.author.clone();
                moves.entry(id.clone()).or_default().push(Move { on: day, by, what });
            }
        }
    }
    Ok(moves)
}

/// The bets at a commit; each version of a file is parsed once.
fn bets(
    history: &History,
    commit: &Commit,
    read: &mut BTreeMap<gix::ObjectId, Vec<Bet>>,
) -> Result<Vec<Bet>> {
    let mut bets = Vec::new();
    for blob in history.blobs(commit)? {
        if !blob.path.starts_with("bets/") {
            continue;
        }
        if let Some(known) = read.get(&blob.id) {
            bets.extend(known.iter().cloned());
            continue;
        }
        let parsed = readable(&Source { text: history.text(blob.id)?, path: blob.path });
        bets.extend(parsed.iter().cloned());
        read.insert(blob.id, parsed);
    }
    Ok(bets)
}

/// The bets of a file by itself; none if something in it cannot be read, since a criterion that was
/// mistyped for a day is no moved goalpost.
fn readable(source: &Source) -> Vec<Bet> {
    let parsed = trueup_roadmap::parse(std::slice::from_ref(source));
    let unread = parsed.diagnostics.iter().any(|diagnostic| {
        diagnostic.place.path == source.path && matches!(diagnostic.code, "F01" | "F02" | "F03")
    });
    if unread { Vec::new() } else { parsed.roadmap.bets }
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

/// The store's folder: the one named, or the one in the roadmap's folder.
pub fn store(named: Option<&Path>, roadmap: &Path) -> PathBuf {
    named.map_or_else(|| folder::default_store(roadmap), Path::to_owned)
}
