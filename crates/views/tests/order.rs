//! What comes next, with every number calculated by hand.

mod world;

use trueup_views::View;
use trueup_views::order::{CostBasis, Order, Ranked, ValueBasis, order};
use world::World;

fn close(found: Option<f64>, expected: f64) {
    let found = found.expect("it is known");
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

fn bet<'a>(order: &'a Order, id: &str) -> &'a Ranked {
    let all = order.ranked.iter().chain(&order.apart);
    all.into_iter().find(|bet| bet.id == id).expect("it is in the order")
}

#[test]
fn shows_scores_parts_ties_and_gaps() {
    let world = World::recruiting().judged();
    let order = order(&world.seen());
    insta::assert_snapshot!("order", order.text());
    insta::assert_snapshot!("order_markdown", order.markdown());
    insta::assert_snapshot!("order_json", order.json());
}

#[test]
fn row_49_the_parts_multiply_to_the_score() {
    let order = order(&World::recruiting().seen());
    assert_eq!((&order.value_in, &order.cost_in), (&ValueBasis::Ribs, &CostBasis::Weeks));
    // Marks all 3: (3 + 3 + 3 + 3) ÷ 4 = 3; chance .5 as stated for map-skills; brings no data;
    // one week of its own and three for map-skills.
    let summaries = bet(&order, "summaries");
    close(summaries.value.value, 3.0);
    close(summaries.chance.value, 0.5);
    close(summaries.data.value, 0.0);
    close(summaries.cost.value, 4.0);
    close(summaries.score, 3.0 * 0.5 * 1.0 / 4.0);
    // Risk 2 counts as 4: (4 + 4 + 5 + 3) ÷ 4 = 4; half of the 3,000 labels that are missing; its
    // only work is that on map-skills.
    let skill_match = bet(&order, "skill-match");
    close(skill_match.value.value, 4.0);
    close(skill_match.data.value, 0.5);
    close(skill_match.cost.value, 3.0);
    close(skill_match.score, 4.0 * 0.5 * 1.5 / 3.0);
    assert_eq!(order.ranked[0].id, "skill-match");
}

#[test]
fn the_evidence_goes_before_what_is_stated() {
    let mut world = World::recruiting().judged();
    close(bet(&order(&world.seen()), "skill-match").chance.value, 0.8);
    let report = world.report.as_mut().expect("it was judged");
    report.bets[0].verdict = Some(trueup_verdict::report::Word::Ship);
    close(bet(&order(&world.seen()), "skill-match").chance.value, 1.0);
}

#[test]
fn ties_share_a_rank_and_stand_by_the_day_of_the_decision() {
    let order = order(&World::recruiting().seen());
    let ranks: Vec<(Option<usize>, &str)> =
        order.ranked.iter().map(|bet| (bet.rank, bet.id.as_str())).collect();
    assert_eq!(ranks, [(Some(1), "skill-match"), (Some(2), "questions"), (Some(2), "summaries")]);
    assert_eq!(bet(&order, "questions").tied_with, ["summaries"]);
    assert!(order.text().contains("`questions` and `summaries` have the same score"));
}

#[test]
fn what_is_not_known_has_no_score() {
    let order = order(&World::recruiting().seen());
    let [agents] = &order.apart[..] else { panic!("one bet has no score") };
    assert_eq!((agents.rank, agents.score), (None, None));
    assert_eq!(
        agents.missing,
        [
            "value: no marks; add `[score]`",
            "chance: no forecast, and `plan` states none; add `investment.chance`",
            "cost: `plan` names no investment",
        ]
    );
}

#[test]
fn an_exponent_of_zero_leaves_a_part_out_even_where_it_is_not_known() {
    let mut world = World::recruiting();
    let weights = &mut world.parsed.roadmap.policy.order;
    (weights.chance, weights.cost, weights.data) = (0.0, 0.0, 2.0);
    let found = order(&world.seen());
    close(bet(&found, "skill-match").score, 4.0 * 1.5 * 1.5);
    assert_eq!(bet(&found, "agents").missing, ["value: no marks; add `[score]`"]);
}

#[test]
fn a_cost_is_not_known_without_that_of_everything_it_needs() {
    let mut world = World::recruiting();
    world.parsed.roadmap.capabilities.clear();
    let found = order(&world.seen());
    assert!(found.ranked.is_empty());
    let missing = &bet(&found, "summaries").missing;
    assert!(missing.contains(&"cost: `map-skills` is not in this roadmap".to_owned()));
}

#[test]
fn a_score_that_overflows_is_none() {
    let mut world = World::recruiting();
    let weights = &mut world.parsed.roadmap.policy.order;
    (weights.value, weights.cost) = (500.0, -500.0);
    let found = order(&world.seen());
    assert_eq!(bet(&found, "skill-match").score, None);
    assert_eq!(
        bet(&found, "skill-match").missing,
        ["score: too large to write; use smaller exponents"]
    );
}

#[test]
fn the_weights_of_ribs_count() {
    let mut world = World::recruiting();
    let weights = &mut world.parsed.roadmap.policy.ribs;
    (weights.risk, weights.impact, weights.business, weights.scale) = (2.0, 1.0, 0.0, 1.0);
    // (2 × (6 − 2) + 4 + 3) ÷ 4
    close(bet(&order(&world.seen()), "skill-match").value.value, 15.0 / 4.0);
}

#[test]
fn row_84_a_spread_of_two_is_a_talking_point() {
    let order = order(&World::recruiting().seen());
    let [questions, skill_match, summaries] = &order.ribs[..] else { panic!("three have marks") };
    let spread = skill_match.spread.expect("both sides gave marks");
    assert_eq!((spread.risk, spread.impact, spread.business, spread.scale), (3, 1, 1, 0));
    assert_eq!(skill_match.talk_about, ["risk"]);
    assert_eq!((questions.spread, summaries.spread), (None, None));
}

#[test]
fn money_is_the_measure_where_more_bets_have_it() {
    let head = "edition = 1\n[models.m]\nprices = [{ since = 2026-01-01, input_per_million = 1, output_per_million = 4 }]\n";
    let capability = "id = \"c\"\ntitle = \"t\"\ngap = \"g\"\ninvestment = { kind = \"tune\", cost = 50, chance = 0.25 }\n";
    let bet = |id: &str, currency: &str| {
        format!(
            "id = \"{id}\"\ntitle = \"t\"\nhorizon = \"h1\"\nstage = \"framed\"\nneeds = [\"c\"]\n\
             [sourcing]\nkind = \"buy\"\nmodel = \"m\"\n[cost]\ncurrency = \"{currency}\"\n\
             revenue_per_interaction = 0.1\ninteractions_month = 1000\n\
             tokens = {{ input = 500, output = 250 }}\n"
        )
    };
    let (a, b) = (bet("a", "USD"), bet("b", "EUR"));
    let world = World::of(&[
        ("roadmap.toml", head),
        ("capabilities/c.toml", capability),
        ("bets/a.toml", &a),
        ("bets/b.toml", &b),
    ]);
    let order = order(&world.seen());
    // 0.10 × 1,000 = 100 a month; 500 + 4 × 250 = 1,500 millionths each, so 1.50 a month.
    let found = &order.ranked[0];
    close(found.value.value, 100.0);
    close(found.cost.value, 12.0 * 1.5 + 50.0);
    close(found.score, 100.0 * 0.25 / 68.0);
    assert_eq!(order.apart.len(), 1);
    assert!(order.apart[0].missing.iter().all(|why| why.contains("no rate is assumed")));
}
