//! The rows behind a number: the query that finds them, derived from what the verdict asks, and the
//! newest of them.

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::Value;
use trueup_evidence::{Measure as Asks, Request, Tally};
use trueup_lake::{Lake, rows_behind};
use trueup_pages::evidence::Sample;
use trueup_roadmap::Metric;
use trueup_site::NotShown;

use super::rows;
use crate::commands::document::Document;

/// Rows that are shown.
const SHOWN: usize = 20;
/// Characters of a value.
const LONGEST: usize = 80;

/// Finds the rows that a metric of a bet is counted from.
pub fn sample(
    document: &Document,
    lake: &Lake,
    now: Timestamp,
    (bet, metric): (&str, &str),
    among: Option<&str>,
) -> Result<Sample, NotShown> {
    document.bet(bet).map_err(|error| NotShown::Unknown(error.to_string()))?;
    let known = document.parsed.roadmap.metric(metric);
    let known = known.ok_or_else(|| NotShown::Unknown(format!("there is no metric `{metric}`")))?;
    let plan = document.whole_plan(now).plan;
    let asked = plan.requests.iter().filter(|it| it.bet == bet && it.among.as_deref() == among);
    // The same is asked of single weeks and halves too.
    let widest = asked
        .filter(|request| asks_for(request, known))
        .max_by_key(|request| request.window.to.duration_since(request.window.from));
    let request = widest.ok_or_else(|| {
        NotShown::Unknown(format!("the store is asked nothing about `{metric}` of `{bet}` yet"))
    })?;
    found(lake, request, now).map_err(|error| NotShown::Failed(format!("{error:#}")))
}

fn found(lake: &Lake, request: &Request, now: Timestamp) -> Result<Sample> {
    let behind = rows_behind(request, now);
    let (query, columns) = (behind.sql, behind.columns);
    if !lake.exists() {
        return Ok(Sample { query, columns, rows: Vec::new(), total: 0 });
    }
    let total = rows(lake, &behind.count, None).context("cannot count the rows")?;
    let total = total.first().and_then(|row| row.get("n")?.as_u64()).unwrap_or_default();
    let limited = format!("{query}\nLIMIT {SHOWN}");
    let found = rows(lake, &limited, Some(SHOWN)).context("cannot read the rows")?;
    let rows = found.iter().map(|row| columns.iter().map(|name| said(row.get(name))).collect());
    Ok(Sample { query, rows: rows.collect(), columns, total })
}

/// True if what is asked is counted from what the metric is counted from. A cost is asked for in one
/// currency, which is one condition more.
fn asks_for(request: &Request, metric: &Metric) -> bool {
    let defined = metric.measure.tallies();
    let asked: Vec<&Tally> = match &request.measure {
        Asks::Sums { numerator, denominator } | Asks::Days { numerator, denominator } => {
            numerator.iter().chain(denominator).collect()
        }
        Asks::Values { tally } | Asks::Calibration { tally, .. } | Asks::Classes { tally, .. } => {
            vec![tally]
        }
        Asks::Pairs { judge, person } => vec![judge, person],
    };
    let is_of = |asked: &Tally| {
        defined.iter().any(|defined| {
            defined.table == asked.table
                && defined.sum == asked.sum
                && asked.conditions.starts_with(&defined.conditions)
        })
    };
    let has = |defined: &&Tally| {
        asked.iter().any(|asked| {
            defined.table == asked.table && asked.conditions.starts_with(&defined.conditions)
        })
    };
    asked.iter().all(|asked| is_of(asked)) && defined.iter().all(has)
}

fn said(value: Option<&Value>) -> String {
    let text = match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
