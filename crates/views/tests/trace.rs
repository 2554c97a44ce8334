//! The line of sight through a recruiting product's roadmap.

mod world;

use trueup_views::View;
use trueup_views::trace::{Kind, trace};
use world::World;

fn text(name: &str) -> String {
    let world = World::recruiting().judged();
    trace(&world.seen(), name).expect("it is known").text()
}

#[test]
fn row_15_shows_both_ways_of_a_bet() {
    insta::assert_snapshot!("trace_bet", text("skill-match"));
    let world = World::recruiting().judged();
    let trace = trace(&world.seen(), "skill-match").expect("it is known");
    insta::assert_snapshot!("trace_bet_markdown", trace.markdown());
    insta::assert_snapshot!("trace_bet_json", trace.json());
}

#[test]
fn follows_everything_that_has_an_id() {
    insta::assert_snapshot!("trace_outcome", text("faster"));
    insta::assert_snapshot!("trace_key_result", text("faster/cheap"));
    insta::assert_snapshot!("trace_metric", text("cost_per_interaction"));
    insta::assert_snapshot!("trace_capability", text("map-skills"));
    insta::assert_snapshot!("trace_workflow", text("recruiting"));
    insta::assert_snapshot!("trace_stage", text("recruiting/shortlist"));
    insta::assert_snapshot!("trace_note", text("field-acme"));
}

#[test]
fn names_what_is_missing_at_any_layer() {
    let world = World::recruiting();
    let cases: [(&str, &[&str]); 8] = [
        (
            "agents",
            &[
                "bet `agents` serves no key result: add `serves`",
                "bet `agents` has no criterion: add a `[gate.graduate]`",
                "capability `plan` has no criterion that says when the gap is closed",
            ],
        ),
        ("faster/cheap", &["key result `faster/cheap` is served by no bet"]),
        (
            "summaries",
            &[
                "bet `summaries` has no criterion with the role `goal`, so nothing shows what it is for",
            ],
        ),
        ("brier", &["metric `brier` decides nothing: no criterion has it"]),
        ("recruiting/reject", &["stage `recruiting/reject` is served by no bet"]),
        ("chat", &[]),
        ("skill-match", &[]),
        ("acceptance", &[]),
    ];
    for (name, missing) in cases {
        let trace = trace(&world.seen(), name).expect("it is known");
        assert_eq!(trace.missing, missing, "{name}");
    }
}

#[test]
fn an_unknown_name_gets_the_nearest() {
    let world = World::recruiting();
    let error = |name| trace(&world.seen(), name).expect_err("it is not known").to_string();
    assert_eq!(error("skil-match"), "no `skil-match`; did you mean `skill-match`?");
    assert_eq!(error("bet:skil-match"), "no bet `skil-match`; did you mean `skill-match`?");
    assert_eq!(error("faster/trust"), "no `faster/trust`; did you mean `faster/trusted`?");
    assert!(error("zzzzzzzzzzzz").contains("a stage (`workflow/stage`)"));
}

#[test]
fn a_name_of_several_needs_its_kind() {
    let outcome = "id = \"summaries\"\ntitle = \"t\"\nfor = \"f\"\nmetric = \"f1\"\nfrom = 0\nto = 1\nby = 2027-01-01\n";
    let bet = "id = \"summaries\"\ntitle = \"t\"\nhorizon = \"h1\"\nstage = \"framed\"\n";
    let world = World::of(&[
        ("roadmap.toml", "edition = 1\n"),
        ("outcomes/o.toml", outcome),
        ("bets/b.toml", bet),
    ]);
    let error = trace(&world.seen(), "summaries").expect_err("there are two").to_string();
    let expected =
        "`summaries` is the name of several; write `outcome:summaries` or `bet:summaries`";
    assert_eq!(error, expected);
    let trace = trace(&world.seen(), "outcome:summaries").expect("it is known");
    assert_eq!(trace.subject.kind, Kind::Outcome);
}

#[test]
fn notes_about_one_another_end() {
    let note = |about: &str| {
        format!(
            "+++\nkind = \"learning\"\nabout = [\"note:{about}\"]\nby = [\"bo\"]\non = 2026-01-01\n+++\n"
        )
    };
    let head = "edition = 1\n[people]\nbo = { name = \"Bo\", side = \"rd\" }\n";
    let (one, other) = (note("b"), note("a"));
    let world = World::of(&[("roadmap.toml", head), ("notes/a.md", &one), ("notes/b.md", &other)]);
    let trace = trace(&world.seen(), "a").expect("it is known");
    assert_eq!(trace.why.len(), 1);
    assert!(trace.why[0].lines.is_empty());
}
