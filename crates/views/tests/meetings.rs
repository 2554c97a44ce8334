//! The views for a meeting and for customers, on one roadmap; numbers are reckoned by hand.

mod recruiting;

use jiff::civil::date;
use recruiting::{Recruiting, forecast, ships};
use trueup_roadmap::note::NoteKind;
use trueup_roadmap::{Circumstances, Severity, Source, check, parse};
use trueup_verdict::report::{BetReport, CriterionReport, State as Judged};
use trueup_views::View;
use trueup_views::capabilities::capabilities;
use trueup_views::customers::{State, customers};
use trueup_views::harness::{Exit, Trend};
use trueup_views::professions::professions;
use trueup_views::review::{Item, Topic, last_review, review};

fn near(found: Option<f64>, wanted: f64) {
    let found = found.expect("a number");
    assert!((found - wanted).abs() < 1e-12, "{found} is not {wanted}");
}

/// The metric of the first harness, watched, with this interval.
fn f1(low: f64, high: f64) -> CriterionReport {
    CriterionReport {
        role: "watched".to_owned(),
        estimate: Some(f64::midpoint(low, high)),
        low: Some(low),
        high: Some(high),
        units: Some(300),
        measured_in: "share".to_owned(),
        per: "user".to_owned(),
        ..CriterionReport::empty("f1".to_owned(), "F1".to_owned(), Judged::Watched, String::new())
    }
}

fn measured(low: f64, high: f64) -> impl Fn(&mut BetReport) {
    move |bet| {
        if bet.id == "skill-match" {
            bet.watched = vec![f1(low, high)];
        }
    }
}

/// What the evidence says in the cases below.
fn evidence(bet: &mut BetReport) {
    match bet.id.as_str() {
        "skill-match" => forecast(bet, 0.91),
        "summaries" => ships(bet),
        "questions" => forecast(bet, 0.41),
        "agents" => forecast(bet, 0.99),
        _ => {}
    }
}

#[test]
fn rows_46_and_50_the_two_columns() {
    let recruiting = Recruiting::text().with_history().with_evidence(measured(0.72, 0.8));
    insta::assert_snapshot!("capabilities", capabilities(&recruiting.seen()).text());
    let found = capabilities(&recruiting.seen());
    let enabled = |row: usize| -> Vec<&str> {
        found.capabilities[row].enables.iter().map(|gain| gain.bet.as_str()).collect()
    };
    assert_eq!(found.orphans, ["plan-steps"]);
    let row = |id: &str| found.capabilities.iter().position(|row| row.id == id).unwrap();
    assert_eq!(enabled(row("map-skills")), ["questions", "skill-match"]);
    assert_eq!(enabled(row("read-scans")), ["questions"]);
    // 3w and 1w of harness stand for it.
    near(Some(found.capabilities[row("map-skills")].harness_weeks), 4.0);
    let nothing: Vec<&str> = found.need_nothing.iter().map(|gain| gain.bet.as_str()).collect();
    assert_eq!(nothing, ["agents", "summaries"]);
}

#[test]
fn rows_52_to_54_harness_that_goes_and_thinness() {
    let recruiting = Recruiting::text().with_history().with_evidence(measured(0.72, 0.8));
    let harness = capabilities(&recruiting.seen()).harness;
    // Two harnesses of five components: four of skill-match, one of summaries.
    near(harness.whole.share, 1.0 - 2.0 / 5.0);
    let exits: Vec<Exit> = harness.parts.iter().map(|part| part.exit).collect();
    assert_eq!(exits, [Exit::CanGo, Exit::Ask]);
    near(Some(harness.freed_weeks), 3.0);
    let work = harness.move_to.expect("labels are missing");
    assert_eq!((work.capability.as_str(), work.chance), ("map-skills", Some(0.7)));
    // In September three of four were harness; in November two of five.
    let [one, two] = harness.releases.as_slice() else { panic!("two releases") };
    near(one.thinness.unwrap().share, 0.25);
    near(two.thinness.unwrap().share, 0.6);
    assert_eq!((one.trend, two.trend), (None, Some(Trend::Rising)));
}

