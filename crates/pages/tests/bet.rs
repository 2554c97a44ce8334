//! The page of a bet.

mod world;

use std::collections::BTreeMap;

use trueup_pages::page::BetPage;
use trueup_pages::{Page, Snapshot};
use trueup_verdict::report::{BetReport, CriterionReport};
use world::{demo, frame, keep, of_files, report, source};

fn page(snapshot: &Snapshot, id: &str) -> String {
    BetPage::new(snapshot, frame(snapshot), id).expect("the bet is there").html()
}

#[test]
fn every_bet_of_the_demo_has_a_page_that_is_not_too_long() {
    let snapshot = demo();
    for bet in &snapshot.roadmap().bets {
        let html = page(&snapshot, &bet.id);
        keep(&format!("bet-{}", bet.id), &html);
        assert!(html.contains("<h1>"), "{}", bet.id);
        assert!(html.len() < 100_000, "{} has {} bytes", bet.id, html.len());
    }
}

#[test]
fn says_first_what_stands_and_what_is_next() {
    let html = page(&demo(), "reply-draft");
    let places = [
        "<strong class=\"verdict continue\">continue</strong>",
        "not decided yet: 1 of 4 criteria are met",
        "Go on: it is not settled yet.",
        "24,518 interactions",
        "What to do next",
        "<h2>Why</h2>",
        "moved goalposts",
        "level 2, it is stuck",
        "<h2>Criteria</h2>",
        "Double dashboard",
        "Line of sight",
        "What was agreed, and by whom",
        "How the criteria moved",
        "Cost and loads",
        "Notes and decisions",
        "What check says of its text",
    ];
    let mut rest = html.as_str();
    for place in places {
        let at =
            rest.find(place).unwrap_or_else(|| panic!("{place} is missing, or out of its order"));
        rest = &rest[at..];
    }
}

#[test]
fn every_number_with_an_interval_says_n_and_its_unit() {
    let snapshot = demo();
    let judged = snapshot.judged("reply-draft").expect("it is judged");
    let panels = judged.dashboard.iter().flat_map(|dashboard| &dashboard.panels);
    let rows: Vec<&CriterionReport> =
        judged.criteria.iter().chain(panels.flat_map(|panel| &panel.rows)).collect();
    let html = page(&snapshot, "reply-draft");
    let cells = html.split("<tr").filter(|row| row.contains(" to ") && row.contains("Waudby"));
    assert_eq!(cells.count(), 0, "methods are for the page that explains a number");
    let with_interval = rows.iter().filter(|row| row.low.is_some()).count();
    let said = html.matches("n = 24,513 from 612").count();
    assert!(said >= with_interval, "{said} of {with_interval} numbers say what they rest on");
}

#[test]
fn the_dashboard_has_small_pictures_that_lead_to_the_whole_ones() {
    let mut snapshot = demo();
    let html = page(&snapshot, "reply-draft");
    let (_, pictures) = html.split_once("<ul class=\"pictures\">").expect("there are pictures");
    let (pictures, _) = pictures.split_once("</ul>").expect("the list ends");
    for (metric, kind) in [
        ("calibration_error", "calibration small"),
        ("input_drift", "shift small"),
        ("outcome_drift", "shift small"),
        ("retention", "retention small"),
    ] {
        let link = format!("href=\"/bets/reply-draft/why/{metric}\"");
        let (_, of_metric) = pictures.split_once(&link).unwrap_or_else(|| panic!("no {metric}"));
        let of_metric = of_metric.split("</li>").next().expect("it ends");
        assert!(
            of_metric.contains(kind) && of_metric.contains("n = 24,513 from 612"),
            "{of_metric}"
        );
    }
    let report = snapshot.report.as_mut().expect("there is a report");
    let panels = report.bets.iter_mut().filter_map(|bet| bet.dashboard.as_mut());
    panels
        .flat_map(|dashboard| &mut dashboard.panels)
        .flat_map(|panel| &mut panel.rows)
        .for_each(|row| row.shape = None);
    assert!(!page(&snapshot, "reply-draft").contains("<h3>Pictures</h3>"), "nothing to draw");
}

