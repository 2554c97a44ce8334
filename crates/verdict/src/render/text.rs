//! The report for a terminal. Colour only repeats what the words say.

use super::dashboard::named;
use super::layout::{MARGIN, flowed, padded, printable, shortened, width, widths, wrapped};
use super::words;
use crate::report::{BetReport, CriterionReport, Reason, Report, State, Word};

const BOLD: &str = "\x1b[1m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const RED: &str = "\x1b[31m";
const RESET: &str = "\x1b[0m";

/// Writes one bet, or a table of all and then each. The first line answers.
#[must_use]
pub fn text(report: &Report, colour: bool) -> String {
    let paint = Paint { colour };
    let mut blocks = Vec::new();
    if report.bets.len() != 1 {
        blocks.push(table(report, paint));
    }
    blocks.extend(report.bets.iter().map(|bet| of_bet(bet, paint)));
    blocks.push(foot(report));
    join(&blocks)
}

/// Writes the table alone: a line for each bet.
#[must_use]
pub fn summary(report: &Report, colour: bool) -> String {
    join(&[table(report, Paint { colour })])
}

fn join(blocks: &[String]) -> String {
    let blocks = blocks.iter().map(|block| block.trim_end()).filter(|block| !block.is_empty());
    blocks.collect::<Vec<_>>().join("\n\n") + "\n"
}

#[derive(Clone, Copy)]
struct Paint {
    colour: bool,
}

impl Paint {
    fn paint(self, style: &str, text: &str) -> String {
        if self.colour { format!("{style}{text}{RESET}") } else { text.to_owned() }
    }

    fn verdict(self, word: Option<Word>, text: &str) -> String {
        let style = match word {
            Some(Word::Ship | Word::Learned) => GREEN,
            Some(Word::Continue) => BOLD,
            Some(Word::Pivot) => YELLOW,
            Some(Word::Kill) | None => RED,
        };
        self.paint(style, text)
    }

    fn state(self, state: State, text: &str) -> String {
        match state {
            State::Met => self.paint(GREEN, text),
            State::Refuted | State::Invalid => self.paint(RED, text),
            State::Undecided | State::NoData => self.paint(YELLOW, text),
            State::Watched => text.to_owned(),
        }
    }
}

/// The widest that a bet's id may be in the table before it is cut.
const ID_COLUMNS: usize = 32;

fn table(report: &Report, paint: Paint) -> String {
    let word = |bet: &BetReport| words::verdict(bet.verdict).to_uppercase();
    let id = |bet: &BetReport| shortened(&printable(&bet.id), ID_COLUMNS);
    let ids = report.bets.iter().map(|bet| width(&id(bet))).max().unwrap_or_default();
    let verdicts = report.bets.iter().map(|bet| width(&word(bet))).max().unwrap_or_default();
    let mut lines = vec![words::tally(report)];
    for bet in &report.bets {
        let before = format!("  {}  ", padded(&id(bet), ids));
        let verdict = padded(&word(bet), verdicts);
        let line = wrapped(&format!("{before}{verdict}  "), &printable(&why(bet)));
        // Wrapped without colour, which takes no columns.
        let (head, tail) = line.split_at(before.len());
        let painted = paint.verdict(bet.verdict, &word(bet));
        lines.push(format!("{head}{}", tail.replacen(&word(bet), &painted, 1)));
    }
    lines.join("\n")
}

/// What to do where that is more than the word, else why; and whether it is stuck.
fn why(bet: &BetReport) -> String {
    let why = if bet.action.is_empty() { &bet.because } else { &bet.action };
    let stuck = words::purgatory(bet).filter(|_| bet.purgatory.level >= 2);
    stuck.map_or_else(|| why.clone(), |stuck| format!("{why}; {stuck}"))
}

fn of_bet(bet: &BetReport, paint: Paint) -> String {
    let mut lines = vec![first_line(bet, paint)];
    lines.push(wrapped("  ", &printable(&format!("rule {}: {}", bet.rule, bet.because))));
    if !bet.action.is_empty() {
        lines.push(wrapped("  → ", &printable(&bet.action)));
    }
    let sections = [
        ("reasons", bet.reasons.iter().map(of_reason).collect()),
        ("criteria", criteria(bet, &bet.criteria, paint)),
        ("watched, deciding nothing", criteria(bet, &bet.watched, paint)),
        ("experiment", experiment(bet)),
        ("what would change it", bet.would_change.iter().map(|item| bullet(item)).collect()),
        ("", facts(bet)),
    ];
    for (heading, section) in sections {
        add_section(&mut lines, heading, section, paint);
    }
    lines.join("\n")
}

fn add_section(lines: &mut Vec<String>, heading: &str, section: Vec<String>, paint: Paint) {
    if section.is_empty() {
        return;
    }
    lines.push(String::new());
    if !heading.is_empty() {
        lines.push(format!("  {}", paint.paint(BOLD, heading)));
    }
    lines.extend(section);
}

fn first_line(bet: &BetReport, paint: Paint) -> String {
    let word = words::verdict(bet.verdict).to_uppercase();
    let start = format!("{}: {word}  ", printable(&bet.id));
    let line = wrapped(&start, &printable(&bet.title));
    // Wrapped without colour, which takes no columns.
    line.replacen(&format!(": {word}"), &format!(": {}", paint.verdict(bet.verdict, &word)), 1)
}

fn bullet(text: &str) -> String {
    wrapped("  - ", &printable(text))
}

/// The widest code or metric that stands beside the text of a reason and not above it.
const CODE_COLUMNS: usize = 20;

fn of_reason(reason: &Reason) -> String {
    let start = format!("  {}  ", padded(words::weight(reason.weight), width("decisive")));
    if width(&reason.code) <= CODE_COLUMNS && !reason.text.contains(&format!("`{}`", reason.code)) {
        return wrapped(&format!("{start}{}  ", reason.code), &printable(&reason.text));
    }
    // The text names the metric itself.
    wrapped(&start, &printable(&reason.text))
}

fn criteria(bet: &BetReport, criteria: &[CriterionReport], paint: Paint) -> Vec<String> {
    let rows: Vec<Vec<String>> = criteria.iter().map(row).collect();
    let widths = widths(&rows);
    let mut lines = Vec::new();
    for (criterion, row) in criteria.iter().zip(&rows) {
        lines.extend(painted_row(criterion, row, &widths, paint));
        let indent = " ".repeat(MARGIN + widths[0] + 2);
        if let Some(remark) = words::remark(bet, criterion) {
            lines.push(wrapped(&indent, &printable(remark)));
        }
    }
    lines
}

fn experiment(bet: &BetReport) -> Vec<String> {
    let lines = bet.experiment.as_ref().map(super::experiment::lines);
    lines.map(|lines| named(&lines)).unwrap_or_default()
}

fn row(criterion: &CriterionReport) -> Vec<String> {
    let state = format!("{} {}", words::mark(criterion.state), criterion.state.spoken());
    vec![
        state,
        printable(&words::metric(criterion)),
        words::estimate(criterion),
        words::bound(criterion),
        words::sample(criterion),
    ]
}

fn painted_row(
    criterion: &CriterionReport,
    row: &[String],
    widths: &[usize],
    paint: Paint,
) -> Vec<String> {
    let mut lines: Vec<String> = flowed(row, widths, 1)
        .into_iter()
        .map(|line| format!("{}{line}", " ".repeat(MARGIN)))
        .collect();
    if let Some(line) = lines.first_mut() {
        *line = line.replacen(&row[0], &paint.state(criterion.state, &row[0]), 1);
    }
    lines
}

fn facts(bet: &BetReport) -> Vec<String> {
    let facts = [
        ("forecast", words::forecast(bet)),
        ("purgatory", words::purgatory(bet)),
        ("evidence", (bet.rule != 0).then(|| words::evidence(bet))),
        ("time-box", words::time_box(bet)),
    ];
    let lines = facts.into_iter().filter_map(|(name, text)| {
        Some(wrapped(&format!("  {}  ", padded(name, width("purgatory"))), &text?))
    });
    lines.collect()
}

fn foot(report: &Report) -> String {
    let lines = report.notices.iter().cloned().chain(words::strays(report));
    let lines = lines.chain([words::provenance(report)]);
    lines.map(|line| wrapped("", &printable(&line))).collect::<Vec<_>>().join("\n")
}
