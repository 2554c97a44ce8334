//! Progress of long work on standard error, when that is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A line with what is done and at what rate.
pub fn bar(what: &str, unit: &str) -> ProgressBar {
    // Draws nothing unless standard error is a terminal.
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_style(style(&format!("{{msg}} {{human_pos}} {unit} · {{per_sec:.0}}")));
    bar.set_message(what.to_owned());
    bar.with_prefix(unit.to_owned())
}

/// Goes on to `done`. Once the whole is known, the line also says how long is left.
pub fn advance(bar: &ProgressBar, done: u64, of: Option<u64>) {
    if let Some(of) = of.filter(|of| bar.length() != Some(*of)) {
        bar.set_length(of);
        bar.set_style(style(
            "{msg} {human_pos} of about {human_len} {prefix} · {per_sec:.0} · {eta} left",
        ));
    }
    bar.set_position(done);
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is well-formed")
}
