//! `trueup oversight`: who decided on suggestions, how they looked, and who stopped it when.
//!
//! Names of reviewers are not in a plan's answer, which is sums by hashed unit; so the store is asked in
//! SQL here, read-only, and [`sql`] is the one place that says what.

mod sql;

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use trueup_lake::{Form, Lake, Question, block_on};
use trueup_verdict::oversight::records::Scored;
use trueup_verdict::oversight::{Asked, Oversight, Records, Tally, oversee};
use trueup_verdict::report::StoreVersion;
use trueup_views::View;

use super::Said;
use super::document::Document;
use super::judged::store;
use crate::args::{self, Format};

/// What the engine may hold, and how long it may take: a year of a large store is more than a screenful.
const MOST_MEMORY: usize = 2 << 30;
const LONGEST: std::time::Duration = std::time::Duration::from_mins(10);

pub fn run(args: &args::Oversight) -> Result<Said> {
    let document = Document::read(args.roadmap.roadmap.as_deref(), args.as_of.as_deref())?;
    document.say_notice();
    let lake = Lake::open(&store(args.store.store.as_deref(), &document.folder))?;
    Ok(Said::good(printed(&of(&document, &lake, &args.bet, args.months)?, args.format)))
}

/// The report on one bet over the last months, this one among them.
pub fn of(document: &Document, lake: &Lake, bet: &str, months: u32) -> Result<Oversight> {
    let from = first_day(document.today(), months)?;
    let asked = Asked {
        roadmap: &document.parsed.roadmap,
        history: document.history.as_ref(),
        bet: document.bet(bet)?,
        now: document.now,
        from,
    };
    let records = lake.exists().then(|| records(lake, bet, from, document.now)).transpose()?;
    let mut report = oversee(&asked, records.as_ref());
    report.roadmap.clone_from(&document.version.digest);
    Ok(report)
}

/// The first day of the month that is `months` back, this one counting as one.
fn first_day(today: Date, months: u32) -> Result<Date> {
    ensure!(months > 0, "`--months 0` leaves nothing to look at; 1 is this month");
    let back = i32::try_from(months - 1).unwrap_or(i32::MAX).min(1200);
    today.first_of_month().checked_sub(back.months()).context("that many months are out of range")
}

fn printed(report: &Oversight, format: Format) -> String {
    match format {
        Format::Text => report.text(),
        Format::Json => report.json(),
        Format::Markdown => report.markdown(),
        Format::Html => report.page().html(),
    }
}

/// Counts what oversight needs.
fn records(lake: &Lake, bet: &str, from: Date, now: Timestamp) -> Result<Records> {
    let asking = sql::Asking { bet, from, now };
    let mut tallies: BTreeMap<(String, String), Tally> = BTreeMap::new();
    let mut of_nobody = 0;
    for row in rows(lake, asking.steps())? {
        let Some(reviewer) = text(&row, "unit") else {
            of_nobody += count(&row, "decisions");
            continue;
        };
        take_steps(tally(&mut tallies, reviewer, &row), &row);
    }
    for row in rows(lake, asking.reading())? {
        let Some(reviewer) = text(&row, "unit") else { continue };
        let tally = tally(&mut tallies, reviewer, &row);
        tally.read = count(&row, "read");
        tally.hurried = count(&row, "hurried");
        tally.reading_ms = row["reading_ms"].as_f64();
    }
    for row in rows(lake, asking.scores())? {
        let (Some(reviewer), Some(name)) = (text(&row, "unit"), text(&row, "name")) else {
            continue;
        };
        let scored = Scored { n: count(&row, "n"), sum: row["total"].as_f64().unwrap_or_default() };
        tally(&mut tallies, reviewer, &row).scores.insert(name, scored);
    }
    for row in rows(lake, asking.moved())? {
        let Some(reviewer) = text(&row, "unit") else { continue };
        let tally = tally(&mut tallies, reviewer, &row);
        tally.differed = count(&row, "differed");
        tally.moved = count(&row, "moved");
    }
    Ok(Records { tallies: tallies.into_values().collect(), of_nobody, store: versions(lake)? })
}

fn take_steps(tally: &mut Tally, row: &Value) {
    tally.decisions = count(row, "decisions");
    tally.approvals = count(row, "approvals");
    tally.rejections = count(row, "rejections");
    tally.overrides = count(row, "overrides");
    tally.edited = count(row, "edited");
    tally.explained = count(row, "explained");
    tally.looked = count(row, "looked");
    tally.dwell_ms = row["dwell_ms"].as_f64();
}

fn tally<'t>(
    tallies: &'t mut BTreeMap<(String, String), Tally>,
    reviewer: String,
    row: &Value,
) -> &'t mut Tally {
    let month = text(row, "month").unwrap_or_default();
    tallies.entry((reviewer.clone(), month.clone())).or_insert_with(|| Tally {
        reviewer,
        month,
        ..Tally::default()
    })
}

fn text(row: &Value, column: &str) -> Option<String> {
    row[column].as_str().map(str::to_owned)
}

fn count(row: &Value, column: &str) -> u64 {
    row[column].as_u64().unwrap_or_default()
}

fn rows(lake: &Lake, sql: String) -> Result<Vec<Value>> {
    let question = Question { sql, most_memory: MOST_MEMORY, longest: LONGEST, most_rows: None };
    let mut out = Vec::new();
    lake.ask_and_leave(&question, Form::JsonLines, &mut out)
        .context("cannot count the decisions")?;
    let lines = String::from_utf8(out).context("an answer of the store is no text")?;
    let rows: Result<Vec<Value>, _> = lines.lines().map(serde_json::from_str).collect();
    rows.context("an answer of the store is no JSON")
}

/// The version of each table that oversight reads.
fn versions(lake: &Lake) -> Result<Vec<StoreVersion>> {
    let status = block_on(lake.status()).context("cannot read the store")?;
    let version = |table: &&str| {
        let version = status.tables.get(*table)?.version?;
        Some(StoreVersion { table: (*table).to_owned(), version })
    };
    Ok(sql::TABLES.iter().filter_map(version).collect())
}
