//! The report on human oversight, from counts and a roadmap's text.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use trueup_roadmap::history::{FileChange, Revision};
use trueup_roadmap::{History, Roadmap, Source, parse};
use trueup_verdict::oversight::records::Scored;
use trueup_verdict::oversight::switch::What;
use trueup_verdict::oversight::{Asked, Oversight, Records, Sign, Tally, oversee};

const ROADMAP: &str = "edition = 1\n[people]\nana = { name = \"Ana Ruiz\", side = \"product\" }\n";

const BET: &str = "id = \"refunds\"\ntitle = \"Refunds\"\nhorizon = \"h1\"\nstage = \"pilot\"\n\
    [mode]\nkind = \"augment\"\ndecides = \"the agent\"\nregulated = [\"eu-ai-act\"]\n\
    drift = { approve_at_most = 0.9, dwell_at_least = \"10s\" }\n";

const STOP: &str = "+++\nkind = \"decision\"\nabout = [\"refunds\"]\nby = [\"ana\"]\non = 2026-11-03\n\
    decision = \"stop\"\n+++\n\nIt paid one refund\ntwice.\n\nMore below.\n";

const RESTART: &str = "+++\nkind = \"decision\"\nabout = [\"refunds\"]\nby = [\"ana\"]\non = 2026-11-05\n\
    decision = \"restart\"\n+++\n";

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

fn roadmap() -> Roadmap {
    let parsed = parse(&[
        source("roadmap.toml", ROADMAP),
        source("bets/refunds.toml", BET),
        source("notes/decision-stop.md", STOP),
        source("notes/decision-restart.md", RESTART),
    ]);
    assert_eq!(parsed.diagnostics, []);
    parsed.roadmap
}

fn history() -> History {
    let version = |day: i8, stage: &str| {
        let revision = Revision {
            commit: format!("{day:040}"),
            on: date(2026, 10, day),
            by: "Ana".to_owned(),
            email: String::new(),
            subject: format!("to {stage}"),
        };
        let text = BET.replace("\"pilot\"", &format!("\"{stage}\""));
        let change =
            FileChange { path: "bets/refunds.toml".to_owned(), text: Some(text), found: false };
        (revision, vec![change])
    };
    History::read([version(1, "discovery"), version(9, "pilot")], false)
}

fn overseen(records: Option<&Records>) -> Oversight {
    let (roadmap, history) = (roadmap(), history());
    let now: Timestamp = "2026-11-21T00:00:00Z".parse().expect("a moment");
    let bet = roadmap.bet("refunds").expect("it is there");
    let asked =
        Asked { roadmap: &roadmap, history: Some(&history), bet, now, from: date(2026, 6, 1) };
    oversee(&asked, records)
}

fn tally(reviewer: &str, month: &str, decisions: u64, approvals: u64) -> Tally {
    Tally {
        reviewer: reviewer.to_owned(),
        month: month.to_owned(),
        decisions,
        approvals,
        overrides: decisions - approvals,
        looked: decisions,
        dwell_ms: Some(30_000.0),
        ..Tally::default()
    }
}

fn scores(all: &[(&str, u64, f64)]) -> BTreeMap<String, Scored> {
    all.iter().map(|(name, n, sum)| ((*name).to_owned(), Scored { n: *n, sum: *sum })).collect()
}

fn records(tallies: Vec<Tally>) -> Records {
    Records { tallies, ..Records::default() }
}

fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-9, "{found} is not {wanted}");
}

#[test]
fn shares_of_a_reviewer_have_exact_intervals() {
    let report = overseen(Some(&records(vec![tally("u_1", "2026-11", 40, 40)])));
    let approved = report.reviewers[0].approved.expect("there are decisions");
    assert_eq!((approved.count, approved.of), (40, 40));
    near(approved.share, 1.0);
    // All of n: the lower end is that share whose n-th power is half of alpha.
    near(approved.low, 0.025f64.powf(1.0 / 40.0));
    near(approved.high, 1.0);
}

