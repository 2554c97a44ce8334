//! The verdict for the data scientist: what is estimated, of whom, how, with what chance of error, and
//! what it takes for granted.

use std::slice::from_ref;

use trueup_evidence::Tally;
use trueup_roadmap::metric::{Measure, describe};
use trueup_roadmap::note::NoteKind;
use trueup_roadmap::{Metric, Role};

use super::{Part, Reading, Told};
use crate::criterion::{against, bound_text, today};
use crate::number;
use crate::report::{CriterionReport, State, WindowReport};
use crate::span;

/// Fewer units than this, and a method that holds roughly is rougher still.
const UNITS_ROUGH: u64 = 30;

pub(super) fn parts(told: &Told) -> Vec<Part> {
    let judged = told.judged;
    if !told.is_judged() {
        let why = format!("Nothing was estimated: {} (rule {}).", judged.because, judged.rule);
        return vec![Part::new("What was decided", vec![why])];
    }
    let decided = format!("Rule {} is the first that holds: {}.", judged.rule, judged.because);
    vec![
        Part::new("What was decided", vec![decided]),
        Part::new("Estimands", each(told, estimand)),
        Part::new("Estimates", each(told, estimate)),
        Part::new("Experiment", experiment(told)),
        Part::new("Control of error", error(told)),
        Part::new("Assumptions", assumptions(told)),
        Part::new("Not measured", not_measured(told)),
    ]
}

/// One number: what is estimated, what came out, and what is to be minded.
pub(super) fn one(reading: &Reading) -> Vec<String> {
    let minded = [young(reading), rough(reading), skewed_use(reading)];
    [estimand(reading), estimate(reading)].into_iter().chain(minded.into_iter().flatten()).collect()
}

fn each(told: &Told, say: impl Fn(&Reading) -> String) -> Vec<String> {
    told.criteria().iter().chain(&told.watched()).map(say).collect()
}

/// What is estimated, of which unit, over what.
fn estimand(reading: &Reading) -> String {
    let Reading { found, metric, .. } = reading;
    let among = found.among.as_ref();
    let among = among.map_or_else(String::new, |among| format!(", among segment `{among}`"));
    let asked = match bound_text(found) {
        bound if bound.is_empty() => "watched".to_owned(),
        bound => format!("{}, {bound}", found.role),
    };
    let difference = match against(found) {
        against if against.is_empty() => String::new(),
        against => format!("the difference{against} of "),
    };
    format!("`{}` ({asked}): {difference}{}{among}.", found.metric, of_metric(metric))
}

fn of_metric(metric: &Metric) -> String {
    let per = &metric.per;
    match &metric.measure {
        Measure::Rate { numerator, minus, denominator, range } => format!(
            "the mean over {}, each counting once, of ({}) ÷ ({}), known to lie within {} to {}; a \
             {per} without anything in the denominator is left out",
            number::plural(per),
            less(numerator, minus),
            describe(denominator),
            range.0,
            range.1
        ),
        Measure::Ratio { numerator, minus, denominator, .. } => format!(
            "the sum of ({}) over all {} ÷ the sum of ({}); heavy use weighs more",
            less(numerator, minus),
            number::plural(per),
            describe(denominator)
        ),
        Measure::Quantile { of, q } => {
            format!(
                "the {q} quantile of ({}) over all rows, {per} as cluster",
                describe(from_ref(of))
            )
        }
        Measure::CalibrationError { of, bins } => format!(
            "the expected calibration error over {bins} bins of equal width of ({}), {per} as cluster",
            describe(from_ref(of))
        ),
        Measure::Count { of } => {
            format!(
                "the number of ({}); all were counted, none was sampled",
                describe(from_ref(of))
            )
        }
        // A measure that has no words of its own here is told in those of its definition.
        measure => format!(
            "{} Counted: {}; unit of inference: {per}",
            metric.definition,
            measure.in_words()
        ),
    }
}

fn less(numerator: &[Tally], minus: &[Tally]) -> String {
    if minus.is_empty() {
        return describe(numerator);
    }
    format!("{}, less {}", describe(numerator), describe(minus))
}

fn estimate(reading: &Reading) -> String {
    let found = reading.found;
    let state = found.state.spoken();
    let is = format!("`{}`{}{} is {state}", found.metric, among(found), against(found));
    if found.estimate.is_none() {
        return format!("{is}: {}.", found.text);
    }
    let parts = [Some(today(found)), sample(found), pooled(found), method(found)];
    let later = [chance(found), more(found), windows(found), compared(found), found.remark.clone()];
    let parts: Vec<String> = parts.into_iter().chain(later).flatten().collect();
    format!("{is}: {}.", parts.join("; "))
}

