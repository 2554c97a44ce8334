//! What tokens cost: dated tables of prices, and the sum of one answer. What a table does not know has
//! no cost, and that is never zero.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::RegexSet;

/// The public table that is built in: see `scripts/prices.py`.
const PUBLIC: &str = include_str!("../prices/public.tsv");
const MILLION: f64 = 1_000_000.0;
/// Service tiers that are the usual price.
const USUAL: [&str; 4] = ["default", "standard", "auto", "on_demand"];
/// The line above the prices.
const HEAD: &str = "model\tsince\ttiers\tover\tinput\tcached\tcache_write\toutput\treasoning";

/// Prices that go together, and say so on every row that they price.
#[derive(Debug, Clone)]
pub struct PriceTable {
    /// A name and a date, as in `public@2026-08-20`.
    pub version: String,
    pub currency: String,
    patterns: RegexSet,
    prices: Vec<Price>,
}

/// What a model costs from a day on.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// Which models.
    pub model: Pattern,
    /// The first day.
    pub since: Date,
    /// Only for these service tiers; if empty, for the usual one.
    pub tiers: Vec<String>,
    /// Only for requests of more tokens than this.
    pub over: Option<i64>,
    /// Of a million tokens in.
    pub input: f64,
    /// Of those read from the cache; `input` if none.
    pub cached: Option<f64>,
    /// Of those written to the cache; `input` if none.
    pub cache_write: Option<f64>,
    /// Of a million tokens out.
    pub output: f64,
    /// Of those spent on reasoning; `output` if none.
    pub reasoning: Option<f64>,
}

/// A model by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    Named(String),
    /// A regular expression.
    Matching(String),
}

/// What an answer used, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Usage<'a> {
    /// Cached ones included.
    pub tokens_in: Option<i64>,
    /// Reasoning included.
    pub tokens_out: Option<i64>,
    pub cached: Option<i64>,
    pub cache_write: Option<i64>,
    pub reasoning: Option<i64>,
    pub service_tier: Option<&'a str>,
}

/// Money, and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost<'a> {
    pub amount: f64,
    pub currency: &'a str,
    pub version: &'a str,
}

/// Why a table of prices cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PriceError {
    #[error("line {line} of the prices: `{text}` is not {wanted}")]
    Line { line: usize, text: String, wanted: &'static str },
    #[error(
        "the prices have no `{0}`: begin with `version`, `currency` and the head of the columns"
    )]
    Missing(&'static str),
    #[error("a model's pattern in the prices cannot be read")]
    Pattern(#[from] regex::Error),
}

impl PriceTable {
    pub fn new(
        version: &str,
        currency: &str,
        prices: Vec<Price>,
    ) -> Result<PriceTable, PriceError> {
        let patterns = RegexSet::new(prices.iter().map(|price| price.model.expression()))?;
        let (version, currency) = (version.to_owned(), currency.to_owned());
        Ok(PriceTable { version, currency, patterns, prices })
    }

    /// The public prices that are built in.
    #[must_use]
    pub fn public() -> PriceTable {
        static TABLE: LazyLock<PriceTable> =
            LazyLock::new(|| PriceTable::read(PUBLIC).expect("the table is built in and tested"));
        TABLE.clone()
    }

    /// Reads a table of lines with tabs, in the form of `crates/intake/prices/public.tsv`.
    pub fn read(text: &str) -> Result<PriceTable, PriceError> {
        let (mut version, mut currency, mut prices) = (None, None, Vec::new());
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') || line == HEAD {
                continue;
            }
            let cells: Vec<&str> = line.split('\t').collect();
            match cells[..] {
                ["version", said] => version = Some(said),
                ["currency", said] => currency = Some(said),
                _ => prices.push(Price::read(&cells, number + 1)?),
            }
        }
        let version = version.ok_or(PriceError::Missing("version"))?;
        PriceTable::new(version, currency.ok_or(PriceError::Missing("currency"))?, prices)
    }

    /// What an answer of a model cost; none if model, tier or tokens are not known.
    #[must_use]
    pub fn cost(&self, model: &str, at: Timestamp, usage: &Usage<'_>) -> Option<Cost<'_>> {
        let price = self.price(model, at, usage)?;
        let amount = price.amount(usage)?;
        Some(Cost { amount, currency: &self.currency, version: &self.version })
    }

    /// The price that fits best: of the right tier, the most input, the latest.
    fn price(&self, model: &str, at: Timestamp, usage: &Usage<'_>) -> Option<&Price> {
        let found = self.patterns.matches(model);
        if !found.matched_any() {
            return None;
        }
        let day = at.to_zoned(TimeZone::UTC).date();
        let prices = found.iter().map(|place| &self.prices[place]);
        prices.filter(|price| price.fits(day, usage)).max_by_key(|price| (price.since, price.over))
    }
}

