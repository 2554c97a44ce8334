//! Single interactions: pages of them in the order of time, and the whole path of one.
//!
//! A page costs the same wherever it begins: its place is a time and an id, not a number of rows to be
//! passed over. Files are read past the engine, newest day first: of each row group the times and those
//! columns that the filter asks about, and of the few rows that are shown the rest. So there is no SQL
//! that a filter's text could get into.
//!
//! Reading order: `condition` (what rows must be), `part` (reading little of a file), `day` (the rows of
//! one day that come next), `search` (day by day), `entries` (what belongs to the rows found), `trail`
//! (all that belongs to one), `find` (rows by name), `targets` (what scores are about), `event` (rows
//! become events).

mod condition;
mod day;
mod entries;
mod event;
mod find;
mod part;
mod search;
mod targets;
mod trail;

use jiff::civil::Date;
use trueup_evidence::browse::{Filter, Listing, Start, Trail};

use crate::Lake;
use crate::error::Error;
use crate::tail;

pub async fn browse(
    lake: &Lake,
    filter: &Filter,
    start: &Start,
    limit: usize,
) -> Result<Listing, Error> {
    let tables = tail::read(lake).await?.tables;
    Ok(search::search(&tables, filter, start, limit).await)
}

pub async fn trail(lake: &Lake, id: &str, near: Option<Date>) -> Result<Option<Trail>, Error> {
    let tables = tail::read(lake).await?.tables;
    trail::trail(&tables, id, near).await
}
