//! What the evidence says of one criterion: met, refuted, undecided, no data or invalid.

mod sentence;
mod weeks;

use jiff::Timestamp;
use trueup_evidence::{Answer, Summary, Window};
use trueup_roadmap::gate::{Attested, Bound, Measured, Versus};
use trueup_roadmap::metric::Measure;
use trueup_roadmap::{Metric, Role};
use trueup_stats::{Estimate, Looks, predict};

use crate::comparison::{self, Compared};
use crate::currency::{self, PRICED_AT_LEAST};
use crate::estimate::{Found, Measurement, Setting, estimate, shape, whole};
use crate::facts::Ground;
use crate::plan::{AskedCriterion, AskedValue};
use crate::report::{ComparedReport, CriterionReport, Shape, State, Threshold, WindowReport};
use crate::{experiment, number, span};

/// A criterion with the state that the evidence puts it in.
#[derive(Debug, Clone)]
pub(crate) struct Judged<'a> {
    pub measured: &'a Measured,
    pub report: CriterionReport,
    /// Missing where too few units answered for it to decide anything.
    pub estimate: Option<Estimate>,
    /// The metric counts all there is: it has no chance and needs no more units.
    pub is_count: bool,
    /// The units that it takes at least.
    pub units_at_least: u64,
}

/// What is said of a comparison with the days before.
const WEAKER: &str = "before and after differ by more than the bet: season, other releases, who came. \
     An experiment with a control arm (`[experiment]`) would tell them apart; so would a group that does \
     not get it over the same days";

/// More units than this are no help to anybody.
const MORE_UNITS_AT_MOST: f64 = 1e9;

/// Judges one criterion of the gate.
///
/// `unreadable` says why arms of an experiment must not be compared.
pub(crate) fn judge<'a>(
    ground: &Ground<'a>,
    measured: &'a Measured,
    asked: &AskedCriterion,
    unreadable: Option<&str>,
) -> Judged<'a> {
    let Some(metric) = ground.roadmap.metric(&measured.metric.value) else {
        return unknown_metric(measured);
    };
    let judging = Judging { ground, measured, metric, unreadable };
    let whole = judging.whole(asked);
    let windows = judging.windows(asked);
    let last = judging.last_look(asked);
    let judged = judging.report(&whole, &windows, last);
    let over_time = match whole.state {
        State::Invalid => Vec::new(),
        _ => judging.weeks(asked),
    };
    let shape = judging.shape(asked);
    Judged { report: CriterionReport { over_time, shape, ..judged.report }, ..judged }
}

impl CriterionReport {
    /// True when this is what is said of the criterion.
    pub(crate) fn is_of(&self, criterion: &Measured) -> bool {
        let compared = self.compared.as_ref();
        let arm = compared.and_then(|compared| compared.arm.as_deref());
        let own = criterion.arm.as_ref().map(|own| own.value.as_str());
        self.metric == criterion.metric.value
            && self.among == criterion.among
            && compared.map(|compared| compared.versus.as_str())
                == criterion.versus.map(Versus::name)
            && (own.is_none() || compared.is_none() || arm == own)
    }
}

/// A criterion that a person vouches for.
pub(crate) fn attested(ground: &Ground, attested: &Attested) -> CriterionReport {
    let by = attested.by.as_ref().map(|by| ground.name_of(&by.value));
    let (state, text) = match by {
        Some(name) => (State::Met, format!("{name} vouches for it")),
        None => (State::Undecided, "nobody has vouched for it yet".to_owned()),
    };
    let title = attested.attest.value.clone();
    CriterionReport {
        role: "readiness".to_owned(),
        ..CriterionReport::empty(title.clone(), title, state, text)
    }
}

fn unknown_metric(measured: &Measured) -> Judged<'_> {
    let id = measured.metric.value.clone();
    let text = format!("there is no metric `{id}`");
    let report = CriterionReport {
        role: role(measured.role).to_owned(),
        threshold: threshold(measured.bound),
        ..CriterionReport::empty(id.clone(), id, State::Invalid, text)
    };
    Judged { measured, report, estimate: None, is_count: false, units_at_least: 1 }
}

