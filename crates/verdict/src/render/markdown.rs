//! The report as a comment on a pull request.

use std::fmt::Write;

use super::words;
use crate::report::{BetReport, CriterionReport, Report};

/// Writes a table of all bets and below it, folded, each.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut text = format!("### Trueup: {}\n", words::tally(report));
    for notice in report.notices.iter().cloned().chain(words::strays(report)) {
        let _ = write!(text, "\n> {}\n", escaped(&notice));
    }
    if !report.bets.is_empty() {
        text.push_str("\n| bet | verdict | why |\n|---|---|---|\n");
    }
    for bet in &report.bets {
        let _ = writeln!(
            text,
            "| {} | **{}** | {} |",
            escaped(&bet.id),
            words::verdict(bet.verdict),
            escaped(&why(bet))
        );
    }
    for bet in &report.bets {
        text.push_str(&of_bet(bet));
    }
    let _ = write!(text, "\n<sub>{}</sub>\n", escaped(&words::provenance(report)));
    text
}

fn why(bet: &BetReport) -> String {
    match bet.action.as_str() {
        "" => bet.because.clone(),
        action => format!("{}: {action}", bet.because),
    }
}

fn of_bet(bet: &BetReport) -> String {
    let mut text = format!(
        "\n<details>\n<summary><b>{}</b>: {}. {}</summary>\n\nRule {}: {}\n",
        escaped(&bet.id),
        words::verdict(bet.verdict),
        escaped(&bet.title),
        bet.rule,
        escaped(&bet.because)
    );
    let reasons = bet.reasons.iter().map(|reason| {
        format!("{} `{}`: {}", words::weight(reason.weight), reason.code, escaped(&reason.text))
    });
    push_list(&mut text, "Reasons", reasons.collect());
    push_criteria(&mut text, bet);
    let experiment = bet.experiment.iter().flat_map(super::experiment::lines);
    let experiment =
        experiment.map(|(name, text)| format!("{}: {}", escaped(&name), escaped(&text)));
    push_list(&mut text, "Experiment", experiment.collect());
    let changes = bet.would_change.iter().map(|change| escaped(change));
    push_list(&mut text, "What would change it", changes.collect());
    push_list(&mut text, "Facts", facts(bet));
    text.push_str("\n</details>\n");
    text
}

fn push_list(text: &mut String, heading: &str, items: Vec<String>) {
    if items.is_empty() {
        return;
    }
    let _ = write!(text, "\n**{heading}**\n\n");
    for item in items {
        let _ = writeln!(text, "- {item}");
    }
}

fn push_criteria(text: &mut String, bet: &BetReport) {
    let criteria: Vec<_> = bet.criteria.iter().chain(&bet.watched).collect();
    if criteria.is_empty() {
        return;
    }
    text.push_str("\n| | criterion | today | asked | evidence |\n|---|---|---|---|---|\n");
    for criterion in criteria {
        let _ = writeln!(
            text,
            "| {} {} | {} ({}) | {} | {} | {} |",
            words::mark(criterion.state),
            criterion.state.spoken(),
            escaped(&words::metric(criterion)),
            criterion.role,
            words::estimate(criterion),
            escaped(&words::bound(criterion)),
            escaped(&evidence(bet, criterion))
        );
    }
}

fn evidence(bet: &BetReport, criterion: &CriterionReport) -> String {
    let sample = Some(words::sample(criterion)).filter(|sample| !sample.is_empty());
    let remark = words::remark(bet, criterion).map(str::to_owned);
    sample.into_iter().chain(remark).collect::<Vec<_>>().join("; ")
}

fn facts(bet: &BetReport) -> Vec<String> {
    let evidence = (bet.rule != 0).then(|| words::evidence(bet));
    [
        ("forecast", words::forecast(bet)),
        ("purgatory", words::purgatory(bet)),
        ("evidence", evidence),
        ("time-box", words::time_box(bet)),
    ]
    .into_iter()
    .filter_map(|(name, text)| Some(format!("{name}: {}", escaped(&text?))))
    .collect()
}

/// Text within a line of Markdown: no tags, no cells, no line breaks, no links of its own.
/// Backticks stay: they are how metrics are named.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '|' => escaped.push_str("\\|"),
            '[' => escaped.push_str("\\["),
            ']' => escaped.push_str("\\]"),
            '*' => escaped.push_str("\\*"),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}
