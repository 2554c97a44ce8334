//! `trueup check`: everything that is wrong with the roadmap's text.

use std::io::stdout;

use anyhow::Result;
use trueup_roadmap::{Diagnostic, Severity};

use super::{Said, colour};
use crate::args::{BadNews, Check};
use crate::folder;

pub fn run(args: &Check) -> Result<Said> {
    let folder = folder::locate(args.roadmap.as_deref())?;
    let sources = folder::read(&folder)?;
    let parsed = trueup_roadmap::parse(&sources);
    let mut text = trueup_roadmap::render(&parsed.diagnostics, &sources, colour(&stdout()));
    if parsed.diagnostics.is_empty() {
        let (bets, outcomes) = (parsed.roadmap.bets.len(), parsed.roadmap.outcomes.len());
        text = format!("ok: {bets} bets, {outcomes} outcomes, nothing to say\n");
    } else {
        text.push_str(&trueup_roadmap::summary_line(&parsed.diagnostics));
        text.push('\n');
    }
    Ok(Said { text, bad_news: bad_news(&parsed.diagnostics, args.deny) })
}

fn bad_news(diagnostics: &[Diagnostic], least: BadNews) -> bool {
    let least = match least {
        BadNews::Deny => Severity::Deny,
        BadNews::Warn => Severity::Warn,
        BadNews::Note => Severity::Note,
    };
    diagnostics.iter().any(|diagnostic| diagnostic.severity >= least)
}
