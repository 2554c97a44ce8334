//! The demo: the same path that a user takes, with every verdict in it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::run::Place;

const TODAY: &str = "2026-11-20";

fn demo() -> (Place, String) {
    let place = Place::new();
    let out = place.good(&["demo", "--today", TODAY]);
    (place, out)
}

#[test]
fn the_demo_tells_its_story() {
    let (place, out) = demo();
    insta::assert_snapshot!("demo", out);
    let page = std::fs::read_to_string(place.path().join("trueup-demo/report.html"));
    assert!(page.expect("the page is written").contains("<h1"));
    every_verdict_occurs(&place);
    it_is_a_normal_roadmap_and_repository(&place);
    an_earlier_day_reads_the_earlier_roadmap(&place);
}

fn verdicts(place: &Place, as_of: &str) -> BTreeMap<String, Value> {
    let roadmap = "trueup-demo/roadmap";
    let ran = place.run(&["verdict", "--roadmap", roadmap, "--as-of", as_of, "--format", "json"]);
    assert!(ran.code < 2, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).expect("a report is JSON");
    assert!(report["notices"].to_string().contains("simulated"), "{}", report["notices"]);
    let bets = report["bets"].as_array().expect("a report has bets").clone();
    bets.into_iter().map(|bet| (bet["id"].as_str().expect("an id").to_owned(), bet)).collect()
}

fn every_verdict_occurs(place: &Place) {
    let bets = verdicts(place, TODAY);
    let word = |bet: &str| bets[bet]["verdict"].as_str().expect("a verdict").to_owned();
    assert_eq!(word("reply-draft"), "ship");
    assert_eq!(word("thread-summary"), "continue");
    assert_eq!(word("refund-approvals"), "pivot");
    assert_eq!(word("call-notes"), "kill");
    assert_eq!(word("auto-close"), "kill");
    assert_eq!(word("churn-signals"), "learned");
    let stuck = &bets["ticket-routing"];
    assert_eq!(stuck["rule"], 5);
    assert!(stuck["purgatory"]["level"].as_u64() >= Some(2), "{}", stuck["purgatory"]);
    let codes = |bet: &str| bets[bet]["reasons"].to_string();
    assert!(codes("ticket-routing").contains("P02"), "{}", codes("ticket-routing"));
    assert!(codes("refund-approvals").contains("A03"), "{}", codes("refund-approvals"));
    assert!(codes("call-notes").contains("C05"), "{}", codes("call-notes"));
}

fn it_is_a_normal_roadmap_and_repository(place: &Place) {
    an_edited_text_is_of_no_commit(place);
    let ran = place.run(&["check", "trueup-demo/roadmap"]);
    assert_eq!(ran.code, 1, "one signature is stale: {}", ran.out);
    assert!(ran.out.contains("S03"), "{}", ran.out);
    let again = place.run(&["demo"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("--force"), "{}", again.err);
}

fn an_edited_text_is_of_no_commit(place: &Place) {
    let commit = || {
        let judged = ["verdict", "--roadmap", "trueup-demo/roadmap", "--format", "json"];
        let report: Value = serde_json::from_str(&place.run(&judged).out).expect("it is JSON");
        report["roadmap"]["commit"].clone()
    };
    assert!(commit().is_string());
    let bet = place.path().join("trueup-demo/roadmap/bets/reply-draft.toml");
    let text = std::fs::read_to_string(&bet).expect("the bet is there");
    std::fs::write(&bet, format!("{text}# a change\n")).expect("it can be edited");
    assert!(commit().is_null());
    std::fs::write(&bet, text).expect("it can be edited");
}

/// The criteria of one bet moved on the way; an earlier answer rests on those in force then.
fn an_earlier_day_reads_the_earlier_roadmap(place: &Place) {
    let (then, now) = (verdicts(place, "2026-10-05"), verdicts(place, TODAY));
    let criteria = |bets: &BTreeMap<String, Value>| bets["ticket-routing"]["criteria"].to_string();
    assert_ne!(criteria(&then), criteria(&now));
    assert_eq!(then, verdicts(place, "2026-10-05"), "the same day gives the same answer");
}
