//! `trueup check`: everything that is wrong with the roadmap's text.

use std::env;
use std::fmt::Write;
use std::io::stdout;
use std::path::Path;

use anyhow::Result;
use trueup_roadmap::{Checked, Diagnostic, Format, Severity, Source, render_as};

use super::document::Document;
use super::{Said, colour};
use crate::args::{BadNews, Check, CheckFormat};
use crate::folder;

pub fn run(args: &Check) -> Result<Said> {
    let read = || Document::read(args.roadmap.as_deref(), args.as_of.as_deref());
    let mut document = read()?;
    document.say_notice();
    let mut diagnostics = document.check();
    let mut mended = String::new();
    if args.fix {
        mended = fix(&document, &diagnostics)?;
        document = read()?;
        diagnostics = document.check();
    }
    let checked = Checked {
        sources: &document.sources,
        diagnostics: &diagnostics,
        folder: &named(&document.folder),
        bets: document.parsed.roadmap.bets.len(),
        outcomes: document.parsed.roadmap.outcomes.len(),
        deny: severity(args.deny),
    };
    let format = format(args.format);
    let mut text = render_as(format, &checked);
    match format {
        Format::Text { .. } => text.insert_str(0, &mended),
        // Programs read the rest.
        _ => eprint!("{mended}"),
    }
    Ok(Said { text, bad_news: checked.has_bad_news() })
}

/// Applies every mechanical patch to the files; says what was mended, a line for each.
fn fix(document: &Document, diagnostics: &[Diagnostic]) -> Result<String> {
    let Document { folder, sources, .. } = document;
    let mut said = String::new();
    for fixed in trueup_roadmap::fix(sources, diagnostics) {
        let before = sources.iter().find(|source| source.path == fixed.source.path);
        let before = before.expect("a patch is of a file that was read");
        folder::replace(folder, before, &fixed.source.text)?;
        said += &mended(before, &fixed.mended);
    }
    if !said.is_empty() {
        said.push('\n');
    }
    Ok(said)
}

/// A line for each patch, given in the order of the text.
fn mended(source: &Source, patched: &[&Diagnostic]) -> String {
    let (mut said, mut line, mut end) = (String::new(), 1, 0);
    for found in patched {
        let span = &found.place.span;
        line += source.text[end..span.start].matches('\n').count();
        end = span.start;
        let (old, new) = (&source.text[span.clone()], found.patch.as_deref().unwrap_or_default());
        let _ =
            writeln!(said, "mended {}:{line}: `{old}` to `{new}` [{}]", source.path, found.code);
    }
    said
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
