//! Metrics beyond means and ratios: text and answers in, what a criterion says out.

mod world;

use trueup_evidence::{Bin, Histogram, Summary, UnitSums};
use trueup_verdict::report::{CriterionReport, State};
use world::{When, World, classes, days, pairs, ranked, rate, sums};

/// The criterion of a bet whose gate asks one thing.
fn criterion(world: &World) -> CriterionReport {
    let report = world.report();
    let json = report.to_json();
    assert!(!json.contains("NaN") && !json.contains("inf"), "{json}");
    report.bets[0].criteria[0].clone()
}

/// What is asked, what the store answers, and how it ends: a state and words that must be said.
fn check(asks: &str, of: &'static str, answers: &[(When, Summary)], ends: State, says: &[&str]) {
    let mut world = World::new(&[asks]).and("[eligible]\npeople = 400\nsource = \"directory\"\n");
    for (when, summary) in answers {
        world = world.with_when(of, *when, summary.clone());
    }
    let found = criterion(&world);
    let said =
        format!("{} {} {}", found.text, found.remark.clone().unwrap_or_default(), found.counts);
    assert_eq!(found.state, ends, "{asks}: {found:#?}");
    for words in says {
        assert!(said.contains(words), "{asks}: nothing says {words:?} in {said:?}");
    }
}

fn always(summary: Summary) -> Vec<(When, Summary)> {
    vec![(When::Always, summary)]
}

const AUC: &str = r#"{ metric = "auc", at_least = 0.7, role = "guardrail" }"#;

#[test]
fn a_ranking_is_judged_by_its_area() {
    let good = ranked(60, 20, 10);
    check(AUC, "auc", &always(good), State::Met, &["scores where name is label"]);
    let Summary::Bins(mut backwards) = ranked(60, 20, 10) else { unreachable!("bins are asked") };
    for bin in backwards.iter_mut().flat_map(|unit| &mut unit.bins) {
        bin.outcome = 1.0 - bin.outcome;
    }
    let backwards = Summary::Bins(backwards);
    check(AUC, "auc", &always(backwards), State::Refuted, &["the wrong way round"]);
    let one_class = ranked(60, 20, 0);
    check(AUC, "auc", &always(one_class), State::Invalid, &["all 1,200 outcomes are 1"]);
    check(AUC, "auc", &[], State::NoData, &["nothing that `auc` counts"]);
}

#[test]
fn calibration_is_told_beside_what_chance_shows() {
    let asks = r#"{ metric = "calibration_error", at_most = 0.1, role = "guardrail" }"#;
    let perfect = world::calibrated(600, 0.75, 0.75);
    check(asks, "calibration_error", &always(perfect.clone()), State::Met, &["faultless model"]);
    let asks = r#"{ metric = "miscalibration", at_most = 0.1, role = "guardrail" }"#;
    check(asks, "miscalibration", &always(perfect), State::Met, &["chance explains"]);
}

#[test]
fn adoption_needs_to_know_who_could() {
    let asks = r#"{ metric = "adoption", at_least = 0.5, role = "goal" }"#;
    check(asks, "adoption", &always(sums(220, 1.0, 1.0)), State::Met, &["55.0 %"]);
    check(asks, "adoption", &always(sums(500, 1.0, 1.0)), State::Invalid, &["400 could"]);
    let world = World::new(&[asks]).with("adoption", sums(220, 1.0, 1.0));
    let found = criterion(&world);
    assert_eq!(found.state, State::Invalid);
    assert!(found.text.contains("[eligible]"), "{}", found.text);
}

#[test]
fn promoters_less_detractors_may_be_below_zero() {
    let asks = r#"{ metric = "nps", at_least = 0.5, role = "goal" }"#;
    let of = |numerator| Summary::Sums(vec_of(60, numerator));
    // The plan asks for promoters first, then for detractors, each over all answers.
    let world = World::new(&[asks]).with("nps", of(3.0));
    assert_eq!(world.plan().requests.iter().filter(|r| is_nps(r)).count(), 2);
}

