//! What the store answered lately: as long as it stays as it is, the same question about the same moment is not asked again.
//! So a roadmap whose words change is judged anew at once.

use jiff::Timestamp;
use trueup_evidence::plan::{Plan, Request};
use trueup_evidence::summary::{Answer, Summary, TableVersion};
use trueup_lake::{Error, Lake, Strays, block_on};

/// How many units all answers may hold that are remembered, some dozen bytes each.
const MOST_UNITS: usize = 4_000_000;

/// Answers about one moment. Whoever keeps them forgets them when the store has changed.
#[derive(Default)]
pub struct Remembered {
    now: Option<Timestamp>,
    answers: Vec<(Request, Summary)>,
    versions: Vec<TableVersion>,
    strays: Option<(Vec<String>, Strays)>,
}

impl Remembered {
    /// The moment that answers are about; `None` as long as nothing is remembered.
    pub fn now(&self) -> Option<Timestamp> {
        self.now
    }

    /// Answers a plan, asking the store for what is missing alone.
    pub fn answer(&mut self, lake: &Lake, plan: &Plan) -> Result<Answer, Error> {
        if self.now != Some(plan.now) {
            *self = Remembered { now: Some(plan.now), ..Remembered::default() };
        }
        let is_missing = |request: &&Request| self.find(request).is_none();
        let requests: Vec<Request> = plan.requests.iter().filter(is_missing).cloned().collect();
        if !requests.is_empty() || self.versions.is_empty() {
            let answer =
                block_on(lake.answer(&Plan { now: plan.now, requests: requests.clone() }))?;
            self.versions = answer.versions;
            self.answers.extend(requests.into_iter().zip(answer.summaries));
        }
        // What is asked no more goes.
        self.answers.retain(|(request, _)| plan.requests.contains(request));
        let found = plan.requests.iter().map(|request| self.find(request).cloned());
        let summaries = found.map(|found| found.expect("all that was missing was asked"));
        let answer = Answer { summaries: summaries.collect(), versions: self.versions.clone() };
        if self.units() > MOST_UNITS {
            self.answers.clear();
        }
        Ok(answer)
    }

    /// What belongs to none of these bets.
    pub fn strays(&mut self, lake: &Lake, bets: &[&str], now: Timestamp) -> Result<Strays, Error> {
        if let Some((of, strays)) = &self.strays
            && of == bets
        {
            return Ok(*strays);
        }
        let strays = block_on(lake.strays(bets, now))?;
        self.strays = Some((bets.iter().map(|bet| (*bet).to_owned()).collect(), strays));
        Ok(strays)
    }

    fn find(&self, request: &Request) -> Option<&Summary> {
        let found = self.answers.iter().find(|(asked, _)| asked == request);
        found.map(|(_, summary)| summary)
    }

    fn units(&self) -> usize {
        let units = self.answers.iter().map(|(_, summary)| match summary {
            Summary::Sums(units) => units.len(),
            Summary::Histograms(units) => units.iter().map(|unit| unit.counts.len()).sum(),
            Summary::Bins(units) => units.iter().map(|unit| unit.bins.len()).sum(),
            Summary::Classes(classes) => classes.units.iter().map(|unit| unit.counts.len()).sum(),
            Summary::Days(days) => days.units.iter().map(|unit| unit.days.len()).sum(),
            Summary::Pairs(pairs) => pairs.units.iter().map(|unit| unit.both.len()).sum(),
        });
        units.sum()
    }
}
