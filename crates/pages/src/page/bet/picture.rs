//! The pictures of a bet's numbers.

use trueup_verdict::report::CriterionReport;
use trueup_views::sourcing::{BetSourcing, Way};

use super::reading::Reading;
use crate::chart::{self, At, Bar, Figure, Line, Measured, Point};

/// Fewer windows than this are no trend.
const WINDOWS_AT_LEAST: usize = 2;

/// More lines than this cannot be told apart.
const LINES_AT_MOST: usize = 4;

impl Reading<'_> {
    /// The interval against its threshold, for a row that says the numbers itself.
    pub(in crate::page) fn mini(&self) -> String {
        chart::mini(&format!("mini-{}", self.place), &Measured::from(self.found))
    }

    /// The same as a picture of its own.
    pub(in crate::page) fn picture(&self) -> Figure {
        chart::interval(&format!("interval-{}", self.place), &Measured::from(self.found))
    }

    /// The windows that must agree; `None` where there are too few to see anything.
    pub(in crate::page) fn trend(&self) -> Option<Figure> {
        let CriterionReport { title, measured_in, threshold, .. } = self.found;
        let points: Vec<Point> = self
            .windows()
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
        let id = format!("trend-{}", self.place);
        let title = format!("{title} {}, window by window", self.of());
        let title = title.replace(" ,", ",");
        Some(chart::trend(&id, &title, measured_in, &points, threshold.at_least, threshold.at_most))
    }
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
