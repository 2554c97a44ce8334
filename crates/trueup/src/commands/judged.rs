//! Everything a verdict rests on beside the text: the evidence, read at the edge.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::Timestamp;
use trueup_lake::Lake;
use trueup_verdict::{Move, Question, Report};

use super::document::Document;
use super::remembered::Remembered;
use crate::folder;

impl Document {
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
        self.look(lake, now, only, false, &mut Remembered::default())
    }

    /// The same, with every metric beside those that the verdict needs.
    pub fn dashboard(&self, lake: &Lake, now: Timestamp, only: Option<&str>) -> Result<Report> {
        self.look(lake, now, only, true, &mut Remembered::default())
    }

    /// The same for every bet, asking only what is not remembered.
    pub fn dashboard_again(&self, lake: &Lake, remembered: &mut Remembered) -> Result<Report> {
        self.look(lake, self.now, None, true, remembered)
    }

    fn look(
        &self,
        lake: &Lake,
        now: Timestamp,
        only: Option<&str>,
        dashboard: bool,
        remembered: &mut Remembered,
    ) -> Result<Report> {
        let (denied, moves) = (self.denied(), self.moves());
        let question = Question { dashboard, ..self.question(&denied, &moves, now, only) };
        let asked = trueup_verdict::ask(&question);
        let answer = if lake.exists() {
            Some(remembered.answer(lake, &asked.plan).context("cannot read the evidence")?)
        } else {
            None
        };
        let mut report = trueup_verdict::judge(&question, &asked, answer.as_ref());
        report.notices.extend(self.notice.clone());
        if answer.is_some() {
            let bets = self.parsed.roadmap.bets.iter().map(|bet| bet.id.value.as_str());
            let strays = remembered.strays(lake, &bets.collect::<Vec<_>>(), now);
            let strays = strays.context("cannot count what belongs to no bet")?;
            report.unattributed = Some(strays.unattributed);
            report.orphans = Some(strays.orphans);
            report.quarantined = Some(strays.quarantined);
            report.nameless = Some(strays.nameless);
        }
        Ok(report)
    }

    /// The plan that `judge` would ask.
    pub fn plan(&self, now: Timestamp, only: Option<&str>) -> trueup_verdict::Asked {
        let (denied, moves) = (self.denied(), self.moves());
        trueup_verdict::ask(&self.question(&denied, &moves, now, only))
    }

    /// The plan that `dashboard` would ask: what the store keeps counted.
    pub fn whole_plan(&self, now: Timestamp) -> trueup_verdict::Asked {
        let (denied, moves) = (self.denied(), self.moves());
        trueup_verdict::ask(&Question {
            dashboard: true,
            ..self.question(&denied, &moves, now, None)
        })
    }

    fn question<'a>(
        &'a self,
        denied: &'a BTreeMap<String, String>,
        history: &'a BTreeMap<String, Vec<Move>>,
        now: Timestamp,
        only: Option<&'a str>,
    ) -> Question<'a> {
        Question {
            roadmap: &self.parsed.roadmap,
            version: self.version.clone(),
            denied,
            history,
            now,
            only,
            dashboard: false,
        }
    }

    /// How the criteria of each bet moved since its time-box started.
    fn moves(&self) -> BTreeMap<String, Vec<Move>> {
        let Some(history) = &self.history else { return BTreeMap::new() };
        let bets = self.parsed.roadmap.bets.iter();
        bets.map(|bet| (bet.id.value.clone(), history.moves(bet))).collect()
    }
}

/// The store's folder: the one named, or the one in the roadmap's folder.
pub fn store(named: Option<&Path>, roadmap: &Path) -> PathBuf {
    named.map_or_else(|| folder::default_store(roadmap), Path::to_owned)
}
