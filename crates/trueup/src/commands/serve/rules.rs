//! What the roadmap tells intake: bets and their criteria in force, models and their prices.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use jiff::civil::Date;
use trueup_intake::prices::{Pattern, Price, PriceTable};
use trueup_intake::{Bet, Settings};
use trueup_roadmap::{Model, Roadmap};

/// Fills in what the roadmap says.
///
/// A feature flag belongs to the bet of the same name: the language has no other word for it.
pub fn apply(roadmap: &Roadmap, settings: &mut Settings) -> Result<()> {
    for bet in &roadmap.bets {
        let id = bet.id.value.clone();
        let criteria_digest = bet.graduation().map(|gate| gate.digest.clone());
        settings.flags.insert(id.clone(), id.clone());
        settings.bets.insert(id, Bet { criteria_digest });
    }
    settings.tiers = tiers(&roadmap.models);
    let mut tables = price_tables(roadmap)?;
    tables.append(&mut settings.prices);
    settings.prices = tables;
    Ok(())
}

fn tiers(models: &BTreeMap<String, Model>) -> HashMap<String, String> {
    let tiers = models.iter().filter_map(|(name, model)| Some((name, model.tier?)));
    tiers.map(|(name, tier)| (name.clone(), tier.name().to_owned())).collect()
}

/// One table for each currency, named after the day of its newest price.
fn price_tables(roadmap: &Roadmap) -> Result<Vec<PriceTable>> {
    let mut by_currency: BTreeMap<&str, (Date, Vec<Price>)> = BTreeMap::new();
    for (name, model) in &roadmap.models {
        for price in &model.prices {
            let currency = price.currency.as_deref().unwrap_or(&roadmap.policy.currency);
            let (newest, prices) = by_currency.entry(currency).or_insert((price.since, Vec::new()));
            *newest = price.since.max(*newest);
            prices.push(intake_price(name, price));
        }
    }
    let tables = by_currency.into_iter().map(|(currency, (newest, prices))| {
        PriceTable::new(&format!("roadmap@{newest}"), currency, prices)
    });
    tables.collect::<Result<_, _>>().context("the roadmap's prices cannot be used")
}

fn intake_price(model: &str, price: &trueup_roadmap::model::Price) -> Price {
    Price {
        model: Pattern::Named(model.to_owned()),
        since: price.since,
        tiers: Vec::new(),
        over: None,
        input: price.input_per_million,
        cached: price.cached_per_million,
        cache_write: None,
        output: price.output_per_million,
        reasoning: None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use trueup_intake::prices::Usage;
    use trueup_intake::{Secret, Settings};
    use trueup_roadmap::Source;

    use super::apply;

    #[test]
    fn bets_criteria_tiers_and_prices_come_from_the_roadmap() {
        let root = "edition = 1\n[models.mock-small]\ntier = \"small\"\n\
            prices = [{ since = 2026-01-01, input_per_million = 2.0, output_per_million = 4.0, \
            currency = \"EUR\" }]\n";
        let bet = "id = \"skill-match\"\ntitle = \"Match\"\nhorizon = \"h1\"\nstage = \"pilot\"\n\
            [gate.graduate]\ncriteria = [{ metric = \"acceptance\", at_least = 0.5 }]\n";
        let sources = [("roadmap.toml", root), ("bets/skill-match.toml", bet)]
            .map(|(path, text)| Source { path: path.to_owned(), text: text.to_owned() });
        let parsed = trueup_roadmap::parse(&sources);
        let mut settings = Settings::new(Secret::new(&[1; 32]).expect("long enough"));
        apply(&parsed.roadmap, &mut settings).expect("plain names");
        let digest = parsed.roadmap.bets[0].graduation().map(|gate| gate.digest.clone());
        assert!(digest.is_some());
        assert_eq!(settings.bets["skill-match"].criteria_digest, digest);
        assert_eq!(settings.flags["skill-match"], "skill-match");
        assert_eq!(settings.tiers["mock-small"], "small");
        let usage = Usage { tokens_in: Some(1_000_000), tokens_out: Some(0), ..Usage::default() };
        let cost =
            settings.prices[0].cost("mock-small", Timestamp::constant(1_780_000_000, 0), &usage);
        let cost = cost.expect("the roadmap prices it");
        assert_eq!((cost.amount, cost.currency, cost.version), (2.0, "EUR", "roadmap@2026-01-01"));
        assert_eq!(settings.prices.len(), 2, "the public prices come after");
    }
}
