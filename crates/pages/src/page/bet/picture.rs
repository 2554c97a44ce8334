//! The pictures of a bet's numbers.

use trueup_verdict::report::{CriterionReport, Shape};
use trueup_views::sourcing::{BetSourcing, Way};

use super::reading::{Column, Reading, Stretch};
use crate::chart::{self, At, Bar, Figure, Line, Measured, Point};

/// Fewer windows than this are no trend.
const WINDOWS_AT_LEAST: usize = 2;

/// More small pictures make a page too heavy; all are on the pages behind the numbers.
const SMALL_AT_MOST: usize = 8;

/// More lines than this cannot be told apart.
const LINES_AT_MOST: usize = 4;

impl Reading<'_> {
    /// The interval against its threshold, for a row that says the numbers itself.
    pub(in crate::page) fn mini(&self, width: f64) -> String {
        chart::mini(width, &Measured::from(self.found))
    }

    /// The same as a picture of its own.
    pub(in crate::page) fn picture(&self) -> Figure {
        chart::interval(&format!("interval-{}", self.place), &Measured::from(self.found))
    }

    /// What it is made of; `None` for a kind of metric that has no picture of its own.
    pub(in crate::page) fn shape(&self) -> Option<Figure> {
        let CriterionReport { title, per, shape, .. } = self.found;
        let title = format!("{title}: {}", in_words(shape.as_ref()?));
        Some(chart::shape(&format!("shape-{}", self.place), &title, per, shape.as_ref()?))
    }

    /// The windows that must agree; `None` where there are too few to see anything.
    pub(in crate::page) fn trend(&self) -> Option<Figure> {
        self.drawn("trend", "window by window", &self.windows())
    }

    /// Week by week; `None` where there are too few to see anything.
    pub(in crate::page) fn weeks(&self) -> Option<Figure> {
        self.drawn("weeks", "week by week", &self.over_time())
    }

    fn drawn(&self, id: &str, how: &str, windows: &[Stretch<'_>]) -> Option<Figure> {
        let CriterionReport { title, measured_in, threshold, .. } = self.found;
        let points: Vec<Point> = windows
            .iter()
            .map(|stretch| Point {
                at: stretch.days(),
                value: stretch.window.estimate,
                low: stretch.window.low,
                high: stretch.window.high,
                rests_on: stretch.sample(),
            })
            .collect();
        if points.len() < WINDOWS_AT_LEAST {
            return None;
        }
        let id = format!("{id}-{}", self.place);
        let title = format!("{title} {}, {how}", self.of());
        let title = title.replace(" ,", ",");
        Some(chart::trend(&id, &title, measured_in, &points, threshold.at_least, threshold.at_most))
    }
}

/// What a picture shows.
fn in_words(shape: &Shape) -> &'static str {
    match shape {
        Shape::Calibration { .. } => "how sure and how often right",
        Shape::Shift { .. } | Shape::Mix { .. } => "how the rows are spread, before and now",
        Shape::Retention { .. } => "who still comes, day by day",
    }
}

/// A small picture that leads to the page with the whole one.
#[derive(Debug)]
pub struct Small<'a> {
    pub reading: Reading<'a>,
    pub svg: String,
}

/// The dashboard's numbers that have a picture of their own.
pub(super) fn small<'a>(columns: &[Column<'a>]) -> Vec<Small<'a>> {
    let panels = columns.iter().flat_map(|column| &column.panels);
    let readings = panels.flat_map(|panel| &panel.rows).enumerate();
    let small = readings.filter_map(|(place, reading)| {
        let CriterionReport { title, per, shape, .. } = reading.found;
        let svg = chart::small(&format!("small-{place}"), title, per, shape.as_ref()?);
        (!svg.is_empty()).then_some(Small { reading: *reading, svg })
    });
    small.take(SMALL_AT_MOST).collect()
}

/// One metric in every segment that it is looked at in.
pub(super) fn slices(place: usize, slice: &[Reading<'_>]) -> Option<Figure> {
    let first = slice.first()?.found;
    let bar = |reading: &Reading<'_>| Bar {
        name: Some(reading.of()).filter(|of| !of.is_empty()).unwrap_or("everybody".to_owned()),
        value: reading.found.estimate,
        rests_on: reading.rests_on(),
        is_marked: reading.found.among.is_none(),
    };
    let bars: Vec<Bar> = slice.iter().map(bar).collect();
    Some(chart::bars(&format!("slice-{place}"), &first.title, &first.measured_in, &bars))
}

/// What the ways to get the model cost a month at multiples of today's use; nothing for one load alone.
pub(super) fn loads(sourcing: &BetSourcing) -> Option<Figure> {
    if sourcing.loads.len() < 2 {
        return None;
    }
    let line = |way: &Way| Line {
        name: if way.is_chosen { format!("{}, chosen", way.kind) } else { way.kind.to_string() },
        points: way.loads.iter().map(|at| point(at.load, at.cost_month)).collect(),
        is_stepped: false,
    };
    let priced = sourcing.ways.iter().filter(|way| !way.loads.is_empty());
    let lines: Vec<Line> = priced.map(line).take(LINES_AT_MOST).collect();
    let (across, up) = (("use of today", "×"), ("cost a month", sourcing.currency.as_str()));
    let title = "What each way costs a month as use grows";
    (!lines.is_empty()).then(|| chart::curve("loads", title, across, up, &lines, None))
}

fn point(x: f64, y: Option<f64>) -> At {
    At { x, y, low: None, high: None }
}
