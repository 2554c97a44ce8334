//! A model that the roadmap counts on, and what it costs.

use jiff::civil::Date;
use schemars::JsonSchema;

use crate::Spanned;
use crate::schema::written;
use crate::word::words;

/// An entry of `[models]`.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Model {
    /// The name that telemetry gives it.
    #[schemars(skip)]
    pub id: Spanned<String>,
    /// Who offers it.
    pub provider: Option<String>,
    /// How dear and able it is.
    pub tier: Option<Tier>,
    /// When it came out.
    pub released: Option<Date>,
    /// What it costs, newest last.
    #[schemars(default)]
    pub prices: Vec<Price>,
}

words! {
    /// How dear and able a model is.
    pub enum Tier {
        /// For the many easy requests.
        Small = "small",
        /// For most requests.
        Standard = "standard",
        /// For the hard ones.
        Premium = "premium",
    }
}

/// What a million tokens cost from a day on.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Price {
    /// The first day.
    pub since: Date,
    /// A million tokens in.
    #[schemars(range(min = 0))]
    pub input_per_million: f64,
    /// A million tokens out.
    #[schemars(range(min = 0))]
    pub output_per_million: f64,
    /// A million tokens read from the cache.
    #[schemars(range(min = 0))]
    pub cached_per_million: Option<f64>,
    /// Three capital letters; policy's if absent.
    #[schemars(with = "Option<written::Currency>")]
    pub currency: Option<String>,
}

impl Model {
    /// The price on a day.
    #[must_use]
    pub fn price(&self, on: Date) -> Option<&Price> {
        self.prices.iter().filter(|price| price.since <= on).max_by_key(|price| price.since)
    }
}
