//! `trueup dashboard`: how good the model is beside what it does, for every bet.

use std::path::Path;

use anyhow::Result;
use trueup_lake::Lake;
use trueup_verdict::{Report, render};

use super::Said;
use super::document::Document;
use super::judged::store;
use crate::args::{Dashboard, Format};

pub fn run(args: &Dashboard) -> Result<Said> {
    let document = Document::read(args.roadmap.roadmap.as_deref(), args.as_of.as_deref())?;
    if let Some(bet) = &args.bet {
        document.bet(bet)?;
    }
    let place: &Path = &store(args.store.store.as_deref(), &document.folder);
    let report = document.dashboard(&Lake::open(place)?, document.now, args.bet.as_deref())?;
    Ok(Said::good(rendered(&report, args.format)))
}

fn rendered(report: &Report, format: Format) -> String {
    match format {
        Format::Text => render::dashboard_text(report),
        Format::Json => report.to_json() + "\n",
        Format::Markdown => render::dashboard_markdown(report),
        Format::Html => render::dashboard_html(report),
    }
}
