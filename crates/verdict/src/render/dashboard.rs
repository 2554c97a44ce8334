//! The double dashboard as text, Markdown and a page: how good the model is beside what it does.

use std::fmt::Write;

use super::html;
use super::layout::{flowed, padded, printable, width, widths, wrapped};
use super::markup::{code, escaped};
use super::{chart, markdown, words};
use crate::number;
use crate::report::{BetReport, CriterionReport, Dashboard, Panel, Report};

const COLUMNS: [(&str, &str); 2] = [("model", "The model"), ("impact", "Its impact")];

/// For a terminal, each bet after the other.
#[must_use]
pub fn text(report: &Report) -> String {
    let bets = report.bets.iter().filter_map(|bet| Some(of_bet(bet, bet.dashboard.as_ref()?)));
    let bets: Vec<String> = bets.collect();
    let body = if bets.is_empty() { "no bet is open".to_owned() } else { bets.join("\n\n") };
    format!("{body}\n\n{}\n", wrapped("", &printable(&words::provenance(report))))
}

fn of_bet(bet: &BetReport, dashboard: &Dashboard) -> String {
    let mut lines = vec![
        wrapped(
            &format!("{}: {}  ", printable(&bet.id), words::verdict(bet.verdict).to_uppercase()),
            &printable(&bet.title),
        ),
        wrapped("  ", &standing(dashboard)),
    ];
    for (column, title) in COLUMNS {
        let panels: Vec<&Panel> =
            dashboard.panels.iter().filter(|panel| panel.column == column).collect();
        lines.push(format!("\n  {}", title.to_uppercase()));
        if panels.is_empty() {
            lines.push("  nothing recorded".to_owned());
        }
        for panel in panels {
            lines.push(format!("  {}", panel.title));
            lines.extend(rows(panel));
        }
    }
    if !dashboard.unmeasured.is_empty() {
        lines.push(String::new());
        lines.push(wrapped("  nothing recorded of: ", &dashboard.unmeasured.join(", ")));
    }
    lines.join("\n")
}

/// `model undecided × impact passes: not settled yet`.
#[must_use]
pub fn standing(dashboard: &Dashboard) -> String {
    let quadrant = &dashboard.quadrant;
    let side = |name: &str, word: &str| match word {
        "unasked" => format!("{name} not asked"),
        word => format!("{name} {word}"),
    };
    let (model, impact) = (side("model", &quadrant.model), side("impact", &quadrant.impact));
    format!("{model} × {impact}: {}", quadrant.text)
}

fn rows(panel: &Panel) -> Vec<String> {
    let cells: Vec<Vec<String>> = panel.rows.iter().map(row).collect();
    let widths = widths(&cells);
    let mut lines = Vec::new();
    for (criterion, row) in panel.rows.iter().zip(&cells) {
        lines.extend(flowed(row, &widths, 1).into_iter().map(|line| format!("    {line}")));
        let beside = notes(criterion);
        lines.extend(beside.iter().map(|note| wrapped("      ", &printable(note))));
    }
    lines
}

fn row(criterion: &CriterionReport) -> Vec<String> {
    vec![
        words::mark(criterion.state).to_owned(),
        printable(&words::metric(criterion)),
        words::estimate(criterion),
        words::bound(criterion),
        words::sample(criterion),
    ]
}

/// What is counted, and what has to be known to read the number right.
#[must_use]
pub fn notes(criterion: &CriterionReport) -> Vec<String> {
    let counts = of_what(&criterion.counts);
    let why = (criterion.estimate.is_none() && !criterion.text.is_empty())
        .then(|| criterion.text.clone());
    let pooled = criterion.pooled.filter(|pooled| differs(criterion.estimate, *pooled));
    let pooled = pooled.map(|pooled| {
        format!("{} over all events together", number::value(pooled, &criterion.measured_in))
    });
    [Some(counts), pooled, criterion.remark.clone(), why].into_iter().flatten().collect()
}

/// What the value is of: the denominator, where there is one.
fn of_what(counts: &str) -> String {
    counts.split_once("; ").map_or_else(|| format!("counts {counts}"), |(_, of)| of.to_owned())
}

fn differs(estimate: Option<f64>, pooled: f64) -> bool {
    estimate.is_some_and(|estimate| (estimate - pooled).abs() > 1e-9 * pooled.abs().max(1e-9))
}

