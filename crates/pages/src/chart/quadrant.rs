//! Where a bet stands by how good its model is and by what it does: one of nine fields.

use trueup_verdict::report::Quadrant;

use super::canvas::Canvas;
use super::{Figure, columns};

const SIZE: f64 = 150.0;
const EDGE: f64 = 34.0;
/// From worst to best.
const STANDS: [&str; 3] = ["fails", "undecided", "passes"];

/// Draws model (up) against impact (across).
#[must_use]
pub fn quadrant(id: &str, title: &str, of: &Quadrant) -> Figure {
    let mut canvas = Canvas::new(EDGE + SIZE + 8.0, SIZE + EDGE + 4.0);
    let side = SIZE / 3.0;
    // What is not asked is as open as what is undecided.
    let place = |word: &str| STANDS.iter().position(|stand| *stand == word).unwrap_or(1) as f64;
    for row in 0..3 {
        for column in 0..3 {
            let corner = (EDGE + side * f64::from(column), 4.0 + side * f64::from(2 - row));
            let class = match row + column {
                0 | 1 => "field bad",
                2 => "field open",
                _ => "field good",
            };
            canvas.rect(class, corner, (side - 2.0, side - 2.0));
        }
    }
    let (across, up) = (place(&of.impact), place(&of.model));
    let centre = (EDGE + side * (across + 0.5) - 1.0, 4.0 + side * (2.0 - up + 0.5) - 1.0);
    canvas.dot("value", centre, 8.0);
    canvas.text("label name", (EDGE + SIZE / 2.0, SIZE + 20.0), "middle", "impact →");
    canvas.text("label name", (EDGE - 4.0, 4.0 + SIZE / 2.0), "end", "model");
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
