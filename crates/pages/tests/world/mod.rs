//! A snapshot to make pages of: the demo's roadmap with its history, and numbers as evidence would give them.
#![allow(dead_code, reason = "each test program uses a part of it")]

mod commits;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use trueup_demo::history;
use trueup_pages::link::Links;
use trueup_pages::{Frame, Snapshot, Viewer};
use trueup_roadmap::metric::{Distribution, Measure};
use trueup_roadmap::{Circumstances, Metric, Roadmap, Source, check, parse};
use trueup_verdict::report::{
    ArmReport, BetReport, ClassShare, ComparisonReport, ConfidenceBin, CriterionReport, Dashboard,
    DayShare, Evidence, ExperimentReport, Forecast, Panel, Purgatory, Quadrant, Reason,
    RoadmapVersion, SampleRatioReport, Shape, State, StoreVersion, ValueBin, Weight, WindowReport,
    Word,
};
use trueup_verdict::{Question, Report, ask, judge};

pub const TODAY: Date = date(2026, 11, 21);

/// The demo's roadmap with its history and with evidence.
pub fn demo() -> Snapshot {
    let mut snapshot = of_files(&history(TODAY).last().expect("the demo has commits").files);
    snapshot.history = Some(commits::read(history(TODAY)));
    let circumstances = Circumstances { today: TODAY, history: snapshot.history.as_ref() };
    snapshot.diagnostics = check(&snapshot.parsed, &circumstances);
    snapshot.report = Some(report(snapshot.roadmap(), &BTreeMap::new()));
    snapshot
}

/// Of any texts, without history and without evidence.
pub fn of_files(sources: &[Source]) -> Snapshot {
    let parsed = parse(sources);
    let diagnostics = check(&parsed, &Circumstances { today: TODAY, history: None });
    Snapshot {
        id: "one".to_owned(),
        name: "demo".to_owned(),
        sources: sources.to_vec(),
        parsed,
        diagnostics,
        history: None,
        report: None,
        now: "2026-11-22T00:00:00Z".parse().expect("a moment"),
        notices: Vec::new(),
        read_only: None,
    }
}

pub fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

/// Around a page for somebody who may edit.
pub fn frame(snapshot: &Snapshot) -> Frame {
    let viewer = Viewer { role: "local".to_owned(), may_edit: true, ..Viewer::default() };
    Frame::new(snapshot, Links::Server, viewer)
}

/// Verdicts, where those bets are denied.
pub fn report(roadmap: &Roadmap, denied: &BTreeMap<String, String>) -> Report {
    let history = BTreeMap::new();
    let question = Question {
        roadmap,
        version: RoadmapVersion { digest: "b3:00c0ffee".to_owned(), commit: None },
        denied,
        history: &history,
        now: "2026-11-22T00:00:00Z".parse().expect("a moment"),
        only: None,
        dashboard: true,
    };
    let mut report = judge(&question, &ask(&question), None);
    report.store = vec![StoreVersion { table: "interactions".to_owned(), version: 7 }];
    report.notices = vec!["Everything in this demo is simulated.".to_owned()];
    for bet in report.bets.iter_mut().filter(|bet| bet.rule != 0) {
        measured(roadmap, bet);
    }
    report
}

/// Gives a bet numbers, one of each state.
fn measured(roadmap: &Roadmap, bet: &mut BetReport) {
    let states = [State::Undecided, State::Met, State::Refuted, State::NoData];
    let measured = bet.criteria.iter_mut().filter(|found| found.role != "readiness");
    for (found, state) in measured.zip(states.into_iter().cycle()) {
        count(found, state);
    }
    bet.watched.iter_mut().for_each(|found| count(found, State::Watched));
    bet.evidence = Evidence { interactions: 24_518, units: 612, priced: Some(0.981) };
    bet.forecast =
        Some(Forecast { chance: 0.37, more_units: Some(120), date: Some("2026-12-01".to_owned()) });
    (bet.verdict, bet.rule) = (Some(Word::Continue), 6);
    "not decided yet: 1 of 4 criteria are met".clone_into(&mut bet.because);
    bet.purgatory = Purgatory { level: 2, codes: vec!["P02".to_owned(), "P04".to_owned()] };
    bet.reasons = vec![
        reason("acceptance", Weight::Strong, "`acceptance` is 48.1 % (43.0 to 53.2 %)"),
        reason("P02", Weight::Strong, "`acceptance` at least 0.6 → at least 0.5 on 2026-11-05"),
        reason("A03", Weight::Warning, "97 % are approved within 4 s"),
    ];
    bet.dashboard = Some(dashboard(roadmap));
    bet.experiment = (bet.id == "skill-match").then(experiment);
}

