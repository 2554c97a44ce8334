//! `trueup metrics`: what each metric is, over what, in what unit, and when it counts.

use std::fmt::Write;

use anyhow::{Result, bail};
use serde_json::json;
use trueup_roadmap::Metric;
use trueup_roadmap::metric::{Measure, MetricSide, describe};

use super::Said;
use crate::args::{Metrics, TextOrJson};
use crate::folder;

const SIDES: [(MetricSide, &str); 6] = [
    (MetricSide::Product, "Product"),
    (MetricSide::Business, "Business"),
    (MetricSide::Trust, "Trust"),
    (MetricSide::Model, "Model"),
    (MetricSide::Cost, "Cost"),
    (MetricSide::Ops, "Operations"),
];

pub fn run(args: &Metrics) -> Result<Said> {
    let metrics = known(args)?;
    let chosen: Vec<&Metric> = match &args.metric {
        None => metrics.iter().collect(),
        Some(id) => vec![named(&metrics, id)?],
    };
    let text = match (args.format, &args.metric) {
        (TextOrJson::Json, _) => as_json(&chosen),
        (TextOrJson::Text, Some(_)) => chosen.iter().map(|metric| in_full(metric)).collect(),
        (TextOrJson::Text, None) => by_side(&chosen),
    };
    Ok(Said::good(text))
}

/// The standard metrics and, where there is a roadmap, the team's own.
fn known(args: &Metrics) -> Result<Vec<Metric>> {
    let standard = || trueup_roadmap::standard_metrics().to_vec();
    if args.roadmap.roadmap.is_none() && folder::locate(None).is_err() {
        return Ok(standard());
    }
    let sources = folder::read(&folder::locate(args.roadmap.roadmap.as_deref())?)?;
    Ok(trueup_roadmap::parse(&sources).roadmap.metrics)
}

fn named<'a>(metrics: &'a [Metric], id: &str) -> Result<&'a Metric> {
    if let Some(metric) = metrics.iter().find(|metric| metric.id.value == id) {
        return Ok(metric);
    }
    let ids = metrics.iter().map(|metric| metric.id.value.as_str());
    match trueup_roadmap::nearest(id, ids) {
        Some(nearest) => bail!("no metric `{id}`; did you mean `{nearest}`?"),
        None => bail!("no metric `{id}`; `trueup metrics` lists all of them"),
    }
}

fn by_side(metrics: &[&Metric]) -> String {
    let mut text = String::new();
    for (side, title) in SIDES {
        let mine: Vec<_> = metrics.iter().filter(|metric| metric.side == side).collect();
        if mine.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{title}");
        for metric in mine {
            let _ = writeln!(text, "  {}: {}", metric.id.value, metric.title);
            for line in wrapped(&metric.definition, 74) {
                let _ = writeln!(text, "      {line}");
            }
            let _ = writeln!(text, "      {}", facts(metric));
        }
        text.push('\n');
    }
    text.push_str("`trueup metrics NAME` shows numerator, denominator and method.\n");
    text
}

fn facts(metric: &Metric) -> String {
    let own = if metric.standard { "" } else { " · your own" };
    format!("in {} · per {} · counts after {}{own}", metric.unit, metric.per, window(metric))
}

fn window(metric: &Metric) -> String {
    match metric.window_hours {
        hours if hours <= 0.0 => "no wait".to_owned(),
        hours if hours % 24.0 == 0.0 => format!("{} d", hours / 24.0),
        hours => format!("{hours} h"),
    }
}

fn in_full(metric: &Metric) -> String {
    let mut text = format!("{}: {}\n", metric.id.value, metric.title);
    for line in wrapped(&metric.definition, 78) {
        let _ = writeln!(text, "  {line}");
    }
    for (name, value) in computed(&metric.measure) {
        let _ = writeln!(text, "  {name:<12} {value}");
    }
    let _ = writeln!(text, "  {:<12} {}", "unit", metric.unit);
    let _ = writeln!(text, "  {:<12} {} (the unit of inference)", "per", metric.per);
    let _ = writeln!(text, "  {:<12} {}", "counts after", window(metric));
    let _ = writeln!(text, "  {:<12} {}", "digest", metric.digest);
    text
}

