//! The board of a recruiting product.

mod world;

use trueup_roadmap::{Diagnostic, Place, Severity};
use trueup_views::View;
use trueup_views::board::{Standing, board};
use world::World;

#[test]
fn shows_every_bet_where_it_stands() {
    let world = World::recruiting().judged();
    insta::assert_snapshot!("board", board(&world.seen()).text());
    insta::assert_snapshot!("board_markdown", board(&world.seen()).markdown());
}

#[test]
fn fits_a_terminal() {
    let world = World::recruiting();
    let text = board(&world.seen()).text();
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert!(text.contains("No evidence has been read"));
}

#[test]
fn counts_what_is_wrong_with_a_bet_once() {
    let mut world = World::recruiting().judged();
    let found = |code, severity, path: &str| Diagnostic {
        code,
        severity,
        message: String::new(),
        place: Place { path: path.to_owned(), span: 0..0 },
        label: None,
        help: None,
        patch: None,
    };
    world.diagnostics = vec![
        found("P03", Severity::Deny, "bets/skill-match.toml"),
        found("P05", Severity::Warn, "bets/skill-match.toml"),
        found("P05", Severity::Warn, "bets/summaries.toml"),
        found("B01", Severity::Note, "bets/skill-match.toml"),
    ];
    let board = board(&world.seen());
    let card = &board.horizons[0].bets[0];
    assert_eq!((card.errors, card.warnings), (1, 1));
    assert_eq!(card.purgatory, ["P03", "P05"]);
    let text = board.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("1✖ 1▲"), "{text}");
}

#[test]
fn rows_9_and_85_horizons_stand_by_how_far_away_they_start() {
    let world = World::recruiting();
    let board = board(&world.seen());
    let ids: Vec<&str> = board.horizons.iter().map(|column| column.id.as_str()).collect();
    assert_eq!(ids, ["now", "next", "later"]);
}

#[test]
fn a_gate_passes_when_it_is_signed_and_all_is_met() {
    let mut world = World::recruiting().judged();
    let standing = |world: &World| {
        let board = board(&world.seen());
        let gates = &board.horizons[0].bets[0].milestones;
        gates.iter().map(|gate| (gate.standing, gate.met)).collect::<Vec<_>>()
    };
    let poc = (Standing::Unsigned, Some(1));
    assert_eq!(standing(&world), [poc, (Standing::Signed, Some(2))]);
    let report = world.report.as_mut().expect("it was judged");
    for criterion in &mut report.bets[0].criteria {
        criterion.state = trueup_verdict::report::State::Met;
    }
    assert_eq!(standing(&world), [poc, (Standing::Passed, Some(3))]);
    let bets = &mut world.parsed.roadmap.bets;
    let bet = bets.iter_mut().find(|bet| bet.id.value == "skill-match").expect("it is there");
    let signature = bet.gates[1].signature.as_mut();
    signature.expect("it is signed").digest.value = "b3:11111111".to_owned();
    assert_eq!(standing(&world), [poc, (Standing::Stale, Some(3))]);
}

#[test]
fn to_have_learned_is_a_success() {
    let world = World::recruiting();
    let [chat] = &board(&world.seen()).ended[..] else { panic!("one bet is over") };
    assert!(chat.is_success);
    assert_eq!(chat.learned.as_deref(), Some("Candidates ask, and still do not apply"));
    assert_eq!(chat.followed_by, ["questions"]);
}

#[test]
fn the_json_holds_what_the_text_says() {
    let world = World::recruiting().judged();
    let json: serde_json::Value =
        serde_json::from_str(&board(&world.seen()).json()).expect("it is JSON");
    let card = &json["horizons"][0]["bets"][0];
    assert_eq!(card["verdict"], "continue");
    assert_eq!(card["days_left"], 20);
    assert_eq!(card["milestones"][0]["standing"], "unsigned");
}