fn reason(code: &str, weight: Weight, text: &str) -> Reason {
    Reason { code: code.to_owned(), weight, deny: false, text: text.to_owned() }
}

fn count(found: &mut CriterionReport, state: State) {
    found.state = state;
    if state == State::NoData {
        return;
    }
    let value = if found.measured_in == "share" { 0.481 } else { 12.5 };
    (found.estimate, found.low, found.high) = (Some(value), Some(value * 0.9), Some(value * 1.1));
    (found.n, found.units, found.pooled) = (Some(24_513), Some(612), Some(value * 0.97));
    found.method = Some("betting interval for the mean over units".to_owned());
    found.source = Some("Waudby-Smith & Ramdas 2024, arXiv 2010.09686".to_owned());
    found.text = format!("`{}` is not settled yet", found.metric);
    if state != State::Watched {
        found.windows = (0..4).map(|week| window(week, value)).collect();
        found.over_time = (0..12).map(|week| a_week(week, value)).collect();
        found.chance = Some(0.37);
        found.more_units = Some(120);
    }
}

fn a_week(weeks_ago: i32, value: f64) -> WindowReport {
    let to = date(2026, 11, 21) - jiff::Span::new().weeks(weeks_ago);
    let from = to - jiff::Span::new().weeks(1);
    let known = (weeks_ago != 5).then(|| value * (1.0 - 0.02 * f64::from(weeks_ago)));
    WindowReport {
        from: format!("{from}T00:00:00Z"),
        to: format!("{to}T00:00:00Z"),
        state: if known.is_some() { State::Watched } else { State::NoData },
        estimate: known,
        low: known.map(|value| value * 0.85),
        high: known.map(|value| value * 1.12),
        n: known.map(|_| 3104),
        units: known.map(|_| 290),
    }
}

fn window(weeks_ago: i8, value: f64) -> WindowReport {
    let day = |day: i8| date(2026, 11, 1 + day).to_string();
    let value = value * (1.0 - 0.03 * f64::from(weeks_ago));
    WindowReport {
        from: format!("{}T00:00:00Z", day(21 - 7 * weeks_ago.min(3))),
        to: format!("{}T00:00:00Z", day(27 - 7 * weeks_ago.min(3))),
        state: State::Undecided,
        estimate: Some(value),
        low: Some(value * 0.8),
        high: Some(value * 1.2),
        n: Some(6100),
        units: Some(301),
    }
}

/// Every metric there is.
fn dashboard(roadmap: &Roadmap) -> Dashboard {
    let sides = [
        ("model", "How good the model is", "model"),
        ("trust", "Whether people rely on it as they should", "model"),
        ("ops", "Whether it runs", "model"),
        ("product", "What people do with it", "impact"),
        ("business", "What the business gets", "impact"),
        ("cost", "What it costs", "impact"),
    ];
    let panels = sides.into_iter().map(|(side, title, column)| {
        let of_side = roadmap.metrics.iter().filter(|metric| metric.side.name() == side);
        Panel {
            side: side.to_owned(),
            title: title.to_owned(),
            column: column.to_owned(),
            rows: of_side.map(row).collect(),
        }
    });
    Dashboard {
        quadrant: Quadrant {
            model: "undecided".to_owned(),
            impact: "passes".to_owned(),
            text: "not settled yet".to_owned(),
        },
        panels: panels.collect(),
        unmeasured: vec!["nps".to_owned()],
    }
}

fn row(metric: &Metric) -> CriterionReport {
    let mut row = CriterionReport {
        role: "watch".to_owned(),
        measured_in: metric.unit.replace("money", "EUR"),
        per: metric.per.clone(),
        counts: metric.measure.in_words(),
        shape: shape(&metric.measure),
        ..CriterionReport::empty(
            metric.id.value.clone(),
            metric.title.clone(),
            State::Watched,
            String::new(),
        )
    };
    count(&mut row, State::Watched);
    row
}

/// As large as shapes become.
fn shape(measure: &Measure) -> Option<Shape> {
    match measure {
        Measure::CalibrationError { .. } | Measure::Miscalibration { .. } => Some(calibration()),
        Measure::Drift { of: Distribution::Numbers(_), .. } => Some(shift()),
        Measure::Drift { of: Distribution::Classes(..), .. } => Some(mix()),
        Measure::Retention { .. } => Some(retention()),
        _ => None,
    }
}