/// For a pull request or a wiki.
#[must_use]
pub fn as_markdown(report: &Report) -> String {
    let mut text = String::new();
    for bet in &report.bets {
        let Some(dashboard) = &bet.dashboard else { continue };
        let _ = write!(
            text,
            "### {}: {} ({})\n\n{}\n",
            markdown::escaped(&bet.id),
            markdown::escaped(&bet.title),
            words::verdict(bet.verdict),
            standing(dashboard)
        );
        for (column, title) in COLUMNS {
            let _ = write!(text, "\n#### {title}\n");
            for panel in dashboard.panels.iter().filter(|panel| panel.column == column) {
                push_panel(&mut text, panel);
            }
        }
        if !dashboard.unmeasured.is_empty() {
            let _ = write!(text, "\nNothing recorded of: {}\n", dashboard.unmeasured.join(", "));
        }
        text.push('\n');
    }
    let _ = writeln!(text, "<sub>{}</sub>", markdown::escaped(&words::provenance(report)));
    text
}

fn push_panel(text: &mut String, panel: &Panel) {
    let _ = write!(
        text,
        "\n**{}**\n\n| | metric | today | asked | evidence | to read it right |\n|---|---|---|---|---|---|\n",
        panel.title
    );
    for criterion in &panel.rows {
        let notes = notes(criterion);
        let cells = [
            words::mark(criterion.state).to_owned(),
            words::metric(criterion),
            words::estimate(criterion),
            words::bound(criterion),
            words::sample(criterion),
            notes.join("; "),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| markdown::escaped(cell)).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
}

/// As one page that stands alone.
#[must_use]
pub fn as_html(report: &Report) -> String {
    let mut main = String::new();
    for (index, bet) in report.bets.iter().enumerate() {
        let Some(dashboard) = &bet.dashboard else { continue };
        main.push_str(&section(bet, dashboard, index));
    }
    html::page(report, "Double dashboard", &main)
}

fn section(bet: &BetReport, dashboard: &Dashboard, index: usize) -> String {
    let mut section = format!(
        "<section id=\"bet-{index}\" aria-labelledby=\"bet-{index}-name\">\n\
         <h2 id=\"bet-{index}-name\">{} {} <small>{}</small></h2>\n<p>{}</p>\n<div class=\"double\">\n",
        html::badge(bet),
        escaped(&bet.id),
        escaped(&bet.title),
        escaped(&standing(dashboard))
    );
    for (column, title) in COLUMNS {
        let _ = write!(section, "<div>\n<h3>{title}</h3>\n");
        let panels = dashboard.panels.iter().enumerate();
        for (place, panel) in panels.filter(|(_, panel)| panel.column == column) {
            section.push_str(&table(panel, &format!("bet-{index}-panel-{place}")));
        }
        section.push_str("</div>\n");
    }
    section.push_str("</div>\n");
    if !dashboard.unmeasured.is_empty() {
        let _ = writeln!(
            section,
            "<p>Nothing recorded of: {}</p>",
            escaped(&dashboard.unmeasured.join(", "))
        );
    }
    section + "</section>\n"
}

fn table(panel: &Panel, id: &str) -> String {
    let mut table = format!(
        "<h4>{title}</h4>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\">\n\
         <table>\n<thead><tr>",
        title = escaped(&panel.title)
    );
    for heading in ["metric", "today", "asked", "picture", "evidence"] {
        let _ = write!(table, "<th scope=\"col\">{heading}</th>");
    }
    table.push_str("</tr></thead>\n<tbody>\n");
    for (place, criterion) in panel.rows.iter().enumerate() {
        let notes: Vec<String> = notes(criterion).iter().map(|note| code(note)).collect();
        let _ = writeln!(
            table,
            "<tr><th scope=\"row\">{mark} {metric}<br><small>{title}</small></th><td>{today}</td>\
             <td>{bound}</td><td>{picture}</td><td>{sample}<br><small>{notes}</small></td></tr>",
            mark = words::mark(criterion.state),
            metric = escaped(&words::metric(criterion)),
            title = escaped(&criterion.title),
            today = escaped(&words::estimate(criterion)),
            bound = escaped(&words::bound(criterion)),
            picture = chart::chart(criterion, &format!("{id}-{place}")).unwrap_or_default(),
            sample = escaped(&words::sample(criterion)),
            notes = notes.join("<br>"),
        );
    }
    table + "</tbody>\n</table>\n</div>\n"
}

/// The widest name of a line, to set the others under each other.
pub(super) fn named(lines: &[(String, String)]) -> Vec<String> {
    let widest = lines.iter().map(|(name, _)| width(name)).max().unwrap_or_default();
    lines
        .iter()
        .map(|(name, text)| wrapped(&format!("    {}  ", padded(name, widest)), &printable(text)))
        .collect()
}
