//! F03 for criteria that are well formed and still make no sense: thresholds that can never be
//! reached, budgets that are not money, money in another currency.

use std::collections::BTreeMap;

use crate::bet::Bet;
use crate::diagnostic::Diagnostic;
use crate::gate::{Bound, Criterion, Measured, Role};
use crate::metric::{self, Metric};
use crate::name::shown;
use crate::roadmap::Roadmap;
use crate::source::{Place, Spanned};

/// Where each bound of a criterion is written, by file and first byte.
pub(crate) struct Bounds(BTreeMap<(String, usize), Spanned<f64>>);

impl Bounds {
    pub(crate) fn new(bounds: Vec<Spanned<f64>>) -> Bounds {
        let key = |bound: &Spanned<f64>| (bound.place.path.clone(), bound.place.span.start);
        Bounds(bounds.into_iter().map(|bound| (key(&bound), bound)).collect())
    }

    /// Finds the number within a criterion.
    fn within(&self, criterion: &Place, value: f64) -> Option<&Place> {
        let key = |at: usize| (criterion.path.clone(), at);
        let inside = self.0.range(key(criterion.span.start)..key(criterion.span.end));
        let same = |bound: &&Spanned<f64>| bound.value.total_cmp(&value).is_eq();
        inside.map(|(_, bound)| bound).find(same).map(|bound| &bound.place)
    }
}

/// The metrics by name.
type Metrics<'a> = BTreeMap<&'a str, &'a Metric>;

pub(crate) fn check(roadmap: &Roadmap, bounds: &Bounds) -> Vec<Diagnostic> {
    let metrics: Metrics<'_> =
        roadmap.metrics.iter().map(|metric| (metric.id.value.as_str(), metric)).collect();
    let mut found = Vec::new();
    for outcome in &roadmap.outcomes {
        steps(&metrics, &outcome.metric, &[outcome.from, outcome.to], &mut found);
        for key_result in &outcome.key_results {
            let values = [key_result.from, key_result.to];
            steps(&metrics, &key_result.metric, &values, &mut found);
        }
    }
    for bet in &roadmap.bets {
        for criterion in bet.gates.iter().flat_map(|gate| &gate.criteria) {
            if let Criterion::Measured(measured) = criterion
                && let Some(metric) = metrics.get(measured.metric.value.as_str())
            {
                found.extend(impossible(metric, measured, bounds));
                found.extend(money(roadmap, bet, metric, measured));
            }
        }
        let baseline = bet.baseline.as_ref();
        if let Some((metric, value)) = baseline.and_then(|b| b.metric.as_ref().zip(b.value)) {
            steps(&metrics, metric, &[value], &mut found);
        }
    }
    found
}

/// Values that a metric is said to have or to get.
fn steps(metrics: &Metrics<'_>, id: &Spanned<String>, values: &[f64], found: &mut Vec<Diagnostic>) {
    let Some(metric) = metrics.get(id.value.as_str()) else { return };
    for value in values {
        if !inside(metric, *value) {
            found.push(never(metric, *value, &id.place, "can never be reached"));
        }
    }
}

fn inside(metric: &Metric, value: f64) -> bool {
    let (low, high) = metric.measure.range();
    low <= value && value <= high
}

fn impossible(metric: &Metric, of: &Measured, bounds: &Bounds) -> Option<Diagnostic> {
    let (low, high) = metric.measure.range();
    let problem = match of.bound {
        Bound::AtLeast(value) if value > high => Some((value, "can never be reached")),
        Bound::AtLeast(value) if value < low => Some((value, "is always reached")),
        Bound::AtMost(value) if value < low => Some((value, "can never be reached")),
        Bound::AtMost(value) if value > high => Some((value, "is never exceeded")),
        Bound::Between(from, _) if from > high => Some((from, "can never be reached")),
        Bound::Between(_, to) if to < low => Some((to, "can never be reached")),
        Bound::Between(from, _) if from < low => Some((from, "is always reached")),
        Bound::Between(_, to) if to > high => Some((to, "is never exceeded")),
        _ => None,
    };
    let (value, why) = problem?;
    let written = bounds.within(&of.place, value);
    let diagnostic = never(metric, value, written.unwrap_or(&of.place), why);
    let patch = written.and_then(|_| meant(metric, value)).map(|meant| meant.to_string());
    Some(Diagnostic { patch, ..diagnostic })
}

/// "`acceptance` lies between 0 and 1; 55 can never be reached; did you mean 0.55?"
fn never(metric: &Metric, value: f64, place: &Place, why: &str) -> Diagnostic {
    let limits = metric::limits(metric.measure.range());
    let message = format!("`{}` lies {limits}; {value} {why}", metric.id.value);
    let message = match meant(metric, value) {
        Some(meant) => format!("{message}; did you mean {meant}?"),
        None => message,
    };
    Diagnostic::deny("F03", place.clone(), message)
}

/// The share, where a percentage was written.
fn meant(metric: &Metric, value: f64) -> Option<f64> {
    let hundredth = value / 100.0;
    (value > 1.0 && inside(metric, hundredth)).then_some(hundredth)
}

fn money(roadmap: &Roadmap, bet: &Bet, metric: &Metric, of: &Measured) -> Option<Diagnostic> {
    let id = &metric.id.value;
    let Some(currency) = metric::currency(&metric.unit) else {
        let message =
            format!("`{id}` is measured in `{}`, which is not money", shown(&metric.unit));
        let help = Some("a budget limits money; for other limits use `guardrail`".to_owned());
        let diagnostic = Diagnostic::deny("F03", of.place.clone(), message);
        return (of.role == Role::Budget).then_some(Diagnostic { help, ..diagnostic });
    };
    let own = bet.cost.as_ref().and_then(|cost| cost.currency.as_deref());
    let own = own.unwrap_or(&roadmap.policy.currency);
    if currency == "money" || currency == own {
        return None;
    }
    let message = format!("`{id}` is in {currency} and this bet in {own}; nothing is converted");
    let help = Some("measure in `money`, or set `currency` under `[cost]`".to_owned());
    Some(Diagnostic { help, ..Diagnostic::deny("F03", of.place.clone(), message) })
}
