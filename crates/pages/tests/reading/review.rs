//! Review.

use trueup_pages::page::ReviewPage;
use trueup_pages::page::review::Since;

use crate::rules::{html, says};
use crate::story::{empty, frame, measured, told};

#[test]
fn lists_what_is_due_and_what_changed_with_who_speaks() {
    let snapshot = measured();
    let since = Since::new(&snapshot, None);
    assert!(since.day.is_some(), "the story has held a review");
    let page = ReviewPage::new(&snapshot, frame(&snapshot), since, Some(&[]));
    let html = html(&page);
    says(&html, &["Review of 2026-11-21", "What changed since", "Decisions that are due"]);
    for due in &page.decisions {
        says(
            &html,
            &[&format!("href=\"/bets/{}\"", due.bet), &due.decide_by.to_string(), "If undecided"],
        );
    }
    let sorted: Vec<_> = page.decisions.iter().map(|due| due.decide_by).collect();
    assert!(sorted.is_sorted());
    for item in &page.review.items {
        says(&html, &[&format!("href=\"{}\"", page.paths[&item.about])]);
    }
    says(&html, &["Why each bet is there", "Minutes", "kind = &#34;review&#34;"]);
}

#[test]
fn a_day_that_is_none_is_said() {
    let snapshot = told();
    let since = Since::new(&snapshot, Some("<yesterday>"));
    let page = ReviewPage::new(&snapshot, frame(&snapshot), since, None);
    says(&html(&page), &["&#60;yesterday&#62;</code> is no day", "2026-11-21"]);
    let day = Since::new(&snapshot, Some(" 2026-11-01 "));
    assert_eq!(
        (day.day.map(|day| day.to_string()), day.wrong),
        (Some("2026-11-01".to_owned()), None)
    );
}

#[test]
fn says_what_cannot_be_known() {
    let snapshot = empty();
    let page = ReviewPage::new(&snapshot, frame(&snapshot), Since::default(), None);
    says(
        &html(&page),
        &[
            "There was no review yet",
            "No evidence is read",
            "No git repository",
            "No time-box ends",
            "No changed verdicts, moved criteria",
        ],
    );
}