fn vec_of(units: u64, numerator: f64) -> Vec<UnitSums> {
    (0..units).map(|unit| UnitSums { unit, numerator, denominator: 10.0 }).collect()
}

fn is_nps(request: &trueup_evidence::Request) -> bool {
    format!("{request:?}").contains("\"nps\"")
}

/// People whose ten values lie around `value`, each a little apart from the others.
fn around(value: f64) -> Summary {
    let bin = Bin::of(value);
    let one = |unit: u64| {
        let shift = i32::try_from(unit * 7 % 5).expect("small") - 2;
        Histogram { unit, units: 1, counts: vec![(bin + shift, 5), (bin + shift + 4, 5)] }
    };
    Summary::Histograms((0..2_000).map(one).collect())
}

#[test]
fn drift_is_compared_with_the_first_weeks() {
    let asks = r#"{ metric = "confidence_drift", at_most = 0.1, role = "guardrail" }"#;
    let (then, now) = (When::Early("2026-10-15"), When::Late("2026-10-15"));
    let same = [(then, around(0.7)), (now, around(0.7))];
    check(asks, "confidence_drift", &same, State::Met, &["no alarm", "against the first 14 days"]);
    let moved = [(then, around(0.7)), (now, around(0.9))];
    check(asks, "confidence_drift", &moved, State::Refuted, &["more than chance"]);
    let half = [(then, around(0.7))];
    check(asks, "confidence_drift", &half, State::NoData, &[]);
}

#[test]
fn a_new_class_is_drift() {
    let asks = r#"{ metric = "outcome_drift", at_most = 0.1, role = "guardrail" }"#;
    let (then, now) = (When::Early("2026-10-15"), When::Late("2026-10-15"));
    let mix = classes(2_000, &[("no", 6), ("yes", 4)]);
    let same = [(then, mix.clone()), (now, mix.clone())];
    check(asks, "outcome_drift", &same, State::Met, &["no alarm"]);
    let other = classes(2_000, &[("maybe", 5), ("no", 5)]);
    check(
        asks,
        "outcome_drift",
        &[(then, mix), (now, other)],
        State::Refuted,
        &["more than chance"],
    );
}

#[test]
fn who_came_too_lately_is_not_gone() {
    let asks = r#"{ metric = "retention", at_least = 0.6, role = "goal" }"#;
    let stays = days(300, &[0, 7, 14, 21, 28, 35, 42, 49], |_| 1.0);
    check(asks, "retention", &always(stays), State::Met, &["30 of 300 are gone"]);
    let leaves = days(300, &[0, 3], |_| 1.0);
    check(asks, "retention", &always(leaves), State::Refuted, &["300 of 300 are gone"]);
}

#[test]
fn what_wears_off_is_seen_within_people() {
    let asks = r#"{ metric = "novelty", at_least = -0.001, role = "guardrail" }"#;
    let fades = days(300, &[0, 7, 14, 21, 28], |day| 0.9 - f64::from(day) * 0.01);
    check(asks, "novelty", &always(fades), State::Refuted, &["two days or more"]);
}

#[test]
fn a_constant_judge_agrees_with_nobody() {
    let asks = r#"{ metric = "judge_agreement", at_least = 0.6, role = "guardrail" }"#;
    let good = pairs(80, &[(0.0, 0.0, 5), (1.0, 1.0, 5)], 0, 0.0);
    check(asks, "judge_agreement", &always(good), State::Met, &["source is judge"]);
    let constant = pairs(80, &[(1.0, 0.0, 5), (1.0, 1.0, 5)], 0, 0.0);
    check(asks, "judge_agreement", &always(constant), State::Invalid, &["always says the same"]);
    let apart = pairs(80, &[], 10, 0.5);
    check(
        asks,
        "judge_agreement",
        &always(apart),
        State::Invalid,
        &["800 by the one, 0 by the other"],
    );
}