#[test]
fn row_53_a_harness_goes_only_on_evidence() {
    let exit = |low, high| {
        let recruiting = Recruiting::text().with_evidence(measured(low, high));
        capabilities(&recruiting.seen()).harness.parts[0].exit
    };
    assert_eq!(exit(0.7, 0.9), Exit::CanGo);
    assert_eq!(exit(0.69, 0.9), Exit::Undecided);
    assert_eq!(exit(0.5, 0.69), Exit::Stays);
    let unmeasured = capabilities(&Recruiting::text().seen()).harness;
    assert_eq!(unmeasured.parts[0].exit, Exit::Ask);
    assert!(unmeasured.parts[0].why.starts_with("ask bo: is `f1` at least 0.7?"));
    assert!(unmeasured.releases.iter().all(|release| release.thinness.is_none()));
}

#[test]
fn rows_56_and_58_professions_by_rank() {
    let recruiting = Recruiting::text();
    let found = professions(&recruiting.seen());
    insta::assert_snapshot!("professions", found.markdown());
    let ids: Vec<&str> = found.workflows.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["sourcer", "recruiter", "payroll"]);
    // All ten hours are served, no harness; marks 3, 2 and 5.
    near(found.workflows[0].score, (1.0 + 1.0 + 0.5 + 0.25 + 1.0) / 5.0);
    // Ten of twenty hours, two harnesses of four; marks 4, 5 and 3.
    near(found.workflows[1].coverage, 0.5);
    near(found.workflows[1].thinness, 0.5);
    near(found.workflows[1].score, (0.5 + 0.5 + 0.75 + 1.0 + 0.5) / 5.0);
    assert_eq!(found.workflows[1].next.as_ref().unwrap().stage, "interview");
    assert_eq!(found.workflows[2].score, None);
    assert_eq!(found.workflows[2].missing.len(), 2, "data, and components of no bet");
}

fn of(items: &[Item], topic: Topic) -> Vec<String> {
    let items = items.iter().filter(|item| item.topic == topic);
    items.map(|item| format!("{}: {}", item.about, item.what)).collect()
}

#[test]
fn row_44_the_agenda() {
    let recruiting = Recruiting::text().with_history().with_evidence(evidence);
    let seen = recruiting.seen();
    let since = last_review(seen.roadmap, seen.today);
    assert_eq!(since, Some(date(2026, 10, 20)));
    let found = review(&seen, since, None);
    insta::assert_snapshot!("review", found.markdown());
    let verdicts = of(&found.items, Topic::ChangedVerdict);
    assert_eq!(verdicts.len(), 2, "{verdicts:?}");
    assert!(verdicts[0].starts_with("skill-match: ship on 2026-10-02 → continue"), "{verdicts:?}");
    assert!(of(&found.items, Topic::Overdue)[0].starts_with("questions: to be decided 7 days ago"));
    let moved = "skill-match: `acceptance` at least 0.6 → at least 0.5 on 2026-11-05 by Bo Lind";
    assert_eq!(of(&found.items, Topic::MovedCriteria), [moved]);
    let risk = "skill-match: nobody opens it (new, no mitigation and no owner)";
    assert_eq!(of(&found.items, Topic::UnreadRisk), [risk]);
    let late = ["review-october: count trades (late)", "review-october: call Acme"];
    assert_eq!(of(&found.items, Topic::OpenAction), late);
    assert_eq!(found.learned.len(), 1);
}

