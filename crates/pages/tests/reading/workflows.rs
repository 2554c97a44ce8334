//! Workflows.

use trueup_pages::page::WorkflowsPage;
use trueup_pages::page::workflows::Service;

use crate::rules::{html, says};
use crate::story::{empty, frame, told};

#[test]
fn shows_which_bets_serve_which_stage() {
    let snapshot = told();
    let page = WorkflowsPage::new(&snapshot, frame(&snapshot));
    let served =
        page.workflows.iter().flat_map(|work| &work.stages).filter(|step| !step.bets.is_empty());
    let named = snapshot.roadmap().bets.iter().filter(|bet| bet.workflow.is_some());
    assert!(served.clone().count() > 0);
    for step in served {
        for bet in &step.bets {
            let workflow = named
                .clone()
                .find(|known| known.id.value == bet.bet)
                .and_then(|bet| bet.workflow.as_ref());
            assert!(workflow.is_some_and(|named| named.ends_with(&step.id)));
        }
    }
    let html = html(&page);
    for work in &page.workflows {
        says(&html, &[&format!("id=\"at-{}\"", work.ranked.id), "Where it fails", "Serve"]);
    }
    says(&html, &["●", "in use"]);
}

#[test]
fn tells_use_from_plan_and_from_nothing() {
    let snapshot = told();
    let page = WorkflowsPage::new(&snapshot, frame(&snapshot));
    let states: Vec<Service> =
        page.workflows.iter().flat_map(|work| &work.stages).map(|step| step.state).collect();
    assert!(states.contains(&Service::InUse) && states.contains(&Service::Free), "{states:?}");
}

#[test]
fn says_what_to_write_where_there_is_none() {
    let snapshot = empty();
    says(
        &html(&WorkflowsPage::new(&snapshot, frame(&snapshot))),
        &["No workflows yet", "workflows/ID.toml"],
    );
}
