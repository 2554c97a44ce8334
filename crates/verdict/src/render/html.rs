//! The report as one page that stands alone: no script, nothing loaded from elsewhere, light and
//! dark, fit for print. Every text is escaped; no meaning is in colour alone.

use std::fmt::Write;

use super::chart::chart;
use super::markup::{code, escaped};
use super::words;
use crate::report::{BetReport, CriterionReport, Report};

const STYLE: &str = include_str!("page.css");

/// Writes the page.
#[must_use]
pub fn html(report: &Report) -> String {
    let mut main = String::new();
    for (index, bet) in report.bets.iter().enumerate() {
        main.push_str(&of_bet(bet, index));
    }
    page(report, "Trueup", &main)
}

/// A page with a head, the bets, what is said of the evidence, and what is in it.
pub(super) fn page(report: &Report, title: &str, main: &str) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}: {tally}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>{title}: {tally}</h1>\n<p>As of <time datetime=\"{now}\">{now}</time></p>\n\
         </header>\n",
        tally = escaped(&words::tally(report)),
        now = escaped(&report.now),
    );
    page.push_str(&contents(report));
    page.push_str("<main>\n");
    for notice in report.notices.iter().cloned().chain(words::strays(report)) {
        let _ = writeln!(page, "<p class=\"notice\">{}</p>", escaped(&notice));
    }
    page.push_str(main);
    let provenance = escaped(&words::provenance(report));
    let _ = write!(page, "</main>\n<footer>\n<p>{provenance}</p>\n</footer>\n</body>\n</html>\n");
    page
}

fn contents(report: &Report) -> String {
    if report.bets.len() < 2 {
        return String::new();
    }
    let mut nav = "<nav aria-label=\"bets\">\n<ul>\n".to_owned();
    for (index, bet) in report.bets.iter().enumerate() {
        let _ = writeln!(
            nav,
            "<li>{} <a href=\"#bet-{index}\">{}</a> <span>{}</span></li>",
            badge(bet),
            escaped(&bet.id),
            code(&bet.because)
        );
    }
    nav + "</ul>\n</nav>\n"
}

pub(super) fn badge(bet: &BetReport) -> String {
    let word = words::verdict(bet.verdict);
    format!("<strong class=\"verdict {}\">{word}</strong>", word.replace(' ', "-"))
}

fn of_bet(bet: &BetReport, index: usize) -> String {
    let mut section = format!(
        "<section id=\"bet-{index}\" aria-labelledby=\"bet-{index}-name\">\n\
         <h2 id=\"bet-{index}-name\">{} {} <small>{}</small></h2>\n<p>Rule {}: {}</p>\n",
        badge(bet),
        escaped(&bet.id),
        escaped(&bet.title),
        bet.rule,
        code(&bet.because)
    );
    if !bet.action.is_empty() {
        let _ = writeln!(section, "<p class=\"action\">To do: {}</p>", code(&bet.action));
    }
    let reasons = bet.reasons.iter().map(|reason| {
        format!(
            "<strong>{}</strong> <code>{}</code> {}",
            words::weight(reason.weight),
            escaped(&reason.code),
            code(&reason.text)
        )
    });
    section.push_str(&list("Reasons", reasons));
    section.push_str(&criteria(bet, index));
    section.push_str(&experiment(bet));
    let changes = bet.would_change.iter().map(|change| code(change));
    section.push_str(&list("What would change it", changes));
    section.push_str(&facts(bet));
    section + "</section>\n"
}

fn experiment(bet: &BetReport) -> String {
    let Some(report) = &bet.experiment else { return String::new() };
    let mut html = "<h3>Experiment</h3>\n<dl>\n".to_owned();
    for (name, text) in super::experiment::lines(report) {
        let _ = writeln!(html, "<dt>{}</dt><dd>{}</dd>", escaped(&name), code(&text));
    }
    html + "</dl>\n"
}

fn list(heading: &str, items: impl Iterator<Item = String>) -> String {
    let mut html = String::new();
    for item in items {
        let _ = writeln!(html, "<li>{item}</li>");
    }
    if html.is_empty() { html } else { format!("<h3>{heading}</h3>\n<ul>\n{html}</ul>\n") }
}

fn criteria(bet: &BetReport, place: usize) -> String {
    if bet.criteria.is_empty() && bet.watched.is_empty() {
        return String::new();
    }
    let mut table = format!(
        "<h3>Criteria</h3>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" \
         aria-label=\"criteria of {}\">\n<table>\n<thead><tr>",
        escaped(&bet.id)
    );
    for heading in ["state", "criterion", "role", "today", "asked", "picture", "evidence"] {
        let _ = write!(table, "<th scope=\"col\">{heading}</th>");
    }
    table.push_str("</tr></thead>\n<tbody>\n");
    for (index, criterion) in bet.criteria.iter().chain(&bet.watched).enumerate() {
        table.push_str(&row(bet, criterion, &format!("bet-{place}-criterion-{index}")));
    }
    table + "</tbody>\n</table>\n</div>\n"
}

fn row(bet: &BetReport, criterion: &CriterionReport, id: &str) -> String {
    let state = criterion.state.spoken();
    format!(
        "<tr><td class=\"state {class}\">{mark} {state}</td><th scope=\"row\">{metric}<br>\
         <small>{title}</small></th><td>{role}</td><td>{today}</td><td>{bound}</td>\
         <td>{picture}</td><td>{evidence}</td></tr>\n",
        class = state.replace(' ', "-"),
        mark = words::mark(criterion.state),
        metric = escaped(&words::metric(criterion)),
        title = escaped(&criterion.title),
        role = escaped(&criterion.role),
        today = escaped(&words::estimate(criterion)),
        bound = escaped(&words::bound(criterion)),
        picture = chart(criterion, id).unwrap_or_default(),
        evidence = evidence(bet, criterion),
    )
}

/// How much the numbers rest on, what they lack, and how they were found.
fn evidence(bet: &BetReport, criterion: &CriterionReport) -> String {
    let sample = Some(escaped(&words::sample(criterion))).filter(|sample| !sample.is_empty());
    let remark = words::remark(bet, criterion).map(code);
    let method = criterion.method.as_ref().map(|method| {
        let source = criterion.source.as_deref().unwrap_or_default();
        format!("<small>{} ({})</small>", escaped(method), escaped(source))
    });
    sample.into_iter().chain(remark).chain(method).collect::<Vec<_>>().join("<br>")
}

fn facts(bet: &BetReport) -> String {
    let facts = [
        ("Forecast", words::forecast(bet)),
        ("Purgatory", words::purgatory(bet)),
        ("Evidence", (bet.rule != 0).then(|| words::evidence(bet))),
        ("Time-box", words::time_box(bet)),
        (
            "Stage",
            (!bet.stage.is_empty()).then(|| format!("{}, horizon {}", bet.stage, bet.horizon)),
        ),
    ];
    let mut html = "<dl>\n".to_owned();
    for (name, text) in facts {
        if let Some(text) = text {
            let _ = writeln!(html, "<dt>{name}</dt><dd>{}</dd>", escaped(&text));
        }
    }
    html + "</dl>\n"
}
