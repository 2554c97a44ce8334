//! A snapshot to make pages of: the demo's roadmap with its history, and numbers as evidence would give them.
#![allow(dead_code, reason = "each test program uses a part of it")]

mod commits;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use trueup_demo::history;
use trueup_pages::link::Links;
use trueup_pages::{Frame, Snapshot, Viewer};
use trueup_roadmap::{Circumstances, Metric, Roadmap, Source, check, parse};
use trueup_verdict::report::{
    ArmReport, BetReport, ComparisonReport, CriterionReport, Dashboard, Evidence, ExperimentReport,
    Forecast, Panel, Purgatory, Quadrant, Reason, RoadmapVersion, SampleRatioReport, State,
    StoreVersion, Threshold, Weight, WindowReport, Word,
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
        found.chance = Some(0.37);
        found.more_units = Some(120);
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
        metric: metric.id.value.clone(),
        title: metric.title.clone(),
        role: "watch".to_owned(),
        state: State::Watched,
        estimate: None,
        low: None,
        high: None,
        pooled: None,
        n: None,
        units: None,
        threshold: Threshold::default(),
        measured_in: metric.unit.replace("money", "EUR"),
        per: metric.per.clone(),
        among: None,
        windows: Vec::new(),
        method: None,
        source: None,
        chance: None,
        more_units: None,
        compared: None,
        counts: metric.measure.in_words(),
        remark: None,
        text: String::new(),
    };
    count(&mut row, State::Watched);
    row
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
