//! What uses cost over some days, by bet, model and tier.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value};
use trueup_lake::Lake;
use trueup_pages::evidence::{Spending, Spent};

use super::rows;

/// Counts the days up to one, which is included. Each day is asked for by itself, so that the memory that it takes does not
/// grow with their number.
pub fn spending(lake: &Lake, last: Date, days: u16) -> Result<Spending> {
    let first = last.saturating_sub((i64::from(days) - 1).days());
    let mut sums = BTreeMap::new();
    if lake.exists() {
        for day in first.series(1.day()).take_while(|day| *day <= last) {
            for row in rows(lake, &sql(day), None)? {
                add(&mut sums, spent(&row));
            }
        }
    }
    let rows = sums.into_values().collect();
    Ok(Spending { from: first.to_string(), to: last.to_string(), rows })
}

/// Bet, model, tier and currency; what is not named comes last.
type Group = [(bool, Option<String>); 4];

fn add(sums: &mut BTreeMap<Group, Spent>, of_day: Spent) {
    let names = [&of_day.bet, &of_day.model, &of_day.tier, &of_day.currency];
    let group = names.map(|name| (name.is_none(), name.clone()));
    let Some(sum) = sums.get_mut(&group) else {
        sums.insert(group, of_day);
        return;
    };
    sum.interactions += of_day.interactions;
    sum.unpriced += of_day.unpriced;
    sum.accepted = sum.accepted.zip(of_day.accepted).map(|(sum, of_day)| sum + of_day);
    sum.cost = match (sum.cost, of_day.cost) {
        (Some(sum), Some(of_day)) => Some(sum + of_day),
        (sum, of_day) => sum.or(of_day),
    };
}

/// Uses are counted once; what their parts cost stands at the parts, and is added up there. What is
/// composed of its parts has no price of its own, and so lacks none.
fn sql(day: Date) -> String {
    let within = format!("day = DATE '{day}'");
    format!(
        "SELECT bet, coalesce(model_answered, model_requested) AS model, tier, \
         CASE WHEN cost IS NOT NULL THEN coalesce(currency, 'USD') END AS currency, \
         sum(CASE WHEN part_of IS NULL THEN 1 ELSE 0 END) AS interactions, \
         sum(CASE WHEN part_of IS NULL AND taken.interaction IS NOT NULL THEN 1 ELSE 0 END) AS accepted, \
         sum(CASE WHEN cost IS NULL AND composed IS NULL THEN 1 ELSE 0 END) AS unpriced, \
         sum(cost) AS cost \
         FROM interactions LEFT JOIN (SELECT DISTINCT interaction FROM actions \
         WHERE kind = 'accept' AND {within}) AS taken ON taken.interaction = id \
         WHERE {within} GROUP BY 1, 2, 3, 4"
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
