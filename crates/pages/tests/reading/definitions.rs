//! Metrics.

use trueup_pages::page::definitions::Of;
use trueup_pages::page::{DefinitionPage, DefinitionsPage};

use crate::rules::{html, says};
use crate::story::{frame, measured, told};

#[test]
fn lists_metrics_by_side_with_their_use() {
    let snapshot = measured();
    let html = html(&DefinitionsPage::new(&snapshot, frame(&snapshot), Of::All));
    says(
        &html,
        &[
            "What people do with it",
            "href=\"/definitions/acceptance\"",
            "share",
            "↑ more",
            "user",
            "What it costs",
        ],
    );
    let all = DefinitionsPage::new(&snapshot, frame(&snapshot), Of::new(Some("anything")));
    let own = DefinitionsPage::new(&snapshot, frame(&snapshot), Of::new(Some("own")));
    let count =
        |page: &DefinitionsPage| page.sides.iter().map(|side| side.metrics.len()).sum::<usize>();
    assert_eq!((count(&all), count(&own)), (all.metrics, all.own));
    assert!(all.used > 0 && all.used < all.metrics);
}

#[test]
fn tells_a_metric_in_full() {
    let snapshot = measured();
    let page =
        DefinitionPage::new(&snapshot, frame(&snapshot), "acceptance").expect("it is standard");
    let html = html(&page);
    says(
        &html,
        &[
            "Acceptance rate",
            "rows of actions where kind is accept; of rows of actions where kind is accept or reject or override",
            "share",
            "after 1 h",
            "0 to 1",
            "standard",
            "<h2>Today</h2>",
            "href=\"/bets/",
            "61.0 %",
            "55.0 to 66.0 %",
            "12,001",
            "312 people",
            "Where it is used",
            "criterion",
            "As it is written",
            "[measure]",
        ],
    );
    assert!(DefinitionPage::new(&snapshot, frame(&snapshot), "acceptence").is_none());
}

#[test]
fn every_metric_has_a_page() {
    let snapshot = told();
    for metric in &snapshot.roadmap().metrics {
        let page =
            DefinitionPage::new(&snapshot, frame(&snapshot), &metric.id).expect("it is known");
        assert!(page.metric.text.contains("[measure]"), "{}", metric.id);
        says(&html(&page), &["There is no evidence yet"]);
    }
}
