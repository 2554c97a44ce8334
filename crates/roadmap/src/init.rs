//! The roadmap that `trueup init` writes.

use crate::source::Source;

/// A small roadmap with comments: policy, an outcome, a metric of the team's own and a bet whose gate
/// waits for two signatures. It has no diagnostics.
#[must_use]
pub fn init_files() -> Vec<Source> {
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    vec![
        file("roadmap.toml", include_str!("../init/roadmap.toml")),
        file("outcomes/faster-replies.toml", include_str!("../init/faster-replies.toml")),
        file("metrics/sent_unchanged.toml", include_str!("../init/sent_unchanged.toml")),
        file("bets/reply-drafts.toml", include_str!("../init/reply-drafts.toml")),
    ]
}
