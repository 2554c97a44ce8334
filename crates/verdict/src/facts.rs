//! All that is known of one bet: what its text says, what the evidence says, and the day it is.

use jiff::Timestamp;
use jiff::civil::Date;
use trueup_evidence::{Answer, Summary, Window};
use trueup_roadmap::bet::Stage;
use trueup_roadmap::gate::Attested;
use trueup_roadmap::{Bet, Criterion, Gate, Roadmap, Role};
use trueup_stats::Looks;

use crate::criterion::{self, Judged};
use crate::currency;
use crate::estimate::Setting;
use crate::experiment;
use crate::plan::{AskedOfBet, Place, measured};
use crate::question::Question;
use crate::report::{CriterionReport, ExperimentReport};
use crate::signals::Signals;
use crate::{span, watch};
use trueup_roadmap::history::Move;

/// What a criterion is judged on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub roadmap: &'a Roadmap,
    pub bet: &'a Bet,
    pub currency: &'a str,
    pub today: Date,
    pub window: Window,
    pub looks: Looks,
    /// How many guardrails the gate has.
    pub guardrails: u32,
    answer: Option<&'a Answer>,
}

impl<'a> Ground<'a> {
    pub(crate) fn new(
        question: &Question<'a>,
        bet: &'a Bet,
        answer: Option<&'a Answer>,
    ) -> Ground<'a> {
        let policy = &question.roadmap.policy;
        let guardrails = measured(bet).filter(|criterion| criterion.role == Role::Guardrail);
        Ground {
            roadmap: question.roadmap,
            bet,
            currency: currency::of(bet, policy),
            today: span::today(question.now),
            window: span::window(bet, question.now),
            looks: span::looks(bet, policy, span::today(question.now)),
            guardrails: u32::try_from(guardrails.count()).unwrap_or(u32::MAX),
            answer,
        }
    }

    pub(crate) fn summary(&self, place: Option<usize>) -> Option<&'a Summary> {
        criterion::summary(self.answer, place)
    }

    /// True when there is a store that could have answered.
    pub(crate) fn has_store(&self) -> bool {
        self.answer.is_some()
    }

    /// The answers to all that a metric needs; `None` where one of them was not asked or not given.
    pub(crate) fn answers(&self, places: &[Place]) -> Option<Vec<&'a Summary>> {
        let answers: Option<Vec<_>> =
            places.iter().map(|place| self.summary(Some(*place))).collect();
        answers.filter(|answers| !answers.is_empty())
    }

    /// What an estimate of a window that ends at a moment depends on.
    pub(crate) fn setting(&self, to: Timestamp) -> Setting {
        let eligible = self.bet.eligible.as_ref().map(|eligible| eligible.people);
        Setting { looks: self.looks, eligible, until_day: span::day_number(to) }
    }

    /// The share of interactions that carry a price; `None` without interactions.
    pub(crate) fn priced(&self, place: Option<usize>) -> Option<f64> {
        let Summary::Sums(sums) = self.summary(place)? else { return None };
        let priced: f64 = sums.iter().map(|unit| unit.numerator).sum();
        let all: f64 = sums.iter().map(|unit| unit.denominator).sum();
        (all > 0.0).then(|| priced / all)
    }

    /// Days until `decide_by`, negative when it is past. A live bet has left its time-box behind.
    pub(crate) fn days_left(&self) -> Option<i64> {
        let time_box = self.bet.time_box.as_ref().filter(|_| !self.is_live())?;
        Some(span::days_between(self.today, time_box.decide_by.value))
    }

    /// True while a count may still rise; that of a live bet's last four weeks is complete.
    pub(crate) fn is_still_counting(&self) -> bool {
        self.days_left().map_or(!self.is_live(), |days| days > 0)
    }

    pub(crate) fn is_before_start(&self) -> bool {
        self.bet.time_box.as_ref().is_some_and(|time_box| self.today < time_box.starts)
    }

    pub(crate) fn is_live(&self) -> bool {
        self.bet.stage.value == Stage::Live
    }

    /// How long evidence has been gathered, in days; a day at least, to divide by.
    pub(crate) fn days_so_far(&self) -> f64 {
        span::length_days(self.window).max(1.0)
    }

    /// How many times today's units there will be by `decide_by` if use goes on as before.
    pub(crate) fn growth(&self) -> Option<f64> {
        let days_left = self.days_left().filter(|days| *days >= 1)?;
        Some(1.0 + days_left as f64 / self.days_so_far())
    }

    /// A person's name, or the id where nobody is known by it.
    pub(crate) fn name_of(&self, id: &str) -> String {
        let person = self.roadmap.people.get(id);
        person.map_or_else(|| id.to_owned(), |person| person.name.clone())
    }
}

/// What the reasons and the rules look at.
#[derive(Debug, Clone)]
pub(crate) struct Facts<'a> {
    pub ground: Ground<'a>,
    pub gate: Option<&'a Gate>,
    /// Of the gate, the measured ones.
    pub criteria: Vec<Judged<'a>>,
    /// Metrics that the bet watches.
    pub watched: Vec<CriterionReport>,
    pub moves: &'a [Move],
    pub signals: Signals,
    pub experiment: Option<ExperimentReport>,
}

impl<'a> Facts<'a> {
    pub(crate) fn new(
        question: &Question<'a>,
        bet: &'a Bet,
        asked: &AskedOfBet,
        answer: Option<&'a Answer>,
    ) -> Facts<'a> {
        let ground = Ground::new(question, bet, answer);
        let experiment = asked.experiment.as_ref();
        let experiment = experiment.and_then(|asked| experiment::report(&ground, asked));
        let unreadable = experiment.as_ref().and_then(|report| report.unreadable.as_deref());
        let criteria = measured(bet)
            .zip(&asked.criteria)
            .map(|(measured, asked)| criterion::judge(&ground, measured, asked, unreadable))
            .collect();
        let moves = question.history.get(&bet.id.value).map_or(&[][..], Vec::as_slice);
        let watched = bet.watch.iter().zip(&asked.watched);
        let watched = watched.filter_map(|(id, places)| {
            Some(watch::watched(&ground, question.roadmap.metric(&id.value)?, places))
        });
        let watched = watched.collect();
        let signals = Signals::new(&ground, &asked.signals);
        Facts { ground, gate: bet.graduation(), criteria, watched, moves, signals, experiment }
    }

    pub(crate) fn bet(&self) -> &'a Bet {
        self.ground.bet
    }

    pub(crate) fn of_role(&self, role: Role) -> impl Iterator<Item = &Judged<'a>> {
        self.criteria.iter().filter(move |judged| judged.measured.role == role)
    }

    /// What only a person can vouch for.
    pub(crate) fn attested(&self) -> impl Iterator<Item = &'a Attested> {
        let criteria = self.gate.map_or(&[][..], |gate| gate.criteria.as_slice());
        criteria.iter().filter_map(|criterion| match criterion {
            Criterion::Attested(attested) => Some(attested),
            Criterion::Measured(_) => None,
        })
    }
}