/// Fills in what was measured: value, interval, sample and method.
pub(crate) fn summary_reading(
    measurement: Option<&Measurement>,
    report: CriterionReport,
) -> CriterionReport {
    let shown = measurement.and_then(|measurement| measurement.estimate);
    CriterionReport {
        estimate: shown.map(|shown| shown.value).filter(|value| value.is_finite()),
        low: shown.map(|shown| shown.low).filter(|low| low.is_finite()),
        high: shown.map(|shown| shown.high).filter(|high| high.is_finite()),
        pooled: measurement.and_then(|measurement| measurement.pooled),
        n: measurement.map(|measurement| measurement.n),
        units: measurement.map(|measurement| measurement.units),
        method: shown.map(|shown| shown.method.name.to_owned()),
        source: shown.map(|shown| shown.method.source.to_owned()),
        ..report
    }
}

/// A window, judged.
struct Stretch {
    state: State,
    found: Found,
    compared: Option<Compared>,
}

impl Stretch {
    fn of(state: State, found: Found) -> Stretch {
        Stretch { state, found, compared: None }
    }
}

/// What is asked about a criterion in one stretch of time.
#[derive(Clone, Copy)]
struct Asked<'q> {
    value: &'q AskedValue,
    to: Timestamp,
    looks: Looks,
}

struct Judging<'g, 'a> {
    ground: &'g Ground<'a>,
    measured: &'a Measured,
    metric: &'a Metric,
    unreadable: Option<&'g str>,
}

