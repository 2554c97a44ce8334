//! What can be said of a roadmap whose history begins somewhere in the middle.

use jiff::civil::date;
use trueup_roadmap::history::{FileChange, Revision};
use trueup_roadmap::{Circumstances, Diagnostic, History, Source, check, parse};

const HEAD: &str = "edition = 1\n[people]\nana = { name = \"Ana\", side = \"product\" }\n\
                    bo = { name = \"Bo\", side = \"rd\" }\n";

fn bet(stage: &str, at_least: f64) -> String {
    format!(
        "id = \"a\"\ntitle = \"A\"\nhorizon = \"h1\"\nstage = \"{stage}\"\n\
         box = {{ starts = 2026-09-01, decide_by = 2026-12-01, if_undecided = \"kill\" }}\n\
         [gate.graduate]\ncriteria = [{{ metric = \"acceptance\", at_least = {at_least}, role = \"goal\" }}]\n\
         signed = {{ product = \"ana\", rd = \"bo\", on = 2026-11-01, digest = \"b3:521e4054\" }}\n"
    )
}

fn revision(day: i8) -> Revision {
    Revision {
        commit: format!("{day:07}"),
        on: date(2026, 10, day),
        by: "Ana".to_owned(),
        email: "ana@example.com".to_owned(),
        subject: String::new(),
    }
}

/// What is said with one code, when the first text is found at the edge of the clone.
fn said(code: &str, texts: &[String]) -> Vec<Diagnostic> {
    let path = "bets/a.toml".to_owned();
    let changes = texts.iter().enumerate().map(|(index, text)| {
        let text = Some(text.clone());
        let change = FileChange { path: path.clone(), text, found: index == 0 };
        (revision(i8::try_from(index + 1).unwrap()), vec![change])
    });
    let history = History::read(changes, true);
    let text = texts.last().unwrap().clone();
    let head = Source { path: "roadmap.toml".to_owned(), text: HEAD.to_owned() };
    let parsed = parse(&[head, Source { path, text }]);
    let circumstances = Circumstances { today: date(2026, 11, 21), history: Some(&history) };
    let found = check(&parsed, &circumstances);
    found.into_iter().filter(|found| found.code == code).collect()
}

#[test]
fn who_was_there_before_the_edge_is_not_known() {
    assert_eq!(said("S06", &[bet("pilot", 0.5)]), []);
    assert_eq!(said("S06", &[bet("discovery", 0.5), bet("pilot", 0.5)]), []);
}

#[test]
fn a_stage_before_the_edge_was_not_skipped() {
    assert_eq!(said("S07", &[bet("pilot", 0.5)]), []);
    let jump = said("S07", &[bet("framed", 0.5), bet("pilot", 0.5)]);
    assert_eq!(
        jump[0].message,
        "`a` went from framed to pilot on 2026-10-02 by Ana, past discovery"
    );
}

#[test]
fn moves_after_the_edge_are_told_with_the_reservation_that_there_may_be_more() {
    assert_eq!(said("P02", &[bet("pilot", 0.5)]), []);
    let moved = said("P02", &[bet("pilot", 0.6), bet("pilot", 0.5)]);
    assert!(moved[0].message.contains("moved 1 time since 2026-09-01: on 2026-10-02 by Ana"));
    assert!(moved[0].help.as_ref().unwrap().contains("this clone is shallow"));
}

#[test]
fn what_was_signed_before_the_edge_is_not_made_up() {
    let stale = said("S03", &[bet("pilot", 0.6)]);
    assert!(stale[0].message.contains("signed on 2026-11-01; signed b3:521e4054"));
    assert!(stale[0].help.as_ref().unwrap().contains("may not hold what was signed"));
}
