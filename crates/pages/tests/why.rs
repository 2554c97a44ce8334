//! The page that explains a number, and the page of a note.

mod world;

use trueup_pages::evidence::Sample;
use trueup_pages::page::why::{self, Meant};
use trueup_pages::page::{NotePage, WhyPage};
use trueup_pages::{Page, Snapshot};
use world::{demo, frame, of_files, source};

fn sample() -> Sample {
    Sample {
        query: "select * from actions where kind = 'accept'".to_owned(),
        columns: vec!["interaction".to_owned(), "kind".to_owned()],
        rows: vec![vec!["0193-a".to_owned(), "<script>accept".to_owned()]],
        total: 11_790,
    }
}

fn page(snapshot: &Snapshot, metric: &str, meant: Meant<'_>) -> WhyPage {
    let page =
        WhyPage::new(snapshot, frame(snapshot), ("reply-draft", metric), meant, Ok(sample()));
    page.expect("bet and metric are there")
}

fn note(id: &str, text: &str) -> String {
    let snapshot =
        of_files(&[source("roadmap.toml", HEAD), source(&format!("notes/{id}.md"), text)]);
    let page = NotePage::new(&snapshot, frame(&snapshot), id);
    page.unwrap_or_else(|none| panic!("{none}: {:?}", snapshot.diagnostics)).html()
}

const HEAD: &str = "edition = 1\n[people]\nana = { name = \"Ana Ruiz\", side = \"product\" }\n";

#[test]
fn tells_what_a_number_is_made_of_and_shows_its_rows() {
    let snapshot = demo();
    let page = page(&snapshot, "acceptance", Meant::default());
    let html = page.html();
    if let Ok(folder) = std::env::var("TRUEUP_PAGES_DIR") {
        std::fs::write(format!("{folder}/why.html"), &html).expect("it can be written");
    }
    for said in [
        "Of all decisions a person took on a suggestion, the share that accepted it.",
        "48.1 % (43.3 to 52.9 %)",
        "n = 24,513 of 612 people",
        "rows of actions where kind is accept or reject or override",
        "interactions at least 1 h old",
        "For the product manager",
        "For the data scientist",
        "For the engineer",
        "11,790 rows count; here are 1 of them",
        "select * from actions where kind = &#39;accept&#39;",
        "href=\"/interactions/0193-a\"",
        "Where else it is used",
    ] {
        assert!(html.contains(said), "{said} is not on the page");
    }
    assert!(html.contains("&#60;script&#62;accept") && !html.contains("<script>accept"));
    assert_eq!(page.told.len(), 3);
}

#[test]
fn a_number_that_has_a_shape_is_drawn_with_its_numbers() {
    let snapshot = demo();
    for (metric, kind, title, numbers) in [
        ("calibration_error", "calibration", "how sure and how often right", "<td>too few</td>"),
        ("input_drift", "shift", "before, of n = 6,120", "<td>62 to 96.1</td>"),
        (
            "outcome_drift",
            "shift",
            "how the rows are spread, before and now",
            "<td>billing-question-4</td>",
        ),
        ("retention", "retention", "who still comes, day by day", "<td>304 people</td>"),
    ] {
        let html = page(&snapshot, metric, Meant::default()).html();
        world::keep(&format!("why-{metric}"), &html);
        assert_eq!(html.matches(&format!("class=\"{kind}\"")).count(), 1, "{metric} is drawn once");
        assert!(html.contains(title) && html.contains(numbers), "{metric}: {html}");
    }
    let html = page(&snapshot, "acceptance", Meant::default()).html();
    assert!(!html.contains("id=\"shape-0\""), "a rate has no picture of its own");
}