impl<'a> Judging<'_, 'a> {
    fn whole(&self, asked: &AskedCriterion) -> Stretch {
        let invalid = self.unpriced(asked).or_else(|| self.unreadable());
        let (value, looks) = (&asked.whole, self.ground.looks);
        let mut stretch = self.stretch(Asked { value, to: self.ground.window.to, looks });
        if stretch.state == State::Refuted && self.may_still_grow(&stretch.found) {
            stretch.state = State::Undecided;
        }
        match invalid {
            Some(why) => Stretch::of(State::Invalid, Found::Unusable(why)),
            None => stretch,
        }
    }

    /// Today's numbers, with as much of alpha as the day of decision has.
    fn last_look(&self, asked: &AskedCriterion) -> Option<Estimate> {
        let time_box = self.ground.bet.time_box.as_ref().filter(|_| !self.is_count())?;
        let policy = &self.ground.roadmap.policy;
        let looks = span::looks(self.ground.bet, policy, time_box.decide_by.value);
        let asked = Asked { value: &asked.whole, to: self.ground.window.to, looks };
        self.find(asked).0.measurement()?.estimate
    }

    /// What the value of the whole window is made of; a difference has no shape.
    fn shape(&self, asked: &AskedCriterion) -> Option<Shape> {
        let answers = self.ground.answers(&asked.whole.places)?;
        let setting = self.ground.setting(self.ground.window.to);
        let is_value = self.measured.versus.is_none();
        is_value.then(|| shape(self.metric, &answers, setting, self.ground.currency)).flatten()
    }

    /// Each window gets an equal part of alpha, so that all of them together keep to it.
    fn windows(&self, asked: &AskedCriterion) -> Vec<(Window, Stretch)> {
        let parts = f64::from(self.measured.windows.max(1));
        let looks = Looks { alpha: self.ground.looks.alpha / parts, ..self.ground.looks };
        let stretch = |(window, value): &(Window, AskedValue)| {
            (*window, self.stretch(Asked { value, to: window.to, looks }))
        };
        asked.windows.iter().map(stretch).collect()
    }

    fn stretch(&self, asked: Asked) -> Stretch {
        let (found, compared) = self.find(asked);
        let state = match &found {
            Found::Nothing => State::NoData,
            Found::Unusable(_) => State::Invalid,
            Found::Measured(measurement, _) => self.state(measurement, asked),
        };
        Stretch { state, found, compared }
    }

    /// The value, or its difference to what it is compared with.
    fn find(&self, asked: Asked) -> (Found, Option<Compared>) {
        let setting = Setting { looks: asked.looks, ..self.ground.setting(asked.to) };
        let Some(answers) = self.ground.answers(&asked.value.places) else {
            return (Found::Nothing, None);
        };
        let Some(versus) = self.measured.versus else {
            return (estimate(self.metric, &answers, setting), None);
        };
        let other = asked.value.other.as_ref().and_then(|places| self.ground.answers(places));
        let Some(other) = other else { return (Found::Nothing, None) };
        let earlier = self.ground.answers(&asked.value.earlier).unwrap_or_default();
        match comparison::compare(self.metric, (&answers, &other), &earlier, versus, setting) {
            Ok(compared) => (compared.difference.clone(), Some(compared)),
            Err(nothing) => (nothing.into(), None),
        }
    }

    fn state(&self, measurement: &Measurement, asked: Asked) -> State {
        let enough = self.is_count() || measurement.units >= self.units_at_least();
        let Some(estimate) = measurement.estimate.filter(|_| enough) else {
            return State::Undecided;
        };
        if is_inside(&estimate, self.measured.bound) {
            return State::Met;
        }
        let refuted = self.refuting(&estimate, asked);
        if refuted { State::Refuted } else { State::Undecided }
    }

    /// A guardrail ends a bet alone, so the chance of a false alarm is shared among all of them:
    /// each refutes at alpha over their number (Bonferroni). To ship, all have to be met, which
    /// needs no split (intersection-union test; Berger 1982, Technometrics 24:4).
    fn refuting(&self, shown: &Estimate, asked: Asked) -> bool {
        if !is_outside(shown, self.measured.bound) {
            return false;
        }
        if self.measured.role != Role::Guardrail || self.ground.guardrails < 2 {
            return true;
        }
        let alpha = asked.looks.alpha / f64::from(self.ground.guardrails);
        let strict = self.find(Asked { looks: Looks { alpha, ..asked.looks }, ..asked }).0;
        let strict = strict.measurement().and_then(|measurement| measurement.estimate);
        strict.is_some_and(|strict| is_outside(&strict, self.measured.bound))
    }

    /// A count that is still too small may reach its bound until the time-box ends.
    fn may_still_grow(&self, found: &Found) -> bool {
        let bound = threshold(self.measured.bound);
        let value = found.measurement().and_then(|measurement| measurement.estimate);
        let below = value.zip(bound.at_least).is_some_and(|(value, least)| value.value < least);
        below && self.is_count() && self.ground.is_still_counting()
    }

    fn is_count(&self) -> bool {
        let counted = matches!(
            self.metric.measure,
            Measure::Count { .. } | Measure::Units { .. } | Measure::Adoption { .. }
        );
        counted && self.measured.versus.is_none()
    }

    /// Why a comparison with control must not be read.
    fn unreadable(&self) -> Option<String> {
        let why = self.unreadable.filter(|_| self.measured.versus == Some(Versus::Control));
        why.map(str::to_owned)
    }

    fn units_at_least(&self) -> u64 {
        let policy = self.ground.roadmap.policy.units_at_least;
        u64::from(self.metric.units_at_least.unwrap_or(policy))
    }

    fn unit(&self) -> String {
        currency::unit(self.metric, self.ground.currency)
    }

    /// Why a cost is unknown: too many interactions carry no price, or one in another currency.
    fn unpriced(&self, asked: &AskedCriterion) -> Option<String> {
        let share = self.ground.priced(asked.priced)?;
        (share < PRICED_AT_LEAST).then(|| {
            format!(
                "only {} of the interactions carry a price in {}, and {} are needed: \
                 an unpriced one is unknown, never zero",
                number::value(share, "share"),
                self.ground.currency,
                number::limit(PRICED_AT_LEAST, "share")
            )
        })
    }

    fn report(
        &self,
        whole: &Stretch,
        windows: &[(Window, Stretch)],
        last: Option<Estimate>,
    ) -> Judged<'a> {
        let state = self.overall(whole, windows);
        let measurement = whole.found.measurement();
        let shown = measurement.and_then(|measurement| measurement.estimate);
        let enough = measurement.is_some_and(|m| m.units >= self.units_at_least());
        let usable = shown.filter(|_| enough || self.is_count());
        let bound = threshold(self.measured.bound);
        let (metric, title) = (self.metric.id.value.clone(), self.metric.title.clone());
        let report = CriterionReport {
            role: role(self.measured.role).to_owned(),
            threshold: bound,
            measured_in: self.unit(),
            per: self.metric.per.clone(),
            among: self.measured.among.clone(),
            windows: windows.iter().map(window_report).collect(),
            chance: usable.and(last).and_then(|last| self.chance(&last, bound)),
            more_units: self.more_units(state, whole, usable.and(last).or(usable).as_ref(), bound),
            compared: self.measured.versus.map(|versus| self.compared(versus, whole)),
            counts: counts(self.metric),
            remark: whole.found.remark(),
            ..summary_reading(
                measurement,
                CriterionReport::empty(metric, title, state, String::new()),
            )
        };
        let text = self.sentence(&report, whole, windows);
        Judged {
            measured: self.measured,
            report: CriterionReport { text, ..report },
            estimate: usable,
            is_count: self.is_count(),
            units_at_least: self.units_at_least(),
        }
    }

    fn compared(&self, versus: Versus, whole: &Stretch) -> ComparedReport {
        let value = |of: fn(&Compared) -> &Measurement| {
            let found = whole.compared.as_ref().and_then(|compared| of(compared).estimate);
            found.map(|found| found.value).filter(|value| value.is_finite())
        };
        let arm = comparison::arm(self.ground.bet, self.measured).map(str::to_owned);
        ComparedReport {
            versus: versus.name().to_owned(),
            arm,
            value: value(|compared| &compared.value),
            other: value(|compared| &compared.other),
            relative: whole.compared.as_ref().and_then(experiment::relative),
            explained: whole.compared.as_ref().and_then(|compared| compared.explained),
            weaker: (versus == Versus::Before).then(|| WEAKER.to_owned()),
        }
    }

    /// Met: the whole window says so, all of its parts are there, and none refutes it.
    fn overall(&self, whole: &Stretch, windows: &[(Window, Stretch)]) -> State {
        let refuted = windows.iter().any(|(_, window)| window.state == State::Refuted);
        match whole.state {
            State::Met if refuted || self.windows_missing(windows) > 0 => State::Undecided,
            state => state,
        }
    }

    fn windows_missing(&self, windows: &[(Window, Stretch)]) -> u32 {
        let full = u32::try_from(windows.len()).unwrap_or(u32::MAX);
        let asked = self.measured.every_days.map_or(0, |_| self.measured.windows);
        asked.saturating_sub(full)
    }

    /// The chance that the whole window meets the bound by `decide_by`. That use goes on in
    /// proportion to time is the most to count on: an audience can only be used up.
    fn chance(&self, estimate: &Estimate, bound: Threshold) -> Option<f64> {
        if self.is_count() {
            return None;
        }
        let units_then = estimate.units as f64 * self.ground.growth()?;
        let chance = predict::chance_met(estimate, bound.at_least, bound.at_most, units_then)?;
        chance.is_finite().then_some(chance)
    }

    /// How many more it takes: for the look on the day of decision, where there is such a day.
    fn more_units(
        &self,
        state: State,
        whole_window: &Stretch,
        usable: Option<&Estimate>,
        bound: Threshold,
    ) -> Option<u64> {
        let measurement = whole_window.found.measurement()?;
        if state != State::Undecided || whole_window.state != State::Undecided || self.is_count() {
            return None;
        }
        let Some(estimate) = usable else {
            return Some(self.units_at_least().saturating_sub(measurement.units))
                .filter(|n| *n > 0);
        };
        let total = predict::units_to_decide(estimate, bound.at_least, bound.at_most)?;
        let more = (total - estimate.units as f64).ceil();
        (1.0..=MORE_UNITS_AT_MOST).contains(&more).then(|| whole(more))
    }
}

