//! Capabilities.

use trueup_pages::page::CapabilitiesPage;

use crate::rules::{html, says};
use crate::story::{empty, folded, frame, measured, told};

#[test]
fn shows_both_columns_and_the_harness_between() {
    let snapshot = told();
    let html = html(&CapabilitiesPage::new(&snapshot, frame(&snapshot)));
    for capability in &snapshot.roadmap().capabilities {
        says(
            &html,
            &[
                &format!("id=\"at-{}\"", capability.id),
                "The product gains",
                "The gap",
                "The training it asks for",
            ],
        );
    }
    says(
        &html,
        &["<h2>Harness</h2>", "thin:", "Thinness at each model release", "<th scope=\"row\">2026-"],
    );
    for bet in trueup_views::harness::running(&snapshot.roadmap().bets) {
        if bet.needs.iter().any(|need| snapshot.roadmap().capability(need).is_some()) {
            says(&html, &[&format!("href=\"/bets/{}\"", bet.id)]);
        }
    }
}

#[test]
fn links_between_files_in_a_folder() {
    let snapshot = measured();
    let html = html(&CapabilitiesPage::new(&snapshot, folded(&snapshot, 0)));
    says(&html, &["href=\"bets/"]);
    assert!(!html.contains("search.html"), "no host answers a search");
}

#[test]
fn says_what_to_write_where_there_is_none() {
    let snapshot = empty();
    let html = html(&CapabilitiesPage::new(&snapshot, frame(&snapshot)));
    says(
        &html,
        &["No capabilities yet", "capabilities/ID.toml", "needs the history of a git repository"],
    );
}
