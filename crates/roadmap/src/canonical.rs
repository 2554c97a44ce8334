//! Digests: the same meaning gives the same digest, in whatever order and words it was written.

use std::fmt::Write;

use trueup_evidence::{Condition, Tally, Test};

use crate::gate::{Bound, Criterion, Measured};
use crate::metric::{Distribution, Measure, Metric};
use crate::note::{Note, Subject};
use crate::source::Source;

/// Digits of a digest that people compare by eye.
const SHORT: usize = 8;
/// Digits of a digest that machines compare.
const LONG: usize = 16;

fn hashed(text: &[u8], digits: usize) -> String {
    format!("b3:{}", &blake3::hash(text).to_hex()[..digits])
}

/// The digest of paths and texts, in whatever order they come.
#[must_use]
pub fn digest(sources: &[Source]) -> String {
    let mut sources: Vec<&Source> = sources.iter().collect();
    sources.sort_by(|a, b| (&a.path, &a.text).cmp(&(&b.path, &b.text)));
    let mut text = Vec::new();
    for Source { path, text: own } in sources {
        // Lengths, so that no text can pass for a path.
        text.extend_from_slice(&(path.len() as u64).to_le_bytes());
        text.extend_from_slice(path.as_bytes());
        text.extend_from_slice(&(own.len() as u64).to_le_bytes());
        text.extend_from_slice(own.as_bytes());
    }
    hashed(&text, LONG)
}

/// The digest of what is measured; title and definition are for people and may be reworded.
pub(crate) fn metric_digest(metric: &Metric) -> String {
    let text = format!(
        "per {:?}\nunit {:?}\nwindow {}\n{}",
        metric.per,
        metric.unit,
        metric.window_hours,
        measure(&metric.measure)
    );
    hashed(text.as_bytes(), SHORT)
}

/// The digest of what a note says. What is done later is left out: actions that are ticked off, a day
/// that is put off, lints that are allowed.
pub(crate) fn note_digest(note: &Note) -> String {
    let by: Vec<&str> = note.by.iter().map(|person| person.value.as_str()).collect();
    let about: Vec<&Subject> = note.about.iter().map(|subject| &subject.value).collect();
    let decision = note.decision.as_ref().map(|decision| decision.value);
    let text = format!(
        "{:?} {:?} {} {decision:?}\n{by:?} {about:?}\n{:?} {:?} {:?}\n{}",
        note.kind.value,
        note.predicts,
        note.on.value,
        note.works,
        note.breaks,
        note.data_needed,
        note.body.trim().replace('\r', "")
    );
    hashed(text.as_bytes(), LONG)
}

/// The digest of criteria. Who vouched for readiness, where and when is left out: that is how a gate
/// is passed, not how it is moved.
pub(crate) fn gate_digest(criteria: &[Criterion]) -> String {
    hashed(sorted(criteria.iter().map(criterion)).as_bytes(), SHORT)
}

