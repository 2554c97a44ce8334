//! How many are still there after a time, when many have not been watched that long: the
//! Kaplan-Meier curve, for retention and time to value.
//!
//! Someone who started last week and is still here says nothing about week five; dropping such
//! people or counting them as gone are both wrong. The curve counts each for as long as they were
//! watched. At equal times events come before ends of watching. Watching must end for reasons that
//! have nothing to do with leaving (the data end, the bet ends).
//!
//! Variance by Greenwood's formula or, where a unit has several spans and they go together, with
//! units as clusters if that is larger. The interval is Student's for `log(-log S)`.
//!
//! Source: Kaplan & Meier 1958, JASA 53:457; Greenwood 1926; Kalbfleisch & Prentice 2002, chapter 1
//! (log-log); Reid 1981, Annals of Statistics 9:78 (what each moves, for clusters); Brookmeyer &
//! Crowley 1982, Biometrics 38:29 (median).

use crate::estimate::{Estimate, Method};
use crate::interval::{at_least_unseen, ends, student_critical, unseen_share};
use crate::looks::Looks;

const SURVIVAL: Method = Method {
    name: "Kaplan-Meier, log-log interval, units as clusters",
    source: "Kaplan & Meier 1958; Greenwood 1926; Kalbfleisch & Prentice 2002",
};

const MEDIAN: Method = Method {
    name: "median of the Kaplan-Meier curve, by inversion of its intervals",
    source: "Kaplan & Meier 1958; Brookmeyer & Crowley 1982",
};

const SHARE: (f64, f64) = (0.0, 1.0);

/// How long something was watched and whether it ended then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// From its start, in any unit of time; 0 or more.
    pub duration: f64,
    /// True if it ended (the person left); false if only the watching did.
    pub event: bool,
}

/// The curve after one time at which something ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    pub time: f64,
    /// Spans watched up to this time.
    pub at_risk: f64,
    pub events: f64,
    /// The share that lasts longer than `time`.
    pub survival: f64,
    /// Greenwood's sum up to here: the variance over the square of the survival.
    greenwood: f64,
}

/// A Kaplan-Meier curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    steps: Vec<Step>,
    units: Vec<Vec<Span>>,
    /// How long each unit was watched at most, in order.
    watched: Vec<f64>,
}

impl Curve {
    /// The curve of the spans of all `units`. Spans with a duration that is negative or not finite
    /// are left out, and then units without spans. `None` without any.
    #[must_use]
    pub fn of(units: &[Vec<Span>]) -> Option<Curve> {
        let usable = |span: &&Span| span.duration.is_finite() && span.duration >= 0.0;
        let units: Vec<Vec<Span>> = units
            .iter()
            .map(|unit| unit.iter().filter(usable).copied().collect::<Vec<_>>())
            .filter(|unit| !unit.is_empty())
            .collect();
        let mut spans: Vec<Span> = units.iter().flatten().copied().collect();
        spans.sort_by(|a, b| a.duration.total_cmp(&b.duration));
        let longest = |unit: &Vec<Span>| unit.iter().map(|span| span.duration).fold(0.0, f64::max);
        let mut watched: Vec<f64> = units.iter().map(longest).collect();
        watched.sort_by(f64::total_cmp);
        (!units.is_empty()).then(|| Curve { steps: steps(&spans), units, watched })
    }

    /// The curve as steps, in order of time. Empty if nothing ended.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How many units were watched so long or longer.
    #[must_use]
    pub fn at_risk(&self, time: f64) -> usize {
        self.watched.len() - self.watched.partition_point(|watched| *watched < time)
    }

    /// The longest that any unit was watched.
    #[must_use]
    pub fn longest(&self) -> f64 {
        self.watched.last().copied().unwrap_or(0.0)
    }

    /// The share that lasts longer than `time`, with an interval at [`Looks::alpha_per_look`].
    ///
    /// `None` for a time after the longest watched, unless all have ended, and for one that is not a
    /// number. One unit has no standard error and 0..1 as interval. The interval is at least as wide
    /// as the units still watched can support: nobody gone of five is not "1 ± 0".
    #[must_use]
    pub fn survival(&self, time: f64, looks: Looks) -> Option<Estimate> {
        let gone = self.steps.last().is_some_and(|step| step.survival <= 0.0);
        let longest = *self.watched.last()?;
        if time.is_nan() || (time > longest && !gone) {
            return None;
        }
        Some(self.at(time.min(longest), looks))
    }

