//! The experiment of a bet: who got which arm, whether they are split as planned, and what each arm does.

use trueup_verdict::number;
use trueup_verdict::render::{self, words};
use trueup_verdict::report::{ArmReport, ComparisonReport, ExperimentReport};

use crate::link;
use crate::said;

/// An experiment as people read it.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    pub found: &'a ExperimentReport,
    pub bet: &'a str,
}

impl<'a> Trial<'a> {
    /// Whether people are split as planned, where that can be told.
    #[must_use]
    pub fn split(&self) -> Option<String> {
        render::split(self.found).filter(|_| self.found.unreadable.is_none())
    }

    /// Who met more than one arm.
    #[must_use]
    pub fn in_several(&self) -> Option<String> {
        (self.found.in_several > 0).then(|| number::units(self.found.in_several, "user"))
    }

    #[must_use]
    pub fn arms(&self) -> Vec<Arm<'a>> {
        let all = self.found.arms.iter().map(|arm| arm.units).sum();
        self.found.arms.iter().map(|found| Arm { found, of: self.found, all }).collect()
    }

    /// Each arm beside control; nothing where they must not be compared.
    #[must_use]
    pub fn comparisons(&self) -> Vec<Compared<'a>> {
        let may = self.found.unreadable.is_none();
        let all = self.found.comparisons.iter().filter(|_| may);
        all.map(|one| Compared { one, bet: self.bet }).collect()
    }
}

/// One arm.
#[derive(Debug, Clone, Copy)]
pub struct Arm<'a> {
    pub found: &'a ArmReport,
    of: &'a ExperimentReport,
    all: u64,
}

impl Arm<'_> {
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.found.name == self.of.control
    }

    #[must_use]
    pub fn people(&self) -> String {
        number::units(self.found.units, "user")
    }

    #[must_use]
    pub fn share(&self) -> String {
        number::value(self.found.units as f64 / self.all.max(1) as f64, "share")
    }

    #[must_use]
    pub fn planned(&self) -> String {
        number::value(self.found.planned, "share")
    }

    #[must_use]
    pub fn interactions(&self) -> String {
        number::count(self.found.interactions)
    }
}

/// One arm beside control.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    pub one: &'a ComparisonReport,
    bet: &'a str,
}

impl Compared<'_> {
    /// The path of what explains the metric.
    #[must_use]
    pub fn why(&self) -> String {
        format!("/bets/{}/why/{}", link::part(self.bet), link::part(&self.one.metric))
    }

    #[must_use]
    pub fn value(&self) -> String {
        self.said(self.one.value)
    }

    #[must_use]
    pub fn control(&self) -> String {
        self.said(self.one.control)
    }

    #[must_use]
    pub fn difference(&self) -> String {
        self.said(self.one.difference)
    }

    fn said(&self, value: Option<f64>) -> String {
        let value = value.map(|value| number::value(value, &self.one.measured_in));
        value.unwrap_or_else(|| "unknown".to_owned())
    }

    #[must_use]
    pub fn interval(&self) -> String {
        number::interval(self.one.low, self.one.high, &self.one.measured_in)
    }

    /// The difference as a share of control.
    #[must_use]
    pub fn relative(&self) -> Option<String> {
        let relative = self.one.relative?;
        let interval = number::interval(relative.low, relative.high, "share");
        Some(format!("{} ({interval}) of control", number::value(relative.value, "share")))
    }

    #[must_use]
    pub fn p_value(&self) -> Option<String> {
        self.one.p_value.map(words::p_value)
    }

    #[must_use]
    pub fn says(&self) -> &'static str {
        words::verdict_of(self.one)
    }

    #[must_use]
    pub fn sample(&self) -> String {
        said::sampled(self.one.n, self.one.units, "user")
    }
}
