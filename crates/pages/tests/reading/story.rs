//! A recruiting product with its history; what the evidence says is made up here.

#[path = "../world/commits.rs"]
mod commits;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use trueup_pages::link::Links;
use trueup_pages::{Frame, Snapshot, Viewer};

use trueup_roadmap::{Circumstances, History, Source, check, parse};
use trueup_verdict::report::{
    CriterionReport, Dashboard, Evidence, Panel, Quadrant, Reason, RoadmapVersion, State, Weight,
};
use trueup_verdict::{Question, ask, judge};

pub const TODAY: Date = date(2026, 11, 21);

/// The story as its text and history tell it; there is no evidence.
pub fn told() -> Snapshot {
    let commits = trueup_demo::recruiting(TODAY);
    let files = commits.last().expect("the story has commits").files.clone();
    of(files, Some(commits::read(commits)))
}

/// A roadmap of these files.
pub fn of(sources: Vec<Source>, history: Option<History>) -> Snapshot {
    let parsed = parse(&sources);
    let circumstances = Circumstances { today: TODAY, history: history.as_ref() };
    Snapshot {
        id: "1".to_owned(),
        name: "recruiting".to_owned(),
        diagnostics: check(&parsed, &circumstances),
        sources,
        parsed,
        history,
        report: None,
        now: "2026-11-22T00:00:00Z".parse().expect("a moment"),
        read_only: None,
        notices: Vec::new(),
    }
}

/// Nothing but the head of a roadmap.
pub fn empty() -> Snapshot {
    of(vec![Source { path: "roadmap.toml".to_owned(), text: "edition = 1\n".to_owned() }], None)
}

/// The story with evidence: every bet is used, and some of it is measured.
pub fn measured() -> Snapshot {
    let mut snapshot = told();
    let (denied, history) = (BTreeMap::new(), BTreeMap::new());
    let question = Question {
        roadmap: &snapshot.parsed.roadmap,
        version: RoadmapVersion { digest: "b3:00c0ffee".to_owned(), commit: None },
        denied: &denied,
        history: &history,
        now: snapshot.now,
        only: None,
        dashboard: true,
    };
    let mut report = judge(&question, &ask(&question), None);
    for bet in &mut report.bets {
        bet.evidence = Evidence { interactions: 12_345, units: 312, priced: Some(0.98) };
        bet.reasons.push(Reason {
            code: "A03".to_owned(),
            weight: Weight::Strong,
            deny: true,
            text: "98 % of suggestions are accepted after 4 s".to_owned(),
        });
        bet.dashboard = Some(dashboard());
    }
    snapshot.report = Some(report);
    snapshot
}

fn dashboard() -> Dashboard {
    let rows = vec![
        row("acceptance", "Acceptance rate", "share", (0.61, 0.55, 0.66)),
        row(
            "cost_per_interaction",
            "Cost per interaction",
            "EUR/interaction",
            (0.0112, 0.0104, 0.0121),
        ),
        row(
            "cost_per_accepted",
            "Cost per accepted suggestion",
            "EUR/accepted",
            (0.0184, 0.017, 0.02),
        ),
        row("time_to_decision", "Time to decision", "ms", (4_200.0, 3_900.0, 4_700.0)),
    ];
    let quadrant = Quadrant {
        model: "passes".to_owned(),
        impact: "undecided".to_owned(),
        text: "not settled yet".to_owned(),
    };
    let panel = Panel {
        side: "product".to_owned(),
        title: "What people do with it".to_owned(),
        column: "impact".to_owned(),
        rows,
    };
    Dashboard { quadrant, panels: vec![panel], unmeasured: Vec::new() }
}

/// A metric that is watched.
pub fn row(
    metric: &str,
    title: &str,
    unit: &str,
    (value, low, high): (f64, f64, f64),
) -> CriterionReport {
    CriterionReport {
        role: "watch".to_owned(),
        estimate: Some(value),
        low: Some(low),
        high: Some(high),
        n: Some(12_001),
        units: Some(312),
        measured_in: unit.to_owned(),
        per: "user".to_owned(),
        ..CriterionReport::empty(metric.to_owned(), title.to_owned(), State::Watched, String::new())
    }
}

/// Around a page on a server, for somebody who may edit.
pub fn frame(snapshot: &Snapshot) -> Frame {
    let viewer = Viewer { role: "local".to_owned(), may_edit: true, ..Viewer::default() };
    Frame::new(snapshot, Links::Server, viewer)
}

/// Around a page in a folder.
pub fn folded(snapshot: &Snapshot, depth: usize) -> Frame {
    Frame::new(snapshot, Links::Folder { depth }, Viewer::default())
}
