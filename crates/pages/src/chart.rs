//! Pictures of numbers: each has a title, a description for those who do not see it, and the same numbers in a table.
//!
//! Colours and widths of lines are the style sheet's; here are only shapes with classes, so that a picture follows light,
//! dark and print. Reading order: [`Figure`], `canvas` and `scale` (how to draw), then one file for each kind of picture.

mod bars;
mod calibration;
mod canvas;
mod curve;
mod forest;
mod interval;
mod quadrant;
mod retention;
mod scale;
mod shape;
mod shift;
mod timeline;
mod trend;

pub use bars::{Bar, bars};
pub use curve::{At, Line, curve};
pub use forest::forest;
pub use interval::{Measured, interval, mini};
pub use quadrant::quadrant;
pub use shape::{shape, small};
pub use timeline::{Stretch, timeline};
pub use trend::{Point, trend};

/// A picture with all that belongs to it; the macro `figure` of `macros.html` lays it out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figure {
    /// Unique on its page.
    pub id: String,
    pub title: String,
    /// Markup, every text in it escaped; empty where there is nothing to draw.
    pub svg: String,
    /// Said in place of the picture, where there is nothing to draw.
    pub empty: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Figure {
    /// A figure without a picture, which says why.
    #[must_use]
    pub fn without(id: &str, title: &str, why: &str) -> Figure {
        Figure {
            id: id.to_owned(),
            title: title.to_owned(),
            empty: why.to_owned(),
            ..Figure::default()
        }
    }
}

