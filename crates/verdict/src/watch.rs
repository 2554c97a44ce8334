//! Metrics that a bet watches: shown beside its criteria, they decide nothing.

use trueup_roadmap::Metric;

use crate::criterion::{counts, summary_reading};
use crate::currency;
use crate::estimate::{Found, estimate, shape};
use crate::facts::Ground;
use crate::plan::Places;
use crate::report::{CriterionReport, State};

/// Reads one watched metric off the answer.
pub(crate) fn watched(ground: &Ground, metric: &Metric, places: &Places) -> CriterionReport {
    let answers = ground.answers(places);
    let setting = ground.setting(ground.window.to);
    let found = match &answers {
        Some(answers) => estimate(metric, answers, setting),
        None => Found::Nothing,
    };
    let (state, text) = match &found {
        Found::Measured(..) => (State::Watched, String::new()),
        Found::Nothing => {
            (State::NoData, format!("nothing counts towards `{}` yet", metric.id.value))
        }
        Found::Unusable(why) => (State::Invalid, why.clone()),
    };
    let blank = CriterionReport::empty(metric.id.value.clone(), metric.title.clone(), state, text);
    CriterionReport {
        role: "watch".to_owned(),
        measured_in: currency::unit(metric, ground.currency),
        per: metric.per.clone(),
        counts: counts(metric),
        remark: found.remark(),
        shape: answers.and_then(|answers| shape(metric, &answers, setting, ground.currency)),
        ..summary_reading(found.measurement(), blank)
    }
}
