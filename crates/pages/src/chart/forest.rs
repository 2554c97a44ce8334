//! The same number for many, each with its interval, on one scale: which lie apart, and which cannot be told apart.

use trueup_verdict::number;

use super::bars::short;
use super::canvas::Canvas;
use super::interval::Measured;
use super::scale::{Scale, drawable};
use super::{Figure, columns};

const WIDTH: f64 = 640.0;
/// A line of words with the interval below it, so that names are whole on narrow screens too.
const ROW: f64 = 36.0;
const WORDS: f64 = 18.0;
const LEFT: f64 = 8.0;
const BOTTOM: f64 = 24.0;
/// Longer names are cut in the picture; the table has them whole.
const LETTERS: usize = 60;

/// Draws one line for each, in the order given; all must be measured in the same.
#[must_use]
pub fn forest(id: &str, title: &str, all: &[Measured]) -> Figure {
    let known: Vec<&Measured> = all.iter().filter(|of| drawable(of.estimate).is_some()).collect();
    let Some(first) = known.first() else {
        return Figure::without(id, title, "Nothing is recorded to compare.");
    };
    let seen = known.iter().flat_map(|of| [of.estimate, of.low, of.high, of.at_least, of.at_most]);
    let scale = Scale::over(seen.flatten(), first.unit == "share", LEFT, WIDTH - 8.0);
    let height = ROW * known.len() as f64 + 4.0;
    let mut canvas = Canvas::new(WIDTH, height + BOTTOM);
    for tick in scale.ticks() {
        let x = scale.at(tick);
        canvas.line("grid", (x, 2.0), (x, height));
        let anchor = match x {
            x if x < 24.0 => "start",
            x if x > WIDTH - 24.0 => "end",
            _ => "middle",
        };
        canvas.text("label", (x, height + 16.0), anchor, &number::limit(tick, &first.unit));
    }
    for (at, of) in known.iter().enumerate() {
        draw(&mut canvas, &scale, of, ROW * at as f64 + 4.0);
    }
    let description = format!("{} values with their intervals, on one scale", known.len());
    Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        svg: canvas.finish(id, "forest", title, &description),
        columns: columns(&["of", "estimate", "low", "high", "asked", "state", "n", "units"]),
        rows: all.iter().map(row).collect(),
        ..Figure::default()
    }
}

fn draw(canvas: &mut Canvas, scale: &Scale, of: &Measured, row: f64) {
    let (top, bottom) = (row + WORDS, row + ROW - 4.0);
    let (least, most) = (drawable(of.at_least), drawable(of.at_most));
    if least.is_some() || most.is_some() {
        let from = least.map_or(LEFT, |least| scale.at(least));
        let to = most.map_or(WIDTH - 8.0, |most| scale.at(most));
        canvas.rect("allowed", (from, top), (to - from, bottom - top));
    }
    for limit in [least, most].into_iter().flatten() {
        canvas.line("threshold", (scale.at(limit), top), (scale.at(limit), bottom));
    }
    canvas.text("label name", (LEFT, row + 13.0), "start", &short(&of.title, LETTERS));
    canvas.text("label", (WIDTH - 8.0, row + 13.0), "end", &of.state);
    let middle = f64::midpoint(top, bottom);
    let low = drawable(of.low).map_or(LEFT, |low| scale.at(low));
    let high = drawable(of.high).map_or(WIDTH - 8.0, |high| scale.at(high));
    canvas.line("reach", (low, middle), (high, middle));
    if let Some(estimate) = drawable(of.estimate) {
        canvas.dot("value", (scale.at(estimate), middle), 4.0);
    }
}

fn row(of: &Measured) -> Vec<String> {
    std::iter::once(of.title.clone()).chain(of.row()).collect()
}