fn window_report((window, stretch): &(Window, Stretch)) -> WindowReport {
    let measurement = stretch.found.measurement();
    let estimate = measurement.and_then(|measurement| measurement.estimate);
    WindowReport {
        from: window.from.to_string(),
        to: window.to.to_string(),
        state: stretch.state,
        estimate: estimate.map(|estimate| estimate.value).filter(|value| value.is_finite()),
        low: estimate.map(|estimate| estimate.low).filter(|low| low.is_finite()),
        high: estimate.map(|estimate| estimate.high).filter(|high| high.is_finite()),
        n: measurement.map(|measurement| measurement.n),
        units: measurement.map(|measurement| measurement.units),
    }
}

pub(crate) fn is_inside(estimate: &Estimate, bound: Bound) -> bool {
    let Threshold { at_least, at_most } = threshold(bound);
    at_least.is_none_or(|least| estimate.low >= least)
        && at_most.is_none_or(|most| estimate.high <= most)
}

/// True when the value itself, without its interval, meets the bound.
pub(crate) fn is_on_allowed_side(report: &CriterionReport) -> bool {
    let Threshold { at_least, at_most } = report.threshold;
    report.estimate.is_some_and(|value| {
        at_least.is_none_or(|least| value >= least) && at_most.is_none_or(|most| value <= most)
    })
}