#[test]
fn the_number_that_was_meant_comes_first() {
    let mut snapshot = demo();
    let report = snapshot.report.as_mut().expect("there is a report");
    let judged = report.bets.iter_mut().find(|bet| bet.id == "reply-draft").expect("it is judged");
    let mut of_segment = judged.criteria[0].clone();
    of_segment.among = Some("enterprise".to_owned());
    let metric = of_segment.metric.clone();
    judged.criteria.push(of_segment);
    let meant = Meant { among: Some("enterprise"), role: None };
    let found = page(&snapshot, &metric, meant);
    assert_eq!(found.numbers[0].among.as_deref(), Some("enterprise"));
    assert!(found.numbers.len() >= 2, "the others are there too");
    assert!(found.html().contains("among enterprise: 48.1 %"));
}

#[test]
fn a_number_that_nobody_measured_is_still_explained() {
    let mut snapshot = demo();
    snapshot.report = None;
    let not_there = Err("there is no store".to_owned());
    let names = ("reply-draft", "acceptance");
    let page = WhyPage::new(&snapshot, frame(&snapshot), names, Meant::default(), not_there);
    let html = page.expect("bet and metric are there").html();
    assert!(html.contains("Not measured") && html.contains("there is no store"));
    assert!(html.contains("What it is made of"));
}

#[test]
fn unknown_names_say_the_nearest() {
    let snapshot = demo();
    for (names, said) in [
        (("reply-drat", "acceptance"), "no bet `reply-drat`; did you mean `reply-draft`?"),
        (("reply-draft", "aceptance"), "no metric `aceptance`; did you mean `acceptance`?"),
    ] {
        let page = WhyPage::new(&snapshot, frame(&snapshot), names, Meant::default(), Ok(sample()));
        assert_eq!(page.expect_err("no such thing").to_string(), said);
    }
    let none = NotePage::new(&snapshot, frame(&snapshot), "nothing-like-it");
    assert!(none.expect_err("no such note").to_string().starts_with("no note `nothing-like-it`"));
}

#[test]
fn every_number_that_a_bet_leads_to_has_its_page() {
    let snapshot = demo();
    let all = why::all(&snapshot);
    assert!(all.len() > 100, "{}", all.len());
    for (bet, metric) in all.iter().step_by(7) {
        let names = (bet.as_str(), metric.as_str());
        let page = WhyPage::new(&snapshot, frame(&snapshot), names, Meant::default(), Ok(sample()));
        let page = page.unwrap_or_else(|none| panic!("{none}"));
        assert!(!page.numbers.is_empty(), "{bet} {metric}");
        assert!(page.html().len() < 100_000);
    }
}

#[test]
fn a_note_reads_as_it_was_written_and_does_no_harm() {
    let html = note(
        "met-acme",
        "+++\nkind = \"field\"\nabout = []\nby = \"ana\"\non = 2026-08-20\naccount = \"Acme\"\nworks = [\"search\"]\n\
         link = \"javascript:alert(1)\"\n+++\n# Met Acme\n\nThey *read* every resume <b>twice</b>.\n\n### Then\n\n\
         See [minutes](https://example.com/m) and [this](javascript:alert(1)).\n",
    );
    for said in [
        "<h1>Met Acme</h1>",
        "Ana Ruiz",
        "<em>read</em>",
        "&lt;b&gt;twice&lt;/b&gt;",
        "<h2>Then</h2>",
        "<a href=\"https://example.com/m\" rel=\"noreferrer nofollow\">minutes</a>",
        "Acme",
    ] {
        assert!(html.contains(said), "{said} is not on the page");
    }
    assert!(!html.contains("href=\"javascript:"));
    assert_eq!(html.matches("Met Acme</h").count(), 1, "the heading of the text is the title");
}

#[test]
fn a_decision_says_what_was_decided_and_about_what() {
    let snapshot = demo();
    let decision = snapshot.roadmap().notes.iter().find(|note| note.decision.is_some());
    let id = &decision.expect("the demo has a decision").id.value;
    let page = NotePage::new(&snapshot, frame(&snapshot), id).expect("the note is there");
    let html = page.html();
    if let Ok(folder) = std::env::var("TRUEUP_PAGES_DIR") {
        std::fs::write(format!("{folder}/note.html"), &html).expect("it can be written");
    }
    assert!(html.contains("decision: ") && html.contains("href=\"/bets/"), "{html}");
}