#[test]
fn a_meeting_starts_afresh_after_the_day_given() {
    let recruiting = Recruiting::text().with_history();
    let found = review(&recruiting.seen(), Some(date(2026, 11, 10)), None);
    assert_eq!(of(&found.items, Topic::MovedCriteria), [""; 0]);
    let bare = "skill-match: nobody opens it (no mitigation and no owner)";
    assert_eq!(of(&found.items, Topic::UnreadRisk), [bare]);
    let never = review(&recruiting.seen(), None, None);
    assert_eq!(of(&never.items, Topic::UnreadRisk).len(), 2, "no review has seen any");
}

#[test]
fn rows_75_95_and_107_due_rituals() {
    let recruiting = Recruiting::text();
    let found = review(&recruiting.seen(), None, None);
    let due = [
        "skill-match: assumption: Resumes are in English",
        "summaries: retro after it became live",
        "roadmap.toml: a review every 28 days",
    ];
    assert_eq!(of(&found.items, Topic::DueRitual), due);
}

#[test]
fn rows_105_and_107_what_goes_wrong_is_looked_back_at() {
    let mut recruiting = Recruiting::text();
    recruiting.roadmap.policy.review_lasts_days = 30;
    for note in &mut recruiting.roadmap.notes {
        match note.kind.value {
            NoteKind::Learning => note.kind.value = NoteKind::Demo,
            NoteKind::Field => note.kind.value = NoteKind::Postmortem,
            _ => {}
        }
    }
    let found = of(&review(&recruiting.seen(), None, None).items, Topic::DueRitual);
    for due in [
        "skill-match: data review",
        "chat: learning after it became learned",
        "field-acme: postmortem without R&D: They read every resume twice.",
    ] {
        assert!(found.iter().any(|item| item == due), "{due} is not in {found:?}");
    }
}

#[test]
fn only_findings_that_are_new_are_read_out() {
    let broken = [source("roadmap.toml", "edition = 1\npeopel = 1\n")];
    let mut recruiting = Recruiting::text();
    let circumstances = Circumstances { today: recruiting::TODAY, history: None };
    recruiting.diagnostics = check(&parse(&broken), &circumstances);
    recruiting.diagnostics.retain(|found| found.severity == Severity::Deny);
    let new = review(&recruiting.seen(), None, None);
    let count = of(&new.items, Topic::DeniedFinding).len();
    assert!(count > 0 && count == recruiting.diagnostics.len());
    let old = review(&recruiting.seen(), None, Some(&recruiting.diagnostics));
    assert_eq!(of(&old.items, Topic::DeniedFinding), [""; 0]);
}

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn the_minutes_are_a_note() {
    let recruiting = Recruiting::text().with_history().with_evidence(evidence);
    let minutes = review(&recruiting.seen(), None, None).minutes;
    assert_eq!(minutes.path, "notes/review-2026-11-21.md");
    let parsed = parse(&[source(&minutes.path, &minutes.text)]);
    let note = parsed.roadmap.note("review-2026-11-21").expect("it is read");
    let by: Vec<&str> = note.by.iter().map(|by| by.value.as_str()).collect();
    assert_eq!(by, ["ana", "bo"]);
    assert!(note.is_about("skill-match") && !note.is_about("roadmap.toml"));
    assert!(note.body.starts_with("- skill-match: "));
}

#[test]
fn row_43_three_links() {
    let found = review(&Recruiting::text().seen(), None, None).because;
    // skill-match alone, of four bets that are not over.
    assert_eq!(found.whole, 1);
    near(found.share, 0.25);
    let links = found.bets.iter().find(|links| links.bet == "skill-match").unwrap();
    assert_eq!(links.customer.as_deref(), Some("field-acme"));
    assert_eq!(links.data.as_deref(), Some("reviewed on 2026-09-14 by ana, bo"));
}

