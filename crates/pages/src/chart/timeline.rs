//! Bets and their time-boxes beside today.

use jiff::civil::Date;

use super::bars::short;
use super::canvas::Canvas;
use super::scale::Scale;
use super::{Figure, columns};

const WIDTH: f64 = 620.0;
/// A line of words with the bar below it, so that names are whole on narrow screens too.
const ROW: f64 = 32.0;
const EDGE: f64 = 4.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 20.0;
/// At most so many months are named below.
const NAMED: usize = 12;
const LETTERS: usize = 60;

/// A bet's time-box.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    pub name: String,
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// The verdict, as spoken; becomes a class.
    pub state: String,
    /// What is left of it, in words.
    pub said: String,
}

/// Draws time-boxes in the order given, with a line for today. Bets without one are in the table alone.
#[must_use]
pub fn timeline(id: &str, title: &str, today: Date, stretches: &[Stretch]) -> Figure {
    let dated: Vec<(&Stretch, Date, Date)> = stretches
        .iter()
        .filter_map(|stretch| Some((stretch, stretch.from?, stretch.to?)))
        .collect();
    if dated.is_empty() {
        return Figure::without(id, title, "No bet has a time-box.");
    }
    let ends: Vec<Date> =
        dated.iter().flat_map(|(_, from, to)| [*from, *to]).chain([today]).collect();
    let x = Scale::over(ends.iter().map(|date| day(*date)), false, EDGE, WIDTH - EDGE);
    let bottom = TOP + ROW * dated.len() as f64 + 4.0;
    let mut canvas = Canvas::new(WIDTH, bottom + BOTTOM);
    months(&mut canvas, &x, &ends, bottom);
    let now = x.at(day(today));
    for (at, (stretch, from, to)) in dated.iter().enumerate() {
        let place = (x.at(day(*from)), x.at(day(*to)));
        bar(&mut canvas, stretch, place, now, TOP + ROW * at as f64);
    }
    canvas.line("today", (now, TOP - 4.0), (now, bottom));
    // Words stand over the line of today, which may cross them.
    for (at, (stretch, _, _)) in dated.iter().enumerate() {
        words(&mut canvas, stretch, TOP + ROW * at as f64 + 13.0);
    }
    canvas.text("label name", (now, TOP - 8.0), anchor(now), &format!("today, {today}"));
    let description = format!("{} time-boxes beside today, {today}", dated.len());
    Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        svg: canvas.finish(id, "timeline", title, &description),
        columns: columns(&["bet", "starts", "decide by", "verdict", "left"]),
        rows: stretches.iter().map(row).collect(),
        ..Figure::default()
    }
}

fn words(canvas: &mut Canvas, stretch: &Stretch, line: f64) {
    canvas.text("label name", (EDGE, line), "start", &short(&stretch.name, LETTERS));
    canvas.text("label", (WIDTH - EDGE, line), "end", &stretch.said);
}

fn bar(canvas: &mut Canvas, stretch: &Stretch, (start, end): (f64, f64), now: f64, top: f64) {
    let class = format!("stretch {}", stretch.state.replace(' ', "-"));
    let (bar, height) = (top + 18.0, 8.0);
    let gone = now.clamp(start, end);
    canvas.rect(&class, (start, bar), (gone - start, height));
    canvas.rect(&format!("{class} ahead"), (gone, bar), (end - gone, height));
    // Where the time-box is over, the time since then.
    canvas.rect("late", (end, bar + 2.0), (now - end, height - 4.0));
}

/// A line where each month begins, as many named as there is room for.
fn months(canvas: &mut Canvas, x: &Scale, ends: &[Date], bottom: f64) {
    let (Some(first), Some(last)) = (ends.iter().min(), ends.iter().max()) else { return };
    let begins = |date: &Date| date.first_of_month();
    let next = |date: &Date| date.checked_add(jiff::Span::new().months(1)).ok();
    let all: Vec<Date> = std::iter::successors(next(&begins(first)), next)
        .take_while(|month| month <= last)
        .take(1200)
        .collect();
    let every = all.len().div_ceil(NAMED).max(1);
    for month in all.iter().step_by(every) {
        let place = x.at(day(*month));
        canvas.line("grid", (place, TOP - 4.0), (place, bottom));
        let written = month.strftime(if month.month() == 1 || every > 1 { "%b %Y" } else { "%b" });
        canvas.text("label", (place, bottom + 14.0), anchor(place), &written.to_string());
    }
}

fn anchor(place: f64) -> &'static str {
    match place {
        place if place < 50.0 => "start",
        place if place > WIDTH - 50.0 => "end",
        _ => "middle",
    }
}

fn row(of: &Stretch) -> Vec<String> {
    let written =
        |date: Option<Date>| date.map_or_else(|| "none".to_owned(), |date| date.to_string());
    vec![of.name.clone(), written(of.from), written(of.to), of.state.clone(), of.said.clone()]
}

/// Days since 1970.
fn day(date: Date) -> f64 {
    f64::from((date - Date::constant(1970, 1, 1)).get_days())
}
