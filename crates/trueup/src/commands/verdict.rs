//! `trueup verdict`: ship, continue, pivot or kill, with reasons and intervals.

use std::fmt::Write;
use std::io::{stderr, stdout};

use anyhow::Result;
use jiff::Timestamp;
use trueup_lake::{Lake, block_on};
use trueup_verdict::{Report, render};

use super::document::Document;
use super::judged::store;
use super::{Said, colour};
use crate::args::{Format, Verdict};

pub fn run(args: &Verdict) -> Result<Said> {
    let document = Document::read(args.roadmap.roadmap.as_deref(), args.as_of.as_deref())?;
    say_what_blocks(&document);
    if let Some(bet) = &args.bet {
        document.bet(bet)?;
    }
    let lake = Lake::open(&store(args.store.store.as_deref(), &document.folder))?;
    let now = document.now;
    if args.show_queries {
        return queries(&document, &lake, now, args.bet.as_deref());
    }
    let report = document.judge(&lake, now, args.bet.as_deref())?;
    Ok(Said { text: rendered(&report, args.format), bad_news: report.has_bad_news() })
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
