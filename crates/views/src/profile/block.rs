//! `[data]` of a bet, with what can be counted filled in and the rest left to people.

use std::fmt::Write;

use trueup_verdict::number::count;

use super::fresh::day;
use super::groups::Grouping;
use super::say::{listed, percent};
use super::{Freshness, Level, Question, Readiness};

/// The largest number that `labels` takes.
const MOST_LABELS: u64 = u32::MAX as u64;
/// Groups that are named.
const MOST_NAMED: usize = 5;

pub fn data(readiness: &Readiness, question: &Question<'_>) -> String {
    let mut text = String::from("[data]\n");
    let today = trueup_verdict::today(readiness.as_of);
    let _ = writeln!(
        text,
        "# When both sides have looked at this: reviewed = {{ on = {today}, by = [\"...\", \"...\"] }}"
    );
    line(
        &mut text,
        "bias",
        bias(&readiness.groups),
        "Who is under-represented, or labelled otherwise?",
    );
    line(&mut text, "sparsity", sparsity(readiness), "Where is there too little?");
    match labels(readiness) {
        Some((have, need)) => {
            let _ = writeln!(
                text,
                "# `need` is for ±5 points at 95 %, rows being independent; more where several rows \
                 are of one person.\n# What does one label cost? Then add for example cost = 2.5\n\
                 labels = {{ have = {have}, need = {need} }}"
            );
        }
        None => {
            text.push_str("# labels = { have = 0, need = 0 }  # profile with --label to count\n");
        }
    }
    let fresh = readiness.freshness.as_ref().and_then(fresh);
    line(&mut text, "fresh", fresh, "How old is the data, and how often does it come?");
    text.push_str(
        "# What can the model not do, whatever the data? A person must say.\ncannot = []\n",
    );
    let _ =
        writeln!(text, "# Counted of {}, {} rows.", source(question.source), count(readiness.rows));
    text
}

/// A comment may not end its line early.
fn source(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A key with its text, or a comment that asks for it.
fn line(text: &mut String, key: &str, said: Option<String>, ask: &str) {
    let _ = match said {
        Some(said) => writeln!(text, "{key} = {}", quoted(&said)),
        None => writeln!(text, "# {key} = \"...\"  # {ask}"),
    };
}

/// A basic string of TOML, on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => quoted.push(' '),
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

fn bias(groups: &[Grouping]) -> Option<String> {
    let said = groups.iter().filter_map(|grouping| {
        let all: u64 = grouping.groups.iter().map(|group| group.rows).sum();
        let largest = grouping.groups.first()?;
        let share = percent(largest.rows as f64 / all as f64);
        let mut said = format!("{}: {share} of rows are {}", grouping.column, largest.value);
        let shares = grouping.groups.iter().filter(|group| !group.is_small);
        let shares: Vec<f64> = shares.filter_map(|group| Some(group.rate?.share)).collect();
        let low = shares.iter().copied().fold(1.0, f64::min);
        let high = shares.iter().copied().fold(0.0, f64::max);
        if shares.len() > 1 {
            let _ = write!(
                said,
                ", the positive rate is {} to {} ({:.1} points apart)",
                percent(low),
                percent(high),
                (high - low) * 100.0
            );
        }
        Some(said)
    });
    let said = said.collect::<Vec<_>>().join("; ");
    (!said.is_empty()).then(|| said + ".")
}

fn sparsity(readiness: &Readiness) -> Option<String> {
    let small = readiness.groups.iter().flat_map(|grouping| {
        let small = grouping.groups.iter().filter(|group| group.is_small);
        small.map(|group| {
            format!("{} = {} ({})", grouping.column, group.value, count(group.labelled))
        })
    });
    let mut small: Vec<String> = small.collect();
    let missing = readiness
        .findings
        .iter()
        .filter(|finding| finding.kind == super::Kind::Missing && finding.level == Level::Concern);
    let missing: Vec<String> = missing.map(|finding| finding.short.replace('`', "")).collect();
    if small.len() > MOST_NAMED {
        let others = small.len() - MOST_NAMED;
        small.drain(..others);
        small.push(format!("{others} other groups"));
    }
    let mut said = Vec::new();
    if !small.is_empty() {
        said.push(format!("Few labelled rows: {}", listed(&small)));
    }
    said.extend((!missing.is_empty()).then(|| format!("Much is missing: {}", missing.join(", "))));
    (!said.is_empty()).then(|| said.join(". ") + ".")
}

/// Labels there are and labels needed: for the shares of all classes, or for those of all groups of the
/// column that needs the most.
fn labels(readiness: &Readiness) -> Option<(u64, u64)> {
    let label = readiness.label.as_ref()?;
    let of_groups = readiness
        .groups
        .iter()
        .map(|grouping| grouping.groups.iter().filter_map(|group| group.needed).sum::<u64>());
    let need = of_groups.chain([label.needed]).max()?;
    Some((label.labelled.min(MOST_LABELS), need.min(MOST_LABELS)))
}

fn fresh(fresh: &Freshness) -> Option<String> {
    let (first, last) = (fresh.first?, fresh.last?);
    let mut said = format!("From {} to {}", day(first), day(last));
    if let Some(rows) = fresh.rows_a_week {
        let _ = write!(said, ", {rows:.0} rows a week");
    }
    if fresh.empty_weeks > 0 {
        let _ = write!(said, ", {} of {} weeks without rows", fresh.empty_weeks, fresh.weeks);
    }
    Some(said + ".")
}
