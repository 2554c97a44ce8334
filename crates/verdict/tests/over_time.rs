//! A criterion week by week: only on the dashboard, and it decides nothing.

mod world;

use trueup_evidence::{Bin, Histogram, Summary};
use trueup_verdict::report::{CriterionReport, State, WindowReport};
use world::{When, World, days, rate, sums};

const ACCEPTANCE: &str = r#"{ metric = "acceptance", at_least = 0.5, role = "goal" }"#;

fn on_dashboard(mut world: World) -> World {
    world.dashboard = true;
    world
}

fn criterion(world: &World) -> CriterionReport {
    world.report().bets[0].criteria[0].clone()
}

fn day(moment: &str) -> &str {
    moment.strip_suffix("T00:00:00Z").unwrap_or_else(|| panic!("{moment} is no midnight"))
}

fn days_of(weeks: &[WindowReport]) -> Vec<(&str, &str)> {
    weeks.iter().map(|week| (day(&week.from), day(&week.to))).collect()
}

#[test]
fn weeks_are_whole_days_newest_first_and_each_has_its_own_numbers() {
    let world = World::new(&[ACCEPTANCE])
        .with("acceptance", rate(120, 6.0))
        .with_when("acceptance", When::Early("2026-10-23"), rate(60, 4.0))
        .with_when("acceptance", When::Late("2026-11-13"), rate(90, 8.0));
    let found = criterion(&on_dashboard(world));
    let expected = [
        ("2026-11-13", "2026-11-20"),
        ("2026-11-06", "2026-11-13"),
        ("2026-10-30", "2026-11-06"),
        ("2026-10-23", "2026-10-30"),
        ("2026-10-16", "2026-10-23"),
        ("2026-10-09", "2026-10-16"),
        ("2026-10-02", "2026-10-09"),
    ];
    assert_eq!(days_of(&found.over_time), expected, "one more would begin before the time-box");
    let shares = [0.8, 0.6, 0.6, 0.6, 0.4, 0.4, 0.4];
    let people = [90, 120, 120, 120, 60, 60, 60];
    for ((week, share), people) in found.over_time.iter().zip(shares).zip(people) {
        assert!((week.estimate.expect("a value") - share).abs() < 1e-9, "{week:?}");
        assert_eq!(
            (week.state, week.units, week.n),
            (State::Watched, Some(people), Some(people * 10))
        );
        assert!(week.low < week.estimate && week.estimate < week.high, "{week:?}");
    }
    // The same people and values as the whole window, but one look and not one of many.
    let week = &found.over_time[1];
    assert!(
        found.low < week.low && week.high < found.high,
        "{week:?} {:?}",
        (found.low, found.high)
    );
}

#[test]
fn weeks_change_nothing_else_and_are_asked_for_the_dashboard_alone() {
    let world = World::new(&[ACCEPTANCE]).with("acceptance", rate(120, 6.0));
    let without = world.report();
    let with = on_dashboard(world.clone()).report();
    assert_eq!(without.bets[0].criteria[0].over_time, []);
    assert!(!without.to_json().contains("over_time"), "what is not there is not said");
    let alone = CriterionReport { over_time: Vec::new(), ..with.bets[0].criteria[0].clone() };
    assert_eq!(alone, without.bets[0].criteria[0]);
    assert_eq!(with.bets[0].verdict, without.bets[0].verdict);
    let weekly = |world: &World| {
        let requests = world.plan().requests.into_iter();
        let windows = requests.map(|request| request.window);
        let weeks = windows.filter(|of| of.from.duration_until(of.to).as_hours() == 7 * 24);
        weeks.map(|week| week.to.to_string()).collect::<Vec<_>>()
    };
    let asked = weekly(&on_dashboard(world.clone()));
    // What is taken and, to find sentinels, what lies outside the range.
    let newest = asked.iter().filter(|to| *to == "2026-11-20T00:00:00Z").count();
    assert_eq!((weekly(&world).len(), asked.len()), (0, 7 * newest));
    assert!((1..=2).contains(&newest), "{asked:?}");
}

#[test]
fn weeks_before_the_first_evidence_are_left_out_and_gaps_are_not() {
    let world = World::new(&[ACCEPTANCE])
        .with_when("acceptance", When::Late("2026-10-16"), rate(60, 6.0))
        .with_when("acceptance", When::Late("2026-11-06"), sums(0, 0.0, 0.0))
        .with_when("acceptance", When::Late("2026-11-13"), rate(60, 6.0));
    let found = criterion(&on_dashboard(world));
    let said: Vec<_> = found.over_time.iter().map(|week| (day(&week.from), week.state)).collect();
    assert_eq!(
        said,
        [
            ("2026-11-13", State::Watched),
            ("2026-11-06", State::NoData),
            ("2026-10-30", State::Watched),
            ("2026-10-23", State::Watched),
            ("2026-10-16", State::Watched),
        ]
    );
    let nothing = criterion(&on_dashboard(World::new(&[ACCEPTANCE])));
    assert_eq!(nothing.over_time, []);
}

#[test]
fn what_grows_with_time_and_what_is_told_from_the_first_day_has_no_weeks() {
    for (asks, of, summary) in [
        (
            r#"{ metric = "interactions", at_least = 100, role = "goal" }"#,
            "interactions",
            sums(60, 10.0, 10.0),
        ),
        (
            r#"{ metric = "retention", at_least = 0.6, role = "goal" }"#,
            "retention",
            days(300, &[0, 7, 14, 21, 28, 35, 42, 49], |_| 1.0),
        ),
    ] {
        let found = criterion(&on_dashboard(World::new(&[asks]).with(of, summary)));
        assert!(found.estimate.is_some(), "{of}");
        assert_eq!(found.over_time, [], "{of}");
    }
}

#[test]
fn drift_has_weeks_after_its_reference_alone() {
    let asks = r#"{ metric = "confidence_drift", at_most = 0.1, role = "guardrail" }"#;
    let one =
        |unit| Histogram { unit, units: 1, counts: vec![(Bin::of(0.7), 5), (Bin::of(0.9), 5)] };
    let answer = Summary::Histograms((0..60).map(one).collect());
    let found = criterion(&on_dashboard(World::new(&[asks]).with("confidence_drift", answer)));
    let weeks = days_of(&found.over_time);
    assert!(weeks.iter().all(|(_, to)| *to > "2026-10-15"), "{weeks:?}");
    assert_eq!(weeks.len(), 6, "{weeks:?}");
}
