//! What uses cost over some days, by bet, model and tier.

use anyhow::Result;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value};
use trueup_lake::Lake;
use trueup_pages::evidence::{Spending, Spent};

use super::rows;

/// Counts the days up to one, which is included.
pub fn spending(lake: &Lake, last: Date, days: u16) -> Result<Spending> {
    let first = last.saturating_sub((i64::from(days) - 1).days());
    let rows = if lake.exists() { rows(lake, &sql(first, last), None)? } else { Vec::new() };
    let rows = rows.iter().map(spent).collect();
    Ok(Spending { from: first.to_string(), to: last.to_string(), rows })
}

/// Uses are counted once; what their parts cost stands at the parts, and is added up there. What is
/// composed of its parts has no price of its own, and so lacks none.
fn sql(first: Date, last: Date) -> String {
    let within = format!("day BETWEEN DATE '{first}' AND DATE '{last}'");
    format!(
        "SELECT bet, coalesce(model_answered, model_requested) AS model, tier, \
         CASE WHEN cost IS NOT NULL THEN coalesce(currency, 'USD') END AS currency, \
         sum(CASE WHEN part_of IS NULL THEN 1 ELSE 0 END) AS interactions, \
         sum(CASE WHEN part_of IS NULL AND taken.interaction IS NOT NULL THEN 1 ELSE 0 END) AS accepted, \
         sum(CASE WHEN cost IS NULL AND composed IS NULL THEN 1 ELSE 0 END) AS unpriced, \
         sum(cost) AS cost \
         FROM interactions LEFT JOIN (SELECT DISTINCT interaction FROM actions \
         WHERE kind = 'accept' AND {within}) AS taken ON taken.interaction = id \
         WHERE {within} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
    )
}

fn spent(row: &Map<String, Value>) -> Spent {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let count = |name: &str| row.get(name).and_then(Value::as_u64);
    Spent {
        bet: text("bet"),
        model: text("model"),
        tier: text("tier"),
        interactions: count("interactions").unwrap_or_default(),
        accepted: count("accepted"),
        unpriced: count("unpriced").unwrap_or_default(),
        cost: row.get("cost").and_then(Value::as_f64),
        currency: text("currency"),
    }
}