#[test]
fn criteria_are_shown_week_by_week_or_else_by_the_windows_that_must_agree() {
    let mut snapshot = demo();
    let html = page(&snapshot, "reply-draft");
    assert!(html.contains("Each week by itself"));
    let (_, weeks) = html.split_once("<figure class=\"chart\" id=\"weeks-0\">").expect("a picture");
    let weeks = weeks.split("</figure>").next().expect("it ends");
    assert!(
        weeks.contains("12 windows with their intervals; the first 2026-08-29 to 2026-09-05, the last 2026-11-14 to 2026-11-21"),
        "{weeks}"
    );
    assert_eq!(
        weeks.matches("<td>n = 3,104 from 290 people</td>").count(),
        11,
        "one week has no data"
    );
    assert!(!html.contains("id=\"trend-0\""), "one picture for each criterion");
    let report = snapshot.report.as_mut().expect("there is a report");
    for found in report.bets.iter_mut().flat_map(|bet| &mut bet.criteria) {
        found.over_time.clear();
    }
    let html = page(&snapshot, "reply-draft");
    assert!(html.contains("id=\"trend-0\"") && !html.contains("Each week by itself"));
}

#[test]
fn a_bet_without_evidence_and_without_git_has_a_page() {
    let mut snapshot = demo();
    (snapshot.report, snapshot.history) = (None, None);
    let html = page(&snapshot, "reply-draft");
    for said in [
        "no evidence",
        "Nothing is measured yet",
        "No git repository holds this roadmap",
        "Line of sight",
        "What was agreed, and by whom",
    ] {
        assert!(html.contains(said), "{said}");
    }
    assert!(!html.contains("Double dashboard"));
}

#[test]
fn a_bet_whose_text_cannot_be_read_says_why() {
    let broken = source("bets/broken.toml", "id = \"broken\"\ntitle = 3\nhorizon = [\n");
    let mut snapshot = of_files(&[source("roadmap.toml", "edition = 1\n"), broken]);
    let html = page(&snapshot, "broken");
    assert!(html.contains("<h1>broken</h1>") && html.contains("bets/broken.toml:"), "{html}");
    let denied = BTreeMap::from([("broken".to_owned(), "`title` is no text (F03)".to_owned())]);
    snapshot.report = Some(report(snapshot.roadmap(), &denied));
    let html = page(&snapshot, "broken");
    assert!(
        html.contains("no verdict") && html.contains("`title` is no text")
            || html.contains("<code>title</code> is no text")
    );
    assert!(html.contains("href=\"/bets/broken#findings\""));
}

#[test]
fn hostile_texts_stay_texts() {
    let mut snapshot = demo();
    let report = snapshot.report.as_mut().expect("there is a report");
    report.bets.iter_mut().for_each(poisoned);
    let bet = snapshot.parsed.roadmap.bets.iter_mut().find(|bet| bet.id.value == "reply-draft");
    let bet = bet.expect("the bet is there");
    EVIL.clone_into(&mut bet.title.value);
    if let Some(path) = &mut bet.path {
        (path.what, path.link) = (EVIL.to_owned(), Some("javascript:alert(1)".to_owned()));
    }
    for note in &mut snapshot.parsed.roadmap.notes {
        note.title = Some(EVIL.to_owned());
    }
    let html = page(&snapshot, "reply-draft");
    let harmless = html.replace("<script src=", "");
    for evil in ["<script", "<img src=x", "<b>", "javascript:", "onerror=alert(1)>"] {
        assert!(!harmless.contains(evil), "{evil} is in the page");
    }
    assert!(html.contains("&lt;script&gt;"));
}

#[test]
fn only_who_may_edit_is_offered_to() {
    let snapshot = demo();
    assert!(page(&snapshot, "reply-draft").contains("/bets/reply-draft/decide"));
    let mut frame = frame(&snapshot);
    frame.viewer.may_edit = false;
    let html = BetPage::new(&snapshot, frame, "reply-draft").expect("the bet is there").html();
    assert!(!html.contains("/bets/reply-draft/decide") && !html.contains("/edit\""));
}

#[test]
fn an_unknown_bet_names_the_nearest() {
    let snapshot = demo();
    let unknown =
        BetPage::new(&snapshot, frame(&snapshot), "reply-drafts").expect_err("no such bet");
    assert_eq!(unknown.to_string(), "no bet `reply-drafts`; did you mean `reply-draft`?");
}

const EVIL: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>`<b>`";

fn poisoned(judged: &mut BetReport) {
    EVIL.clone_into(&mut judged.because);
    EVIL.clone_into(&mut judged.action);
    judged.would_change = vec![EVIL.to_owned()];
    judged.reasons.iter_mut().for_each(|reason| EVIL.clone_into(&mut reason.text));
    for found in &mut judged.criteria {
        (found.title, found.text) = (EVIL.to_owned(), EVIL.to_owned());
        (found.among, found.remark) = (Some(EVIL.to_owned()), Some(EVIL.to_owned()));
    }
}
