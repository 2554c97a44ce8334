//! Shares as counts: `62 of 100` is read rightly by more people than `62 %` or `.62` (Gigerenzer &
//! Hoffrage 1995, Psychological Review 102:4).

use trueup_roadmap::Metric;
use trueup_roadmap::metric::Measure;

use crate::number;
use crate::report::CriterionReport;

/// The largest that a share is counted out of.
const MOST: f64 = 10_000.0;

/// How the numbers of one criterion are written: shares as counts out of one common number.
pub(super) struct Writing<'a> {
    unit: &'a str,
    /// `None` for what is no share of something.
    of: Option<f64>,
}

impl<'a> Writing<'a> {
    /// The smallest of 100, 1,000 and 10,000 that keeps the numbers apart that differ.
    pub(super) fn of(found: &'a CriterionReport, metric: &Metric) -> Writing<'a> {
        let bounds = [found.threshold.at_least, found.threshold.at_most];
        let seen = [found.estimate, found.low, found.high];
        let all = || bounds.into_iter().chain(seen).flatten();
        let is_share = found.measured_in == "share"
            && is_of_cases(metric)
            && found.compared.is_none()
            && all().all(|share| (0.0..=1.0).contains(&share));
        let tells_apart = |of: f64| {
            all().all(|share| is_told(share, of))
                && bounds.into_iter().flatten().all(|bound| {
                    let far = |share: f64| is_same(share, bound, 1.0) || !is_same(share, bound, of);
                    is_same(bound * of, rounded(bound, of), 1.0)
                        && seen.into_iter().flatten().all(far)
                })
        };
        let of = [100.0, 1000.0].into_iter().find(|of| tells_apart(*of)).unwrap_or(MOST);
        Writing { unit: &found.measured_in, of: is_share.then_some(of) }
    }

    /// `62 of 100`, or the value in its unit.
    pub(super) fn value(&self, value: f64) -> String {
        match self.of {
            Some(of) => {
                format!("{} of {}", number::value(rounded(value, of), ""), number::value(of, ""))
            }
            None => self.each(number::value(value, self.unit)),
        }
    }

    /// A bound that a person set.
    pub(super) fn bound(&self, bound: f64) -> String {
        match self.of {
            Some(_) => self.value(bound),
            None => self.each(number::limit(bound, self.unit)),
        }
    }

    /// `at least 55 of 100`.
    pub(super) fn bounds(&self, found: &CriterionReport) -> String {
        match (found.threshold.at_least, found.threshold.at_most) {
            (Some(least), Some(most)) => {
                format!("between {} and {}", self.bound(least), self.bound(most))
            }
            (Some(least), None) => format!("at least {}", self.bound(least)),
            (None, Some(most)) => format!("at most {}", self.bound(most)),
            (None, None) => "nothing".to_owned(),
        }
    }

    /// `from 58 to 66 of 100`; what is not bounded is said to be so.
    pub(super) fn range(&self, low: Option<f64>, high: Option<f64>) -> String {
        match (low, high, self.of) {
            (Some(low), Some(high), Some(of)) => {
                format!("from {} to {}", number::value(rounded(low, of), ""), self.value(high))
            }
            (Some(low), Some(high), None) => {
                let interval = number::interval(Some(low), Some(high), self.unit);
                format!("from {}", self.each(interval))
            }
            (Some(low), None, _) => format!("from {} up, with no upper end", self.value(low)),
            (None, Some(high), _) => format!("up to {}, with no lower end", self.value(high)),
            (None, None, _) => "anywhere".to_owned(),
        }
    }

    /// What an amount of money is for stands in its unit: `0.0123 USD per interaction`.
    fn each(&self, value: String) -> String {
        match self.unit.split_once('/') {
            Some((_, per)) if !value.contains('/') && value != "unknown" => {
                format!("{value} per {per}")
            }
            _ => value,
        }
    }
}

/// True for a share of cases that can be counted; an error of calibration is none.
fn is_of_cases(metric: &Metric) -> bool {
    matches!(metric.measure, Measure::Rate { .. } | Measure::Ratio { .. })
}

/// True when two shares are the same count out of `of`; of 1 share out of 1 the same number.
fn is_same(one: f64, other: f64, of: f64) -> bool {
    if of > 1.0 {
        return (rounded(one, of) - rounded(other, of)).abs() < 0.5;
    }
    (one - other).abs() < 1e-9
}

fn rounded(share: f64, of: f64) -> f64 {
    (share * of).round()
}

/// False for a share that would look like none or all and is neither.
fn is_told(share: f64, of: f64) -> bool {
    let count = rounded(share, of);
    (count > 0.0 || share <= 0.0) && (count < of || share >= 1.0)
}

/// A chance among a hundred such cases.
pub(super) fn chance(chance: f64) -> String {
    match (chance * 100.0).round() {
        _ if chance < 0.01 => "fewer than 1 of 100".to_owned(),
        _ if chance > 0.99 => "more than 99 of 100".to_owned(),
        count => format!("{count:.0} of 100"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Writing, chance};
    use crate::report::{CriterionReport, State, Threshold};

    fn metric(id: &str) -> &'static trueup_roadmap::Metric {
        let all = trueup_roadmap::standard_metrics();
        all.iter().find(|metric| metric.id.value == id).expect("it is standard")
    }

    fn found(estimate: f64, at_least: f64, unit: &str) -> CriterionReport {
        CriterionReport {
            estimate: Some(estimate),
            threshold: Threshold { at_least: Some(at_least), at_most: None },
            measured_in: unit.to_owned(),
            ..CriterionReport::empty(
                "m".to_owned(),
                "M".to_owned(),
                State::Undecided,
                String::new(),
            )
        }
    }

    #[test]
    fn counts_out_of_as_few_as_keep_numbers_apart() {
        let cases = [
            (0.6213, 0.55, "share", "62 of 100", "at least 55 of 100"),
            (0.5496, 0.55, "share", "5,496 of 10,000", "at least 5,500 of 10,000"),
            (0.9, 0.995, "share", "900 of 1,000", "at least 995 of 1,000"),
            (0.0004, 0.5, "share", "4 of 10,000", "at least 5,000 of 10,000"),
            (0.0, 1.0, "share", "0 of 100", "at least 100 of 100"),
            (-0.074, 0.0, "share", "-7.4 %", "at least 0 %"),
            (
                0.0123,
                0.01,
                "USD/interaction",
                "0.0123 USD per interaction",
                "at least 0.01 USD per interaction",
            ),
            (28.25, 30.0, "min/shortlist", "28.2 min/shortlist", "at least 30 min/shortlist"),
            (9000.0, 20_000.0, "ms", "9 s", "at least 20 s"),
        ];
        for (estimate, least, unit, value, bound) in cases {
            let found = found(estimate, least, unit);
            let writing = Writing::of(&found, metric("acceptance"));
            assert_eq!(writing.value(estimate), value);
            assert_eq!(writing.bounds(&found), bound);
        }
    }

    #[test]
    fn ranges_say_what_has_no_end() {
        let found = found(0.5, 0.4, "share");
        let writing = Writing::of(&found, metric("acceptance"));
        assert_eq!(writing.range(Some(0.38), Some(0.66)), "from 38 to 66 of 100");
        assert_eq!(writing.range(None, Some(0.66)), "up to 66 of 100, with no lower end");
        assert_eq!(writing.range(Some(0.38), None), "from 38 of 100 up, with no upper end");
        assert_eq!(writing.range(None, None), "anywhere");
        let error = Writing::of(&found, metric("calibration_error"));
        assert_eq!(error.value(0.5), "50.0 %", "no case is counted");
        assert_eq!(chance(0.371), "37 of 100");
        assert_eq!(chance(0.001), "fewer than 1 of 100");
        assert_eq!(chance(0.9999), "more than 99 of 100");
    }
}
