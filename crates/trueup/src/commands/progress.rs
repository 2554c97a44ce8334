//! Progress of long work on standard error, when that is a terminal.

use std::fmt::Write;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// A line with what is done and at what rate.
pub fn bar(what: &str, unit: &str) -> ProgressBar {
    // Draws nothing unless standard error is a terminal.
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        .with_prefix(unit.to_owned())
        .with_message(what.to_owned())
        .with_style(style("{msg} {human_pos} {prefix} · {rate} {prefix}/s"))
}

/// Goes on to `done`. Once the whole is known, the line also says how long is left.
pub fn advance(bar: &ProgressBar, done: u64, of: Option<u64>) {
    if let Some(of) = of.filter(|of| bar.length() != Some(*of)) {
        bar.set_length(of);
        bar.set_style(style(
            "{msg} {human_pos} of about {human_len} {prefix} · {rate} {prefix}/s · {eta} left",
        ));
    }
    bar.set_position(done);
}

fn style(template: &str) -> ProgressStyle {
    let rate = |state: &ProgressState, text: &mut dyn Write| {
        // A text takes any number of characters.
        let _ = write!(text, "{:.0}", state.per_sec());
    };
    let style = ProgressStyle::with_template(template).expect("the template is well-formed");
    style.with_key("rate", rate)
}