#[test]
fn a_judge_enters_a_gate_beside_labels() {
    let asks = r#"{ metric = "quality", at_least = 0.6, role = "guardrail" }"#;
    let both = [(0.0, 0.0, 2), (1.0, 1.0, 7), (1.0, 0.0, 1)];
    let honest = pairs(120, &both, 90, 0.8);
    check(asks, "quality", &always(honest), State::Met, &["1,200 answers that a person judged"]);
    let outside = pairs(120, &[(9.0, 1.0, 5)], 90, 0.8);
    check(asks, "quality", &always(outside), State::Invalid, &["outside 0 to 1"]);
}

const EXPERIMENT: &str = "[experiment]\ncontrol = \"old\"\narms = { old = 1, new = 1 }\n";
const LIFT: &str =
    r#"{ metric = "acceptance", at_least = 0.02, versus = "control", role = "goal" }"#;

fn arms(new: (u64, f64), old: (u64, f64)) -> World {
    World::new(&[LIFT])
        .and(EXPERIMENT)
        .with_when("use", When::In("new"), sums_from(1_000_000, new.0))
        .with_when("use", When::In("old"), sums_from(0, old.0))
        .with_when("acceptance", When::In("new"), shifted(rate(new.0, new.1)))
        .with_when("acceptance", When::In("old"), rate(old.0, old.1))
}

/// People of another arm are other people.
fn shifted(summary: Summary) -> Summary {
    let Summary::Sums(sums) = summary else { return summary };
    Summary::Sums(sums.into_iter().map(|unit| UnitSums { unit: unit.unit ^ 1, ..unit }).collect())
}

fn sums_from(first: u64, units: u64) -> Summary {
    let one = |unit| UnitSums { unit, numerator: 10.0, denominator: 10.0 };
    Summary::Sums((first..first + units).map(one).collect())
}

#[test]
fn arms_are_compared_person_by_person() {
    let found = criterion(&arms((900, 7.0), (900, 5.0)));
    assert_eq!(found.state, State::Met, "{found:#?}");
    let compared = found.compared.expect("a comparison");
    assert_eq!(compared.arm.as_deref(), Some("new"));
    assert!((found.estimate.expect("a difference") - 0.2).abs() < 1e-9);
    assert!((compared.value.expect("a value") - 0.7).abs() < 1e-9);
    assert!((compared.other.expect("control's") - 0.5).abs() < 1e-9);
    assert!((compared.relative.expect("an uplift").value - 0.4).abs() < 1e-9);
    assert_eq!(criterion(&arms((30, 5.0), (30, 5.0))).state, State::Undecided);
    assert_eq!(criterion(&arms((900, 5.0), (900, 5.0))).state, State::Refuted);
    assert_eq!(criterion(&arms((900, 3.0), (900, 5.0))).state, State::Refuted);
}

#[test]
fn a_split_that_is_not_as_planned_is_not_read() {
    let found = criterion(&arms((600, 7.0), (1_200, 5.0)));
    assert_eq!(found.state, State::Invalid, "{found:#?}");
    assert!(found.text.contains("33.3 % where 50.0 % were planned"), "{}", found.text);
}

#[test]
fn people_in_two_arms_blur_both() {
    let world = arms((900, 7.0), (900, 5.0));
    let world = world.with_when("use", When::In("new"), sums_from(0, 900));
    let found = criterion(&world);
    assert_eq!(found.state, State::Invalid, "{found:#?}");
    assert!(found.text.contains("more than one arm"), "{}", found.text);
}

/// People who differ a lot from each other and little from themselves; `turn` is another time.
fn people(first: u64, lift: f64, turn: u64) -> Vec<UnitSums> {
    let one = |unit: u64| {
        let level = (unit * 37 % 61) as f64 / 10.0 + 1.0;
        let today = ((unit + turn) * 53 % 17) as f64 / 17.0 - 0.5;
        UnitSums { unit: unit * 0x9e37_79b9, numerator: level + lift + today, denominator: 10.0 }
    };
    (first..first + 900).map(one).collect()
}

