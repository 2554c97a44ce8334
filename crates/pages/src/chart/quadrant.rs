//! Where a bet stands by how good its model is and by what it does: one of nine fields.

use trueup_verdict::report::Quadrant;

use super::canvas::Canvas;
use super::{Figure, columns};

/// From worst to best.
const STANDS: [&str; 3] = ["fails", "undecided", "passes"];
const LEFT: f64 = 74.0;
const TOP: f64 = 22.0;
const CELL: (f64, f64) = (62.0, 40.0);
/// Room below for the names of the columns and of the axis.
const BOTTOM: f64 = 36.0;

/// Draws model (up) against impact (across).
#[must_use]
pub fn quadrant(id: &str, title: &str, of: &Quadrant) -> Figure {
    let mut canvas = Canvas::new(LEFT + CELL.0 * 3.0, TOP + CELL.1 * 3.0 + BOTTOM);
    let here = (place(&of.impact), place(&of.model));
    for row in 0..3 {
        for column in 0..3 {
            field(&mut canvas, column, row);
        }
    }
    names(&mut canvas, here);
    let (x, y) = corner(here.0, here.1);
    canvas.dot("value", (x + CELL.0 / 2.0 - 1.5, y + CELL.1 / 2.0 - 1.5), 8.0);
    let description = format!("model {}, impact {}: {}", of.model, of.impact, of.text);
    Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        svg: canvas.finish(id, "quadrant", title, &description),
        columns: columns(&["model", "impact", "which means"]),
        rows: vec![vec![of.model.clone(), of.impact.clone(), of.text.clone()]],
        ..Figure::default()
    }
}

/// From worst to best; what is not asked is as open as what is undecided.
fn place(word: &str) -> usize {
    STANDS.iter().position(|stand| *stand == word).unwrap_or(1)
}

fn corner(column: usize, row: usize) -> (f64, f64) {
    (LEFT + CELL.0 * column as f64, TOP + CELL.1 * (2 - row) as f64)
}

fn field(canvas: &mut Canvas, column: usize, row: usize) {
    let class = match row + column {
        0 | 1 => "field bad",
        2 => "field open",
        _ => "field good",
    };
    canvas.rect(class, corner(column, row), (CELL.0 - 3.0, CELL.1 - 3.0));
}

/// What rows and columns are called; those of the bet's own field stand out.
fn names(canvas: &mut Canvas, here: (usize, usize)) {
    let class = |is_here| if is_here { "label name" } else { "label" };
    for (at, stand) in STANDS.iter().enumerate() {
        let (_, y) = corner(0, at);
        canvas.text(class(at == here.1), (LEFT - 8.0, y + CELL.1 / 2.0 + 2.0), "end", stand);
        let (x, _) = corner(at, 0);
        let middle = x + CELL.0 / 2.0 - 1.5;
        canvas.text(class(at == here.0), (middle, TOP + CELL.1 * 3.0 + 12.0), "middle", stand);
    }
    canvas.text("label axis", (LEFT - 8.0, TOP - 9.0), "end", "model ↑");
    let middle = LEFT + CELL.0 * 1.5;
    canvas.text("label axis", (middle, TOP + CELL.1 * 3.0 + 30.0), "middle", "impact →");
}
