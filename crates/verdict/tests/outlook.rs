//! What is to be expected: of a bet, of the team, and of the forecasts themselves.

mod world;

use jiff::civil::{Date, date};
use trueup_roadmap::History;
use trueup_roadmap::history::{FileChange, Revision};
use trueup_verdict::outlook::past::calibration;
use trueup_verdict::outlook::{Earlier, Outlook, outlook};
use trueup_verdict::report::{BetReport, State};
use world::{World, none, rate, sums};

const GOAL: &str = r#"{ metric = "acceptance", at_least = 0.55, role = "goal" }"#;

fn seen(world: &World, history: Option<&History>) -> Outlook {
    outlook(&world.report(), &world.roadmap(), history, date(2026, 11, 20), &[])
}

fn undecided() -> World {
    World::new(&[GOAL]).with("use", sums(60, 10.0, 10.0)).with("acceptance", rate(60, 5.8))
}

fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-9, "{found} is not {wanted}");
}

#[test]
fn tells_chance_units_and_two_dates_of_what_is_undecided() {
    let world = undecided();
    let (report, outlook) = (world.report(), seen(&world, None));
    let (expected, judged) = (&outlook.bets[0], &report.bets[0]);
    assert_eq!((expected.decide_by, expected.days_left), (date(2026, 12, 11), 21));
    assert_eq!(expected.chance, judged.criteria[0].chance);
    let criterion = &expected.criteria[0];
    assert_eq!(criterion.units, Some(60));
    assert_eq!(criterion.more_units, judged.criteria[0].more_units);
    // 60 people in 51 days, 21 to go.
    assert_eq!(criterion.units_by_then, Some(85));
    let dates = criterion.dates.expect("people come");
    assert!(date(2026, 12, 11) < dates.p50 && dates.p50 < dates.p85, "{dates:?}");
    assert_eq!(expected.dates, Some(dates));
    assert!(criterion.needs.is_empty(), "there is evidence");
}

#[test]
fn says_before_there_is_evidence_how_many_people_it_takes() {
    let world = World::new(&[GOAL]).with("acceptance", none());
    let outlook = seen(&world, None);
    let criterion = &outlook.bets[0].criteria[0];
    assert_eq!((criterion.state, outlook.bets[0].chance), (State::NoData, None));
    let truths: Vec<f64> = criterion.needs.iter().map(|need| need.truth).collect();
    near(truths[0], 0.6);
    near(truths[2], 0.75);
    let counts: Vec<u64> = criterion.needs.iter().filter_map(|need| need.half).collect();
    assert!(counts.len() == 3 && counts[0] > counts[1] && counts[1] > counts[2], "{counts:?}");
    assert!(criterion.needs[1].all_or_nothing > criterion.needs[1].half);
}

#[test]
fn what_is_live_or_over_is_not_forecast() {
    for stage in ["live", "killed"] {
        let world = undecided().bet("stage = \"pilot\"", &format!("stage = \"{stage}\""));
        assert!(seen(&world, None).bets.is_empty(), "{stage}");
    }
}

/// A bet that is decided `weeks` before today, having been a pilot in the week before.
fn decided(history: &mut History, id: &str, on: Date) {
    for (day, stage) in [(on.yesterday().expect("a day"), "pilot"), (on, "killed")] {
        let text = format!(
            "id = \"{id}\"\ntitle = \"{id}\"\nhorizon = \"h1\"\nstage = \"{stage}\"\n[box]\n\
             starts = 2026-08-01\ndecide_by = 2026-10-01\nif_undecided = \"kill\"\n"
        );
        let revision = Revision {
            commit: format!("{id}-{stage}"),
            on: day,
            by: "Ana".to_owned(),
            email: String::new(),
            subject: String::new(),
        };
        let path = format!("bets/{id}.toml");
        history.append(revision, vec![FileChange { path, text: Some(text), found: false }]);
    }
}

/// One decision a week, the first so many weeks ago.
fn weekly(decisions: i32) -> History {
    let mut history = History::default();
    for number in 0..decisions {
        let days = (decisions - number) * 7 - 3;
        let on = date(2026, 11, 20).checked_sub(jiff::Span::new().days(days)).expect("a day");
        decided(&mut history, &format!("bet-{number}"), on);
    }
    history
}

#[test]
fn delivery_needs_five_decisions_and_says_how_many_there_are() {
    let few = seen(&undecided(), Some(&weekly(4))).delivery;
    assert_eq!((few.decided.len(), few.needed, few.open, few.all), (4, 5, 1, None));
    let enough = seen(&undecided(), Some(&weekly(6))).delivery;
    assert_eq!((enough.decided.len(), enough.open), (6, 1));
    let next = enough.next.expect("there is enough history");
    // Six decisions in the weeks before, one each: the next is decided within a week.
    assert_eq!(next.p50, date(2026, 11, 27));
    assert_eq!(enough.all, Some(next));
    let first = &enough.decided[0];
    assert_eq!(first.days, Some(72), "from 2026-08-01 to 2026-10-12");
    assert_eq!(first.late, Some(11));
    assert_eq!(seen(&undecided(), None).delivery.weeks, 0);
}

/// A report of one criterion whose chance was this.
fn said(chance: f64) -> BetReport {
    let mut bet = undecided().report().bets.remove(0);
    bet.criteria[0].chance = Some(chance);
    bet
}

/// A report of one criterion whose interval lies from `low` to .9.
fn ended(low: f64) -> BetReport {
    let mut bet = said(0.5);
    (bet.criteria[0].low, bet.criteria[0].high) = (Some(low), Some(0.9));
    bet
}

#[test]
fn forecasts_are_scored_by_what_became_of_them() {
    let weeks = |chances: [f64; 3]| {
        let days = [1, 8, 15].map(|day| date(2026, 10, day));
        days.into_iter().zip(chances.map(said)).collect()
    };
    let earlier = [
        Earlier { said: weeks([0.5, 0.9, 0.99]), ended: (date(2026, 10, 20), ended(0.6)) },
        Earlier { said: weeks([0.5, 0.3, 0.01]), ended: (date(2026, 10, 20), ended(0.5)) },
    ];
    let mut other = earlier.clone();
    for (_, report) in &mut other[1].said {
        report.id = "other".to_owned();
    }
    let found = calibration(&other);
    assert_eq!((found.criteria, found.forecasts.len(), found.needed), (2, 6, 20));
    // The middle ones: .9 that came true, .3 that did not.
    near(found.brier.expect("two are scored"), f64::midpoint(0.01, 0.09));
    near(found.always_the_same.expect("two are scored"), 0.25);
    let bins: Vec<(u64, u64)> =
        found.reliability.iter().map(|bin| (bin.forecasts, bin.criteria)).collect();
    assert_eq!(bins, [(1, 1), (1, 1), (2, 2), (2, 1)]);
    near(found.reliability[3].said, 0.945);
    near(found.reliability[3].happened, 1.0);
}

#[test]
fn moving_a_bound_makes_no_forecast_come_true() {
    let mut end = ended(0.6);
    // Asked was .55 when it was said; at the end it is .65, and then .4.
    for (at_least, low, happened) in [(0.65, 0.6, true), (0.4, 0.5, false)] {
        end.criteria[0].threshold.at_least = Some(at_least);
        end.criteria[0].low = Some(low);
        let earlier = Earlier {
            said: vec![(date(2026, 10, 8), said(0.7))],
            ended: (date(2026, 10, 20), end.clone()),
        };
        assert_eq!(calibration(&[earlier]).forecasts[0].happened, happened);
    }
    assert_eq!(calibration(&[]).brier, None);
}
