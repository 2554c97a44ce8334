//! Search.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use trueup_pages::Snapshot;
use trueup_pages::page::SearchPage;
use trueup_pages::search::Hit;
use trueup_roadmap::Source;

use crate::rules::{html, says};
use crate::story::{empty, frame, of, told};

static STORY: LazyLock<Snapshot> = LazyLock::new(told);

fn found(words: &str, kind: Option<&str>) -> SearchPage {
    SearchPage::new(&STORY, frame(&STORY), words, kind)
}

fn ids(page: &SearchPage) -> Vec<&str> {
    page.hits.iter().map(|hit| hit.id.as_str()).collect()
}

#[test]
fn an_id_comes_first_and_words_are_marked() {
    for bet in &STORY.roadmap().bets {
        assert_eq!(ids(&found(&bet.id, None))[0], bet.id.value);
        assert_eq!(ids(&found(&bet.title.to_uppercase(), Some("bet")))[0], bet.id.value);
    }
    let page = found("acceptance rate", None);
    assert_eq!(ids(&page)[0], "acceptance");
    says(
        &html(&page),
        &["href=\"/definitions/acceptance\"", "<mark>Acceptance</mark> <mark>rate</mark>"],
    );
}

#[test]
fn looks_into_notes_people_and_codes() {
    let note = STORY
        .roadmap()
        .notes
        .iter()
        .find(|note| note.body.split_whitespace().count() > 8)
        .expect("a note with text");
    let words: Vec<&str> = note.body.split_whitespace().skip(2).take(4).collect();
    assert!(ids(&found(&words.join(" "), Some("note"))).contains(&note.id.as_str()));
    let person = STORY.roadmap().people.values().next().expect("somebody");
    assert!(ids(&found(&person.name, None)).contains(&person.id.as_str()));
    assert_eq!(ids(&found("moved-goalposts", None))[0], "P02");
    assert_eq!(ids(&found("p02", Some("code"))), ["P02"]);
}

#[test]
fn a_kind_narrows_down_and_the_others_stay_in_sight() {
    let all = found("acceptance", None);
    let bets = found("acceptance", Some("bet"));
    assert_eq!(all.kinds, bets.kinds);
    assert!(bets.hits.len() < all.hits.len());
    says(
        &html(&bets),
        &[
            "href=\"/search?q=acceptance\"",
            "href=\"/search?q=acceptance&#38;kind=bet\" aria-current=\"true\"",
        ],
    );
}

#[test]
fn a_short_word_is_none_within_others() {
    let page = found("ana", Some("metric"));
    let told = |hit: &Hit| hit.title.iter().chain(&hit.excerpt).any(|piece| piece.marked);
    assert!(page.hits.iter().all(told), "{:?}", page.hits);
    assert_eq!(found("umm", None).hits.len(), 0, "the middle of `summary`");
    assert!(!found("ummar", None).hits.is_empty());
}

#[test]
fn offers_what_was_meant() {
    let page = found("acceptence", None);
    assert_eq!(page.meant.as_deref(), Some("acceptance"));
    says(
        &html(&page),
        &[
            "Nothing holds this word",
            "Did you mean <a href=\"/search?q=acceptance\">acceptance</a>",
        ],
    );
    says(
        &html(&found("qqqqqq zzzzzz xxxxxx", None)),
        &["all of these words", "Try fewer or shorter words"],
    );
}

#[test]
fn an_interaction_can_be_looked_up() {
    says(
        &html(&found("0af7651916cd43dd8448eb211c80319c", None)),
        &["href=\"/interactions/0af7651916cd43dd8448eb211c80319c\""],
    );
    assert!(!found("acceptance", None).may_be_interaction);
}

#[test]
fn nothing_asked_is_no_error_and_markup_is_text() {
    let nothing = empty();
    says(&html(&SearchPage::new(&nothing, frame(&nothing), "  ", None)), &["Looks for every word"]);
    let html = html(&found("<script>alert(1)</script> \"x\" é ẞ İ 💥", None));
    assert!(!html.contains("<script>alert"));
}

#[test]
fn a_thousand_bets_take_milliseconds() {
    let text = "id = \"bN\"\ntitle = \"Bet N on matching\"\nhorizon = \"h1\"\nstage = \"proposed\"\n[[risk]]\nwhat = \"somebody does not look\"\n";
    let bet = |at: usize| Source {
        path: format!("bets/b{at}.toml"),
        text: text.replace('N', &at.to_string()),
    };
    let snapshot = of((0..1000).map(bet).collect(), None);
    let started = Instant::now();
    let page = SearchPage::new(&snapshot, frame(&snapshot), "matching somebody", None);
    // A few milliseconds when optimised; this bound holds without it, on a machine that does other things.
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!((page.hits.len(), page.left), (50, 950));
}
