//! The roadmap that `trueup init` writes.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::source::Source;

const FILES: [(&str, &str); 4] = [
    ("roadmap.toml", include_str!("../init/roadmap.toml")),
    ("outcomes/faster-replies.toml", include_str!("../init/faster-replies.toml")),
    ("metrics/sent_unchanged.toml", include_str!("../init/sent_unchanged.toml")),
    ("bets/reply-drafts.toml", include_str!("../init/reply-drafts.toml")),
];

/// A small roadmap with comments: policy, an outcome, a metric of the team's own and a bet whose gate
/// waits for two signatures and whose time-box lies ahead of `today`. It has no diagnostics.
#[must_use]
pub fn init_files(today: Date) -> Vec<Source> {
    let dates = [
        ("{signed_on}", 14),
        ("{starts}", 21),
        ("{decide_by}", 21 + 12 * 7),
        ("{outcome_by}", 21 + 26 * 7),
    ];
    let filled = |text: &str| {
        let fill = |text: String, (name, days): &(&str, i32)| {
            text.replace(name, &today.saturating_add(days.days()).to_string())
        };
        dates.iter().fold(text.to_owned(), fill)
    };
    FILES
        .iter()
        .map(|(path, text)| Source { path: (*path).to_owned(), text: filled(text) })
        .collect()
}
