//! Which uses are asked for, as SQL.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::Int64Type;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};
use trueup_evidence::Table;

use super::{Export, day_at};
use crate::answer::expression::text;
use crate::columns::stored;
use crate::error::Error;
use crate::query::form::as_texts;
use crate::query::session::Session;

/// What a person says who allows that what they wrote is learned from.
const ALLOWED: &str = "consent = 'training'";

/// The days that hold uses to export.
pub async fn days(session: &Session, export: &Export) -> Result<Vec<i32>, Error> {
    let wanted = wanted(export);
    let sql = format!("SELECT DISTINCT day FROM interactions WHERE {wanted} ORDER BY day");
    let rows = session.rows(&sql).await?;
    Ok((0..rows.num_rows()).map(|row| day_at(&rows, 0, row)).collect())
}

/// The uses of one day.
pub fn uses(export: &Export, day: i32) -> String {
    let columns = columns(Table::Interactions, "interactions");
    let wanted = wanted(export);
    format!(
        "SELECT {columns} FROM interactions WHERE day = {} AND {wanted} ORDER BY at, id",
        date(day)
    )
}

/// Uses that are asked for but lack the consent, by what was said instead.
pub async fn left_out(session: &Session, export: &Export) -> Result<BTreeMap<String, u64>, Error> {
    if export.any_consent {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "SELECT coalesce(consent, ''), count(*) FROM interactions WHERE {} AND {ALLOWED} IS NOT TRUE \
         GROUP BY 1",
        in_range(export)
    );
    let rows = session.rows(&sql).await?;
    let (said, counts) = (as_texts(rows.column(0))?, rows.column(1).as_primitive::<Int64Type>());
    let count = |row| (said.value(row).to_owned(), counts.value(row).cast_unsigned());
    Ok((0..said.len()).map(count).collect())
}

/// True of parts that may go with their use: a part that says nothing follows it.
pub fn may_follow(export: &Export, table: &str) -> String {
    if export.any_consent {
        return "true".to_owned();
    }
    format!("({table}.consent IS NULL OR {table}.{ALLOWED})")
}

/// The stored columns of a table, qualified.
pub fn columns(table: Table, name: &str) -> String {
    let columns: Vec<String> =
        stored(table).map(|field| format!("{name}.\"{}\"", field.name)).collect();
    columns.join(", ")
}

/// A day as SQL takes it.
pub fn date(day: i32) -> String {
    let date = Date::constant(1970, 1, 1).saturating_add(day.days());
    format!("DATE '{date}'")
}

/// What was asked for, for whoever finds the file later.
pub fn told(export: &Export) -> Value {
    json!({
        "bets": export.bets,
        "from": export.from.map(|day| day.to_string()),
        "to": export.to.map(|day| day.to_string()),
        "consent": if export.any_consent { "any" } else { "training" },
    })
}

fn wanted(export: &Export) -> String {
    let allowed = if export.any_consent { "true" } else { ALLOWED };
    format!("{} AND {allowed}", in_range(export))
}

fn in_range(export: &Export) -> String {
    let mut all = vec!["part_of IS NULL".to_owned()];
    if !export.bets.is_empty() {
        let bets: Vec<String> = export.bets.iter().map(|bet| text(bet)).collect();
        all.push(format!("bet IN ({})", bets.join(", ")));
    }
    all.extend(export.from.map(|day| format!("day >= DATE '{day}'")));
    all.extend(export.to.map(|day| format!("day <= DATE '{day}'")));
    all.join(" AND ")
}