    /// The first time at which at most half are left, with an interval at [`Looks::alpha_per_look`].
    ///
    /// Infinite if that was not reached while anything was watched; the low end is never later than
    /// the longest watched, beyond which nothing is known.
    #[must_use]
    pub fn median(&self, looks: Looks) -> Estimate {
        // A product that is one half may be a rounding error more.
        let half = |share: f64| share <= 0.5 + 1e-12;
        let fallen: Vec<&Step> = self.steps.iter().filter(|step| half(step.survival)).collect();
        let first = |step: Option<&&Step>| step.map_or(f64::INFINITY, |step| step.time);
        let value = first(fallen.first());
        // The high end is nowhere below the curve.
        let high = first(fallen.iter().find(|step| half(self.at(step.time, looks).high)));
        let before = 1.0 - unseen_share(looks.alpha_per_look(), self.units.len());
        let low = if half(before) { 0.0 } else { self.first_low(half, looks) };
        let units = self.units.len();
        Estimate {
            value,
            low: low.min(value),
            high: high.max(value),
            standard_error: None,
            units,
            method: MEDIAN,
        }
    }

    /// The first time at which the low end may be so low, or else the longest watched. The end falls
    /// when something ends, and when fewer are watched.
    fn first_low(&self, so_low: impl Fn(f64) -> bool, looks: Looks) -> f64 {
        let ended = self.steps.iter().map(|step| step.time);
        let mut times: Vec<f64> = ended.chain(self.watched.iter().copied()).collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        let low = times.iter().find(|time| so_low(self.at(**time, looks).low));
        low.or(times.last()).copied().unwrap_or(0.0)
    }

    /// The estimate of what lasts longer than `time`, which is not after the longest watched.
    fn at(&self, time: f64, looks: Looks) -> Estimate {
        let steps = &self.steps[..self.steps.partition_point(|step| step.time <= time)];
        let (value, greenwood) = steps.last().map_or((1.0, 0.0), |s| (s.survival, s.greenwood));
        let units = self.units.len();
        let standard_error = (units > 1).then(|| {
            let clustered = self.clustered(steps);
            if value > 0.0 { value * greenwood.max(clustered).sqrt() } else { 0.0 }
        });
        let alpha = looks.alpha_per_look();
        let (low, high) = match standard_error {
            None => SHARE,
            Some(error) => {
                let reach = student_critical(alpha, units as f64 - 1.0) * error;
                let over = self.watched.partition_point(|watched| *watched < time);
                let unseen = unseen_share(alpha, units - over);
                let reach = at_least_unseen(log_log(value, reach), value, SHARE, unseen);
                ends(reach, value, SHARE)
            }
        };
        Estimate { value, low, high, standard_error, units, method: SURVIVAL }
    }

    /// The variance over the square of the survival, from how far each unit moves it; 0 if no unit
    /// has two spans, for which Greenwood's formula is there.
    fn clustered(&self, steps: &[Step]) -> f64 {
        if self.units.iter().all(|unit| unit.len() < 2) {
            return 0.0;
        }
        let mut hazard = 0.0;
        let hazards: Vec<f64> = steps
            .iter()
            .map(|step| {
                hazard += step.events / step.at_risk / (step.at_risk - step.events);
                hazard
            })
            .collect();
        let moved = |span: &Span| {
            let past = steps.partition_point(|step| step.time <= span.duration);
            let Some(last) = past.checked_sub(1) else {
                return 0.0;
            };
            let ended = span.event && same_time(steps[last].time, span.duration);
            let left = steps[last].at_risk - steps[last].events;
            hazards[last] - if ended { 1.0 / left } else { 0.0 }
        };
        let n = self.units.len() as f64;
        let squares = self.units.iter().map(|unit| unit.iter().map(moved).sum::<f64>().powi(2));
        squares.sum::<f64>() * n / (n - 1.0)
    }
}

#[expect(clippy::float_cmp, reason = "the time of a step is the duration of a span")]
fn same_time(one: f64, other: f64) -> bool {
    one == other
}

/// The steps of spans sorted by duration.
fn steps(spans: &[Span]) -> Vec<Step> {
    let (mut survival, mut greenwood, mut at_risk) = (1.0, 0.0, spans.len() as f64);
    let mut steps = Vec::new();
    for equal in spans.chunk_by(|a, b| same_time(a.duration, b.duration)) {
        let events = equal.iter().filter(|span| span.event).count() as f64;
        if events > 0.0 {
            survival *= 1.0 - events / at_risk;
            greenwood += events / (at_risk * (at_risk - events));
            steps.push(Step { time: equal[0].duration, at_risk, events, survival, greenwood });
        }
        at_risk -= equal.len() as f64;
    }
    steps
}

/// The distances to both ends of an interval that reaches so far on the scale `log(-log S)`.
fn log_log(survival: f64, reach: f64) -> (f64, f64) {
    if survival <= 0.0 || survival >= 1.0 {
        return (reach, reach);
    }
    let factor = (reach / (survival * survival.ln().abs())).exp();
    (survival - survival.powf(factor), survival.powf(1.0 / factor) - survival)
}
