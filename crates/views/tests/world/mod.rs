//! A recruiting product's roadmap as text, and a report as the evidence would give it.
#![allow(dead_code, reason = "each test program uses a part of it")]

use jiff::civil::{Date, date};
use trueup_roadmap::{Diagnostic, Parsed, Source, parse};
use trueup_verdict::Report;
use trueup_verdict::report::{
    BetReport, CriterionReport, Evidence, Forecast, Purgatory, RoadmapVersion, State, Threshold,
    Word,
};
use trueup_views::Seen;

pub const TODAY: Date = date(2026, 11, 21);

/// A roadmap, what is wrong with it, and the verdicts if there are any.
pub struct World {
    pub parsed: Parsed,
    /// What `check` would say is left to its own tests: a test here puts in what it needs.
    pub diagnostics: Vec<Diagnostic>,
    pub report: Option<Report>,
}

impl World {
    /// The recruiting product's.
    pub fn recruiting() -> World {
        World::of(&[
            ("roadmap.toml", include_str!("recruiting/roadmap.toml")),
            ("outcomes/faster.toml", include_str!("recruiting/faster.toml")),
            ("capabilities/map-skills.toml", include_str!("recruiting/map-skills.toml")),
            ("capabilities/plan.toml", include_str!("recruiting/plan.toml")),
            ("workflows/recruiting.toml", include_str!("recruiting/workflow.toml")),
            ("bets/skill-match.toml", include_str!("recruiting/skill-match.toml")),
            ("bets/summaries.toml", include_str!("recruiting/summaries.toml")),
            ("bets/agents.toml", include_str!("recruiting/agents.toml")),
            ("bets/questions.toml", include_str!("recruiting/questions.toml")),
            ("bets/chat.toml", include_str!("recruiting/chat.toml")),
            ("notes/field-acme.md", include_str!("recruiting/field-acme.md")),
            ("notes/learning-chat.md", include_str!("recruiting/learning-chat.md")),
        ])
    }

    /// Of any texts. `DIGEST` in a signature stands for the digest of its gate.
    pub fn of(files: &[(&str, &str)]) -> World {
        let source = |(path, text): &(&str, &str)| Source {
            path: (*path).to_owned(),
            text: text.replace("DIGEST", "b3:00000000"),
        };
        let mut sources: Vec<Source> = files.iter().map(source).collect();
        let first = parse(&sources);
        for (source, (path, text)) in sources.iter_mut().zip(files) {
            let bet = first.roadmap.bets.iter().find(|bet| bet.place.path == *path);
            for gate in bet.map(|bet| bet.gates.as_slice()).unwrap_or_default() {
                source.text = text.replace("DIGEST", &gate.digest);
            }
        }
        let parsed = parse(&sources);
        assert_eq!(parsed.diagnostics, [], "the texts of this test are in order");
        World { parsed, diagnostics: Vec::new(), report: None }
    }

    /// With the verdict on `skill-match`: one criterion met, one undecided.
    pub fn judged(mut self) -> World {
        self.report = Some(report());
        self
    }

    /// What a view may look at.
    pub fn seen(&self) -> Seen<'_> {
        Seen {
            roadmap: &self.parsed.roadmap,
            today: TODAY,
            diagnostics: &self.diagnostics,
            history: None,
            report: self.report.as_ref(),
        }
    }
}

fn report() -> Report {
    Report {
        schema: trueup_verdict::report::FORMAT.to_owned(),
        now: "2026-11-22T00:00:00Z".to_owned(),
        roadmap: RoadmapVersion { digest: "b3:00000000".to_owned(), commit: None },
        store: Vec::new(),
        bets: vec![skill_match()],
        unattributed: None,
        orphans: None,
        quarantined: None,
        nameless: None,
        notices: Vec::new(),
    }
}

fn skill_match() -> BetReport {
    BetReport {
        id: "skill-match".to_owned(),
        title: "Transparent skill matching".to_owned(),
        horizon: "h1".to_owned(),
        stage: "pilot".to_owned(),
        verdict: Some(Word::Continue),
        rule: 6,
        because: "nothing is decided yet".to_owned(),
        action: "go on".to_owned(),
        reasons: Vec::new(),
        criteria: vec![
            criterion("acceptance", "goal", State::Met, Some(0.55), None),
            criterion("cost_per_interaction", "budget", State::Undecided, None, Some(0.012)),
            criterion("runbook", "readiness", State::Met, None, None),
        ],
        watched: Vec::new(),
        would_change: Vec::new(),
        forecast: Some(Forecast { chance: 0.8, more_units: Some(40), date: None }),
        purgatory: Purgatory { level: 1, codes: vec!["P05".to_owned()] },
        evidence: Evidence { interactions: 4000, units: 120, priced: None },
        time_box: None,
        experiment: None,
        dashboard: None,
    }
}

fn criterion(
    metric: &str,
    role: &str,
    state: State,
    at_least: Option<f64>,
    at_most: Option<f64>,
) -> CriterionReport {
    CriterionReport {
        role: role.to_owned(),
        threshold: Threshold { at_least, at_most },
        measured_in: "share".to_owned(),
        per: "user".to_owned(),
        ..CriterionReport::empty(
            metric.to_owned(),
            metric.to_owned(),
            state,
            format!("the evidence speaks of `{metric}`"),
        )
    }
}
