//! One bet: the chance to pass by the day of decision, what each criterion still needs, and when.

use jiff::ToSpan;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::gate::Measured;
use trueup_roadmap::{Bet, Roadmap};
use trueup_stats::arrival::days_until;

use super::Dates;
use super::planning::{self, Need};
use crate::criterion::bound_text;
use crate::estimate::whole;
use crate::plan::measured;
use crate::question::has_ended;
use crate::report::{BetReport, CriterionReport, State, Word};
use crate::span;

/// A date later than this says no more than "not soon".
const DAYS_AT_MOST: f64 = 3650.0;

/// What is to be expected of one bet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Expected {
    pub bet: String,
    pub title: String,
    pub verdict: Option<Word>,
    pub decide_by: Date,
    /// Negative when overdue.
    pub days_left: i64,
    /// The chance that every measured criterion is met by then: the smallest of theirs, an upper bound
    /// of the chance of all together. `null` where one of them has none.
    pub chance: Option<f64>,
    /// When the last undecided criterion has its units.
    pub dates: Option<Dates>,
    pub criteria: Vec<Awaited>,
}

/// What is to be expected of one criterion.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Awaited {
    pub metric: String,
    pub among: Option<String>,
    pub role: String,
    pub state: State,
    /// The allowed side in words.
    pub asked: String,
    /// The chance that it is met by the day of decision.
    pub chance: Option<f64>,
    /// The unit of inference.
    pub per: String,
    pub units: Option<u64>,
    /// More units until it is decided, at today's value.
    pub more_units: Option<u64>,
    /// Units that there will be by the day of decision, if they come as before.
    pub units_by_then: Option<u64>,
    /// When it has its units, if they come as before.
    pub dates: Option<Dates>,
    /// Before there is evidence: how many units it will take.
    pub needs: Vec<Need>,
}

/// `None` for what is over, is live, or has no time-box.
pub(super) fn expected(
    judged: &BetReport,
    bet: &Bet,
    roadmap: &Roadmap,
    today: Date,
) -> Option<Expected> {
    let time_box = bet.time_box.as_ref()?;
    let stage = bet.stage.value;
    if has_ended(stage) || stage == Stage::Live {
        return None;
    }
    let decide_by = time_box.decide_by.value;
    let pace = Pace { so_far: span::days_between(time_box.starts, today) + 1, today, decide_by };
    let criteria: Vec<Awaited> = measured(bet)
        .filter_map(|text| Some((text, found(judged, text)?)))
        .map(|(text, found)| awaited(found, text, bet, roadmap, &pace))
        .collect();
    Some(Expected {
        bet: judged.id.clone(),
        title: judged.title.clone(),
        verdict: judged.verdict,
        decide_by,
        days_left: span::days_between(today, decide_by),
        chance: chance(judged),
        dates: dates(&criteria),
        criteria,
    })
}

fn found<'r>(judged: &'r BetReport, text: &Measured) -> Option<&'r CriterionReport> {
    judged.criteria.iter().find(|found| found.is_of(text))
}

/// The smallest chance of the criteria that have an interval; a count, which is all there is, has none.
pub(super) fn chance(judged: &BetReport) -> Option<f64> {
    let measured = judged.criteria.iter().filter(|found| !found.measured_in.is_empty());
    let sampled = measured.filter(|found| found.estimate.is_none() || found.low != found.high);
    let chances: Option<Vec<f64>> = sampled.map(|found| found.chance).collect();
    chances?.into_iter().min_by(f64::total_cmp)
}

fn dates(criteria: &[Awaited]) -> Option<Dates> {
    let open = criteria.iter().filter(|one| one.state == State::Undecided);
    let dates: Option<Vec<Dates>> = open.map(|one| one.dates).collect();
    let dates = dates?;
    let latest = |of: fn(&Dates) -> Date| dates.iter().map(of).max();
    Some(Dates { p50: latest(|dates| dates.p50)?, p85: latest(|dates| dates.p85)? })
}

/// How long units have come, and until when they may.
struct Pace {
    so_far: i64,
    today: Date,
    decide_by: Date,
}

fn awaited(
    found: &CriterionReport,
    text: &Measured,
    bet: &Bet,
    roadmap: &Roadmap,
    pace: &Pace,
) -> Awaited {
    let no_evidence = found.estimate.is_none() && found.state != State::Invalid;
    let metric = roadmap.metric(&found.metric).filter(|_| no_evidence);
    // What is asked for is enough on the last day, whose look may use most.
    let looks = span::looks(bet, &roadmap.policy, pace.decide_by);
    Awaited {
        metric: found.metric.clone(),
        among: found.among.clone(),
        role: found.role.clone(),
        state: found.state,
        asked: bound_text(found),
        chance: found.chance,
        per: found.per.clone(),
        units: found.units,
        more_units: found.more_units,
        units_by_then: found.units.and_then(|units| pace.units_by_then(units)),
        dates: found.units.zip(found.more_units).and_then(|(units, more)| pace.dates(units, more)),
        needs: metric.map(|metric| planning::needs(metric, text.bound, looks)).unwrap_or_default(),
    }
}

impl Pace {
    fn units_by_then(&self, units: u64) -> Option<u64> {
        let left = span::days_between(self.today, self.decide_by).max(0);
        let growth = 1.0 + left as f64 / self.so_far as f64;
        (self.so_far > 0).then(|| whole(units as f64 * growth))
    }

    fn dates(&self, units: u64, more: u64) -> Option<Dates> {
        Some(Dates { p50: self.date(units, more, 0.5)?, p85: self.date(units, more, 0.85)? })
    }

    fn date(&self, units: u64, more: u64, chance: f64) -> Option<Date> {
        let days = days_until(more, units, self.so_far as f64, chance)?;
        let days = Some(days.ceil()).filter(|days| *days <= DAYS_AT_MOST)?;
        self.today.checked_add(i64::try_from(whole(days)).ok()?.days()).ok()
    }
}
