//! `sign` and `decide`: people agree, and the files remember it.

use std::fs;

use crate::run::Ran;
use crate::story::{BET, Story};

fn refused(story: &Story, arguments: &[&str], why: &str) {
    let before = story.bet();
    let Ran { code, err, out } = story.run(arguments);
    assert_eq!(code, 2, "{arguments:?} was not refused: {out}");
    assert!(err.contains(why), "{arguments:?}: {err}");
    assert_eq!(story.bet(), before, "what is refused writes nothing");
}

fn sign(story: &Story, person: &str) -> String {
    story.good(&["sign", "drafts", "graduate", "--as", person, "--on", "2026-05-20"])
}

#[test]
fn each_side_signs_and_only_that_line_changes() {
    let story = Story::new();
    let said = sign(&story, "ana");
    assert!(said.starts_with("signed `graduate` of `drafts` for product as `ana`"), "{said}");
    assert!(said.contains("\n  `acceptance` at least 0.6, goal\n"), "{said}");
    assert!(said.contains("next: R&D signs") && said.contains("who may: `bo`"), "{said}");
    let half = story.bet();
    let line = half.strip_prefix(BET).expect("the rest stays as it was");
    assert!(line.starts_with("signed = { product = \"ana\", on = 2026-05-20, digest = \"b3:"));

    let done = sign(&story, "bo");
    assert!(done.ends_with("both sides have signed; next: commit `bets/drafts.toml`\n"), "{done}");
    let whole = half.replace("\"ana\", on", "\"ana\", rd = \"bo\", on");
    assert_eq!(story.bet(), whole);
}

#[test]
fn a_signature_that_is_a_table_stays_one() {
    let story = Story::new();
    sign(&story, "ana");
    let text = story.bet();
    let (above, digest) = text.split_once("signed = ").expect("it is signed");
    let digest = digest.split('"').nth(3).expect("a digest");
    let table = format!(
        "{above}[gate.graduate.signed]\nproduct = \"ana\" # she did\non = 2026-05-20\ndigest = \"{digest}\"\n"
    );
    story.write("roadmap/bets/drafts.toml", &table);
    sign(&story, "bo");
    assert_eq!(story.bet(), format!("{table}rd = \"bo\"\n"));
}

#[test]
fn signing_is_refused_with_the_way_out() {
    let story = Story::new();
    let sign = |bet, gate, person| ["sign", bet, gate, "--as", person];
    refused(&story, &sign("draft", "graduate", "ana"), "did you mean `drafts`?");
    refused(&story, &sign("drafts", "graduat", "ana"), "did you mean `graduate`?");
    refused(&story, &sign("drafts", "graduate", "anna"), "did you mean `ana`?");
    refused(&story, &sign("drafts", "graduate", "cy"), "`cy` left on 2026-02-01");
    let late = [&sign("drafts", "graduate", "ana")[..], &["--on", "2999-01-01"]].concat();
    refused(&story, &late, "lies ahead");
    story.good(&sign("drafts", "graduate", "ana"));
    refused(&story, &sign("drafts", "graduate", "ana"), "R&D is still to sign");
    story.good(&sign("drafts", "graduate", "bo"));
    refused(&story, &sign("drafts", "graduate", "bo"), "both sides did");
    story.change("title =", "titel =");
    refused(&story, &sign("drafts", "graduate", "bo"), "mend it first");
}

#[test]
fn a_stale_signature_starts_anew_and_names_what_changed() {
    let story = Story::new();
    sign(&story, "ana");
    sign(&story, "bo");
    story.commit("2026-05-20", "Ana", "Sign");
    story.change("at_least = 0.6", "at_least = 0.5").commit("2026-06-10", "Bo", "Lower the bar");
    let said = sign(&story, "bo");
    assert!(said.contains("other criteria were signed by `ana` and `bo`"), "{said}");
    assert!(said.contains("since then:\n  `acceptance` at least 0.6 → at least 0.5\n"), "{said}");
    assert!(said.contains("next: product signs"), "{said}");
    assert!(story.bet().contains("signed = { rd = \"bo\", on"), "{}", story.bet());
    assert!(sign(&story, "ana").contains("both sides have signed"));
}

