//! One sentence on a criterion: what it is, what it lacks, why it cannot be told.

use trueup_evidence::{Condition, Table, Tally, Test, Window};
use trueup_roadmap::metric::Measure;

use super::{Judging, Stretch, against, bound_text, more_units, today};
use crate::estimate::{Found, Measurement, whole};
use crate::number;
use crate::report::{CriterionReport, State, Threshold};

impl Judging<'_, '_> {
    pub(super) fn sentence(
        &self,
        report: &CriterionReport,
        whole: &Stretch,
        windows: &[(Window, Stretch)],
    ) -> String {
        let id = &report.metric;
        let is = format!("`{id}` is {}{}", today(report), against(report));
        match (report.state, &whole.found) {
            (_, Found::Unusable(why)) => why.clone(),
            (State::NoData | State::Invalid, _) | (_, Found::Nothing) => self.nothing(),
            (State::Watched, _) => is,
            (State::Met, _) => format!("{is}, {} as asked", bound_text(report)),
            (State::Refuted, _) => format!("{is}, wholly {}", beyond(report)),
            (State::Undecided, Found::Measured(measurement, _)) => match whole.state {
                State::Met => format!("{is}, but {}", self.held_up(windows)),
                _ => self.undecided(report, measurement, &is),
            },
        }
    }

    fn undecided(&self, report: &CriterionReport, found: &Measurement, is: &str) -> String {
        if self.is_count() {
            return format!("{is} so far, {} is asked", bound_text(report));
        }
        if found.units < self.units_at_least() {
            return self.too_few(found);
        }
        if found.estimate.is_none() {
            return format!("`{}` cannot be estimated from what there is", report.metric);
        }
        let more = report.more_units.map_or_else(String::new, |more| {
            format!("; about {} would decide it", more_units(more, &report.per))
        });
        format!("{is}, which does not settle {}{more}", bound_text(report))
    }

    fn too_few(&self, found: &Measurement) -> String {
        let (one, many) = self.events();
        let per = &self.metric.per;
        format!(
            "not enough evidence (n = {} of {}, need at least {})",
            number::counted(found.n, one, many),
            number::units(found.units, per),
            number::units(self.units_at_least(), per)
        )
    }

    /// What keeps a criterion from being met although the whole window meets it.
    fn held_up(&self, windows: &[(Window, Stretch)]) -> String {
        let refuted = windows.iter().find(|(_, window)| window.state == State::Refuted);
        if let Some((window, _)) = refuted {
            return format!(
                "the window from {} to {} refutes it",
                day(window.from),
                day(window.to)
            );
        }
        let every = self.measured.every_days.unwrap_or_default();
        format!(
            "only {} of {} windows of {} are complete",
            windows.len(),
            self.measured.windows,
            number::counted(u64::from(every), "day", "days")
        )
    }

    fn nothing(&self) -> String {
        let id = &self.metric.id.value;
        if self.ground.is_before_start() {
            return format!("`{id}` has no data: the time-box has not started");
        }
        let among = self.measured.among.as_ref();
        let among = among.map_or_else(String::new, |among| format!(" among `{among}`"));
        let age = match self.metric.window_hours {
            hours if hours > 0.0 => {
                format!(" in interactions at least {} old", hours_text(hours))
            }
            _ => String::new(),
        };
        format!("nothing that `{id}` counts{among} has been recorded{age}")
    }

    /// What the events in the denominator are called.
    fn events(&self) -> (&'static str, &'static str) {
        let tally = match &self.metric.measure {
            Measure::Rate { denominator, .. } | Measure::Ratio { denominator, .. } => {
                denominator.first()
            }
            _ => self.metric.measure.tallies().first().copied(),
        };
        match tally.map(|tally| (tally.table, tally)) {
            Some((Table::Interactions, _)) => ("interaction", "interactions"),
            Some((Table::Actions, tally)) if is_decision(tally) => ("decision", "decisions"),
            Some((Table::Actions, _)) => ("action", "actions"),
            Some((Table::Scores, _)) => ("score", "scores"),
            _ => ("event", "events"),
        }
    }
}

/// On which side of the bound the whole interval lies.
fn beyond(report: &CriterionReport) -> String {
    let unit = &report.measured_in;
    let Threshold { at_least, at_most } = report.threshold;
    let above = at_most.filter(|most| report.estimate.is_some_and(|value| value > *most));
    match (above, at_least) {
        (Some(most), _) => format!("above {}", number::limit(most, unit)),
        (None, Some(least)) => format!("below {}", number::limit(least, unit)),
        (None, None) => "outside".to_owned(),
    }
}

/// True for a tally of the actions that decide on a suggestion.
fn is_decision(tally: &Tally) -> bool {
    let decides = |kind: &String| matches!(kind.as_str(), "accept" | "reject" | "override");
    tally.conditions.iter().any(|Condition { field, test }| {
        field.name == "kind" && matches!(test, Test::In(kinds) if kinds.iter().all(decides))
    })
}

fn day(at: jiff::Timestamp) -> jiff::civil::Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

fn hours_text(hours: f64) -> String {
    if hours % 24.0 == 0.0 {
        return number::counted(whole(hours / 24.0), "day", "days");
    }
    format!("{hours} h")
}
