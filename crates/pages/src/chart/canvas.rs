//! The markup of one picture: shapes with classes, and texts that are escaped.

use std::fmt::Write;

use trueup_verdict::render::markup::escaped;

/// A picture under way. Lengths are in units of its own, which the page scales.
pub struct Canvas {
    width: f64,
    height: f64,
    body: String,
}

impl Canvas {
    pub fn new(width: f64, height: f64) -> Canvas {
        Canvas { width, height, body: String::new() }
    }

    pub fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let _ = write!(
            self.body,
            "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
        );
    }

    /// Nothing for one without width or height.
    pub fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        if width > 0.0 && height > 0.0 {
            let _ = write!(
                self.body,
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"2\"/>"
            );
        }
    }

    pub fn dot(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        let _ = write!(
            self.body,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>"
        );
    }

    /// `anchor` is `start`, `middle` or `end`.
    pub fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: &str, text: &str) {
        let _ = write!(
            self.body,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
            escaped(text)
        );
    }

    /// Nothing for fewer than two points.
    pub fn path(&mut self, class: &str, points: &[(f64, f64)], is_closed: bool) {
        if points.len() < 2 {
            return;
        }
        let steps: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        let end = if is_closed { "Z" } else { "" };
        let _ = write!(self.body, "<path class=\"{class}\" d=\"M{}{end}\"/>", steps.join("L"));
    }

    /// The whole beside words that say the same, so that it is read to nobody twice.
    pub fn beside_words(self, kind: &str) -> String {
        let Canvas { width, height, body } = self;
        format!(
            "<svg aria-hidden=\"true\" class=\"{kind}\" viewBox=\"0 0 {width} {height}\">{body}</svg>"
        )
    }

    /// The whole, with what is read to those who do not see it.
    pub fn finish(self, id: &str, kind: &str, title: &str, description: &str) -> String {
        let id = escaped(id);
        format!(
            "<svg role=\"img\" class=\"{kind}\" aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {} {}\">\
             <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>{}</svg>",
            self.width,
            self.height,
            escaped(title),
            escaped(description),
            self.body
        )
    }
}
