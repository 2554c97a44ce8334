//! What pages read from the store beside the report: single interactions, the rows behind a number, and
//! what uses cost.

mod behind;
mod spending;
#[cfg(test)]
mod tests;

use std::time::Duration;

use anyhow::{Context, Result};
use jiff::civil::Date;
use serde_json::{Map, Value};
use trueup_evidence::browse::{Filter, Listing, Start, Trail};
use trueup_lake::{Form, Lake, Question, block_on};

pub use behind::sample;
pub use spending::spending;

/// What the engine may hold for one page, and how long it may take: somebody waits.
const MOST_MEMORY: usize = 256 << 20;
const LONGEST: Duration = Duration::from_secs(20);

/// A page of interactions.
pub fn interactions(lake: &Lake, filter: &Filter, start: &Start, limit: usize) -> Result<Listing> {
    if !lake.exists() {
        return Ok(Listing::default());
    }
    block_on(lake.browse(filter, start, limit)).context("cannot look for interactions")
}

/// One interaction with all that belongs to it.
pub fn interaction(lake: &Lake, id: &str, near: Option<Date>) -> Result<Option<Trail>> {
    if !lake.exists() {
        return Ok(None);
    }
    block_on(lake.trail(id, near)).context("cannot read the interaction")
}

/// The rows of a statement, each by the names of its columns; what is empty is left out.
fn rows(lake: &Lake, sql: &str, most_rows: Option<usize>) -> Result<Vec<Map<String, Value>>> {
    let question =
        Question { sql: sql.to_owned(), most_memory: MOST_MEMORY, longest: LONGEST, most_rows };
    let mut out = Vec::new();
    block_on(lake.ask(&question, Form::JsonLines, &mut out))?;
    let lines = String::from_utf8(out).context("an answer of the store is no text")?;
    let rows: Result<_, _> = lines.lines().map(serde_json::from_str).collect();
    rows.context("an answer of the store is no JSON")
}
