//! What uses cost, by bet, model and tier.

use schemars::JsonSchema;
use serde::Serialize;

/// Over how many days spending may be asked for.
pub const SPANS: [u16; 3] = [7, 30, 90];
/// Over how many it is shown if nobody asks.
pub const SPAN: u16 = 30;

/// Reads over how many days spending is asked for; what is empty, as in a form that was not filled in, asks for nothing.
pub fn span(asked: Option<&str>) -> Result<u16, String> {
    let Some(asked) = asked.map(str::trim).filter(|asked| !asked.is_empty()) else {
        return Ok(SPAN);
    };
    let days = asked.parse().ok().filter(|days| SPANS.contains(days));
    days.ok_or_else(|| {
        let shown: String = asked.chars().filter(|c| *c != '`').take(20).collect();
        format!("`days` is 7, 30 or 90, not `{shown}`; choose one of them")
    })
}

/// What uses cost over some days.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Spending {
    /// The first day.
    pub from: String,
    /// The last day, which is included.
    pub to: String,
    pub rows: Vec<Spent>,
}

/// The uses of one bet by one model of one tier, in one currency.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Spent {
    /// `null` for uses that name no bet.
    pub bet: Option<String>,
    /// As telemetry names it; `null` where that names none.
    pub model: Option<String>,
    /// As telemetry or `[models]` gives it.
    pub tier: Option<String>,
    /// All of them, priced or not.
    pub interactions: u64,
    /// Those whose suggestion a person accepted; `null` if that was not asked.
    pub accepted: Option<u64>,
    /// Those that carry no price: what they cost is unknown, and in no sum.
    pub unpriced: u64,
    /// What those with a price cost together; `null` where none has one.
    pub cost: Option<f64>,
    /// The currency of that; `null` where there is no price.
    pub currency: Option<String>,
}

impl Spent {
    /// What one use with a price cost on average.
    #[must_use]
    pub fn each(&self) -> Option<f64> {
        let priced = self.interactions.checked_sub(self.unpriced).filter(|priced| *priced > 0)?;
        Some(self.cost? / priced as f64)
    }

    /// What one accepted use cost; only where every use has a price, as others would look cheaper than they are.
    #[must_use]
    pub fn each_accepted(&self) -> Option<f64> {
        let accepted = self.accepted.filter(|accepted| *accepted > 0 && self.unpriced == 0)?;
        Some(self.cost? / accepted as f64)
    }
}