#[test]
fn what_was_signed_before_a_shallow_clone_is_not_known() {
    let story = Story::new();
    sign(&story, "ana");
    sign(&story, "bo");
    story.commit("2026-05-20", "Ana", "Sign");
    story.change("at_least = 0.6", "at_least = 0.5");
    let edge = story.commit("2026-06-10", "Bo", "Lower the bar");
    story.cut_before(edge);
    let said = sign(&story, "bo");
    assert!(said.contains("no commit that is here holds them"), "{said}");
}

#[test]
fn a_bet_advances_when_it_has_what_the_next_stage_asks_for() {
    let story = Story::new();
    let advance = ["decide", "drafts", "advance", "--as", "ana", "--on", "2026-05-21"];
    refused(&story, &advance, "`drafts` cannot enter `pilot` yet; it lacks");
    refused(&story, &advance, "`trueup sign drafts graduate --as PERSON`");
    sign(&story, "ana");
    refused(&story, &advance, "a gate that both sides signed as it stands");
    sign(&story, "bo");
    let before = story.bet();
    let said = story.good(&advance);
    let expected = "decided advance on `drafts`: discovery → pilot\n\
         wrote notes/decision-2026-05-21-drafts.md\nnext: commit both\n";
    assert_eq!(said, expected);
    assert_eq!(story.bet(), before.replace("\"discovery\"", "\"pilot\""));
    assert!(!story.good(&["check"]).contains("error["));
    refused(&story, &advance, "only `ship` takes a pilot live");
}

#[test]
fn row_35_to_ship_takes_both_sides_and_a_verdict_or_a_reason() {
    let story = Story::new();
    sign(&story, "ana");
    sign(&story, "bo");
    let ship = ["decide", "drafts", "ship", "--as", "ana", "--on", "2026-05-22"];
    let both = [&ship[..], &["--as", "bo"]].concat();
    refused(&story, &both, "only a pilot ships");
    story.good(&["decide", "drafts", "advance", "--as", "ana", "--on", "2026-05-21"]);
    refused(&story, &ship, "nobody of R&D is among them; add `--as` one of: `bo`");
    refused(&story, &both, "name the one it rests on with `--verdict`");
    let with = |more: &[&'static str]| [&both[..], more].concat();
    refused(&story, &with(&["--verdict", "shipp"]), "`shipp` is no verdict");
    refused(&story, &with(&["--verdict", "kill"]), "says kill, not ship; who decides otherwise");
    let because = ["--verdict", "kill", "--because", "The law changed.\n\nSee \"minutes\"."];
    let said = story.good(&with(&because));
    assert!(
        said.starts_with("decided ship on `drafts`, against its verdict: pilot → live"),
        "{said}"
    );
    let note = story.path().join("roadmap/notes/decision-2026-05-22-drafts.md");
    let note = fs::read_to_string(note).expect("the note is there");
    let (head, body) = note.split_once("\n+++\n").expect("a header");
    assert!(
        head.starts_with(
            "+++\nkind = \"decision\"\nabout = [\"drafts\"]\nby = [\"ana\", \"bo\"]\n\
             on = 2026-05-22\ndecision = \"ship\"\nverdict = \"kill 2026-05-22 b3:"
        ),
        "{head}"
    );
    assert_eq!(body, "\nThe law changed.\n\nSee \"minutes\".\n");
    assert!(!story.good(&["check"]).contains("error["));
}

#[test]
fn a_bet_that_ended_stays_ended_and_a_pivot_names_what_follows() {
    let story = Story::new();
    let decide =
        |decision| ["decide", "drafts", decision, "--as", "ana,bo,ana", "--on", "2026-05-21"];
    assert!(story.good(&decide("continue")).contains("stays discovery"));
    let said = story.good(&decide("pivot"));
    assert!(said.contains("discovery → pivoted"), "{said}");
    assert!(said.contains("wrote notes/decision-2026-05-21-drafts-2.md"), "{said}");
    assert!(said.contains("add the new bet with `from = \"drafts\"`"), "{said}");
    let note = story.path().join("roadmap/notes/decision-2026-05-21-drafts-2.md");
    let note = fs::read_to_string(note).expect("the note is there");
    assert!(note.contains("\nby = [\"ana\", \"bo\"]\n"), "{note}");
    for decision in ["kill", "continue", "advance", "retire"] {
        refused(&story, &decide(decision), "it has ended; add a new bet whose `from` names it");
    }
}
