//! The roadmap's files as they are first written, with days told from today.

use jiff::Span;
use jiff::civil::Date;

/// Where a day begins and ends in a template: `{today-56}`, `{today+9}`.
const OPEN: &str = "{today";
const CLOSE: char = '}';

macro_rules! templates {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../roadmap/", $path)))),*]
    };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "roadmap.toml",
    "outcomes/answers-sooner.toml",
    "outcomes/support-that-pays.toml",
    "metrics/rewritten.toml",
    "bets/auto-close.toml",
    "bets/call-notes.toml",
    "bets/churn-signals.toml",
    "bets/refund-approvals.toml",
    "bets/reply-draft.toml",
    "bets/reply-translate.toml",
    "bets/smart-search.toml",
    "bets/thread-summary.toml",
    "bets/ticket-routing.toml",
    "capabilities/grounded-replies.toml",
    "capabilities/know-the-rules.toml",
    "capabilities/leaving-signs.toml",
    "capabilities/short-histories.toml",
    "capabilities/team-labels.toml",
    "notes/exit-interviews.md",
    "notes/field-trip-lisbon.md",
    "notes/field-trip-logistics.md",
    "notes/friday-watch.md",
    "notes/inbox-study.md",
    "notes/interviews-spring.md",
    "notes/phone-desk-week.md",
    "notes/refund-audit.md",
    "notes/search-live.md",
    "notes/search-logs.md",
    "notes/search-retro.md",
    "workflows/account-manager.toml",
    "workflows/support-agent.toml",
];

/// The text of a file as first written.
pub fn template(path: &str) -> &'static str {
    let found = TEMPLATES.iter().find(|(name, _)| *name == path);
    found.expect("every file that is added has a template").1
}

/// Puts dates where the text counts days from today.
pub fn dated(text: &str, today: Date) -> String {
    let mut parts = text.split(OPEN);
    let mut dated = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (days, rest) = part.split_once(CLOSE).expect("a day in a template ends with `}`");
        let days: i64 = days.parse().expect("days in a template are a number with a sign");
        dated.push_str(&today.saturating_add(Span::new().days(days)).to_string());
        dated.push_str(rest);
    }
    dated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_today() {
        let today = jiff::civil::date(2026, 3, 1);
        assert_eq!(
            dated("a = {today-1}\nb = {today+31}, c", today),
            "a = 2026-02-28\nb = 2026-04-01, c"
        );
        assert_eq!(dated("{ by = \"ana\" }", today), "{ by = \"ana\" }");
    }
}
