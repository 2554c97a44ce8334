//! The story of a recruiting product: what a user finds in the folder that the demo writes.

use crate::run::Place;

const TODAY: &str = "2026-11-21";
const ROADMAP: &str = "trueup-demo/roadmap";

fn story() -> (Place, String) {
    let place = Place::new();
    let out = place.good(&["demo", "--story", "recruiting", "--today", TODAY]);
    (place, out)
}

#[test]
fn the_story_says_what_to_try() {
    let (place, out) = story();
    insta::assert_snapshot!("story", out);
    let readme = std::fs::read_to_string(place.path().join("trueup-demo/README.md"));
    assert!(readme.expect("it is written").contains("No such company exists"));
}

#[test]
fn a_lowered_criterion_is_found_on_the_day_after() {
    let (place, _) = story();
    let before = place.run(&["check", ROADMAP, "--as-of", "2026-10-13"]);
    assert!(!before.out.contains("S03"), "{}", before.out);
    let after = place.run(&["check", ROADMAP, "--as-of", "2026-10-15"]);
    assert_eq!(after.code, 1, "{}", after.out);
    assert!(after.out.contains("error[S03]") && after.out.contains("skill-match"), "{}", after.out);
    let signed_again = place.run(&["check", ROADMAP, "--as-of", TODAY]);
    assert!(!signed_again.out.contains("S03"), "{}", signed_again.out);
}

#[test]
fn an_earlier_story_is_replaced_only_by_force() {
    let (place, _) = story();
    let again = ["demo", "--story", "recruiting", "--today", TODAY];
    let refused = place.run(&again);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--force"), "{}", refused.err);
    place.good(&[&again[..], &["--force"]].concat());
}

#[test]
fn a_plan_says_what_comes_next_and_is_bad_news_with_a_new_error() {
    let (place, _) = story();
    let plan = place.run(&["plan", "HEAD~20..HEAD", "--roadmap", ROADMAP]);
    assert_eq!(plan.code, 1, "{}", plan.out);
    let next = plan.out.split("what comes next\n").nth(1).expect("the order changed");
    let next: Vec<&str> = next.lines().take_while(|line| !line.is_empty()).collect();
    assert_eq!(next[0], "  `offer-letters`: no place → place 1");
    assert!(next.contains(&"  `skill-match`: place 2 → place 5"), "{next:?}");
}
