//! The public prices are those of their source, and of another table that nobody here wrote.

use serde_json::Value as Json;
use trueup_intake::prices::Usage;

use super::*;

fn json(path: &str) -> Option<Json> {
    Some(serde_json::from_slice(&body(&shared(path)?)).expect("the file is JSON"))
}

/// What a million tokens in, and a million out, cost today.
fn known(table: &PriceTable, model: &str) -> Option<(f64, f64)> {
    let usage = |tokens_in, tokens_out| Usage {
        tokens_in: Some(tokens_in),
        tokens_out: Some(tokens_out),
        ..Usage::default()
    };
    // So few tokens that no price for large requests holds.
    let cost = |usage| Some(table.cost(model, RECEIVED, &usage)?.amount * 1_000.0);
    Some((cost(usage(1_000, 0))?, cost(usage(0, 1_000))?))
}

fn same((one, other): (f64, f64), (due, also): (f64, f64)) -> bool {
    (one - due).abs() < 1e-9 && (other - also).abs() < 1e-9
}

#[test]
fn every_price_is_that_of_the_source() {
    let Some(source) = json("data/prices/langfuse-default-model-prices.json") else { return };
    let (table, mut compared) = (PriceTable::public(), 0);
    for model in source.as_array().expect("a list of models") {
        let name = model["modelName"].as_str().expect("a model has a name");
        let prices = &model["pricingTiers"][0]["prices"];
        let due = prices["input"].as_f64().zip(prices["output"].as_f64());
        let (Some(due), Some(known)) = (due, known(&table, name)) else { continue };
        assert!(same(known, (due.0 * 1e6, due.1 * 1e6)), "{name}: {known:?} is not {due:?}");
        compared += 1;
    }
    assert!(compared > 120, "{compared} models compared");
}

/// The other table gives these three the price of another time or version.
const OTHERWISE: [&str; 3] = ["gpt-3.5-turbo", "gpt-4", "gemini-2.5-flash"];

#[test]
fn another_table_has_the_same_prices() {
    let Some(other) = json("data/prices/routerarena-cost.json") else { return };
    let (table, mut compared) = (PriceTable::public(), 0);
    for (model, price) in other.as_object().expect("prices by model") {
        let due = price["input_token_price_per_million"].as_f64();
        let due = due.zip(price["output_token_price_per_million"].as_f64());
        let (Some(due), Some(known)) = (due, known(&table, model)) else { continue };
        let differs = OTHERWISE.contains(&model.as_str());
        assert_eq!(same(known, due), !differs, "{model}: {known:?} and {due:?}");
        compared += 1;
    }
    assert!(compared >= 10, "{compared} models compared");
}
