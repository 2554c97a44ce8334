//! `trueup explain-verdict`: one verdict in the words of three readers.

use anyhow::{Context, Result};
use trueup_lake::Lake;
use trueup_verdict::explain::{Reader, explain};

use super::document::Document;
use super::judged::store;
use super::{Said, view};
use crate::args;

pub fn run(args: &args::ExplainVerdict) -> Result<Said> {
    let view = &args.view;
    let document = Document::read(view.roadmap.roadmap.as_deref(), view.as_of.as_deref())?;
    let lake = Lake::open(&store(view.store.store.as_deref(), &document.folder))?;
    let report = document.judge(&lake, document.now, Some(&args.bet))?;
    let readers = args.reader.map_or(Reader::ALL.to_vec(), |reader| vec![named(reader)]);
    let told = explain(&report, &document.parsed.roadmap, &args.bet, &readers);
    if told.is_none() {
        // Names the nearest bet; a bet whose text cannot be read is in the report by its file's name.
        document.bet(&args.bet)?;
    }
    let told = told.context("the report does not answer for this bet")?;
    Ok(Said::good(view::printed(&told, view.format)))
}

fn named(reader: args::Reader) -> Reader {
    match reader {
        args::Reader::Product => Reader::Product,
        args::Reader::DataScience => Reader::DataScience,
        args::Reader::Engineering => Reader::Engineering,
    }
}