fn sample(found: &CriterionReport) -> Option<String> {
    let (n, units) = (number::count(found.n?), number::units(found.units?, &found.per));
    Some(format!("n = {n} of {units}"))
}

fn pooled(found: &CriterionReport) -> Option<String> {
    Some(format!("pooled over all rows {}", number::value(found.pooled?, &found.measured_in)))
}

fn method(found: &CriterionReport) -> Option<String> {
    Some(format!("{} ({})", found.method.as_ref()?, found.source.as_ref()?))
}

fn chance(found: &CriterionReport) -> Option<String> {
    Some(format!("P(met by the day of decision) {}", number::chance(found.chance?)))
}

fn more(found: &CriterionReport) -> Option<String> {
    let more = crate::criterion::more_units(found.more_units?, &found.per);
    Some(format!("{more} at today's value would decide it"))
}

/// Both values of a comparison, what came before people were split, and why it may be weak.
fn compared(found: &CriterionReport) -> Option<String> {
    let compared = found.compared.as_ref()?;
    let value = |value: Option<f64>| {
        value.map_or_else(|| "unknown".to_owned(), |it| number::value(it, &found.measured_in))
    };
    let mut said = vec![format!("{} against {}", value(compared.value), value(compared.other))];
    said.extend(compared.relative.map(|relative| {
        let interval = number::interval(relative.low, relative.high, "share");
        format!("relative {} ({interval})", number::value(relative.value, "share"))
    }));
    said.extend(compared.explained.map(|share| {
        format!("{} of the variance taken off (CUPED)", number::value(share, "share"))
    }));
    said.extend(compared.weaker.clone());
    Some(said.join(", "))
}

fn windows(found: &CriterionReport) -> Option<String> {
    let each: Vec<String> =
        found.windows.iter().map(|window| of_window(window, &found.measured_in)).collect();
    (!each.is_empty()).then(|| format!("windows: {}", each.join(", ")))
}

fn of_window(window: &WindowReport, unit: &str) -> String {
    let value = window.estimate.map_or_else(String::new, |value| {
        let interval = number::interval(window.low, window.high, unit);
        format!(" {} ({interval})", number::value(value, unit))
    });
    let day = |text: &str| text.chars().take("2026-11-20".len()).collect::<String>();
    let state = window.state.spoken();
    format!("{} to {} {state}{value}", day(&window.from), day(&window.to))
}

fn among(found: &CriterionReport) -> String {
    found.among.as_ref().map_or_else(String::new, |among| format!(" among `{among}`"))
}

/// The arms, whether people are split as planned, and what follows.
fn experiment(told: &Told) -> Vec<String> {
    let Some(experiment) = &told.judged.experiment else { return Vec::new() };
    let arms = experiment.arms.iter().map(|arm| {
        format!(
            "`{}`: {} planned, {}",
            arm.name,
            number::value(arm.planned, "share"),
            number::units(arm.units, "user")
        )
    });
    let mut said = vec![format!(
        "Control is `{}`; {}.",
        experiment.control,
        arms.collect::<Vec<_>>().join("; ")
    )];
    if experiment.in_several > 0 {
        let units = number::units(experiment.in_several, "user");
        said.push(format!("{units} met more than one arm."));
    }
    said.extend(experiment.sample_ratio.as_ref().map(|ratio| {
        let is = if ratio.mismatch { "a mismatch" } else { "no mismatch" };
        format!(
            "Sample ratio: {is}; p = {} at any number of looks, {} (chi-square) for one.",
            number::value(ratio.always_valid_p, ""),
            number::value(ratio.p_value, "")
        )
    }));
    said.extend(experiment.unreadable.as_ref().map(|why| format!("It must not be read: {why}.")));
    said
}

fn error(told: &Told) -> Vec<String> {
    let Some(looks) = told.looks().filter(|_| !told.criteria().is_empty()) else {
        return Vec::new();
    };
    let mut error = vec![format!(
        "Each interval shuts out the truth with a chance of at most alpha = {} over {} together, {} \
         (Bonferroni), which holds under any dependence between looks.",
        told.roadmap.policy.alpha,
        number::counted(u64::from(looks), "planned look", "planned looks"),
        if told.is_live() {
            "an equal part for each look"
        } else {
            "half of it for the look on the last day and equal parts of the rest for those before"
        }
    )];
    if told.is_live() {
        error.push(
            "The bet is live and looked at without end: looks beyond the planned ones are not paid \
             for."
                .to_owned(),
        );
    }
    error.push(
        "Several criteria: to ship takes all of them, so alpha is not divided (intersection-union; \
         Berger 1982)."
            .to_owned(),
    );
    let guardrails = told.criteria();
    let guardrails = guardrails.iter().filter(|reading| {
        reading.criterion.is_some_and(|criterion| criterion.role == Role::Guardrail)
    });
    match guardrails.count() {
        0 | 1 => {}
        many => error.push(format!(
            "One refuted guardrail ends the bet, so each of the {many} refutes at alpha ÷ {many}."
        )),
    }
    let parted = told.criteria();
    error.extend(parted.iter().filter(|reading| !reading.found.windows.is_empty()).map(
        |reading| {
            let windows = reading.criterion.map_or(1, |criterion| criterion.windows);
            format!(
                "The {windows} windows of `{}` share alpha: {windows} parts.",
                reading.found.metric
            )
        },
    ));
    error
}