#[test]
fn row_43_a_note_that_only_the_problem_names_counts() {
    let bet = "id = \"x\"\ntitle = \"X\"\nhorizon = \"h1\"\nstage = \"framed\"\n\
               problem = { who = \"w\", improve = \"i\", from = 2, to = 1, unit = \"u\", \
               evidence = [\"note:asked\"] }\n";
    let note = "+++\nkind = \"interview\"\nby = \"ana\"\non = 2026-11-01\n+++\nText.\n";
    let head = "edition = 1\npeople.ana = { name = \"Ana\", side = \"product\" }\n";
    let texts =
        [source("roadmap.toml", head), source("bets/x.toml", bet), source("notes/asked.md", note)];
    let parsed = trueup_roadmap::parse(&texts);
    assert_eq!(parsed.diagnostics, []);
    let links = &trueup_views::because::because(&parsed.roadmap).bets[0];
    assert_eq!(links.customer.as_deref(), Some("asked"));
}

#[test]
fn row_14_customers_read_what_evidence_lets_us_promise() {
    let recruiting = Recruiting::text().with_evidence(evidence);
    let export = customers(&recruiting.seen());
    insta::assert_snapshot!("customers", export.customers.text());
    let promised = export.customers.promised.iter();
    let promised: Vec<_> = promised.map(|one| (one.title.as_str(), one.state)).collect();
    let wanted = [
        ("Transparent skill matching", State::ToBeEvaluated),
        ("Resume summaries", State::InService),
    ];
    assert!(wanted.iter().all(|one| promised.contains(one)) && promised.len() == 2);
    assert_eq!(export.customers.not_promised, 2, "one too unsure, one not committed");
}

#[test]
fn row_78_a_promise_beyond_the_evidence_is_named() {
    let export = customers(&Recruiting::text().with_evidence(evidence).seen());
    let beyond: Vec<&str> = export.overpromised.iter().map(|one| one.bet.as_str()).collect();
    assert_eq!(beyond, ["questions"]);
    assert!(export.has_bad_news());
    let inside = export.inside().join("\n");
    assert!(inside.contains("P(pass by 2026-11-14) = 0.41, policy 0.85"), "{inside}");
    assert!(inside.contains("H05 overpromise: `questions`"), "{inside}");

    let kept = Recruiting::text().with_evidence(|bet| match bet.id.as_str() {
        "questions" => forecast(bet, 0.85),
        _ => evidence(bet),
    });
    let export = customers(&kept.seen());
    assert_eq!(export.overpromised, []);
    assert!(!export.has_bad_news());
}

#[test]
fn a_day_before_the_evaluation_is_promised_too_early() {
    let mut recruiting = Recruiting::text().with_evidence(evidence);
    let bets = recruiting.roadmap.bets.iter_mut();
    for promise in bets.filter_map(|bet| bet.promise.as_mut()) {
        promise.by = Some(date(2026, 12, 1));
    }
    let export = customers(&recruiting.seen());
    let beyond: Vec<&str> = export.overpromised.iter().map(|one| one.bet.as_str()).collect();
    assert_eq!(beyond, ["questions", "skill-match"]);
}

#[test]
fn without_evidence_nothing_is_promised() {
    let export = customers(&Recruiting::text().seen());
    assert_eq!(export.customers.promised, []);
    assert!(export.customers.text().contains("nothing can be promised"));
    assert!(export.has_bad_news(), "two promises rest on nothing");
}

#[test]
fn nothing_internal_leaks_to_customers() {
    let recruiting = Recruiting::text().with_history().with_evidence(evidence);
    let customers = customers(&recruiting.seen()).customers;
    let inside = [
        "0.0123",
        "0.0567",
        "EUR",
        "ana",
        "Ana Ruiz",
        "Lind",
        "Acme",
        "note",
        "nobody opens it",
        "matching in your plan",
        "Interview questions",
        "Secret agents",
        "Chat",
        "json-repair",
        "policy",
        "if_undecided",
        "skill-match",
    ];
    for text in [customers.text(), customers.markdown(), customers.json()] {
        for word in inside {
            assert!(!text.contains(word), "{word} in\n{text}");
        }
    }
}
