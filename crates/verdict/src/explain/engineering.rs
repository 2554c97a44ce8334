//! The verdict for the engineer: from which rows the numbers come, how to get them again, what is
//! missing in the telemetry.

use trueup_roadmap::Metric;
use trueup_roadmap::bet::Stage;
use trueup_roadmap::metric::describe;

use super::{Part, Reading, Told};
use crate::criterion::today;
use crate::currency;
use crate::number;
use crate::report::State;

pub(super) fn parts(told: &Told) -> Vec<Part> {
    let judged = told.judged;
    let mut state = vec![format!("Rule {}: {}.", judged.rule, judged.because)];
    if !told.is_judged() {
        state.extend(judged.would_change.iter().map(|what| format!("To do: {what}.")));
    }
    vec![
        Part::new("State", state),
        Part::new("Where the numbers come from", definitions(told)),
        Part::new("How to get them again", again(told)),
        Part::new("Coverage", coverage(told)),
        Part::new("Cost and latency", cost_and_latency(told)),
        Part::new("What to add", to_add(told)),
    ]
}

/// One number: its rows, and how to get it again.
pub(super) fn one(told: &Told, reading: &Reading) -> Vec<String> {
    let again = again(told).into_iter().take(if told.is_judged() { 2 } else { 0 });
    std::iter::once(definition(reading.metric)).chain(no_rows(reading)).chain(again).collect()
}

fn all<'a>(told: &Told<'a>) -> Vec<Reading<'a>> {
    let mut all = told.criteria();
    all.extend(told.watched());
    all
}

/// One line for each metric: its rows, its age, its digest and its file.
fn definitions(told: &Told) -> Vec<String> {
    let mut said = Vec::new();
    for Reading { metric, .. } in all(told) {
        let line = definition(metric);
        if !said.contains(&line) {
            said.push(line);
        }
    }
    said
}

fn definition(metric: &Metric) -> String {
    let id = &metric.id.value;
    let rows: Vec<String> = rows(metric);
    let age = match metric.window_hours {
        hours if hours > 0.0 => format!("; interactions at least {hours} h old"),
        _ => String::new(),
    };
    let file = if metric.standard {
        format!("built in, `trueup metrics {id}`")
    } else {
        format!("`metrics/{id}.toml`")
    };
    format!(
        "`{id}` reads {}{age}; per `{}`; {}; {file}.",
        rows.join(", "),
        metric.per,
        metric.digest
    )
}

/// Each different tally of a metric, in words.
fn rows(metric: &Metric) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for tally in metric.measure.tallies() {
        let row = describe(std::slice::from_ref(tally));
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows
}

fn again(told: &Told) -> Vec<String> {
    let (report, id) = (told.report, &told.judged.id);
    let mut again = Vec::new();
    if told.is_judged() {
        again.push(format!("The same answer: `trueup verdict {id} --as-of {}`.", report.now));
        again.push(format!(
            "The SQL behind it: `trueup verdict {id} --as-of {} --show-queries`; each statement runs \
             in `trueup query`.",
            report.now
        ));
    }
    let commit = report.roadmap.commit.as_ref().map_or_else(
        || "in no commit as it stands".to_owned(),
        |commit| format!("commit {commit}"),
    );
    again.push(format!("Roadmap: digest {}, {commit}.", report.roadmap.digest));
    let tables = report.store.iter().map(|read| format!("{} v{}", read.table, read.version));
    let tables: Vec<String> = tables.collect();
    let read = if tables.is_empty() { "none was read".to_owned() } else { tables.join(", ") };
    again.push(format!("Store: {read}."));
    again
}

