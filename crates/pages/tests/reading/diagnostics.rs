//! Diagnostics.

use trueup_pages::page::diagnostics::Asked;
use trueup_pages::page::{DiagnosticsPage, ExplanationPage};
use trueup_roadmap::{Severity, Source, codes};

use crate::rules::{html, says};
use crate::story::{empty, folded, frame, of, told};

const BROKEN: &str =
    "id = \"chat\"\ntitle = \"<b>Chat\"\nwach = [\"f1\"]\nhorizon = \"h1\"\nstage = \"pilot\"\n";

fn broken() -> trueup_pages::Snapshot {
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    of(vec![file("bets/chat.toml", BROKEN), file("roadmap.toml", "edition = 1\n")], None)
}

fn all() -> Asked {
    Asked::new(None, None, 0)
}

#[test]
fn shows_each_finding_at_its_line_with_the_way_out() {
    let snapshot = broken();
    let html = html(&DiagnosticsPage::new(&snapshot, frame(&snapshot), all()));
    says(
        &html,
        &[
            "bets/chat.toml",
            "bet chat",
            "✗",
            "error",
            "href=\"/diagnostics/F02\"",
            "bets/chat.toml:3:1",
            "unknown key <code>wach</code>",
            "<span class=\"line\">3</span> <mark>wach</mark> = [&#34;f1&#34;]",
            "Write <ins><code>watch</code></ins> instead of <del><code>wach</code></del>",
        ],
    );
}

#[test]
fn narrows_down_by_severity_and_code() {
    let snapshot = told();
    let page = |severity, code| {
        DiagnosticsPage::new(&snapshot, frame(&snapshot), Asked::new(severity, code, 0))
    };
    let whole = page(None, None);
    let warnings = page(Some("warn"), None);
    assert_eq!(warnings.fitting, whole.counts.warn);
    let found = warnings.files.iter().flat_map(|file| &file.findings);
    assert!(found.into_iter().all(|found| found.severity == Severity::Warn));
    let first = whole.codes.first().expect("the story has findings");
    let one = page(None, Some(first.code.as_str()));
    assert_eq!(one.fitting, first.count);
    says(&html(&one), &["Only <a href=\"/diagnostics/", "Show everything"]);
    says(&html(&page(None, Some("<script>"))), &["Nothing fits what is asked for"]);
}

#[test]
fn goes_on_where_a_page_is_full() {
    let many = |at: usize| Source {
        path: format!("bets/b{at}.toml"),
        text: BROKEN.replace("chat", &format!("b{at}")),
    };
    let snapshot = of((0..100).map(many).collect(), None);
    let first = DiagnosticsPage::new(&snapshot, frame(&snapshot), all());
    assert_eq!(first.files.iter().map(|file| file.findings.len()).sum::<usize>(), 100);
    says(&html(&first), &["from=100\"", "The next findings"]);
    let last =
        DiagnosticsPage::new(&snapshot, frame(&snapshot), Asked::new(None, None, usize::MAX));
    assert_eq!((last.next, last.files.len()), (None, 0));
    let folder = DiagnosticsPage::new(&snapshot, folded(&snapshot, 0), all());
    says(&html(&folder), &["more: <code>trueup check</code> says them all"]);
}

#[test]
fn a_roadmap_without_findings_is_told_so() {
    let snapshot = empty();
    says(
        &html(&DiagnosticsPage::new(&snapshot, frame(&snapshot), all())),
        &["Nothing to say", "1 file read"],
    );
}

#[test]
fn every_code_has_a_page() {
    let snapshot = told();
    for (code, name) in codes() {
        let page = ExplanationPage::new(&snapshot, frame(&snapshot), code).expect("it is known");
        says(
            &html(&page),
            &[
                code,
                name,
                "unless policy says otherwise",
                "<p>",
                "What to do",
                "Where it is found today",
            ],
        );
    }
    assert!(ExplanationPage::new(&snapshot, frame(&snapshot), "P99").is_none());
}