#[test]
fn a_rubber_stamp_approves_nearly_all_and_looks_shortly_or_misses() {
    use Sign::{ApprovesNearlyAll, DoesNotRead, LooksShortly, MissesPlanted, RubberStamp};
    let quick = Tally { dwell_ms: Some(4000.0), ..tally("u_1", "2026-11", 40, 39) };
    let halved = Tally { dwell_ms: Some(15_000.0), ..tally("u_2", "2026-11", 40, 39) };
    let misses =
        Tally { scores: scores(&[("planted", 20, 1.0)]), ..tally("u_3", "2026-11", 40, 39) };
    let careful =
        Tally { scores: scores(&[("planted", 20, 18.0)]), ..tally("u_4", "2026-11", 40, 39) };
    let few = Tally { dwell_ms: Some(1000.0), ..tally("u_5", "2026-11", 19, 19) };
    let unread = Tally { read: 40, hurried: 30, ..tally("u_6", "2026-11", 40, 20) };
    let first = tally("u_2", "2026-10", 40, 30);
    let report = overseen(Some(&records(vec![quick, halved, misses, careful, few, unread, first])));
    let signs: Vec<_> = report
        .reviewers
        .iter()
        .map(|one| (one.reviewer.as_str(), one.month.as_str(), one.judged, one.signs.clone()))
        .collect();
    let expected = [
        ("u_1", "2026-11", true, vec![RubberStamp, ApprovesNearlyAll, LooksShortly]),
        ("u_2", "2026-10", true, vec![]),
        ("u_2", "2026-11", true, vec![RubberStamp, ApprovesNearlyAll, LooksShortly]),
        ("u_3", "2026-11", true, vec![RubberStamp, ApprovesNearlyAll, MissesPlanted]),
        ("u_4", "2026-11", true, vec![ApprovesNearlyAll]),
        ("u_5", "2026-11", false, vec![]),
        ("u_6", "2026-11", true, vec![DoesNotRead]),
    ];
    assert_eq!(signs, expected);
}

#[test]
fn all_reviewers_count_once_each_however_much_they_decide() {
    let all = vec![tally("u_1", "2026-10", 1000, 1000), tally("u_2", "2026-11", 10, 0)];
    let together = overseen(Some(&records(all))).together;
    let approved = together.approved.expect("there are decisions");
    near(approved.mean, 0.5);
    assert_eq!((approved.n, approved.reviewers, together.decisions), (1010, 2, 1010));
    assert_eq!(together.months.len(), 2);
    near(together.months[1].approved.expect("there are").mean, 0.0);
}

#[test]
fn reliance_counts_cases_and_the_team_is_compared_reviewer_by_reviewer() {
    let one = |reviewer: &str, over: (u64, f64), after: f64| Tally {
        scores: scores(&[
            ("over_reliance", over.0, over.1),
            ("under_reliance", 4, 1.0),
            ("accuracy_before", 10, 4.0),
            ("advice_accuracy", 10, 7.0),
            ("accuracy_after", 10, after),
        ]),
        differed: 5,
        moved: 4,
        ..tally(reviewer, "2026-11", 0, 0)
    };
    let report =
        overseen(Some(&records(vec![one("u_1", (8, 2.0), 6.0), one("u_2", (2, 2.0), 5.0)])));
    let reliance = &report.reliance;
    // 2 + 2 of 8 + 2, and 1 + 1 of 4 + 4.
    near(reliance.over_reliance.expect("it is scored").mean, 0.4);
    near(reliance.relative_self_reliance.expect("it is scored").mean, 0.6);
    near(reliance.relative_ai_reliance.expect("it is scored").mean, 0.75);
    near(reliance.moved.expect("there are first answers").mean, 0.8);
    assert_eq!(reliance.decided_first, 20);
    let of = |mean: Option<trueup_verdict::oversight::Mean>| mean.expect("it is scored").mean;
    near(of(report.team.over_person), 0.15);
    near(of(report.team.over_ai), -0.15);
    let low = reliance.over_reliance.expect("it is scored").low;
    near(reliance.relative_self_reliance.expect("it is scored").high, 1.0 - low);
}

#[test]
fn the_log_tells_who_stopped_it_when_and_why() {
    let report = overseen(None);
    let log: Vec<_> = report
        .switches
        .iter()
        .map(|one| (one.on.to_string(), one.what, one.text.as_str(), one.by.join(", ")))
        .collect();
    let expected = [
        (
            "2026-10-01".to_owned(),
            What::Decided,
            "written down at stage discovery",
            "Ana".to_owned(),
        ),
        ("2026-10-09".to_owned(), What::Started, "stage discovery → pilot", "Ana".to_owned()),
        ("2026-11-03".to_owned(), What::Stopped, "switched off", "Ana Ruiz".to_owned()),
        ("2026-11-05".to_owned(), What::Started, "switched on again", "Ana Ruiz".to_owned()),
    ];
    assert_eq!(log, expected);
    assert_eq!(report.switches[2].why.as_deref(), Some("It paid one refund twice."));
    assert_eq!(report.switches[2].source, "notes/decision-stop.md");
    assert_eq!(report.switches[3].why, None);
}

#[test]
fn what_is_not_recorded_is_named_and_is_never_zero() {
    let without = overseen(None);
    assert_eq!(without.missing.len(), 1, "{:?}", without.missing);
    assert!(without.together.approved.is_none() && without.reviewers.is_empty());
    let report = overseen(Some(&records(vec![tally("u_1", "2026-11", 40, 38)])));
    let missing = report.missing.join("\n");
    for name in ["tokens_out", "`planted`", "`first_answer`", "`over_reliance`"] {
        assert!(missing.contains(name), "{name} in {missing}");
    }
    assert!(report.reviewers[0].caught.is_none() && report.team.together.is_none());
    near(report.rules.approve_at_most, 0.9);
    near(report.rules.dwell_at_least_s, 10.0);
}
