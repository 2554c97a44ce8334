//! The standard metrics: text in the language that a team's own are written in.

use std::sync::LazyLock;

use crate::decode::{self, metric::metric};
use crate::metric::Metric;
use crate::source::Source;

macro_rules! texts {
    ($($name:literal)*) => {
        const TEXTS: &[(&str, &str)] =
            &[$((concat!("metrics/", $name, ".toml"), include_str!(concat!("../metrics/", $name, ".toml")))),*];
    };
}

texts! {
    "acceptance" "rejection" "override_rate" "edit_distance" "survival"
    "time_to_decision" "time_to_decision_p90" "time_to_value" "task_completion"
    "precision" "recall" "f1" "accuracy" "auc" "log_loss" "perplexity" "quality"
    "calibration_error" "miscalibration" "brier"
    "confidence_drift" "input_drift" "outcome_drift"
    "catch_rate" "over_reliance" "under_reliance" "explained" "explanation_opened"
    "judge_agreement" "csat" "nps"
    "adoption" "active_users" "interactions" "concentration" "retention" "novelty"
    "revenue_per_interaction" "value_per_cost"
    "cost_per_interaction" "cost_per_accepted"
    "latency_p50" "latency_p95" "error_rate"
}

static METRICS: LazyLock<Vec<Metric>> = LazyLock::new(|| {
    sources()
        .iter()
        .filter_map(|source| decode::file(source, metric).entity)
        .map(built_in)
        .collect()
});

/// The metrics that every roadmap has, in the order of a table of contents.
#[must_use]
pub fn standard_metrics() -> &'static [Metric] {
    &METRICS
}

/// The text that a standard metric is written in.
#[must_use]
pub fn standard_text(id: &str) -> Option<&'static str> {
    let path = format!("metrics/{id}.toml");
    TEXTS.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

fn built_in(metric: Metric) -> Metric {
    Metric { standard: true, ..metric }
}

fn sources() -> Vec<Source> {
    let source =
        |(path, text): &(&str, &str)| Source { path: (*path).to_owned(), text: (*text).to_owned() };
    TEXTS.iter().map(source).collect()
}
