//! What must be asked of the store: each bet's criteria, and what the reasons look at.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use trueup_evidence::{Measure as Asks, Plan, Request, Window};
use trueup_roadmap::bet::Stage;
use trueup_roadmap::bet::experiment::Experiment;
use trueup_roadmap::gate::{Measured, Versus};
use trueup_roadmap::{Bet, Criterion, Metric, Roadmap, Spanned};

use crate::needs::{Need, has_weeks, in_arm, needs};
use crate::question::Question;
use crate::reason::drift;
use crate::{comparison, control, currency, dashboard, premium, span};

/// How far a criterion is shown week by week.
const WEEKS: u32 = 12;
const WEEK_DAYS: u32 = 7;

/// The plan, and which of its requests serves which purpose.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub plan: Plan,
    pub(crate) bets: BTreeMap<String, AskedOfBet>,
}

/// The place of a request in the plan, and so of its summary in the answer.
pub(crate) type Place = usize;

/// The places of all that a metric needs, in the order of [`needs`]. Empty where no moment has come or
/// matured that one of them is about.
pub(crate) type Places = Vec<Place>;

/// What is asked about one bet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AskedOfBet {
    pub window: Window,
    /// One for each measured criterion of the gate, in its order.
    pub criteria: Vec<AskedCriterion>,
    /// One for each watched metric, in their order.
    pub watched: Vec<Places>,
    pub signals: AskedSignals,
    /// What else stands on the dashboard, if that was asked for: a metric's id and its places.
    pub dashboard: Vec<(String, Places)>,
    pub experiment: Option<AskedExperiment>,
}

/// What is asked about one criterion.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AskedCriterion {
    pub whole: AskedValue,
    /// Priced interactions over all, for a criterion about cost.
    pub priced: Option<Place>,
    /// The full windows there are, newest first.
    pub windows: Vec<(Window, AskedValue)>,
    /// Its last whole weeks, newest first, if the dashboard was asked for.
    pub weeks: Vec<(Window, AskedValue)>,
}

/// What is asked about a value, and about what it is compared with.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AskedValue {
    pub places: Places,
    /// The same of control, or of the days before.
    pub other: Option<Places>,
    /// The same of everybody in the days before, to compare people with themselves.
    pub earlier: Places,
}

/// What is asked about an experiment: for each arm its uses, and its part of every compared metric.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AskedExperiment {
    /// In the order of the arms.
    pub uses: Vec<Option<Place>>,
    /// A metric's id, its places for each arm, and what people did before.
    pub metrics: Vec<(String, Vec<Places>, Places)>,
}

/// What the reasons look at.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct AskedSignals {
    /// Priced interactions over all that have usage of their own.
    pub priced: Option<Place>,
    /// Uses: whole window, first half, second half.
    pub used: Option<Place>,
    pub used_halves: Option<(Place, Place)>,
    pub acceptance: Places,
    /// The time to a decision over the first and the last third.
    pub look_thirds: Option<(Places, Places)>,
    pub catch_rate: Places,
    pub override_rate: Places,
    /// How long the texts are, in tokens.
    pub tokens: Option<Place>,
    pub cost: Places,
    pub cost_halves: Option<(Places, Places)>,
    /// For each declared control that leaves steps: those steps over all decisions, of late.
    pub controls: Vec<(String, Place)>,
    pub concentration: Places,
    /// Metrics of drift, each with its places.
    pub drift: Vec<(String, Places)>,
    pub novelty: Places,
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
    dashboard: bool,
    requests: &'a mut Vec<Request>,
    /// Where this bet's requests begin; only these can be the same as another of it.
    first: Place,
}