fn sorted(lines: impl Iterator<Item = String>) -> String {
    let mut lines: Vec<String> = lines.collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// One criterion in the one spelling that counts.
pub(crate) fn criterion(criterion: &Criterion) -> String {
    match criterion {
        Criterion::Attested(attested) => format!("attest {:?}", attested.attest.value),
        Criterion::Measured(measured) => measured_line(measured),
    }
}

fn measured_line(measured: &Measured) -> String {
    let bound = match measured.bound {
        Bound::AtLeast(low) => format!("{low}.."),
        Bound::AtMost(high) => format!("..{high}"),
        Bound::Between(low, high) => format!("{low}..{high}"),
    };
    let role = measured.role.name();
    let line = format!(
        "metric {:?} {bound} {role} among {:?} windows {} every {:?}",
        measured.metric.value, measured.among, measured.windows, measured.every_days
    );
    match &measured.versus {
        Some(versus) => format!("{line} versus {} arm {:?}", versus.name(), measured.arm),
        None => line,
    }
}

fn measure(measure: &Measure) -> String {
    match measure {
        Measure::Rate { numerator, minus, denominator, range } => {
            format!("rate {}{}", fraction(numerator, denominator, *range), taken_off(minus))
        }
        Measure::Ratio { numerator, minus, denominator, range } => {
            format!("ratio {}{}", fraction(numerator, denominator, *range), taken_off(minus))
        }
        Measure::Perplexity { numerator, denominator } => {
            format!("perplexity {}", fraction(numerator, denominator, (1.0, f64::INFINITY)))
        }
        Measure::Quantile { of, q } => format!("quantile {q} {}", tally(of)),
        Measure::CalibrationError { of, bins } => format!("calibration-error {bins} {}", tally(of)),
        Measure::Miscalibration { of, bins } => format!("miscalibration {bins} {}", tally(of)),
        Measure::Auc { of, bins } => format!("auc {bins} {}", tally(of)),
        Measure::Count { of } => format!("count {}", tally(of)),
        Measure::Units { of } => format!("units {}", tally(of)),
        Measure::TopDecileShare { of } => format!("top-decile-share {}", tally(of)),
        Measure::Adoption { of } => format!("adoption {}", tally(of)),
        Measure::Drift { of, statistic, reference_days } => {
            format!("drift {} {reference_days} {}", statistic.name(), distribution(of))
        }
        Measure::Retention { of, after_days, gap_days } => {
            format!("retention {after_days} {gap_days} {}", tally(of))
        }
        Measure::Novelty { numerator, denominator, burn_in_days } => {
            let whole = (f64::NEG_INFINITY, f64::INFINITY);
            format!("novelty {burn_in_days} {}", fraction(numerator, denominator, whole))
        }
        Measure::Agreement { judge, person, statistic } => {
            format!("agreement {} {}\nand\n{}", statistic.name(), tally(judge), tally(person))
        }
        Measure::JudgedMean { judge, person, range } => {
            let (low, high) = *range;
            format!("judged-mean {low}..{high} {}\nand\n{}", tally(judge), tally(person))
        }
    }
}

/// Nothing where nothing is taken off, as before there was such a key.
fn taken_off(minus: &[Tally]) -> String {
    if minus.is_empty() {
        return String::new();
    }
    format!("\nminus\n{}", sorted(minus.iter().map(tally)))
}

fn distribution(of: &Distribution) -> String {
    match of {
        Distribution::Numbers(of) => tally(of),
        Distribution::Classes(of, by) => format!("{} by {}", tally(of), by.name),
    }
}

fn fraction(numerator: &[Tally], denominator: &[Tally], range: (f64, f64)) -> String {
    let sum = |tallies: &[Tally]| sorted(tallies.iter().map(tally));
    format!("{}..{}\n{}\nover\n{}", range.0, range.1, sum(numerator), sum(denominator))
}

fn tally(tally: &Tally) -> String {
    let sum = tally.sum.map_or("rows", |field| field.name);
    let conditions = sorted(tally.conditions.iter().map(condition));
    format!("{} of {} where {}", sum, tally.table.name(), conditions.replace('\n', " and "))
}

fn condition(condition: &Condition) -> String {
    let mut text = condition.field.name.to_owned();
    let written = match &condition.test {
        Test::In(texts) => write!(text, " in {:?}", ordered(texts)),
        Test::NotIn(texts) => write!(text, " not in {:?}", ordered(texts)),
        Test::Present => write!(text, " present"),
        Test::Absent => write!(text, " absent"),
        Test::Between { at_least, at_most } => write!(text, " in {at_least:?}..{at_most:?}"),
        Test::SameAs(other) => write!(text, " same as {}", other.name),
    };
    written.expect("a text takes whatever is written to it");
    text
}

fn ordered(texts: &[String]) -> Vec<&String> {
    let mut texts: Vec<&String> = texts.iter().collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}