fn is_outside(estimate: &Estimate, bound: Bound) -> bool {
    let Threshold { at_least, at_most } = threshold(bound);
    at_least.is_some_and(|least| estimate.high < least)
        || at_most.is_some_and(|most| estimate.low > most)
}

pub(crate) fn threshold(bound: Bound) -> Threshold {
    match bound {
        Bound::AtLeast(least) => Threshold { at_least: Some(least), at_most: None },
        Bound::AtMost(most) => Threshold { at_least: None, at_most: Some(most) },
        Bound::Between(least, most) => Threshold { at_least: Some(least), at_most: Some(most) },
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Goal => "goal",
        Role::Guardrail => "guardrail",
        Role::Budget => "budget",
        Role::Readiness => "readiness",
    }
}

/// The value with its interval: `48.1 % (43.0 to 53.2 %)`; a count has none.
pub(crate) fn today(report: &CriterionReport) -> String {
    let unit = &report.measured_in;
    let Some(estimate) = report.estimate else { return "unknown".to_owned() };
    let value = number::value(estimate, unit);
    if report.low == report.high && report.low == report.estimate {
        return value;
    }
    format!("{value} ({})", number::interval(report.low, report.high, unit))
}

/// What the value is a difference to: ` against control`; nothing for a value itself.
pub(crate) fn against(report: &CriterionReport) -> String {
    match &report.compared {
        Some(ComparedReport { versus, arm: Some(arm), .. }) => {
            format!(" in `{arm}` against {versus}")
        }
        Some(ComparedReport { versus, .. }) => format!(" against {versus}"),
        None => String::new(),
    }
}

/// The allowed side: `at least 55 %`.
pub(crate) fn bound_text(report: &CriterionReport) -> String {
    let limit = |value| number::limit(value, &report.measured_in);
    match (report.threshold.at_least, report.threshold.at_most) {
        (Some(least), Some(most)) => format!("between {} and {}", limit(least), limit(most)),
        (Some(least), None) => format!("at least {}", limit(least)),
        (None, Some(most)) => format!("at most {}", limit(most)),
        (None, None) => String::new(),
    }
}

/// `120 more people`.
pub(crate) fn more_units(more: u64, per: &str) -> String {
    let noun = if more == 1 { number::units(1, per) } else { number::plural(per) };
    let noun = noun.trim_start_matches("1 ");
    format!("{} more {noun}", number::count(more))
}

/// What a metric counts and of how many, in words.
pub(crate) fn counts(metric: &Metric) -> String {
    metric.measure.in_words()
}

/// An answer to a place in the plan.
pub(crate) fn summary(answer: Option<&Answer>, place: Option<usize>) -> Option<&Summary> {
    answer?.summaries.get(place?)
}
