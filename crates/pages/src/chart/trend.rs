//! A value over time with its band, and the threshold it is held against.

use trueup_verdict::number;

use super::canvas::Canvas;
use super::scale::{Scale, drawable};
use super::{Figure, columns};

const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 58.0;
const BOTTOM: f64 = 24.0;

/// One window.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// When, as people write it.
    pub at: String,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// How much it rests on: `n = 120, 31 people`.
    pub rests_on: String,
}

/// Draws windows, oldest first.
#[must_use]
pub fn trend(
    id: &str,
    title: &str,
    unit: &str,
    points: &[Point],
    at_least: Option<f64>,
    at_most: Option<f64>,
) -> Figure {
    if points.iter().all(|point| drawable(point.value).is_none()) {
        return Figure::without(id, title, "Not enough evidence for a trend yet.");
    }
    let seen = points.iter().flat_map(|point| [point.value, point.low, point.high]);
    let values = seen.chain([at_least, at_most]).flatten();
    let y = Scale::over(values, unit == "share", HEIGHT - BOTTOM, 8.0);
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    axis(&mut canvas, &y, unit);
    for limit in [drawable(at_least), drawable(at_most)].into_iter().flatten() {
        canvas.line("threshold", (LEFT, y.at(limit)), (WIDTH - 6.0, y.at(limit)));
    }
    draw(&mut canvas, &y, points);
    let first = points.first().map_or("", |point| point.at.as_str());
    let last = points.last().map_or("", |point| point.at.as_str());
    canvas.text("label", (LEFT, HEIGHT - 6.0), "start", first);
    canvas.text("label", (WIDTH - 6.0, HEIGHT - 6.0), "end", last);
    let count = points.len();
    let description =
        format!("{count} windows with their intervals; the first {first}, the last {last}");
    Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        svg: canvas.finish(id, "trend", title, &description),
        columns: columns(&["window", "value", "low", "high", "rests on"]),
        rows: points.iter().map(|point| row(point, unit)).collect(),
        ..Figure::default()
    }
}

/// Round values with a line each.
pub(super) fn axis(canvas: &mut Canvas, y: &Scale, unit: &str) {
    for tick in y.ticks() {
        canvas.line("grid", (LEFT, y.at(tick)), (WIDTH - 6.0, y.at(tick)));
        canvas.text("label", (LEFT - 6.0, y.at(tick) + 4.0), "end", &number::limit(tick, unit));
    }
}

fn draw(canvas: &mut Canvas, y: &Scale, points: &[Point]) {
    let x = |at: usize| {
        let share = if points.len() < 2 { 0.5 } else { at as f64 / (points.len() - 1) as f64 };
        LEFT + 10.0 + share * (WIDTH - LEFT - 26.0)
    };
    let band = |of: fn(&Point) -> Option<f64>| {
        let bounded = points
            .iter()
            .enumerate()
            .filter(|(_, point)| drawable(point.low).is_some() && drawable(point.high).is_some());
        bounded.filter_map(move |(at, point)| Some((x(at), y.at(of(point)?)))).collect::<Vec<_>>()
    };
    let mut outline = band(|point| point.high);
    outline.extend(band(|point| point.low).into_iter().rev());
    canvas.path("band", &outline, true);
    let known = points
        .iter()
        .enumerate()
        .filter_map(|(at, point)| Some((x(at), y.at(drawable(point.value)?))));
    let known: Vec<(f64, f64)> = known.collect();
    canvas.path("series", &known, false);
    for (at, point) in points.iter().enumerate() {
        if let (Some(low), Some(high)) = (drawable(point.low), drawable(point.high)) {
            canvas.line("whisker", (x(at), y.at(low)), (x(at), y.at(high)));
        }
        if let Some(value) = drawable(point.value) {
            canvas.dot("value", (x(at), y.at(value)), 3.5);
        }
    }
}

fn row(point: &Point, unit: &str) -> Vec<String> {
    let of = |value: Option<f64>, none: &str| {
        drawable(value).map_or_else(|| none.to_owned(), |value| number::value(value, unit))
    };
    vec![
        point.at.clone(),
        of(point.value, "none"),
        of(point.low, "not bounded"),
        of(point.high, "not bounded"),
        point.rests_on.clone(),
    ]
}