/// The parts of a definition, each with its name.
fn computed(measure: &Measure) -> Vec<(&'static str, String)> {
    let one = std::slice::from_ref;
    let mut parts = vec![("kind", kind(measure))];
    match measure {
        Measure::Rate { numerator, minus, denominator, .. }
        | Measure::Ratio { numerator, minus, denominator, .. } => {
            parts.push(("numerator", describe(numerator)));
            if !minus.is_empty() {
                parts.push(("minus", describe(minus)));
            }
            parts.push(("denominator", describe(denominator)));
        }
        Measure::Perplexity { numerator, denominator }
        | Measure::Novelty { numerator, denominator, .. } => {
            parts.push(("numerator", describe(numerator)));
            parts.push(("denominator", describe(denominator)));
        }
        Measure::Agreement { judge, person, .. } | Measure::JudgedMean { judge, person, .. } => {
            parts.push(("judge", describe(one(judge))));
            parts.push(("person", describe(one(person))));
        }
        _ => parts.push(("of", measure.in_words())),
    }
    parts
}

fn kind(measure: &Measure) -> String {
    match measure {
        Measure::Rate { .. } => "mean over units of numerator ÷ denominator".to_owned(),
        Measure::Ratio { .. } => "sum of numerators ÷ sum of denominators".to_owned(),
        Measure::Perplexity { .. } => "exp(-(sum of numerators ÷ sum of denominators))".to_owned(),
        Measure::Quantile { q, .. } => format!("the {} % quantile", q * 100.0),
        Measure::CalibrationError { bins, .. } => {
            format!("expected calibration error over {bins} bins of equal width")
        }
        Measure::Miscalibration { bins, .. } => format!(
            "calibration error over {bins} bins of equal mass, beyond that of a faultless model"
        ),
        Measure::Auc { bins, .. } => {
            format!("area under the ROC curve; confidence is told apart in {bins} steps")
        }
        Measure::Count { .. } => "count".to_owned(),
        Measure::Units { .. } => "different units".to_owned(),
        Measure::TopDecileShare { .. } => {
            "share that belongs to the most active tenth of units".to_owned()
        }
        Measure::Adoption { .. } => "different units ÷ those in the bet's `[eligible]`".to_owned(),
        Measure::Drift { statistic, reference_days, .. } => format!(
            "{statistic} against the first {reference_days} days of the time-box, beyond chance"
        ),
        Measure::Retention { after_days, gap_days, .. } => format!(
            "share of units still there after {after_days} days (Kaplan-Meier); gone after {gap_days} \
             days without"
        ),
        Measure::Novelty { burn_in_days, .. } => format!(
            "slope a day of a unit's own numerator ÷ denominator since its first day, {burn_in_days} \
             days left out"
        ),
        Measure::Agreement { statistic, .. } => {
            format!("agreement on the same target: {statistic}")
        }
        Measure::JudgedMean { .. } => {
            "mean of the judge's marks, corrected by persons' (prediction-powered)".to_owned()
        }
    }
}

fn as_json(metrics: &[&Metric]) -> String {
    let list: Vec<_> = metrics
        .iter()
        .map(|metric| {
            let parts: serde_json::Map<String, serde_json::Value> = computed(&metric.measure)
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect();
            json!({
                "id": metric.id.value,
                "title": metric.title,
                "definition": metric.definition,
                "unit": metric.unit,
                "per": metric.per,
                "window_hours": metric.window_hours,
                "measure": parts,
                "digest": metric.digest,
                "standard": metric.standard,
            })
        })
        .collect();
    serde_json::to_string_pretty(&list).expect("texts and numbers are JSON") + "\n"
}

/// Breaks text at spaces into lines of at most `width` characters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
