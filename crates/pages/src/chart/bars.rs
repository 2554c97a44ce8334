//! One value beside others of its kind: slices, arms, models.

use trueup_verdict::number;

use super::canvas::Canvas;
use super::scale::{Scale, drawable};
use super::{Figure, columns};

const WIDTH: f64 = 440.0;
const ROW: f64 = 26.0;
const LEFT: f64 = 150.0;
/// Longer names are cut in the picture; the table has them whole.
const LETTERS: usize = 22;

#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    pub name: String,
    pub value: Option<f64>,
    /// How much it rests on: `n = 120, 31 people`.
    pub rests_on: String,
    /// Stands out, with a sign beside its name.
    pub is_marked: bool,
}

/// Draws bars from zero, in the order given.
#[must_use]
pub fn bars(id: &str, title: &str, unit: &str, bars: &[Bar]) -> Figure {
    if bars.iter().all(|bar| drawable(bar.value).is_none()) {
        return Figure::without(id, title, "Nothing is recorded to compare.");
    }
    let values = bars.iter().filter_map(|bar| bar.value).chain([0.0]);
    let x = Scale::over(values, unit == "share", LEFT, WIDTH - 70.0);
    let mut canvas = Canvas::new(WIDTH, ROW * bars.len() as f64 + 4.0);
    for (at, bar) in bars.iter().enumerate() {
        let top = ROW * at as f64 + 4.0;
        let mark = if bar.is_marked { "▸ " } else { "" };
        canvas.text(
            "label name",
            (LEFT - 8.0, top + 14.0),
            "end",
            &format!("{mark}{}", short(&bar.name, LETTERS)),
        );
        let Some(value) = drawable(bar.value) else {
            canvas.text("label", (LEFT + 4.0, top + 14.0), "start", "no data");
            continue;
        };
        let (from, to) = (x.at(value.min(0.0)), x.at(value.max(0.0)));
        canvas.rect(
            if bar.is_marked { "bar marked" } else { "bar" },
            (from, top),
            (to - from, ROW - 8.0),
        );
        canvas.text("label", (to + 6.0, top + 14.0), "start", &number::value(value, unit));
    }
    let row = |bar: &Bar| {
        let value = drawable(bar.value)
            .map_or_else(|| "no data".to_owned(), |value| number::value(value, unit));
        vec![bar.name.clone(), value, bar.rests_on.clone()]
    };
    Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        svg: canvas.finish(id, "bars", title, &format!("{} values side by side", bars.len())),
        columns: columns(&["of", "value", "rests on"]),
        rows: bars.iter().map(row).collect(),
        ..Figure::default()
    }
}

/// Cut to so many letters.
pub(super) fn short(name: &str, letters: usize) -> String {
    match name.char_indices().nth(letters) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_owned(),
    }
}