fn coverage(told: &Told) -> Vec<String> {
    if !told.is_judged() || !told.has_store() {
        return Vec::new();
    }
    let evidence = &told.judged.evidence;
    let mut coverage = vec![format!(
        "{} of {}.",
        number::counted(evidence.interactions, "interaction", "interactions"),
        number::units(evidence.units, "user")
    )];
    coverage.push(match evidence.priced {
        Some(share) => {
            format!("{} of the interactions carry a price.", number::value(share, "share"))
        }
        None => "No interaction, so no share that carries a price.".to_owned(),
    });
    if let Some(unattributed) = told.report.unattributed {
        coverage.push(format!(
            "{} in the store with no bet of this roadmap.",
            number::counted(unattributed, "interaction", "interactions")
        ));
    }
    if let Some(orphans) = told.report.orphans {
        coverage.push(format!(
            "{} in the store whose interaction has not come.",
            number::counted(orphans, "action or score", "actions and scores")
        ));
    }
    let criteria = all(told);
    coverage.extend(criteria.iter().filter_map(|reading| {
        let (n, units) = (reading.found.n?, reading.found.units?);
        Some(format!(
            "`{}` rests on n = {} of {}.",
            reading.found.metric,
            number::count(n),
            number::units(units, &reading.found.per)
        ))
    }));
    coverage
}

/// What is measured in money or in milliseconds.
fn cost_and_latency(told: &Told) -> Vec<String> {
    let all = all(told);
    let said = all.iter().filter(|reading| {
        let unit = reading.found.measured_in.as_str();
        reading.found.estimate.is_some() && (unit == "ms" || currency::named_in(unit).is_some())
    });
    said.map(|reading| {
        format!("{} (`{}`): {}.", reading.found.title, reading.found.metric, today(reading.found))
    })
    .collect()
}

/// What the application does not send yet, and how it would.
fn to_add(told: &Told) -> Vec<String> {
    if !told.is_judged() {
        return Vec::new();
    }
    if !told.has_store() {
        return vec![
            "Everything: `trueup serve` takes in OpenTelemetry, `trueup import` files; \
             `docs/instrument.md` shows how."
                .to_owned(),
        ];
    }
    let mut add: Vec<String> = all(told).iter().filter_map(no_rows).collect();
    add.extend(prices(told));
    add.extend(strays(told));
    add.extend(planted(told));
    if add.is_empty() {
        add.push("Nothing: every metric of this bet has rows.".to_owned());
    }
    add
}

fn no_rows(reading: &Reading) -> Option<String> {
    (reading.found.state == State::NoData).then(|| {
        format!(
            "`{}` has nothing to count: send {}.",
            reading.found.metric,
            rows(reading.metric).join(", and ")
        )
    })
}

fn prices(told: &Told) -> Option<String> {
    let priced = told.judged.evidence.priced.filter(|share| *share < 1.0)?;
    Some(format!(
        "Prices: {} of the interactions carry one. Send tokens and the model's name, and name the \
         model under `[models]`; an unpriced one is unknown, never zero.",
        number::value(priced, "share")
    ))
}

fn strays(told: &Told) -> Vec<String> {
    let report = told.report;
    let unattributed = report.unattributed.filter(|count| *count > 0).map(|count| {
        format!(
            "`trueup.bet` on one span of each trace: {} without.",
            number::counted(count, "interaction is", "interactions are")
        )
    });
    let orphans = report.orphans.filter(|count| *count > 0).map(|count| {
        format!(
            "The interactions that {} about.",
            number::counted(count, "action or score is", "actions and scores are")
        )
    });
    unattributed.into_iter().chain(orphans).collect()
}

/// Where people decide, only planted errors show whether they look.
fn planted(told: &Told) -> Option<String> {
    let bet = told.bet.filter(|bet| bet.stage.value >= Stage::Pilot)?;
    let mode = bet.mode.as_ref().filter(|mode| !mode.automates() && !mode.regulated.is_empty())?;
    let is_shown = all(told)
        .iter()
        .any(|reading| reading.found.metric == "catch_rate" && reading.found.estimate.is_some());
    (!is_shown).then(|| {
        format!(
            "Planted errors: scores named `planted` (1 caught, 0 missed), and `catch_rate` under \
             `watch`; use regulated by {} needs to show that people look.",
            mode.regulated.iter().map(|law| law.value.as_str()).collect::<Vec<_>>().join(", ")
        )
    })
}
