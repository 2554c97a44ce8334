//! The words that all renderings share, and the pages with them.

use std::fmt::Write;

use crate::criterion::{against, bound_text, today};
use crate::number;
use crate::report::{BetReport, ComparisonReport, CriterionReport, Report, State, Weight, Word};

pub(super) const ALL_WORDS: [Option<Word>; 6] = [
    Some(Word::Ship),
    Some(Word::Learned),
    Some(Word::Continue),
    Some(Word::Pivot),
    Some(Word::Kill),
    None,
];

/// The verdict: `no verdict` where there is none.
#[must_use]
pub fn verdict(word: Option<Word>) -> &'static str {
    match word {
        Some(Word::Ship) => "ship",
        Some(Word::Continue) => "continue",
        Some(Word::Pivot) => "pivot",
        Some(Word::Kill) => "kill",
        Some(Word::Learned) => "learned",
        None => "no verdict",
    }
}

/// A sign beside the word, never alone.
#[must_use]
pub fn mark(state: State) -> &'static str {
    match state {
        State::Met => "✔",
        State::Refuted => "✖",
        State::Undecided => "?",
        State::NoData => "–",
        State::Invalid => "!",
        State::Watched => "·",
    }
}

/// How much a reason matters.
#[must_use]
pub fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::Decisive => "decisive",
        Weight::Strong => "strong",
        Weight::Warning => "warning",
        Weight::Note => "note",
    }
}

/// `1 ship, 2 continue`.
pub(super) fn tally(report: &Report) -> String {
    let count = |word| report.bets.iter().filter(|bet| bet.verdict == word).count();
    let words = ALL_WORDS.into_iter().filter(|word| count(*word) > 0);
    let each = words.map(|word| format!("{} {}", count(word), verdict(word)));
    let each: Vec<String> = each.collect();
    if each.is_empty() { "no bets".to_owned() } else { each.join(", ") }
}

/// The metric, with the segment it is looked at in.
#[must_use]
pub fn metric(criterion: &CriterionReport) -> String {
    let among =
        criterion.among.as_ref().map_or_else(String::new, |among| format!(" among {among}"));
    let against = against(criterion).replace('`', "");
    format!("{}{against}{among}", criterion.metric)
}

/// Value and interval; nothing where there is none.
#[must_use]
pub fn estimate(criterion: &CriterionReport) -> String {
    criterion.estimate.map_or_else(String::new, |_| today(criterion))
}

/// `.004`, `under .0001`.
#[must_use]
pub fn p_value(p: f64) -> String {
    match p {
        p if p < 1e-4 => "under .0001".to_owned(),
        p if p < 0.1 => format!("{p:.4}").trim_start_matches('0').to_owned(),
        p if p < 1.0 => format!("{p:.2}").trim_start_matches('0').to_owned(),
        _ => "1".to_owned(),
    }
}

/// What a comparison comes to, by the whole interval.
#[must_use]
pub fn verdict_of(one: &ComparisonReport) -> &'static str {
    let above = one.low.is_some_and(|low| low > 0.0);
    let below = one.high.is_some_and(|high| high < 0.0);
    match (above, below, one.better.as_str()) {
        (false, false, _) => "cannot be told from no difference",
        (true, _, "up") | (_, true, "down") => "better",
        (true, _, "down") | (_, true, "up") => "worse",
        _ => "different",
    }
}

/// The allowed side: `at least 55 %`; nothing where nothing is asked.
#[must_use]
pub fn bound(criterion: &CriterionReport) -> String {
    bound_text(criterion)
}

/// `n = 4,813 of 120 people`.
#[must_use]
pub fn sample(criterion: &CriterionReport) -> String {
    match criterion.n.zip(criterion.units) {
        Some((n, units)) => {
            format!("n = {} of {}", number::count(n), number::units(units, &criterion.per))
        }
        None => String::new(),
    }
}

/// What a reader needs beside the numbers: why they do not settle it, unless a reason says so.
#[must_use]
pub fn remark<'a>(bet: &BetReport, criterion: &'a CriterionReport) -> Option<&'a str> {
    let speaks = match criterion.state {
        State::Undecided | State::NoData | State::Invalid => true,
        // Who attested it is nowhere else.
        State::Met => criterion.measured_in.is_empty(),
        State::Refuted | State::Watched => false,
    };
    let is_said = bet.reasons.iter().any(|reason| reason.text.contains(&criterion.text));
    (speaks && !is_said).then_some(criterion.text.as_str())
}