#[test]
fn what_people_did_before_narrows_the_difference() {
    let world = |experiment: &str| {
        let before = [people(0, 0.0, 7), people(900, 0.0, 7)].concat();
        World::new(&[LIFT])
            .and(experiment)
            .with_when("acceptance", When::In("new"), Summary::Sums(people(0, 1.0, 0)))
            .with_when("acceptance", When::In("old"), Summary::Sums(people(900, 0.0, 0)))
            .with_when("acceptance", When::Before("2026-10-01"), Summary::Sums(before))
    };
    let plain = criterion(&world(EXPERIMENT));
    let adjusted = criterion(&world(&format!("{EXPERIMENT}adjust = \"4w\"\n")));
    let width = |of: &CriterionReport| of.high.expect("an end") - of.low.expect("an end");
    let explained =
        |of: &CriterionReport| of.compared.as_ref().and_then(|compared| compared.explained);
    assert_eq!(explained(&plain), None);
    assert!(explained(&adjusted).is_some_and(|share| share > 0.9), "{adjusted:#?}");
    assert!(width(&adjusted) < width(&plain) / 2.0, "{adjusted:#?} {plain:#?}");
}

#[test]
fn before_and_after_is_told_to_be_weaker() {
    let asks = r#"{ metric = "acceptance", at_least = 0.02, versus = "before", role = "goal" }"#;
    let world = World::new(&[asks]).with("acceptance", rate(900, 7.0)).with_when(
        "acceptance",
        When::Before("2026-10-01"),
        rate(900, 5.0),
    );
    let found = criterion(&world);
    assert_eq!(found.state, State::Met, "{found:#?}");
    let weaker = found.compared.and_then(|compared| compared.weaker).expect("it says so");
    assert!(weaker.contains("[experiment]"), "{weaker}");
}

#[test]
fn a_sentinel_within_a_mean_is_found() {
    let asks = r#"{ metric = "survival", at_least = 0.5, role = "goal" }"#;
    let world = World::new(&[asks]).with("survival", rate(60, 8.0));
    assert_eq!(criterion(&world).state, State::Met);
    // One row of -1 in each mean of ten, which stays between 0 and 1.
    let world = world.with("rows outside survival", sums(60, 1.0, 1.0));
    let found = criterion(&world);
    assert_eq!(found.state, State::Invalid, "{found:#?}");
    assert!(found.text.contains("of `survival` 60 values lie outside 0 to 1"), "{}", found.text);
}

#[test]
fn revenue_that_was_never_recorded_is_not_zero() {
    let asks = r#"{ metric = "value_per_cost", at_least = 1, role = "goal" }"#;
    let of = |numerator| {
        World::new(&[asks])
            .with("use", sums(60, 1.0, 1.0))
            .with("value_per_cost", sums(60, numerator, 2.0))
    };
    assert_eq!(criterion(&of(0.0)).state, State::NoData);
    assert_eq!(criterion(&of(9.0)).state, State::Met);
}

#[test]
fn a_judge_alone_is_warned_of() {
    let metric = |kind: &str| {
        format!(
            "id = \"helpful\"\ntitle = \"Helpful\"\ndefinition = \"As the judge says.\"\nside = \"model\"\n\
             unit = \"share\"\nbetter = \"up\"\n[measure]\n{kind}\n"
        )
    };
    let of = r#"{ table = "scores", where = { name = "helpful", source = "judge" }"#;
    let alone =
        format!("kind = \"rate\"\nnumerator = {of}, sum = \"value\" }}\ndenominator = {of} }}");
    let person = r#"{ table = "scores", where = { name = "helpful", source = "person" } }"#;
    let beside = format!("kind = \"judged-mean\"\njudge = {of} }}\nperson = {person}");
    let asks = r#"{ metric = "helpful", at_least = 0.5, role = "guardrail" }"#;
    let codes = |kind: &str| -> Vec<String> {
        let world = World::new(&[asks]).file("metrics/helpful.toml", &metric(kind));
        world.report().bets[0].reasons.iter().map(|reason| reason.code.clone()).collect()
    };
    assert!(codes(&alone).contains(&"judge-alone".to_owned()));
    assert!(!codes(&beside).contains(&"judge-alone".to_owned()));
}
