//! Where rows were in the reference and are now: two bars for each bin or class.

use trueup_verdict::number;
use trueup_verdict::report::{ClassShare, ValueBin};

use super::bars::short;
use super::canvas::Canvas;
use super::scale::Scale;
use super::{Figure, SMALL};

const WIDTH: f64 = 440.0;
const LEFT: f64 = 142.0;
const TOP: f64 = 26.0;
const ROW: f64 = 35.0;
const BAR: f64 = 11.0;
const GAP: f64 = 3.0;
/// Longer names are cut in the picture; the table has them whole.
const LETTERS: usize = 16;

/// Rows of one bin or class.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    pub name: String,
    pub before: f64,
    pub now: f64,
}

impl Pair {
    pub(super) fn of_values(bin: &ValueBin, unit: &str) -> Pair {
        // The field's own name says that they are tokens.
        let unit = if unit == "tokens" { "" } else { unit };
        let end = |value| number::value(value, unit);
        let name = match (bin.from, bin.to) {
            (None, Some(to)) => format!("below {}", end(to)),
            (Some(from), None) => format!("{} and more", end(from)),
            (None, None) => "any value".to_owned(),
            (from, to) => number::interval(from, to, unit),
        };
        Pair { name, before: bin.share_reference, now: bin.share }
    }

    pub(super) fn of_class(class: &ClassShare) -> Pair {
        Pair { name: class.class.clone(), before: class.share_reference, now: class.share }
    }
}

/// Draws pairs in the order given; `of` names the field, `rows` are those of the reference and of now.
#[must_use]
pub fn shift(id: &str, title: &str, of: &str, rows: (u64, u64), pairs: &[Pair]) -> Figure {
    if pairs.is_empty() {
        return Figure::without(id, title, "Nothing is recorded to compare.");
    }
    let x = scale(pairs, LEFT, WIDTH - 58.0);
    let mut canvas = Canvas::new(WIDTH, TOP + ROW * pairs.len() as f64);
    legend(&mut canvas, of, rows);
    for (at, pair) in pairs.iter().enumerate() {
        let top = TOP + ROW * at as f64 + 3.0;
        let name = short(&pair.name, LETTERS);
        canvas.text("label name", (LEFT - 8.0, top + BAR + 5.0), "end", &name);
        for (class, value, top) in
            [("bar before", pair.before, top), ("bar marked", pair.now, top + BAR + GAP)]
        {
            let end = x.at(value);
            canvas.rect(class, (LEFT, top), (end - LEFT, BAR));
            let said = number::value(value, "share");
            canvas.text("label", (end + 5.0, top + BAR - 1.5), "start", &said);
        }
    }
    let (before, now) = (number::count(rows.0), number::count(rows.1));
    Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        svg: canvas.finish(id, "shift", title, &said(of, rows, pairs)),
        columns: vec![
            of.to_owned(),
            format!("before, of n = {before}"),
            format!("now, of n = {now}"),
            "moved by".to_owned(),
        ],
        rows: pairs.iter().map(row).collect(),
        ..Figure::default()
    }
}

/// The same without words, upright, for a row that says the number.
pub(super) fn small(id: &str, title: &str, of: &str, rows: (u64, u64), pairs: &[Pair]) -> String {
    let mut canvas = Canvas::new(SMALL.0, SMALL.1);
    let ground = SMALL.1 - 1.0;
    let y = scale(pairs, ground, 4.0);
    let step = SMALL.0 / pairs.len().max(1) as f64;
    let width = (step * 0.38).min(14.0);
    canvas.line("grid", (0.0, ground), (SMALL.0, ground));
    for (at, pair) in pairs.iter().enumerate() {
        let middle = step * (at as f64 + 0.5);
        for (class, value, left) in
            [("bar before", pair.before, middle - width), ("bar marked", pair.now, middle + 1.0)]
        {
            canvas.rect(class, (left, y.at(value)), (width, ground - y.at(value)));
        }
    }
    canvas.finish(id, "shift small", title, &said(of, rows, pairs))
}

fn scale(pairs: &[Pair], start: f64, end: f64) -> Scale {
    let most = pairs.iter().flat_map(|pair| [pair.before, pair.now]).fold(0.0, f64::max);
    Scale::between(0.0, most, start, end)
}

fn legend(canvas: &mut Canvas, of: &str, (before, now): (u64, u64)) {
    canvas.text("label name", (LEFT - 8.0, 13.0), "end", &short(of, LETTERS));
    canvas.rect("bar before", (LEFT, 4.0), (BAR, BAR));
    let said = format!("before, n = {}", number::count(before));
    canvas.text("label", (LEFT + 15.0, 13.0), "start", &said);
    let middle = f64::midpoint(LEFT, WIDTH) + 6.0;
    canvas.rect("bar marked", (middle, 4.0), (BAR, BAR));
    let said = format!("now, n = {}", number::count(now));
    canvas.text("label", (middle + 15.0, 13.0), "start", &said);
}

fn said(of: &str, (before, now): (u64, u64), pairs: &[Pair]) -> String {
    let moved = |pair: &&Pair| (pair.now - pair.before).abs();
    let most = pairs.iter().max_by(|one, other| moved(one).total_cmp(&moved(other)));
    let most = most.map_or_else(String::new, |pair| {
        let share = |value: f64| number::value(value, "share");
        format!("; most moved: {} from {} to {}", pair.name, share(pair.before), share(pair.now))
    });
    format!(
        "{of}: shares of n = {} rows before beside n = {} now{most}",
        number::count(before),
        number::count(now)
    )
}

fn row(pair: &Pair) -> Vec<String> {
    let share = |value: f64| number::value(value, "share");
    let moved = pair.now - pair.before;
    let sign = if moved > 0.0 { "+" } else { "" };
    // Points of a percentage, and no percentage of a percentage.
    let moved = format!("{sign}{} points", share(moved).trim_end_matches(" %"));
    vec![pair.name.clone(), share(pair.before), share(pair.now), moved]
}
