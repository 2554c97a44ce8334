//! The views: one document from many sides, with the evidence where there is some.

use anyhow::Result;
use trueup_verdict::Report;
use trueup_views::{Seen, Unknown, View};

use super::Said;
use super::document::Document;
use crate::args::{self, ViewFormat};

pub fn board(args: &args::View) -> Result<Said> {
    show(args, trueup_views::board::board)
}

pub fn trace(args: &args::Trace) -> Result<Said> {
    try_show(&args.view, |seen| trueup_views::trace::trace(seen, &args.id))
}

pub fn order(args: &args::View) -> Result<Said> {
    show(args, trueup_views::order::order)
}

pub fn sourcing(args: &args::Sourcing) -> Result<Said> {
    try_show(&args.view, |seen| trueup_views::sourcing::sourcing(seen, args.bet.as_deref()))
}

pub fn capabilities(args: &args::View) -> Result<Said> {
    show(args, trueup_views::capabilities::capabilities)
}

pub fn professions(args: &args::View) -> Result<Said> {
    show(args, trueup_views::professions::professions)
}

/// Compares with what `check` said on the day of the last review, where the history holds it.
pub fn review(args: &args::Review) -> Result<Said> {
    let folder = args.view.roadmap.roadmap.as_deref();
    let document = Document::read(folder, args.view.as_of.as_deref())?;
    let last = || trueup_views::review::last_review(&document.parsed.roadmap, document.today());
    let since = args.since.or_else(last);
    let then = since.filter(|_| document.history.is_some()).map(|day| day.to_string());
    let then = then.map(|day| Document::read(folder, Some(&day))).transpose()?;
    let before = then.as_ref().filter(|then| then.notice.is_none()).map(Document::check);
    show(&args.view, |seen| trueup_views::review::review(seen, since, before.as_deref()))
}

/// Prints what may be handed to customers; why the rest may not is talk, on standard error.
pub fn export(args: &args::Export) -> Result<Said> {
    let view = &args.view;
    let mut export = None;
    let said = show(view, |seen| {
        export.insert(trueup_views::customers::customers(seen)).customers.clone()
    })?;
    let export = export.expect("`show` makes the view");
    for line in export.inside() {
        eprintln!("{line}");
    }
    Ok(Said { bad_news: export.has_bad_news(), ..said })
}

/// Reads what the view may look at, and says it.
fn show<V: View>(args: &args::View, view: impl FnOnce(&Seen<'_>) -> V) -> Result<Said> {
    try_show(args, |seen| Ok(view(seen)))
}

/// The same for a view of something that may not be there.
fn try_show<V: View>(
    args: &args::View,
    view: impl FnOnce(&Seen<'_>) -> Result<V, Unknown>,
) -> Result<Said> {
    let document = Document::read(args.roadmap.roadmap.as_deref(), args.as_of.as_deref())?;
    document.say_notice();
    let (diagnostics, report) = (document.check(), report(args, &document)?);
    let seen = Seen {
        roadmap: &document.parsed.roadmap,
        today: document.today(),
        diagnostics: &diagnostics,
        history: document.history.as_ref(),
        report: report.as_ref(),
    };
    Ok(Said::good(printed(&view(&seen)?, args.format)))
}

pub(super) fn printed(view: &impl View, format: ViewFormat) -> String {
    match format {
        ViewFormat::Text => view.text(),
        ViewFormat::Json => view.json(),
        ViewFormat::Markdown => view.markdown(),
    }
}

/// The verdicts, where there is a store.
#[cfg(feature = "evidence")]
fn report(args: &args::View, document: &Document) -> Result<Option<Report>> {
    let store = super::judged::store(args.store.store.as_deref(), &document.folder);
    let lake = trueup_lake::Lake::open(&store)?;
    if args.store.store.is_some() && !lake.exists() {
        eprintln!("note: there is no store at `{}`, so no evidence is read", store.display());
    }
    lake.exists().then(|| document.judge(&lake, document.now, None)).transpose()
}

/// Without the store there are no verdicts.
#[cfg(not(feature = "evidence"))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as with the store")]
fn report(_args: &args::View, _document: &Document) -> Result<Option<Report>> {
    Ok(None)
}