/// Too sure in the upper bins; few people in the lowest.
fn calibration() -> Shape {
    let bin = |at: u32| {
        let confidence = 0.1 * f64::from(at) + 0.052;
        let outcome = confidence - 0.18 * confidence.powi(3) + 0.02 * f64::from(at % 3);
        let units = u64::from(8 + at * 27);
        let reach = 0.7 / (units as f64).sqrt();
        let end = |value: f64| Some(value.clamp(0.0, 1.0)).filter(|_| units >= 20);
        let (low, high) = (end(outcome - reach), end(outcome + reach * 0.8));
        ConfidenceBin { n: units * 7 + 3, units, confidence, outcome, low, high }
    };
    Shape::Calibration { bins: (0..10).map(bin).collect() }
}

fn shift() -> Shape {
    let edge = |at: u32| 40.0 * 1.55_f64.powf(f64::from(at));
    let now = [0.021, 0.038, 0.062, 0.081, 0.094, 0.107, 0.118, 0.132, 0.151, 0.196];
    let bin = |(at, share): (u32, f64)| ValueBin {
        from: (at > 0).then(|| edge(at)),
        to: (at < 9).then(|| edge(at + 1)),
        share_reference: 0.1 + 0.002 * f64::from(at % 3) - 0.002,
        share,
    };
    let (field, measured_in) = ("tokens_in".to_owned(), "tokens".to_owned());
    let bins = (0..).zip(now).map(bin).collect();
    Shape::Shift { field, measured_in, n_reference: 6120, n: 18_393, bins }
}

fn mix() -> Shape {
    let shares = [0.31, 0.22, 0.14, 0.09, 0.07, 0.05, 0.04, 0.03, 0.02, 0.01, 0.01, 0.01];
    let class = |(at, share): (u32, f64)| ClassShare {
        class: if at == 11 { "(other)".to_owned() } else { format!("billing-question-{at}") },
        share_reference: share,
        share: if at == 0 {
            0.21
        } else if at == 4 {
            0.17
        } else {
            share
        },
    };
    let classes = (0..).zip(shares).map(class).collect();
    Shape::Mix { field: "label".to_owned(), n_reference: 2140, n: 6377, classes }
}

fn retention() -> Shape {
    let day = |at: u32| {
        let share = 0.55 + 0.45 * (-f64::from(at) / 17.0).exp();
        let reach = 0.02 + 0.0035 * f64::from(at);
        let (low, high) = (share - reach * 1.2, (share + reach).min(1.0));
        let (low, high) = if at == 0 { (1.0, 1.0) } else { (low, high) };
        DayShare { day: at, share, low, high, units: u64::from(612 - at * 11) }
    };
    let days = (0..56).filter(|at| at % 7 != 5).map(day).collect();
    Shape::Retention { after_days: 28, days }
}

fn experiment() -> ExperimentReport {
    let arm = |name: &str, units| ArmReport {
        name: name.to_owned(),
        planned: 0.5,
        units,
        interactions: units * 40,
    };
    ExperimentReport {
        control: "current".to_owned(),
        arms: vec![arm("current", 302), arm("suggest", 310)],
        in_several: 1,
        sample_ratio: Some(SampleRatioReport {
            p_value: 0.7,
            always_valid_p: 1.0,
            mismatch: false,
        }),
        unreadable: None,
        comparisons: vec![ComparisonReport {
            metric: "acceptance".to_owned(),
            title: "Acceptance rate".to_owned(),
            arm: "suggest".to_owned(),
            measured_in: "share".to_owned(),
            better: "up".to_owned(),
            value: Some(0.61),
            control: Some(0.55),
            difference: Some(0.06),
            low: Some(0.011),
            high: Some(0.113),
            relative: None,
            p_value: Some(0.004),
            explained: None,
            n: 24_513,
            units: 612,
            method: None,
            source: None,
        }],
    }
}

/// Writes a page into the folder named by `TRUEUP_PAGES_DIR`, with what it loads, for people to look at.
pub fn keep(name: &str, html: &str) {
    let Ok(folder) = std::env::var("TRUEUP_PAGES_DIR") else { return };
    let folder = std::path::PathBuf::from(folder);
    std::fs::create_dir_all(folder.join("assets")).expect("the folder can be made");
    for asset in trueup_pages::asset::ASSETS.iter() {
        std::fs::write(folder.join(&asset.path[1..]), asset.bytes).expect("it can be written");
    }
    let html = html.replace("=\"/assets/", "=\"assets/");
    std::fs::write(folder.join(format!("{name}.html")), html).expect("it can be written");
}
