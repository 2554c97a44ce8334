//! `log` and `plan`: how a roadmap moved, and what a change to it does.

use serde_json::Value;

use crate::run::Place;
use crate::story::Story;

/// The bar falls, the scope grows, the date slips.
fn moved() -> Story {
    let story = Story::new();
    story.change("at_least = 0.6", "at_least = 0.5").commit("2026-06-10", "Bo", "Lower the bar");
    story.change("does = [\"drafts\"]", "does = [\"drafts\", \"summaries\"]");
    story.change("decide_by = 2036-08-01", "decide_by = 2036-10-01");
    story.commit("2026-07-01", "Ana", "More, and later");
    story
}

#[test]
fn log_tells_old_and_new_who_when_and_in_which_commit() {
    let story = moved();
    let log = story.good(&["log", "drafts"]);
    let expected = "drafts: 4 changes in 3 commits, 2026-05-01 to 2026-07-01; 1 criterion moved\n\n\
         2026-07-01  Ana  COMMIT  More, and later\n  \
         date `box.decide_by`: 2036-08-01 → 2036-10-01\n  \
         scope `scope.does`: added summaries\n\n\
         2026-06-10  Bo  COMMIT  Lower the bar\n  \
         criterion graduate: `acceptance`: at least 0.6 → at least 0.5\n\n\
         2026-05-01  Ana  COMMIT  Start\n  \
         bet: added Drafted replies, h1, discovery\n";
    assert_eq!(without_ids(&log), expected);

    let json = story.good(&["log", "drafts", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let fall = &json["changes"][2];
    assert_eq!(fall["what"], "criterion");
    assert_eq!((&fall["old"], &fall["new"]), (&"at least 0.6".into(), &"at least 0.5".into()));
    assert_eq!((&fall["by"], &fall["on"]), (&"Bo".into(), &"2026-06-10".into()));
    assert_eq!(fall["commit"].as_str().expect("an id").len(), 40);

    let markdown = story.good(&["log", "drafts", "--format", "markdown"]);
    assert!(markdown.contains("| 2026-06-10 | Bo | "), "{markdown}");
}

/// Commits as `COMMIT`.
fn without_ids(text: &str) -> String {
    let is_id = |word: &str| word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = text.split(' ').map(|word| if is_id(word) { "COMMIT" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn log_counts_for_each_bet_and_knows_outcomes_and_days() {
    let story = moved();
    let all = story.good(&["log"]);
    assert!(
        all.contains("  drafts          entity 1, date 1, scope 1, criterion 1; last"),
        "{all}"
    );
    assert!(all.contains("  outcome:growth  entity 1; last on 2026-05-01 by Ana"), "{all}");
    assert!(story.good(&["log", "growth"]).contains("outcome: added Growth"));
    let then = story.good(&["log", "drafts", "--as-of", "2026-06-30"]);
    assert!(then.contains("2 changes in 2 commits") && !then.contains("slip"), "{then}");
    let typo = story.run(&["log", "draft"]);
    assert_eq!(typo.code, 2);
    assert!(typo.err.contains("did you mean `drafts`?"), "{}", typo.err);
}

#[test]
fn a_removed_bet_is_remembered() {
    let story = Story::new();
    std::fs::remove_file(story.path().join("roadmap/bets/drafts.toml")).expect("it was there");
    story.commit("2026-06-01", "Bo", "Drop it");
    let log = story.good(&["log", "drafts"]);
    assert!(log.contains("bet: removed Drafted replies, h1, discovery"), "{log}");
    let plan = story.good(&["plan", "HEAD~1..HEAD"]);
    assert!(plan.contains("bet `drafts` removed"), "{plan}");
}

#[test]
fn a_shallow_clone_says_what_it_cannot_know() {
    let story = Story::new();
    story.change("at_least = 0.6", "at_least = 0.5");
    let edge = story.commit("2026-06-10", "Bo", "Lower the bar");
    story.change("horizon = \"h1\"", "horizon = \"h2\"").commit("2026-06-20", "Ana", "Later");
    story.cut_before(edge);
    let log = story.good(&["log", "drafts"]);
    assert!(log.contains("what stood there on 2026-06-10 is taken as found"), "{log}");
    assert!(log.contains("git fetch --unshallow"), "{log}");
    assert!(log.contains("h1 → h2") && !log.contains("at least"), "{log}");
    let plan = story.good(&["plan", "HEAD~1.."]);
    assert!(plan.contains("what was before 2026-06-10 are not known"), "{plan}");
    let far = story.run(&["plan", "HEAD~2"]);
    assert_eq!(far.code, 2);
    assert!(far.err.contains("git fetch --unshallow"), "{}", far.err);
}

#[test]
fn without_git_both_say_so_and_what_to_do() {
    let place = Place::new();
    place.good(&["init"]);
    for command in ["log", "plan"] {
        let ran = place.run(&[command]);
        assert_eq!(ran.code, 2);
        assert!(
            ran.err.contains("is in no git repository; start one with `git init`"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn plan_says_what_the_files_on_disk_change() {
    let story = Story::new();
    assert_eq!(story.good(&["plan"]), "nothing changes\n");
    story.change("# the bar", "# a comment alone");
    assert_eq!(story.good(&["plan"]), "nothing changes\n");
    story.change("horizon = \"h1\"", "horizon = \"h2\"");
    story.change("title = \"Drafted replies\"", "title = \"Replies\"");
    let plan = story.good(&["plan"]);
    let expected = "1 changed; 1 bet moves horizon\n\nwhat changes\n  \
         bet `drafts` horizon: h1 → h2\n  \
         bet `drafts` field `title`: \"Drafted replies\" → \"Replies\"\n";
    assert_eq!(plan, expected);
}

#[test]
fn plan_exits_with_1_when_the_change_is_denied_something_new() {
    let story = Story::new();
    story.good(&["sign", "drafts", "graduate", "--as", "ana"]);
    story.good(&["sign", "drafts", "graduate", "--as", "bo"]);
    story.commit("2026-05-20", "Ana", "Sign");
    story.change("at_most = 0.02, role", "at_most = 0.05, role");
    let ran = story.run(&["plan", "--format", "markdown"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    let first = ran.out.lines().next().expect("a line");
    assert!(
        first.starts_with("### Trueup plan: 1 changed; 1 criterion moves; 1 signature turns stale")
    );
    assert!(ran.out.contains("- error S03 in bets/drafts.toml"), "{}", ran.out);
    assert!(ran.out.contains("criterion graduate: `error_rate`: at most 0.02 → at most 0.05"));
    story.commit("2026-05-21", "Ana", "Break it");
    // The same finding on both sides is no news.
    story.change("horizon = \"h1\"", "horizon = \"h2\"");
    let json: Value =
        serde_json::from_str(&story.good(&["plan", "--format", "json"])).expect("JSON");
    assert_eq!(json["bad_news"], false);
    assert_eq!(json["new"], Value::Array(Vec::new()));
    assert_eq!(json["entities"][0]["moved"][0]["what"], "horizon");
    let back = story.good(&["plan", "HEAD..HEAD~1"]);
    assert!(back.contains("1 signature turns fresh") && back.contains("1 finding gone"), "{back}");
}
