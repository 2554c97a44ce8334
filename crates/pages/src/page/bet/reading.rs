//! One number as people read it: its value with interval, n and units, and the way to its why.

use trueup_verdict::number;
use trueup_verdict::render::{self, words};
use trueup_verdict::report::{CriterionReport, Dashboard, State, WindowReport};

use crate::link;
use crate::said;

/// A number of a bet.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    pub found: &'a CriterionReport,
    pub bet: &'a str,
    /// Tells it from the others of the page.
    pub place: usize,
}

/// A column of the double dashboard.
#[derive(Debug)]
pub struct Column<'a> {
    pub title: &'static str,
    pub panels: Vec<Panel<'a>>,
}

/// The numbers of one side.
#[derive(Debug)]
pub struct Panel<'a> {
    pub title: &'a str,
    pub rows: Vec<Reading<'a>>,
}

/// The columns of the double dashboard, as the verdicts' own pages name them.
const COLUMNS: [(&str, &str); 2] = [("model", "The model"), ("impact", "Its impact")];

pub(super) fn columns<'a>(dashboard: &'a Dashboard, bet: &'a str) -> Vec<Column<'a>> {
    let column = |(name, title): (&str, &'static str)| {
        let panels = dashboard.panels.iter().filter(|panel| panel.column == name);
        let panels =
            panels.map(|panel| Panel { title: &panel.title, rows: Reading::all(&panel.rows, bet) });
        Column { title, panels: panels.collect() }
    };
    COLUMNS.into_iter().map(column).collect()
}

/// Metrics that are looked at in more than one segment, each with all of them.
pub(super) fn slices(all: Vec<Reading<'_>>) -> Vec<Vec<Reading<'_>>> {
    let mut slices: Vec<Vec<Reading<'_>>> = Vec::new();
    for reading in all.into_iter().filter(|reading| !reading.is_word()) {
        let metric = &reading.found.metric;
        match slices.iter_mut().find(|slice| slice[0].found.metric == *metric) {
            Some(slice) => slice.push(reading),
            None => slices.push(vec![reading]),
        }
    }
    slices.retain(|slice| slice.iter().any(|reading| reading.found.among.is_some()));
    slices
}

impl<'a> Reading<'a> {
    pub(in crate::page) fn all(found: &'a [CriterionReport], bet: &'a str) -> Vec<Reading<'a>> {
        found.iter().enumerate().map(|(place, found)| Reading { found, bet, place }).collect()
    }

    /// The path of what explains it; `None` for a person's word, and for a metric that is not there.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        let found = self.found;
        if self.is_word() || found.counts.is_empty() {
            return None;
        }
        let path = format!("/bets/{}/why/{}", link::part(self.bet), link::part(&found.metric));
        let among = found.among.as_ref().map(|among| format!("among={}", link::part(among)));
        let of_gate = Some(&found.role).filter(|role| !role.is_empty() && *role != "watch");
        let role = of_gate.map(|role| format!("role={}", link::part(role)));
        let query: Vec<String> = among.into_iter().chain(role).collect();
        Some(if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) })
    }

    /// True for what a person vouches for.
    #[must_use]
    pub fn is_word(&self) -> bool {
        self.found.role == "readiness"
    }

    /// Which segment or arm it is of: `among de`; nothing for all.
    #[must_use]
    pub fn of(&self) -> String {
        let name = words::metric(self.found);
        name.strip_prefix(&self.found.metric).unwrap_or_default().trim().to_owned()
    }

    /// The value with its interval; `unknown` without one.
    #[must_use]
    pub fn today(&self) -> String {
        match words::estimate(self.found) {
            today if today.is_empty() => "unknown".to_owned(),
            today => today,
        }
    }

    /// The value alone.
    #[must_use]
    pub fn value(&self) -> String {
        let value = self.found.estimate.map(|value| number::value(value, &self.found.measured_in));
        value.unwrap_or_else(|| "unknown".to_owned())
    }

    /// The interval alone; nothing for a count, which has none.
    #[must_use]
    pub fn interval(&self) -> String {
        let CriterionReport { estimate, low, high, measured_in, .. } = self.found;
        if estimate.is_none() || (low == high && low == estimate) {
            return String::new();
        }
        number::interval(*low, *high, measured_in)
    }

    #[must_use]
    pub fn asked(&self) -> String {
        words::bound(self.found)
    }

    /// `n = 4,813 from 120 people`.
    #[must_use]
    pub fn sample(&self) -> String {
        said::sample(self.found)
    }

    /// Interval and sample, for a table that has one column for both.
    #[must_use]
    pub fn rests_on(&self) -> String {
        let parts = [self.interval(), self.sample()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    }

    #[must_use]
    pub fn mark(&self) -> &'static str {
        words::mark(self.found.state)
    }

    #[must_use]
    pub fn state(&self) -> &'static str {
        self.found.state.spoken()
    }

    /// As a class: `no-data`.
    #[must_use]
    pub fn class(&self) -> String {
        self.state().replace(' ', "-")
    }

    /// What has to be known beside the number: why it does not settle, or how to read it.
    #[must_use]
    pub fn remarks(&self) -> Vec<&'a str> {
        let says = match self.found.state {
            State::Met if !self.is_word() => None,
            State::Watched => None,
            _ => Some(self.found.text.as_str()).filter(|text| !text.is_empty()),
        };
        says.into_iter().chain(self.found.remark.as_deref()).collect()
    }

    /// What is counted and what else has to be known, as the dashboard of the command line says it.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        render::notes(self.found)
    }

    /// The windows that must agree, oldest first.
    #[must_use]
    pub fn windows(&self) -> Vec<Stretch<'a>> {
        self.oldest_first(&self.found.windows)
    }

    /// Its last weeks, oldest first.
    #[must_use]
    pub fn over_time(&self) -> Vec<Stretch<'a>> {
        self.oldest_first(&self.found.over_time)
    }

    fn oldest_first(&self, windows: &'a [WindowReport]) -> Vec<Stretch<'a>> {
        let CriterionReport { measured_in: unit, per, .. } = self.found;
        windows.iter().rev().map(|window| Stretch { window, unit, per }).collect()
    }

    /// The chance to be met by the day of decision.
    #[must_use]
    pub fn chance(&self) -> Option<String> {
        self.found.chance.map(number::chance)
    }
}

/// A window of a number.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    pub window: &'a WindowReport,
    unit: &'a str,
    per: &'a str,
}

impl Stretch<'_> {
    #[must_use]
    pub fn days(&self) -> String {
        format!("{} to {}", day(&self.window.from), day(&self.window.to))
    }

    #[must_use]
    pub fn today(&self) -> String {
        let WindowReport { estimate, low, high, .. } = self.window;
        let Some(value) = estimate else { return "unknown".to_owned() };
        let (value, interval) =
            (number::value(*value, self.unit), number::interval(*low, *high, self.unit));
        format!("{value} ({interval})")
    }

    #[must_use]
    pub fn sample(&self) -> String {
        let sizes = self.window.n.zip(self.window.units);
        sizes.map(|(n, units)| said::sampled(n, units, self.per)).unwrap_or_default()
    }

    #[must_use]
    pub fn state(&self) -> String {
        format!("{} {}", words::mark(self.window.state), self.window.state.spoken())
    }
}

/// The day of a moment, or the text where it is none.
pub(super) fn day(moment: &str) -> &str {
    moment.split('T').next().unwrap_or(moment)
}
