//! The methods beyond means, ratios and quantiles: golden numbers from independent oracles
//! (`../oracles/*.py` computed `../golden/*.json`), what is said when there is little to say, and
//! properties.

mod degenerate;

use trueup_stats::{Estimate, Looks};

pub(crate) const ONE_LOOK: Looks = Looks { alpha: 0.05, planned: 1 };

/// Value, low, high to three digits, and whether there is a standard error.
pub(crate) fn say(estimate: Option<Estimate>) -> String {
    let Some(found) = estimate else {
        return "none".to_owned();
    };
    let error = if found.standard_error.is_some() { "" } else { ", no error" };
    format!("{:.3} in {:.3}..{:.3}{error}", found.value, found.low, found.high)
}
