//! Lines over a number: cost at two, five and ten times the use; the share of people that is still there; what was said
//! to be likely beside what came.

use trueup_verdict::number;

use super::canvas::Canvas;
use super::scale::{Scale, drawable};
use super::{Figure, columns};

const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 66.0;
const BOTTOM: f64 = 40.0;

/// One place of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct At {
    pub x: f64,
    pub y: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// One line, of at most four: more cannot be told apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub name: String,
    pub points: Vec<At>,
    /// True where it keeps its value up to the next place.
    pub is_stepped: bool,
}

/// Draws lines over `across` (its name and unit), valued in `up` (its name and unit); `limit` is a line of its own.
#[must_use]
pub fn curve(
    id: &str,
    title: &str,
    across: (&str, &str),
    up: (&str, &str),
    lines: &[Line],
    limit: Option<f64>,
) -> Figure {
    let all = || lines.iter().flat_map(|line| &line.points).filter(|at| at.x.is_finite());
    if all().all(|at| drawable(at.y).is_none()) {
        return Figure::without(id, title, "Nothing is known to draw here.");
    }
    let x = Scale::over(all().map(|at| at.x), false, LEFT, WIDTH - 12.0);
    let seen = all().flat_map(|at| [at.y, at.low, at.high]).chain([limit]).flatten();
    let y = Scale::over(seen, up.1 == "share", HEIGHT - BOTTOM, 8.0);
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    axes(&mut canvas, &x, &y, across, up);
    if let Some(limit) = drawable(limit) {
        canvas.line("threshold", (LEFT, y.at(limit)), (WIDTH - 6.0, y.at(limit)));
    }
    for (at, line) in lines.iter().enumerate() {
        draw(&mut canvas, &x, &y, line, at);
    }
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    let description = format!("{} ({}) over {} of {}", up.0, up.1, across.0, names.join(", "));
    Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        svg: canvas.finish(id, "curve", title, &description),
        columns: columns(&["line", across.0, up.0, "low", "high"]),
        rows: rows(lines, across.1, up.1),
        ..Figure::default()
    }
}

fn axes(canvas: &mut Canvas, x: &Scale, y: &Scale, across: (&str, &str), up: (&str, &str)) {
    for tick in y.ticks() {
        canvas.line("grid", (LEFT, y.at(tick)), (WIDTH - 6.0, y.at(tick)));
        canvas.text("label", (LEFT - 6.0, y.at(tick) + 4.0), "end", &number::limit(tick, up.1));
    }
    for tick in x.ticks() {
        canvas.text(
            "label",
            (x.at(tick), HEIGHT - BOTTOM + 16.0),
            "middle",
            &placed(tick, across.1),
        );
    }
    canvas.text("label name", (f64::midpoint(LEFT, WIDTH), HEIGHT - 4.0), "middle", across.0);
}

fn draw(canvas: &mut Canvas, x: &Scale, y: &Scale, line: &Line, at: usize) {
    let place = |point: &At, value: Option<f64>| Some((x.at(point.x), y.at(drawable(value)?)));
    let bounded = |point: &&At| drawable(point.low).is_some() && drawable(point.high).is_some();
    let drawn = |points: &[(f64, f64)]| {
        if line.is_stepped { stepped(points) } else { points.to_vec() }
    };
    let edge = |of: fn(&At) -> Option<f64>| {
        let points = line.points.iter().filter(bounded);
        drawn(&points.filter_map(|point| place(point, of(point))).collect::<Vec<_>>())
    };
    let mut band = edge(|point| point.high);
    band.extend(edge(|point| point.low).into_iter().rev());
    canvas.path("band", &band, true);
    let known: Vec<(f64, f64)> =
        line.points.iter().filter_map(|point| place(point, point.y)).collect();
    let series = format!("series line-{}", at % 4);
    canvas.path(&series, &drawn(&known), false);
    if !line.is_stepped {
        for place in &known {
            canvas.dot(&format!("value line-{}", at % 4), *place, 3.5);
        }
    }
    if let Some((x, y)) = known.last() {
        canvas.text("label name", (x - 4.0, y - 8.0), "end", &line.name);
    }
}

/// Each value up to the next place.
pub(super) fn stepped(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for (x, y) in points {
        if let Some((_, before)) = steps.last() {
            steps.push((*x, *before));
        }
        steps.push((*x, *y));
    }
    steps
}

fn rows(lines: &[Line], across: &str, up: &str) -> Vec<Vec<String>> {
    let of = |value: Option<f64>, none: &str| {
        drawable(value).map_or_else(|| none.to_owned(), |value| number::value(value, up))
    };
    let row = |line: &Line, at: &At| {
        vec![
            line.name.clone(),
            placed(at.x, across),
            of(at.y, "unknown"),
            of(at.low, "not bounded"),
            of(at.high, "not bounded"),
        ]
    };
    lines.iter().flat_map(|line| line.points.iter().map(move |at| row(line, at))).collect()
}

/// `5×`, or a number with its unit.
fn placed(value: f64, unit: &str) -> String {
    if unit == "×" { format!("{value}×") } else { number::limit(value, unit) }
}
