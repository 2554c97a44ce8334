//! Views for planning, meetings and customers, from the command line.

use serde_json::Value;

use crate::run::Place;

fn place() -> Place {
    let place = Place::new();
    place.good(&["init"]);
    place
}

/// With a promise to customers in the only bet.
fn promised(level: &str) -> Place {
    let place = place();
    let read =
        |path: &str| std::fs::read_to_string(place.path().join(path)).expect("`init` wrote it");
    let bet = read("roadmap/bets/reply-drafts.toml");
    let promise = "\n[promise]\nwhat = \"drafts for everybody\"\non = 2026-10-01\n";
    place.write("roadmap/bets/reply-drafts.toml", &(bet + promise));
    let head = read("roadmap/roadmap.toml");
    place.write("roadmap/roadmap.toml", &format!("{head}\n[policy.levels]\nH05 = \"{level}\"\n"));
    place
}

#[test]
fn every_view_speaks_every_format() {
    let place = place();
    for view in ["capabilities", "professions", "review"] {
        let json: Value = serde_json::from_str(&place.good(&[view, "--format", "json"])).unwrap();
        assert!(json["today"].is_string(), "{view}: {json}");
        let markdown = place.good(&[view, "--format", "markdown"]);
        assert!(markdown.starts_with("# "), "{view}: {markdown}");
        assert!(place.good(&[view]).contains("===="), "{view}");
    }
}

#[test]
fn the_minutes_can_be_saved_as_a_note() {
    let place = place();
    let review: Value =
        serde_json::from_str(&place.good(&["review", "--format", "json"])).expect("JSON");
    let minutes = &review["minutes"];
    let path = format!("roadmap/{}", minutes["path"].as_str().expect("a path"));
    place.write(&path, minutes["text"].as_str().expect("a text"));
    let said = place.run(&["check"]).out;
    assert!(!said.contains("notes/review-"), "{said}");
    let next: Value =
        serde_json::from_str(&place.good(&["review", "--format", "json"])).expect("JSON");
    assert_eq!(next["since"], review["today"], "the next meeting starts from this one");
}

#[test]
fn a_promise_without_evidence_is_named_beside_the_text() {
    let ran = promised("deny").run(&["export", "--customers"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("H05 overpromise: `reply-drafts`"), "{}", ran.err);
    assert!(ran.out.contains("nothing can be promised"), "{}", ran.out);
    assert!(!ran.out.contains("reply") && !ran.out.contains("drafts"), "{}", ran.out);

    let ran = promised("warn").run(&["export", "--customers"]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("H05"), "{}", ran.err);
    let ran = promised("allow").run(&["export", "--customers"]);
    assert!(ran.code == 0 && !ran.err.contains("H05"), "{}", ran.err);
}
