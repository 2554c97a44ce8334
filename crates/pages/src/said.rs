//! Words and marks that templates write for what is no text: severities, states, numbers with their unit and n.

use jiff::civil::Date;
use trueup_roadmap::metric::Better;
use trueup_roadmap::{Severity, code_name};
use trueup_verdict::number;
use trueup_verdict::report::{CriterionReport, State};

use crate::link;

/// As in an address and a class: `deny`.
pub(crate) fn severity(severity: &Severity) -> &'static str {
    match severity {
        Severity::Deny => "deny",
        Severity::Warn => "warn",
        Severity::Note => "note",
    }
}

/// As people read it: "error".
pub(crate) fn severity_word(severity: &Severity) -> &'static str {
    match severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
        Severity::Note => "note",
    }
}

/// A lint with what it is called: `P02 moved goalposts`.
pub(crate) fn lint(code: &str) -> String {
    let name = code_name(code).map(|name| format!(" {}", name.replace('-', " ")));
    format!("{code}{}", name.unwrap_or_default())
}

/// A shape for it.
pub(crate) fn severity_sign(severity: &Severity) -> &'static str {
    match severity {
        Severity::Deny => "✗",
        Severity::Warn => "▲",
        Severity::Note => "·",
    }
}

/// Which way is better, with an arrow.
pub(crate) fn better(better: &Better) -> &'static str {
    match better {
        Better::Up => "↑ more",
        Better::Down => "↓ less",
        Better::Neither => "neither",
    }
}

/// A shape for what the evidence says.
pub(crate) fn state_sign(state: &State) -> &'static str {
    match state {
        State::Met => "✓",
        State::Refuted => "✗",
        State::Undecided => "…",
        State::NoData => "○",
        State::Invalid => "!",
        State::Watched => "·",
    }
}

/// As in a class: `no-data`.
pub(crate) fn state(state: &State) -> String {
    state.spoken().replace(' ', "-")
}

/// A number in its unit: `48.1 %`.
pub(crate) fn value(value: &f64, unit: &str) -> String {
    number::value(*value, unit)
}

/// An estimate in its unit, or that it is not known.
pub(crate) fn estimate(row: &CriterionReport) -> String {
    row.estimate.map_or("unknown".to_owned(), |value| number::value(value, &row.measured_in))
}

/// Its interval, where it has one.
pub(crate) fn interval(row: &CriterionReport) -> String {
    match (row.low, row.high) {
        (None, None) => String::new(),
        (low, high) => number::interval(low, high, &row.measured_in),
    }
}

/// What the criterion asks, where it asks something.
pub(crate) fn threshold(row: &CriterionReport) -> String {
    let limit = |value: f64| number::limit(value, &row.measured_in);
    match (row.threshold.at_least, row.threshold.at_most) {
        (Some(low), Some(high)) => format!("{} to {}", limit(low), limit(high)),
        (Some(low), None) => format!("at least {}", limit(low)),
        (None, Some(high)) => format!("at most {}", limit(high)),
        (None, None) => String::new(),
    }
}

/// What a number rests on: `n = 4,813 from 120 people`; nothing where nothing was counted.
pub(crate) fn sample(row: &CriterionReport) -> String {
    let counted = row.n.zip(row.units);
    counted.map(|(n, units)| sampled(n, units, &row.per)).unwrap_or_default()
}

/// Events in the denominator, and those who caused them.
pub(crate) fn sampled(n: u64, units: u64, per: &str) -> String {
    format!("n = {} from {}", number::count(n), number::units(units, per))
}

/// What is left until a day: `28 days left`, `ends today`, `16 days overdue`.
pub(crate) fn days_left(today: Date, until: Date) -> String {
    let left = (until - today).get_days();
    let days = number::counted(u64::from(left.unsigned_abs()), "day", "days");
    match left {
        0 => "ends today".to_owned(),
        left if left > 0 => format!("{days} left"),
        _ => format!("{days} overdue"),
    }
}

/// How many units of inference: `312 people`.
pub(crate) fn units(row: &CriterionReport) -> String {
    row.units.map(|units| number::units(units, &row.per)).unwrap_or_default()
}

/// How many events.
pub(crate) fn events(row: &CriterionReport) -> String {
    row.n.map(number::count).unwrap_or_default()
}

/// A whole number with its thousands apart.
pub(crate) fn count(count: &u64) -> String {
    number::count(*count)
}

/// A share in percent, or that it is not known.
pub(crate) fn percent(share: &Option<f64>) -> String {
    share.map_or("unknown".to_owned(), |share| format!("{:.0} %", share * 100.0))
}

/// A share in percent.
pub(crate) fn share(share: &f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A chance: `70 %`, `under 1 %`.
pub(crate) fn chance(chance: &f64) -> String {
    number::chance(*chance)
}

/// Work in weeks, to a tenth.
pub(crate) fn weeks(weeks: &f64) -> String {
    format!("{weeks:.1}")
}

/// What a gauge shows of a share that may be above all.
pub(crate) fn gauge(share: &f64) -> f64 {
    share.clamp(0.0, 1.0)
}

/// Money, or that it is not known: never zero.
pub(crate) fn known(amount: &Option<f64>, currency: &str) -> String {
    amount.map_or("unknown".to_owned(), |amount| number::value(amount, currency))
}

/// A limit that somebody set, in its unit.
pub(crate) fn limit(value: &f64, unit: &str) -> String {
    number::limit(*value, unit)
}

/// A number without a unit.
pub(crate) fn plain(value: &f64) -> String {
    number::value(*value, "")
}

/// A text with a capital first.
pub(crate) fn heading(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A text as one part of an address.
pub(crate) fn part(text: &str) -> String {
    link::part(text)
}