/// Pictures beside each other that leave the numbers to the page behind them.
const SMALL: (f64, f64) = (220.0, 84.0);

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use trueup_verdict::report::{ClassShare, ConfidenceBin, DayShare, Shape, ValueBin};

    use super::*;

    /// What every picture keeps to, whatever it is given.
    fn sound(figure: &Figure) {
        let svg = &figure.svg;
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        assert!(!svg.contains("<script") && !svg.contains("style="), "{svg}");
        if svg.is_empty() {
            assert!(!figure.empty.is_empty(), "{figure:?}");
        } else {
            assert!(svg.contains("<title id=") && svg.contains("<desc id="), "{svg}");
            assert!(!figure.rows.is_empty(), "{figure:?}");
        }
        assert!(figure.rows.iter().all(|row| row.len() == figure.columns.len()), "{figure:?}");
    }

    fn measured() -> Measured {
        Measured {
            title: "<script>".to_owned(),
            state: "undecided".to_owned(),
            unit: "share".to_owned(),
            estimate: Some(0.5),
            low: Some(0.4),
            high: None,
            at_least: Some(0.45),
            ..Measured::default()
        }
    }

    #[test]
    fn pictures_are_sound_with_numbers_of_any_kind() {
        for odd in [Some(f64::NAN), Some(f64::INFINITY), None, Some(0.0), Some(1e300), Some(-3.0)] {
            sound(&interval("a", &Measured { estimate: odd, ..measured() }));
            sound(&forest(
                "f",
                "t",
                &[Measured { estimate: odd, low: odd, ..measured() }, measured()],
            ));
            sound(&interval("a", &Measured { low: odd, high: odd, at_most: odd, ..measured() }));
            assert!(!mini(100.0, &Measured { estimate: odd, ..measured() }).contains("NaN"));
            let point = Point {
                at: "1 Nov".to_owned(),
                value: odd,
                low: odd,
                high: odd,
                rests_on: "n = 1".to_owned(),
            };
            sound(&trend("b", "t<", "share", &[point.clone(), point], Some(0.5), odd));
            let at = At { x: odd.unwrap_or(1.0), y: odd, low: odd, high: odd };
            let line = Line { name: "<b>".to_owned(), points: vec![at; 3], is_stepped: true };
            sound(&curve("c", "t", ("load", "×"), ("cost", "EUR"), &[line], odd));
            let bar = Bar {
                name: "<i>".to_owned(),
                value: odd,
                rests_on: "n = 3".to_owned(),
                is_marked: true,
            };
            sound(&bars("d", "t", "share", &[bar]));
        }
        sound(&trend("b", "t", "share", &[], None, None));
        sound(&timeline("e", "t", jiff::civil::date(2026, 11, 1), &[]));
    }

    fn shapes(odd: f64) -> Vec<Shape> {
        let bin = |confidence| ConfidenceBin {
            n: 20,
            units: 9,
            confidence,
            outcome: odd,
            low: Some(odd),
            high: None,
        };
        let value = |from, to| ValueBin { from, to, share_reference: odd, share: 0.5 };
        let class = ClassShare { class: "<b>".repeat(20), share_reference: 0.5, share: odd };
        let day = |day, share| DayShare { day, share, low: odd, high: 1.0, units: 30 };
        let (field, n_reference, n) = ("tokens_in".to_owned(), 120, 90);
        let measured_in = "tokens".to_owned();
        vec![
            Shape::Calibration { bins: vec![bin(odd), bin(0.5), bin(1.0)] },
            Shape::Calibration { bins: Vec::new() },
            Shape::Shift {
                field: field.clone(),
                measured_in: measured_in.clone(),
                n_reference,
                n,
                bins: vec![value(None, Some(odd)), value(Some(odd), None), value(None, None)],
            },
            Shape::Shift { field: field.clone(), measured_in, n_reference, n, bins: Vec::new() },
            Shape::Mix { field, n_reference, n, classes: vec![class] },
            Shape::Retention {
                after_days: 28,
                days: vec![day(0, 1.0), day(28, odd), day(28, odd)],
            },
            Shape::Retention { after_days: 28, days: vec![day(0, odd)] },
        ]
    }

    #[test]
    fn pictures_of_shapes_are_sound_in_both_sizes() {
        for odd in [f64::NAN, f64::INFINITY, 0.0, 1.0, 0.37, 1e300, -3.0] {
            for of in shapes(odd) {
                sound(&shape("a", "t<", "user", &of));
                let small = small("b", "t<", "user", &of);
                assert!(!small.contains("NaN") && !small.contains("inf"), "{small}");
                assert!(small.is_empty() || small.contains("<desc id=\"b-desc\""), "{small}");
            }
        }
    }

    /// The places of all circles of a class, from left to right and downwards.
    fn dots(svg: &str, class: &str) -> Vec<(f64, f64)> {
        let number = |text: &str, key: &str| -> f64 {
            let (_, rest) = text.split_once(&format!("{key}=\"")).expect("it has a place");
            rest.split('"').next().and_then(|number| number.parse().ok()).expect("a number")
        };
        let circle = format!("<circle class=\"{class}\"");
        let circles = svg.split(&circle).skip(1);
        circles.map(|text| (number(text, "cx"), number(text, "cy"))).collect()
    }

    #[test]
    fn a_point_lies_on_the_diagonal_where_it_came_true_as_often_as_it_was_sure() {
        let bin = |confidence, outcome, units| ConfidenceBin {
            n: units * 3,
            units,
            confidence,
            outcome,
            low: (units >= 20).then_some(outcome - 0.1),
            high: (units >= 20).then_some(outcome + 0.1),
        };
        let bins = vec![bin(0.2, 0.2, 40), bin(0.5, 0.3, 30), bin(0.9, 0.9, 5)];
        let figure = shape("a", "t", "user", &Shape::Calibration { bins });
        sound(&figure);
        let (sure, open) = (dots(&figure.svg, "value"), dots(&figure.svg, "value open"));
        assert_eq!((sure.len(), open.len()), (2, 1), "who has too few people is hollow");
        let (_, line) = figure.svg.split_once("class=\"diagonal\"").expect("it is drawn");
        let end = |key: &str| -> f64 {
            let (_, rest) = line.split_once(&format!("{key}=\"")).expect("it has an end");
            rest.split('"').next().and_then(|number| number.parse().ok()).expect("a number")
        };
        let on_line = |x: f64| {
            end("y1") + (x - end("x1")) / (end("x2") - end("x1")) * (end("y2") - end("y1"))
        };
        assert!((sure[0].1 - on_line(sure[0].0)).abs() < 0.2, "{sure:?}");
        assert!(sure[1].1 > on_line(sure[1].0) + 5.0, "too sure lies below the line: {sure:?}");
        assert_eq!(figure.rows[1], ["50.0 %", "30.0 %", "20.0 %", "40.0 %", "90", "30 people"]);
        assert_eq!(figure.rows[2][2], "too few");
        assert!(
            figure.svg.contains("where it was 50.0 % sure, 30.0 % came true"),
            "{}",
            figure.svg
        );
    }

    #[test]
    fn shares_before_and_now_stand_beside_each_other() {
        let bin = |from, to, share| ValueBin { from, to, share_reference: 0.5, share };
        let bins = vec![bin(None, Some(312.0), 0.2), bin(Some(312.0), None, 0.8)];
        let (field, measured_in) = ("tokens_in".to_owned(), "tokens".to_owned());
        let of = Shape::Shift { field, measured_in, n_reference: 1200, n: 34, bins };
        let figure = shape("a", "t", "user", &of);
        sound(&figure);
        let said = ["tokens in", "before, of n = 1,200", "now, of n = 34", "moved by"];
        assert_eq!(figure.columns, said);
        assert_eq!(figure.rows[0], ["below 312", "50.0 %", "20.0 %", "-30.0 points"]);
        assert_eq!(figure.rows[1], ["312 and more", "50.0 %", "80.0 %", "+30.0 points"]);
    }

    #[test]
    fn who_still_comes_falls_in_steps() {
        let day = |day, share, units| DayShare { day, share, low: share - 0.1, high: share, units };
        let days = vec![day(0, 1.0, 40), day(10, 0.8, 30), day(28, 0.7, 12), day(40, 0.7, 3)];
        let figure = shape("a", "t", "user", &Shape::Retention { after_days: 28, days });
        sound(&figure);
        let (_, path) = figure.svg.split_once("class=\"series\" d=\"M").expect("a line is drawn");
        let path = path.split('"').next().expect("it ends");
        let steps: Vec<Vec<&str>> = path.split('L').map(|at| at.split(' ').collect()).collect();
        assert!(steps.windows(2).all(|pair| pair[0][0] == pair[1][0] || pair[0][1] == pair[1][1]));
        for said in ["day 28: 70.0 %", "n = 40", "n = 12", "of 40 people"] {
            assert!(figure.svg.contains(said), "{said}: {}", figure.svg);
        }
        assert_eq!(figure.rows[2], ["28", "70.0 %", "60.0 %", "70.0 %", "12 people"]);
    }

    #[test]
    fn an_interval_lies_on_the_side_of_its_threshold() {
        let of = |low, high| Measured {
            low: Some(low),
            high: Some(high),
            estimate: Some(low),
            ..measured()
        };
        let x = |svg: &str, class: &str, key: &str| -> f64 {
            let (_, rest) = svg.split_once(&format!("class=\"{class}\"")).expect("it is drawn");
            let (_, rest) = rest.split_once(&format!("{key}=\"")).expect("it has a place");
            rest.split('"').next().and_then(|number| number.parse().ok()).expect("a number")
        };
        let above = interval("a", &of(0.5, 0.6)).svg;
        assert!(x(&above, "reach", "x1") > x(&above, "threshold", "x1"), "{above}");
        let below = interval("a", &of(0.3, 0.4)).svg;
        assert!(x(&below, "reach", "x2") < x(&below, "threshold", "x1"), "{below}");
    }

    #[test]
    fn bets_without_dates_stand_in_the_table_of_the_timeline_alone() {
        let day = jiff::civil::date;
        let stretch = |from, to| Stretch {
            name: "a".to_owned(),
            from,
            to,
            state: "continue".to_owned(),
            said: "10 days left".to_owned(),
        };
        let dated = stretch(Some(day(2026, 10, 1)), Some(day(2026, 12, 1)));
        let figure = timeline("e", "t", day(2026, 11, 1), &[dated, stretch(None, None)]);
        sound(&figure);
        assert_eq!(
            (figure.rows.len(), figure.svg.matches("class=\"stretch continue ahead").count()),
            (2, 1)
        );
    }
}