fn assumptions(told: &Told) -> Vec<String> {
    let mut assumptions = vec![
        "Holds by design: the unit of inference is drawn, not the event, so heavy users do not \
         narrow an interval; units stand in the order of a hash of their pseudonyms."
            .to_owned(),
        "May not hold: units are independent of each other, and those seen are like those the bet \
         is for."
            .to_owned(),
        stationary(told),
    ];
    assumptions.extend(told.criteria().iter().filter_map(young));
    assumptions.extend(told.criteria().iter().filter_map(rough));
    assumptions.extend(told.criteria().iter().filter_map(skewed_use));
    let moved = told.judged.reasons.iter().find(|reason| reason.code == "P02");
    assumptions.extend(moved.map(|moved| {
        format!("Broken: that the criteria were fixed before the evidence came in; {}.", moved.text)
    }));
    assumptions
}

/// The models that came out while the evidence was gathered are what makes this doubtful.
fn stationary(told: &Told) -> String {
    let now = told.report.now.parse();
    let window = told.bet.zip(now.ok()).map(|(bet, now)| span::window(bet, now));
    let from = window.map(|window| span::today(window.from));
    let releases = told.roadmap.notes.iter().filter(|note| {
        note.kind.value == NoteKind::ModelRelease
            && from.is_some_and(|from| note.on.value > from)
            && note.on.value.to_string() <= told.report.now
    });
    let releases: Vec<String> =
        releases.map(|note| format!("{} on {}", note.headline(), note.on.value)).collect();
    if releases.is_empty() {
        return "May not hold: what is estimated stays what it is over the window (novelty wears \
                off, products change); no note tells of a model release within it."
            .to_owned();
    }
    format!(
        "Doubtful: what is estimated stays what it is over the window; within it came {}.",
        releases.join(", ")
    )
}

fn young(reading: &Reading) -> Option<String> {
    let hours = reading.metric.window_hours;
    (hours > 0.0).then(|| {
        format!(
            "Censoring: `{}` leaves out interactions younger than {hours} h, whose outcome may still \
             come.",
            reading.found.metric
        )
    })
}

fn rough(reading: &Reading) -> Option<String> {
    let is_exact = matches!(
        reading.metric.measure,
        Measure::Rate { .. } | Measure::Count { .. } | Measure::Units { .. }
    );
    let units = reading.found.units.filter(|units| !is_exact && *units < UNITS_ROUGH)?;
    Some(format!(
        "Rough: the method of `{}` holds from some tens of units on, and there are {}.",
        reading.found.metric,
        number::count(units)
    ))
}

/// Says that the mean over units and the pooled value are different questions where they differ by
/// more than the interval.
fn skewed_use(reading: &Reading) -> Option<String> {
    let found = reading.found;
    let (pooled, low, high) = (found.pooled?, found.low?, found.high?);
    let is_rate = matches!(reading.metric.measure, Measure::Rate { .. });
    (is_rate && (pooled < low || pooled > high)).then(|| {
        format!(
            "Mind: `{}` pooled over rows ({}) lies outside the interval of the mean over units: heavy \
             users differ from the others.",
            found.metric,
            number::value(pooled, &found.measured_in)
        )
    })
}

fn not_measured(told: &Told) -> Vec<String> {
    let mut missing: Vec<String> = Vec::new();
    let unknown = |found: &&CriterionReport| matches!(found.state, State::NoData | State::Invalid);
    let judged = told.judged;
    let readings = judged.criteria.iter().chain(&judged.watched);
    missing.extend(
        readings.filter(unknown).map(|found| format!("`{}`: {}.", found.metric, found.text)),
    );
    missing.extend(told.attested().map(|found| {
        format!("`{}` is a person's word, not a measurement: {}.", found.metric, found.text)
    }));
    let is_compared = |reading: &Reading| reading.found.compared.is_some();
    let criteria = told.criteria();
    if criteria.iter().any(|reading| reading.found.estimate.is_some() && !is_compared(reading)) {
        missing.push(
            "A criterion without `versus` compares a value with a bound: by itself it does not show \
             that the feature caused the value. Only a comparison of people who were assigned by chance \
             does (`[experiment]`)."
                .to_owned(),
        );
    }
    missing
}
