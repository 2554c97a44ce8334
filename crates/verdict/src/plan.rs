//! What must be asked of the store: each bet's criteria, and what the reasons look at.

use std::collections::BTreeMap;

use jiff::Timestamp;
use trueup_evidence::{Measure as Asks, Plan, Request, Window};
use trueup_roadmap::bet::Stage;
use trueup_roadmap::gate::Measured;
use trueup_roadmap::metric::Measure;
use trueup_roadmap::{Bet, Criterion, Metric, Roadmap, Spanned};

use crate::question::Question;
use crate::{control, currency, premium, span};

/// The plan, and which of its requests serves which purpose.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub plan: Plan,
    pub(crate) bets: BTreeMap<String, AskedOfBet>,
}

/// The place of a request in the plan, and so of its summary in the answer.
pub(crate) type Place = usize;

/// What is asked about one bet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AskedOfBet {
    pub window: Window,
    /// One for each measured criterion of the gate, in its order.
    pub criteria: Vec<AskedCriterion>,
    /// One for each watched metric, in their order.
    pub watched: Vec<Option<Place>>,
    pub signals: AskedSignals,
}

/// What is asked about one criterion. A place is missing where no moment of the window has come or
/// matured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AskedCriterion {
    pub whole: Option<Place>,
    /// Priced interactions over all, for a criterion about cost.
    pub priced: Option<Place>,
    /// The full windows there are, newest first.
    pub windows: Vec<(Window, Place)>,
}

/// What the reasons look at.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AskedSignals {
    /// Priced interactions over all that have usage of their own.
    pub priced: Option<Place>,
    /// Uses: whole window, first half, second half.
    pub used: Option<Place>,
    pub used_halves: Option<(Place, Place)>,
    pub acceptance: Option<Place>,
    /// The time to a decision over the first and the last third.
    pub look_thirds: Option<(Place, Place)>,
    pub catch_rate: Option<Place>,
    pub cost: Option<Place>,
    pub cost_halves: Option<(Place, Place)>,
    /// For each declared control that leaves steps: those steps over all decisions, of late.
    pub controls: Vec<(String, Place)>,
    pub concentration: Option<Place>,
    /// Interactions that a premium model answered over all that a model answered.
    pub premium: Option<Place>,
}

/// Turns a roadmap into everything that has to be known to judge it.
#[must_use]
pub fn ask(question: &Question) -> Asked {
    let mut asked =
        Asked { plan: Plan { now: question.now, requests: Vec::new() }, bets: BTreeMap::new() };
    for bet in question.bets().filter(|bet| question.is_open(bet)) {
        let mut asking = Asking::new(question, bet, &mut asked.plan.requests);
        let of_bet = asking.bet();
        asked.bets.insert(bet.id.value.clone(), of_bet);
    }
    asked
}

/// The requests of one bet on their way into the plan.
struct Asking<'a> {
    roadmap: &'a Roadmap,
    bet: &'a Bet,
    now: Timestamp,
    window: Window,
    requests: &'a mut Vec<Request>,
    /// Where this bet's requests begin; only these can be the same as another of it.
    first: Place,
}

