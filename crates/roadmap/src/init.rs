//! The roadmap that `trueup init` writes.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::source::Source;

const FILES: [(&str, &str); 8] = [
    ("roadmap.toml", include_str!("../init/roadmap.toml")),
    ("outcomes/faster-replies.toml", include_str!("../init/faster-replies.toml")),
    ("metrics/sent_unchanged.toml", include_str!("../init/sent_unchanged.toml")),
    ("capabilities/our-tone.toml", include_str!("../init/our-tone.toml")),
    ("workflows/answer-a-customer.toml", include_str!("../init/answer-a-customer.toml")),
    ("bets/reply-drafts.toml", include_str!("../init/reply-drafts.toml")),
    ("notes/interview-acme.md", include_str!("../init/interview-acme.md")),
    ("notes/drafts-are-read.md", include_str!("../init/drafts-are-read.md")),
];

/// What stands for a day, and how many days that is from today.
const DAYS: [(&str, i32); 5] = [
    ("{asked_on}", -7),
    ("{signed_on}", 10),
    ("{starts}", 14),
    ("{decide_by}", 84),
    ("{outcome_by}", 196),
];

/// A small roadmap with comments, one file of each kind: it teaches the language. Its bet is framed,
/// its gate waits for two signatures and its time-box lies ahead of `today`; it has no diagnostics.
#[must_use]
pub fn init_files(today: Date) -> Vec<Source> {
    let filled = |text: &str| {
        let fill = |text: String, (name, days): &(&str, i32)| {
            text.replace(name, &today.saturating_add(days.days()).to_string())
        };
        DAYS.iter().fold(text.to_owned(), fill)
    };
    FILES
        .iter()
        .map(|(path, text)| Source { path: (*path).to_owned(), text: filled(text) })
        .collect()
}
