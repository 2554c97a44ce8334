//! Metrics that a bet watches: shown beside its criteria, they decide nothing.

use trueup_roadmap::Metric;

use crate::criterion::{empty, summary_reading};
use crate::currency;
use crate::estimate::{Found, estimate};
use crate::facts::Ground;
use crate::plan::Place;
use crate::report::{CriterionReport, State};

/// Reads one watched metric off the answer.
pub(crate) fn watched(ground: &Ground, metric: &Metric, place: Option<Place>) -> CriterionReport {
    let found = match ground.summary(place) {
        Some(summary) => estimate(metric, summary, ground.looks),
        None => Found::Nothing,
    };
    let (state, text) = match &found {
        Found::Measured(_) => (State::Watched, String::new()),
        Found::Nothing => {
            (State::NoData, format!("nothing counts towards `{}` yet", metric.id.value))
        }
        Found::Unusable(why) => (State::Invalid, why.clone()),
    };
    let blank = empty(metric.id.value.clone(), metric.title.clone(), state, text);
    CriterionReport {
        role: "watch".to_owned(),
        measured_in: currency::unit(metric, ground.currency),
        per: metric.per.clone(),
        ..summary_reading(found.measurement(), blank)
    }
}
