//! Progress of long work on standard error, when that is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A line with rate and time left; the length may be unknown at first.
pub fn bar(what: &str, unit: &str, total: Option<u64>) -> ProgressBar {
    let left = if total.is_some() { " · {eta} left" } else { "" };
    let of = if total.is_some() { " of {human_len}" } else { "" };
    let template = format!("{{msg}} {{human_pos}}{of} {unit} · {{per_sec:.0}} {unit}/s{left}");
    let style = ProgressStyle::with_template(&template).expect("the template is well-formed");
    let bar = match total {
        Some(total) => ProgressBar::new(total),
        None => ProgressBar::new_spinner(),
    };
    // Draws nothing unless standard error is a terminal.
    bar.set_draw_target(ProgressDrawTarget::stderr());
    bar.set_style(style);
    bar.set_message(what.to_owned());
    bar
}