/// `2,415 interactions of 805 people`.
#[must_use]
pub fn evidence(bet: &BetReport) -> String {
    let interactions = number::counted(bet.evidence.interactions, "interaction", "interactions");
    format!("{interactions} of {}", number::units(bet.evidence.units, "user"))
}

/// `2026-10-01 to 2026-12-11, 12 days left; if undecided: kill`.
#[must_use]
pub fn time_box(bet: &BetReport) -> Option<String> {
    let time_box = bet.time_box.as_ref()?;
    let days = number::counted(time_box.days_left.unsigned_abs(), "day", "days");
    let left = match time_box.days_left {
        _ if bet.stage == "live" => String::new(),
        0 => ", today".to_owned(),
        left if left > 0 => format!(", {days} left"),
        _ => format!(", {days} ago"),
    };
    Some(format!(
        "{} to {}{left}; if undecided: {}",
        time_box.starts, time_box.decide_by, time_box.if_undecided
    ))
}

/// `37 % that all criteria are met by 2026-12-11; about 120 more units, around 2026-12-01`.
#[must_use]
pub fn forecast(bet: &BetReport) -> Option<String> {
    let forecast = bet.forecast.as_ref()?;
    let by = bet.time_box.as_ref().map_or_else(String::new, |b| format!(" by {}", b.decide_by));
    let mut text = format!("{} that all criteria are met{by}", number::chance(forecast.chance));
    if let Some(more) = forecast.more_units {
        let _ = write!(text, "; about {} more units decide it", number::count(more));
    }
    if let Some(date) = &forecast.date {
        let _ = write!(text, ", around {date}");
    }
    Some(text)
}

/// `watch (P03)`, `in purgatory, level 2 (P03, P04)`.
#[must_use]
pub fn purgatory(bet: &BetReport) -> Option<String> {
    let codes = bet.purgatory.codes.join(", ");
    match bet.purgatory.level {
        0 => None,
        1 => Some(format!("watch ({codes})")),
        level => Some(format!("in purgatory, level {level} ({codes})")),
    }
}

/// What no verdict rests on, where there is any.
pub fn strays(report: &Report) -> impl Iterator<Item = String> {
    let unattributed = report.unattributed.filter(|count| *count > 0).map(|unattributed| {
        let verb = if unattributed == 1 { "names" } else { "name" };
        let interactions = number::counted(unattributed, "interaction", "interactions");
        format!("{interactions} {verb} no bet of this roadmap")
    });
    let orphans = report.orphans.filter(|count| *count > 0).map(|orphans| {
        let verb = if orphans == 1 { "waits for its" } else { "wait for their" };
        let events = number::counted(orphans, "action or score", "actions and scores");
        format!("{events} {verb} interaction and count for no bet yet")
    });
    let nameless = report.nameless.filter(|count| *count > 0).map(|nameless| {
        let verb = if nameless == 1 { "names" } else { "name" };
        let interactions = number::counted(nameless, "interaction", "interactions");
        format!(
            "{interactions} {verb} no person: nobody knows whose, and together they count as one"
        )
    });
    let quarantined = report.quarantined.filter(|count| *count > 0).map(|quarantined| {
        let verb = if quarantined == 1 { "was" } else { "were" };
        let rows = number::counted(quarantined, "row", "rows");
        format!(
            "{rows} {verb} refused on the way in (`trueup store` says why) and count for nothing"
        )
    });
    unattributed.into_iter().chain(orphans).chain(nameless).chain(quarantined)
}

/// What the answer rests on, so that it can be computed again.
#[must_use]
pub fn provenance(report: &Report) -> String {
    let mut parts = vec![format!("as of {}", report.now)];
    if !report.roadmap.digest.is_empty() {
        parts.push(format!("roadmap {}", report.roadmap.digest));
    }
    if let Some(commit) = &report.roadmap.commit {
        parts.push(format!("commit {}", commit.chars().take(12).collect::<String>()));
    }
    let tables: Vec<String> =
        report.store.iter().map(|read| format!("{} v{}", read.table, read.version)).collect();
    if !tables.is_empty() {
        parts.push(format!("store {}", tables.join(", ")));
    }
    parts.join("; ")
}
