//! Oversight.

use trueup_pages::Snapshot;
use trueup_pages::page::{OversightPage, OversightsPage};
use trueup_verdict::oversight::records::Scored;
use trueup_verdict::oversight::{Asked, Oversight, Records, Tally, oversee};

use crate::rules::{html, says};
use crate::story::{empty, frame, measured, told};

#[test]
fn shows_who_decides_and_the_signs_first() {
    let snapshot = measured();
    let page = OversightsPage::new(&snapshot, frame(&snapshot));
    assert!(page.bets.iter().any(|bet| bet.mode.is_some()));
    let html = html(&page);
    says(
        &html,
        &[
            "a person decides in ",
            "A03 rubber-stamp",
            "98 % of suggestions are accepted after 4 s",
            "Acceptance rate",
            "61.0 %",
            "55.0 to 66.0 %",
            "12,001",
            "312 people",
        ],
    );
}

#[test]
fn without_evidence_there_is_no_clean_bill() {
    let snapshot = told();
    let html = html(&OversightsPage::new(&snapshot, frame(&snapshot)));
    says(&html, &["there is no evidence yet"]);
    assert!(!html.contains("No sign of a problem"));
    let nothing = empty();
    says(&OversightsPage::new(&nothing, frame(&nothing)).frame.name, &["recruiting"]);
}

fn report(snapshot: &Snapshot, records: Option<&Records>) -> Oversight {
    let asked = Asked {
        roadmap: snapshot.roadmap(),
        history: snapshot.history.as_ref(),
        bet: &snapshot.roadmap().bets[0],
        now: snapshot.now,
        from: jiff::civil::date(2025, 12, 1),
    };
    oversee(&asked, records)
}

fn tally(reviewer: &str, approvals: u64, dwell_ms: f64) -> Tally {
    Tally {
        reviewer: reviewer.to_owned(),
        month: "2026-11".to_owned(),
        decisions: 100,
        approvals,
        rejections: 100 - approvals,
        looked: 100,
        dwell_ms: Some(dwell_ms),
        scores: [("planted".to_owned(), Scored { n: 10, sum: 9.0 })].into(),
        ..Tally::default()
    }
}

#[test]
fn the_report_names_those_who_do_not_look() {
    let snapshot = told();
    let tallies = vec![tally("b3careful0000", 60, 45_000.0), tally("b3hasty000000", 100, 900.0)];
    let records = Records { tallies, of_nobody: 3, store: Vec::new() };
    let html = html(&OversightPage::new(frame(&snapshot), report(&snapshot, Some(&records))));
    says(
        &html,
        &[
            "1 of 2</b> reviewer-months",
            "look like rubber-stamping",
            "200 decisions by 2 reviewers; 3 more name nobody",
            "b3hasty000",
            "rubber stamp",
            "100.0 %",
            "900 ms",
            "b3careful0",
            "45 s",
        ],
    );
    says(
        &html,
        &[
            "Starts, stops and decisions",
            "<ol class=\"switches\">",
            "How it was counted",
            "Brysbaert 2019",
        ],
    );
}

#[test]
fn the_report_says_what_is_not_recorded() {
    let snapshot = told();
    let html = html(&OversightPage::new(frame(&snapshot), report(&snapshot, None)));
    says(
        &html,
        &[
            "Not enough evidence: nobody has 20 decisions in one month",
            "Not recorded",
            "there is no evidence yet",
        ],
    );
}
