//! `trueup log`: how the roadmap moved, old → new, who, when.

use anyhow::{Result, bail};
use trueup_roadmap::{History, Log, nearest};

use super::Said;
use super::document::moment;
use crate::args::{self, Printed};
use crate::{folder, git};

pub fn run(args: &args::Log) -> Result<Said> {
    let folder = folder::locate(args.roadmap.roadmap.as_deref())?;
    let before = args.as_of.as_deref().map(moment).transpose()?;
    let history = git::History::open(&folder)?.versions(before)?;
    let subject = args.bet.as_deref().map(|id| subject(&history, id)).transpose()?;
    let log = Log::of(&history, subject.as_deref());
    Ok(Said::good(match args.format {
        Printed::Text => log.text(),
        Printed::Json => log.json(),
        Printed::Markdown => log.markdown(),
    }))
}

/// A bet's id, or `outcome:ID`; also of what is no longer there.
fn subject(history: &History, id: &str) -> Result<String> {
    let outcome = id.strip_prefix("outcome:").unwrap_or(id);
    if history.bets.contains_key(id) {
        return Ok(id.to_owned());
    }
    if history.outcomes.contains_key(outcome) {
        return Ok(format!("outcome:{outcome}"));
    }
    let known = history.bets.keys().chain(history.outcomes.keys()).map(String::as_str);
    match nearest(id, known) {
        Some(near) => bail!("no bet or outcome `{id}` was ever committed; did you mean `{near}`?"),
        None => bail!("no bet or outcome `{id}` was ever committed; `trueup log` lists them"),
    }
}
