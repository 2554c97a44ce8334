//! Where the models come from, with every number calculated by hand.

mod world;

use trueup_roadmap::bet::economics::SourcingKind;
use trueup_views::View;
use trueup_views::sourcing::{BetSourcing, Cheaper, Way, sourcing};
use world::World;

fn of(id: &str) -> BetSourcing {
    let world = World::recruiting();
    sourcing(&world.seen(), Some(id)).expect("it is known").bets.remove(0)
}

fn way(bet: &BetSourcing, kind: SourcingKind) -> &Way {
    bet.ways.iter().find(|way| way.kind == kind).expect("it was considered")
}

fn costs(way: &Way) -> Vec<Option<f64>> {
    way.loads.iter().map(|at| at.cost_month.map(rounded)).collect()
}

fn margins(way: &Way) -> Vec<Option<f64>> {
    way.loads.iter().map(|at| at.margin_month.map(rounded)).collect()
}

/// To a cent: what is added in floating point is not exact.
fn rounded(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

#[test]
fn shows_what_each_way_costs_and_takes() {
    let world = World::recruiting();
    let all = sourcing(&world.seen(), None).expect("all are known");
    insta::assert_snapshot!("sourcing", all.text());
    insta::assert_snapshot!("sourcing_markdown", all.markdown());
    insta::assert_snapshot!("sourcing_json", all.json());
}

#[test]
fn rows_41_and_88_costs_and_margins_follow_the_loads() {
    let bet = of("skill-match");
    assert_eq!(bet.loads, [1.0, 5.0, 10.0]);
    // 2,000 × 2 + 400 × 10 = 8,000 millionths each; 100,000 a month, each brings 0.02.
    let buy = way(&bet, SourcingKind::Buy);
    assert_eq!(buy.per_interaction.map(|each| (each * 1e6).round()), Some(8000.0));
    assert_eq!(buy.computed_from.as_deref(), Some("tokens × price of `small-3`"));
    assert_eq!(costs(buy), [Some(800.0), Some(4000.0), Some(8000.0)]);
    assert_eq!(margins(buy), [Some(1200.0), Some(6000.0), Some(12000.0)]);
    // 500 + 0.001 × 100,000 × load
    let tuned = way(&bet, SourcingKind::FineTune);
    assert_eq!(costs(tuned), [Some(600.0), Some(1000.0), Some(1500.0)]);
    assert_eq!(costs(way(&bet, SourcingKind::Rules)), [Some(300.0); 3]);
}

#[test]
fn a_written_price_costs_what_the_language_says() {
    let world = World::recruiting();
    let roadmap = &world.parsed.roadmap;
    let sourcing = roadmap.bet("skill-match").and_then(|bet| bet.sourcing.as_ref());
    for considered in &sourcing.expect("it has sources").considered {
        let Some(monthly) = considered.monthly(100_000.0, &[1.0, 5.0, 10.0]) else { continue };
        let expected: Vec<Option<f64>> = monthly.iter().map(|at| Some(rounded(at.cost))).collect();
        assert_eq!(costs(way(&of("skill-match"), considered.kind.value)), expected);
    }
}

#[test]
fn without_a_price_a_cost_is_unknown() {
    let bet = of("skill-match");
    let build = way(&bet, SourcingKind::Build);
    assert_eq!(costs(build), [None; 3]);
    assert_eq!(margins(build), [None; 3]);
    assert!(build.unknown.is_some());
    assert!(bet.break_evens.iter().all(|even| even.other != SourcingKind::Build));
}

#[test]
fn tells_where_another_way_becomes_cheaper() {
    let bet = of("skill-match");
    let even = |kind| bet.break_evens.iter().find(|even| even.other == kind).expect("it is priced");
    // 500 ÷ (0.008 − 0.001) = 71,428.57 a month
    let tuned = even(SourcingKind::FineTune);
    assert_eq!(tuned.cheaper, Cheaper::Above);
    assert_eq!(tuned.interactions_month.map(rounded), Some(71_428.57));
    assert_eq!(tuned.load.map(rounded), Some(0.71));
    // 300 ÷ 0.008
    let rules = even(SourcingKind::Rules);
    assert_eq!(
        (rules.cheaper, rules.interactions_month.map(rounded)),
        (Cheaper::Above, Some(37_500.0))
    );
}

#[test]
fn currencies_are_never_mixed() {
    let bet = of("summaries");
    let [build] = &bet.ways[..] else { panic!("only the choice is there") };
    assert!(build.is_chosen);
    assert_eq!(costs(build), [None]);
    let why = build.unknown.as_deref();
    assert_eq!(
        why,
        Some("model `dollar-1` is priced in USD and the bet counts in EUR; no rate is assumed")
    );
}

#[test]
fn the_margin_inverts_aloud() {
    let head = "edition = 1\n";
    let bet = "id = \"b\"\ntitle = \"t\"\nhorizon = \"h1\"\nstage = \"framed\"\n\
        [sourcing]\nkind = \"rag\"\nconsidered = [\n\
        { kind = \"rag\", fixed_month = 10, per_interaction = 0.5 },\n\
        { kind = \"build\", fixed_month = 20, per_interaction = 0.6 },\n\
        { kind = \"partner\", fixed_month = 5, per_interaction = 0.6 },\n\
        { kind = \"rules\", fixed_month = 10, per_interaction = 0.4 },\n\
        { kind = \"buy\", fixed_month = 10, per_interaction = 0.5 },\n\
        ]\n[cost]\nrevenue_per_interaction = 0.4\ninteractions_month = 100\nloads = [1, 2]\n";
    let world = World::of(&[("roadmap.toml", head), ("bets/b.toml", bet)]);
    let all = sourcing(&world.seen(), Some("b")).expect("it is known");
    assert!(all.text().contains("the margin of `rag` is negative at 1×"));
    let found: Vec<Cheaper> = all.bets[0].break_evens.iter().map(|even| even.cheaper).collect();
    assert_eq!(found, [Cheaper::Never, Cheaper::Below, Cheaper::Always, Cheaper::Same]);
}

#[test]
fn names_the_nearest_bet_and_those_that_say_nothing() {
    let world = World::recruiting();
    let error = sourcing(&world.seen(), Some("skil-match")).expect_err("it is not known");
    assert_eq!(error.to_string(), "no bet `skil-match`; did you mean `skill-match`?");
    let all = sourcing(&world.seen(), None).expect("all are known");
    assert_eq!(all.unsaid, ["agents", "questions"]);
}
