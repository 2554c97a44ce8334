//! How often rows came true beside how sure the model was: on the diagonal where both are the same.

use trueup_verdict::number;
use trueup_verdict::report::ConfidenceBin;

use super::canvas::Canvas;
use super::scale::{Scale, drawable};
use super::trend::axis;
use super::{Figure, SMALL, columns};

const WIDTH: f64 = 440.0;
const LEFT: f64 = 58.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 258.0;
/// Below the names of the values: how many rows each bin has.
const ROWS: (f64, f64) = (284.0, 316.0);
const HEIGHT: f64 = 336.0;
const BAR: f64 = 9.0;

/// Draws bins in order of confidence; `per` is the unit of inference.
#[must_use]
pub fn calibration(id: &str, title: &str, per: &str, bins: &[ConfidenceBin]) -> Figure {
    if bins.is_empty() {
        return Figure::without(id, title, "No row has a confidence and an outcome.");
    }
    let right = WIDTH - 12.0;
    let (x, y) = (scale(bins, LEFT + 8.0, right), scale(bins, BOTTOM, TOP));
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    axis(&mut canvas, &y, "share");
    for tick in x.ticks() {
        let place = (x.at(tick), BOTTOM + 16.0);
        canvas.text("label", place, "middle", &number::limit(tick, "share"));
    }
    draw(&mut canvas, &x, &y, bins, 4.0);
    rows(&mut canvas, &x, bins);
    canvas.text("label name", (LEFT + 14.0, TOP + 20.0), "start", "↑ came true");
    let middle = f64::midpoint(LEFT, right);
    canvas.text("label name", (middle, HEIGHT - 3.0), "middle", "how sure the model was →");
    Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        svg: canvas.finish(id, "calibration", title, &said(bins)),
        columns: columns(&["mean confidence", "came true", "low", "high", "n", "units"]),
        rows: bins.iter().map(|bin| row(bin, per)).collect(),
        ..Figure::default()
    }
}

/// The same without words, for a row that says the number.
pub(super) fn small(id: &str, title: &str, bins: &[ConfidenceBin]) -> String {
    let mut canvas = Canvas::new(SMALL.0, SMALL.1);
    let (x, y) = (scale(bins, 6.0, SMALL.0 - 6.0), scale(bins, SMALL.1 - 4.0, 4.0));
    canvas.line("grid", (0.0, SMALL.1 - 1.0), (SMALL.0, SMALL.1 - 1.0));
    draw(&mut canvas, &x, &y, bins, 3.0);
    canvas.finish(id, "calibration small", title, &said(bins))
}

/// Both directions show the same values, so that the diagonal goes from corner to corner.
fn scale(bins: &[ConfidenceBin], start: f64, end: f64) -> Scale {
    let of_bin = |bin: &ConfidenceBin| {
        [Some(bin.confidence), Some(bin.outcome), bin.low, bin.high]
            .map(|value| value.filter(|value| (0.0..=1.0).contains(value)))
    };
    Scale::over(bins.iter().flat_map(of_bin).flatten(), true, start, end)
}

fn draw(canvas: &mut Canvas, x: &Scale, y: &Scale, bins: &[ConfidenceBin], radius: f64) {
    let ((from, to), (low, high)) = (x.ends(), y.ends());
    canvas.line("diagonal", (from, low), (to, high));
    for bin in bins {
        if let (Some(low), Some(high)) = (drawable(bin.low), drawable(bin.high)) {
            let place = x.at(bin.confidence);
            canvas.line("whisker", (place, y.at(low)), (place, y.at(high)));
        }
    }
    for bin in bins {
        let class = if bin.low.is_some() { "value" } else { "value open" };
        canvas.dot(class, (x.at(bin.confidence), y.at(bin.outcome)), radius);
    }
}

/// How many rows each point rests on.
fn rows(canvas: &mut Canvas, x: &Scale, bins: &[ConfidenceBin]) {
    let most = bins.iter().map(|bin| bin.n).max().unwrap_or(1).max(1);
    canvas.line("grid", (LEFT, ROWS.1), (WIDTH - 6.0, ROWS.1));
    canvas.text("label", (LEFT - 6.0, ROWS.1), "end", "rows");
    canvas.text("label", (LEFT - 6.0, ROWS.0 + 8.0), "end", &number::count(most));
    for bin in bins {
        let height = (ROWS.1 - ROWS.0) * bin.n as f64 / most as f64;
        let corner = (x.at(bin.confidence) - BAR / 2.0, ROWS.1 - height);
        canvas.rect("bar", corner, (BAR, height));
    }
}

fn said(bins: &[ConfidenceBin]) -> String {
    let n = bins.iter().map(|bin| bin.n).sum();
    let count = number::counted(bins.len() as u64, "bin of confidence", "bins of confidence");
    let off = |bin: &&ConfidenceBin| (bin.confidence - bin.outcome).abs() * bin.n as f64;
    let worst = bins.iter().max_by(|one, other| off(one).total_cmp(&off(other)));
    let worst = worst.map_or_else(String::new, |bin| {
        let (sure, true_) =
            (number::value(bin.confidence, "share"), number::value(bin.outcome, "share"));
        format!("; what counts most: where it was {sure} sure, {true_} came true")
    });
    format!("{count} over n = {}, each with its own interval{worst}", number::count(n))
}

fn row(bin: &ConfidenceBin, per: &str) -> Vec<String> {
    let share = |value: f64| number::value(value, "share");
    let end = |value: Option<f64>| drawable(value).map_or("too few".to_owned(), share);
    vec![
        share(bin.confidence),
        share(bin.outcome),
        end(bin.low),
        end(bin.high),
        number::count(bin.n),
        number::units(bin.units, per),
    ]
}
