//! Who still comes, by days since they first came: a curve that falls in steps, with its band.

use trueup_verdict::number;
use trueup_verdict::report::DayShare;

use super::canvas::Canvas;
use super::curve::stepped;
use super::scale::Scale;
use super::trend::axis;
use super::{Figure, SMALL, columns};

const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 232.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 14.0;
const BOTTOM: f64 = 170.0;
/// Numbers below the line of days lie so far apart, or else one is left out.
const APART: f64 = 62.0;
/// So wide is what is said of the day that is asked about.
const WORDS: f64 = 110.0;
/// At most so many days are named.
const NAMED: usize = 8;

/// Draws the share that still comes; `after` is the day that is asked about, `per` the unit of inference.
#[must_use]
pub fn retention(id: &str, title: &str, per: &str, after: u32, days: &[DayShare]) -> Figure {
    if days.len() < 2 {
        return Figure::without(id, title, "Nobody has been there for more than a day yet.");
    }
    let (x, y) = (across(days, LEFT, WIDTH - RIGHT), Scale::between(0.0, 1.0, BOTTOM, 10.0));
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    axis(&mut canvas, &y, "share");
    named_days(&mut canvas, &x, days);
    draw(&mut canvas, &x, &y, days);
    asked(&mut canvas, &x, &y, after, days);
    at_risk(&mut canvas, &x, after, days);
    Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        svg: canvas.finish(id, "retention", title, &said(per, after, days)),
        columns: columns(&["day", "still come", "low", "high", "known to be there"]),
        rows: days.iter().map(|day| row(day, per)).collect(),
        ..Figure::default()
    }
}

/// The same without words, for a row that says the number.
pub(super) fn small(id: &str, title: &str, per: &str, after: u32, days: &[DayShare]) -> String {
    let mut canvas = Canvas::new(SMALL.0, SMALL.1);
    let ground = SMALL.1 - 1.0;
    let (x, y) = (across(days, 0.0, SMALL.0), Scale::between(0.0, 1.0, ground, 4.0));
    canvas.line("grid", (0.0, ground), (SMALL.0, ground));
    draw(&mut canvas, &x, &y, days);
    if days.iter().any(|day| day.day == after) {
        let place = x.at(f64::from(after));
        canvas.line("asked", (place, 4.0), (place, ground));
    }
    canvas.finish(id, "retention small", title, &said(per, after, days))
}

fn across(days: &[DayShare], start: f64, end: f64) -> Scale {
    let last = days.iter().map(|day| day.day).max().unwrap_or(0);
    Scale::between(0.0, f64::from(last), start, end)
}

/// Whole weeks.
fn named_days(canvas: &mut Canvas, x: &Scale, days: &[DayShare]) {
    let last = days.iter().map(|day| day.day).max().unwrap_or(0);
    let weeks = usize::try_from(last / 7).unwrap_or(0) + 1;
    let every = 7 * weeks.div_ceil(NAMED).max(1);
    for day in (0..=last).step_by(every) {
        let place = x.at(f64::from(day));
        canvas.line("tick", (place, BOTTOM), (place, BOTTOM + 4.0));
        canvas.text("label", (place, BOTTOM + 17.0), "middle", &day.to_string());
    }
    let middle = f64::midpoint(LEFT, WIDTH - RIGHT);
    canvas.text("label name", (middle, BOTTOM + 33.0), "middle", "days since they first came");
}

fn draw(canvas: &mut Canvas, x: &Scale, y: &Scale, days: &[DayShare]) {
    let steps = |of: fn(&DayShare) -> f64| {
        let places = days.iter().map(|day| (x.at(f64::from(day.day)), y.at(of(day))));
        stepped(&places.collect::<Vec<_>>())
    };
    let mut band = steps(|day| day.high);
    band.extend(steps(|day| day.low).into_iter().rev());
    canvas.path("band", &band, true);
    canvas.path("series", &steps(|day| day.share), false);
}

/// The day that the metric asks about.
fn asked(canvas: &mut Canvas, x: &Scale, y: &Scale, after: u32, days: &[DayShare]) {
    let Some(found) = days.iter().find(|day| day.day == after) else { return };
    let place = x.at(f64::from(after));
    canvas.line("asked", (place, 10.0), (place, BOTTOM));
    canvas.dot("value", (place, y.at(found.share)), 4.0);
    let said = format!("day {after}: {}", number::value(found.share, "share"));
    let (anchor, beside, from) = if place > WIDTH - WORDS {
        ("end", place - 7.0, place - WORDS)
    } else {
        ("start", place + 7.0, place)
    };
    // Below the band or, where that reaches far down, above the ground.
    let beside_it = |day: &&DayShare| (from..=from + WORDS).contains(&x.at(f64::from(day.day)));
    let lowest = days.iter().filter(beside_it).map(|day| y.at(day.low)).fold(0.0, f64::max);
    let height = (lowest + 18.0).min(BOTTOM - 8.0);
    canvas.text("label name", (beside, height), anchor, &said);
}

/// How many are known to be there on the first day, on the one that is asked about and on the last.
fn at_risk(canvas: &mut Canvas, x: &Scale, after: u32, days: &[DayShare]) {
    let ends = [days.first(), days.last()].into_iter().flatten();
    let asked = days.iter().find(|day| day.day == after);
    let mut taken: Vec<f64> = Vec::new();
    for day in ends.chain(asked) {
        let place = x.at(f64::from(day.day));
        if taken.iter().any(|other| (place - other).abs() < APART) {
            continue;
        }
        taken.push(place);
        let anchor = if place > WIDTH - 40.0 { "end" } else { "middle" };
        let said = format!("n = {}", number::count(day.units));
        canvas.text("label", (place, HEIGHT - 8.0), anchor, &said);
    }
}

fn said(per: &str, after: u32, days: &[DayShare]) -> String {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return String::new() };
    let share = |value: f64| number::value(value, "share");
    let asked = days.iter().find(|day| day.day == after);
    let asked = asked.map_or_else(String::new, |day| {
        let interval = number::interval(Some(day.low), Some(day.high), "share");
        format!("; on day {after} {} ({interval})", share(day.share))
    });
    format!(
        "of {} {} still come on day {}{asked}",
        number::units(first.units, per),
        share(last.share),
        last.day
    )
}

fn row(day: &DayShare, per: &str) -> Vec<String> {
    let share = |value: f64| number::value(value, "share");
    vec![
        day.day.to_string(),
        share(day.share),
        share(day.low),
        share(day.high),
        number::units(day.units, per),
    ]
}