impl Pattern {
    fn expression(&self) -> String {
        match self {
            Pattern::Named(name) => format!("(?i)^{}$", regex::escape(name)),
            Pattern::Matching(expression) => expression.clone(),
        }
    }
}

impl Price {
    fn read(cells: &[&str], line: usize) -> Result<Price, PriceError> {
        let wrong = |text: &str, wanted| PriceError::Line { line, text: text.to_owned(), wanted };
        let &[model, since, tiers, over, input, cached, cache_write, output, reasoning] = cells
        else {
            return Err(wrong(&cells.join(" "), "nine cells with tabs between them"));
        };
        let money = |text: &str| match text.parse::<f64>() {
            Ok(money) if money.is_finite() && money >= 0.0 => Ok(money),
            _ => Err(wrong(text, "a price")),
        };
        let some = |text: &str| if text.is_empty() { Ok(None) } else { money(text).map(Some) };
        let tiers = tiers.split(',').filter(|tier| !tier.is_empty()).map(str::to_owned).collect();
        let over = (!over.is_empty()).then(|| over.parse()).transpose();
        Ok(Price {
            model: Pattern::Matching(model.to_owned()),
            since: since.parse().map_err(|_| wrong(since, "a date"))?,
            tiers,
            over: over.map_err(|_| wrong(cells[3], "a number of tokens"))?,
            input: money(input)?,
            cached: some(cached)?,
            cache_write: some(cache_write)?,
            output: money(output)?,
            reasoning: some(reasoning)?,
        })
    }

    fn fits(&self, day: Date, usage: &Usage<'_>) -> bool {
        let tier = usage.service_tier.filter(|tier| !USUAL.contains(tier));
        let tier_fits = match tier {
            Some(tier) => self.tiers.iter().any(|known| known == tier),
            None => self.tiers.is_empty(),
        };
        tier_fits && self.since <= day && self.over.is_none_or(|over| usage.tokens_in > Some(over))
    }

    fn amount(&self, usage: &Usage<'_>) -> Option<f64> {
        let (all, out) = (usage.tokens_in?, usage.tokens_out?);
        let cached = usage.cached.unwrap_or(0);
        let written = usage.cache_write.unwrap_or(0);
        let reasoning = usage.reasoning.unwrap_or(0).min(out);
        // Where a client leaves cached tokens out of all, nothing is left uncached.
        let uncached = all.saturating_sub(cached).saturating_sub(written).max(0);
        let parts = [
            (uncached, self.input),
            (cached, self.cached.unwrap_or(self.input)),
            (written, self.cache_write.unwrap_or(self.input)),
            (out - reasoning, self.output),
            (reasoning, self.reasoning.unwrap_or(self.output)),
        ];
        Some(parts.iter().map(|(tokens, price)| *tokens as f64 * price).sum::<f64>() / MILLION)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::{Pattern, Price, PriceTable, Usage};

    const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

    fn usage(tokens_in: i64, tokens_out: i64) -> Usage<'static> {
        Usage { tokens_in: Some(tokens_in), tokens_out: Some(tokens_out), ..Usage::default() }
    }

