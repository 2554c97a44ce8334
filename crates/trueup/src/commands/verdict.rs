//! `trueup verdict`: ship, continue, pivot or kill, with reasons and intervals.

use std::fmt::Write;
use std::io::{stderr, stdout};

use anyhow::Result;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use trueup_lake::{Lake, block_on};
use trueup_verdict::{Report, render};

use super::judged::{Document, moment, store};
use super::{Said, colour};
use crate::args::{Format, Verdict};
use crate::folder;

pub fn run(args: &Verdict) -> Result<Said> {
    let folder = folder::locate(args.roadmap.roadmap.as_deref())?;
    let as_of = args.as_of.as_deref().map(moment).transpose()?;
    let now = as_of.map_or_else(this_second, Ok)?;
    let document = Document::read(&folder, as_of)?;
    say_what_blocks(&document);
    if let Some(bet) = &args.bet {
        document.expect_bet(bet)?;
    }
    let lake = Lake::open(&store(args.store.store.as_deref(), &folder))?;
    if args.show_queries {
        return queries(&document, &lake, now, args.bet.as_deref());
    }
    let report = document.judge(&lake, now, args.bet.as_deref())?;
    Ok(Said { text: rendered(&report, args.format), bad_news: report.has_bad_news() })
}

/// Now, to the second that has begun: a report need not be finer.
fn this_second() -> Result<Timestamp> {
    let whole = TimestampRound::new().smallest(Unit::Second).mode(RoundMode::Ceil);
    Ok(Timestamp::now().round(whole)?)
}

/// Diagnostics that keep a bet from being judged go to standard error, with their places.
fn say_what_blocks(document: &Document) {
    let blocking: Vec<_> = document
        .parsed
        .diagnostics
        .iter()
        .filter(|diagnostic| trueup_roadmap::blocks_verdict(diagnostic.code))
        .cloned()
        .collect();
    if !blocking.is_empty() {
        eprint!("{}", trueup_roadmap::render(&blocking, &document.sources, colour(&stderr())));
    }
}

pub fn rendered(report: &Report, format: Format) -> String {
    match format {
        Format::Text => render::text(report, colour(&stdout())),
        Format::Json => report.to_json() + "\n",
        Format::Markdown => render::markdown(report),
        Format::Html => render::html(report),
    }
}

fn queries(document: &Document, lake: &Lake, now: Timestamp, only: Option<&str>) -> Result<Said> {
    let mut text = String::new();
    for query in block_on(lake.queries(&document.plan(now, only).plan))? {
        let _ = writeln!(text, "{};\n", query.sql);
    }
    Ok(Said::good(text))
}