impl<'a> Asking<'a> {
    fn new(question: &Question<'a>, bet: &'a Bet, requests: &'a mut Vec<Request>) -> Asking<'a> {
        let window = span::window(bet, question.now);
        let first = requests.len();
        let Question { roadmap, now, dashboard, .. } = *question;
        Asking { roadmap, bet, now, window, dashboard, requests, first }
    }

    fn bet(&mut self) -> AskedOfBet {
        let criteria = measured(self.bet).map(|criterion| self.criterion(criterion)).collect();
        let watched = self.bet.watch.iter().map(|id| self.watched(&id.value)).collect();
        let signals = self.signals();
        let experiment = self.bet.experiment.as_ref().map(|experiment| self.experiment(experiment));
        let dashboard = if self.dashboard { self.all_others() } else { Vec::new() };
        AskedOfBet { window: self.window, criteria, watched, signals, dashboard, experiment }
    }

    fn watched(&mut self, id: &str) -> Places {
        let metric = self.roadmap.metric(id);
        metric.map_or_else(Vec::new, |metric| self.metric(metric, self.window, None, None))
    }

    /// Every metric that is neither a criterion nor watched.
    fn all_others(&mut self) -> Vec<(String, Places)> {
        let shown = dashboard::others(self.roadmap, self.bet);
        let place = |metric: &Metric| {
            (metric.id.value.clone(), self.metric(metric, self.window, None, None))
        };
        shown.into_iter().map(place).collect()
    }

    /// Each arm's uses, and its part of each metric of the gate that arms can be compared by.
    fn experiment(&mut self, experiment: &Experiment) -> AskedExperiment {
        let arms: Vec<&str> = experiment.arms.iter().map(|arm| arm.name.value.as_str()).collect();
        let uses = |arm: &&str| self.place(in_arm(uses(), arm), self.window, None);
        let uses = arms.iter().map(uses).collect();
        let compared = comparison::metrics(self.roadmap, self.bet);
        let of_metric = |metric: &Metric| {
            let places = |arm: &&str| self.metric(metric, self.window, None, Some(arm));
            let of_arms = arms.iter().map(places).collect();
            (metric.id.value.clone(), of_arms, self.earlier(metric, experiment.adjust_days, None))
        };
        AskedExperiment { uses, metrics: compared.into_iter().map(of_metric).collect() }
    }

    fn criterion(&mut self, criterion: &Measured) -> AskedCriterion {
        let Some(metric) = self.roadmap.metric(&criterion.metric.value) else {
            // The text of such a bet is denied; there is nothing to ask.
            return AskedCriterion::default();
        };
        let among = criterion.among.as_deref();
        let window = span::matured(self.window, metric.window_hours);
        let priced = currency::is_about_cost(metric)
            .then(|| self.place(self.use_of_money(), window, among))
            .flatten();
        let whole = self.value(metric, criterion, self.window);
        let windows = self
            .full_windows(criterion, window)
            .into_iter()
            .map(|part| (part, self.value(metric, criterion, part)))
            .filter(|(_, value)| !value.places.is_empty())
            .collect();
        let weeks = if self.dashboard { self.weeks(metric, criterion) } else { Vec::new() };
        AskedCriterion { whole, priced, windows, weeks }
    }

    /// Weeks of whole days, so that the store has counted them, from the start of the time-box on.
    fn weeks(&mut self, metric: &Metric, criterion: &Measured) -> Vec<(Window, AskedValue)> {
        if !has_weeks(&metric.measure) {
            return Vec::new();
        }
        let matured = span::matured(self.window, metric.window_hours);
        let weeks =
            span::stretches(span::started(self.bet), span::midnight(matured.to), WEEKS, WEEK_DAYS);
        let weeks = weeks.into_iter().map(|week| (week, self.value(metric, criterion, week)));
        weeks.filter(|(_, value)| !value.places.is_empty()).collect()
    }

    /// The value of a criterion, and of what it is compared with.
    fn value(&mut self, metric: &Metric, criterion: &Measured, window: Window) -> AskedValue {
        let among = criterion.among.as_deref();
        let arm = comparison::arm(self.bet, criterion);
        let places = self.metric(metric, window, among, arm);
        let other = criterion.versus.map(|versus| match versus {
            Versus::Control => {
                let control =
                    self.bet.experiment.as_ref().map(|of_bet| of_bet.control.value.as_str());
                control.map_or_else(Vec::new, |control| {
                    self.metric(metric, window, among, Some(control))
                })
            }
            Versus::Before => {
                let length = window.from.duration_until(window.to);
                let before = span::before(span::started(self.bet), length);
                self.metric(metric, before, among, None)
            }
        });
        let adjust = self.bet.experiment.as_ref().and_then(|experiment| experiment.adjust_days);
        let adjust = adjust.filter(|_| criterion.versus == Some(Versus::Control));
        AskedValue { places, other, earlier: self.earlier(metric, adjust, among) }
    }

    /// What everybody did in so many days before the time-box, whatever arm they came into.
    fn earlier(&mut self, metric: &Metric, days: Option<u32>, among: Option<&str>) -> Places {
        let Some(days) = days.filter(|_| comparison::can_be_adjusted(metric)) else {
            return Vec::new();
        };
        let length = SignedDuration::from_hours(24 * i64::from(days));
        let before = span::before(span::started(self.bet), length);
        self.metric(metric, before, among, None)
    }

    /// All that a metric needs over a window; what is too young for it is left out.
    fn metric(
        &mut self,
        metric: &Metric,
        window: Window,
        among: Option<&str>,
        arm: Option<&str>,
    ) -> Places {
        let window = span::matured_at(window, metric.window_hours, self.now);
        let started = span::started(self.bet);
        let currency = currency::of(self.bet, &self.roadmap.policy);
        let place = |need: Need| {
            let stretch = need.over.of(window, started);
            // What has not come yet is not a stretch of its own.
            if stretch.to > window.to {
                return None;
            }
            let asks = match arm {
                Some(arm) => in_arm(need.asks, arm),
                None => need.asks,
            };
            self.place(asks, stretch, among)
        };
        let places: Option<Places> =
            needs(&metric.measure, currency).into_iter().map(place).collect();
        places.unwrap_or_default()
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
            signals.override_rate = self.named("override_rate", None);
            signals.tokens = tokens().and_then(|of| self.place(of, self.window, None));
            signals.look_thirds = self.in_two("time_to_decision", 1.0 / 3.0, 2.0 / 3.0);
        }
        if self.bet.cost.is_some() {
            signals.cost = self.named("cost_per_interaction", None);
            signals.cost_halves = self.in_two("cost_per_interaction", 0.5, 0.5);
            let (first, second) = span::split(self.window, 0.5);
            signals.used_halves =
                self.place(uses(), first, None).zip(self.place(uses(), second, None));
        }
        if matches!(self.bet.stage.value, Stage::Pilot | Stage::Live) {
            signals.controls = self.controls();
            signals.concentration = self.named("concentration", None);
            signals.drift =
                drift::metrics().map(|id| (id.to_owned(), self.named(id, None))).collect();
            if !signals.acceptance.is_empty() {
                signals.novelty = self.named("novelty", None);
            }
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
    fn named(&mut self, id: &str, part: Option<(f64, Side)>) -> Places {
        let Some(metric) = self.roadmap.metric(id) else { return Vec::new() };
        let window = span::matured(self.window, metric.window_hours);
        let window = match part {
            None => window,
            Some((share, Side::First)) => span::split(window, share).0,
            Some((share, Side::Last)) => span::split(window, share).1,
        };
        self.metric(metric, window, None, None)
    }

    /// A metric over both parts of the window, if there are both.
    fn in_two(&mut self, id: &str, first: f64, last: f64) -> Option<(Places, Places)> {
        let parts =
            (self.named(id, Some((first, Side::First))), self.named(id, Some((last, Side::Last))));
        (!parts.0.is_empty() && !parts.1.is_empty()).then_some(parts)
    }

    /// Priced interactions over all.
    fn use_of_money(&self) -> Asks {
        let currency = currency::of(self.bet, &self.roadmap.policy);
        Asks::Sums {
            numerator: vec![currency::priced(currency)],
            denominator: vec![currency::interactions()],
        }
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

/// How long the answers are that people are shown.
fn tokens() -> Option<Asks> {
    let tokens = trueup_evidence::Table::Interactions.field("tokens_out");
    Some(Asks::Values { tally: trueup_evidence::Tally { sum: Some(tokens?), ..currency::uses() } })
}
