//! `trueup check`: everything that is wrong with the roadmap's text.

use std::env;
use std::io::stdout;
use std::path::Path;

use anyhow::Result;
use trueup_roadmap::{Checked, Format, Severity, render_as};

use super::{Said, colour};
use crate::args::{BadNews, Check, CheckFormat};
use crate::folder;

pub fn run(args: &Check) -> Result<Said> {
    let folder = folder::locate(args.roadmap.as_deref())?;
    let sources = folder::read(&folder)?;
    let parsed = trueup_roadmap::parse(&sources);
    let checked = Checked {
        sources: &sources,
        diagnostics: &parsed.diagnostics,
        folder: &named(&folder),
        bets: parsed.roadmap.bets.len(),
        outcomes: parsed.roadmap.outcomes.len(),
        deny: severity(args.deny),
    };
    let text = render_as(format(args.format), &checked);
    Ok(Said { text, bad_news: checked.has_bad_news() })
}

fn severity(least: BadNews) -> Severity {
    match least {
        BadNews::Deny => Severity::Deny,
        BadNews::Warn => Severity::Warn,
        BadNews::Note => Severity::Note,
    }
}

fn format(asked: Option<CheckFormat>) -> Format {
    match asked {
        Some(CheckFormat::Json) => Format::Json,
        Some(CheckFormat::Sarif) => Format::Sarif,
        Some(CheckFormat::Junit) => Format::Junit,
        Some(CheckFormat::Github) => Format::Github,
        Some(CheckFormat::Markdown) => Format::Markdown,
        None if env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") => {
            Format::Github
        }
        Some(CheckFormat::Text) | None => Format::Text { colour: colour(&stdout()) },
    }
}

/// The folder as a reader of the output names it: from the top of the repository in GitHub Actions,
/// else from here; whole, if it lies elsewhere.
fn named(folder: &Path) -> String {
    let top = env::var_os("GITHUB_WORKSPACE").map(Into::into).or_else(|| env::current_dir().ok());
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let within = top.and_then(|top| whole.strip_prefix(top).ok().map(Path::to_owned));
    let named = within.unwrap_or(whole);
    named.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}
