//! The board and the outcomes.

mod world;

use trueup_pages::page::board::{BoardPage, Shown};
use trueup_pages::page::{OutcomePage, OutcomesPage};
use trueup_pages::{Page, Snapshot};
use world::{demo, frame, keep, of_files, source};

fn board(snapshot: &Snapshot, shown: Shown) -> String {
    BoardPage::new(snapshot, frame(snapshot), shown).html()
}

#[test]
fn each_running_bet_is_on_the_board_once_with_its_verdict_and_numbers() {
    let snapshot = demo();
    let html = board(&snapshot, Shown::default());
    keep("board", &html);
    for bet in &snapshot.roadmap().bets {
        let cards = html.matches(&format!("<h3 id=\"bet-{}\">", bet.id.value)).count();
        let is_over = bet.stage.value > trueup_roadmap::bet::Stage::Live;
        assert_eq!(cards, usize::from(!is_over), "{}", bet.id.value);
    }
    for said in ["Needs somebody", "24,513", "Time-box", "people", "asked at least"] {
        assert!(html.contains(said), "no {said}");
    }
    assert!(html.len() < 100_000, "{} bytes", html.len());
}

#[test]
fn what_is_asked_for_alone_is_shown() {
    let snapshot = demo();
    let shown = Shown { verdict: Some("kill".to_owned()), ..Shown::default() };
    let page = BoardPage::new(&snapshot, frame(&snapshot), shown);
    let cards: Vec<_> = page.horizons.iter().flat_map(|lane| &lane.cards).collect();
    assert!(cards.iter().all(|card| card.verdict == "kill"));
    let nobody = Shown { owner: Some("nobody".to_owned()), ..Shown::default() };
    assert!(board(&snapshot, nobody).contains("No bet that is asked for"));
}

#[test]
fn a_board_without_bets_says_how_to_begin() {
    let html = board(&of_files(&[source("roadmap.toml", "edition = 1\n")]), Shown::default());
    assert!(html.contains("There is no bet yet") && html.contains("href=\"/new\""), "{html}");
}

#[test]
fn no_text_of_a_bet_becomes_markup() {
    let bet =
        "id = \"a\"\ntitle = \"<script>alert(1)</script>\"\nhorizon = \"h1\"\nstage = \"framed\"\n";
    let html = board(
        &of_files(&[source("roadmap.toml", "edition = 1\n"), source("bets/a.toml", bet)]),
        Shown::default(),
    );
    assert!(html.contains("&#60;script&#62;") || html.contains("&lt;script&gt;"), "{html}");
    assert!(!html.contains("<script>alert"), "{html}");
}

#[test]
fn outcomes_say_what_was_promised_and_what_came() {
    let snapshot = demo();
    keep("outcomes", &OutcomesPage::new(&snapshot, frame(&snapshot)).html());
    let outcome = &snapshot.roadmap().outcomes[0];
    let page =
        OutcomePage::new(&snapshot, frame(&snapshot), &outcome.id.value).expect("it is there");
    let html = page.html();
    keep("outcome", &html);
    assert!(html.contains("Promised and delivered") && html.contains(&outcome.by.to_string()));
    assert_eq!(page.outcome.key_results.len(), outcome.key_results.len());
    let steps: usize = page.outcome.key_results.iter().map(|step| step.bets.len()).sum();
    assert_eq!((page.outcome.bets.len(), steps), (4, 4), "each bet stands below its key result");
    assert_eq!(page.outcome.goal.measured.len(), 4, "every bet of the demo measures acceptance");
    let board = board(&snapshot, Shown::default());
    assert!(
        board.contains(&format!("href=\"/outcomes/{}\"", outcome.id.value)),
        "cards name what they serve"
    );
    let unknown =
        OutcomePage::new(&snapshot, frame(&snapshot), "nothing").expect_err("no such outcome");
    assert!(unknown.to_string().contains("no outcome `nothing`"), "{unknown}");
}