impl<'a> Asking<'a> {
    fn new(question: &Question<'a>, bet: &'a Bet, requests: &'a mut Vec<Request>) -> Asking<'a> {
        let window = span::window(bet, question.now);
        let first = requests.len();
        Asking { roadmap: question.roadmap, bet, now: question.now, window, requests, first }
    }

    fn bet(&mut self) -> AskedOfBet {
        let criteria = measured(self.bet).map(|criterion| self.criterion(criterion)).collect();
        let watched = self.bet.watch.iter().map(|id| self.named(&id.value, None)).collect();
        AskedOfBet { window: self.window, criteria, watched, signals: self.signals() }
    }

    fn criterion(&mut self, criterion: &Measured) -> AskedCriterion {
        let Some(metric) = self.roadmap.metric(&criterion.metric.value) else {
            // The text of such a bet is denied; there is nothing to ask.
            return AskedCriterion { whole: None, priced: None, windows: Vec::new() };
        };
        let among = criterion.among.as_deref();
        let window = span::matured(self.window, metric.window_hours);
        let priced = currency::is_about_cost(metric)
            .then(|| self.place(self.use_of_money(), window, among))
            .flatten();
        let whole = self.place(self.measure(metric), window, among);
        let windows = self
            .full_windows(criterion, window)
            .into_iter()
            .filter_map(|part| Some((part, self.place(self.measure(metric), part, among)?)))
            .collect();
        AskedCriterion { whole, priced, windows }
    }

    /// A live bet's windows may reach behind the four weeks that its estimate rests on.
    fn full_windows(&self, criterion: &Measured, window: Window) -> Vec<Window> {
        let from = match self.bet.stage.value {
            Stage::Live => span::started(self.bet),
            _ => window.from,
        };
        let every = criterion.every_days;
        every.map_or_else(Vec::new, |every| {
            span::stretches(from, window.to, criterion.windows, every)
        })
    }

    fn signals(&mut self) -> AskedSignals {
        let priced = self.place(self.use_of_money(), self.window, None);
        let used = self.place(uses(), self.window, None);
        let mut signals = AskedSignals { priced, used, ..AskedSignals::default() };
        if self.bet.mode.as_ref().is_none_or(|mode| !mode.automates()) {
            signals.acceptance = self.named("acceptance", None);
            signals.catch_rate = self.named("catch_rate", None);
            signals.look_thirds = self
                .named("time_to_decision", Some((1.0 / 3.0, Side::First)))
                .zip(self.named("time_to_decision", Some((2.0 / 3.0, Side::Last))));
        }
        if self.bet.cost.is_some() {
            signals.cost = self.named("cost_per_interaction", None);
            signals.cost_halves = self
                .named("cost_per_interaction", Some((0.5, Side::First)))
                .zip(self.named("cost_per_interaction", Some((0.5, Side::Last))));
            let (first, second) = span::split(self.window, 0.5);
            signals.used_halves =
                self.place(uses(), first, None).zip(self.place(uses(), second, None));
        }
        if matches!(self.bet.stage.value, Stage::Pilot | Stage::Live) {
            signals.controls = self.controls();
            signals.concentration = self.named("concentration", None);
            signals.premium = premium::asks(self.roadmap)
                .and_then(|measure| self.place(measure, self.window, None));
        }
        signals
    }

    /// Nothing is asked before a whole stretch lies within the bet's window.
    fn controls(&mut self) -> Vec<(String, Place)> {
        let late = span::stretches(self.window.from, self.window.to, 1, control::DAYS);
        let Some(late) = late.first().copied() else { return Vec::new() };
        let declared = self.bet.mode.iter().flat_map(|mode| &mode.controls);
        let one = |control: &Spanned<String>| {
            let place = self.place(control::asks(&control.value)?, late, None)?;
            Some((control.value.clone(), place))
        };
        declared.filter_map(one).collect()
    }

    /// A metric over the bet's window, or over the part of it before or after a share.
    fn named(&mut self, id: &str, part: Option<(f64, Side)>) -> Option<Place> {
        let metric = self.roadmap.metric(id)?;
        let window = span::matured(self.window, metric.window_hours);
        let window = match part {
            None => window,
            Some((share, Side::First)) => span::split(window, share).0,
            Some((share, Side::Last)) => span::split(window, share).1,
        };
        self.place(self.measure(metric), window, None)
    }

    /// Priced interactions over all.
    fn use_of_money(&self) -> Asks {
        let currency = currency::of(self.bet, &self.roadmap.policy);
        Asks::Sums {
            numerator: vec![currency::priced(currency)],
            denominator: vec![currency::interactions()],
        }
    }

    fn measure(&self, metric: &Metric) -> Asks {
        let currency = currency::of(self.bet, &self.roadmap.policy);
        measure(&metric.measure, currency)
    }

    /// Adds a request unless this bet has asked it before. Nothing is asked of an empty window.
    fn place(&mut self, measure: Asks, window: Window, among: Option<&str>) -> Option<Place> {
        let window = span::of_hours(window, self.now);
        if window.is_empty() {
            return None;
        }
        let bet = self.bet.id.value.clone();
        let request = Request { bet, measure, window, among: among.map(str::to_owned) };
        let known = self.requests[self.first..].iter().position(|known| *known == request);
        Some(known.map_or_else(
            || {
                self.requests.push(request);
                self.requests.len() - 1
            },
            |known| self.first + known,
        ))
    }
}

#[derive(Clone, Copy)]
enum Side {
    First,
    Last,
}

/// The measured criteria of the gate that a verdict rests on.
pub(crate) fn measured(bet: &Bet) -> impl Iterator<Item = &Measured> {
    let criteria = bet.graduation().map_or(&[][..], |gate| gate.criteria.as_slice());
    criteria.iter().filter_map(|criterion| match criterion {
        Criterion::Measured(measured) => Some(measured),
        Criterion::Attested(_) => None,
    })
}

fn uses() -> Asks {
    Asks::Sums { numerator: vec![currency::uses()], denominator: vec![currency::uses()] }
}

/// What a metric needs from the store.
fn measure(measure: &Measure, currency: &str) -> Asks {
    let within = |tally| currency::within(tally, currency);
    match measure {
        Measure::Rate { numerator, denominator, .. }
        | Measure::Ratio { numerator, denominator, .. } => Asks::Sums {
            numerator: numerator.iter().map(within).collect(),
            denominator: denominator.iter().map(within).collect(),
        },
        Measure::Quantile { of, .. } => Asks::Values { tally: within(of) },
        Measure::CalibrationError { of, bins } => {
            Asks::Calibration { tally: within(of), bins: *bins }
        }
        // Both sums are the same: a unit is then listed exactly if it has such a row.
        Measure::Count { of } | Measure::Units { of } | Measure::TopDecileShare { of } => {
            Asks::Sums { numerator: vec![within(of)], denominator: vec![within(of)] }
        }
    }
}
