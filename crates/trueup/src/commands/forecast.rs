//! `trueup forecast`: the chance to pass, the dates, the team's pace, and how good forecasts were.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use jiff::ToSpan;
use jiff::civil::Date;
use trueup_lake::Lake;
use trueup_roadmap::Bet;
use trueup_roadmap::bet::Stage;
use trueup_verdict::outlook::{Earlier, outlook};
use trueup_verdict::report::BetReport;

use super::document::{Document, end_of};
use super::judged::store;
use super::{Said, view};
use crate::args;

/// A longer time-box is looked at in its last half year.
const MOST_WEEKS: i64 = 26;

pub fn run(args: &args::Forecast) -> Result<Said> {
    let view = &args.view;
    let folder = view.roadmap.roadmap.as_deref();
    let document = Document::read(folder, view.as_of.as_deref())?;
    if let Some(bet) = &args.bet {
        document.bet(bet)?;
    }
    let lake = Lake::open(&store(view.store.store.as_deref(), &document.folder))?;
    let report = document.judge(&lake, document.now, args.bet.as_deref())?;
    let earlier = if lake.exists() {
        Past::new(&document, folder, &lake).all(args.bet.as_deref())?
    } else {
        Vec::new()
    };
    let history = document.history.as_ref();
    let told = outlook(&report, &document.parsed.roadmap, history, document.today(), &earlier);
    Ok(Said::good(view::printed(&told, view.format)))
}

/// Earlier days, read once each.
struct Past<'a> {
    document: &'a Document,
    folder: Option<&'a Path>,
    lake: &'a Lake,
    days: BTreeMap<Date, Document>,
}

/// A time-box that has ended.
struct Ended {
    starts: Date,
    /// The last day that is judged.
    on: Date,
}

impl<'a> Past<'a> {
    fn new(document: &'a Document, folder: Option<&'a Path>, lake: &'a Lake) -> Past<'a> {
        Past { document, folder, lake, days: BTreeMap::new() }
    }

    fn all(mut self, only: Option<&str>) -> Result<Vec<Earlier>> {
        let document = self.document;
        let bets = document.parsed.roadmap.bets.iter();
        let bets = bets.filter(|bet| only.is_none_or(|only| bet.id.value == only));
        let mut earlier = Vec::new();
        for bet in bets {
            if let Some(ended) = ended(document, bet) {
                earlier.extend(self.of_bet(&bet.id.value, &ended)?);
            }
        }
        Ok(earlier)
    }

    /// What was said each week of a time-box, and on its last day.
    fn of_bet(&mut self, bet: &str, ended: &Ended) -> Result<Option<Earlier>> {
        let Some(end) = self.said(bet, ended.on)? else { return Ok(None) };
        let mut said = Vec::new();
        for week in 1..=MOST_WEEKS {
            let day = ended.on.checked_sub(week.weeks()).context("a day out of range")?;
            if day <= ended.starts {
                break;
            }
            said.extend(self.said(bet, day)?.map(|report| (day, report)));
        }
        said.reverse();
        Ok(Some(Earlier { said, ended: (ended.on, end) }))
    }

    /// The answer for a bet on a day; `None` where the roadmap did not hold it then, or nothing was judged.
    fn said(&mut self, bet: &str, day: Date) -> Result<Option<BetReport>> {
        if !self.days.contains_key(&day) {
            let document = Document::read(self.folder, Some(&day.to_string()))?;
            self.days.insert(day, document);
        }
        let document = &self.days[&day];
        // A roadmap that was written later said nothing on that day.
        if document.notice.is_some() || document.parsed.roadmap.bet(bet).is_none() {
            return Ok(None);
        }
        let report = document.judge(self.lake, end_of(day)?, Some(bet))?;
        Ok(report.bets.into_iter().find(|judged| judged.id == bet && judged.rule != 0))
    }
}

/// The time-box of a bet that has ended: it was decided, or its day of decision is past.
fn ended(document: &Document, bet: &Bet) -> Option<Ended> {
    let versions = document.history.as_ref().map(|history| history.bet(&bet.id.value));
    let is_open = |bet: &Bet| bet.stage.value < Stage::Live;
    let mut open = is_open(bet).then_some(bet);
    let mut decided_on = None;
    for version in versions.unwrap_or_default() {
        let Some(then) = version.entity.as_ref() else { continue };
        if is_open(then) {
            (open, decided_on) = (Some(then), None);
        } else if decided_on.is_none() {
            decided_on = document.history.as_ref().map(|history| history.revision(version).on);
        }
    }
    let time_box = open?.time_box.as_ref()?;
    let decide_by = time_box.decide_by.value;
    let last =
        decided_on.and_then(|on| on.yesterday().ok()).map_or(decide_by, |day| day.min(decide_by));
    (last <= document.today() && last > time_box.starts)
        .then_some(Ended { starts: time_box.starts, on: last })
}
