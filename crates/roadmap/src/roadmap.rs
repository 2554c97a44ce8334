//! The whole roadmap: policy, people and every entity.

use std::collections::BTreeMap;

use crate::{Bet, Metric, Outcome, Spanned};

/// A parsed roadmap. Entities that could not be read are left out; the diagnostics name them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Roadmap {
    pub policy: Policy,
    /// The keys of `[horizons]`, with their text. The confidence preset if the file gives none.
    pub horizons: BTreeMap<String, Horizon>,
    pub people: BTreeMap<String, Person>,
    pub words: BTreeMap<String, String>,
    pub outcomes: Vec<Outcome>,
    /// The team's own metrics and the standard ones.
    pub metrics: Vec<Metric>,
    pub bets: Vec<Bet>,
}

/// A planning horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct Horizon {
    pub name: String,
    /// As written, for example `0w..6w`.
    pub span: String,
    pub needs: Vec<String>,
    /// True when what comes out is learning, so that no bet here can ship.
    pub learning: bool,
    /// The smallest calibrated probability that may be shown to customers.
    pub promise: Option<f64>,
}

/// Which half of the company somebody speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Product,
    Rd,
}

/// Somebody who owns, signs and decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub id: Spanned<String>,
    pub name: String,
    pub email: Option<String>,
    pub side: Side,
}

/// The numbers that are ours until a roadmap says otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Chance of a wrong interval over all looks together. Default 0.05.
    pub alpha: f64,
    /// The currency of costs, unless a bet names another. Default `USD`.
    pub currency: String,
    /// How many looks to allow for where a bet has no time-box: one a day. Default 90.
    pub looks: u32,
    /// A goal whose chance to be met by `decide_by` is below this ends the bet. Default 0.05.
    pub give_up_below: f64,
    /// How often a bet may pivot before the next is a kill. Default 2.
    pub pivots_at_most: u32,
    /// Fewer units of inference than this decide nothing. Default 10.
    pub units_at_least: u32,
    /// Approval above this, with other signs, is rubber-stamping. Default 0.95.
    pub approve_at_most: f64,
    /// A median look shorter than this, with other signs, is rubber-stamping. Seconds, default 20.
    pub dwell_at_least_s: f64,
    /// A smaller share of planted errors caught, with other signs, is rubber-stamping. Default 0.6.
    pub catch_at_least: f64,
    /// What every report says of the evidence as a whole, for example that it is simulated.
    pub notice: Option<String>,
    /// The levels of lints by code: `allow`, `warn`, `deny`.
    pub levels: BTreeMap<String, Level>,
}

/// What policy makes of a lint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Allow,
    Warn,
    Deny,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            alpha: 0.05,
            currency: "USD".to_owned(),
            looks: 90,
            give_up_below: 0.05,
            pivots_at_most: 2,
            units_at_least: 10,
            approve_at_most: 0.95,
            dwell_at_least_s: 20.0,
            catch_at_least: 0.6,
            notice: None,
            levels: BTreeMap::new(),
        }
    }
}

impl Roadmap {
    /// Finds a metric by id.
    #[must_use]
    pub fn metric(&self, id: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.id.value == id)
    }

    /// Finds a bet by id.
    #[must_use]
    pub fn bet(&self, id: &str) -> Option<&Bet> {
        self.bets.iter().find(|bet| bet.id.value == id)
    }

    /// Finds an outcome by id.
    #[must_use]
    pub fn outcome(&self, id: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.id.value == id)
    }
}
