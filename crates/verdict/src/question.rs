//! What a report is asked about: a roadmap at a revision, and a moment.

use std::collections::BTreeMap;

use jiff::Timestamp;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::history::Move;
use trueup_roadmap::{Bet, Roadmap};

use crate::report::RoadmapVersion;

/// Everything but the evidence.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    pub roadmap: &'a Roadmap,
    pub version: RoadmapVersion,
    /// Bets whose text cannot be judged, and why; also bets that the roadmap could not hold at all.
    pub denied: &'a BTreeMap<String, String>,
    /// The moves of each bet's criteria, oldest first.
    pub history: &'a BTreeMap<String, Vec<Move>>,
    pub now: Timestamp,
    /// One bet; all if absent.
    pub only: Option<&'a str>,
    /// Whether to look at all metrics, and not only at those that the verdict needs.
    pub dashboard: bool,
}

impl<'a> Question<'a> {
    /// The bets to answer for, in the order of the roadmap.
    pub(crate) fn bets(&self) -> impl Iterator<Item = &'a Bet> {
        let only = self.only;
        self.roadmap.bets.iter().filter(move |bet| only.is_none_or(|only| bet.id.value == only))
    }

    /// Bets that are denied and so broken that the roadmap does not hold them, and why.
    pub(crate) fn unread(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (roadmap, only) = (self.roadmap, self.only);
        let denied = self.denied.iter().map(|(id, why)| (id.as_str(), why.as_str()));
        denied
            .filter(move |(id, _)| roadmap.bet(id).is_none() && only.is_none_or(|only| only == *id))
    }

    /// True when there is something to judge: the text is in order and the bet is not over.
    pub(crate) fn is_open(&self, bet: &Bet) -> bool {
        !self.denied.contains_key(&bet.id.value) && !has_ended(bet.stage.value)
    }
}

/// True for the stages that no verdict can change any more.
pub(crate) fn has_ended(stage: Stage) -> bool {
    matches!(stage, Stage::Retired | Stage::Killed | Stage::Learned | Stage::Pivoted)
}
