//! A believable company to try Trueup on: a roadmap with its history, and simulated telemetry.
//!
//! No person, company, model or number in here is real. This crate writes to what it is given and
//! opens no file; the same arguments give the same bytes.
//!
//! Reading order: `behaviour` (how each feature fares: the table to tune), `telemetry` (the
//! simulation), `call` (one call of it), `judging` (what others say of it), `text` (what was written,
//! of few calls: `capture`), `criteria`, `population`, `calendar`, `chance`, `export` and `row` (its
//! files); `commits` (who changed the roadmap, and when: the other table),
//! `history`, `template`; `recruiting` (another story, with history and without telemetry).

mod behaviour;
mod calendar;
mod call;
mod capture;
mod chance;
mod commits;
mod criteria;
mod export;
mod history;
mod judging;
mod population;
mod recruiting;
mod row;
mod telemetry;
mod template;
#[cfg(test)]
mod tests;
mod text;

use jiff::civil::Date;

pub use history::{Author, Snapshot, history};
pub use recruiting::{recruiting, recruiting_readme};
pub use telemetry::{CALLS_FILE, DECISIONS_FILE, JUDGEMENTS_FILE, Outputs, TEXTS_FILE, Telemetry};

/// The SQL that shapes the four files into evidence, with comments for a newcomer.
pub const IMPORT_SQL: &str = include_str!("import.sql");

/// The README of the demo's folder.
#[must_use]
pub fn readme(today: Date) -> String {
    template::dated(include_str!("readme.md"), calendar::last_day(today))
}
