//! An interval against its threshold: is it inside the allowed side, outside, or across?

use trueup_verdict::number;
use trueup_verdict::report::CriterionReport;

use super::canvas::Canvas;
use super::scale::{Scale, drawable};
use super::{Figure, columns};

const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 64.0;
const MINI_HEIGHT: f64 = 16.0;

/// What is measured, and what is asked of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measured {
    pub title: String,
    /// As spoken: `met`, `no data`.
    pub state: String,
    /// What all values are measured in: `share`, `EUR`, `ms` ...
    pub unit: String,
    pub estimate: Option<f64>,
    /// `None` where the data do not bound it.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub at_least: Option<f64>,
    pub at_most: Option<f64>,
    /// Events in the denominator, and units of inference.
    pub n: Option<u64>,
    pub units: Option<u64>,
    pub per: String,
}

impl From<&CriterionReport> for Measured {
    fn from(criterion: &CriterionReport) -> Measured {
        Measured {
            title: criterion.title.clone(),
            state: criterion.state.spoken().to_owned(),
            unit: criterion.measured_in.clone(),
            estimate: criterion.estimate,
            low: criterion.low,
            high: criterion.high,
            at_least: criterion.threshold.at_least,
            at_most: criterion.threshold.at_most,
            n: criterion.n,
            units: criterion.units,
            per: criterion.per.clone(),
        }
    }
}

impl Measured {
    fn said(&self) -> String {
        let of = |value: Option<f64>| drawable(value).map(|value| number::value(value, &self.unit));
        let open = || "not bounded".to_owned();
        let value = of(self.estimate).unwrap_or_else(|| "no estimate".to_owned());
        let (low, high) = (of(self.low).unwrap_or_else(open), of(self.high).unwrap_or_else(open));
        format!("{}: {value}, interval {low} to {high}; asked {}", self.state, self.asked())
    }

    fn asked(&self) -> String {
        let of = |value: f64| number::limit(value, &self.unit);
        match (self.at_least, self.at_most) {
            (Some(least), Some(most)) => format!("{} to {}", of(least), of(most)),
            (Some(least), None) => format!("at least {}", of(least)),
            (None, Some(most)) => format!("at most {}", of(most)),
            (None, None) => "nothing".to_owned(),
        }
    }

    pub(super) fn row(&self) -> Vec<String> {
        let of = |value: Option<f64>, none: &str| {
            drawable(value)
                .map_or_else(|| none.to_owned(), |value| number::value(value, &self.unit))
        };
        vec![
            of(self.estimate, "none"),
            of(self.low, "not bounded"),
            of(self.high, "not bounded"),
            self.asked(),
            self.state.clone(),
            self.n.map_or_else(|| "not counted".to_owned(), number::count),
            self.units
                .map_or_else(|| "not counted".to_owned(), |units| number::units(units, &self.per)),
        ]
    }

    fn is_asked(&self) -> bool {
        self.at_least.is_some() || self.at_most.is_some()
    }

    /// Where nothing is asked, from nothing to all of it, so that the length of the interval says something.
    fn scale(&self, width: f64) -> Scale {
        let is_share = self.unit == "share";
        let whole = [Some(0.0), is_share.then_some(1.0)];
        let whole = whole.into_iter().filter(|_| !self.is_asked());
        let seen = [self.estimate, self.low, self.high, self.at_least, self.at_most];
        Scale::over(seen.into_iter().chain(whole).flatten(), is_share, 6.0, width - 6.0)
    }

    fn draw(
        &self,
        canvas: &mut Canvas,
        scale: &Scale,
        (width, top, bottom): (f64, f64, f64),
        estimate: f64,
    ) {
        let (least, most) = (drawable(self.at_least), drawable(self.at_most));
        if least.is_some() || most.is_some() {
            let from = least.map_or(0.0, |least| scale.at(least));
            let to = most.map_or(width, |most| scale.at(most));
            canvas.rect("allowed", (from, top), (to - from, bottom - top));
        }
        for limit in [least, most].into_iter().flatten() {
            canvas.line("threshold", (scale.at(limit), top), (scale.at(limit), bottom));
        }
        let middle = f64::midpoint(top, bottom);
        let low = drawable(self.low).map_or(0.0, |low| scale.at(low));
        let high = drawable(self.high).map_or(width, |high| scale.at(high));
        canvas.line("reach", (low, middle), (high, middle));
        canvas.dot(
            "value",
            (scale.at(estimate), middle),
            if bottom - top > 20.0 { 5.0 } else { 3.5 },
        );
    }
}

/// The picture of one criterion.
#[must_use]
pub fn interval(id: &str, of: &Measured) -> Figure {
    let Some(estimate) = drawable(of.estimate) else {
        let why = format!("Nothing to draw: {}.", of.state);
        return Figure::without(id, &of.title, &why);
    };
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    let scale = of.scale(WIDTH);
    of.draw(&mut canvas, &scale, (WIDTH, 4.0, HEIGHT - 22.0), estimate);
    for tick in scale.ticks() {
        canvas.line("tick", (scale.at(tick), HEIGHT - 20.0), (scale.at(tick), HEIGHT - 16.0));
        let anchor = match scale.at(tick) {
            x if x < 24.0 => "start",
            x if x > WIDTH - 24.0 => "end",
            _ => "middle",
        };
        canvas.text(
            "label",
            (scale.at(tick), HEIGHT - 3.0),
            anchor,
            &number::limit(tick, &of.unit),
        );
    }
    Figure {
        id: id.to_owned(),
        title: of.title.clone(),
        svg: canvas.finish(id, &class(of, "interval"), &of.title, &of.said()),
        columns: columns(&["estimate", "low", "high", "asked", "state", "n", "units"]),
        rows: vec![of.row()],
        ..Figure::default()
    }
}

/// The same in miniature, for a card or a row that says the numbers beside it; empty where a picture says nothing.
#[must_use]
pub fn mini(width: f64, of: &Measured) -> String {
    let Some(estimate) = drawable(of.estimate) else { return String::new() };
    if !of.is_asked() && of.low == of.high {
        return String::new();
    }
    let mut canvas = Canvas::new(width, MINI_HEIGHT);
    let scale = of.scale(width);
    if !of.is_asked() {
        canvas.line("grid", (0.0, MINI_HEIGHT / 2.0), (width, MINI_HEIGHT / 2.0));
    }
    of.draw(&mut canvas, &scale, (width, 1.0, MINI_HEIGHT - 1.0), estimate);
    canvas.beside_words(&class(of, "mini"))
}

fn class(of: &Measured, kind: &str) -> String {
    format!("{kind} {}", of.state.replace(' ', "-"))
}