    #[test]
    fn cached_tokens_cost_their_own_price() {
        let public = PriceTable::public();
        let usage = Usage { cached: Some(400_000), ..usage(1_000_000, 100_000) };
        let cost = public.cost("gpt-4o-mini", NOW, &usage).expect("a known model");
        // 600,000 at 0.15, 400,000 at 0.075 and 100,000 at 0.60 for a million.
        assert!((cost.amount - (0.09 + 0.03 + 0.06)).abs() < 1e-12, "{cost:?}");
        assert_eq!((cost.currency, cost.version), ("USD", "public@2026-08-20"));
        let long = public.cost("openai/GPT-4o-mini", NOW, &usage).expect("the same model");
        assert_eq!(long.amount.to_bits(), cost.amount.to_bits());
    }

    #[test]
    fn what_is_not_known_has_no_cost() {
        let public = PriceTable::public();
        let known = usage(1, 1);
        assert_eq!(public.cost("mock-small", NOW, &known), None);
        assert_eq!(public.cost("gpt-4o", NOW, &Usage { tokens_out: None, ..known }), None);
        assert_eq!(public.cost("gpt-4o", NOW, &Usage { tokens_in: None, ..known }), None);
        let batch = Usage { service_tier: Some("batch"), ..known };
        assert_eq!(public.cost("gpt-4o", NOW, &batch), None, "no price of that tier");
        assert_eq!(public.cost("gpt-4o", Timestamp::constant(1_600_000_000, 0), &known), None);
    }

    #[test]
    fn service_tier_and_size_choose_the_price() {
        let public = PriceTable::public();
        let cost =
            |model, usage: &Usage<'_>| public.cost(model, NOW, usage).map(|cost| cost.amount);
        let one = usage(1_000_000, 0);
        assert_eq!(cost("gpt-4o", &one), Some(2.5));
        assert_eq!(cost("gpt-4o", &Usage { service_tier: Some("default"), ..one }), Some(2.5));
        assert_eq!(cost("gpt-4o", &Usage { service_tier: Some("priority"), ..one }), Some(4.25));
        let (little, much) = (usage(200_000, 0), usage(400_000, 0));
        let price = |usage: &Usage<'_>| {
            let tokens = usage.tokens_in.expect("given") as f64;
            cost("gemini-2.5-pro", usage).expect("a known model") * 1e6 / tokens
        };
        assert!(price(&much) > 1.9 * price(&little), "a large context costs twice");
    }

    #[test]
    fn the_latest_price_of_a_named_model_holds() {
        let price = |since, input| Price {
            model: Pattern::Named("our.model".to_owned()),
            since,
            tiers: Vec::new(),
            over: None,
            input,
            cached: None,
            cache_write: None,
            output: 0.0,
            reasoning: None,
        };
        let prices = vec![price(date(2026, 1, 1), 3.0), price(date(2026, 3, 1), 2.0)];
        let table = PriceTable::new("roadmap@2026-03-01", "EUR", prices).expect("plain names");
        assert_eq!(
            table.cost("our.model", NOW, &usage(1_000_000, 0)).map(|cost| cost.amount),
            Some(2.0)
        );
        assert_eq!(table.cost("our-model", NOW, &usage(1, 0)), None, "a dot is a dot");
    }

    #[test]
    fn a_wrong_table_names_its_line() {
        let wrong = "version\tx@1\ncurrency\tUSD\nm\t2026-01-01\t\t\tcheap\t\t\t1\t\n";
        let error = PriceTable::read(wrong).expect_err("`cheap` is no price");
        assert_eq!(error.to_string(), "line 3 of the prices: `cheap` is not a price");
        let error = PriceTable::read("currency\tUSD\n").expect_err("no version");
        assert!(error.to_string().starts_with("the prices have no `version`"), "{error}");
    }
}
